"""Dates and periods as notices write them: day, month, year, quarter, ranges, 截至, 以来, 目前, years left out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

_Y = r"(?:19|20)\d\d"
_M = r"(?:1[0-2]|0?[1-9])"
_D = r"(?:3[01]|[12]\d|0?[1-9])"
_POINT = rf"(?:(?:{_Y}\s*年度?|今年|本年度?|去年|上年度?)\s*(?:{_M}\s*月份?(?:\s*{_D}\s*[日号])?)?|{_M}\s*月份?(?:\s*{_D}\s*[日号])?)"
_QUARTER = rf"(?:(?:{_Y}\s*年|今年|去年)?\s*(?:第?[一二三四1-4]季度|[上下]半年))"
_MENTION = re.compile(
    rf"(?P<until>截[至止]到?)?\s*(?:"
    rf"(?P<months>(?:(?P<my>{_Y})\s*年|(?P<mrel>今年|本年度?|去年|上年度?))?\s*{_M}\s*[-至到]\s*(?P<mm>{_M})\s*月份?(?!\s*\d))"
    rf"|(?P<broken>(?P<by>{_Y})(?:年?(?P<rest>\d{{2,4}})|(?P<bm>\d{{1,2}})月(?P<bd>\d{{1,2}}))日)"
    rf"|(?P<from>{_POINT})\s*(?:以来)?\s*(?:-|至今?|到)\s*(?P<to>{_POINT}|目前)"
    rf"|(?P<quarter>{_QUARTER})"
    rf"|(?P<point>{_POINT})(?P<after>底|末|初|[上中下]旬)?(?P<before>前|之前)?"
    rf"|(?P<now>目前|今|现在)"
    rf")(?P<since>\s*(?:以来|起|至今))?"
)
_PARTS = re.compile(
    rf"(?:(?P<y>{_Y})\s*年度?|(?P<rel>今年|本年度?|去年|上年度?))?\s*(?:(?P<m>{_M})\s*月份?)?\s*(?:(?P<d>{_D})\s*[日号])?"
)
_FULL = re.compile(rf"(?<!\d)(?P<y>{_Y})\s*[-/.年]\s*(?P<m>\d{{1,2}})\s*[-/.月]\s*(?P<d>\d{{1,2}})(?!\d)\s*日?")


@dataclass(frozen=True, slots=True)
class TimeMention:
    """A time in running text. ``adverbial`` ones (截至…, …以来, a range) stand outside the figure they date."""

    start: int
    end: int
    as_of: str
    adverbial: bool
    inferred: bool
    year: int | None
    future: bool
    damaged: bool = False


def safe_date(year: int, month: int, day: int) -> date | None:
    """The date, or None when there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def full_dates(norm: str) -> list[tuple[int, int, date | None]]:
    """All dates written with year, month and day: (start, end, date or None when it does not exist)."""
    return [
        (m.start(), m.end(), safe_date(int(m["y"]), int(m["m"]), int(m["d"]))) for m in _FULL.finditer(norm)
    ]


def split_digits(digits: str) -> list[tuple[int, int]]:
    """Every (month, day) that digits without 月 may mean: 717 is 7-17 alone, 111 is 1-11 or 11-1."""
    found = []
    for cut in (1, 2):
        month, day = digits[:cut], digits[cut:]
        padded = len(month) == 1 and day[:1] == "0"
        if 1 <= len(day) <= 2 and not padded and safe_date(2000, int(month), int(day)):
            found.append((int(month), int(day)))
    return found


def mentions(norm: str, reference: date | None, *, earliest: date | None = None) -> list[TimeMention]:
    """The times in one sentence, in order.

    A month or day without a year takes the year named before it in the sentence, else the latest one not after
    ``reference`` (the day the notice was published), else the first not before ``earliest`` (the feedback). With
    none of these the words stay as printed.
    """
    found: list[TimeMention] = []
    year: int | None = None
    for match in _MENTION.finditer(norm):
        if not _is_time(norm, match):
            continue
        as_of, used, inferred = _as_of(match, year, reference, earliest)
        year = used or year
        adverbial = bool(match["until"] or match["since"] or match["from"] or match["months"])
        future = bool(reference and used and _later(as_of, reference))
        broken = bool(match["broken"])
        found.append(TimeMention(match.start(), match.end(), as_of, adverbial or broken, inferred, used, future, broken))
    return found


def _is_time(norm: str, match: re.Match[str]) -> bool:
    before = norm[match.start() - 1 : match.start()]
    if before.isdigit() or before == ".":
        return False
    if match["now"] == "今" or match["now"] == "现在":
        return bool(match["until"])
    return True


def _as_of(
    match: re.Match[str], year: int | None, reference: date | None, earliest: date | None
) -> tuple[str, int | None, bool]:
    printed = re.sub(r"^截[至止]到?|\s", "", match[0])
    if match["now"] or match["to"] == "目前":
        return "目前", None, False
    if match["broken"]:
        readings = split_digits(match["rest"]) if match["rest"] else [(int(match["bm"]), int(match["bd"]))]
        real = [(m, d) for m, d in readings if safe_date(int(match["by"]), m, d)]
        return (_iso(int(match["by"]), *real[0]), int(match["by"]), True) if real else (printed, None, False)
    if match["months"]:
        named = int(match["my"]) if match["my"] else _relative(match["mrel"], reference)
        carried = named or carry_year(int(match["mm"]), None, year, reference, earliest)
        return (_iso(carried, int(match["mm"]), None), carried, named is None) if carried else (printed, None, False)
    if match["quarter"]:
        return _quarter(match["quarter"], year, reference, printed)
    first = _parts(match["from"], reference) if match["from"] else None
    named, month, day = _parts(match["to"] or match["point"], reference)
    if named is None and first is not None and first[0] is not None:
        named = first[0] + (1 if first[1] and month and month < first[1] else 0)
    if named is not None:
        return _iso(named, month, day), named, False
    if month is None:
        return printed, None, False
    carried = carry_year(month, day, year, reference, earliest)
    if carried is None:
        return re.sub(r"以来|起$", "", printed), None, False
    return _iso(carried, month, day), carried, True


def _parts(text: str, reference: date | None) -> tuple[int | None, int | None, int | None]:
    match = _PARTS.match(text.strip())
    if match is None:
        return None, None, None
    year = int(match["y"]) if match["y"] else _relative(match["rel"], reference)
    return year, int(match["m"]) if match["m"] else None, int(match["d"]) if match["d"] else None


def _relative(word: str | None, reference: date | None) -> int | None:
    return reference.year - (1 if word[0] in "去上" else 0) if word and reference else None


def _quarter(text: str, named: int | None, reference: date | None, printed: str) -> tuple[str, int | None, bool]:
    """A quarter without a year has the year its sentence named before; else it stays as printed."""
    match = re.match(rf"({_Y})\s*年|(今年|去年)", text)
    year = named if match is None else int(match[1]) if match[1] else _relative(match[2], reference)
    if year is None:
        return re.sub(r"以来$", "", printed), None, False
    inferred = match is None
    if "半年" in text:
        return f"{year:04d}-{'H1' if '上' in text else 'H2'}", year, inferred
    number = re.search(r"([一二三四1-4])季度", text)
    index = "一二三四".find(number[1]) + 1 or int(number[1]) if number else 0
    return f"{year:04d}-Q{index}", year, inferred


def carry_year(
    month: int, day: int | None, year: int | None, reference: date | None, earliest: date | None = None
) -> int | None:
    """The year of a month or day printed without one; see :func:`mentions`. None when nothing tells."""
    probe: Callable[[int], date | None] = lambda y: safe_date(y, month, day or 1)  # noqa: E731
    if year is not None:
        candidate = probe(year)
        if candidate and (reference is None or candidate <= reference):
            return year
    if reference is not None:
        for offset in range(5):
            candidate = probe(reference.year - offset)
            if candidate and candidate <= reference:
                return reference.year - offset
    if earliest is not None:
        for offset in range(5):
            candidate = probe(earliest.year + offset)
            if candidate and candidate >= earliest:
                return earliest.year + offset
    return year


def _iso(year: int, month: int | None, day: int | None) -> str:
    return f"{year:04d}" + (f"-{month:02d}" if month else "") + (f"-{day:02d}" if month and day else "")


def _later(as_of: str, reference: date) -> bool:
    """Whether a time (year, month, day, quarter, half-year) begins after the reference day."""
    if not as_of[:4].isdigit():
        return False
    first = {"Q1": "01", "Q2": "04", "Q3": "07", "Q4": "10", "H1": "01", "H2": "07"}.get(as_of[5:])
    begins = f"{as_of[:4]}-{first}" if first else as_of
    return begins > reference.isoformat()[: len(begins)]


def ahead(as_of: str, reference: date) -> str:
    """A plan's month or day whose year was inferred lies ahead of the notice: the next year unless it is now."""
    year, rest = int(as_of[:4]), as_of[4:]
    return as_of if as_of >= reference.isoformat()[: len(as_of)] else f"{year + 1:04d}{rest}"
