"""Limits and rules as small integer tables, one row a text in force, so that a column of codes finds its rule by look-up.

Everything dated is a row with start and end day: texts, extensions, grounds, lead times, and the choices between
readings (a court's own choice is dated too, so a row that depends on one is split at its days).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..dated import Parameters
from ..levels import UNCONFIRMED
from ..limits.book import LimitBook
from ..limits.grants import LATE_DECISION
from ..limits.model import ExtensionRule, GroundRule, Limit, Reading, Version
from ..limits.reckon import MONTH_START
from ..systems import rules_of
from ..terms import HALF_MONTH_DAYS, Period, Unit
from .days import NEVER, day_of

KINDS = ("deadline", "minimum", "maximum", "consequence")
_ONE_DAY = dt.timedelta(days=1)
_EARLY, _LATE = dt.date.min, dt.date.max
_FLAGS = ("unlimited", "before", "hours", "consequence")

Table = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Length:
    """A period as months, days and working days (half months are days, years are months)."""

    months: int = 0
    days: int = 0
    workdays: int = 0

    @classmethod
    def of(cls, period: Period | None) -> Length:
        """The length of a period; nothing for None. Hours have none."""
        months = days = workdays = 0
        for count, unit in period.parts if period else ():
            if unit in (Unit.YEAR, Unit.MONTH, Unit.CRIMINAL_MONTH):
                months += count * (12 if unit is Unit.YEAR else 1)
            elif unit in (Unit.DAY, Unit.HALF_MONTH):
                days += count * (HALF_MONTH_DAYS if unit is Unit.HALF_MONTH else 1)
            elif unit is Unit.WORKDAY:
                workdays += count
        return cls(months, days, workdays)


class Rows:
    """Rows of whole numbers with named columns; `first` says where the rows of each key begin, `most` how many at most."""

    def __init__(self, keys: int, rows: Iterable[tuple[int, dict[str, Any]]], columns: Sequence[str]) -> None:
        held: list[list[dict[str, Any]]] = [[] for _ in range(keys)]
        for key, row in rows:
            held[key].append(row)
        flat = [row for group in held for row in group] or [dict.fromkeys(columns, 0)]
        self.count: Table = np.array([len(group) for group in held], dtype=np.int32)
        self.first: Table = np.concatenate([[0], np.cumsum(self.count)])[:keys].astype(np.int32)
        self.most = int(self.count.max()) if keys else 0
        self._columns = {name: np.array([row.get(name, 0) for row in flat], dtype=np.int64) for name in columns}
        self._columns = {
            name: values if name.endswith("_mask") else values.astype(np.int32) for name, values in self._columns.items()
        }

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._columns[name]

    def in_force(self, keys: Table, days: Table) -> Table:
        """The row of each key that covers the day; -1 where none does. A key of -1 has no row."""
        found = np.full(len(keys), -1, dtype=np.int32)
        safe = np.maximum(keys, 0)
        first, count = self.first[safe], np.where(keys >= 0, self.count[safe], 0)
        start, end = self["start"], self["end"]
        for n in range(self.most):
            row = np.minimum(first + n, len(start) - 1)
            hit = (n < count) & (start[row] <= days) & (days <= end[row])
            found = np.where(hit, row, found)
        return found.astype(np.int32)


class Choice:
    """The dated choice of a reading as a column: whether `wanted` is chosen on each day."""

    def __init__(self, parameters: Parameters, id_: str, wanted: str) -> None:
        spans = list(_spans(parameters, id_))
        self._starts = np.array([day_of(start) for start, _end, _choice in spans], dtype=np.int64)
        self._chosen = np.array([choice == wanted for _start, _end, choice in spans])
        self.always = bool(self._chosen.all()) and len(spans) > 0
        self.never = not self._chosen.any()

    def on(self, days: Table) -> NDArray[np.bool_]:
        """Whether it is chosen on each day."""
        if self.never or self.always:
            return np.full(len(days), self.always)
        place = np.searchsorted(self._starts, days, side="right") - 1
        return np.asarray(np.where(place >= 0, self._chosen[np.maximum(place, 0)], False))


class LimitTable:
    """All limits as numbers. `ids`, `grounds`, `approvers`, `facts`, `restarts` give each code its place (its number)."""

    def __init__(self, book: LimitBook, parameters: Parameters) -> None:
        self.book, self.parameters = book, parameters
        self.ids = tuple(book.limits)
        self.grounds = tuple(book.words.grounds)
        self.approvers = tuple(book.words.approvers)
        self.facts = tuple(book.words.facts)
        self.restarts = tuple(rule.id for rule in book.restarts)
        self.lists = tuple(book.lists)
        self.leads = tuple(book.leads)
        limits = [book.limits[id_] for id_ in self.ids]
        self.kind = _column(KINDS.index(limit.kind) for limit in limits)
        self.over = _column(limit.boundary == "over" for limit in limits)
        self.criminal = _column(rules_of(limit.system).criminal_months for limit in limits).astype(bool)
        self.custody = _column(rules_of(limit.system).custody for limit in limits).astype(bool)
        self.list_of = _column(self.lists.index(x.exclusions) if x.exclusions else -1 for x in limits)
        self.lead_of = _column(self.leads.index(x.lead) if x.lead else -1 for x in limits)
        self.at_expiry = _column(bool(limit.at_expiry) for limit in limits).astype(bool)
        self.texts = Rows(len(limits), self._texts(limits), TEXT_COLUMNS)
        self.rules = Rows(len(limits), self._rules(limits), RULE_COLUMNS)
        keys = len(self.lists) * len(self.grounds)
        self.listed = Rows(keys, self._listed(), LISTED_COLUMNS)
        self.lead_rows = Rows(len(self.leads), self._lead_rows(), ("start", "end", "apply", "decide", "decide_above"))
        self.above = _column(name in book.words.above for name in self.approvers).astype(bool)
        self.starts = [(n, limit) for n, limit in enumerate(limits) if len(limit.starts) > 1]
        self.late_kept = Choice(parameters, LATE_DECISION, "kept")
        self.first_counted = Choice(parameters, MONTH_START, "first_counted")

    def mask(self, facts: Iterable[str]) -> int:
        """The bits of some facts, for a facts column."""
        return sum(1 << self.facts.index(fact) for fact in set(facts))

    def limit_codes(self, ids: Sequence[str]) -> NDArray[np.int16]:
        """A column of limit codes from ids. Raises KeyError for an id that is not there."""
        place = {id_: n for n, id_ in enumerate(self.ids)}
        return np.array([place[id_] for id_ in ids], dtype=np.int16)

    # ---- rows ----

    def _texts(self, limits: Sequence[Limit]) -> Iterator[tuple[int, dict[str, Any]]]:
        for n, limit in enumerate(limits):
            for text, version in enumerate(limit.versions):
                for start, end in self._split(version):
                    yield n, self._text(limit, version, start, end) | {"text": text}

    def _split(self, version: Version) -> Iterator[tuple[dt.date, dt.date]]:
        """The stretches of a text in which the parameters it refers to do not change."""
        refs = [ref for ref in (version.term, *(v.term for v in version.variants)) if ref and ref.parameter]
        cuts = {value.start for ref in refs for value in self.parameters.get(ref.parameter).values}
        cuts |= {v.end + _ONE_DAY for ref in refs for v in self.parameters.get(ref.parameter).values if v.end}
        yield from _stretches(version.start, version.end, cuts)

    def _text(self, limit: Limit, version: Version, start: dt.date, end: dt.date) -> dict[str, Any]:
        row: dict[str, Any] = {"start": day_of(start), "end": _end(end), "unlimited": version.unlimited}
        row |= {"before": bool(version.before), "consequence": limit.kind == "consequence"}
        row |= {"unsure": version.basis.tag in UNCONFIRMED}
        choices = [(0, version.term, version.at_latest)]
        choices += [(self.mask([v.when]), v.term, v.at_latest) for v in version.variants]
        row["variants"] = len(choices) - 1
        for place, (bits, ref, latest) in enumerate(choices):
            period = ref.on(start, self.parameters) if ref else None
            row["hours"] = row.get("hours", False) or (period is not None and period.in_hours)
            length, last = Length.of(period), Length.of(latest)
            row |= {f"when_{place}_mask": bits, f"months_{place}": length.months, f"days_{place}": length.days}
            row |= {f"workdays_{place}": length.workdays, f"latest_{place}": latest is not None}
            row |= {f"latest_months_{place}": last.months, f"latest_days_{place}": last.days}
        return row

    def _rules(self, limits: Sequence[Limit]) -> Iterator[tuple[int, dict[str, Any]]]:
        for n, limit in enumerate(limits):
            for text, version in enumerate(limit.versions):
                codes = list(dict.fromkeys(rule.code for rule in version.extensions))
                for rule in version.extensions:
                    readings = [a.reading for a in rule.by if a.reading]
                    for start, end in _stretches(rule.start, rule.end, self._cuts(readings)):
                        yield n, self._rule(rule, codes, text, start, end)

    def _rule(self, rule: ExtensionRule, codes: list[str], text: int, start: dt.date, end: dt.date) -> dict[str, Any]:
        by = [self.approvers.index(a.by) for a in rule.by if self._chosen(a.reading, start)]
        row: dict[str, Any] = {"start": day_of(start), "end": _end(end), "code": codes.index(rule.code)}
        row |= {"text": text, "after": codes.index(rule.after) if rule.after else -1, "times": rule.times}
        row |= {"by_mask": sum(1 << n for n in by), "first_by": by[0] if by else -1}
        row |= {"any_mask": self.mask(rule.any_of), "all_mask": self.mask(rule.all_of), "legacy": rule.legacy_basis}
        for name, period in (("term", rule.term), ("least", rule.least), ("total", rule.total)):
            length = Length.of(period)
            row |= {f"has_{name}": period is not None, f"{name}_months": length.months, f"{name}_days": length.days}
        return row

    def _listed(self) -> Iterator[tuple[int, dict[str, Any]]]:
        for place, list_id in enumerate(self.lists):
            for rule in self.book.lists[list_id].grounds:
                key = place * len(self.grounds) + self.grounds.index(rule.ground)
                for start, end in _stretches(rule.start, rule.end, self._cuts([rule.reading] if rule.reading else [])):
                    if self._chosen(rule.reading, start):
                        yield key, self._ground(rule, start, end)

    def _ground(self, rule: GroundRule, start: dt.date, end: dt.date) -> dict[str, Any]:
        skip, cap = Length.of(rule.skip), Length.of(rule.max_each)
        row: dict[str, Any] = {"start": day_of(start), "end": _end(end), "needs_mask": self.mask(rule.needs)}
        row |= {"unless_mask": self.mask(rule.unless), "has_skip": rule.skip is not None, "skip_days": skip.days}
        row |= {"skip_months": skip.months, "has_max": rule.max_each is not None, "max_months": cap.months}
        return row | {"max_days": cap.days}

    def _lead_rows(self) -> Iterator[tuple[int, dict[str, Any]]]:
        for n, lead in enumerate(self.book.leads.values()):
            for version in lead.versions:
                row: dict[str, Any] = {"start": day_of(version.start), "end": _end(version.end)}
                row |= {"apply": version.apply or 0, "decide": version.decide or 0}
                yield n, row | {"decide_above": version.decide_above or 0}

    # ---- readings ----

    def _cuts(self, readings: Iterable[Reading]) -> set[dt.date]:
        return {start for reading in readings for start, _end_, _choice in _spans(self.parameters, reading[0])}

    def _chosen(self, reading: Reading | None, on: dt.date) -> bool:
        if reading is None:
            return True
        return any(s <= on <= e and choice == reading[1] for s, e, choice in _spans(self.parameters, reading[0]))


_PLACES = range(3)  # the base length and two variants
TEXT_COLUMNS = (
    "start", "end", "text", "variants", "unsure", *_FLAGS,
    *(f"{name}_{place}" for place in _PLACES for name in
      ("months", "days", "workdays", "latest", "latest_months", "latest_days")),
    *(f"when_{place}_mask" for place in _PLACES),
)  # fmt: skip
RULE_COLUMNS = (
    "start", "end", "code", "text", "after", "times", "by_mask", "first_by", "any_mask", "all_mask", "legacy",
    *(f"{part}" for name in ("term", "least", "total") for part in (f"has_{name}", f"{name}_months", f"{name}_days")),
)  # fmt: skip
LISTED_COLUMNS = (
    "start", "end", "needs_mask", "unless_mask", "has_skip", "skip_days", "skip_months", "has_max", "max_months",
    "max_days",
)  # fmt: skip


def _column(values: Iterable[Any]) -> Table:
    return np.array([int(value) for value in values], dtype=np.int32)


def _end(day: dt.date) -> np.int32:
    return NEVER if day == _LATE else day_of(day)


def _stretches(start: dt.date, end: dt.date, cuts: Iterable[dt.date]) -> Iterator[tuple[dt.date, dt.date]]:
    """start..end cut before each of `cuts` that lies inside."""
    inside = sorted(cut for cut in cuts if start < cut <= end)
    for first, following in zip([start, *inside], [*inside, None], strict=True):
        yield first, end if following is None else following - _ONE_DAY


def _spans(parameters: Parameters, id_: str) -> Iterator[tuple[dt.date, dt.date, str]]:
    """The spans of a reading's choice, in order."""
    for value in parameters.get(id_).values:
        if not value.closed:
            yield value.start, value.end or _LATE, str(value.content["choice"])
