"""How a day moves through a period: adding its parts, extending, excluding days, the one roll at the end.

Each movement appends its step to the trace. `periods.due` strings them together for one period, the limits of cases
(`bihuan.law.limits`) for a case's whole history.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import steps
from .calendar import WorkCalendar
from .errors import PeriodError, TermError
from .steps import Step
from .systems import SystemRules
from .terms import HALF_MONTH_DAYS, MonthStart, Period, Unit, add_months, starts_at_month_end

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Extension:
    """An approved extension (延长): a `term` to add, or the approved end day `until` where the law gives no
    length.
    """

    term: Period | None = None
    until: dt.date | None = None
    article: str = ""
    reference: str = ""  # number of the approval


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Days that do not count (扣除、中止), `first` and `last` included, with the ground of the closed list."""

    first: dt.date
    last: dt.date
    ground: str = ""
    article: str = ""  # where the ground stands, when it was judged against a list


@dataclass(frozen=True, slots=True)
class Way:
    """What every movement of one period shares: the system's rules, the calendar, the reading of 刑解202."""

    rules: SystemRules
    days: WorkCalendar
    month_start: MonthStart = "trigger"

    def of_system(self, period: Period) -> Period:
        """`period` with its months counted as the system counts them."""
        return period.criminal() if self.rules.criminal_months else period


def start_step(way: Way, trigger: dt.date) -> Step:
    """The trigger day is not counted."""
    article = way.rules.cite("start", trigger)
    return Step(steps.START, params(trigger=trigger, first_counted=trigger + ONE_DAY, article=article))


def advance(way: Way, day: dt.date, period: Period, trace: list[Step]) -> dt.date:
    """`day` moved by each part of `period`, each movement traced. Raises TermError (hours, or leaving the years)."""
    for count, unit in period.parts:
        start, cite = day, way.rules.cite
        if unit is Unit.WORKDAY:
            day = way.days.add_workdays(day, count)
            trace.append(_step(steps.WORKDAYS, start, count, day, article=cite("workday", start)))
        elif unit is Unit.DAY:
            day = plus(day, count)
            trace.append(_step(steps.DAYS, start, count, day))
        elif unit is Unit.HALF_MONTH:
            day = plus(day, count * HALF_MONTH_DAYS)
            more = {"days": count * HALF_MONTH_DAYS, "article": cite("half", start)}
            trace.append(_step(steps.HALF_MONTH, start, count, day, **more))
        elif unit is Unit.CRIMINAL_MONTH:
            day = add_months(day, count, criminal=True, month_start=way.month_start)
            at_end = starts_at_month_end(start, way.month_start)
            more = {"month_end": at_end, "clamped": not at_end and day.day != start.day, "article": "刑解202"}
            trace.append(_step(steps.CRIMINAL_MONTHS, start, count, day, **more))
        elif unit is Unit.HOUR:
            raise TermError(f"{period} counts hours; give the moment and use the calculation by hours")
        else:
            day = add_months(day, count * 12 if unit is Unit.YEAR else count)
            code = steps.YEARS if unit is Unit.YEAR else steps.MONTHS
            article = cite("year" if unit is Unit.YEAR else "month", start)
            trace.append(_step(code, start, count, day, clamped=day.day != start.day, article=article))
    return day


def extend(way: Way, raw: dt.date, extension: Extension, trace: list[Step]) -> dt.date:
    """`raw` after an approved extension; it starts from the raw end, not from a rolled one. Raises PeriodError."""
    told = {"article": extension.article, "reference": extension.reference}
    if extension.until is not None:
        if extension.until <= raw:
            raise PeriodError(f"the approved end {extension.until} is not after {raw}: it extends nothing; check it")
        trace.append(Step(steps.EXTENSION_UNTIL, params(**{"from": raw}, to=extension.until, **told)))
        return extension.until
    assert extension.term is not None
    end = advance(way, raw, extension.term, [])
    trace.append(Step(steps.EXTENSION, params(**{"from": raw}, term=str(extension.term), to=end, **told)))
    return end


def exclude(
    way: Way, trigger: dt.date, raw: dt.date, spans: Sequence[Exclusion], workdays: bool, trace: list[Step]
) -> dt.date:
    """`raw` later by the excluded days that lie inside the running period, each day once.

    Days up to the trigger do not count; nor does a span that begins after the period, as moved so far, has ended.
    """
    for first, last in merge_days((e.first, e.last) for e in spans):
        grounds = sorted({e.ground for e in spans if e.ground and first <= e.first <= last})
        start = max(first, trigger + ONE_DAY)
        if start > last or start > raw:
            because = "before" if start > last else "after"
            told = params(first=first, last=last, grounds=grounds, because=because)
            trace.append(Step(steps.EXCLUSION_IGNORED, told))
            continue
        before = raw
        count = way.days.workdays_between(start - ONE_DAY, last) if workdays else (last - start).days + 1
        raw = way.days.add_workdays(raw, count) if workdays else plus(raw, count)
        moved = params(unit=str(Unit.WORKDAY if workdays else Unit.DAY), count=count, grounds=grounds)
        cited = sorted({e.article for e in spans if e.article and first <= e.first <= last})
        code, more = (steps.EXCLUSION_CITED, {"articles": cited}) if cited else (steps.EXCLUSION, {})
        trace.append(Step(code, params(first=start, last=last, **{"from": before}, to=raw) | moved | more))
    return raw


def roll(way: Way, raw: dt.date, custody: bool, trace: list[Step]) -> dt.date:
    """The day after rest days on which a period that ends on `raw` is due; in custody `raw` itself."""
    if custody:
        trace.append(Step(steps.CUSTODY, params(day=raw, article=way.rules.cite("stay", raw))))
        return raw
    end = way.days.next_workday_on_or_after(raw)
    article, kind = way.rules.cite("roll", raw), str(way.days.fact(raw).kind)
    if raw == end:
        trace.append(Step(steps.NO_ROLL, params(day=raw, kind=kind, article=article)))
        return end
    notices = sorted({f.doc for f in way.days.days(raw, end) if f.doc})
    told = params(to=end, rest_days=(end - raw).days, kind=kind, notices=notices, article=article)
    trace.append(Step(steps.ROLL, params(**{"from": raw}) | told))
    return end


def unpublished(days: WorkCalendar, first: dt.date, last: dt.date) -> bool:
    """Whether a year of first..last has no published notice."""
    return any(days.is_provisional(dt.date(year, 1, 1)) for year in range(first.year, last.year + 1))


def merge_days(spans: Iterable[tuple[dt.date, dt.date]]) -> list[tuple[dt.date, dt.date]]:
    """The union of day spans (both ends included), in order; overlapping and touching ones become one."""
    merged: list[tuple[dt.date, dt.date]] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1] + ONE_DAY:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def as_day(value: dt.date, name: str) -> dt.date:
    """`value`, which must be a calendar day. Raises PeriodError naming `name`."""
    if isinstance(value, dt.datetime) or not isinstance(value, dt.date):
        raise PeriodError(f"{name} is {value!r}; give the court's calendar day (a date)")
    return value


def plus(day: dt.date, count: int) -> dt.date:
    """`day` later by `count` days. Raises TermError."""
    try:
        return day + dt.timedelta(days=count)
    except OverflowError as error:
        raise TermError(f"{count} days from {day} leaves the calendar; check the term") from error


def params(**values: Any) -> dict[str, Any]:
    """Step parameters, days as text."""
    return dict(_jsonable(values))


def _step(code: str, start: dt.date, count: int, end: dt.date, **more: Any) -> Step:
    return Step(code, params(**{"from": start}, count=count, to=end, **more))


def _jsonable(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        yield key, value.isoformat() if isinstance(value, dt.date) else value
