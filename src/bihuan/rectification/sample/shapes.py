"""The shapes of the sample's rows, as they stand in the YAML files. No Django."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from dateutil.rrule import rrulestr


@dataclass(frozen=True)
class Plan:
    """The rectification plan of a round: submitted, approved by a party group meeting, filed."""

    title: str
    submitted_on: dt.date
    submitted_by: str
    approved_on: dt.date
    approved_by: str
    meeting: str
    filed_on: dt.date


@dataclass(frozen=True)
class Milestone:
    """A node the round has passed; its due day is computed by the platform."""

    kind: str
    done_on: dt.date
    document: str
    by: str
    note: str = ""


@dataclass(frozen=True)
class Round:
    """One inspection. `period_end` stands here to be compared with what the platform computes."""

    code: str
    name: str
    body: str
    round_no: str
    kind: str
    inspected_from: dt.date
    inspected_to: dt.date
    feedback_on: dt.date
    period_end: dt.date
    document: str
    plan: Plan
    contact: Mapping[str, str]
    milestones: tuple[Milestone, ...]


@dataclass(frozen=True)
class Meeting:
    """A party group meeting with its minutes number."""

    code: str
    day: dt.date
    minutes_no: str
    chair: str
    recorder: str
    topic: str


@dataclass(frozen=True)
class Review:
    """An assessment from outside with its document."""

    code: str
    day: dt.date
    body: str
    document: str


@dataclass(frozen=True)
class EvidenceKind:
    """A kind of evidence; `outcome` kinds show a result."""

    code: str
    title: str
    outcome: bool


@dataclass(frozen=True)
class OutcomeKind:
    """A kind of outcome; `carries` names the key its steps must have."""

    code: str
    title: str
    carries: str


@dataclass(frozen=True)
class Rule:
    """A rule that `rule_quiet` criteria name."""

    code: str
    title: str


@dataclass(frozen=True)
class Step:
    """One act of a measure's story. `by` is None for what the platform does by itself; `data` holds the other keys."""

    day: dt.date
    do: str
    by: str | None
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def note(self) -> str:
        """The step's text."""
        return str(self.data.get("note", ""))


@dataclass(frozen=True)
class Criterion:
    """A typed criterion: `params` as the platform's kinds take them."""

    kind: str
    params: Mapping[str, Any]


@dataclass(frozen=True)
class Target:
    """A staged target: what is to be reached by the day `due`; assessed by a step `target` naming `key`."""

    key: str
    due: dt.date
    text: str


@dataclass(frozen=True)
class End:
    """Where the story leaves the measure on `as_of`: state and number of the attempt, verdict on its criteria, flags."""

    state: str
    attempt: int
    result: str = ""
    verdict: str = ""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measure:
    """A measure with its story. `subproblem` is the number of a sub-problem of the same problem."""

    code: str
    subproblem: str
    text: str
    leader: str
    lead_unit: str
    person: str
    starts: dt.date
    due: dt.date
    completion_standard: str
    criteria: tuple[Criterion, ...]
    story: tuple[Step, ...]
    end: End
    co_units: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()


@dataclass(frozen=True)
class SubProblem:
    """A part of a problem."""

    number: str
    verbatim: str


@dataclass(frozen=True)
class Problem:
    """A problem of the feedback."""

    round: str
    code: str
    category: str
    title: str
    verbatim: str
    root_cause: str
    root_cause_code: str
    grade: int
    kind: str
    leader: str
    lead_unit: str
    subproblems: tuple[SubProblem, ...]
    measures: tuple[Measure, ...]


@dataclass(frozen=True)
class Source:
    """Where readings come from, and who owes them."""

    code: str
    title: str
    unit: str
    owner_role: str
    owner: str


@dataclass(frozen=True)
class Import:
    """The monthly sheet: the day it was imported and by whom."""

    period: str
    day: dt.date
    by: str


@dataclass(frozen=True)
class Figure:
    """A monthly figure. `values`: "YYYY-MM" -> [numerator, denominator] or [number]; `received` overrides an import day."""

    code: str
    name: str
    unit_of_measure: str
    source: str
    numerator: str
    direction: str
    values: Mapping[str, Any]
    places: int = 0
    scale: int = 1
    denominator: str = ""
    received: Mapping[str, dt.date] = field(default_factory=dict)

    def value(self, period: str) -> Decimal:
        """The figure's value in the period, rounded half up to `places`. KeyError when it was never imported."""
        numbers = [Decimal(str(number)) for number in self.values[period]]
        raw = numbers[0] if len(numbers) == 1 else numbers[0] / numbers[1] * self.scale
        return raw.quantize(Decimal(1).scaleb(-self.places), rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Records:
    """How a duty was kept: always up to `until`, except `missed`, and later than due in `late`."""

    by: str
    until: dt.date
    title: str
    missed: tuple[dt.date, ...] = ()
    late: Mapping[dt.date, dt.date] = field(default_factory=dict)


@dataclass(frozen=True)
class Duty:
    """A recurring duty."""

    code: str
    title: str
    rrule: str
    starts: dt.date
    roll: str
    grace_days: int
    unit: str
    owner_role: str
    records: Records

    def occurrences(self, until: dt.date) -> Iterator[dt.date]:
        """The days of the rule, before rolling, up to and including `until`."""
        start = dt.datetime.combine(self.starts, dt.time())
        for moment in rrulestr(self.rrule, dtstart=start):
            if moment.date() > until:
                return
            yield moment.date()
