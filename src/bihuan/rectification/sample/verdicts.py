"""Judge the criteria of the sample by hand: a second, small reading of the rules, used to prove the data. No Django.

It answers for the sample alone: the platform's own criteria decide in a running court.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from bihuan.law.calendar import current_calendar

from .load import Sample
from .shapes import Criterion, Duty, Measure, Problem, Step

MET, UNMET, OPEN = "met", "unmet", "undeterminable"
KEYS: dict[str, tuple[set[str], set[str]]] = {  # kind -> parameters it must have, parameters it may have
    "reading_range": ({"figure", "level", "periods"}, {"low", "high"}),
    "rule_quiet": ({"rule", "level", "days"}, set()),
    "duty_kept": ({"duty", "periods"}, set()),
    "ledger_count": ({"count", "least"}, set()),
    "evidence_kind": ({"kind", "least"}, set()),
    "onsite_check": ({"person"}, set()),
}
COUNTS = {"rules_made": "rule_made", "money_recovered": "money_recovered"} | {
    "persons_held": "person_held",
    "cases_fixed": "case_fixed",
}
CARRIED = {"money_recovered": "amount"}  # the others count by `number`
DEFERRED = "onsite_check"  # waits for the verification


def month_after(period: str, count: int = 1) -> str:
    """The period `count` months after "YYYY-MM" (before it, when negative)."""
    year, month = (int(part) for part in period.split("-"))
    months = year * 12 + month - 1 + count
    return f"{months // 12:04d}-{months % 12 + 1:02d}"


def newest_import(sample: Sample, on: dt.date) -> str:
    """The period of the newest monthly sheet imported by the day: up to its end the readings ought to be complete."""
    return max(row.period for row in sample.imports if row.day <= on)


def known(sample: Sample, figure: str, period: str, on: dt.date) -> Decimal | None:
    """The figure's value of the period as it was known on the day; None when it had not been imported."""
    row = sample.figure[figure]
    if period not in row.values or sample.received(row, period) > on:
        return None
    return row.value(period)


def facts_since(sample: Sample, problem: Problem, story: Iterable[Step], on: dt.date) -> dt.date:
    """The first day whose facts count: the feedback, or the refusal or reopening that began the newest attempt."""
    since = sample.round[problem.round].feedback_on
    for step in story:
        refused = step.do == "external" and step.data["result"] == "refused"
        if step.day <= on and (refused or step.do == "reopen"):
            since = step.day
    return since


def deadline(duty: Duty, nominal: dt.date) -> dt.date:
    """The last day on which a record of the occurrence still counts as kept."""
    days = current_calendar()
    due = days.next_workday_on_or_after(nominal)
    return days.add_workdays(due, duty.grace_days) if duty.grace_days else due


def kept(duty: Duty, nominal: dt.date) -> bool:
    """Whether one occurrence was fulfilled in time."""
    due = current_calendar().next_workday_on_or_after(nominal)
    records = duty.records
    fulfilled = nominal not in records.missed and due <= records.until
    return fulfilled and records.late.get(nominal, due) <= deadline(duty, nominal)


def verdict(sample: Sample, measure: Measure, criterion: Criterion, on: dt.date, since: dt.date) -> str:
    """What the criterion says on the day of facts not before `since`."""
    params = criterion.params
    told = [step for step in measure.story if since <= step.day <= on]
    if criterion.kind == "reading_range":
        return _readings(sample, params, on, since)
    if criterion.kind == "duty_kept":
        duty = sample.duty[params["duty"]]
        past = [day for day in duty.occurrences(on) if day >= since and deadline(duty, day) < on]
        asked = [kept(duty, day) for day in past[-params["periods"] :]]
        if not all(asked):
            return UNMET
        return MET if len(asked) == params["periods"] else OPEN
    if criterion.kind == "ledger_count":
        kind = COUNTS[params["count"]]
        rows = [s.data for s in told if s.do == "outcome" and s.data["kind"] == kind]
        found = sum(int(row.get(CARRIED.get(kind, "number"), 1)) for row in rows)
        return MET if found >= params["least"] else UNMET
    if criterion.kind == "evidence_kind":
        filed = [s for s in told if s.do == "evidence" and s.data["kind"] == params["kind"]]
        found = sum(s.data.get("effective_on", s.day) >= since for s in filed)
        return MET if found >= params["least"] else UNMET
    if criterion.kind == DEFERRED:
        return _checked(told, params["person"])
    return OPEN  # rule_quiet: no patrol ran in the sample's past, and none is pretended


def whole(
    sample: Sample,
    problem: Problem,
    measure: Measure,
    on: dt.date,
    *,
    done: int | None = None,
    deferred: bool = True,
) -> str:
    """The verdict over all criteria of the measure: unmet before undeterminable before met.

    `done`: only so many steps of the story have happened; `deferred` false leaves out what waits for the verification.
    """
    told = measure.story if done is None else measure.story[:done]
    seen = dataclasses.replace(measure, story=told)
    since = facts_since(sample, problem, told, on)
    asked = [c for c in measure.criteria if deferred or c.kind != DEFERRED]
    found = {verdict(sample, seen, criterion, on, since) for criterion in asked}
    return UNMET if UNMET in found else OPEN if OPEN in found else MET


def _checked(told: list[Step], person: str) -> str:
    """Whether a check of the person (of anybody, if empty) stands behind the newest application."""
    applied = max((n for n, step in enumerate(told) if step.do == "apply"), default=None)
    if applied is None:
        return OPEN
    checks = (s for s in told[applied:] if s.do == "verify" and person in ("", s.by))
    return MET if any(s.data["result"] == "passed" for s in checks) else OPEN


def _readings(sample: Sample, params: Mapping[str, Any], on: dt.date, since: dt.date) -> str:
    newest = newest_import(sample, on)
    periods = [month_after(newest, -back) for back in range(params["periods"])]
    low, high = params.get("low"), params.get("high")
    missing = False
    for period in periods:
        value = known(sample, params["figure"], period, on) if period >= f"{since:%Y-%m}" else None
        if value is None:
            missing = True
        elif (low is not None and value < Decimal(str(low))) or (high is not None and value > Decimal(str(high))):
            return UNMET
    return OPEN if missing else MET
