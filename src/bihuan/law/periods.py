"""Due dates (期限届满日) with the trace that answers "why this day?".

The recipe: the term from the day after the trigger; approved extensions on the raw end; days excluded, each
once; then one roll over rest days at the very end (never in custody). Traces are rule codes with parameters,
no prose.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from . import steps
from .calendar import WorkCalendar, current_calendar
from .errors import PeriodError, TermError
from .steps import STEP_PARAMS, Step
from .terms import HALF_MONTH_DAYS, Period, Unit, add_months, as_period

ENGINE_VERSION = 1  # raise when the same inputs may give another answer: stored digests then differ

__all__ = [
    "STEP_PARAMS",
    "Boundary",
    "Due",
    "Exclusion",
    "Extension",
    "Period",
    "Step",
    "System",
    "due",
    "ends_on",
    "exceeded_cutoff",
    "exceeds",
    "merge_days",
]

System = Literal["civil", "criminal", "administrative"]
# 超过/不满 exclude the number itself, 以上/以内/满 include it (民法典1259)
Boundary = Literal["over", "reach"]

_ONE_DAY = dt.timedelta(days=1)

_START_ARTICLE = {
    "civil": "民法典201、民诉法85",
    "criminal": "刑诉法105",
    "administrative": "行诉法101、行诉解释48",
}
_ROLL_ARTICLE = {"civil": "民法典203、民诉法85", "criminal": "刑诉法105", "administrative": "行诉解释48"}
_MONTH_ARTICLE = {"civil": "民法典202", "criminal": "刑解202", "administrative": "行诉法101、民法典202"}


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


@dataclass(frozen=True, slots=True)
class Due:
    """A due date. `raw` is before the roll, `due` after it; `provisional` when an unpublished year decided
    it.

    `digest` (64 hex) covers engine version, all inputs and the calendar: equal digests mean an equal answer.
    """

    raw: dt.date
    due: dt.date
    provisional: bool
    trace: tuple[Step, ...]
    digest: str
    calendar_version: str


def due(
    trigger: dt.date,
    term: Period | str,
    *,
    extensions: Iterable[Extension | Period | str | dt.date] = (),
    exclusions: Iterable[Exclusion | tuple[dt.date, dt.date]] = (),
    custody: bool = False,
    system: System = "civil",
    calendar: WorkCalendar | None = None,
) -> Due:
    """When `term` from `trigger` ends: extensions on the raw end, excluded days once each, then one roll.

    `system` picks the articles; in "criminal" months count by 刑解202. With `custody` (criminal only,
    刑诉法105(4)) the end never moves over rest days. An extension that is a date sets the approved end.
    Excluded days up to the trigger, or beginning after the period has ended, do not count and are said in the
    trace. Working-day terms are prolonged by the excluded working days. `calendar` defaults to the installed
    one. Raises PeriodError, TermError, CalendarRangeError.
    """
    trigger = _day(trigger, "trigger")
    if system not in get_args(System):
        raise PeriodError(f"system {system!r} is not one of {', '.join(get_args(System))}")
    if custody and system != "criminal":
        raise PeriodError(f"custody=True with system={system!r}: only 刑诉法105 knows it; give system='criminal'")
    days = calendar or current_calendar()
    base = _of_system(as_period(term), system)
    granted = [_extension(e, system) for e in extensions]
    excluded = [_exclusion(e) for e in exclusions]

    trace = [
        Step(
            steps.START,
            _params(trigger=trigger, first_counted=trigger + _ONE_DAY, article=_START_ARTICLE[system]),
        )
    ]
    raw = _apply(trigger, base, system, days, trace)
    for extension in granted:
        raw = _extend(raw, extension, system, days, trace)
    in_workdays = base.in_workdays and all(e.term is not None and e.term.in_workdays for e in granted)
    raw = _exclude(trigger, raw, excluded, in_workdays, days, trace)
    end = raw if custody else days.next_workday_on_or_after(raw)
    trace.append(_last_step(raw, end, custody, system, days))

    counts_workdays = base.in_workdays or any(e.term is not None and e.term.in_workdays for e in granted)
    asked_from = trigger + _ONE_DAY if counts_workdays else raw
    provisional = (counts_workdays or not custody) and _unpublished(days, asked_from, end)
    if provisional:
        trace.append(Step(steps.PROVISIONAL, _params(published_to=days.published_to())))
    inputs = {
        "engine": ENGINE_VERSION,
        "trigger": trigger.isoformat(),
        "term": str(base),
        "extensions": [[str(e.term or ""), str(e.until or ""), e.article, e.reference] for e in granted],
        "exclusions": sorted([e.first.isoformat(), e.last.isoformat(), e.ground] for e in excluded),
        "custody": custody,
        "system": system,
        "calendar": days.digest,
    }
    digest = hashlib.sha256(json.dumps(inputs, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    return Due(raw, end, provisional, tuple(trace), digest, days.version)


def ends_on(
    trigger: dt.date, term: Period | str, *, system: System = "civil", calendar: WorkCalendar | None = None
) -> dt.date:
    """The raw end of `term` from `trigger`: no extension, no exclusion, no roll (the clock of thresholds)."""
    base = _of_system(as_period(term), system)
    return _apply(_day(trigger, "trigger"), base, system, calendar or current_calendar(), [])


def exceeds(
    trigger: dt.date,
    term: Period | str,
    on: dt.date,
    *,
    boundary: Boundary = "over",
    system: System = "civil",
    calendar: WorkCalendar | None = None,
) -> bool:
    """Whether on the day `on` more than `term` has passed since `trigger`, in calendar time, nothing
    deducted.

    boundary "over" (超过): the corresponding day itself is not yet over (民法典1259); "reach" (满、以上): it
    counts.
    """
    end = ends_on(trigger, term, system=system, calendar=calendar)
    return _past(end, _day(on, "on"), boundary)


def exceeded_cutoff(
    term: Period | str,
    on: dt.date,
    *,
    boundary: Boundary = "over",
    system: System = "civil",
    calendar: WorkCalendar | None = None,
) -> dt.date:
    """The latest trigger for which `exceeds(trigger, term, on)` is true: all earlier ones are too.

    So a set-based rule is one comparison: `filed_on <= exceeded_cutoff("6m", on)`.
    """
    on = _day(on, "on")
    base = as_period(term)
    rough = {Unit.YEAR: 365.25, Unit.HALF_MONTH: HALF_MONTH_DAYS, Unit.DAY: 1, Unit.WORKDAY: 1.46}
    span = sum(count * rough.get(unit, 30.44) for count, unit in base.parts)
    day = on - dt.timedelta(days=round(span))

    def passed(candidate: dt.date) -> bool:
        return _past(ends_on(candidate, base, system=system, calendar=calendar), on, boundary)

    while passed(day + _ONE_DAY):
        day += _ONE_DAY
    while not passed(day):
        day -= _ONE_DAY
    return day


def merge_days(spans: Iterable[tuple[dt.date, dt.date]]) -> list[tuple[dt.date, dt.date]]:
    """The union of day spans (both ends included), in order; overlapping and touching ones become one."""
    merged: list[tuple[dt.date, dt.date]] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1] + _ONE_DAY:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


# ---- the movements ----


def _apply(day: dt.date, period: Period, system: str, days: WorkCalendar, trace: list[Step]) -> dt.date:
    """`day` moved by each part of `period`, each movement traced."""
    for count, unit in period.parts:
        start = day
        if unit is Unit.WORKDAY:
            day = days.add_workdays(day, count)
            trace.append(_step(steps.WORKDAYS, start, count, day, article="行政复议法88"))
        elif unit is Unit.DAY:
            day = _plus(day, count)
            trace.append(_step(steps.DAYS, start, count, day))
        elif unit is Unit.HALF_MONTH:
            day = _plus(day, count * HALF_MONTH_DAYS)
            trace.append(_step(steps.HALF_MONTH, start, count, day, days=count * HALF_MONTH_DAYS, article="刑解202"))
        elif unit is Unit.CRIMINAL_MONTH:
            day = add_months(day, count, criminal=True)
            at_end = (start + _ONE_DAY).day == 1
            clamped = not at_end and day.day != start.day
            params = {"month_end": at_end, "clamped": clamped, "article": "刑解202"}
            trace.append(_step(steps.CRIMINAL_MONTHS, start, count, day, **params))
        else:
            day = add_months(day, count * 12 if unit is Unit.YEAR else count)
            code = steps.YEARS if unit is Unit.YEAR else steps.MONTHS
            article = "民法典202" if unit is Unit.YEAR else _MONTH_ARTICLE[system]
            trace.append(_step(code, start, count, day, clamped=day.day != start.day, article=article))
    return day


def _extend(raw: dt.date, extension: Extension, system: str, days: WorkCalendar, trace: list[Step]) -> dt.date:
    """`raw` after an approved extension; it starts from the raw end, not from a rolled one."""
    told = {"article": extension.article, "reference": extension.reference}
    if extension.until is not None:
        if extension.until <= raw:
            raise PeriodError(f"the approved end {extension.until} is not after {raw}: it extends nothing; check it")
        trace.append(Step(steps.EXTENSION_UNTIL, _params(**{"from": raw}, to=extension.until, **told)))
        return extension.until
    assert extension.term is not None
    end = _apply(raw, extension.term, system, days, [])
    trace.append(Step(steps.EXTENSION, _params(**{"from": raw}, term=str(extension.term), to=end, **told)))
    return end


def _exclude(
    trigger: dt.date,
    raw: dt.date,
    spans: list[Exclusion],
    workdays: bool,
    days: WorkCalendar,
    trace: list[Step],
) -> dt.date:
    """`raw` later by the excluded days that lie inside the running period, each day once."""
    for first, last in merge_days((e.first, e.last) for e in spans):
        grounds = sorted({e.ground for e in spans if e.ground and first <= e.first <= last})
        start = max(first, trigger + _ONE_DAY)
        if start > last or start > raw:
            because = "before" if start > last else "after"
            trace.append(
                Step(steps.EXCLUSION_IGNORED, _params(first=first, last=last, grounds=grounds, because=because))
            )
            continue
        before = raw
        count = days.workdays_between(start - _ONE_DAY, last) if workdays else (last - start).days + 1
        raw = days.add_workdays(raw, count) if workdays else _plus(raw, count)
        moved = _params(unit=str(Unit.WORKDAY if workdays else Unit.DAY), count=count, grounds=grounds)
        trace.append(Step(steps.EXCLUSION, _params(first=start, last=last, **{"from": before}, to=raw) | moved))
    return raw


def _last_step(raw: dt.date, end: dt.date, custody: bool, system: str, days: WorkCalendar) -> Step:
    article = "刑诉法105(4)" if custody else _ROLL_ARTICLE[system]
    if custody:
        return Step(steps.CUSTODY, _params(day=raw, article=article))
    kind = str(days.fact(raw).kind)
    if raw == end:
        return Step(steps.NO_ROLL, _params(day=raw, kind=kind, article=article))
    notices = sorted({f.doc for f in days.days(raw, end) if f.doc})
    count = (end - raw).days
    params = _params(to=end, rest_days=count, kind=kind, notices=notices, article=article)
    return Step(steps.ROLL, _params(**{"from": raw}) | params)


# ---- reading inputs ----


def _of_system(period: Period, system: str) -> Period:
    return period.criminal() if system == "criminal" else period


def _extension(given: Extension | Period | str | dt.date, system: str) -> Extension:
    if isinstance(given, dt.date):
        return Extension(until=_day(given, "extension"))
    extension = given if isinstance(given, Extension) else Extension(term=as_period(given))
    if (extension.term is None) == (extension.until is None):
        raise PeriodError("an extension has either a term or an approved end day; give exactly one")
    if extension.term is None:
        return extension
    term = _of_system(extension.term, system)
    return Extension(term=term, article=extension.article, reference=extension.reference)


def _exclusion(given: Exclusion | tuple[dt.date, dt.date]) -> Exclusion:
    span = given if isinstance(given, Exclusion) else Exclusion(*given)
    if span.last is None:  # callers pass what imports deliver
        raise PeriodError(f"the exclusion from {span.first} has no last day; while it runs, give the cut-off day")
    if _day(span.last, "exclusion end") < _day(span.first, "exclusion start"):
        raise PeriodError(f"the exclusion {span.first}..{span.last} ends before it begins; check both days")
    return span


def _day(value: dt.date, name: str) -> dt.date:
    if isinstance(value, dt.datetime) or not isinstance(value, dt.date):
        raise PeriodError(f"{name} is {value!r}; give the court's calendar day (a date)")
    return value


def _plus(day: dt.date, count: int) -> dt.date:
    try:
        return day + dt.timedelta(days=count)
    except OverflowError as error:
        raise TermError(f"{count} days from {day} leaves the calendar; check the term") from error


def _past(end: dt.date, on: dt.date, boundary: str) -> bool:
    if boundary not in get_args(Boundary):
        raise PeriodError(f"boundary {boundary!r} is not one of {', '.join(get_args(Boundary))}")
    return on > end if boundary == "over" else on >= end


def _unpublished(days: WorkCalendar, first: dt.date, last: dt.date) -> bool:
    return any(days.is_provisional(dt.date(year, 1, 1)) for year in range(first.year, last.year + 1))


def _step(code: str, start: dt.date, count: int, end: dt.date, **more: Any) -> Step:
    return Step(code, _params(**{"from": start}, count=count, to=end, **more))


def _params(**values: Any) -> dict[str, Any]:
    return dict(_jsonable(values))


def _jsonable(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        yield key, value.isoformat() if isinstance(value, dt.date) else value
