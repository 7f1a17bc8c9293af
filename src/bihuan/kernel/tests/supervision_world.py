"""A court's ladder of persons and a rule whose breaches a test makes and unmakes."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.models import F, IntegerField, Value
from django.db.models.functions import Cast

from bihuan.kernel import clock, patrol, rules, triggers
from bihuan.kernel.models import Alert, Unit
from bihuan.kernel.work import unit_of_work

from . import org_factory as make

MONDAY = dt.date(2026, 3, 16)
CODE = "test.bad_unit"


def query(on, p):
    """A unit is in breach while its name begins with 坏; it is due on the day it was told, in its code's stead."""
    return Unit.objects.filter(name__startswith="坏").annotate(
        alert_due=F("closed_on"),
        alert_unit_id=F("pk"),
        alert_person_id=Cast(Value(None), IntegerField()),
    )


def declare(code: str = CODE, function=query, **options):
    """Register a rule; the fixture `world` forgets it."""
    known = {"title": "测试规则", "about": "kernel.Unit", "domain": "test", "says": "%(subject)s 应于 %(due)s 完成"}
    rules.rule(code, **(known | options))(function)
    return rules.rules()[code]


def rename(unit: Unit, name: str) -> None:
    """Put the fact right, or wrong."""
    with unit_of_work(None) as uow:
        Unit.objects.filter(pk=unit.pk).update(name=name)
        uow.record("test.made", unit)


def patrol_on(day: dt.date, **options):
    """One patrol, of the test's rules alone."""
    with clock.simulate(day):
        return patrol.run(**options)


@pytest.fixture
def world(settings):
    """President, leader in charge, head, clerk of a department in breach; discipline team; data office."""
    settings.BIHUAN_SIMULATION_WRITES = True
    before = set(rules.rules())
    court, bad, good, office, team = (make.unit(name) for name in ("法院", "坏一庭", "好二庭", "审管办", "派驻组"))
    people = {n: make.person(n) for n in ("president", "leader", "head", "clerk", "data", "team", "stranger")}
    make.post(people["president"], "president", court)
    make.leads(make.post(people["leader"], "leader", court), bad)
    make.post(people["head"], "head", bad)
    make.post(people["clerk"], "clerk", bad)
    make.post(people["data"], "trial_management", office)
    make.post(people["team"], "stationed_discipline", team)
    make.post(people["stranger"], "clerk", good)
    yield SimpleNamespace(court=court, bad=bad, good=good, **people)
    for code in set(rules.rules()) - before:
        rules.forget(code)


def the_alert() -> Alert:
    """The one alert of the test's rule."""
    return Alert.objects.get(rule=CODE)


@pytest.fixture
def racing(transactional_db):
    """A database that really commits. It is emptied after the test, which the append-only tables' triggers would refuse;
    they are dropped for that and come back with the post-migrate hook of the flush."""
    yield
    with connection.cursor() as cursor:
        for trigger in triggers.registered():
            on = f" ON {trigger.table}" if connection.vendor == "postgresql" else ""
            if trigger.exists_on(connection.vendor):
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.full_name}{on}")
