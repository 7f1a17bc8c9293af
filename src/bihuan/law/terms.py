"""Terms (期间的长度): "7d", "10wd", "6m", "2crim_m", "1crim_m+15d", "2y", and the same in Chinese words."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from .errors import TermError

# Which day 刑解202 calls 期限起算日: the day of the event, or the first day counted (data/local/readings.yaml).
MonthStart = Literal["trigger", "first_counted"]
HALF_MONTH_DAYS = 15  # 半个月一律按十五日计算 (刑解202)
_LONGEST = 36_500


class Unit(StrEnum):
    """What a part of a term counts."""

    YEAR = "y"
    MONTH = "m"
    CRIMINAL_MONTH = "crim_m"  # month by 刑解202: the last day of a month leads to the last day of a month
    HALF_MONTH = "half_m"
    DAY = "d"
    WORKDAY = "wd"
    HOUR = "h"


_ORDER = list(Unit)
_CODE = re.compile(r"(\d+)(\.5)?(crim_m|half_m|wd|y|m|d|h)")
_WORDS = re.compile(r"(半|[\d〇零一二两三四五六七八九十百]+)(?:(个?半年|年半|年)|(个半月|个?月)|(个?工作日)|(日|天)|(个?小时))")
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_EXPECTED = "write 7d, 10wd (working days), 6m, 2crim_m, 1half_m (15 days), 2y, 1m+15d, or 七日, 10个工作日, 六个月"


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time as the law writes it: parts in falling order of unit, each counted once.

    Working days and hours stand alone: no text of law mixes them with other units. Raises TermError.
    """

    parts: tuple[tuple[int, Unit], ...]

    def __post_init__(self) -> None:
        if not self.parts:
            raise TermError(f"a term needs at least one part; {_EXPECTED}")
        units = [unit for _, unit in self.parts]
        if len(set(units)) != len(units) or units != sorted(units, key=_ORDER.index):
            raise TermError(f"{self}: each unit once, longest first (years, months, half months, days)")
        if Unit.WORKDAY in units and len(units) > 1:
            raise TermError(f"{self}: working days cannot be mixed with calendar units; use two extensions")
        if Unit.HOUR in units and len(units) > 1:
            raise TermError(f"{self}: hours stand alone; write 48h")
        if Unit.MONTH in units and Unit.CRIMINAL_MONTH in units:
            raise TermError(f"{self}: months are counted by one rule, either m or crim_m")
        for count, _ in self.parts:
            if not 0 < count <= _LONGEST:
                raise TermError(f"{self}: {count} is not between 1 and {_LONGEST}")

    @classmethod
    def parse(cls, text: str) -> Period:
        """The period a text stands for: codes ("6m", "1.5m", "1crim_m+15d") or words ("六个月", "一个半月")."""
        compact = re.sub(r"\s+", "", text)
        parts = list(_codes(compact)) or list(_words(compact))
        if not parts:
            raise TermError(f"cannot read the term {text!r}; {_EXPECTED}")
        return cls(tuple(parts))

    @property
    def in_workdays(self) -> bool:
        """Whether it counts working days."""
        return self.parts[0][1] is Unit.WORKDAY

    @property
    def in_hours(self) -> bool:
        """Whether it counts hours: then a moment starts it, not a day (see `bihuan.law.hours`)."""
        return self.parts[0][1] is Unit.HOUR

    def criminal(self) -> Period:
        """The same length with its months counted by 刑解202."""
        swap = {Unit.MONTH: Unit.CRIMINAL_MONTH}
        return Period(tuple((n, swap.get(unit, unit)) for n, unit in self.parts))

    def __str__(self) -> str:
        return "+".join(f"{count}{unit}" for count, unit in self.parts)


def as_period(term: Period | str) -> Period:
    """`term` itself, or parsed."""
    return term if isinstance(term, Period) else Period.parse(term)


def add_months(
    day: dt.date, months: int, *, criminal: bool = False, month_start: MonthStart = "trigger"
) -> dt.date:
    """The corresponding date `months` later (negative: earlier), the month's last day if it has none
    (民法典202).

    With `criminal`, a period that starts on the last day of a month ends on the last of the target month
    (刑解202); whether the start (期限起算日) is `day` itself or the day after is `month_start`.
    """
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        raise TermError(f"{months} months from {day} leaves the years {dt.MINYEAR}..{dt.MAXYEAR}")
    last = month_end(year, month0 + 1)
    wanted = last if criminal and starts_at_month_end(day, month_start) else day.day
    return dt.date(year, month0 + 1, min(wanted, last))


def starts_at_month_end(day: dt.date, month_start: MonthStart = "trigger") -> bool:
    """Whether a period set off by `day` starts on the last day of a month, under either reading of 刑解202."""
    return day.day + (month_start == "first_counted") == month_end(day.year, day.month)


def month_end(year: int, month: int) -> int:
    """The number of the month's last day."""
    return calendar.monthrange(year, month)[1]


def _codes(text: str) -> Iterator[tuple[int, Unit]]:
    pieces = [match for piece in text.split("+") if (match := _CODE.fullmatch(piece))]
    if len(pieces) <= text.count("+"):  # one piece unread: the whole is unread
        return
    for piece in pieces:
        count, half, unit = int(piece[1]), piece[2], Unit(piece[3])
        if half and unit not in (Unit.MONTH, Unit.CRIMINAL_MONTH):
            raise TermError(f"{text}: only months come in halves; {_EXPECTED}")
        if count or not half:
            yield count, unit
        if half:
            yield 1, Unit.HALF_MONTH


def _words(text: str) -> Iterator[tuple[int, Unit]]:
    found = list(_WORDS.finditer(text))
    if "".join(m[0] for m in found) != text:
        return
    for match in found:
        number, year, month, workday, _, hour = match.groups()
        half, count = number == "半", 0 if number == "半" else _number(number)
        if year in ("年", "年半"):
            if half:
                yield 6, Unit.MONTH
            else:
                yield count, Unit.YEAR
                if year == "年半":
                    yield 6, Unit.MONTH
        elif month and month != "个半月":
            yield (1, Unit.HALF_MONTH) if half else (count, Unit.MONTH)
        elif month and not half:
            yield count, Unit.MONTH
            yield 1, Unit.HALF_MONTH
        elif workday and not half:
            yield count, Unit.WORKDAY
        elif hour and not half:
            yield count, Unit.HOUR
        elif not (year or month or workday or hour or half):
            yield count, Unit.DAY
        else:
            raise TermError(f"cannot read the term {text!r}; {_EXPECTED}")


def _number(text: str) -> int:
    """一百二十, 十五, 三 or plain digits below one thousand."""
    if text.isdecimal():
        return int(text)
    total, digit = 0, 0
    for char in text:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        elif char in _DIGITS and not digit:
            digit = _DIGITS[char]
        else:
            raise TermError(f"cannot read the number {text!r}; {_EXPECTED}")
    return total + digit
