"""How fast the calculus of limits is over columns: a million cases with two exclusions each, on one core.

    .venv/bin/python benchmarks/law.py [--cases 1000000] [--runs 5] [--json]

Beside it stand a floor (numpy reads every input column once and writes the answer columns: no way to be faster in
numpy), a plain loop (the same arithmetic for one case in bare Python, without trace, judgement or lamp) and the full
single-case path with its trace. The loops run on a sample and are scaled to a million cases. Cases are made from a
seeded generator; times are medians of several runs, in seconds for the given number of cases: of the processor (what
one free core takes, the figure to compare) and by the clock (more where others use the machine too).
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
from bihuan.law.arrays.columns import CaseColumns, GrantColumns, PauseColumns
from bihuan.law.arrays.engine import limit_table, reckon_columns
from bihuan.law.arrays.preview import moved
from bihuan.law.calendar import WorkCalendar, current_calendar
from bihuan.law.limits.history import History, Pause
from bihuan.law.limits.reckon import reckon
from bihuan.law.numbers import parse_number, parse_numbers

SEED, EACH = 20260101, 2
LIMITS = ("CV-01", "CV-02", "CV-03", "CR-01", "CR-02", "AD-01", "EX-01", "F-01")
GROUNDS = ("announcement", "appraisal", "suspension", "settlement", "awaiting_superior")
SAMPLE = 20_000
ON = dt.date(2025, 6, 30)


def cases(count: int, grants: bool = False) -> CaseColumns:
    """`count` cases with two pauses each, from 2022 to 2025; with `grants`, one extension for every second case."""
    dice, table = np.random.default_rng(SEED), limit_table()
    trigger = np.datetime64("2022-01-04") + dice.integers(0, 1200, count)
    first = np.repeat(trigger, EACH) + np.sort(dice.integers(1, 200, (count, EACH)), axis=1).ravel()
    codes = np.array([table.ids.index(id_) for id_ in LIMITS], dtype=np.int16)
    grounds = np.array([table.grounds.index(ground) for ground in GROUNDS], dtype=np.int8)
    pauses = PauseColumns(
        np.arange(count + 1, dtype=np.int64) * EACH, grounds[dice.integers(0, len(grounds), count * EACH)],
        first, first + dice.integers(0, 60, count * EACH),
    )  # fmt: skip
    limit = codes[dice.integers(0, len(codes), count)]
    made = CaseColumns(limit, trigger, custody=limit == table.ids.index("CR-01"), pauses=pauses)
    if not grants:
        return made
    some = np.arange(0, count, 2)
    offsets = np.concatenate([[0], np.cumsum(np.arange(count) % 2 == 0)]).astype(np.int64)
    applied = trigger[some] + dice.integers(60, 200, len(some))
    nat, size = np.full(len(some), np.datetime64("NaT"), dtype="datetime64[D]"), len(some)
    given = GrantColumns(
        offsets, np.full(size, table.approvers.index("president"), np.int8), dice.integers(1, 7, size).astype(np.int16),
        np.zeros(size, np.int16), nat, applied, applied + 5,
    )  # fmt: skip
    return CaseColumns(limit, trigger, custody=made.custody, pauses=pauses, grants=given)


def floor(columns: CaseColumns) -> Any:
    """Every input column read once, every answer column written once."""
    assert columns.pauses is not None
    count = len(columns)
    read = int(columns.limit.sum()) + int(columns.trigger.view(np.int64).sum())
    for column in (columns.pauses.offsets, columns.pauses.ground, columns.pauses.first.view(np.int64), columns.pauses.last.view(np.int64)):
        read += int(column.sum())
    kinds = ("datetime64[D]",) * 4 + (bool, bool, np.int32, np.uint64, np.int8, np.int32, np.int16, np.int8)
    return read, [np.full(count, 0).astype(kind) for kind in kinds]


def plain_loop(columns: CaseColumns, count: int) -> list[dt.date]:
    """Term, excluded days once each, one roll: the arithmetic alone, case by case in bare Python."""
    assert columns.pauses is not None
    months = dict(zip(map(limit_table().ids.index, LIMITS), (6, 3, 2, 2, 0, 6, 6, 0), strict=True))
    days = dict(zip(map(limit_table().ids.index, LIMITS), (0, 0, 0, 0, 20, 0, 0, 7), strict=True))
    allowed = {limit_table().grounds.index(g) for g in GROUNDS[:4]}
    rest, one = current_calendar().is_rest_day, dt.timedelta(days=1)
    limits, triggers = columns.limit[:count].tolist(), columns.trigger[:count].tolist()
    ground = columns.pauses.ground[: count * EACH].tolist()
    firsts, lasts = columns.pauses.first[: count * EACH].tolist(), columns.pauses.last[: count * EACH].tolist()
    ends = []
    for n, (limit, trigger) in enumerate(zip(limits, triggers, strict=True)):
        year, month = divmod(trigger.year * 12 + trigger.month - 1 + months[limit], 12)
        day = trigger.day
        while True:
            try:
                end = dt.date(year, month + 1, day) + days[limit] * one
                break
            except ValueError:
                day -= 1
        covered = trigger
        for place in range(n * EACH, n * EACH + EACH):
            start, last = max(firsts[place], covered + one), lasts[place]
            if ground[place] in allowed and start <= last and start <= end:
                end += last - start + one
                covered = last
        while rest(end):
            end += one
        ends.append(end)
    return ends


def single(columns: CaseColumns, count: int) -> None:
    """The full single-case path: judged, traced, with its lamp."""
    table, pauses = limit_table(), columns.pauses
    assert pauses is not None
    for n in range(count):
        mine = range(n * EACH, n * EACH + EACH)
        told = tuple(
            Pause(table.grounds[int(pauses.ground[p])], pauses.first[p].astype(object), pauses.last[p].astype(object)) for p in mine
        )
        custody = bool(columns.custody is not None and columns.custody[n])
        reckon(History(table.ids[int(columns.limit[n])], columns.trigger[n].astype(object), custody=custody, pauses=told), on=ON)


def grown_calendar() -> WorkCalendar:
    """The calendar with a long holiday in every month of the last published year, as a new notice might bring."""
    held = current_calendar()
    last = held.notices[-1]
    more = frozenset(dt.date(last.year, month, day) for month in range(1, 13) for day in (11, 12, 13, 14))
    changed = type(last)(last.year, last.off | more, last.on - more, last.title, last.doc, last.source, last.tag, last.issued)
    return WorkCalendar((*held.notices[:-1], changed))


def numbers(count: int) -> list[str]:
    """Case numbers as systems deliver them: several years, types, brackets and spaces."""
    dice = np.random.default_rng(SEED)
    types, serials, years = dice.integers(0, 8, count), dice.integers(1, 20_000, count), dice.integers(2018, 2026, count)
    kinds = ("民初", "民终", "刑初", "行初", "执", "执恢", "民申", "民特")
    forms = ("（{}）鄂0000{}{}号", "({})鄂0000{}{}号", "〔{}〕鄂0000{} {} 号", "（{}）鄂0000{}{}号之一")
    return [forms[n % 4].format(y, kinds[t], s) for n, (y, t, s) in enumerate(zip(years, types, serials, strict=True))]


def median(work: Callable[[], Any], runs: int) -> tuple[float, float]:
    """The median times of several runs in seconds: of the processor (what one free core takes), and by the clock."""
    taken = []
    for _ in range(runs):
        by_clock, by_processor = time.perf_counter(), time.process_time()
        work()
        taken.append((time.process_time() - by_processor, time.perf_counter() - by_clock))
    processor, clock = zip(*taken, strict=True)
    return statistics.median(processor), statistics.median(clock)


def scaled(pair: tuple[float, float], factor: float) -> tuple[float, float]:
    """Times of a sample for the whole number of cases."""
    return pair[0] * factor, pair[1] * factor


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    count, runs = options.cases, options.runs
    columns, granted = cases(count), cases(count, grants=True)
    sample = min(SAMPLE, count)
    texts = numbers(count)
    grown = grown_calendar()
    reckon_columns(columns.part(0, 1000), on=ON)
    found = {
        "floor: read and write the columns": median(lambda: floor(columns), runs),
        "columns, two exclusions each": median(lambda: reckon_columns(columns, on=ON), runs),
        "columns, two exclusions and every second extended": median(lambda: reckon_columns(granted, on=ON), runs),
        "which cases another calendar moves": median(lambda: moved(columns, current_calendar(), grown, on=ON), runs),
        "plain Python loop, arithmetic only (scaled)": scaled(median(lambda: plain_loop(columns, sample), runs), count / sample),
        "single-case path with trace (scaled)": scaled(median(lambda: single(columns, sample // 10), runs), count / (sample // 10)),
        "case numbers, all at once": median(lambda: parse_numbers(texts), runs),
        "case numbers, one by one (scaled)": scaled(median(lambda: [parse_number(t) for t in texts[:sample]], runs), count / sample),
    }
    if options.json:
        told = {name: {"processor": processor, "clock": clock} for name, (processor, clock) in found.items()}
        print(json.dumps({"cases": count, "runs": runs, "seconds": told}))
        return
    print(f"{count:,} cases, median of {runs}, one core" + " " * 14 + "processor    by the clock")
    for name, (processor, clock) in found.items():
        print(f"  {name:<52}{processor:9.3f} s {clock:12.3f} s")


if __name__ == "__main__":
    main()
