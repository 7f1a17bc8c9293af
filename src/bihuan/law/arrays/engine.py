"""Due dates of whole columns of cases. The rules are those of `limits.reckon`, and tests hold the two equal row by row."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import numpy as np

from ..calendar import WorkCalendar, current_calendar
from ..dated import Parameters, current_parameters
from ..limits import findings as f
from ..limits.book import LimitBook, current_limits
from ..limits.lamps import thresholds
from . import cases as c
from .cases import Cases
from .columns import LIGHTS, CaseColumns, DueColumns, joined
from .days import MISSING, Bits, Bools, Days, DayTable, Ints, day_of, day_table, outside, to_dates
from .grants import CODES, Rows, State, judge
from .pauses import Spans, covering, exclude, hidden_days
from .tables import KINDS, LimitTable
from .turns import Stretches, stretches

#: The findings of a row are bits in this order.
FINDINGS = tuple(f.EFFECTS)
BIT = {code: np.uint64(1 << n) for n, code in enumerate(FINDINGS)}
PART = 1 << 16  # cases worked on at a time: their columns stay in the processor's cache

_LIGHT = {light: np.int8(n) for n, light in enumerate(LIGHTS)}
_MINIMUM, _DEADLINE = KINDS.index("minimum"), KINDS.index("deadline")


def limit_table(book: LimitBook | None = None, parameters: Parameters | None = None) -> LimitTable:
    """The compiled limits; the codes of columns count its `ids`."""
    return _table(book or current_limits(), parameters or current_parameters())


@lru_cache(maxsize=4)
def _table(book: LimitBook, parameters: Parameters) -> LimitTable:
    return LimitTable(book, parameters)


def reckon_columns(
    cases: CaseColumns, *, on: dt.date, table: LimitTable | None = None, calendar: WorkCalendar | None = None
) -> DueColumns:
    """The due dates of all cases as of the day `on`. A case that cannot be answered has a problem and spoils no other.

    Raises ValueError when columns do not fit together, TypeError when one is of the wrong kind.
    """
    tables, days = table or limit_table(), day_table(calendar or current_calendar())
    c.check(cases)
    steps = np.array(thresholds(on, tables.parameters), dtype=np.int32)
    parts = [
        _part(cases.part(start, min(start + PART, len(cases))), day_of(on), tables, days, steps)
        for start in range(0, max(len(cases), 1), PART)
    ]
    return parts[0] if len(parts) == 1 else joined(parts)


def _part(cases: CaseColumns, on: np.int32, table: LimitTable, days: DayTable, steps: Ints) -> DueColumns:
    read = c.read(cases, on, table, days)
    found = np.zeros(len(cases), dtype=np.uint64)
    turned = stretches(read.turns, read.limit, read.trigger, table, days, read.first_counted, BIT, found)
    spans = c.judged_pauses(read, turned, table, days, BIT, found)
    c.order_grants(read, turned)
    for number in range(int(turned.last.max()) if len(cases) else 0):
        rows = np.flatnonzero(turned.last > number)
        _look_back(read, turned, number, rows, spans, table, days, found)
    last = _Last(read, turned, spans, table, days, found)
    return last.answer(on, steps)


def _clock(
    read: Cases, turned: Stretches, number: int, rows: Rows, spans: Spans | None, table: LimitTable, days: DayTable,
    found: Bits,
) -> tuple[State, Days, Days, Ints, Bools]:
    """The clock of stretch `number` of some cases after their extensions; with base, hard end, text row, in workdays."""
    limit, trigger = turned.limit[number][rows], turned.trigger[number][rows]
    under = read.under[rows]
    pinned = np.where(under != MISSING, under, trigger).astype(np.int32)
    text = table.texts.in_force(limit, pinned)
    base, hard, workdays = c.ends(text, limit, trigger, read.facts[rows], read.first_counted[rows], table, days)
    state = State(
        rows=rows, limit=limit, trigger=trigger, under=under, end=np.where(hard == MISSING, base, hard).astype(np.int32),
        used=np.zeros((len(rows), CODES), np.int32), extended=np.zeros(len(rows), bool), count=np.zeros(len(rows), np.int32),
        stretch=number, table=table, days=days, first_counted=read.first_counted[rows], bit=BIT, found=found,
    )  # fmt: skip
    if read.grants is not None:
        custody = read.custody[rows]

        def expiry(at: Rows, end: Days) -> tuple[Days, Days]:
            raw = exclude(spans, rows[at], trigger[at], end, workdays[at], days)
            return raw, np.where(custody[at], raw, days.roll(raw)).astype(np.int32)

        judge(read.grants, state, expiry)
    return state, base, hard, text, workdays


def _look_back(
    read: Cases, turned: Stretches, number: int, rows: Rows, spans: Spans | None, table: LimitTable, days: DayTable,
    found: Bits,
) -> None:
    """Whether a stretch that a turn ended had expired by then, and whether its extensions fall away."""
    state, _base, _hard, text, workdays = _clock(read, turned, number, rows, spans, table, days, found)
    raw = exclude(spans, rows, state.trigger, state.end, workdays, days)
    due = np.where(read.custody[rows], raw, days.roll(raw))
    following = number + 1
    late = turned.began[following][rows] > due
    barred = turned.barred[following][rows]
    found[rows[late & barred]] |= BIT[f.TURN_LATE]
    found[rows[late & ~barred]] |= BIT[f.EXCEEDED_EARLIER]
    dropped = turned.continued[following][rows] & state.extended
    found[rows[dropped]] |= BIT[f.TURN_GRANTS_DROPPED]
    c.problem(read, rows, text < 0, "not_in_force")
    c.problem(read, rows, outside(raw), "outside_calendar")


class _Last:
    """The last stretch of every case, and the answer it comes to."""

    def __init__(
        self, read: Cases, turned: Stretches, spans: Spans | None, table: LimitTable, days: DayTable, found: Bits
    ) -> None:
        self.read, self.spans, self.table, self.days, self.found = read, spans, table, days, found
        count = len(read.limit)
        self.limit, self.trigger = read.limit.copy(), read.trigger.copy()
        self.base, self.hard = np.zeros(count, np.int32), np.full(count, MISSING, dtype=np.int32)
        self.end, self.text = np.zeros(count, np.int32), np.full(count, -1, dtype=np.int32)
        self.workdays, self.extended = np.zeros(count, bool), np.zeros(count, bool)
        self.extensions = np.zeros(count, np.int16)
        single = not turned.last.any()
        for number in range(int(turned.last.max()) + 1 if count else 0):
            rows = np.arange(count) if single else np.flatnonzero(turned.last == number)
            if not len(rows):
                continue
            state, base, hard, text, workdays = _clock(read, turned, number, rows, spans, table, days, found)
            self.limit[rows], self.trigger[rows], self.end[rows] = state.limit, state.trigger, state.end
            self.base[rows], self.hard[rows], self.text[rows] = base, hard, text
            self.workdays[rows], self.extended[rows] = workdays, state.extended
            self.extensions[rows] = state.count

    def answer(self, on: np.int32, steps: Ints) -> DueColumns:
        """The columns of the answer."""
        read, table, days = self.read, self.table, self.days
        kind = table.kind[self.limit]
        has_hard = (self.hard != MISSING) & ~self.extended
        start = np.where(self.extended, self.end, self.base).astype(np.int32)
        raw = exclude(self.spans, None, self.trigger, start, self.workdays, days)
        due = self._takes_effect(kind, raw)
        hard_raw = hard_due = np.full(len(raw), MISSING, dtype=np.int32)
        if has_hard.any():
            hard_raw = exclude(self.spans, None, self.trigger, self.hard, self.workdays, days)
            hard_due = np.where(has_hard, self._takes_effect(kind, hard_raw), MISSING).astype(np.int32)
            hard_raw = np.where(has_hard, hard_raw, MISSING).astype(np.int32)
        special = c.special(read, self.text, self.limit, table)
        raw, due = np.where(special.before, special.end, raw), np.where(special.before, special.end, due)
        last_due = np.where(has_hard, hard_due, due).astype(np.int32)
        rolls = (kind == _DEADLINE) & ~read.custody
        asked = np.where(self.workdays, self.trigger + 1, raw).astype(np.int32)
        provisional = (self.workdays | rolls) & days.provisional(asked, last_due) & ~special.before
        closed = read.closed != MISSING
        stopped = covering(self.spans, np.full(len(raw), on), self.trigger) & ~closed & ~special.any
        hidden = np.where(special.any, 0, hidden_days(self.spans, self.trigger)).astype(np.int32)
        light, light_days, step = self._lamp(on, steps, kind, raw, due, hard_raw, last_due, stopped)
        light = np.where(special.unlimited, _LIGHT["none"], light).astype(np.int8)
        self._findings(on, kind, due, has_hard, last_due, special)
        c.problem(read, None, outside(raw) | outside(due) | outside(last_due) & ~special.any, "outside_calendar")
        c.problem(read, None, self.text < 0, "not_in_force")
        valid = (read.problem == 0) & ~special.unlimited
        return DueColumns(
            limit=self.limit, trigger=to_dates(self.trigger, read.problem == 0), raw=to_dates(raw, valid), due=to_dates(due, valid), hard_raw=to_dates(hard_raw, valid & has_hard),
            hard_due=to_dates(hard_due, valid & has_hard), provisional=provisional & valid, stopped=stopped,
            hidden_days=hidden, extensions=np.where(special.any, 0, self.extensions).astype(np.int16), findings=self.found, light=light, light_days=light_days, step=step, problem=read.problem,
        )  # fmt: skip

    def _takes_effect(self, kind: Ints, raw: Days) -> Days:
        """A deadline rolls, a ceiling does not; a floor opens on the day, or the day after where 超过 is meant."""
        rolled = np.where((kind == _DEADLINE) & ~self.read.custody, self.days.roll(raw), raw)
        if (kind == _MINIMUM).any():
            rolled = np.where(kind == _MINIMUM, raw + self.table.over[self.limit], rolled)
        return rolled.astype(np.int32, copy=False)

    def _lamp(
        self, on: np.int32, steps: Ints, kind: Ints, raw: Days, due: Days, hard_raw: Days, last_due: Days, stopped: Bools
    ) -> tuple[np.ndarray, Ints, np.ndarray]:
        closed = self.read.closed
        is_closed, left = closed != MISSING, raw - on
        last_raw = np.where(hard_raw != MISSING, hard_raw, raw)
        overdue, past = on > last_due, on > due
        length = raw - self.trigger
        step = np.full(len(raw), -1, dtype=np.int16)
        for threshold in steps:  # farthest first: a nearer one passed overwrites it
            step = np.where((left <= threshold) & (threshold < length), threshold, step).astype(np.int16)
        light = np.where(step >= 0, _LIGHT["near"], _LIGHT["green"])
        light = np.where(past, _LIGHT["past_ordinary"], light)
        light = np.where(stopped, _LIGHT["stopped"], light)
        light = np.where(overdue, _LIGHT["overdue"], light)
        days = np.where(overdue | past & ~stopped, last_raw - on, left)
        late = np.where(closed <= last_due, _LIGHT["closed_in_time"], _LIGHT["closed_late"])
        light, days = np.where(is_closed, late, light), np.where(is_closed, raw - closed, days)
        floor = np.where(np.where(is_closed, closed, on) >= due, _LIGHT["allowed"], _LIGHT["not_yet"])
        light, days = np.where(kind == _MINIMUM, floor, light), np.where(kind == _MINIMUM, due - on, days)
        step = np.where(light == _LIGHT["near"], step, -1).astype(np.int16)
        return light.astype(np.int8), days.astype(np.int32), step

    def _findings(self, on: np.int32, kind: Ints, due: Days, has_hard: Bools, last_due: Days, special: c.Special) -> None:
        read, found = self.read, self.found
        found[special.any] = 0  # nothing stops, extends or turns what has no length
        closed = read.closed != MISSING
        day = np.where(closed, read.closed, on)
        late = (day > last_due) & (kind != _MINIMUM) & ~special.unlimited
        found[late & closed] |= BIT[f.EXCEEDED_CLOSED]
        found[late & ~closed] |= BIT[f.EXCEEDED]
        found[late & ~closed & self.table.at_expiry[self.limit]] |= BIT[f.AT_EXPIRY]
        found[has_hard & (day > due) & (day <= last_due)] |= BIT[f.PAST_ORDINARY]
        unsure = (self.table.texts["unsure"][np.maximum(self.text, 0)] > 0) & ~special.any
        found[unsure] |= BIT[f.UNCONFIRMED]
