"""Read the demo rectification data into plain dataclasses. No Django; `check.py` proves them against each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from dateutil.rrule import rrulestr

from bihuan.people.sample.load import Court, SampleError, build, load_court, read

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Plan:
    """The rectification plan of a round: submitted, approved by a party group meeting, filed."""

    title: str
    submitted_on: dt.date
    submitted_by: str
    approved_on: dt.date
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
class Target:
    """A staged target of a long-term measure; `by` is the day it is due."""

    key: str
    by: dt.date
    text: str
    criterion: Mapping[str, Any]


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
    criteria: tuple[Mapping[str, Any], ...]
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


@dataclass(frozen=True)
class Sample:
    """Everything, with the court it belongs to."""

    court: Court
    as_of: dt.date
    rounds: tuple[Round, ...]
    meetings: tuple[Meeting, ...]
    reviews: tuple[Review, ...]
    evidence_kinds: tuple[EvidenceKind, ...]
    outcome_kinds: tuple[OutcomeKind, ...]
    rules: tuple[Rule, ...]
    problems: tuple[Problem, ...]
    sources: tuple[Source, ...]
    imports: tuple[Import, ...]
    figures: tuple[Figure, ...]
    duties: tuple[Duty, ...]
    reading_due_day: int

    @cached_property
    def round(self) -> dict[str, Round]:
        """Code -> round."""
        return {row.code: row for row in self.rounds}

    @cached_property
    def meeting(self) -> dict[str, Meeting]:
        """Code -> party group meeting."""
        return {row.code: row for row in self.meetings}

    @cached_property
    def review(self) -> dict[str, Review]:
        """Code -> assessment from outside."""
        return {row.code: row for row in self.reviews}

    @cached_property
    def figure(self) -> dict[str, Figure]:
        """Code -> figure."""
        return {row.code: row for row in self.figures}

    @cached_property
    def duty(self) -> dict[str, Duty]:
        """Code -> duty."""
        return {row.code: row for row in self.duties}

    @cached_property
    def imported_on(self) -> dict[str, dt.date]:
        """Period -> day the monthly sheet was imported."""
        return {row.period: row.day for row in self.imports}

    def received(self, figure: Figure, period: str) -> dt.date:
        """The day the reading of the period arrived."""
        return figure.received.get(period, self.imported_on[period])

    def measures(self) -> Iterator[tuple[Problem, Measure]]:
        """Every measure with its problem, in the files' order."""
        for problem in self.problems:
            for measure in problem.measures:
                yield problem, measure

    def steps(self) -> Iterator[tuple[Problem, Measure, Step]]:
        """Every step of every story in the order of days: what a replay walks through."""
        told = [
            (step.day, number, place, problem, measure, step)
            for number, (problem, measure) in enumerate(self.measures())
            for place, step in enumerate(measure.story)
        ]
        for _, _, _, problem, measure, step in sorted(told, key=lambda row: row[:3]):
            yield problem, measure, step


def load(folder: Path = FOLDER, court: Court | None = None) -> Sample:
    """Read the sample. Raises SampleError naming file, row and key."""
    plan, readings, duties = (read(folder / name) for name in ("round.yaml", "readings.yaml", "duties.yaml"))
    files = sorted((folder / "problems").glob("*.yaml"))
    if not files:
        raise SampleError(f"{folder / 'problems'}: no problem files; they belong to the installed package")
    return Sample(
        court=court or load_court(),
        as_of=plan["as_of"],
        rounds=tuple(_round(row) for row in plan["rounds"]),
        meetings=_rows(plan, "meetings", Meeting),
        reviews=_rows(plan, "reviews", Review),
        evidence_kinds=_rows(plan, "evidence_kinds", EvidenceKind),
        outcome_kinds=_rows(plan, "outcome_kinds", OutcomeKind),
        rules=_rows(plan, "rules", Rule),
        problems=tuple(_problem(path) for path in files),
        sources=_rows(readings, "sources", Source),
        imports=_rows(readings, "imports", Import),
        figures=_rows(readings, "figures", Figure),
        duties=tuple(
            build(Duty, {**row, "records": build(Records, row["records"], row["code"])}, f"duty {row['code']}")
            for row in duties["duties"]
        ),
        reading_due_day=readings["due_day"],
    )


def _rows(data: Mapping[str, Any], key: str, cls: type[Any]) -> tuple[Any, ...]:
    return tuple(build(cls, row, f"{key} row {n}") for n, row in enumerate(data[key], start=1))


def _round(row: Mapping[str, Any]) -> Round:
    where = f"round {row['code']}"
    parts = {
        "plan": build(Plan, row["plan"], f"{where}, plan"),
        "milestones": list(_rows(row, "milestones", Milestone)),
    }
    return build(Round, {**row, **parts}, where)


def _problem(path: Path) -> Problem:
    row = read(path)
    parts = {
        "subproblems": list(_rows(row, "subproblems", SubProblem)),
        "measures": [_measure(measure, path.name) for measure in row["measures"]],
    }
    return build(Problem, {**row, **parts}, path.name)


def _measure(row: Mapping[str, Any], file: str) -> Measure:
    where = f"{file}, measure {row.get('code')}"
    parts = {
        "story": [_step(step, where) for step in row["story"]],
        "targets": [build(Target, target, f"{where}, targets") for target in row.get("targets", [])],
        "end": build(End, row["end"], f"{where}, end"),
    }
    return build(Measure, {**row, **parts}, where)


def _step(row: Mapping[str, Any], where: str) -> Step:
    missing = {"day", "do", "by"} - row.keys()
    if missing:
        raise SampleError(f"{where}: a step lacks {sorted(missing)}")
    rest = {key: value for key, value in row.items() if key not in ("day", "do", "by")}
    return Step(row["day"], row["do"], row["by"], rest)
