"""The board: the measures a person sees in columns by state, the most pressing of each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet

from bihuan.kernel import access, clock
from bihuan.kernel.models import Person
from bihuan.kernel.paging import found_by_ids, in_order, sifted, walk

from ..flows import ATTEMPT_FLOW
from ..models import InspectionRound, Measure
from ..rates import by_whose
from .lights import Leaf, leaf, with_rebounds

BOARD = (
    "not_started", "in_progress", "applied", "head_passed", "leader_passed", "verified",
    "internally_closed", "accepted", "externally_refused",
)  # fmt: skip
SHOWN = 20


@dataclass
class BoardColumn:
    """A column of the board: `count` measures, of which the first are shown."""

    code: str
    label: str
    tone: str
    count: int = 0
    leaves: list[Leaf] = field(default_factory=list)

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.leaves)


def board(
    person: Person, round_: InspectionRound, on: dt.date | None = None, *, only: str = "", most: int = SHOWN
) -> list[BoardColumn]:
    """The measures of a round the person sees, by state of their newest attempt; of each state the `most` that fall due first.
    `only` one state: just that column. A statement a column at most, whatever the number of rows."""
    day = on or clock.today()
    seen = access.visible(person, Measure).filter(voided_at__isnull=True, round=round_)
    states = [code for code in BOARD if not only or code == only]
    if found_by_ids(seen):
        first, counts = _of_few(seen, states, most)
    else:
        counts = _counts(seen)
        first = {code: _first(seen, code, most) for code in states if counts.get(code)}
    pks = [pk for column in first.values() for pk in column]
    rows = with_rebounds(access.visible(None, Measure)).select_related("lead_unit", "person")
    held = {row.pk: leaf(row, day) for row in in_order(rows, pks)}  # of ids that the person may see
    return [
        BoardColumn(
            code, ATTEMPT_FLOW.label(code), ATTEMPT_FLOW.named(code).tone, counts.get(code, 0),
            [held[pk] for pk in first.get(code, [])],
        )
        for code in states
    ]  # fmt: skip


def _counts(seen: QuerySet[Any]) -> dict[str, int]:
    """Measures by state."""
    rows = by_whose(seen) if sifted(seen) else seen.order_by()
    return dict(rows.values_list("light").annotate(n=Count("*")))


def _first(seen: QuerySet[Any], code: str, most: int) -> list[int]:
    return list(walk(seen.filter(light=code), "due", "pk").values_list("pk", flat=True)[:most])


def _of_few(seen: QuerySet[Any], states: list[str], most: int) -> tuple[dict[str, list[int]], dict[str, int]]:
    """So few rows that all are read, once."""
    first: dict[str, list[int]] = {}
    counts: dict[str, int] = {}
    for pk, light in seen.filter(light__in=states).order_by("due", "pk").values_list("pk", "light"):
        counts[light] = counts.get(light, 0) + 1
        if counts[light] <= most:
            first.setdefault(light, []).append(pk)
    return first, counts
