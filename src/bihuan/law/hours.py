"""Periods counted in hours (以小时计算的期间): from a moment to a moment.

民法典201 starts them at the moment the law sets; in civil procedure they start with the next full hour (民诉解释125). They
are not moved over rest days: the rolling articles speak of the last *day* (see data/readings.yaml, hours-roll).
Moments are the court's own wall clock, without a time zone.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from . import steps
from .errors import PeriodError, TermError
from .periods import ENGINE_VERSION, digest_of
from .steps import Step
from .systems import Hours, System, rules_of
from .terms import Period, as_period

_HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class DueMoment:
    """When a period in hours ends, and when its counting began."""

    start: dt.datetime
    due: dt.datetime
    trace: tuple[Step, ...]
    digest: str


def hours_due(
    moment: dt.datetime, term: Period | str, *, system: System = "civil", rule: Hours | None = None
) -> DueMoment:
    """When `term` (48h) from `moment` ends. `rule` overrides the system's: next_hour (民诉解释125) or moment (民法典201).

    Raises PeriodError (a day instead of a moment, a time zone), TermError (a term that is not in hours).
    """
    if not isinstance(moment, dt.datetime):
        raise PeriodError(f"{moment!r} is a day; hours are counted from a moment, write 2025-03-03 10:20")
    if moment.tzinfo is not None:
        raise PeriodError(f"{moment!r} has a time zone; give the court's wall clock")
    period = as_period(term)
    if not period.in_hours:
        raise TermError(f"{period} is not in hours; use the calculation by days")
    rules = rules_of(system)
    chosen = rule or rules.hours
    start = moment.replace(minute=0, second=0, microsecond=0) + _HOUR if chosen == "next_hour" else moment
    count = period.parts[0][0]
    end = start + count * _HOUR
    article = rules.cite("hour", moment.date()) if chosen == rules.hours else _ARTICLE[chosen]
    trace = (
        Step(steps.HOUR_START, {"moment": _said(moment), "start": _said(start), "rule": chosen, "article": article}),
        Step(steps.HOURS, {"from": _said(start), "count": count, "to": _said(end)}),
    )
    inputs = {"engine": ENGINE_VERSION, "moment": moment.isoformat(), "term": str(period), "rule": chosen, "system": system}
    return DueMoment(start, end, trace, digest_of(inputs))


_ARTICLE: dict[Hours, str] = {"next_hour": "民诉解释125", "moment": "民法典201"}


def _said(moment: dt.datetime) -> str:
    return moment.isoformat(sep=" ", timespec="minutes")
