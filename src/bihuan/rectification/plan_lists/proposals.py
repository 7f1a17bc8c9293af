"""Completion standards that name a number become proposals for typed criteria. A person accepts them; nothing is made."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bihuan.kernel.wording import Message

from . import wordings as w
from .numbers import chinese_number

_NUMBER = r"(?P<number>\d+(?:\.\d+)?)\s*(?P<percent>%|个百分点)?"
_PERIODS = re.compile(r"连续\s*(?P<n>\d{1,2}|[一二两三四五六七八九十]{1,3})\s*个?(?P<unit>月|季度|年)")
_LOW = re.compile(
    rf"(?:不低于|不少于|不小于|不得低于|不得少于|保持在|达到|达|≥|>=|高于|大于|超过(?!期))\s*{_NUMBER}(?:以上)?"
)
_LOW_AFTER = re.compile(rf"{_NUMBER}\s*(?:件|次|天|人|份|分|元|日)?(?:及)?以上")
_HIGH = re.compile(
    rf"(?:不超过|不高于|不多于|不大于|不得超过|不得高于|控制在|降至|降到|压降至|≤|<=|低于|少于|小于)\s*{_NUMBER}(?:以[内下])?"
)
_HIGH_AFTER = re.compile(rf"{_NUMBER}\s*(?:件|次|天|人|份|分|元|日)?(?:及)?以[下内]")
_BOTH = re.compile(
    r"(?P<low>\d+(?:\.\d+)?)\s*%?\s*(?:至|到|~|—+|-)\s*(?P<high>\d+(?:\.\d+)?)\s*%?\s*(?:之间|区间|范围)"
)
_STRICT = re.compile(r"(?<!不)(?<!不得)(?:高于|大于|超过|低于|少于|小于)\s*\d")
_MONTHS = {"月": 1, "季度": 3, "年": 12}


@dataclass(frozen=True)
class Proposal:
    """A criterion proposed from a completion standard.

    `key` names it within the lists (measure code and number); `params` are those of the kind `reading_range`; `lacking`
    names parameters a person has to give first; `quote` is the clause it was read from.
    """

    key: str
    kind: str
    params: Mapping[str, Any]
    quote: str
    remarks: tuple[Message, ...] = field(default=())
    lacking: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether it can be accepted as it stands."""
        return not self.lacking


def propose(
    code: str, standard: str, figures: Mapping[str, str], *, context: str = "", unit: str = ""
) -> tuple[Proposal, ...]:
    """Proposals from the completion standard of measure `code`.

    `figures`: name -> code of the figures that are read; `context`: the measure's own text, asked where the standard does
    not name the figure; `unit`: the responsible department's name.
    """
    found: list[Proposal] = []
    plain = unicodedata.normalize("NFKC", standard)
    whole_periods = _months(plain)
    for clause in (c.strip() for c in re.split(r"[，,。；;\n]", plain)):
        low, high = _range(clause)
        periods = _months(clause) or whole_periods
        if (low is None and high is None) or not periods:
            continue
        figure = _figure(clause, figures) or _figure(plain, figures) or _figure(context, figures)
        level = "unit" if re.search(r"本庭|本部门|该庭|本局|本室", clause) or (unit and unit in clause) else "court"
        params: dict[str, Any] = {"level": level, "periods": periods}
        params |= {name: value for name, value in (("low", low), ("high", high), ("figure", figure)) if value}
        remarks = [Message(w.PROPOSED, {"quote": clause})]
        if not figure:
            remarks.append(Message(w.FIGURE_UNKNOWN, {"quote": clause}))
        if _STRICT.search(clause):
            remarks.append(Message(w.STRICT, {"quote": clause}))
        key = f"{code}#{len(found) + 1}"
        lacking = () if figure else ("figure",)
        found.append(Proposal(key, "reading_range", params, clause, tuple(remarks), lacking))
    return tuple(found)


def _months(text: str) -> int:
    found = _PERIODS.search(text)
    if not found:
        return 0
    held = found["n"].replace("两", "二")
    number = int(held) if held.isdigit() else chinese_number(held) or 0
    return number * _MONTHS[found["unit"]]


def _range(clause: str) -> tuple[str | None, str | None]:
    """(low, high) as decimal text; each None where the clause sets none."""
    bare = _PERIODS.sub("", clause)
    if both := _BOTH.search(bare):
        return both["low"], both["high"]
    low = _LOW.search(re.sub(r"不得?(?:超过|高于|大于)", "≤", bare)) or _LOW_AFTER.search(bare)
    high = _HIGH.search(re.sub(r"不得?(?:低于|少于|小于)", "≥", bare)) or _HIGH_AFTER.search(bare)
    return (low["number"] if low else None), (high["number"] if high else None)


def _figure(text: str, figures: Mapping[str, str]) -> str:
    """The code of the figure whose name the text holds; the longest name wins."""
    plain = re.sub(r"\s+", "", text)
    for name in sorted(figures, key=len, reverse=True):
        if re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)) in plain:
            return figures[name]
    return ""
