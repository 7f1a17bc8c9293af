"""Which open cases another calendar moves, and by how many days; nothing is written.

What follows from days before the first one that changes cannot move, so only cases due later, or provisional ones, are computed.
Tables of other domains' due dates join in with `mover`.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db.models import Q, QuerySet
from numpy.typing import NDArray

from bihuan.kernel import access
from bihuan.kernel.models import Person
from bihuan.law.arrays.columns import CaseColumns
from bihuan.law.arrays.engine import limit_table
from bihuan.law.arrays.preview import Moves, moved
from bihuan.law.arrays.tables import LimitTable
from bihuan.law.calendar import FIRST_DAY, WorkCalendar

from ..clock.columns import read
from ..clock.run import CHUNK, portions
from ..models import OPEN, Case

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

    def take(self, ids: NDArray[np.int64], answer: Moves) -> None:
        """Take in a chunk: the ids of its rows and what moves of them."""
        self.looked += len(ids)
        self.settled += len(answer.settled)
        columns = (ids[answer.places].tolist(), answer.before.tolist(), answer.after.tolist(), answer.days.tolist())
        moves = [Move(*one) for one in zip(*columns, strict=True)]
        self.by_days.update(move.days for move in moves)
        self.farthest = sorted([*self.farthest, *moves], key=lambda m: (-abs(m.days), m.pk))[:LISTED]


@dataclass(frozen=True)
class Listed:
    """A row that moves as the page shows it."""

    title: str
    unit: str
    url: str
    move: Move


Mover = Callable[[WorkCalendar, WorkCalendar, dt.date], Preview]
Lister = Callable[[Person, Preview], list[Listed]]
Reader = Callable[[QuerySet[Any], LimitTable], tuple[NDArray[np.int64], CaseColumns]]


@dataclass(frozen=True)
class Other:
    """What a calendar moves beside the cases: its name, what would move, the rows of it the person may see."""

    name: str
    found: Preview
    rows: list[Listed]


@dataclass(frozen=True)
class _Kind:
    name: Any
    find: Mover
    rows: Lister
    job: str


_movers: dict[str, _Kind] = {}


def mover(code: str, name: Any, find: Mover, *, rows: Lister, job: str) -> None:
    """Register what else a calendar moves: `find(before, after, on)` counts it, `rows(person, found)` lists what the person may see.

    `job` is the dotted path of the job that computes it anew once a calendar was loaded; it takes the simulated day or "".
    """
    _movers[code] = _Kind(name, find, rows, job)


def others(person: Person, before: WorkCalendar, after: WorkCalendar, on: dt.date) -> list[Other]:
    """What was registered beside the cases."""
    found = [(kind, kind.find(before, after, on)) for kind in _movers.values()]
    return [Other(str(kind.name), one, kind.rows(person, one)) for kind, one in found]


def jobs() -> list[str]:
    """The jobs that compute anew what was registered, each once."""
    return list(dict.fromkeys(kind.job for kind in _movers.values()))


def first_change(before: WorkCalendar, after: WorkCalendar) -> dt.date | None:
    """The first day on which the two differ, or whose year only one of them has; None where they are the same."""
    one, other = (np.frombuffer(calendar.flags, dtype=np.uint8) for calendar in (before, after))
    places = np.flatnonzero(one != other)
    days = [FIRST_DAY + dt.timedelta(days=int(places[0]))] if len(places) else []
    years = set(before.published_years()) ^ set(after.published_years())
    return min([*days, *(dt.date(year, 1, 1) for year in years)], default=None)


def previewed(
    rows: Callable[[dt.date], QuerySet[Any]], read: Reader, before: WorkCalendar, after: WorkCalendar, on: dt.date
) -> Preview:
    """What moves as of a day of `rows(start)`, the rows whose days the first day that differs (`start`) can touch; `read` gives the
    ids and the columns of a portion of them."""
    found, start, table = Preview(), first_change(before, after), limit_table()
    for part in portions(rows(start), CHUNK) if start is not None else ():
        ids, columns = read(part, table)
        found.take(ids, moved(columns, before, after, on=on, table=table))
    return found


def of_cases(before: WorkCalendar, after: WorkCalendar, on: dt.date) -> Preview:
    """The open cases that move from one calendar to the other as of a day."""
    return previewed(_touched, _read, before, after, on)


def _touched(start: dt.date) -> QuerySet[Any]:
    return Case.objects.filter(OPEN).filter(Q(expires_on__gte=start) | Q(provisional=True))


def _read(part: QuerySet[Any], table: LimitTable) -> tuple[NDArray[np.int64], CaseColumns]:
    held = read(part, table)
    return held.ids, held.columns


def listed(person: Person, found: Preview) -> list[tuple[Case, Move]]:
    """The farthest moves with their cases, of those the person may see: one statement."""
    moves = {move.pk: move for move in found.farthest}
    rows = access.visible(person, Case).filter(pk__in=list(moves)).select_related("division", "judge")
    order = {pk: place for place, pk in enumerate(moves)}
    return [(case, moves[case.pk]) for case in sorted(rows, key=lambda case: order[case.pk])]
