"""Due dates (期限届满日) with the trace that answers "why this day?".

The recipe: the term from the day after the trigger; approved extensions on the raw end; days excluded, each
once; then one roll over rest days at the very end (never in custody). Traces are rule codes with parameters,
no prose.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from . import movements, steps
from .calendar import WorkCalendar, current_calendar
from .errors import PeriodError
from .movements import Exclusion, Extension, Way, as_day, merge_days
from .steps import STEP_PARAMS, Step
from .systems import System, rules_of
from .terms import HALF_MONTH_DAYS, MonthStart, Period, Unit, as_period

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

# 超过/不满 exclude the number itself, 以上/以内/满 include it (民法典1259)
Boundary = Literal["over", "reach"]

_ONE_DAY = movements.ONE_DAY


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
    month_start: MonthStart = "trigger",
) -> Due:
    """When `term` from `trigger` ends: extensions on the raw end, excluded days once each, then one roll.

    `system` picks the rules and articles; in "criminal" months count by 刑解202, read as `month_start` says. With
    `custody` (criminal only, 刑诉法105(4)) the end never moves over rest days. An extension that is a date sets the
    approved end. Excluded days up to the trigger, or beginning after the period has ended, do not count and are said
    in the trace. Working-day terms are prolonged by the excluded working days. `calendar` defaults to the installed
    one. Raises PeriodError, TermError, CalendarRangeError.
    """
    trigger = as_day(trigger, "trigger")
    rules = rules_of(system)
    if custody and not rules.custody:
        raise PeriodError(f"custody=True with system={system!r}: only 刑诉法105 knows it; give system='criminal'")
    way = Way(rules, calendar or current_calendar(), month_start)
    base = way.of_system(as_period(term))
    granted = [_extension(e, way) for e in extensions]
    excluded = [_exclusion(e) for e in exclusions]

    trace = [movements.start_step(way, trigger)]
    raw = movements.advance(way, trigger, base, trace)
    for extension in granted:
        raw = movements.extend(way, raw, extension, trace)
    in_workdays = base.in_workdays and all(e.term is not None and e.term.in_workdays for e in granted)
    raw = movements.exclude(way, trigger, raw, excluded, in_workdays, trace)
    end = movements.roll(way, raw, custody, trace)

    counts_workdays = base.in_workdays or any(e.term is not None and e.term.in_workdays for e in granted)
    asked_from = trigger + _ONE_DAY if counts_workdays else raw
    provisional = (counts_workdays or not custody) and movements.unpublished(way.days, asked_from, end)
    if provisional:
        trace.append(Step(steps.PROVISIONAL, movements.params(published_to=way.days.published_to())))
    inputs: dict[str, Any] = {
        "engine": ENGINE_VERSION,
        "trigger": trigger.isoformat(),
        "term": str(base),
        "extensions": [[str(e.term or ""), str(e.until or ""), e.article, e.reference] for e in granted],
        "exclusions": sorted([e.first.isoformat(), e.last.isoformat(), e.ground] for e in excluded),
        "custody": custody,
        "system": system,
        "calendar": way.days.digest,
    }
    if month_start != "trigger":  # left out otherwise, so that digests stored before the choice existed stand
        inputs["month_start"] = month_start
    return Due(raw, end, provisional, tuple(trace), digest_of(inputs), way.days.version)


def digest_of(inputs: dict[str, Any]) -> str:
    """64 hex digits over plain inputs: equal inputs, equal digest."""
    return hashlib.sha256(json.dumps(inputs, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def ends_on(
    trigger: dt.date, term: Period | str, *, system: System = "civil", calendar: WorkCalendar | None = None
) -> dt.date:
    """The raw end of `term` from `trigger`: no extension, no exclusion, no roll (the clock of thresholds)."""
    way = Way(rules_of(system), calendar or current_calendar())
    return movements.advance(way, as_day(trigger, "trigger"), way.of_system(as_period(term)), [])


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
    return _past(end, as_day(on, "on"), boundary)


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
    on = as_day(on, "on")
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


# ---- reading inputs ----


def _extension(given: Extension | Period | str | dt.date, way: Way) -> Extension:
    if isinstance(given, dt.date):
        return Extension(until=as_day(given, "extension"))
    extension = given if isinstance(given, Extension) else Extension(term=as_period(given))
    if (extension.term is None) == (extension.until is None):
        raise PeriodError("an extension has either a term or an approved end day; give exactly one")
    if extension.term is None:
        return extension
    term = way.of_system(extension.term)
    return Extension(term=term, article=extension.article, reference=extension.reference)


def _exclusion(given: Exclusion | tuple[dt.date, dt.date]) -> Exclusion:
    span = given if isinstance(given, Exclusion) else Exclusion(*given)
    if span.last is None:  # callers pass what imports deliver
        raise PeriodError(f"the exclusion from {span.first} has no last day; while it runs, give the cut-off day")
    if as_day(span.last, "exclusion end") < as_day(span.first, "exclusion start"):
        raise PeriodError(f"the exclusion {span.first}..{span.last} ends before it begins; check both days")
    return span


def _past(end: dt.date, on: dt.date, boundary: str) -> bool:
    if boundary not in get_args(Boundary):
        raise PeriodError(f"boundary {boundary!r} is not one of {', '.join(get_args(Boundary))}")
    return on > end if boundary == "over" else on >= end
