"""Extensions over columns, judged one by one in the order of their days: the k-th of all cases at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..limits import findings as f
from .columns import Offsets
from .days import MISSING, NEVER, Bits, Bools, Days, DayTable, Ints
from .tables import LimitTable

Rows = NDArray[np.int64]
CODES = 4  # a limit has at most so many kinds of extension
NONE = np.int32(-1)


@dataclass
class Grants:
    """Extensions in order of their day within each case, days as numbers. `stretch` is the stretch each belongs to."""

    offsets: Offsets
    by: Ints
    months: Ints
    days: Ints
    until: Days
    applied: Days
    decided: Days
    held: Bits
    stretch: Ints


# (raw, due) of some rows of a state when their limit ends on these raw days.
Expiry: TypeAlias = Callable[[Rows, Days], tuple[Days, Days]]


@dataclass
class State:
    """The clocks of some cases (a row each) while extensions are judged."""

    rows: Rows  # the cases, as places in the whole column
    limit: Ints
    trigger: Days
    under: Days  # MISSING where the text is not pinned
    end: Days
    used: Ints  # by row and kind of extension
    extended: Bools
    count: Ints
    stretch: int
    table: LimitTable
    days: DayTable
    first_counted: Bools
    bit: dict[str, np.uint64]
    found: Bits


def judge(grants: Grants, state: State, expiry: Expiry) -> None:
    """Judge the extensions of the state's stretch; ends move, findings are added."""
    low, high = grants.offsets[:-1][state.rows], grants.offsets[1:][state.rows]
    for k in range(int((high - low).max()) if len(low) else 0):
        mine = np.flatnonzero(low + k < high)
        place = low[mine] + k
        here = grants.stretch[place] == state.stretch
        if here.any():
            _one(grants, state, mine[here], place[here], expiry)


def _one(grants: Grants, state: State, at: Rows, place: Rows, expiry: Expiry) -> None:
    """One extension of each of the rows `at` of the state; `place` is where it stands."""
    table, trigger = state.table, state.trigger[at]
    applied, decided = grants.applied[place], grants.decided[place]
    act = np.where(decided != MISSING, decided, applied)
    day = np.where(act != MISSING, act, trigger).astype(np.int32)
    rule = _rule(grants, state, at, place, day)
    kept = rule >= 0
    at, place, rule, day, act = at[kept], place[kept], rule[kept], day[kept], act[kept]
    kept = _conditions(grants, state, at, place, rule)
    at, place, rule, day, act = at[kept], place[kept], rule[kept], day[kept], act[kept]
    if not len(at):
        return
    raw, due = expiry(at, state.end[at])
    kept = _in_time(grants, state, at, place, rule, day, raw, due)
    at, place, rule = at[kept], place[kept], rule[kept]
    end, kept = _end(grants, state, at, place, rule)
    at, rule, end = at[kept], rule[kept], end[kept]
    _mark(state, at, table.rules["legacy"][rule] > 0, f.GRANT_LEGACY)
    state.used[at, table.rules["code"][rule]] += 1
    state.end[at], state.extended[at] = end, True
    state.count[at] += 1


def _mark(state: State, at: Rows, which: Bools, code: str) -> None:
    if which.any():
        state.found[state.rows[at[which]]] |= state.bit[code]


# ---- which rule ----


def _rule(grants: Grants, state: State, at: Rows, place: Rows, day: Days) -> Ints:
    """The rule of each extension, -1 where none lets it count."""
    table, limit = state.table, state.limit[at]
    text = _text(state, at, day)
    by = grants.by[place]
    rules, count, first = table.rules, table.rules.count[limit], table.rules.first[limit]
    there = np.zeros(len(at), dtype=bool)
    theirs = np.zeros(len(at), dtype=bool)
    ready = np.zeros(len(at), dtype=bool)
    found = np.full(len(at), -1, dtype=np.int32)
    for n in range(table.rules.most):
        row = np.minimum(first + n, len(rules["start"]) - 1)
        holds = (n < count) & (rules["text"][row] == text) & (rules["start"][row] <= day) & (day <= rules["end"][row])
        there |= holds
        mask = rules["by_mask"][row]
        holds &= (by < 0) | ((mask >> np.maximum(by, 0)) & 1).astype(bool)
        theirs |= holds
        after = rules["after"][row]
        holds &= (after < 0) | (state.used[at, np.maximum(after, 0)] > 0)
        ready |= holds
        times = rules["times"][row]
        holds &= (times == 0) | (state.used[at, rules["code"][row]] < times)
        found = np.where(holds & (found < 0), row, found).astype(np.int32)
    _mark(state, at, ~there, f.GRANT_NONE)
    _mark(state, at, there & ~theirs, f.GRANT_APPROVER)
    _mark(state, at, theirs & ~ready, f.GRANT_ORDER)
    _mark(state, at, ready & (found < 0), f.GRANT_TIMES)
    _mark(state, at, (found >= 0) & (by < 0), f.GRANT_UNRECORDED)
    return found


def _text(state: State, at: Rows, day: Days) -> Ints:
    """Which text of the limit judges: that of the pinned day, else of the act, else of the case."""
    texts, limit, under = state.table.texts, state.limit[at], state.under[at]
    wanted = np.where(under != MISSING, under, day).astype(np.int32)
    fallback = np.where(under != MISSING, under, state.trigger[at]).astype(np.int32)
    row = texts.in_force(limit, wanted)
    other = texts.in_force(limit, fallback)
    return np.asarray(texts["text"][np.where(row >= 0, row, np.maximum(other, 0))], dtype=np.int32)


def _conditions(grants: Grants, state: State, at: Rows, place: Rows, rule: Ints) -> Bools:
    held = grants.held[place]
    any_of = state.table.rules["any_mask"][rule].astype(np.uint64)
    all_of = state.table.rules["all_mask"][rule].astype(np.uint64)
    kept = ((any_of == 0) | ((held & any_of) != 0)) & ((held & all_of) == all_of)
    _mark(state, at, ~kept, f.GRANT_CONDITION)
    return np.asarray(kept)


# ---- in time ----


def _in_time(
    grants: Grants, state: State, at: Rows, place: Rows, rule: Ints, day: Days, raw: Days, due: Days
) -> Bools:
    table = state.table
    applied, decided, by = grants.applied[place], grants.decided[place], grants.by[place]
    lead = table.lead_rows.in_force(table.lead_of[state.limit[at]], day)
    ahead = np.where(lead >= 0, table.lead_rows["apply"][np.maximum(lead, 0)], 0)
    undated, undecided = applied == MISSING, decided == MISSING
    too_late = ~undated & (applied > due)
    pending = ~undated & ~too_late & undecided
    late = ~undated & ~too_late & (ahead > 0) & (applied > raw - ahead)
    _mark(state, at, undated, f.GRANT_UNDATED)
    _mark(state, at, too_late, f.GRANT_AFTER_EXPIRY)
    _mark(state, at, pending, f.GRANT_PENDING)
    _mark(state, at, late, f.GRANT_LATE)
    kept = ~too_late & ~pending
    judged = kept & ~undecided
    _mark(state, at, judged & ~undated & (decided < applied), f.GRANT_DAYS)
    after = judged & (decided > due)
    allowed = table.late_kept.on(decided)
    _mark(state, at, after & allowed, f.GRANT_DECIDED_AFTER)
    _mark(state, at, after & ~allowed, f.GRANT_DECIDED_REFUSED)
    who = np.where(by >= 0, by, table.rules["first_by"][rule])
    own, above = (table.lead_rows[name][np.maximum(lead, 0)] for name in ("decide", "decide_above"))
    wanted = np.where(lead >= 0, np.where(table.above[np.maximum(who, 0)], above, own), 0)
    slow = judged & ~after & (wanted > 0) & (decided > raw - wanted)
    _mark(state, at, slow, f.GRANT_DECIDED_LATE)
    return np.asarray(kept & ~(after & ~allowed))


# ---- how long ----


def _end(grants: Grants, state: State, at: Rows, place: Rows, rule: Ints) -> tuple[Days, Bools]:
    """The new raw ends, cut to what the law allows, and which extensions count."""
    rules, end, trigger = state.table.rules, state.end[at], state.trigger[at]
    until, months, days = grants.until[place], grants.months[place], grants.days[place]
    by_day, by_length, has_term = until != MISSING, (months != 0) | (days != 0), rules["has_term"][rule] > 0
    whole = _plus(state, at, end, rules["term_months"][rule], rules["term_days"][rule])
    given = _plus(state, at, end, months, days)
    asked = np.where(by_day, until, np.where(by_length, given, np.where(has_term, whole, MISSING))).astype(np.int32)
    no_length = asked == MISSING
    nothing = ~no_length & (asked <= end)
    _mark(state, at, no_length, f.GRANT_NO_LENGTH)
    _mark(state, at, nothing, f.GRANT_NOTHING)
    kept = ~no_length & ~nothing
    least = _plus(state, at, end, rules["least_months"][rule], rules["least_days"][rule])
    _mark(state, at, kept & (rules["has_least"][rule] > 0) & (asked < least), f.GRANT_UNDER)
    total = _plus(state, at, trigger, rules["total_months"][rule], rules["total_days"][rule])
    most = np.where(has_term, whole, NEVER)
    most = np.minimum(most, np.where(rules["has_total"][rule] > 0, total, NEVER))
    over = kept & (asked > most)
    _mark(state, at, over, f.GRANT_OVER)
    kept &= ~over | (most > end)
    return np.where(over, most, asked).astype(np.int32), kept


def _plus(state: State, at: Rows, day: Days, months: Ints, days: Ints) -> Days:
    criminal = state.table.criminal[state.limit[at]]
    moved = state.days.add_months(day, months, criminal, state.first_counted[at])
    return (np.minimum(moved, NEVER - 100_000) + days).astype(np.int32)
