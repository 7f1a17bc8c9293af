"""What people write into cells, and the value they mean.

Each function returns None for an empty cell (also 无, —, / and the like, except in text) and raises
CellError, which says what is accepted. Nothing is guessed: the number 2025.1 may be January or October with
its zero lost, so it is refused and not read.
"""

from __future__ import annotations

import datetime as dt
import difflib
import math
import re
import unicodedata
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Literal, TypeVar

from bihuan.kernel.sheets.reading.errors import CellError

T = TypeVar("T")

DATES = ("date.cn", "date.dash", "date.dot", "date.slash", "date.compact", "date.cell")
MONTHS = ("month.cn", "month.dash", "month.compact")
INTEGERS = ("integer.plain", "integer.grouped", "integer.wan")
NUMBERS = ("number.plain", "number.grouped", "number.wan", "number.percent", "number.money")
BOOLEANS = ("bool.yes_no", "bool.has_none", "bool.tick", "bool.digit")

#: Years a court's sheet can speak of; outside it is a slip of the pen.
FIRST_YEAR, LAST_YEAR = 1900, 2100
#: Excel serials taken as dates: 1954 to 2119. Smaller numbers are years, ages or counts written in the column.
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000
_EPOCH_1900 = dt.date(1899, 12, 30)
_EPOCH_1904 = dt.date(1904, 1, 1)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_EMPTY = _words("无 暂无 — —— - -- / // \\ 、 空 N/A NA NULL NONE NIL") | {""}
_DASHES = str.maketrans({"–": "-", "—": "-", "―": "-", "−": "-", "－": "-", "‐": "-", "‑": "-", "﹣": "-", "〇": "零"})
_ZERO_WIDTH = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TIME = r"(?:[\sT]*\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2}(?:\.\d+)?)?[分秒]?Z?)?"
_DAY = re.compile(
    rf"(\d{{4}})\s*[年./-]\s*(\d{{1,2}})\s*[月./-]\s*(\d{{1,2}})\s*[日号]?\s*(?:[（(]?(?:星期|周)[一二三四五六日天][)）]?)?{_TIME}"
)
_MONTH = re.compile(r"(\d{4})\s*(?:年\s*(\d{1,2})\s*月(?:份)?|[./-]\s*(\d{1,2}))")
_COMPACT = re.compile(rf"(\d{{4}})(\d{{2}})(\d{{2}}){_TIME}")
_NUMERALS = {c: i for i, c in enumerate("零一二三四五六七八九")}
_CN_DATE = re.compile(
    r"([零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月(?:([一二三四五六七八九十]{1,3})[日号])?"
)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_SCALES = {
    "亿": Decimal(100_000_000),
    "千万": Decimal(10_000_000),
    "百万": Decimal(1_000_000),
    "万": Decimal(10_000),
}
_TRUE = _words("是 有 对 真 √ ✓ ✔ ☑ ■ 1 Y YES TRUE T 已 已完成 V")
_FALSE = _words("否 无 没有 错 假 × ✗ ✘ X □ ☐ 0 N NO FALSE F 未 未完成 不是")


def is_empty(value: object) -> bool:
    """Whether a cell says nothing: blank, 无, —, /, N/A and the like."""
    return value is None or (isinstance(value, str) and _folded(value).upper() in _EMPTY)


def to_date(value: object, *, month: bool = False, date1904: bool = False) -> dt.date | None:
    """A day. With `month`, a bare month (2025年3月) is taken as its first day.

    Numbers are Excel serials (`date1904`: counted from 1904) or 20250301. Raises CellError.
    """
    if is_empty(value):
        return None
    if isinstance(value, dt.datetime):
        return _in_range(value.date(), value)
    if isinstance(value, dt.date):
        return _in_range(value, value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _date_from_number(value, date1904=date1904, month=month)
    if not isinstance(value, str):
        raise CellError("not_a_date", value, DATES)
    text = _folded(value).translate(_DASHES)
    if found := _DAY.fullmatch(text) or _COMPACT.fullmatch(text):
        return _built(value, *(int(part) for part in found.groups()))
    if found := _CN_DATE.fullmatch(text):
        year = int("".join(str(_NUMERALS[c]) for c in found[1]))
        if found[3] is None:
            return _month_or_error(value, year, _cn_number(found[2]), month)
        return _built(value, year, _cn_number(found[2]), _cn_number(found[3]))
    if found := _MONTH.fullmatch(text):
        return _month_or_error(value, int(found[1]), int(found[2] or found[3]), month)
    if re.fullmatch(r"\d{6}", text) and FIRST_YEAR <= int(text[:4]) <= LAST_YEAR and month:
        return _built(value, int(text[:4]), int(text[4:]), 1)
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text):
        return _date_from_number(float(text), date1904=date1904, month=month)
    raise CellError("date_ambiguous" if re.fullmatch(r"[\d./-]+", text) else "not_a_date", value, DATES)


def to_month(value: object, *, date1904: bool = False) -> dt.date | None:
    """A month as its first day; a full date counts as its month. Raises CellError."""
    try:
        day = to_date(value, month=True, date1904=date1904)
    except CellError as exc:
        if exc.code == "date_out_of_range":
            raise
        raise CellError("not_a_month", value, MONTHS) from exc
    return day.replace(day=1) if day else None


def to_int(value: object, *, units: Collection[str] = ()) -> int | None:
    """A whole number; 1.2万 is 12000; a trailing unit of `units` (件, 人) is dropped. Raises CellError."""
    try:
        number = to_decimal(value, units=units)
    except CellError as exc:
        raise CellError("not_an_integer", value, INTEGERS) from exc
    if number is None:
        return None
    if number != number.to_integral_value() or (isinstance(value, str) and "%" in _folded(value)):
        raise CellError("not_an_integer", value, INTEGERS)
    return int(number)


def to_decimal(
    value: object,
    *,
    percent: Literal["fraction", "points"] = "fraction",
    units: Collection[str] = (),
) -> Decimal | None:
    """A number: 1,234.50, 1.2万, ￥5, (5) for -5, 98.5%.

    `percent`: "fraction" reads 98.5% as 0.985, "points" as 98.5. Floats keep the 15 digits Excel shows.
    Raises CellError.
    """
    if is_empty(value):
        return None
    if isinstance(value, Decimal):
        if value.is_finite():
            return value
    elif isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    elif isinstance(value, float) and math.isfinite(value):
        return Decimal(f"{value:.15g}")
    elif isinstance(value, str):
        number = _parse_number(_folded(value).translate(_DASHES), percent, units)
        if number is not None:
            return number
    raise CellError("not_a_number", value, NUMBERS)


def to_bool(value: object) -> bool | None:
    """是/否, 有/无, √/×, 1/0. 无 means no here; a dash is empty. Raises CellError."""
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        if value in (0, 1):
            return bool(value)
        raise CellError("not_a_yes_no", value, BOOLEANS)
    text = _folded(value).upper() if isinstance(value, str) else ""
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    if is_empty(value):
        return None
    raise CellError("not_a_yes_no", value, BOOLEANS)


def to_text(value: object, *, max_length: int | None = None, dash_is_empty: bool = False) -> str | None:
    """The text of a cell: numbers without a false .0, dates as ISO, ends trimmed, line ends as \\n.

    无 and — are kept as text unless `dash_is_empty`. Raises CellError too_long or bad_characters.
    """
    if value is None or (dash_is_empty and is_empty(value)):
        return None
    if isinstance(value, bool):
        text = "TRUE" if value else "FALSE"
    elif isinstance(value, float):
        text = str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    elif isinstance(value, dt.datetime):
        text = value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "seconds")
    elif isinstance(value, (dt.date, dt.time)):
        text = value.isoformat()
    else:
        text = str(value)
    text = _ZERO_WIDTH.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", ""))
    if _CONTROL.search(text):
        raise CellError("bad_characters", _CONTROL.sub("?", text))
    text = "\n".join(line.rstrip() for line in text.strip().split("\n"))
    if max_length is not None and len(text) > max_length:
        raise CellError("too_long", text, (), {"length": len(text), "limit": max_length})
    return text or None


def to_choice(value: object, choices: Mapping[str, T]) -> T | None:
    """The code of a label. Width, spaces and letter case of the label do not matter; a code is taken too.

    Raises CellError whose `accepted` are the labels, the nearest first in `params["suggestions"]`.
    """
    text = to_text(value)
    if text is None:
        return None
    by_label = {_plain_label(label): code for label, code in choices.items()}
    wanted = _plain_label(text)
    if wanted in by_label:
        return by_label[wanted]
    for code in choices.values():
        if isinstance(code, str) and code.casefold() == wanted:
            return code
    if is_empty(value):
        return None
    near = difflib.get_close_matches(wanted[:80], list(by_label), n=3, cutoff=0.5)
    suggestions = [label for label in choices if _plain_label(label) in near]
    raise CellError("not_a_choice", value, tuple(choices), {"suggestions": suggestions})


def _folded(text: str) -> str:
    """Full-width forms made narrow, invisible characters dropped, ends trimmed."""
    return unicodedata.normalize("NFKC", _ZERO_WIDTH.sub("", text)).strip()


def _plain_label(text: str) -> str:
    return re.sub(r"\s+", "", _folded(text)).casefold()


def _cn_number(text: str) -> int:
    """1 to 31 in Chinese numerals; 0 for nonsense like 十十, which no calendar has."""
    tens, ten, ones = text.rpartition("十")
    if "十" in tens or len(ones) > 1 or len(tens) > 1:
        return 0
    return (_NUMERALS[tens] if tens else 1) * 10 * bool(ten) + (_NUMERALS[ones] if ones else 0)


def _built(value: object, year: int, month: int, day: int) -> dt.date:
    try:
        return _in_range(dt.date(year, month, day), value)
    except ValueError as exc:
        if isinstance(exc, CellError):
            raise
        raise CellError("not_a_date", value, DATES) from exc


def _month_or_error(value: object, year: int, number: int, allowed: bool) -> dt.date:
    if not allowed:
        raise CellError("day_missing", value, DATES)
    return _built(value, year, number, 1)


def _in_range(day: dt.date, value: object) -> dt.date:
    if FIRST_YEAR <= day.year <= LAST_YEAR:
        return day
    raise CellError("date_out_of_range", value, DATES, {"first": FIRST_YEAR, "last": LAST_YEAR})


def _date_from_number(number: float, *, date1904: bool, month: bool) -> dt.date:
    if not math.isfinite(number) or number < 0:
        raise CellError("not_a_date", number, DATES)
    if number == int(number) and 19_000_101 <= number <= 21_001_231:
        whole = int(number)
        return _built(whole, whole // 10_000, whole // 100 % 100, whole % 100)
    if month and number == int(number) and 190_001 <= number <= 210_012:
        return _built(int(number), int(number) // 100, int(number) % 100, 1)
    if _FIRST_SERIAL <= number <= _LAST_SERIAL:
        epoch = _EPOCH_1904 if date1904 else _EPOCH_1900
        return _in_range(epoch + dt.timedelta(days=int(number)), number)
    raise CellError("date_ambiguous", number, DATES)


def _parse_number(text: str, percent: str, units: Collection[str]) -> Decimal | None:
    text = re.sub(r"\s+", "", text)
    negative = False
    if found := re.fullmatch(r"\((.+)\)", text):
        negative, text = True, found[1]
    text = re.sub(r"^([+-]?)(?:¥|￥|RMB|人民币)", r"\1", text)
    for unit in sorted((unicodedata.normalize("NFKC", u) for u in units), key=len, reverse=True):
        if unit and text.endswith(unit):
            text = text.removesuffix(unit)
            break
    else:
        text = text.removesuffix("元")
    scale = Decimal(1)
    if text.endswith("%"):
        text = text[:-1]
        scale = Decimal("0.01") if percent == "fraction" else Decimal(1)
    else:
        for word, factor in _SCALES.items():
            if text.endswith(word):
                text, scale = text.removesuffix(word), factor
                break
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    elif not _PLAIN.fullmatch(text):
        return None
    if negative and text[:1] in "+-":
        return None
    number = Decimal(text) * scale
    return -number if negative else number
