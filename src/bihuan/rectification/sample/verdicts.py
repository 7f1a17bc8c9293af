"""Judge the criteria of the sample by hand: a second, small reading of the rules, used to prove the data. No Django.

It answers for the sample alone: the platform's own criteria decide in a running court.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from bihuan.law.calendar import current_calendar

from .load import Sample
from .shapes import Duty, Measure, Problem, Step

MET, UNMET, OPEN = "met", "unmet", "undeterminable"
COMPARE: dict[str, Callable[[int, int], bool]] = {
    "ge": lambda found, wanted: found >= wanted,
    "le": lambda found, wanted: found <= wanted,
    "eq": lambda found, wanted: found == wanted,
}
KEYS: dict[str, tuple[set[str], set[str]]] = {  # kind -> keys it must have, keys it may have
    "reading_range": ({"figure", "periods"}, {"min", "max"}),
    "rule_quiet": ({"rule", "unit", "days"}, set()),
    "duty_kept": ({"duty", "periods"}, set()),
    "ledger_count": ({"ledger", "filter", "op", "value"}, set()),
    "evidence_kind": ({"evidence", "count"}, set()),
    "onsite_check": ({"by_role"}, set()),
}


def month_after(period: str, count: int = 1) -> str:
    """The period `count` months after "YYYY-MM" (before it, when negative)."""
    year, month = (int(part) for part in period.split("-"))
    months = year * 12 + month - 1 + count
    return f"{months // 12:04d}-{months % 12 + 1:02d}"


def newest_due(sample: Sample, on: dt.date) -> str:
    """The newest period whose reading had to be there on the day."""
    last = f"{on:%Y-%m}"
    return month_after(last, -1 if on.day >= sample.reading_due_day else -2)


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


def kept(duty: Duty, nominal: dt.date, on: dt.date) -> str:
    """Whether one occurrence was kept, as seen on the day: met, unmet, or undeterminable while it is still open."""
    days = current_calendar()
    due = days.next_workday_on_or_after(nominal)
    deadline = days.add_workdays(due, duty.grace_days) if duty.grace_days else due
    records = duty.records
    done = records.late.get(nominal, due)
    fulfilled = nominal not in records.missed and due <= records.until and done <= on
    if fulfilled:
        return MET if done <= deadline else UNMET
    return UNMET if on > deadline else OPEN


def verdict(sample: Sample, measure: Measure, criterion: Mapping[str, Any], on: dt.date, since: dt.date) -> str:
    """What the criterion says on the day of facts not before `since`."""
    kind = criterion["kind"]
    told = [step for step in measure.story if since <= step.day <= on]
    if kind == "reading_range":
        return _readings(sample, criterion, on, since)
    if kind == "duty_kept":
        duty = sample.duty[criterion["duty"]]
        settled = [v for v in (kept(duty, day, on) for day in duty.occurrences(on)) if v != OPEN]
        asked = settled[-criterion["periods"] :]
        if UNMET in asked:
            return UNMET
        return MET if len(asked) == criterion["periods"] else OPEN
    if kind == "ledger_count":
        found = sum(s.do == "outcome" and s.data["kind"] == criterion["filter"]["kind"] for s in told)
        return MET if COMPARE[criterion["op"]](found, criterion["value"]) else UNMET
    if kind == "evidence_kind":
        found = sum(s.do == "evidence" and s.data["kind"] == criterion["evidence"] for s in told)
        return MET if found >= criterion["count"] else UNMET
    if kind == "onsite_check":
        role = criterion["by_role"]
        checks = (s for s in told if s.do == "onsite" and s.by)
        return MET if any(role in sample.court.roles_of(s.by or "", s.day) for s in checks) else UNMET
    return OPEN  # rule_quiet: no patrol ran in the sample's past, and none is pretended


def whole(sample: Sample, problem: Problem, measure: Measure, on: dt.date, since: dt.date | None = None) -> str:
    """The verdict over all criteria of the measure: unmet before undeterminable before met."""
    start = since or facts_since(sample, problem, measure.story, on)
    found = {verdict(sample, measure, criterion, on, start) for criterion in measure.criteria}
    return UNMET if UNMET in found else OPEN if OPEN in found else MET


def _readings(sample: Sample, criterion: Mapping[str, Any], on: dt.date, since: dt.date) -> str:
    figure = criterion["figure"]
    newest = newest_due(sample, on)
    while known(sample, figure, month_after(newest), on) is not None:
        newest = month_after(newest)
    periods = [month_after(newest, -back) for back in range(criterion["periods"])]
    low, high = criterion.get("min"), criterion.get("max")
    missing = False
    for period in periods:
        value = known(sample, figure, period, on) if period >= f"{since:%Y-%m}" else None
        if value is None:
            missing = True
        elif (low is not None and value < Decimal(str(low))) or (high is not None and value > Decimal(str(high))):
            return UNMET
    return OPEN if missing else MET
