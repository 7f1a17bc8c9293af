"""Case numbers (案号): read whatever way they were typed, written one way, （2025）鄂0000民初1号之一.

Since 2016 a number is year, court code (a province's short name with up to four digits), type code and serial. Older
numbers, （2015）某民初字第00012号, name the court by a short name; they are read too and keep their own form. What cannot be
read is refused by the part that is wrong.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .case_types import CaseType, CaseTypes, case_types, court_codes
from .errors import CaseNumberError

MOST_DIGITS = 12  # of a serial
REMEMBERED = 4096  # beginnings of numbers
PARTS = ("", "year", "court", "type", "serial", "mark", "suffix")

_OPENING, _CLOSING = "（([〔【［〖{｛〈《「『<＜⦅﹙", "）)]〕】］〗}｝〉》」』>＞⦆﹚"
_SPACES = " \t\r\u3000\xa0\u200b\ufeff\u2002\u2003\u2009"
_SAME = {
    **dict.fromkeys(_OPENING, "("),
    **dict.fromkeys(_CLOSING, ")"),
    **dict.fromkeys(_SPACES, ""),
    **{chr(0xFF10 + n): str(n) for n in range(10)},
    "號": "号",
}
_PAIRS = tuple(_SAME.items())
_HEAD = r"\((?:1[89]|20)\d\d\)[^\d\n()]+(?:\d+[^\d\n()]+)?"
_LINE = re.compile(rf"^(?:({_HEAD})(\d+)号(之[^\n]*)?|.*)$", re.MULTILINE)
_PROPER = re.compile(r"(（[0-9]{4}）[^\d号]+(?:[0-9]+[^\d号]+)?)([0-9]{1,12})号")
_OLD = re.compile(r"([^\d]+?)字第?")
_DIVISION = re.compile(r"(?<=[刑民行])[一二三四五六七八九十]+(?=[初终申再监])")
_CHINESE = {c: n for n, c in enumerate("零一二三四五六七八九")}


@dataclass(frozen=True, slots=True)
class CaseNumber:
    """A case number in parts. `suffix` is n of 之n (0: none); `old` marks the form used before 2016."""

    year: int
    court: str
    type: str
    serial: int
    suffix: int = 0
    old: bool = False

    def __str__(self) -> str:
        tail = f"之{in_chinese(self.suffix)}" if self.suffix else ""
        if self.old:
            return f"（{self.year}）{self.court}{self.type}字第{self.serial}号{tail}"
        return f"（{self.year}）{self.court}{self.type}{self.serial}号{tail}"

    def kind(self, types: CaseTypes | None = None) -> CaseType:
        """What its type code says. Raises KeyError for a code of another table."""
        return (types or case_types()).by_code[self.type]


@dataclass(frozen=True)
class NumberColumns:
    """Many case numbers as columns: `court` and `type` are places in `courts` and `types` (-1 where unread).

    `wrong` is the place in PARTS of the part that is wrong, 0 where the number was read; `errors` says why, by row.
    """

    year: NDArray[np.int16]
    court: NDArray[np.int32]
    type: NDArray[np.int16]
    serial: NDArray[np.int64]
    suffix: NDArray[np.int16]
    old: NDArray[np.bool_]
    wrong: NDArray[np.int8]
    courts: tuple[str, ...]
    types: tuple[str, ...]
    errors: dict[int, CaseNumberError]


def parse_number(text: str, types: CaseTypes | None = None) -> CaseNumber:
    """The case number a text stands for. Raises CaseNumberError naming the part: year, court, type, serial, mark, suffix."""
    table = types or case_types()
    found = _PROPER.fullmatch(text)
    if found is not None and (serial := int(found[2])):
        begun = _begun(found[1], table)
        if begun is not None:
            return CaseNumber(begun.year, begun.court, begun.type, serial, 0, begun.old)
    return _parsed(text, table)


def _begun(head: str, table: CaseTypes) -> CaseNumber | None:
    """A number that begins so (year, court, type); None where none can. A court's numbers have few beginnings: each is read once."""
    known = _beginnings.of(table)
    if head not in known:
        if len(known) >= REMEMBERED:
            known.clear()
        known[head] = _read(f"{head}1号", table)
    return known[head]


class _Beginnings:
    """What beginnings were read as, by the table they were read with; the table read with last is remembered."""

    def __init__(self) -> None:
        self._last: tuple[CaseTypes | None, dict[str, CaseNumber | None]] = (None, {})

    def of(self, table: CaseTypes) -> dict[str, CaseNumber | None]:
        last = self._last
        if last[0] is not table:
            last = self._last = (table, {})
        return last[1]


_beginnings = _Beginnings()


def _parsed(text: str, types: CaseTypes) -> CaseNumber:
    """The same part by part, saying which is wrong."""
    plain = "".join(_SAME.get(char, char) for char in text).replace("\n", "")
    year, rest = _year(plain, text)
    body, mark, tail = rest.partition("号")
    if not mark:
        raise CaseNumberError("mark", "missing", text, "no 号 behind the serial; write （2025）鄂0000民初1号")
    suffix = _suffix(tail, text)
    head = body.rstrip("0123456789")
    digits = body[len(head) :]
    if not digits or int(digits) == 0:
        raise CaseNumberError("serial", "missing", text, "no serial before 号; it is a whole number from 1")
    if len(digits) > MOST_DIGITS:
        raise CaseNumberError("serial", "long", text, f"{digits} is too long for a serial", found=digits)
    court, type_, old = _court_and_type(head, text, types)
    return CaseNumber(year, court, type_, int(digits), suffix, old)


def normalise(text: str, types: CaseTypes | None = None) -> str:
    """The number as it is written properly. Raises CaseNumberError."""
    return str(parse_number(text, types))


def parse_numbers(texts: Sequence[str], types: CaseTypes | None = None) -> NumberColumns:
    """Many numbers at once: the text is cleaned as a whole and each beginning (year, court, type) is read only once.

    A number that cannot be read spoils no other: its part and reason are in `wrong` and `errors`.
    """
    table = types or case_types()
    names = tuple(table.by_code)
    count = len(texts)
    lines = _lines(texts)
    heads, digits, tails = ([line[n] for line in lines] for n in range(3))
    courts: dict[str, int] = {}
    places = {name: n for n, name in enumerate(names)}
    values: list[tuple[int, ...]] = [(0, -1, -1, 0)]  # year, court, type, old; the first stands for "not read"

    def row(number: CaseNumber) -> tuple[int, ...]:
        return number.year, courts.setdefault(number.court, len(courts)), places[number.type], number.old

    known: dict[str, int] = {}
    for head in dict.fromkeys(heads):
        read = _read(f"{head}1号", table) if head else None
        known[head] = len(values) if read else 0
        values += [row(read)] if read else []
    suffixes = {tail: _suffix_or_none(tail) for tail in dict.fromkeys(tails)}
    place = np.fromiter(map(known.__getitem__, heads), dtype=np.int64, count=count)
    suffix = np.fromiter((suffixes[tail] or 0 for tail in tails), dtype=np.int64, count=count)
    serial = np.fromiter((int(d) if 0 < len(d) <= MOST_DIGITS else 0 for d in digits), dtype=np.int64, count=count)
    unsure = (place == 0) | (serial == 0) | np.fromiter((suffixes[t] is None for t in tails), dtype=bool, count=count)
    wrong, errors = np.zeros(count, dtype=np.int8), {}
    for index in np.flatnonzero(unsure).tolist():
        try:
            one = parse_number(texts[index], table)
        except CaseNumberError as error:
            wrong[index], errors[index] = PARTS.index(error.part), error
            place[index] = serial[index] = suffix[index] = 0
        else:
            place[index], serial[index], suffix[index] = len(values), one.serial, one.suffix
            values.append(row(one))
    year, court, type_, old = np.array(values, dtype=np.int64)[place].T
    return NumberColumns(
        year.astype(np.int16), court.astype(np.int32), type_.astype(np.int16), serial, suffix.astype(np.int16),
        old.astype(bool), wrong, tuple(courts), names, errors,
    )  # fmt: skip


def _read(text: str, types: CaseTypes) -> CaseNumber | None:
    try:
        return _parsed(text, types)
    except CaseNumberError:
        return None


def _suffix_or_none(tail: str) -> int | None:
    try:
        return _suffix(tail, tail)
    except CaseNumberError:
        return None


def _lines(texts: Sequence[str]) -> list[tuple[str, str, str]]:
    """(head, serial, suffix) of each text, all empty where it has another form; cleaned in one go."""
    whole = "\n".join(texts)
    if whole.count("\n") != max(len(texts) - 1, 0):
        whole = "\n".join(text.replace("\n", "") for text in texts)
    for char, same in _PAIRS:
        if char != same and char in whole:
            whole = whole.replace(char, same)
    return _LINE.findall(whole) if texts else []


def _year(plain: str, text: str) -> tuple[int, str]:
    found = re.match(r"\(?(\d+)\)?", plain)
    if not found:
        raise CaseNumberError("year", "missing", text, "begins with no year; write （2025）鄂0000民初1号")
    digits = found[1]
    if not found[0].startswith("(") or not found[0].endswith(")"):
        reason = f"the year {digits[:4]} stands in no pair of brackets; write （{digits[:4]}）"
        raise CaseNumberError("year", "brackets", text, reason, found=digits[:4])
    if len(digits) != 4 or not 1949 <= int(digits) <= 2099:
        reason = f"{digits} is no year of filing; four digits between 1949 and 2099"
        raise CaseNumberError("year", "range", text, reason, found=digits)
    return int(digits), plain[found.end() :]


def _suffix(tail: str, text: str) -> int:
    if not tail:
        return 0
    number = _number(tail[1:]) if tail.startswith("之") else None
    if not number:
        reason = f"{tail!r} behind 号 is not 之 with a number (之一, 之二)"
        raise CaseNumberError("suffix", "unread", text, reason, found=tail)
    return number


def _court_and_type(head: str, text: str, types: CaseTypes) -> tuple[str, str, bool]:
    old = _OLD.fullmatch(head)
    if old:
        return (*_old(old[1], text, types), True)
    codes = court_codes()
    if head.startswith(codes.supreme):
        return codes.supreme, _type(head[len(codes.supreme) :], text, types), False
    if head[:1] not in codes.provinces:
        reason = f"{head[:1]!r} is no court code; it begins with a province's short name (鄂0000) or {codes.supreme}"
        raise CaseNumberError("court", "unknown", text, reason, found=head[:1], supreme=codes.supreme)
    digits = re.match(r"\d*", head[1:])
    count = len(digits[0]) if digits else 0
    if count not in (0, 2, 4):
        reason = f"{head[: count + 1]!r} has {count} digits; a high court has none, an intermediate court two, a basic court four"
        raise CaseNumberError("court", "digits", text, reason, found=head[: count + 1], count=count)
    return head[: count + 1], _type(head[count + 1 :], text, types), False


def _type(code: str, text: str, types: CaseTypes) -> str:
    if code in types.by_code:
        return code
    if not code:
        reason = "no type code between court and serial; write 民初, 刑初, 行初, 执 ..."
        raise CaseNumberError("type", "missing", text, reason)
    near = difflib.get_close_matches(code, types.by_code, n=3, cutoff=0.5)
    hint = f"; near: {', '.join(near)}" if near else ""
    reason = f"{code!r} is no known type code{hint}; a court may add its own in a file of codes"
    raise CaseNumberError("type", "unknown", text, reason, found=code, near=near)


def _old(body: str, text: str, types: CaseTypes) -> tuple[str, str]:
    """Court and type of （2015）某民一初字第12号: the longest type code at the end, numbers of divisions left out."""
    plain = _DIVISION.sub("", body)
    for length in range(min(4, len(plain) - 1), 0, -1):
        if plain[-length:] in types.by_code:
            return plain[:-length], plain[-length:]
    reason = f"{body!r} before 字 ends with no known type code"
    raise CaseNumberError("type", "unknown", text, reason, found=body, near=[])


@lru_cache(maxsize=256)
def _number(text: str) -> int | None:
    """一, 十二, 二十, 12; None for anything else."""
    if text.isascii() and text.isdecimal():
        return int(text)
    tens, mark, ones = text.partition("十")
    if not mark:
        return _CHINESE.get(text)
    high = _CHINESE.get(tens, 0) if tens else 1
    low = _CHINESE.get(ones, 0) if ones else 0
    return high * 10 + low if (not tens or high) and (not ones or low) else None


def in_chinese(number: int) -> str:
    """A number below a hundred in Chinese, 十二; greater ones in digits, as case numbers and headings write them."""
    if number < 10:
        return "零一二三四五六七八九"[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return ("" if tens == 1 else "零一二三四五六七八九"[tens]) + "十" + ("零一二三四五六七八九"[ones] if ones else "")
    return str(number)
