"""Completion rates: at the level of problems and of measures, always with numerator and denominator.

Only what is done counts: closed with the result "done" and not reopened since. "Basically done and going on" and long-term items
are in the denominator, never in the numerator. A problem is done when all its measures are.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from bihuan.kernel import access
from bihuan.kernel.models import Person

from .models import CLOSED_STATES, InspectionRound, Measure, Problem, Result


@dataclass(frozen=True)
class Rate:
    """A share; `percent` has two decimals, rounded half up, and is None where nothing is counted."""

    numerator: int
    denominator: int

    @property
    def percent(self) -> Decimal | None:
        """The share in percent."""
        if not self.denominator:
            return None
        share = Decimal(100 * self.numerator) / Decimal(self.denominator)
        return share.quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Rates:
    """Both levels, and how the rest divides: `staged`, `long_term` and `open` are never in the numerator."""

    problems: Rate
    measures: Rate
    staged: int
    long_term: int
    open: int
    accepted: Rate
    """Measures recognised from outside, of all."""


def rates(round_: InspectionRound, *, person: Person | None = None) -> Rates:
    """The rates of a round, of the rows the person sees (None: all): two statements."""
    from .selectors import with_light

    rows = with_light(access.visible(person, Measure).filter(round=round_, voided_at__isnull=True))
    held = list(rows.order_by().values_list("problem_id", "light", "outcome"))
    problems = set(
        access.visible(person, Problem).filter(round=round_, voided_at__isnull=True).values_list("pk", flat=True)
    )
    closed = [(pk, result) for pk, state, result in held if state in CLOSED_STATES]
    done = sum(result == Result.DONE for _pk, result in closed)
    undone = {pk for pk, state, result in held if not (state in CLOSED_STATES and result == Result.DONE)}
    with_measures = {pk for pk, _state, _result in held}
    staged = sum(result == Result.STAGED for _pk, result in closed)
    long_term = sum(result == Result.LONG_TERM for _pk, result in closed)
    return Rates(
        problems=Rate(len((problems & with_measures) - undone), len(problems)),
        measures=Rate(done, len(held)),
        staged=staged,
        long_term=long_term,
        open=len(held) - done - staged - long_term,
        accepted=Rate(sum(state == "accepted" for _pk, state, _result in held), len(held)),
    )
