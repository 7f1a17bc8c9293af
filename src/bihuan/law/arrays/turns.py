"""Turns over columns: conversions and restarts, the k-th of all cases at a time, into stretches of the clock."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..limits import findings as f
from ..terms import Period
from .columns import Offsets
from .days import MISSING, Bits, Bools, Days, DayTable, Ints, day_of
from .tables import Length, LimitTable

EARLIEST = np.int32(-1_000_000)


@dataclass
class Turns:
    """Turns in order of their day within each case, days as numbers; `on` MISSING while the case is away."""

    offsets: Offsets
    restart: Bools
    to: Ints
    on: Days
    sent: Days


@dataclass
class Stretches:
    """The stretches of each case: the s-th begins on start[s] under limit[s] from trigger[s]; `last` is its number.

    `continued` says that the stretch goes on from the same start (a conversion that continues), `barred` that the turn
    into it had to come before expiry, `began` when the turn began; `kept_from` marks a conversion.
    """

    start: list[Days]
    limit: list[Ints]
    trigger: list[Days]
    began: list[Days]
    continued: list[Bools]
    barred: list[Bools]
    last: Ints


def stretches(
    turns: Turns | None, limit: Ints, trigger: Days, table: LimitTable, days: DayTable, first_counted: Bools,
    bit: dict[str, np.uint64], found: Bits,
) -> Stretches:
    """The stretches of all cases; findings are added to `found`."""
    count = len(limit)
    none = np.zeros(count, dtype=bool)
    made = Stretches([np.full(count, EARLIEST)], [limit], [trigger], [trigger], [none], [none], np.zeros(count, np.int32))
    if turns is None or not len(turns.on):
        return made
    tables = _Tables(table)
    counts = np.zeros((count, max(len(table.restarts), 1)), dtype=np.int32)
    sizes = np.diff(turns.offsets)
    for k in range(int(sizes.max())):
        at = np.flatnonzero(sizes > k)
        place = turns.offsets[:-1][at] + k
        back = turns.on[place] != MISSING
        at, place = at[back], place[back]
        _turn(made, turns, at, place, tables, counts, days, first_counted, bit, found)
    return made


def _turn(
    made: Stretches, turns: Turns, at: NDArray[np.int64], place: NDArray[np.int64], tables: _Tables, counts: Ints,
    days: DayTable, first_counted: Bools, bit: dict[str, np.uint64], found: Bits,
) -> None:
    now = made.last[at]
    limit, trigger = np.stack(made.limit)[now, at], np.stack(made.trigger)[now, at]
    on, sent, to, restart = turns.on[place], turns.sent[place], turns.to[place], turns.restart[place]
    effect = np.where(restart, 0, tables.conversion[limit, np.where(restart, 0, to)])
    since = np.where(restart, 0, tables.conversion_start[limit, np.where(restart, 0, to)])
    which = np.where(restart, to, 0)
    allowed = np.where(
        restart, tables.restart_of[which, limit] & (on >= tables.restart_start[which]), (effect > 0) & (on >= since)
    )
    found[at[~allowed]] |= bit[f.TURN_UNKNOWN]
    counted = restart & allowed
    counts[at[counted], which[counted]] += 1
    times = tables.restart_times[which]
    spent = counted & (times > 0) & (counts[at, which] > times)
    found[at[spent]] |= bit[f.TURN_TIMES]
    good = allowed & ~spent
    away = good & restart & (sent != MISSING) & tables.has_away[which]
    if away.any():
        some = np.flatnonzero(away)
        criminal = tables.criminal[limit[some]]
        longest = days.add_months(sent[some], tables.away_months[which[some]], criminal, first_counted[at[some]])
        longest = longest + tables.away_days[which[some]]
        found[at[some[on[some] > longest]]] |= bit[f.TURN_AWAY]
    at, restart, effect, on, sent = at[good], restart[good], effect[good], on[good], sent[good]
    limit, trigger, to = limit[good], trigger[good], to[good]
    if not len(at):
        return
    place_of = made.last[at] + 1
    while len(made.start) <= int(place_of.max()):
        for column in (made.start, made.limit, made.trigger, made.began):
            column.append(column[-1].copy())
        made.continued.append(np.zeros(len(made.last), dtype=bool))
        made.barred.append(np.zeros(len(made.last), dtype=bool))
    started = restart | (effect == 2)
    for s in range(len(made.start)):
        mine = place_of == s
        rows = at[mine]
        made.start[s][rows] = on[mine]
        made.limit[s][rows] = np.where(restart[mine], limit[mine], to[mine])
        made.trigger[s][rows] = np.where(started[mine], on[mine], trigger[mine])
        made.began[s][rows] = np.where(sent[mine] != MISSING, sent[mine], on[mine])
        made.continued[s][rows] = ~restart[mine] & (effect[mine] == 1)
        made.barred[s][rows] = ~restart[mine] & tables.barred[limit[mine], np.where(restart[mine], 0, to[mine])]
    made.last[at] = place_of


class _Tables:
    """Conversions and restarts by number. `conversion` is 0 unknown, 1 continue, 2 restart."""

    def __init__(self, table: LimitTable) -> None:
        size, place = len(table.ids), {id_: n for n, id_ in enumerate(table.ids)}
        self.conversion = np.zeros((size, size), dtype=np.int8)
        self.conversion_start = np.zeros((size, size), dtype=np.int32)
        self.barred = np.zeros((size, size), dtype=bool)
        for rule in reversed(table.book.conversions):
            for old in rule.from_limits:
                for new in rule.to_limits:
                    cell = (place[old], place[new])
                    self.conversion[cell] = 1 if rule.effect == "continue" else 2
                    self.conversion_start[cell] = day_of(rule.start)
                    self.barred[cell] = rule.before_expiry
        restarts = table.book.restarts
        self.restart_of = np.zeros((max(len(restarts), 1), size), dtype=bool)
        for n, restart in enumerate(restarts):
            self.restart_of[n, [place[id_] for id_ in restart.limits]] = True
        self.restart_times = np.array([r.times for r in restarts] or [0], dtype=np.int32)
        self.restart_start = np.array([int(day_of(r.start)) for r in restarts] or [0], dtype=np.int32)
        self.has_away = np.array([r.away is not None for r in restarts] or [False])
        lengths = [Length.of(r.away if isinstance(r.away, Period) else None) for r in restarts] or [Length()]
        self.away_months = np.array([x.months for x in lengths], dtype=np.int32)
        self.away_days = np.array([x.days for x in lengths], dtype=np.int32)
        self.criminal = table.criminal
