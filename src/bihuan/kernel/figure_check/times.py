"""Dates and rhythms: days there are not, spans the wrong way round, "monthly" with too few issues."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from collections.abc import Iterator

from ..wording import Message
from . import words as w
from .model import Mention, Remark, Status

_DAY = r"(?:(?P<y{n}>(?:19|20)\d\d)\s*年\s*)?(?P<m{n}>\d{{1,2}})\s*月(?:\s*(?P<d{n}>\d{{1,2}})\s*[日号])?"
_RANGE = re.compile(_DAY.format(n=1) + r"\s*(?:-|至|到)\s*" + _DAY.format(n=2))
_FULL = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号]")
_SHORT = re.compile(r"(?<![\d年])(?<!年\s)(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号]")
_UNTIL = re.compile(r"截[至止]到?\s*(?:(?P<y>(?:19|20)\d\d)\s*年\s*)?(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号]")
_SIGNED = re.compile(r"(?P<y>(?:19|20)\d\d)\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*日\s*$")
_CADENCE = re.compile(
    r"(?P<word>周|月|季)度?(?:通报|简报|研判|会商|督查|督察|讲评|调度|例会|分析)|[每按逐](?P<each>周|月|季)(?:度)?(?:进行|予以|开展|组织|发布|印发)?"
    r"(?:通报|简报|研判|会商|督查|督察|讲评|调度|分析)"
)
_ISSUES = re.compile(r"通报|简报|研判|会商|督查|督察|讲评|调度|分析|期")
_SINCE = re.compile(r"(?:(?P<y>(?:19|20)\d\d)\s*年\s*)?(?P<m>\d{1,2})\s*月(?:份)?\s*(?:以来|起|至|-|到)")
_EACH = {"周": w.WEEKLY, "月": w.MONTHLY, "季": w.QUARTERLY}


def signed_on(text: str) -> dt.date | None:
    """The date at the end of a draft; None where there is none."""
    match = _SIGNED.search(text.rstrip()[-40:])
    return _day(match["y"], match["m"], match["d"]) if match else None


def _day(year: str | int, month: str | int, day: str | int) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def dates(text: str, signed: dt.date | None) -> Iterator[Remark]:
    """Days that do not exist, spans whose end comes first, a cut-off after the draft's own date."""
    for pattern in (_FULL, _SHORT):
        for match in pattern.finditer(text):
            year = match["y"] if pattern is _FULL else 2024  # a leap year: 29 February may be meant
            if _day(year, match["m"], match["d"]) is None:
                told = Message(w.NO_SUCH_DAY, {"text": match[0]})
                yield Remark(Status.WRONG, match.start(), match.end(), told)
    for match in _RANGE.finditer(text):
        if _backwards(match):
            yield Remark(Status.WRONG, match.start(), match.end(), Message(w.ORDER, {"text": match[0]}))
    if signed is not None:
        for match in _UNTIL.finditer(text):
            day = _day(match["y"] or signed.year, match["m"], match["d"])
            if day is not None and day > signed:
                told = Message(w.AFTER_SIGNED, {"day": day.isoformat(), "signed": signed.isoformat()})
                yield Remark(Status.DOUBT, match.start(), match.end(), told)


def _backwards(match: re.Match[str]) -> bool:
    """Whether a span ends before it begins. Without a year a span may run over New Year: only within one named year it may not."""
    first_year, second_year = match["y1"], match["y2"]
    if second_year is None and first_year is None:
        return False
    if first_year is None:
        return False  # 11月至2025年5月: the first is of the year before
    year = second_year or first_year
    first = (int(first_year), int(match["m1"]), int(match["d1"] or 0))
    second = (int(year), int(match["m2"]), int(match["d2"] or 99))
    return first > second


def cadences(
    text: str, mentions: list[Mention], today: dt.date, signed: dt.date | None
) -> Iterator[tuple[Mention, Remark]]:
    """Issues of something weekly, monthly or quarterly, too few or too many for the time named."""
    start, places = 0, [one.at for one in mentions]
    for line in text.split("\n"):
        found = _CADENCE.search(line)
        inside = mentions[bisect_left(places, start) : bisect_left(places, start + len(line))] if found else []
        for one in inside:
            if found and one.unit == "期" and one.is_said and one.at > start + found.start() and _ISSUES.search(line):
                remark = _issues(line, one, found["word"] or found["each"], signed or today, start)
                if remark is not None:
                    yield one, remark
        start += len(line) + 1


def _issues(line: str, one: Mention, each: str, until: dt.date, start: int) -> Remark | None:
    ends = _end_of(one.as_of, until)
    if ends is None:
        return None
    since = None
    for match in _SINCE.finditer(line[: one.at - start]):
        since = _day(match["y"] or ends.year, match["m"], 1)
    starts = since if since is not None and since <= ends else dt.date(ends.year, 1, 1)
    most = {"周": (ends - starts).days // 7 + 1, "月": _months(starts, ends), "季": -(-_months(starts, ends) // 3)}[
        each
    ]
    least = most - 1 if each == "周" or (ends + dt.timedelta(days=1)).day != 1 else most
    if each == "季" and ends.month % 3:
        least = most - 1
    if least <= one.value <= most:
        return None
    told = {
        "cadence": {"code": _EACH[each], "params": {}}, "starts": starts.isoformat(), "ends": ends.isoformat(),
        "right": most, "printed": one.shown(),
    }  # fmt: skip
    return Remark(Status.DOUBT, one.at, one.stop, Message(w.CADENCE, told))


def _months(starts: dt.date, ends: dt.date) -> int:
    return (ends.year - starts.year) * 12 + ends.month - starts.month + 1


def _end_of(as_of: str, until: dt.date) -> dt.date | None:
    """The last day a figure speaks of, as the reader dated it."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", as_of):
        return dt.date.fromisoformat(as_of)
    if re.fullmatch(r"\d{4}-\d\d", as_of):
        year, month = map(int, as_of.split("-"))
        following = dt.date(year + month // 12, month % 12 + 1, 1)
        return min(following - dt.timedelta(days=1), until)
    if re.fullmatch(r"\d{4}", as_of):
        return min(dt.date(int(as_of), 12, 31), until)
    part = re.fullmatch(r"(\d{4})-([QH])(\d)", as_of)
    if part:
        month = int(part[3]) * (3 if part[2] == "Q" else 6)
        return _end_of(f"{part[1]}-{month:02d}", until)
    short = re.fullmatch(r"(\d{1,2})月(\d{1,2})[日号]", as_of)
    if short:
        return _day(until.year, short[1], short[2])
    return None if as_of and as_of not in ("目前", "今年", "本年") else until
