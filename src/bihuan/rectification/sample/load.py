"""Read the demo rectification data into plain dataclasses. No Django; `check.py` proves them against each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from bihuan.people.sample.load import Court, SampleError, build, load_court, read

from .shapes import (
    Criterion,
    Duty,
    End,
    EvidenceKind,
    Figure,
    Import,
    Measure,
    Meeting,
    Milestone,
    OutcomeKind,
    Plan,
    Problem,
    Records,
    Review,
    Round,
    Rule,
    Source,
    Step,
    SubProblem,
    Target,
)

FOLDER = Path(__file__).parent


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
        "criteria": [build(Criterion, criterion, f"{where}, criteria") for criterion in row["criteria"]],
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
