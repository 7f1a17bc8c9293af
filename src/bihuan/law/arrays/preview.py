"""What a new calendar would change: which cases' due dates move, and by how many days."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..calendar import WorkCalendar
from .columns import CaseColumns
from .days import Dates
from .engine import reckon_columns
from .tables import LimitTable


@dataclass(frozen=True)
class Moves:
    """The cases that move: their places in the columns, both due dates, the days between (later is positive).

    `settled` are the places of those whose date was provisional and no longer is, moved or not; `unanswered` of those
    that have no answer under one of the calendars.
    """

    places: NDArray[np.int64]
    before: Dates
    after: Dates
    days: NDArray[np.int32]
    settled: NDArray[np.int64]
    unanswered: NDArray[np.int64]

    def by_days(self) -> dict[int, int]:
        """How many cases move by how many days, in order of days."""
        days, counts = np.unique(self.days, return_counts=True)
        return {int(day): int(count) for day, count in zip(days, counts, strict=True)}


def moved(
    cases: CaseColumns, before: WorkCalendar, after: WorkCalendar, *, on: dt.date, table: LimitTable | None = None
) -> Moves:
    """Which of `cases` (open ones, as a rule) come to another due date, or another day at the latest, under `after`.

    Days are those of the due date; where only the day at the latest moves, of that.
    """
    old = reckon_columns(cases, on=on, table=table, calendar=before)
    new = reckon_columns(cases, on=on, table=table, calendar=after)
    answered = (old.problem == 0) & (new.problem == 0)
    due, hard = _differs(old.due, new.due), _differs(old.hard_due, new.hard_due)
    places = np.flatnonzero(answered & (due | hard))
    only_hard = (~due & hard)[places]
    first = np.where(only_hard, old.hard_due[places], old.due[places])
    second = np.where(only_hard, new.hard_due[places], new.due[places])
    days = (second - first).astype(np.int64).astype(np.int32)
    settled = np.flatnonzero(answered & old.provisional & ~new.provisional)
    return Moves(places, first, second, days, settled, np.flatnonzero(~answered))


def _differs(one: Dates, other: Dates) -> NDArray[np.bool_]:
    return np.asarray((one != other) & ~(np.isnat(one) & np.isnat(other)))
