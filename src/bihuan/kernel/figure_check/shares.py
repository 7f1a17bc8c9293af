"""Shares and sums: a part of a whole in per cent, parts that make a whole."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from ..wording import Message
from . import words as w
from .model import Mention, Remark, Sentence, Status, fits, rounded

_FRACTION = re.compile(
    r"(?<![\d./])(?P<part>\d[\d,]*)\s*/\s*(?P<whole>\d[\d,]*)(?![\d./])\s*(?:=|即|为|是|,|\()?\s*"
    r"(?P<percent>\d+(?:\.(?P<places>\d+))?)\s*%"
)
_CHANGE = re.compile(r"增|升|降|减|提高|同比|环比|较")
_RATE = re.compile(r"(?P<stem>[\u4e00-\u9fff]{1,12})率")
_SHARE = re.compile(r"占(?!用|地|有)|占比")
_OF_WHICH = re.compile(r"其中|包括|分为|分别|含(?=\S*\d)|[:：]\s*$")
_ALL = re.compile(r"包括|分为|分别|[:：]\s*$")
_REST = re.compile(r"其余|余下|另(?:有|外)?|剩余")
_TOTAL = re.compile(r"(?:合计|共计|总计|一共|总共|^[\s,、]*共)")
_NEAR = Decimal("0.9")
_HUNDRED = Decimal(100)
REACH = 40
"""So many figures to either side belong together at most; a sentence of more is a table that lost its lines."""


def shares(sentence: Sentence) -> Iterator[tuple[Mention | None, Remark]]:
    """Percentages of which part and whole stand beside them, or the part alone."""
    fractions = list(_FRACTION.finditer(sentence.text))
    yield from _fractions(sentence, fractions)
    ends = [match.end() for match in fractions]
    for place, percent in enumerate(sentence.mentions):
        if not percent.is_percent or not percent.is_said or _CHANGE.search(percent.words):
            continue
        at = percent.at - sentence.start
        nearest = bisect_right(ends, at)
        if nearest < len(fractions) and fractions[nearest].start() <= at:
            continue
        counts = [
            one
            for one in sentence.mentions[max(0, place - REACH) : place]
            if one.is_count and one.is_said and one.kind != "approximate"
        ]
        remark = _share(sentence, percent, counts)
        if remark is not None:
            yield percent, remark


def _fractions(sentence: Sentence, fractions: list[re.Match[str]]) -> Iterator[tuple[Mention | None, Remark]]:
    starts = [one.at for one in sentence.mentions]
    for match in fractions:
        part, whole = (Decimal(match[name].replace(",", "")) for name in ("part", "whole"))
        if not whole:
            continue
        places = len(match["places"] or "")
        start, end = sentence.start + match.start(), sentence.start + match.end()
        inside = sentence.mentions[bisect_left(starts, start) : bisect_left(starts, end)]
        about = next((one for one in inside if one.is_percent), None)
        remark = _judged(start, end, part, whole, Decimal(match["percent"]), places)
        if remark is not None:
            yield about, remark


def _share(sentence: Sentence, percent: Mention, counts: list[Mention]) -> Remark | None:
    if not counts:
        return None
    last = counts[-1]
    before = sentence.between(last.stop, percent.at)
    bracket = before.lstrip().startswith("(") and ")" not in before
    rate = _RATE.search(percent.words)
    if _SHARE.search(percent.words) or (bracket and not rate):
        return _of_pairs(percent, counts, alone=bool(_SHARE.search(percent.words)) and len(before) <= 16)
    if bracket:
        return _of_pairs(percent, counts, alone=False)
    if rate:
        part = next((one for one in reversed(counts) if rate["stem"] in one.words), None)
        if part is not None:
            wholes = [one for one in counts if one is not part and one.measure == part.measure]
            return _best(percent, [(part, whole) for whole in reversed(wholes) if whole.amount >= part.amount])
    return None


def _of_pairs(percent: Mention, counts: list[Mention], *, alone: bool) -> Remark | None:
    """The last count is the part and an earlier one of its unit the whole, or (占89件的) the other way round."""
    last = counts[-1]
    same = [one for one in counts[:-1] if one.measure == last.measure]
    pairs = [(last, one) if one.amount >= last.amount else (one, last) for one in reversed(same)]
    if pairs:
        return _best(percent, pairs)
    return _without_whole(percent, last) if alone else None


def _best(percent: Mention, pairs: list[tuple[Mention, Mention]]) -> Remark | None:
    """Nothing if one of the pairs gives the percentage; else what the nearest gives."""
    found = [
        _judged(percent.at, percent.stop, part.amount, whole.amount, percent.value, percent.places)
        for part, whole in pairs
        if whole.amount
    ]
    if not found or None in found:
        return None
    return next((one for one in found if one and one.status is Status.TRUNCATED), found[0])


def _judged(start: int, end: int, part: Decimal, whole: Decimal, printed: Decimal, places: int) -> Remark | None:
    exact = part * _HUNDRED / whole
    how = fits(printed, places, exact)
    if how == "equal":
        return None
    shown = {
        "part": f"{part:,f}", "whole": f"{whole:,f}", "right": f"{rounded(exact, max(places, 2)).normalize():f}%",
        "printed": f"{printed}%",
    }  # fmt: skip
    if how == "truncated":
        shown["right"] = f"{rounded(exact, places)}%"
        return Remark(Status.TRUNCATED, start, end, Message(w.SHARE_TRUNCATED, shown))
    return Remark(Status.WRONG, start, end, Message(w.SHARE_WRONG, shown))


def _without_whole(percent: Mention, part: Mention) -> Remark | None:
    """A share whose whole is not given: is there a whole number that gives it at all?"""
    if not 0 < percent.value <= _HUNDRED or part.amount <= 0:
        return None
    step = Decimal(1).scaleb(-percent.places)
    low = (part.amount * _HUNDRED / (percent.value + step)).to_integral_value(ROUND_FLOOR)
    high = (part.amount * _HUNDRED / max(percent.value - step, step)).to_integral_value(ROUND_CEILING)
    if high - low > 1000:
        return None  # so many wholes give it that nothing can be said
    truncated = None
    for whole in range(max(int(low), int(part.amount)), int(high) + 1):
        how = fits(percent.value, percent.places, part.amount * _HUNDRED / whole)
        if how == "equal":
            return None
        if how == "truncated":
            truncated = whole
    shown = {"part": part.shown(), "printed": percent.shown()}
    if truncated is None:
        return Remark(Status.WRONG, percent.at, percent.stop, Message(w.NO_BASE, shown))
    right = f"{rounded(part.amount * _HUNDRED / truncated, percent.places)}%"
    told = Message(w.BASE_TRUNCATED, {**shown, "whole": truncated, "right": right})
    return Remark(Status.TRUNCATED, percent.at, percent.stop, told)


def sums(sentence: Sentence) -> Iterator[tuple[Mention | None, Remark]]:
    """Parts that do not add up to their whole: named after it (其中, 包括, 分别为) or before it (共计, 合计)."""
    said = [one for one in sentence.mentions if one.is_said and one.kind != "approximate" and not one.is_percent]
    for place, whole in enumerate(said):
        after = _run(said[place + 1 : place + 1 + REACH], whole)
        if after:
            remark = _parts_after(sentence, whole, after)
            if remark is not None:
                yield whole, remark
                return
        if _TOTAL.search(sentence.between(whole.start, whole.at)):
            parts = list(reversed(_run(list(reversed(said[max(0, place - REACH) : place])), whole)))
            if len(parts) > 1 and not _OF_WHICH.search(sentence.between(parts[0].start, whole.at)):
                remark = _sum(whole, parts, Status.WRONG)
                if remark is not None:
                    yield whole, remark


def _run(mentions: list[Mention], whole: Mention) -> list[Mention]:
    found: list[Mention] = []
    for one in mentions[:REACH]:
        if one.measure != whole.measure or one.is_points:
            break
        found.append(one)
    return found


def _parts_after(sentence: Sentence, whole: Mention, parts: list[Mention]) -> Remark | None:
    lead = sentence.between(whole.stop, parts[0].at)
    if not _OF_WHICH.search(lead):
        return None
    closed = lead.count("(") > lead.count(")")
    kept: list[Mention] = []
    at = whole.stop
    for one in parts:
        passed = sentence.between(at, one.at)
        if kept and (_TOTAL.search(passed) or (closed and ")" in passed)):
            break
        kept.append(one)
        at = one.stop
    complete = bool(_ALL.search(lead)) or any(_REST.search(sentence.between(whole.stop, one.at)) for one in kept[1:])
    total = sum((one.amount for one in kept), Decimal(0))
    if total > whole.amount or (complete and len(kept) > 1):
        return _sum(whole, kept, Status.WRONG)
    if len(kept) > 1 and whole.amount * _NEAR <= total < whole.amount:
        return _sum(whole, kept, Status.DOUBT)
    return None


def _sum(whole: Mention, parts: list[Mention], status: Status) -> Remark | None:
    total = sum((one.amount for one in parts), Decimal(0))
    if fits(whole.value, whole.places, total / whole.times):
        return None
    shown = {
        "right": whole.shown(
            (total / whole.times).normalize().quantize(Decimal(1).scaleb(-max(whole.places, _places(parts))))
        ),
        "parts": "+".join(one.shown() for one in parts),
        "printed": whole.shown(),
    }
    return Remark(status, whole.at, whole.stop, Message(w.SUM_WRONG if status is Status.WRONG else w.SUM_DOUBT, shown))


def _places(parts: list[Mention]) -> int:
    return max(one.places for one in parts)
