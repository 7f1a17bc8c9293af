"""Pauses over columns: judged by the closed lists, then counted once each while the period runs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..limits import findings as f
from .columns import Offsets
from .days import MISSING, Bits, Bools, Days, DayTable, Ints
from .tables import LimitTable

NOT = np.int32(-2_000_000_000)  # the last day of a pause that excludes nothing


@dataclass
class Spans:
    """The excluded days of many cases, in order within each case: `last` NOT where nothing is excluded.

    `whole` is the last day of the pause with the days treated as one without leave: these follow the excluded ones, or
    stand in their place. It equals `last` where nothing was taken without leave.
    """

    offsets: Offsets
    first: Days
    last: Days
    whole: Days
    hides: bool  # whether any case has hidden days

    @property
    def most(self) -> int:
        """The largest number of pauses of one case."""
        return int(np.diff(self.offsets).max()) if len(self.offsets) > 1 else 0


@dataclass
class Pauses:
    """Pauses as they come in, days as numbers; `row` is the case of each, `limit` the limit in force when it begins."""

    offsets: Offsets
    row: NDArray[np.int64]
    ground: Ints
    first: Days
    last: Days
    held: Bits  # what is proved, of the pause and of the case
    limit: Ints
    cut_off: Days


def judge(
    pauses: Pauses, table: LimitTable, days: DayTable, first_counted: Bools, bit: dict[str, np.uint64], found: Bits
) -> Spans:
    """The excluded and the wrongly paused days; findings are added to `found` (a row a case)."""
    count = len(pauses.first)
    running = pauses.last == MISSING
    last = np.where(running, np.maximum(pauses.cut_off, pauses.first), pauses.last) if running.any() else pauses.last
    list_of = table.list_of[pauses.limit]
    on_a_list = (list_of >= 0) & (pauses.ground < len(table.grounds))
    key = np.where(on_a_list, list_of * len(table.grounds) + pauses.ground, -1).astype(np.int32)
    rule = table.listed.in_force(key, pauses.first)
    listed = rule >= 0
    safe = np.maximum(rule, 0)
    needs, held = table.listed["needs_mask"], pauses.held
    proved = listed
    if needs.any():
        wanted = needs[safe].astype(np.uint64)
        proved = listed & ((held & wanted) == wanted)
    first, end = pauses.first, np.where(proved, last, NOT).astype(np.int32)
    whole = end if proved.all() else np.where(proved, end, last).astype(np.int32)
    hides = whole is not end
    marks = np.zeros(count, dtype=np.uint64)
    if running.any():
        marks[running] |= bit[f.PAUSE_RUNNING]
    if not proved.all():
        marks[~listed] |= bit[f.PAUSE_UNLISTED]
        marks[listed & ~proved] |= bit[f.PAUSE_UNPROVED]
    fields = table.listed
    skips = proved & (fields["has_skip"][safe] > 0)
    if skips.any():
        at = np.flatnonzero(skips)
        first = first.copy()
        criminal = table.criminal[pauses.limit[at]]
        moved = days.add_months(first[at], fields["skip_months"][safe[at]], criminal, first_counted[at])
        first[at] = moved + fields["skip_days"][safe[at]] + 1
        marks[at] |= bit[f.PAUSE_SKIPPED]
    caps = proved & (fields["has_max"][safe] > 0)
    if caps.any():
        at = np.flatnonzero(caps & ((held & fields["unless_mask"][safe].astype(np.uint64)) == 0))
        criminal = table.criminal[pauses.limit[at]]
        cap = days.add_months(first[at] - 1, fields["max_months"][safe[at]], criminal, first_counted[at])
        cap = cap + fields["max_days"][safe[at]]
        over, cap = at[cap < last[at]], cap[cap < last[at]]
        whole, hides = whole.copy(), hides or len(over) > 0
        whole[over], end[over] = last[over], cap
        marks[over] |= bit[f.PAUSE_CAPPED]
    if marks.any():
        at = np.flatnonzero(marks)
        np.bitwise_or.at(found, pauses.row[at], marks[at])
    return _ordered(pauses, first, end, whole, hides)


def _ordered(pauses: Pauses, first: Days, last: Days, whole: Days, hides: bool) -> Spans:
    """Spans in order of their first day within each case; most columns come so and are left as they are."""
    later, same_case = first[1:] < first[:-1], pauses.row[1:] == pauses.row[:-1]
    if (later & same_case).any():
        order = np.lexsort((first, pauses.row))
        first, last, whole = first[order], last[order], whole[order]
    return Spans(pauses.offsets, first, last, whole, hides)


def exclude(
    spans: Spans | None, rows: NDArray[np.int64] | None, trigger: Days, raw: Days, workdays: Bools, days: DayTable
) -> Days:
    """`raw` later by the excluded days inside the running period, each once. `rows` are the cases asked for (None: all,
    in order); trigger, raw and workdays are theirs."""
    if spans is None or not spans.most:
        return raw
    low, high = spans.offsets[:-1], spans.offsets[1:]
    if rows is not None:
        low, high = low[rows], high[rows]
    whole = bool((high - low == spans.most).all())  # every case has as many: no case has to be left out
    by_workdays = bool(workdays.any())
    covered, end = trigger, raw
    for k in range(spans.most):
        if whole:
            place = low + k
            first, last = spans.first[place], spans.last[place]
        else:
            there = low + k < high
            place = np.where(there, low + k, 0)
            first, last = spans.first[place], np.where(there, spans.last[place], NOT)
        start = np.maximum(first, covered + 1)
        counts = (start <= last) & (start <= end)
        length = last - start + 1
        moved = end + length
        if by_workdays:
            some = counts & workdays
            number = days.workdays_between(start - 1, np.where(some, last, start))
            moved = np.where(some, days.add_workdays(end, number), moved)
        end = np.where(counts, moved, end)
        covered = np.maximum(covered, last)
    return end.astype(np.int32, copy=False)


def covering(spans: Spans | None, on: Days, trigger: Days) -> Bools:
    """Whether an excluded span holds on the day, of each case."""
    found = np.zeros(len(on), dtype=bool)
    if spans is None or not spans.most:
        return found
    low, high = spans.offsets[:-1], spans.offsets[1:]
    for k in range(spans.most):
        there = low + k < high
        place = np.where(there, low + k, 0)
        found |= there & (spans.first[place] <= on) & (on <= spans.last[place])
    return found & (on > trigger)


def hidden_days(spans: Spans | None, trigger: Days) -> Ints:
    """The days after the trigger treated as a pause without leave, each once, of each case."""
    if spans is None or not spans.hides:
        return np.zeros(len(trigger), dtype=np.int32)
    return _union(spans, spans.whole, trigger) - _union(spans, spans.last, trigger)


def _union(spans: Spans, last_days: Days, trigger: Days) -> Ints:
    """The number of days of each case's spans after its trigger, each day once."""
    low, high = spans.offsets[:-1], spans.offsets[1:]
    total, covered = np.zeros(len(trigger), dtype=np.int32), trigger
    for k in range(spans.most):
        there = low + k < high
        place = np.where(there, low + k, 0)
        last = np.where(there, last_days[place], NOT)
        start = np.maximum(spans.first[place], covered + 1)
        total += np.maximum(last - start + 1, 0, where=last >= start, out=np.zeros_like(total))
        covered = np.maximum(covered, last)
    return total
