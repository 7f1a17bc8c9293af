"""Columns read and checked: days as numbers, start events chosen, what cannot be answered marked row by row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..limits.model import Limit
from .columns import PROBLEMS, CaseColumns, GrantColumns, PauseColumns, TurnColumns
from .days import MISSING, Bits, Bools, Days, DayTable, Ints, outside, to_days
from .grants import Grants, Rows
from .pauses import Pauses, Spans
from .pauses import judge as judge_pauses
from .tables import Choice, LimitTable
from .turns import Stretches, Turns


@dataclass
class Cases:
    """The cases of one part, days as numbers; `problem` is filled as problems are found (the first one stays)."""

    limit: Ints
    trigger: Days
    facts: Bits
    custody: Bools
    under: Days
    closed: Days
    cut_off: Days
    first_counted: Bools
    columns: CaseColumns
    problem: Any
    dates: dict[str, Days]
    turns: Turns | None = None
    grants: Grants | None = None
    row_of_pause: Rows | None = None


@dataclass
class Special:
    """Cases whose limit is expressly none, or ends the day before an event."""

    unlimited: Bools
    before: Bools
    any: Bools
    end: Days


def check(cases: CaseColumns) -> None:
    """Columns must be of one length, offsets must fit their values. Raises ValueError naming the column."""
    count = len(cases)
    for name in ("trigger", "facts", "custody", "under", "closed"):
        column = getattr(cases, name)
        if column is not None and len(column) != count:
            raise ValueError(f"column {name} has {len(column)} rows, limit has {count}; give one value a case")
    for name, columns in (("pauses", cases.pauses), ("grants", cases.grants), ("turns", cases.turns)):
        if columns is None:
            continue
        offsets = columns.offsets
        size = len(columns.first if isinstance(columns, PauseColumns) else columns.to if isinstance(columns, TurnColumns)
                   else columns.by)  # fmt: skip
        if len(offsets) != count + 1 or offsets[0] != 0 or offsets[-1] != size or (np.diff(offsets) < 0).any():
            raise ValueError(f"offsets of {name} do not run from 0 to {size} over {count} cases; build them by a cumulated count")


def read(cases: CaseColumns, on: np.int32, table: LimitTable, days: DayTable) -> Cases:
    """The columns as numbers. Rows with unknown codes, missing or reversed days get a problem and harmless values."""
    count = len(cases)
    limit = np.asarray(cases.limit).astype(np.int32)
    unknown = (limit < 0) | (limit >= len(table.ids))
    if unknown.any():
        limit = np.where(unknown, 0, limit).astype(np.int32)
    facts = np.zeros(count, np.uint64) if cases.facts is None else cases.facts.astype(np.uint64)
    custody = np.zeros(count, bool) if cases.custody is None else np.asarray(cases.custody, dtype=bool)
    if custody.any():
        facts = np.where(custody, facts | np.uint64(table.mask(["custody"])), facts)
    missing = np.full(count, MISSING, dtype=np.int32)
    under = missing if cases.under is None else to_days(cases.under)
    closed = missing if cases.closed is None else to_days(cases.closed)
    cut_off = np.where(closed != MISSING, np.minimum(closed, on), on).astype(np.int32)
    dates = {event: to_days(column) for event, column in cases.dates.items()}
    trigger = _started(table, limit, to_days(cases.trigger), facts, dates)
    made = Cases(
        limit, trigger, facts, custody, under, closed, cut_off, table.first_counted.on(trigger), cases,
        np.zeros(count, np.int8), dates,
    )  # fmt: skip
    problem(made, None, unknown, "unknown_limit")
    problem(made, None, trigger == MISSING, "no_trigger")
    problem(made, None, (trigger != MISSING) & outside(trigger), "outside_calendar")
    problem(made, None, custody & ~table.custody[limit], "no_custody_here")
    _read_turns(made, cases.turns, table)
    _read_grants(made, cases.grants, table)
    if cases.pauses is not None:
        made.row_of_pause = np.repeat(np.arange(count), np.diff(cases.pauses.offsets))
    return made


def problem(made: Cases, rows: Rows | None, which: Bools, name: str) -> None:
    """Mark rows that cannot be answered; a problem found earlier stays."""
    if not which.any():
        return
    at = np.flatnonzero(which) if rows is None else rows[which]
    at = at[made.problem[at] == 0]
    made.problem[at] = PROBLEMS.index(name)


def _started(table: LimitTable, limit: Ints, trigger: Days, facts: Bits, dates: dict[str, Days]) -> Days:
    """The trigger each limit wants: the first of its start events that the case dates."""
    if not dates:
        return trigger
    chosen = trigger.copy()
    for number, about in table.starts:
        rows = np.flatnonzero(limit == number)
        if len(rows):
            chosen[rows] = _start_of(about, table, trigger[rows], facts[rows], {e: d[rows] for e, d in dates.items()})
    for number, id_ in enumerate(table.ids):
        event = table.book.limits[id_].starts[0].event if table.book.limits[id_].starts else ""
        if event in dates and not any(number == several for several, _limit in table.starts):
            rows = np.flatnonzero((limit == number) & (dates[event] != MISSING))
            chosen[rows] = dates[event][rows]
    return chosen


def _start_of(limit: Limit, table: LimitTable, trigger: Days, facts: Bits, dates: dict[str, Days]) -> Days:
    chosen, open_ = trigger.copy(), np.ones(len(trigger), dtype=bool)
    for start in limit.starts:
        if start.event not in dates:
            continue
        day = dates[start.event]
        holds = open_ & (day != MISSING)
        if start.when:
            holds &= (facts & np.uint64(table.mask([start.when]))) != 0
        if start.reading:
            holds &= Choice(table.parameters, *start.reading).on(trigger)
        chosen[holds] = day[holds]
        open_ &= ~holds
    return chosen


# ---- what a case has several of ----


def _ordered(offsets: Any, row: Rows, key: Days) -> Rows | None:
    """The order by key within each case, or None where it already is."""
    if not ((key[1:] < key[:-1]) & (row[1:] == row[:-1])).any():
        return None
    return np.lexsort((np.arange(len(key)), key, row))


def _read_turns(made: Cases, turns: TurnColumns | None, table: LimitTable) -> None:
    if turns is None or not len(turns.to):
        return
    row = np.repeat(np.arange(len(made.limit)), np.diff(turns.offsets))
    on, sent = to_days(turns.on), to_days(turns.sent)
    to, restart = np.asarray(turns.to).astype(np.int32), np.asarray(turns.restart, dtype=bool)
    wrong = (to < 0) | (to >= np.where(restart, len(table.restarts), len(table.ids)))
    problem(made, row, wrong, "unknown_code")
    problem(made, row, ~wrong & (on == MISSING) & ((sent == MISSING) | ~restart), "turn_without_day")
    problem(made, row, (on != MISSING) & (sent != MISSING) & (on < sent), "reversed_days")
    to = np.where(wrong, 0, to).astype(np.int32)
    key = np.where(on != MISSING, on, sent)
    order = _ordered(turns.offsets, row, key)
    if order is not None:
        to, restart, on, sent = to[order], restart[order], on[order], sent[order]
    made.turns = Turns(turns.offsets, restart, to, on, sent)


def _read_grants(made: Cases, grants: GrantColumns | None, table: LimitTable) -> None:
    if grants is None or not len(grants.by):
        return
    row = np.repeat(np.arange(len(made.limit)), np.diff(grants.offsets))
    by = np.asarray(grants.by).astype(np.int32)
    wrong = by >= len(table.approvers)
    problem(made, row, wrong, "unknown_code")
    held = made.facts[row] if grants.facts is None else made.facts[row] | grants.facts.astype(np.uint64)
    made.grants = Grants(
        grants.offsets, np.where(wrong, -1, by).astype(np.int32), np.asarray(grants.months).astype(np.int32),
        np.asarray(grants.days).astype(np.int32), to_days(grants.until), to_days(grants.applied), to_days(grants.decided),
        held, np.zeros(len(by), np.int32),
    )  # fmt: skip


def order_grants(made: Cases, turned: Stretches) -> None:
    """Extensions in the order of their day, each in the stretch its day lies in; those without a day in the last."""
    grants = made.grants
    if grants is None:
        return
    row = np.repeat(np.arange(len(made.limit)), np.diff(grants.offsets))
    act = np.where(grants.decided != MISSING, grants.decided, grants.applied)
    key = np.where(act != MISSING, act, np.iinfo(np.int32).max).astype(np.int32)
    order = _ordered(grants.offsets, row, key)
    if order is not None:
        key = key[order]
        for name in ("by", "months", "days", "until", "applied", "decided", "held"):
            setattr(grants, name, getattr(grants, name)[order])
    stretch = np.zeros(len(row), np.int32)
    for number in range(1, len(turned.start)):
        inside = (turned.last[row] >= number) & (turned.start[number][row] <= key)
        stretch = np.where(inside, number, stretch).astype(np.int32)
    grants.stretch = stretch


def judged_pauses(
    made: Cases, turned: Stretches, table: LimitTable, days: DayTable, bit: dict[str, np.uint64], found: Bits
) -> Spans | None:
    """The pauses, those of cases still away among them, judged by the list of the stretch each begins in."""
    columns, parts = made.columns.pauses, []
    if columns is not None and len(columns.ground):
        assert made.row_of_pause is not None
        first, last = to_days(columns.first), to_days(columns.last)
        ground = np.asarray(columns.ground).astype(np.int32)
        wrong = (ground < 0) | (ground >= len(table.grounds))
        problem(made, made.row_of_pause, wrong, "unknown_code")
        problem(made, made.row_of_pause, (first == MISSING) | ((last != MISSING) & (last < first)), "reversed_days")
        facts = np.zeros(len(first), np.uint64) if columns.facts is None else columns.facts.astype(np.uint64)
        parts.append((made.row_of_pause, np.where(wrong, 0, ground).astype(np.int32), first, last, facts))
    away = _still_away(made, table)
    if away is not None:
        parts.append(away)
    if not parts:
        return None
    row, ground, first, last, facts = parts[0] if len(parts) == 1 else (np.concatenate(x) for x in zip(*parts, strict=True))
    offsets = made.columns.pauses.offsets if len(parts) == 1 and away is None and made.columns.pauses else None
    if offsets is None:
        order = np.argsort(row, kind="stable")
        row, ground, first, last, facts = row[order], ground[order], first[order], last[order], facts[order]
        offsets = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(made.limit)))])
    limit = turned.limit[0][row]
    for number in range(1, len(turned.start)):
        begun = (turned.last[row] >= number) & (turned.start[number][row] <= first)
        limit = np.where(begun, turned.limit[number][row], limit)
    pauses = Pauses(offsets, row, ground, first, last, facts | made.facts[row], limit, made.cut_off[row])
    return judge_pauses(pauses, table, days, made.first_counted[row], bit, found)


def _still_away(made: Cases, table: LimitTable) -> tuple[Any, ...] | None:
    """A pause for each case that was sent away and has not come back."""
    turns = made.turns
    if turns is None:
        return None
    row = np.repeat(np.arange(len(made.limit)), np.diff(turns.offsets))
    away = (turns.on == MISSING) & turns.restart & (turns.sent != MISSING)
    if not away.any():
        return None
    place = [rule.ground for rule in table.book.restarts]
    ground = np.array([table.grounds.index(g) if g in table.grounds else len(table.grounds) for g in place])
    kinds = ground[turns.to[away]].astype(np.int32)
    count = int(away.sum())
    return row[away], kinds, turns.sent[away], np.full(count, MISSING, np.int32), np.zeros(count, np.uint64)


# ---- the ends of texts ----


def ends(
    text: Ints, limit: Ints, trigger: Days, facts: Bits, first_counted: Bools, table: LimitTable, days: DayTable
) -> tuple[Days, Days, Bools]:
    """(ordinary end, end at the latest or MISSING, whether working days are counted) of each case's text."""
    row, fields = np.maximum(text, 0), table.texts
    place = np.zeros(len(row), dtype=np.int32)
    variants = fields["variants"][row]
    most = int(variants.max()) if len(row) else 0
    for n in range(most, 0, -1):
        bits = fields[f"when_{n}_mask"][row].astype(np.uint64)
        place = np.where((variants >= n) & ((facts & bits) != 0), n, place)

    def field(name: str) -> Ints:
        found = fields[f"{name}_0"][row]
        for n in range(1, most + 1):
            found = np.where(place == n, fields[f"{name}_{n}"][row], found)
        return np.asarray(found, dtype=np.int32)

    criminal = table.criminal[limit]
    months, more, work = field("months"), field("days"), field("workdays")
    base = days.add_months(trigger, months, criminal, first_counted) + more
    workdays = work > 0
    if workdays.any():
        base = np.where(workdays, days.add_workdays(trigger, work), base)
    hard = np.full(len(row), MISSING, dtype=np.int32)
    has_hard = field("latest") > 0
    if has_hard.any():
        latest = days.add_months(trigger, field("latest_months"), criminal, first_counted) + field("latest_days")
        hard = np.where(has_hard, latest, MISSING).astype(np.int32)
    return base.astype(np.int32), hard, workdays


def special(made: Cases, text: Ints, limit: Ints, table: LimitTable) -> Special:
    """Cases whose text has no length of time; those that cannot be counted in days get a problem."""
    row, fields = np.maximum(text, 0), table.texts
    problem(made, None, (text >= 0) & (fields["consequence"][row] > 0), "no_period")
    problem(made, None, (text >= 0) & (fields["hours"][row] > 0), "counts_hours")
    unlimited, before = fields["unlimited"][row] > 0, fields["before"][row] > 0
    end = np.full(len(row), 0, dtype=np.int32)
    if before.any():
        for number, id_ in enumerate(table.ids):
            versions = table.book.limits[id_].versions
            if not any(version.before for version in versions):
                continue
            day = made.dates.get(versions[-1].before)
            mine = np.flatnonzero(before & (limit == number))
            given = np.full(len(mine), MISSING, np.int32) if day is None else day[mine]
            problem(made, mine, given == MISSING, "no_event_day")
            end[mine] = np.where(given == MISSING, 0, given - 1)
    return Special(unlimited, before, unlimited | before, end)
