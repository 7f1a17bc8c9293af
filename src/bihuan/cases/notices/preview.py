"""Which open cases another calendar moves, and by how many days; nothing is written.

What follows from days before the first one that changes cannot move, so only cases due later, or provisional ones, are computed.
Tables of other domains' due dates join in with `mover`.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db.models import Q, QuerySet

from bihuan.kernel import access
from bihuan.kernel.models import Person
from bihuan.law.arrays.engine import limit_table
from bihuan.law.arrays.preview import moved
from bihuan.law.calendar import FIRST_DAY, WorkCalendar

from ..clock.columns import read
from ..models import OPEN, Case

CHUNK = 50_000
LISTED = 200
"""So many cases that move are listed, those that move farthest first; all are counted."""


@dataclass(frozen=True)
class Move:
    """A row that moves."""

    pk: int
    before: dt.date
    after: dt.date
    days: int


@dataclass
class Preview:
    """What would move: how many by how many days, the farthest one by one, how many are provisional no longer."""

    looked: int = 0
    settled: int = 0
    by_days: Counter[int] = field(default_factory=Counter)
    farthest: list[Move] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many move."""
        return sum(self.by_days.values())

    @property
    def in_order(self) -> list[tuple[int, int]]:
        """Days and counts, in the order of days."""
        return sorted(self.by_days.items())

    def add(self, moves: list[Move]) -> None:
        """Take in what moves of a chunk."""
        self.by_days.update(move.days for move in moves)
        self.farthest = sorted([*self.farthest, *moves], key=lambda m: (-abs(m.days), m.pk))[:LISTED]


Mover = Callable[[WorkCalendar, WorkCalendar, dt.date], Preview]
_movers: dict[str, tuple[Any, Mover]] = {}


def mover(code: str, name: Any, find: Mover) -> None:
    """Register what else a calendar moves: `find(before, after, on)` counts it. Its rows are not listed."""
    _movers[code] = (name, find)


def others(before: WorkCalendar, after: WorkCalendar, on: dt.date) -> list[tuple[str, Preview]]:
    """What was registered beside the cases, with its name."""
    return [(str(name), find(before, after, on)) for name, find in _movers.values()]


def first_change(before: WorkCalendar, after: WorkCalendar) -> dt.date | None:
    """The first day on which the two differ, or whose year only one of them has; None where they are the same."""
    one, other = (np.frombuffer(calendar.flags, dtype=np.uint8) for calendar in (before, after))
    places = np.flatnonzero(one != other)
    days = [FIRST_DAY + dt.timedelta(days=int(places[0]))] if len(places) else []
    years = set(before.published_years()) ^ set(after.published_years())
    return min([*days, *(dt.date(year, 1, 1) for year in years)], default=None)


def of_cases(before: WorkCalendar, after: WorkCalendar, on: dt.date) -> Preview:
    """The open cases that move from one calendar to the other as of a day."""
    found = Preview()
    start = first_change(before, after)
    if start is None:
        return found
    table = limit_table()
    rows = Case.objects.filter(OPEN).filter(Q(expires_on__gte=start) | Q(provisional=True))
    for part in _chunks(rows):
        held = read(part, table)
        answer = moved(held.columns, before, after, on=on, table=table)
        found.looked += len(held.ids)
        found.settled += len(answer.settled)
        days = zip(
            held.ids[answer.places].tolist(),
            answer.before.tolist(),
            answer.after.tolist(),
            answer.days.tolist(),
            strict=True,
        )
        found.add([Move(*one) for one in days])
    return found


def listed(person: Person, found: Preview) -> list[tuple[Case, Move]]:
    """The farthest moves with their cases, of those the person may see: one statement."""
    moves = {move.pk: move for move in found.farthest}
    rows = access.visible(person, Case).filter(pk__in=list(moves)).select_related("division", "judge")
    order = {pk: place for place, pk in enumerate(moves)}
    return [(case, moves[case.pk]) for case in sorted(rows, key=lambda case: order[case.pk])]


def _chunks(rows: QuerySet[Any]) -> Iterator[QuerySet[Any]]:
    last = 0
    while True:
        pks = list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK])
        if not pks:
            return
        yield rows.filter(pk__gt=last, pk__lte=pks[-1])
        last = pks[-1]
