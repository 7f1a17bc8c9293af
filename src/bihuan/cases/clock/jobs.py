"""When the clock runs: before each patrol, and after facts came in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any

from django.db.models import Q
from django.utils.dateparse import parse_date
from django_q.tasks import async_task

from bihuan.kernel import clock

from ..models import Case, CasePause, CaseTurn, ClockRun
from .run import Ran, refresh, version

AT_ONCE = 10_000
"""So many cases are computed in the transaction that brought their facts (a second or two); more by the job worker."""


def nightly(on: dt.date | None = None) -> Ran:
    """All cases when calendar, limits or parameters changed since the last run over all; else those whose days move with the day."""
    day = on or clock.today()
    last = ClockRun.objects.filter(whole=True).order_by("-pk").values_list("version", flat=True).first()
    return refresh(None if last != version() else moving(day), on=day)


def moving(on: dt.date) -> set[int]:
    """Cases whose answer depends on the day of asking: something runs, is away, or ended since; and those never computed."""
    runs = Q(last=None) | Q(last__gte=on)
    paused = CasePause.objects.filter(runs, voided_at=None, first__lte=on, case__closed_on=None)
    away = CaseTurn.objects.filter(voided_at=None, on=None, case__closed_on=None)
    left = Case.objects.filter(Q(paused_now=True) | Q(clock_digest=""), voided_at=None)
    found = set(left.values_list("pk", flat=True))
    return found.union(*(rows.values_list("case", flat=True) for rows in (paused, away)))


def came_in(ids: Iterable[int]) -> None:
    """Facts of these cases were written in this unit of work: compute at once, or have it done when there are many."""
    wanted = sorted(set(ids))
    if len(wanted) <= AT_ONCE:
        refresh(wanted)
        return
    later("bihuan.cases.clock.jobs.afterwards")


def afterwards(day: str = "") -> None:
    """What the job worker does after a large import: all cases. It may be delivered twice."""
    with as_of(day):
        refresh()


def later(job: str, *args: Any) -> None:
    """Have the job worker do `job` (a dotted path). It is given the simulated day or "" (see `as_of`), and then `args`."""
    simulated = clock.simulated_day()
    async_task(job, simulated.isoformat() if simulated else "", *args)


def as_of(day: str) -> AbstractContextManager[None]:
    """On the day a job was given by `later`."""
    return clock.simulate(parse_date(day) if day else None)


def cases_of(model: Any, rows: Any, column: str = "case") -> list[int]:
    """The cases (or what else `column` leads to) that merged rows belong to."""
    ids = rows.ids if hasattr(rows, "ids") else [row.pk for row in rows]
    found: set[int] = set()
    for start in range(0, len(ids), 2000):
        part = model.objects.filter(pk__in=list(ids[start : start + 2000]))
        found.update(part.order_by().values_list(column, flat=True))
    return sorted(found)
