"""The working calendar (工作日历): which days rest, by the State Council's yearly notices.

Years with a dated file (`data/calendar/<year>.yaml`, or a court's own) follow that file; older years come
from the `chinesecalendar` package; years nobody has published yet assume plain weekends and answer
`is_provisional`. Every question is one table look-up: the tables are built once per calendar.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import chinese_calendar

from .errors import CalendarRangeError, DataFileError
from .levels import read_tag
from .yamlfile import need, read_yaml, refuse_unknown, yaml_files

CALENDAR_DATA = Path(__file__).parent / "data" / "calendar"
FIRST_DAY = dt.date(1980, 1, 1)
LAST_DAY = dt.date(2100, 12, 31)

_FIRST = FIRST_DAY.toordinal()
_ONE_DAY = dt.timedelta(days=1)
_KEYS = ("year", "title", "doc", "issued", "source", "tag", "off", "on", "note")
# Statutory holidays with a fixed date: a notice that leaves one out is a half-typed file, not a calendar.
_ALWAYS_OFF = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))


class DayKind(StrEnum):
    """Why a day works or rests."""

    WORKDAY = "workday"  # Monday to Friday
    SWAPPED_WORKDAY = "swapped_workday"  # 调休上班: a weekend day declared working
    WEEKEND = "weekend"
    HOLIDAY = "holiday"  # off by the notice, 调休 included


@dataclass(frozen=True, slots=True)
class YearNotice:
    """One year's arrangement: days off and working weekend days, and where they were read."""

    year: int
    off: frozenset[dt.date]
    on: frozenset[dt.date]
    title: str
    doc: str
    source: str
    tag: str
    issued: dt.date | None = None
    note: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class DayFact:
    """What the calendar knows of a day. `doc` is the notice that decided it, "" for an ordinary day."""

    day: dt.date
    kind: DayKind
    is_workday: bool
    published: bool
    doc: str


@dataclass(frozen=True, eq=False)
class WorkCalendar:
    """An immutable working calendar over FIRST_DAY..LAST_DAY. Two calendars with equal `digest` answer alike.

    `notices` is sorted by year, one a year; a later year's notice may also name days around New Year of its
    neighbours and then wins. `digest` (64 hex) covers every day's answer, `version` is short and readable.
    """

    notices: tuple[YearNotice, ...] = field(repr=False)
    digest: str = field(init=False)
    version: str = field(init=False)
    _decided: dict[dt.date, YearNotice] = field(init=False, repr=False)
    _years: frozenset[int] = field(init=False, repr=False)
    _flags: bytes = field(init=False, repr=False)  # 1 = works, by day
    _before: array[int] = field(init=False, repr=False)  # working days before the day, by day
    _work: array[int] = field(init=False, repr=False)  # ordinals of all working days, ascending

    def __post_init__(self) -> None:
        notices = tuple(sorted(self.notices, key=lambda n: n.year))
        years = [n.year for n in notices]
        if len(set(years)) != len(years):
            raise ValueError(f"one notice a year, got {years}")
        decided: dict[dt.date, YearNotice] = {}
        for notice in notices:
            for day in notice.off | notice.on:
                decided[day] = notice
        works = {day: day in notice.on for day, notice in decided.items()}
        flags = bytearray()
        before, work, count = array("l", [0]), array("l"), 0
        for ordinal in range(_FIRST, LAST_DAY.toordinal() + 1):
            flags.append((ordinal - 1) % 7 < 5)  # ordinal 1 was a Monday
        for day, at_work in works.items():
            flags[day.toordinal() - _FIRST] = at_work
        for index, flag in enumerate(flags):
            if flag:
                work.append(_FIRST + index)
                count += 1
            before.append(count)
        facts = {"years": years, "days": sorted((d.isoformat(), w) for d, w in works.items())}
        digest = hashlib.sha256(json.dumps(facts, separators=(",", ":")).encode()).hexdigest()
        span = f"{years[0]}-{years[-1]}" if years else "none"
        computed: dict[str, Any] = {
            "notices": notices, "digest": digest, "version": f"{span}.{digest[:12]}", "_decided": decided,
            "_years": frozenset(years), "_flags": bytes(flags), "_before": before, "_work": work,
        }  # fmt: skip
        for name, value in computed.items():
            object.__setattr__(self, name, value)

    @classmethod
    def load(cls, *extra: Path) -> WorkCalendar:
        """The shipped calendar, with the dated files (or folders of them) in `extra` put on top, later ones
        winning.

        A file replaces its whole year. Raises DataFileError naming file and key.
        """
        by_year = {n.year: n for n in _package_years()}
        for path in (CALENDAR_DATA, *extra):
            for file in yaml_files(path):
                notice = read_notice(file)
                by_year[notice.year] = notice
        return cls(tuple(by_year.values()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WorkCalendar) and other.digest == self.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    @property
    def flags(self) -> bytes:
        """One byte a day from FIRST_DAY to LAST_DAY: 1 on a working day. For tables over whole columns."""
        return self._flags

    # ---- questions ----

    def is_workday(self, day: dt.date) -> bool:
        """Whether people work on `day`: weekday not off, or weekend declared working (调休)."""
        return bool(self._flags[self._index(day)])

    def is_rest_day(self, day: dt.date) -> bool:
        """The opposite of `is_workday`: 法定休假日 or 休息日 as actually arranged."""
        return not self.is_workday(day)

    def is_provisional(self, day: dt.date) -> bool:
        """Whether the year of `day` has no published notice here, so that only weekends are assumed."""
        self._index(day)
        return day.year not in self._years

    def add_workdays(self, day: dt.date, count: int) -> dt.date:
        """The `count`-th working day after `day`, which itself is not counted (民法典201); negative: before
        it.

        0 returns `day` unchanged, even if it rests.
        """
        index = self._index(day)
        if count == 0:
            return day
        place = self._before[index + 1] + count - 1 if count > 0 else self._before[index] + count
        if not 0 <= place < len(self._work):
            raise CalendarRangeError(f"{count} working days from {day} leaves {FIRST_DAY}..{LAST_DAY}")
        return dt.date.fromordinal(self._work[place])

    def workdays_between(self, start: dt.date, end: dt.date) -> int:
        """Working days in (start, end]: `start` not counted, `end` counted; negative if `end` is earlier."""
        return self._before[self._index(end) + 1] - self._before[self._index(start) + 1]

    def next_workday_on_or_after(self, day: dt.date) -> dt.date:
        """`day` if it works, else the first working day after it (the roll of 民法典203)."""
        return day if self.is_workday(day) else self.add_workdays(day, 1)

    def previous_workday_on_or_before(self, day: dt.date) -> dt.date:
        """`day` if it works, else the last working day before it."""
        return day if self.is_workday(day) else self.add_workdays(day, -1)

    def published_years(self) -> tuple[int, ...]:
        """The years whose notice is here, ascending."""
        return tuple(n.year for n in self.notices)

    def published_to(self) -> dt.date:
        """The last day of the last published year; beyond it every answer is provisional."""
        return dt.date(self.notices[-1].year, 12, 31) if self.notices else FIRST_DAY - _ONE_DAY

    def fact(self, day: dt.date) -> DayFact:
        """What is known of `day`, for "why?" and for filling a table of days."""
        works = self.is_workday(day)
        notice = self._decided.get(day)
        if notice is None:
            kind = DayKind.WORKDAY if works else DayKind.WEEKEND
        else:
            kind = DayKind.SWAPPED_WORKDAY if works else DayKind.HOLIDAY
        return DayFact(day, kind, works, day.year in self._years, notice.doc if notice else "")

    def days(self, first: dt.date, last: dt.date) -> Iterator[DayFact]:
        """The facts of each day from `first` to `last`, both included."""
        day = first
        while day <= last:
            yield self.fact(day)
            day += _ONE_DAY

    def _index(self, day: dt.date) -> int:
        if isinstance(day, dt.datetime):
            raise TypeError(f"{day!r} is a moment; give the court's calendar day (a date)")
        index = day.toordinal() - _FIRST
        if not 0 <= index < len(self._flags):
            raise CalendarRangeError(f"{day} lies outside {FIRST_DAY}..{LAST_DAY}; check the year of this date")
        return index


def read_notice(path: Path) -> YearNotice:
    """The dated file of one year. Days are MM-DD (of that year), MM-DD..MM-DD, or YYYY-MM-DD for neighbours.

    Raises DataFileError: wrong or missing key, a file name that is not its year, a day both off and on, a
    working day that is no weekend day, a day far outside the year, a fixed statutory holiday left out.
    """
    data = read_yaml(path)
    refuse_unknown(path, "", data, _KEYS)
    year = need(path, "", data, "year", int)
    if path.stem != str(year):
        raise DataFileError(path, "year", f"is {year} but the file is named {path.name}; make them agree")
    tag = read_tag(path, "tag", need(path, "", data, "tag", str))
    off = frozenset(_read_days(path, "off", year, need(path, "", data, "off", list)))
    on = frozenset(_read_days(path, "on", year, need(path, "", data, "on", list)))
    for day in sorted(off & on):
        raise DataFileError(path, "on", f"{day} stands under off too; a day either rests or works", "both", day=str(day))
    for day in sorted(on):
        if day.weekday() < 5:
            raise DataFileError(path, "on", f"{day} is no Saturday or Sunday; it works anyway, check the date", "weekday", day=str(day))
    for month, number in _ALWAYS_OFF:
        if dt.date(year, month, number) not in off:
            missed = f"{month:02}-{number:02}"
            raise DataFileError(path, "off", f"{missed} is missing, a statutory holiday every year", "statutory", day=missed)
    return YearNotice(
        year=year,
        off=off,
        on=on,
        title=need(path, "", data, "title", str),
        doc=need(path, "", data, "doc", str),
        source=need(path, "", data, "source", str),
        tag=tag,
        issued=need(path, "", data, "issued", dt.date),
        note=str(data.get("note", "")),
        origin=path.name,
    )


def _read_days(path: Path, key: str, year: int, items: Iterable[object]) -> Iterator[dt.date]:
    for item in items:
        first, dots, last = str(item).partition("..")
        start = _read_day(path, key, year, first)
        end = _read_day(path, key, year, last) if dots else start
        if end < start:
            raise DataFileError(path, key, f"{item} ends before it begins", "order", item=str(item))
        if (end - start).days > 31:
            raise DataFileError(path, key, f"{item} is longer than a month; check both ends", "long", item=str(item))
        while start <= end:
            yield start
            start += _ONE_DAY


def _read_day(path: Path, key: str, year: int, text: str) -> dt.date:
    text = text.strip()
    full = f"{year}-{text}" if re.fullmatch(r"\d\d-\d\d", text) else text
    try:
        day = dt.date.fromisoformat(full)
    except ValueError as error:
        raise DataFileError(path, key, f"{text!r} is no day; write MM-DD, MM-DD..MM-DD or YYYY-MM-DD", "day", item=text) from error
    if not dt.date(year - 1, 12, 1) <= day <= dt.date(year + 1, 1, 31):
        reason = f"{day} is not of {year} nor next to it; it belongs in another file"
        raise DataFileError(path, key, reason, "other", day=str(day), year=year)
    return day


def _package_years() -> Iterator[YearNotice]:
    """The years the `chinesecalendar` package knows, as notices."""
    off, on = set(chinese_calendar.holidays), set(chinese_calendar.workdays)
    for year in sorted({day.year for day in off}):
        title = f"国务院办公厅关于{year}年部分节假日安排的通知"
        yield YearNotice(
            year=year,
            off=frozenset(d for d in off if d.year == year),
            on=frozenset(d for d in on if d.year == year),
            title=title,
            doc=title,
            source="chinesecalendar",
            tag="S",
            origin="chinesecalendar",
        )


_installed: list[WorkCalendar] = []


def current_calendar() -> WorkCalendar:
    """The calendar this process works with: the installed one, else the shipped one (loaded once)."""
    if not _installed:
        _installed.append(WorkCalendar.load())
    return _installed[-1]


def install_calendar(calendar: WorkCalendar) -> WorkCalendar:
    """Make `calendar` the process's current one (at start, or after the court adds a year); returns it."""
    _installed[:] = [calendar]
    return calendar
