"""What a notice on the progress of rectification tells of a round: each problem with its measures and results, and counts with the
rows behind them. No person's rights: what leaves the house is vetted and locked, and drawn up by who oversees the whole ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from bihuan.kernel.rate import Rate

from ..models import CLOSED_STATES, InspectionRound, Measure, Outcome, Problem, Result


@dataclass(frozen=True)
class ToldMeasure:
    """A measure in a word: its text and how far it is."""

    code: str
    text: str
    standing: str
    """done, staged, long_term or open"""


@dataclass(frozen=True)
class ToldProblem:
    """A problem with what was done."""

    pk: int
    code: str
    title: str
    verbatim: str
    category: str
    measures: tuple[ToldMeasure, ...]
    outcomes: tuple[str, ...]

    @property
    def done(self) -> bool:
        """Only when all its measures are."""
        return bool(self.measures) and all(one.standing == "done" for one in self.measures)


@dataclass(frozen=True)
class Counted:
    """A figure: its value, of what it is a share (None: of nothing), and the keys of the rows counted."""

    value: Decimal | int | None
    numerator: int
    denominator: int | None
    keys: tuple[str, ...]


def told_rounds() -> QuerySet[InspectionRound]:
    """The rounds a notice can tell of: in work, their plan approved."""
    rows: QuerySet[InspectionRound] = InspectionRound.objects.filter(state="approved", voided_at=None)
    return rows


def told_problems(round_: InspectionRound) -> list[ToldProblem]:
    """The problems of a round in the order of the plan: three statements."""
    measures: dict[int, list[ToldMeasure]] = {}
    rows = Measure.objects.filter(round=round_, voided_at=None).order_by("order", "pk")
    for row in rows.only("problem_id", "code", "text", "light", "outcome"):
        measures.setdefault(row.problem_id, []).append(
            ToldMeasure(row.code, row.text, _standing(row.light, row.outcome))
        )
    outcomes: dict[int, list[str]] = {}
    for problem, title in _outcomes(round_).values_list("measure__problem_id", "title"):
        outcomes.setdefault(problem, []).append(title)
    return [
        ToldProblem(
            one.pk, one.code, one.title, one.verbatim, one.get_category_display(), tuple(measures.get(one.pk, ())),
            tuple(outcomes.get(one.pk, ())),
        )
        for one in Problem.objects.filter(round=round_, voided_at=None).order_by("order", "pk")
    ]  # fmt: skip


def told_counts(round_: InspectionRound, problems: Iterable[ToldProblem]) -> dict[str, Counted]:
    """The counts a notice may name, over the given problems of the round: two statements. Shares are rounded half up, two decimals."""
    told = list(problems)
    measures = [one for problem in told for one in problem.measures]
    done = [one for one in measures if one.standing == "done"]
    settled = [one for one in told if one.done]
    rules = list(
        _outcomes(round_)
        .filter(kind="rule_made", measure__problem__in=[one.pk for one in told])
        .values_list("pk", flat=True)
    )
    money = list(
        _outcomes(round_)
        .filter(kind="money_recovered", measure__problem__in=[one.pk for one in told])
        .values_list("pk", "amount")
    )
    return {
        "problems": _count([one.code for one in told]),
        "problems_done": _share([one.code for one in settled], len(told)),
        "problems_rate": _rate([one.code for one in settled], len(told)),
        "measures": _count([one.code for one in measures]),
        "measures_done": _share([one.code for one in done], len(measures)),
        "measures_rate": _rate([one.code for one in done], len(measures)),
        "measures_staged": _share([one.code for one in measures if one.standing == "staged"], len(measures)),
        "measures_long": _share([one.code for one in measures if one.standing == "long_term"], len(measures)),
        "measures_open": _share([one.code for one in measures if one.standing == "open"], len(measures)),
        "rules": _count([str(pk) for pk in rules]),
        "money": Counted(
            sum((amount or Decimal(0) for _pk, amount in money), Decimal(0)), len(money), None, tuple(str(pk) for pk, _a in money)
        ),
    }


def _outcomes(round_: InspectionRound) -> QuerySet[Outcome]:
    rows: QuerySet[Outcome] = Outcome.objects.filter(measure__round=round_, voided_at=None, measure__voided_at=None)
    return rows.order_by("day", "pk")


def _standing(light: str | None, outcome: str) -> str:
    if light not in CLOSED_STATES:
        return "open"
    return (
        {Result.DONE: "done", Result.STAGED: "staged", Result.LONG_TERM: "long_term"}.get(Result(outcome), "open")
        if outcome
        else "open"
    )


def _count(keys: list[str]) -> Counted:
    return Counted(len(keys), len(keys), None, tuple(keys))


def _share(keys: list[str], of: int) -> Counted:
    return Counted(len(keys), len(keys), of, tuple(keys))


def _rate(keys: list[str], of: int) -> Counted:
    return Counted(Rate(len(keys), of).percent, len(keys), of, tuple(keys))
