"""What a check reads and what it says: a figure of a draft, a remark about it, the report."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..wording import Message

_TIMES = {"万亿": 10**12, "千万": 10**7, "百万": 10**6, "亿": 10**8, "万": 10**4, "千": 10**3, "百": 10**2}
_SAME = {"名": "人", "个百分点": "百分点", "起": "件", "宗": "件"}


@cache
def _split(unit: str) -> tuple[str, Decimal]:
    """A unit's measure, and what one of the unit is in it."""
    for word, many in _TIMES.items():
        if unit.startswith(word) and len(unit) > len(word) and unit != "百分点":
            return _SAME.get(unit[len(word) :], unit[len(word) :]), Decimal(many)
    return _SAME.get(unit, unit), Decimal(1)


@dataclass(frozen=True)
class Mention:
    """A figure as the draft prints it. `start`..`end`: its words; `at`..`stop`: the number with its unit (offsets of the text);
    `places`: decimals printed; `as_of`: when it held, ISO or as printed; `kind`: result, approximate, threshold, standard, plan."""

    start: int
    end: int
    at: int
    stop: int
    words: str
    value: Decimal
    unit: str
    places: int = 0
    as_of: str = ""
    kind: str = "result"

    @property
    def measure(self) -> str:
        """The unit without its multiplier, one word for each thing: 万元 is 元, 名 is 人."""
        return _split(self.unit)[0]

    @property
    def times(self) -> Decimal:
        """What one of the unit is in its measure: 万元 is 10000 元."""
        return _split(self.unit)[1]

    @property
    def amount(self) -> Decimal:
        """The value in its measure."""
        return self.value * self.times

    @property
    def is_percent(self) -> bool:
        """Whether it is a percentage."""
        return self.unit == "%"

    @property
    def is_points(self) -> bool:
        """Whether it is percentage points."""
        return self.measure == "百分点"

    @property
    def is_count(self) -> bool:
        """Whether it counts something whole."""
        return (
            not self.is_percent
            and not self.is_points
            and self.unit != "‰"
            and self.value == self.value.to_integral_value()
        )

    @property
    def is_said(self) -> bool:
        """Whether it says how things are: no threshold, no norm, no plan."""
        return self.kind in ("result", "approximate")

    def shown(self, value: Decimal | None = None) -> str:
        """The figure, or another value in its place, as it is printed."""
        given = self.value if value is None else value
        return f"{given:,}{self.unit}"


def fits(printed: Decimal, places: int, exact: Decimal) -> str:
    """How a printed number stands to the exact one: "equal" (half up), "truncated", or "" for neither."""
    step = Decimal(1).scaleb(-places)
    if exact.quantize(step, ROUND_HALF_UP) == printed:
        return "equal"
    return "truncated" if exact.quantize(step, ROUND_DOWN) == printed else ""


def rounded(exact: Decimal, places: int) -> Decimal:
    """The exact value as it should be printed: half up."""
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


class Status(StrEnum):
    """What became of a figure, the gravest first."""

    WRONG = "wrong"
    DIFFERS = "differs"
    TRUNCATED = "truncated"
    DOUBT = "doubt"
    EQUAL = "equal"
    UNBOUND = "unbound"

    @property
    def label(self) -> str | Promise:
        """In words."""
        return _LABELS[self]

    @property
    def tone(self) -> str:
        """The colour, which never stands without the words."""
        return {"wrong": "bad", "differs": "bad", "truncated": "warn", "doubt": "warn", "equal": "good"}.get(
            self.value, "idle"
        )


_LABELS: dict[Status, str | Promise] = {
    Status.WRONG: _("计算有误"),
    Status.DIFFERS: _("与系统数据不同"),
    Status.TRUNCATED: _("截尾，未四舍五入"),
    Status.DOUBT: _("请核对"),
    Status.EQUAL: _("与系统数据相同"),
    Status.UNBOUND: _("系统中没有对应数据"),
}


@dataclass(frozen=True)
class Remark:
    """Something found at `start`..`end` of the text: wrong, truncated or doubt."""

    status: Status
    start: int
    end: int
    message: Message


@dataclass(frozen=True)
class Bound:
    """What a figure was held against: the name and period of the system's figure, its value as it would be printed, and whether the
    draft's is equal."""

    name: str | Promise
    period: str
    value: str
    status: Status
    code: str = ""


@dataclass
class Checked:
    """A figure with what was found about it."""

    mention: Mention
    line: int
    bound: Bound | None = None
    remarks: list[Remark] = field(default_factory=list)

    @property
    def status(self) -> Status:
        """The gravest of what was found."""
        found = [remark.status for remark in self.remarks]
        found.append(self.bound.status if self.bound else Status.UNBOUND)
        return min(found, key=list(Status).index)


@dataclass
class Report:
    """A draft's figures in the order of the text, and what was found that belongs to none of them (dates)."""

    text: str
    figures: list[Checked]
    others: list[Remark]

    @property
    def remarks(self) -> list[Remark]:
        """Everything found, in the order of the text."""
        found = [remark for one in self.figures for remark in one.remarks] + self.others
        return sorted(found, key=lambda remark: remark.start)

    @property
    def counts(self) -> dict[Status, int]:
        """How many figures there are of each status; dates count among their status too."""
        held = [one.status for one in self.figures] + [remark.status for remark in self.others]
        return {status: held.count(status) for status in Status if status in held}

    @property
    def bad(self) -> bool:
        """Whether something is wrong or differs from the system."""
        return any(status in (Status.WRONG, Status.DIFFERS) for status in self.counts)

    def line_of(self, at: int) -> int:
        """The line of a place, from 1."""
        return self.text.count("\n", 0, at) + 1

    def around(self, start: int, end: int, reach: int = 40) -> tuple[str, str, str]:
        """The text before, at and after a place, within its line, cut at a mark where it is long."""
        first = self.text.rfind("\n", 0, start) + 1
        last = self.text.find("\n", end)
        before = self.text[first:start]
        after = self.text[end : len(self.text) if last < 0 else last]
        if len(before) > reach:
            before = "…" + (_MARK.split(before[-reach:], maxsplit=1)[-1] or before[-reach:])
        if len(after) > reach:
            marks = [match.end() for match in _MARK.finditer(after[:reach])]
            after = after[: marks[-1] if marks else reach] + "…"
        return before, self.text[start:end], after

    def as_json(self) -> dict[str, Any]:
        """The report as data: numbers as text, so that nothing is rounded on the way."""
        figures = [
            {
                "text": one.mention.words.strip(),
                "value": str(one.mention.value),
                "unit": one.mention.unit,
                "as_of": one.mention.as_of,
                "line": one.line,
                "span": [one.mention.at, one.mention.stop],
                "status": one.status.value,
                "bound": None
                if one.bound is None
                else {
                    "name": str(one.bound.name),
                    "period": one.bound.period,
                    "value": one.bound.value,
                    "code": one.bound.code,
                },
                "remarks": [_remark_json(remark) for remark in one.remarks],
            }
            for one in self.figures
        ]
        others = [{**_remark_json(remark), "line": self.line_of(remark.start)} for remark in self.others]
        return {"counts": {s.value: n for s, n in self.counts.items()}, "figures": figures, "dates": others}


def _remark_json(remark: Remark) -> dict[str, Any]:
    return {
        "status": remark.status.value,
        "code": remark.message.code,
        "says": str(remark.message),
        "span": [remark.start, remark.end],
    }


@dataclass(frozen=True)
class Sentence:
    """A sentence with its figures. `text` is in one spelling, as long as the original; offsets are the whole text's."""

    start: int
    text: str
    mentions: Sequence[Mention]

    def between(self, one: int, other: int) -> str:
        """The text from one place to another."""
        return self.text[max(0, one - self.start) : max(0, other - self.start)]


_MARK = re.compile(r"[，。；、,;]")
_END = re.compile(r"[。;；!！?？\n]")


def sentences(text: str, mentions: Sequence[Mention]) -> list[Sentence]:
    """The sentences that hold figures."""
    cuts = [0, *(match.end() for match in _END.finditer(text)), len(text)]
    found = []
    places = [one.at for one in mentions]
    for start, end in itertools.pairwise(cuts):
        inside = mentions[bisect_left(places, start) : bisect_left(places, end)]
        if inside:
            found.append(Sentence(start, text[start:end], inside))
    return found
