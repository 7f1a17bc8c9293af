"""Days and time limits as people write them: 2025年9月30日前, 2025.9.30, 2025年9月底, 立行立改, 长期坚持."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from bihuan.kernel.sheets.reading import CellError, is_empty, to_date, to_text

from .numbers import chinese_number

AT_ONCE, LONG_TERM = "立行立改", "长期坚持"
_KINDS = {
    AT_ONCE: ("立行立改", "立即整改", "即知即改", "立知立改", "立即"),
    LONG_TERM: ("长期坚持", "长期", "持续整改", "持续推进", "常态化", "坚持经常", "持续坚持"),
}
_ENDING = re.compile(
    r"(?:以前|之前|前|止|内)?(?:全部|基本)?(?:完成整改|完成|整改到位|整改完毕|办结|落实到位)?[。；;，,]?$"
)
_STARTING = re.compile(r"^(?:于|在|截至|截止|至|到|自|从|不迟于|力争)+")
_RANGE = re.compile(
    r"(?<=[日号月底末年\d])\s*(?:—+|–|－|~|～|至|到|--+|-)\s*(?=\d{4}|[二〇零一]{4}|\d{1,2}月|今后|长期)"
)
_YEAR = r"(?P<year>\d{4})年?[.\-/]?"
_LATE = re.compile(
    rf"(?:{_YEAR})?(?:(?P<month>\d{{1,2}})月?份?(?P<part>底|末|上旬|中旬|下旬|初|中)?|第?(?P<quarter>[1-4])季度(?:底|末)?"
    r"|(?P<half>上半年|下半年)(?:底|末)?|(?P<whole>年?(?:底|末|内)))"
)
_MONTH_DAY = re.compile(r"(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]?")


@dataclass(frozen=True)
class When:
    """What a time cell says. `day` None: no day could be read; `yearless` then may hold (month, day).

    `kind` is 立行立改 or 长期坚持 where the cell says so; `rounded`: only a month or quarter was written, its last
    day was taken; `first` is the day before 至 where the cell holds a range; `unclear`: something stands there that
    says no day.
    """

    day: dt.date | None = None
    kind: str = ""
    rounded: bool = False
    first: dt.date | None = None
    yearless: tuple[int, int] | None = None
    unclear: bool = False


def read_when(value: object, *, start: bool = False, date1904: bool = False) -> When:
    """Read a time cell; `start`: a bare month means its first day, not its last. Never raises."""
    if is_empty(value):
        return When()
    try:
        day = to_date(value, date1904=date1904)
        return When(day=day)
    except CellError:
        pass
    try:
        text = to_text(value) or ""
    except CellError:
        return When(unclear=True)
    kind, rest = _kind_of(_plain(text))
    if kind and not rest:
        return When(kind=kind)
    pieces = _RANGE.split(rest, maxsplit=1)
    if len(pieces) == 2:
        return _range(pieces[0], pieces[1], kind, start)
    found = _one(rest, start)
    return When(found.day, kind, found.rounded, None, found.yearless, found.unclear)


def _plain(text: str) -> str:
    """Width folded, blanks dropped, Chinese numerals of dates made digits."""
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    folded = re.sub(
        r"([〇零一二三四五六七八九]{4})年",
        lambda m: "".join(str("零一二三四五六七八九".index(c)) for c in m[1].replace("〇", "零")) + "年",
        folded,
    )
    return re.sub(r"([一二三四五六七八九十]{1,3})(?=[月日号]|季度)", lambda m: str(chinese_number(m[1])), folded)


def _kind_of(text: str) -> tuple[str, str]:
    """(立行立改 or 长期坚持 or "", the text without those words and the punctuation around them)."""
    for kind, words in _KINDS.items():
        for word in words:
            if word in text:
                rest = text.replace(word, "")
                return kind, re.sub(r"^[,，;；、。()（）并且和]+|[,，;；、。()（）并且和]+$", "", rest)
    return "", text


def _range(left: str, right: str, kind: str, start: bool) -> When:
    first = _one(left, True)
    year = re.match(r"(\d{4})", left)
    if year and not re.match(r"\d{4}", right) and re.match(r"\d{1,2}月", right):
        right = f"{year[1]}年{right}"
    last_kind, right = _kind_of(right)
    last = _one(right, False) if right and right != "今后" else When()
    if start:
        return When(first.day, kind, first.rounded, None, first.yearless, first.unclear)
    return When(last.day, kind or last_kind, last.rounded, first.day, last.yearless, first.unclear or last.unclear)


def _one(text: str, start: bool) -> When:
    """One day in plain text."""
    core = _STARTING.sub("", text)
    for candidate in (core, _ENDING.sub("", core)):
        try:
            day = to_date(candidate)
        except CellError:
            day = None
        if day is not None:
            return When(day=day)
        if found := _LATE.fullmatch(candidate):
            return _late(found, start)
        if found := _MONTH_DAY.fullmatch(candidate):
            return When(yearless=(int(found["month"]), int(found["day"])))
    return When(unclear=bool(core))


def _late(found: re.Match[str], start: bool) -> When:
    month, last = _month_and_day(found, start)
    if not 1 <= month <= 12:
        return When(unclear=True)
    if found["year"] is None:
        return When(yearless=(month, last or 31)) if not start else When(yearless=(month, last or 1))
    year = int(found["year"])
    if not 1900 <= year <= 2100:
        return When(unclear=True)
    limit = calendar.monthrange(year, month)[1]
    day = min(last, limit) if last else (1 if start else limit)
    return When(day=dt.date(year, month, day), rounded=True)


def _month_and_day(found: re.Match[str], start: bool) -> tuple[int, int]:
    """(month, day or 0 for the month's end)."""
    if found["quarter"]:
        quarter = int(found["quarter"])
        return (quarter * 3 - 2, 0) if start else (quarter * 3, 0)
    if found["half"]:
        return (1 if start else 6, 0) if found["half"] == "上半年" else (7 if start else 12, 0)
    if found["whole"]:
        return (1 if start else 12), 0
    part = found["part"] or ""
    return int(found["month"]), {"上旬": 10, "中旬": 20, "初": 10, "中": 20}.get(part, 0)


def with_year(month: int, day: int, after: dt.date) -> dt.date | None:
    """The first such day on or after `after`, the month's last where it has no such day; None for no month at all."""
    for year in (after.year, after.year + 1):
        if not 1 <= month <= 12 or day < 1:
            return None
        made = dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))
        if made >= after:
            return made
    return None
