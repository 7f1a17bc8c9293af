"""Periods of an indicator, and the periods it is compared with."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

from bihuan.law.dated import current_parameters

YEAR = "local.indicators.year"
EARLIEST = dt.date(1990, 1, 1)
"""No span that is asked for begins before: no case does, and what it is compared with stays within the calendar."""
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, order=True)
class Span:
    """Days of facts, both included."""

    starts: dt.date
    ends: dt.date

    @property
    def days(self) -> int:
        """How many days it has: what part-year measures are reckoned with, never 365."""
        return (self.ends - self.starts).days + 1

    @property
    def months(self) -> int:
        """How many calendar months it touches."""
        return (self.ends.year - self.starts.year) * 12 + self.ends.month - self.starts.month + 1

    def cut(self, today: dt.date) -> Span:
        """The part of it that has come: pending cases of a day to come cannot be counted."""
        return Span(self.starts, max(min(self.ends, today), self.starts))

    def last(self) -> Span:
        """The period before: as many months earlier where it begins with a month, else as many days."""
        if self.starts.day == 1:
            return self.back(self.months)
        return Span(self.starts - dt.timedelta(days=self.days), self.starts - ONE_DAY)

    def back(self, months: int) -> Span:
        """The same days of the months before; a month's last day stays the last day."""
        return Span(_shift(self.starts, -months), _shift(self.ends, -months, whole=_is_last(self.ends)))

    def last_year(self) -> Span:
        """The same period of the year before."""
        return self.back(12)

    def last_month(self) -> Span:
        """The part of it that lies in its last month."""
        return Span(max(self.starts, self.ends.replace(day=1)), self.ends)


def _is_last(day: dt.date) -> bool:
    return (day + ONE_DAY).day == 1


def _shift(day: dt.date, months: int, *, whole: bool = False) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    longest = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, longest if whole else min(day.day, longest))


def month_of(day: dt.date) -> Span:
    """The whole month of a day."""
    first = day.replace(day=1)
    return Span(first, _shift(first, 1) - ONE_DAY)


def quarter_of(day: dt.date) -> Span:
    """The whole quarter of a day."""
    first = dt.date(day.year, day.month - (day.month - 1) % 3, 1)
    return Span(first, _shift(first, 3) - ONE_DAY)


def year_of(day: dt.date) -> Span:
    """The whole statistical year of a day: it begins with the month that the dated parameter says (a court may count Dec-Nov);
    before the parameter begins, with January."""
    held = current_parameters().get(YEAR).find_on(day)
    month = int(held.content["start_month"]) if held else 1
    first = dt.date(day.year if day.month >= month else day.year - 1, month, 1)
    return Span(first, _shift(first, 12) - ONE_DAY)


def months_until(day: dt.date, count: int) -> list[Span]:
    """The last `count` months, the month of `day` up to that day last."""
    whole = month_of(day)
    return [*(whole.back(n) for n in range(count - 1, 0, -1)), whole.cut(day)]
