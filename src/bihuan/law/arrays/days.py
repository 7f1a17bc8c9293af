"""The calendar as tables: every question about a day is one look-up, for whole columns at once.

Days are int32, counted from the calendar's first day. A day that cannot be spoken of is MISSING (not given) or lies
outside; `clip` keeps look-ups inside and `outside` says which rows are not to be trusted.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..calendar import FIRST_DAY, LAST_DAY, WorkCalendar

Days: TypeAlias = NDArray[np.int32]
Ints: TypeAlias = NDArray[np.int32]
Bools: TypeAlias = NDArray[np.bool_]
Bits: TypeAlias = NDArray[np.uint64]
Dates: TypeAlias = NDArray[np.datetime64]

MISSING = np.int32(-(10**9))
NEVER = np.int32(10**9)
_EPOCH = (FIRST_DAY - dt.date(1970, 1, 1)).days
COUNT = (LAST_DAY - FIRST_DAY).days + 1


def to_days(column: Any) -> Days:
    """A datetime64[D] column as days from the calendar's first day; NaT is MISSING."""
    dates = np.asarray(column, dtype="datetime64[D]")
    found = dates.view(np.int64) - _EPOCH
    return np.where(np.isnat(dates), MISSING, np.clip(found, -COUNT, 3 * COUNT)).astype(np.int32)


def to_dates(days: Days, valid: Bools) -> Dates:
    """Days as a datetime64[D] column; NaT where not valid."""
    found = days.astype(np.int64) + _EPOCH
    found[~valid] = np.datetime64("NaT").view(np.int64)
    return found.view("datetime64[D]")


def day_of(day: dt.date | None) -> np.int32:
    """One day as a number; MISSING for None. Days before the calendar and open ends are clipped, not wrapped."""
    if day is None:
        return MISSING
    return np.int32(min(max((day - FIRST_DAY).days, -COUNT), 3 * COUNT))


def outside(days: Days) -> Bools:
    """Which days the calendar cannot speak of."""
    return (days < 0) | (days >= COUNT)


class DayTable:
    """The look-up tables of one calendar."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self.calendar = calendar
        first = np.datetime64(FIRST_DAY)
        dates = first + np.arange(COUNT + 1)
        months = dates.astype("datetime64[M]")
        self.month: Ints = (months - months[0]).astype(np.int32)  # months since the first one, by day
        starts = months[0] + np.arange(int(self.month[-1]) + 2)
        self.month_first: Ints = (starts.astype("datetime64[D]") - first).astype(np.int32)
        self.month_days: Ints = np.diff(self.month_first).astype(np.int32)
        self.day_of_month: Ints = (np.arange(COUNT + 1) - self.month_first[self.month] + 1).astype(np.int32)
        flags = np.frombuffer(calendar.flags, dtype=np.uint8).astype(bool)
        work = np.flatnonzero(flags).astype(np.int32)
        self.work: Ints = work
        self.before: Ints = np.concatenate([[0], np.cumsum(flags)]).astype(np.int32)  # working days before the day
        place = np.minimum(self.before[:-1], len(work) - 1)
        self.next_work: Ints = np.where(flags, np.arange(COUNT), work[place]).astype(np.int32)
        years = (dates.astype("datetime64[Y]") - np.datetime64(FIRST_DAY, "Y")).astype(int)
        published = set(calendar.published_years())
        unknown = np.array([FIRST_DAY.year + n not in published for n in range(int(years[-1]) + 1)])
        counted = np.concatenate([[0], np.cumsum(unknown)])
        self._unknown_to: Ints = counted[years + 1].astype(np.int32)  # unpublished years up to that of the day
        self._unknown_before: Ints = counted[years].astype(np.int32)

    def add_months(self, days: Days, months: Ints, criminal: Bools, first_counted: Bools) -> Days:
        """Each day later by its months (0: the day itself): the corresponding date, or the last day of a month (see terms.add_months).
        A result after the last day is NEVER."""
        here = clip(days)
        month, number = self.month[here], self.day_of_month[here]
        wanted = month + months
        inside = wanted < len(self.month_days)
        wanted = np.minimum(wanted, len(self.month_days) - 1)
        last = self.month_days[wanted]
        if criminal.any():
            at_end = criminal & (months > 0) & (number + first_counted == self.month_days[month])
            number = np.where(at_end, last, number)
        found = self.month_first[wanted] + np.minimum(number, last) - 1
        return np.where(inside, found, NEVER).astype(np.int32)

    def add_workdays(self, days: Days, count: Ints) -> Days:
        """The count-th working day after each day; a count of 0 leaves the day. NEVER beyond the calendar."""
        place = self.before[clip(days) + 1] + count - 1
        inside = place < len(self.work)
        found = np.where(inside, self.work[np.minimum(place, len(self.work) - 1)], NEVER)
        return np.where(count == 0, days, found).astype(np.int32)

    def workdays_between(self, start: Days, end: Days) -> Ints:
        """Working days in (start, end]."""
        return self.before[clip(end) + 1] - self.before[clip(start) + 1]

    def roll(self, days: Days) -> Days:
        """Each day, or the first working day after it."""
        return np.where(outside(days), days, self.next_work[clip(days)]).astype(np.int32)

    def provisional(self, first: Days, last: Days) -> Bools:
        """Whether an unpublished year lies between the years of two days, both included."""
        return self._unknown_to[clip(last)] > self._unknown_before[clip(first)]


def clip(days: Days) -> Days:
    """Days kept inside the tables."""
    return np.minimum(np.maximum(days, 0), COUNT - 1).astype(np.int32, copy=False)


@lru_cache(maxsize=8)
def day_table(calendar: WorkCalendar) -> DayTable:
    """The tables of a calendar, built once."""
    return DayTable(calendar)
