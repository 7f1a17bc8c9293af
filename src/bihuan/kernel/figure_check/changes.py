"""Changes: from one value to another, by how much, and whether that is per cent or percentage points."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from ..wording import Message
from . import words as w
from .model import Mention, Remark, Sentence, Status, fits, rounded

_FROM = re.compile(r"(?:由|从)[^,。]*$")
_TO = re.compile(
    r"(?:增加?到|增至|增长到|增长至|上升到|上升至|升到|升至|提高到|提高至|提升到|提升至|下降到|下降至|降到|降至|降低到|降低至|减少到|减少至|减至|压减到|压降到|变为|到|至)\s*$"
)
_UP = re.compile(r"增长|增加|上升|提高|提升|增幅|升幅|多了")
_DOWN = re.compile(r"下降|降低|减少|降幅|减幅|少了|压减")
_RATE = re.compile(r"率|占比|比例|比重|覆盖面")
_MOVED = re.compile(r"(?:上升|下降|提高|降低|提升|减少|增加|增长)了?\s*$")
_HUNDRED = Decimal(100)
REACH = 80
"""So many letters before a figure may speak of it."""


def changes(sentence: Sentence) -> Iterator[tuple[Mention | None, Remark]]:
    """由 A 到 B, by C: whether C is the difference or the growth; and per cent where points are meant."""
    said = list(sentence.mentions)
    judged: set[int] = set()
    for place in range(len(said) - 1):
        before, after = said[place], said[place + 1]
        if not _pair(sentence, before, after):
            continue
        for by in said[place + 2 : place + 3]:
            judged.add(by.at)
            remark = _change(sentence, before, after, by)
            if remark is not None:
                yield by, remark
    for one in said:
        if one.at not in judged and one.is_said:
            remark = _alone(sentence, one)
            if remark is not None:
                yield one, remark


def _pair(sentence: Sentence, before: Mention, after: Mention) -> bool:
    if before.measure != after.measure or before.is_points:
        return False
    lead = sentence.between(max(sentence.start, before.at - REACH), before.at)
    return bool(_FROM.search(lead) and _TO.search(sentence.between(before.stop, after.at)))


def _change(sentence: Sentence, before: Mention, after: Mention, by: Mention) -> Remark | None:
    lead = sentence.between(after.stop, by.at)
    up, down = _UP.search(lead), _DOWN.search(lead)
    if not up and not down:
        return None
    gap = after.amount - before.amount
    shown = {"before": before.shown(), "after": after.shown(), "printed": by.shown()}
    word = up or down
    if gap and word is not None and (gap > 0) != bool(up):
        return Remark(Status.WRONG, by.at, by.stop, Message(w.DIRECTION, {**shown, "word": word[0]}))
    places = max(before.places, after.places, by.places)
    if by.is_points:
        if not before.is_percent:
            return Remark(Status.WRONG, by.at, by.stop, Message(w.POINTS_OF_COUNT, shown))
        return _measured(by, abs(gap), f"{rounded(abs(gap), places)}个百分点", shown)
    if by.is_percent:
        return _growth(before, gap, by, places, shown)
    if by.measure == before.measure:
        return _measured(by, abs(gap) / by.times, by.shown(rounded(abs(gap) / by.times, by.places)), shown)
    return None


def _growth(before: Mention, gap: Decimal, by: Mention, places: int, shown: dict[str, str]) -> Remark | None:
    if not before.amount:
        return None
    exact = abs(gap) * _HUNDRED / before.amount
    if before.is_percent and not fits(by.value, by.places, exact) and fits(by.value, by.places, abs(gap)):
        told = Message(w.POINTS, {**shown, "right": f"{rounded(abs(gap), places)}"})
        return Remark(Status.WRONG, by.at, by.stop, told)
    return _measured(by, exact, f"{rounded(exact, max(by.places, 2)).normalize():f}%", shown)


def _measured(by: Mention, exact: Decimal, right: str, shown: dict[str, str]) -> Remark | None:
    how = fits(by.value, by.places, exact)
    if how == "equal":
        return None
    if how == "truncated":
        return Remark(Status.TRUNCATED, by.at, by.stop, Message(w.GROWTH_TRUNCATED, {**shown, "right": right}))
    return Remark(Status.WRONG, by.at, by.stop, Message(w.GROWTH_WRONG, {**shown, "right": right}))


def _alone(sentence: Sentence, one: Mention) -> Remark | None:
    """A change whose two ends are not given: a rate moves by points, a number does not."""
    lead = sentence.between(one.start, one.at)
    if not _MOVED.search(lead):
        return None
    if one.is_percent and _RATE.search(lead):
        told = Message(w.POINTS_DOUBT, {"printed": one.shown(), "right": str(one.value)})
        return Remark(Status.DOUBT, one.at, one.stop, told)
    clause = re.split(r"[,。]", sentence.between(max(sentence.start, one.at - REACH), one.at))[-1]
    if one.is_points and not re.search(r"率|比(?!上|去)|占|%|幅|度", re.sub(r"[同环]比", "", clause)):
        return Remark(Status.DOUBT, one.at, one.stop, Message(w.POINTS_OF_COUNT, {"printed": one.shown()}))
    return None
