"""What is counted of a set of cases the person may see: lamps, tiers, requests, meetings due, and filed, closed, open by month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth

from bihuan.kernel import access
from bihuan.kernel.access import Viewer
from bihuan.kernel.models import Person, Unit
from bihuan.kernel.rules import Params

from ..clock.lamps import choices, condition
from ..meetings.selectors import must_go
from ..models import Body, Case, ExclusionRequest, ExtensionRequest, RequestState
from ..rules.pending import pending, standing_in, without_reason
from ..scopes import CLERK, OVERSEERS, units_of

MONTHS = 12
FEW = 10
"""So many rows stand in a list of the page; the ledgers have them all."""
CLOSED = ("closed_in_time", "closed_late")


def all_of(person: Person) -> QuerySet[Any]:
    """The cases the person may see."""
    return access.visible(person, Case).filter(voided_at=None)


def own(person: Person) -> QuerySet[Any]:
    """The cases the person is in charge of, or those of whom they stand in for."""
    return all_of(person).filter(judge__in=access.viewer(person).acts_for)


def looks_after(viewer: Viewer) -> bool:
    """Whether there is a division whose whole work the viewer sees."""
    return viewer.has(*OVERSEERS, CLERK) or bool(viewer.headed or viewer.led)


def divisions(person: Person) -> list[Unit]:
    """The divisions whose whole work the person sees and that have cases, in the order of the court: one statement."""
    viewer = access.viewer(person)
    if not looks_after(viewer):
        return []
    units = access.visible(person, Unit).filter(
        pk__in=Case.objects.filter(voided_at=None).order_by().values("division")
    )
    if not viewer.has(*OVERSEERS):
        units = units.filter(pk__in=units_of(viewer))
    return list(units.order_by("order", "code"))


@dataclass(frozen=True)
class Counted:
    """A number with its name; `query` narrows the list of cases to what was counted."""

    name: str
    count: int
    query: str
    tone: str = "idle"


def lamps(rows: QuerySet[Any], on: dt.date) -> list[Counted]:
    """Open cases by lamp: one statement."""
    known = [(code, name) for code, name in choices() if code not in CLOSED]
    found = rows.filter(closed_on=None).aggregate(
        **{code: Count("pk", filter=condition(code, on)) for code, _name in known}
    )
    tones = {"overdue": "bad", "past_ordinary": "warn", "green": "good"}
    return [
        Counted(
            name, found[code], f"lamp={code}&state=open", tones.get(code, "warn" if code.startswith("near") else "idle")
        )
        for code, name in known
    ]


def tiers(rows: QuerySet[Any], on: dt.date) -> dict[str, int]:
    """Open cases by the highest tier of long-pending cases they have passed: one statement."""
    held = (
        standing_in(pending(on).filter(pk__in=rows.values("pk")), on).order_by().values("tier").annotate(n=Count("pk"))
    )
    return {row["tier"]: row["n"] for row in held}


def missing_reasons(rows: QuerySet[Any], on: dt.date) -> int:
    """Long-pending cases without a reason for their tier: one statement."""
    return int(without_reason(on, Params((), on)).filter(pk__in=rows.values("pk")).count())


def meetings_due(rows: QuerySet[Any], on: dt.date) -> list[tuple[str, int]]:
    """Cases that must be put before each body: a statement each."""
    ids = rows.values("pk")
    return [
        (str(body.label), must_go(body, on).filter(pk__in=ids).count()) for body in (Body.PROFESSIONAL, Body.COMMITTEE)
    ]


def requests(person: Person, rows: QuerySet[Any]) -> list[Any]:
    """Requests the case system has not decided, the oldest first: two statements."""
    found: list[Any] = []
    for model in (ExtensionRequest, ExclusionRequest):
        waiting = access.visible(person, model).filter(
            state=RequestState.OPEN, voided_at=None, case__in=rows.values("pk")
        )
        found += waiting.select_related("case").order_by("asked_on", "pk")[:FEW]
    return sorted(found, key=lambda row: row.asked_on)[:FEW]


def soonest(rows: QuerySet[Any]) -> list[Case]:
    """The open cases that are due first, those not paused: one statement."""
    return list(
        rows.filter(closed_on=None, paused_now=False, expires_on__isnull=False).order_by("expires_on", "pk")[:FEW]
    )


@dataclass(frozen=True)
class Month:
    """What was filed and closed in a month, and open at its end. `running`: the month is not over."""

    first: dt.date
    filed: int
    closed: int
    open: int
    running: bool = False

    @property
    def rate(self) -> float | None:
        """Closed of filed, in percentage points; None where nothing was filed."""
        return round(100 * self.closed / self.filed, 1) if self.filed else None


def months(rows: QuerySet[Any], on: dt.date, count: int = MONTHS) -> list[Month]:
    """The last `count` months up to the day, that of the day among them: three statements.

    A case counts as filed in the month of its filing and as open at the end of a month by which it was not closed.
    """
    firsts = list(_firsts(on, count))
    start = firsts[0]
    dated = rows.filter(filed_on__isnull=False).order_by()
    before = dated.filter(filed_on__lt=start).filter(Q(closed_on=None) | Q(closed_on__gte=start)).count()
    filed, closed = (
        dict(
            dated.filter(**{f"{name}__gte": start, f"{name}__lte": on}).annotate(month=TruncMonth(name)).values("month")
            .annotate(n=Count("pk")).values_list("month", "n")
        )
        for name in ("filed_on", "closed_on")
    )  # fmt: skip
    found = []
    for first in firsts:
        into, out = filed.get(first, 0), closed.get(first, 0)
        before += into - out
        found.append(Month(first, into, out, before, first == on.replace(day=1)))
    return found


def _firsts(on: dt.date, count: int) -> Iterator[dt.date]:
    number = on.year * 12 + on.month - 1
    for one in range(number - count + 1, number + 1):
        yield dt.date(one // 12, one % 12 + 1, 1)
