"""A small court for the tests of people: a department, those who work in it, and three administrators."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.db import connection
from django.test import Client

from bihuan.kernel import triggers
from bihuan.kernel.models import Person, Unit
from bihuan.people.services import accounts, posts
from tests.support.again import written

PASSWORD = "Bamboo-river-2026"
SECRET = "JBSWY3DPEHPK3PXP"
START = dt.date(2025, 1, 6)


@dataclass
class Court:
    """Who is who."""

    top: Unit
    civil: Unit
    office: Unit
    head: Person
    judge: Person
    clerk: Person
    leader: Person
    political: Person
    system: Person
    security: Person
    audit: Person


def make(username: str, name: str, **more: Any) -> Person:
    """A person who has chosen their own password."""
    return accounts.make(actor=None, username=username, name=name, password=PASSWORD, must_change=False, **more)


@written
def build() -> Court:
    """The court, through the services."""
    top = posts.make_unit(actor=None, code="court", name="临江法院", order=0)
    civil = posts.make_unit(actor=None, code="civil", name="民一庭", parent=top, order=10)
    office = posts.make_unit(actor=None, code="office", name="政治部", parent=top, order=20)
    people = {}
    for role, username, name, unit in [
        ("head", "head", "宋庭长", civil),
        ("judge", "judge", "陆法官", civil),
        ("clerk", "clerk", "方书记", civil),
        ("leader", "leader", "余院领导", top),
        ("political", "political", "段主任", office),
    ]:
        people[username] = make(username, name)
        post = posts.make_post(actor=None, unit=unit, role=role, title=f"{name}之职")
        posts.assign(actor=None, person=people[username], post=post, starts=START)
        if role == "leader":
            posts.put_in_charge(actor=None, post=post, unit=civil, starts=START)
    admins = {kind: make(f"{kind}admin", f"{kind}员", admin_role=kind) for kind in ("system", "security", "audit")}
    return Court(top=top, civil=civil, office=office, **people, **admins)


def protect(person: Person) -> None:
    """Give the person a second factor, if they have none."""
    if not Authenticator.objects.filter(user=person).exists():
        totp.TOTP.activate(person, SECRET)


def signed_in(person: Person) -> Client:
    """A browser signed in as the person; administrators have their second factor."""
    if person.admin_role:
        protect(person)
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def unguarded(statement: str, *values: Any) -> None:
    """What one with the database's own powers could do to the log: triggers off, then raw SQL."""
    with connection.cursor() as cursor:
        for trigger in triggers.registered():
            if trigger.table == "kernel_logentry" and trigger.exists_on(connection.vendor):
                on = " ON kernel_logentry" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.full_name}{on}")
        cursor.execute(statement, values)
