"""Reading what was counted: an indicator's past, day by day and month by month, and the figures of the newest count.

A day's figure is the one counted on the day itself; only where there is none, the one counted afterwards, and it says so. Several
divisions together (the field of a leader) are the sum of their counts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Q, QuerySet

from .. import access
from ..models.indicators import AlertTally, IndicatorSnapshot
from ..models.org import Person
from .declaring import Indicator, get
from .figures import Figure
from .periods import Span, month_of, year_of

Units = Collection[int] | None
"""The divisions counted together; None: the court."""


@dataclass(frozen=True)
class Kept:
    """A figure as it was kept for the day `on`; `afterwards`: counted later, of the facts known later. `other`: the day was counted
    then, and again afterwards: what that came to."""

    on: dt.date
    figure: Figure
    afterwards: bool
    version: str
    other: Figure | None = None


@dataclass(frozen=True)
class Moment:
    """A place in a series: the day or month, and what was kept of it (None: nothing was counted)."""

    span: Span
    kept: Kept | None


def _rows(person: Person | None, units: Units, model: Any = IndicatorSnapshot) -> QuerySet[Any]:
    rows: QuerySet[Any] = access.visible(person, model).order_by()
    return rows.filter(unit__isnull=True) if units is None else rows.filter(unit__in=list(units))


def newest_day(person: Person | None, units: Units, by: dt.date) -> dt.date | None:
    """The last day, not after `by`, that was counted."""
    day: dt.date | None = _rows(person, units, AlertTally).filter(on__lte=by).aggregate(day=Max("on"))["day"]
    return day


def figures_on(
    days: Iterable[dt.date], codes: Iterable[str], *, person: Person | None, units: Units
) -> dict[tuple[str, dt.date, dt.date], Kept]:
    """(code, day, first day of the span) -> what was kept of those days: one statement."""
    rows = _rows(person, units).filter(on__in=list(days), code__in=list(codes))
    return _together(rows)


def _together(rows: QuerySet[Any]) -> dict[tuple[str, dt.date, dt.date], Kept]:
    sums: dict[tuple[str, dt.date, dt.date], dict[bool, list[Any]]] = {}
    told = ("code", "on", "starts", "ends", "numerator", "denominator", "version", "afterwards")
    for code, on, starts, ends, above, below, version, late in rows.values_list(*told):
        both = sums.setdefault((code, on, starts), {})
        held = both.get(late)
        if held is None:
            both[late] = [ends, above, below, version]
        else:
            held[1] += above
            held[2] = None if below is None else held[2] + below
    return {key: kept for key, both in sums.items() if (kept := _kept(key, both)) is not None}


def _kept(key: tuple[str, dt.date, dt.date], both: dict[bool, list[Any]]) -> Kept | None:
    code, on, starts = key
    one = get(code)
    if one is None:
        return None
    figures = {late: Figure(one, Span(starts, ends), above, below) for late, (ends, above, below, _v) in both.items()}
    late = False not in figures
    return Kept(on, figures[late], late, both[late][3], figures.get(True) if not late else None)


def month_ends(person: Person | None, units: Units, by: dt.date, months: int, code: str = "") -> list[dt.date]:
    """The last counted day of each of the last months that has one; `code`: on which that indicator was counted."""
    first = month_of(by).back(months - 1).starts
    rows = _rows(person, units).filter(code=code) if code else _rows(person, units, AlertTally)
    days = rows.filter(on__gte=first, on__lte=by).values_list("on", flat=True).order_by("on").distinct()
    return list({day.replace(day=1): day for day in days}.values())


def by_month(indicator: Indicator, *, person: Person | None, units: Units, by: dt.date, months: int) -> list[Moment]:
    """The last months, each as it was last counted within the month (the figure of that month alone)."""
    days = month_ends(person, units, by, months, indicator.code)
    found = figures_on(days, [indicator.code], person=person, units=units)
    return months_of(indicator.code, days, found, by, months)


def months_of(
    code: str,
    days: Sequence[dt.date],
    found: dict[tuple[str, dt.date, dt.date], Kept],
    by: dt.date,
    months: int,
    *,
    to_date: bool = False,
) -> list[Moment]:
    """The moments of the last months, of what `figures_on` found for those days: each month alone, or the year up to its end."""
    last = {day.replace(day=1): day for day in days}
    series = []
    for n in range(months - 1, -1, -1):
        span = month_of(by).back(n)
        day = last.get(span.starts)
        starts = year_of(day).starts if day and to_date else span.starts
        series.append(Moment(span, found.get((code, day, starts)) if day else None))
    return series


def by_day(indicator: Indicator, *, person: Person | None, units: Units, by: dt.date, days: int) -> list[Moment]:
    """The last days, each as the year to date was counted for it."""
    first = by - dt.timedelta(days=days - 1)
    span = [first + dt.timedelta(days=n) for n in range(days)]
    rows = _rows(person, units).filter(code=indicator.code, on__gte=first, on__lte=by)
    starts = {year_of(day).starts for day in span}
    found = _together(rows.filter(Q(starts__in=starts)))
    return [Moment(Span(day, day), found.get((indicator.code, day, year_of(day).starts))) for day in span]


def alerts_on(person: Person | None, units: Units, day: dt.date) -> list[tuple[str, str, str, int]]:
    """(domain, severity, age, number) of the alerts that stood on a counted day, of these divisions (None: of all)."""
    rows = access.visible(person, AlertTally).filter(on=day).order_by()
    if units is not None:
        rows = rows.filter(unit__in=list(units))
    counts = rows.values_list("counts", flat=True)
    return [(domain, severity, age, number) for told in counts for domain, severity, age, number in told]
