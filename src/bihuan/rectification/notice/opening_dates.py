"""The dates of an opening paragraph: when the inspection was, when its findings were fed back.

A date that lost 年, 月 or 日 is proposed with a doubt that names every day it may mean; a year that was left out is carried
over from the inspection; an impossible order is kept as printed (the reader warns of it).
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from datetime import date

from .model import Notice, Remark, Span
from .times import carry_year, safe_date, split_digits

_Y = r"(?:19|20)\d\d"
_BETWEEN = re.compile(r"\s*起?\s*(?:-|至|到)+\s*")
_DAY = re.compile(
    rf"(?<!\d)(?:(?P<y>{_Y})(?P<ym>\s*[年./-]\s*)?|(?P<rel>同年|次年|当年|今年|本年)\s*)"
    r"(?P<m>\d{1,2})\s*(?P<mm>[月./-])\s*(?P<d>\d{1,2})(?!\d)(?P<dm>\s*日)?"
    rf"|(?<!\d)(?P<y2>{_Y})年?(?P<rest>\d{{2,4}})日"
    r"|^(?P<y3>\d{3})年\s*(?P<m3>\d{1,2})\s*月\s*(?P<d3>\d{1,2})\s*日"
    r"|(?<!\d)(?P<m4>\d{1,2})\s*月\s*(?P<d4>\d{1,2})\s*日"
    r"|(?<=[至到-])(?P<rest5>\d{3,4})日"
    r"|(?<=[至到-])\s*(?P<d6>\d{1,2})\s*日",
    re.M,
)
_MONTHS = r"\d{1,2}\s*月(?:[上中下]旬|初|底|末|份)?"
_VAGUE = re.compile(
    rf"(?:(?:{_Y}|今|去|本)\s*年\s*)?{_MONTHS}\s*(?:-|至|到)+\s*(?:(?:{_Y}|同|次|当)\s*年\s*)?{_MONTHS}"
)
_LONGEST = 180  # days: an inspection that seems longer has no year left out, but a date misprinted


@dataclass(frozen=True, slots=True)
class Day:
    """A day as written: every (year or None, month or None, day) it may mean, and whether marks were lost."""

    start: int
    end: int
    readings: tuple[tuple[int | None, int | None, int], ...]
    relative: str
    damaged: bool


def days(norm: str) -> list[Day]:
    """The days of a text in order, also damaged ones."""
    found = []
    for match in _DAY.finditer(norm):
        readings, damaged = _readings(norm, match)
        if readings:
            found.append(Day(match.start(), match.end(), tuple(readings), match["rel"] or "", damaged))
    return found


def _readings(norm: str, match: re.Match[str]) -> tuple[list[tuple[int | None, int | None, int]], bool]:
    if match["rest"] or match["rest5"]:
        year = int(match["y2"]) if match["rest"] else None
        return [(year, m, d) for m, d in split_digits(match["rest"] or match["rest5"])], True
    if match["y3"]:
        return [(int("2" + match["y3"]), int(match["m3"]), int(match["d3"]))], True
    if match["m4"]:
        return [(None, int(match["m4"]), int(match["d4"]))], False
    if match["d6"]:
        return [(None, None, int(match["d6"]))], False
    year = int(match["y"]) if match["y"] else None
    dotted = match["mm"] != "月"
    if dotted and (not match["y"] or not match["ym"]):
        return [], False
    lost = bool(match["y"] and not match["ym"]) or (not match["dm"] and not dotted)
    if not match["dm"] and not dotted and not _BETWEEN.match(norm, match.end()):
        return [], False
    return [(year, int(match["m"]), int(match["d"]))], lost


def read_period(notice: Notice, norm: str, line: int) -> Span | None:
    """Fill the period of the inspection; returns where it stands."""
    found = days(norm)
    for first, second in itertools.pairwise(found):
        between = _BETWEEN.fullmatch(norm, first.end, second.start)
        if between and any(r[0] is not None for r in first.readings):
            _settle_period(notice, norm, first, second, line)
            return (first.start, second.end)
    vague = _VAGUE.search(norm)
    if vague:
        notice.inspection_period = vague[0]
        notice.warnings.append(Remark("period.vague", line, {"text": vague[0]}))
        return vague.span()
    notice.warnings.append(Remark("period.missing", line))
    return None


def _settle_period(notice: Notice, norm: str, first: Day, second: Day, line: int) -> None:
    text = norm[first.start : second.end]
    notice.inspection_period = text
    pairs: list[tuple[date, date]] = []
    carried = False
    for (y1, m1, d1), (y2, m2, d2) in itertools.product(first.readings, second.readings):
        start = safe_date(y1 or 0, m1 or 0, d1) if y1 else None
        stop, over = _second(start, y1, m1, y2, m2, d2, second.relative)
        if start and stop:
            pairs.append((start, stop))
            carried = carried or over
        elif not (first.damaged or second.damaged):
            notice.inspection_from, notice.inspection_to = start, stop
    if not pairs:
        notice.warnings.append(Remark("date.impossible", line, {"text": text}))
        return
    likely = [p for p in pairs if 0 <= (p[1] - p[0]).days <= _LONGEST] or pairs
    notice.inspection_from, notice.inspection_to = likely[0]
    if first.damaged or second.damaged:
        doubt(notice, line, text, ["—".join(d.isoformat() for d in pair) for pair in likely])
    elif carried:
        last = norm[second.start : second.end].strip()
        notice.warnings.append(Remark("year.carried", line, {"text": last, "read": likely[0][1].isoformat()}))


def _second(
    start: date | None, y1: int | None, m1: int | None, y2: int | None, m2: int | None, d2: int, relative: str
) -> tuple[date | None, bool]:
    """The last day of the period; whether its year had to be carried into the next one."""
    if y2 is not None:
        return safe_date(y2, m2 or m1 or 0, d2), False
    if y1 is None:
        return None, False
    stop = safe_date(y1 + (relative == "次年"), m2 or m1 or 0, d2)
    if start and stop and stop < start and not relative and m2:
        later = safe_date(y1 + 1, m2, d2)
        if later and (later - start).days <= _LONGEST:
            return later, True
    return stop, False


def doubt(notice: Notice, line: int, text: str, readings: list[str]) -> None:
    """Say that a date lost characters: the day proposed, and every other it may mean."""
    params: dict[str, object] = {"text": text, "read": readings[0]}
    if len(readings) == 1:
        notice.warnings.append(Remark("date.damaged", line, params))
    else:
        notice.warnings.append(Remark("date.ambiguous", line, {**params, "all": " / ".join(readings)}))


def read_feedback(notice: Notice, norm: str, period: Span | None, line: int) -> None:
    """Fill the day of the feedback: the first day outside the period that a sentence about it names."""
    outside = [d for d in days(norm) if not period or d.end <= period[0] or d.start >= period[1]]
    best = next((d for d in outside if re.match(r"[^。\d]{0,60}?反馈", norm[d.end :])), None)
    best = best or next((d for d in outside if re.search(r"反馈[^。;\d]{0,12}$", norm[: d.start])), None)
    if best is None or best.readings[0][1] is None:
        notice.warnings.append(Remark("feedback.missing", line))
        return
    text = norm[best.start : best.end].strip()
    dates = [d for d in (_feedback_day(notice, norm, best, r) for r in best.readings) if d]
    if not dates:
        notice.warnings.append(Remark("date.impossible", line, {"text": text}))
        return
    after = [d for d in dates if notice.inspection_to is None or d >= notice.inspection_to] or dates
    notice.feedback_on = after[0]
    if best.damaged:
        doubt(notice, line, text, [d.isoformat() for d in after])
    elif best.readings[0][0] is None:
        notice.warnings.append(Remark("year.carried", line, {"text": text, "read": after[0].isoformat()}))


def _feedback_day(notice: Notice, norm: str, day: Day, reading: tuple[int | None, int | None, int]) -> date | None:
    year, month, number = reading
    if month is None:
        return None
    if year is None:
        reference = notice.inspection_to or notice.inspection_from
        year = carry_year(month, number, None, None, reference)
        if year is None and notice.published_on:
            year = carry_year(month, number, None, notice.published_on)
        if year is None and (named := re.search(rf"({_Y})\s*年", norm)):
            year = int(named[1])
    return safe_date(year, month, number) if year else None
