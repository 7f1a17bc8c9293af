"""The time of a case drawn to scale: what runs, what is extended, what does not count, when it is due, how late it is.

Everything is read from the steps and findings of the reckoning; nothing is computed here but places on the line. Colours are told
apart by pattern and words too, and the list of the pieces is the drawing in text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from bihuan.kernel import law_words
from bihuan.law import steps
from bihuan.law.limits import findings as f
from bihuan.law.limits.reckon import Reckoning

from ..models import Case

KINDS = {
    "running": pgettext_lazy("time", "法定期限"),
    "extended": pgettext_lazy("time", "延长"),
    "returned": _("补回扣除的日期"),
    "rolled": _("休息日顺延"),
    "excluded": pgettext_lazy("time", "扣除、中止"),
    "suspended": _("仍在暂停"),
    "refused": _("不认的暂停"),
    "overdue": pgettext_lazy("time", "超期"),
}
UPPER = ("running", "extended", "returned", "rolled", "overdue")
"""Pieces of the line itself; the others stand on the line below."""
_LENGTHS = (steps.YEARS, steps.MONTHS, steps.CRIMINAL_MONTHS, steps.HALF_MONTH, steps.DAYS, steps.WORKDAYS)
_EXTENSIONS = (steps.EXTENSION, steps.EXTENSION_UNTIL)
_EXCLUSIONS = (steps.EXCLUSION, steps.EXCLUSION_CITED)
_REFUSALS = (f.PAUSE_UNLISTED, f.PAUSE_UNPROVED)


@dataclass(frozen=True)
class Piece:
    """A piece of time, both days included; `left` and `width` in hundredths of the line."""

    kind: str
    first: dt.date
    last: dt.date
    note: str
    left: str
    width: str

    @property
    def name(self) -> str:
        """What it is."""
        return str(KINDS[self.kind])

    @property
    def days(self) -> str:
        """How long it is."""
        count = (self.last - self.first).days + 1
        return ngettext("%(n)s 日", "%(n)s 日", count) % {"n": count}

    @property
    def upper(self) -> bool:
        """On the line itself, or below it."""
        return self.kind in UPPER


@dataclass(frozen=True)
class Mark:
    """A day on the line. `anchor` keeps its words inside the drawing."""

    kind: str
    day: dt.date
    name: str
    left: str
    anchor: str


@dataclass(frozen=True)
class Drawing:
    """The pieces in the order of their days, and the marks."""

    pieces: tuple[Piece, ...]
    marks: tuple[Mark, ...]
    months: tuple[Mark, ...]

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """The legend: the kinds that occur."""
        held = {piece.kind for piece in self.pieces}
        return [(kind, str(name)) for kind, name in KINDS.items() if kind in held]


@dataclass
class _Scale:
    first: dt.date
    last: dt.date

    def at(self, day: dt.date) -> str:
        """Where a day begins, in hundredths of the line."""
        whole = (self.last - self.first).days or 1
        return f"{100 * (day - self.first).days / whole:.3f}%"

    def width(self, first: dt.date, last: dt.date) -> str:
        """How wide the days are, both included."""
        whole = (self.last - self.first).days or 1
        return f"{100 * ((last - first).days + 1) / whole:.3f}%"


def draw(case: Case, found: Reckoning, on: dt.date) -> Drawing | None:
    """The drawing as of a day; None where the limit has no length."""
    if found.raw is None or found.due is None:
        return None
    raw = list(_pieces(case, found, on))
    end = case.closed_on or on
    days = [found.trigger, found.due, end, *(piece[1] for piece in raw), *(piece[2] for piece in raw)]
    margin = max((max(days) - min(days)).days // 30, 1)
    scale = _Scale(min(days), max(days) + dt.timedelta(days=margin))
    pieces = tuple(Piece(k, a, b, note, scale.at(a), scale.width(a, b)) for k, a, b, note in raw)
    return Drawing(pieces, tuple(_marks(case, found, on, scale)), tuple(_months(scale)))


def _pieces(case: Case, found: Reckoning, on: dt.date) -> Iterator[tuple[str, dt.date, dt.date, str]]:
    one = dt.timedelta(days=1)
    for step in found.trace:
        held = step.params
        note = str(law_words.message(step.as_json()))
        if step.code in _LENGTHS:
            yield "running", _day(held["from"]) + one, _day(held["to"]), note
        elif step.code in _EXTENSIONS:
            yield "extended", _day(held["from"]) + one, _day(held["to"]), note
        elif step.code in _EXCLUSIONS:
            running = found.stopped and _day(held["last"]) >= on
            yield "suspended" if running else "excluded", _day(held["first"]), _day(held["last"]), note
            yield "returned", _day(held["from"]) + one, _day(held["to"]), note
        elif step.code == steps.ROLL:
            yield "rolled", _day(held["from"]) + one, _day(held["to"]), note
    for one_found in found.findings:
        if one_found.code in _REFUSALS:
            note = str(law_words.message({"code": one_found.code, "params": dict(one_found.params)}))
            yield "refused", _day(one_found.params["first"]), _day(one_found.params["last"]), note
    last, end = found.hard_due or found.due, case.closed_on or on
    if last is not None and end > last:
        yield "overdue", last + one, end, ""


def _marks(case: Case, found: Reckoning, on: dt.date, scale: _Scale) -> Iterator[Mark]:
    told: list[tuple[str, dt.date | None, Any]] = [
        ("start", found.trigger, _("起算")),
        ("due", found.hard_due or found.due, pgettext_lazy("time", "届满")),
        ("closed", case.closed_on, pgettext_lazy("time", "结案")),
        ("today", None if case.closed_on else on, _("今日")),
    ]
    for kind, day, name in told:
        if day is not None:
            share = (day - scale.first).days / ((scale.last - scale.first).days or 1)
            anchor = "start" if share < 0.15 else "end" if share > 0.85 else "middle"
            yield Mark(kind, day, str(name), scale.at(day), anchor)


def _months(scale: _Scale) -> Iterator[Mark]:
    """The first days of months; of quarters or years where many would crowd."""
    span = (scale.last - scale.first).days
    step = 1 if span < 250 else 3 if span < 800 else 12
    day = dt.date(scale.first.year, 1, 1)
    while day <= scale.last:
        if day >= scale.first:
            share = (day - scale.first).days / (span or 1)
            anchor = "start" if share < 0.05 else "end" if share > 0.95 else "middle"
            yield Mark("month", day, f"{day:%Y-%m}", scale.at(day), anchor)
        month = day.month - 1 + step
        day = dt.date(day.year + month // 12, month % 12 + 1, 1)


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
