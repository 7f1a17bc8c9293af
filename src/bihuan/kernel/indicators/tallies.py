"""The daily count of standing alerts by domain, gravity and age: what a page says of a hundred thousand alerts at once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from django.db.models import Case, CharField, Count, Q, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .. import access, bulk, clock, log
from ..models.alerts import Alert
from ..models.indicators import AlertTally
from ..models.org import Unit
from ..supervision_access import DATA_ROLE, TOP_ROLE, units_of
from ..work import unit_of_work

log.event("alerts.tallied", _("统计预警：%(day)s，%(count)s 件"))
AGES: dict[str, str | Promise] = {
    "week": _("7 天内"),
    "month": _("8–30 天"),
    "quarter": _("31–90 天"),
    "older": _("90 天以上"),
}
DAYS = {"week": 7, "month": 30, "quarter": 90}
"""How many days since it was first seen an alert is at most of an age."""


@access.scope(AlertTally)
def see_tallies(viewer: access.Viewer) -> Q:
    """All for those who watch over the court, else those of the divisions one answers for."""
    if viewer.admin_role or not viewer.roles:
        return access.NOTHING
    return access.EVERYTHING if viewer.has(TOP_ROLE, DATA_ROLE) else Q(unit__in=units_of(viewer))


def age_of(first_seen: dt.date, on: dt.date) -> str:
    """The age of an alert on a day."""
    days = (on - first_seen).days
    return next((age for age, most in DAYS.items() if days <= most), "older")


def standing(on: dt.date) -> Q:
    """Alerts that stood on a day; those of closed tracks are no part of any count."""
    return Q(first_seen__lte=on, track="") & (Q(cleared_on__isnull=True) | Q(cleared_on__gt=on))


def tally(on: dt.date | None = None) -> int:
    """Count the standing alerts of a day (today), by division; how many there are. Counting today again replaces its counts; a day
    before that has been counted stays as it was."""
    day = on or clock.today()
    held = {row.unit_id: row for row in AlertTally.objects.filter(on=day)}
    late = day < clock.today()
    if held and late:
        return sum(int(told[-1]) for row in held.values() for told in row.counts)
    found = _counted(day)
    at = clock.now()
    with unit_of_work(None, job="indicators") as uow:
        new: list[AlertTally] = []
        changed: list[AlertTally] = []
        for unit in [None, *Unit.objects.order_by("pk").values_list("pk", flat=True)]:
            row = held.get(unit) or AlertTally(on=day, unit_id=unit, afterwards=late)
            row.counts, row.taken_at = sorted(found.get(unit, [])), at
            (changed if row.pk else new).append(row)
        bulk.create(AlertTally, new)
        AlertTally.objects.bulk_update(changed, ["counts", "taken_at"])
        total = sum(int(told[-1]) for counts in found.values() for told in counts)
        uow.record("alerts.tallied", params={"day": day.isoformat(), "count": total}, covers=[AlertTally])
    return total


def _counted(day: dt.date) -> dict[int | None, list[list[Any]]]:
    age = Case(
        *(When(first_seen__gte=day - dt.timedelta(days=most), then=Value(name)) for name, most in DAYS.items()),
        default=Value("older"),
        output_field=CharField(),
    )
    found: dict[int | None, list[list[Any]]] = defaultdict(list)
    rows = Alert.objects.filter(standing(day)).order_by().annotate(age=age)
    for unit, *told in rows.values_list("unit", "domain", "severity", "age").annotate(number=Count("pk")):
        found[unit].append(told)
    return found
