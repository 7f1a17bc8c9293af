"""Imports of large sheets while others sign in and save: rows a second, and how long the others wait."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection

from bihuan.people import demo

from ..client import Browser
from ..counting import counted
from ..court.around import figure_name
from ..court.items import FIGURES
from ..court.people import People
from ..figures import Line, percentile
from ..processes import measured
from ..processes import run as run_module
from ..serving import Server
from ..worker import Bench
from .pages import facts, sign_in

RATE = 500.0
HELD = 5.0
FIRST = (2000, 12)
MONTHS = 306
HEADINGS = ["数据项", "期间", "部门", "数值", "来源"]


@dataclass
class Waits:
    """How long others waited, in seconds."""

    saves: list[float] = field(default_factory=list)
    entries: list[float] = field(default_factory=list)
    lock: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def run(bench: Bench) -> None:
    """Import each sheet, on its own figures."""
    done = 0
    server = bench.server()
    for rows in bench.size.imports:
        path = sheet(bench, rows, done)
        done += rows
        one(bench, server, path, rows)


def sheet(bench: Bench, rows: int, skipped: int) -> Path:
    """A workbook of readings that are not there yet: figure by figure, month by month, division by division."""
    import xlsxwriter

    units = [name for _id, code, name in People(bench.size).units if code.startswith("d")]
    path = bench.home / f"readings-{rows}.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        page = book.add_worksheet("读数")
        page.write_row(0, 0, HEADINGS)
        for place in range(rows):
            number = place + skipped
            unit, month = number % len(units), number // len(units) % MONTHS
            figure = FIGURES + 1 + number // (len(units) * MONTHS)
            year, month = FIRST[0] + (month + FIRST[1] - 1) // 12, (month + FIRST[1] - 1) % 12 + 1
            page.write_row(place + 1, 0, [figure_name(figure), f"{year}-{month:02}", units[unit], number % 90 / 10 + 1, "测量"])
    return path


def one(bench: Bench, server: Server, path: Path, rows: int) -> None:
    """Check and merge one sheet in a process of its own, as the job worker would, while two people work."""
    floor = measured(lambda: bare_import(path), bench.postmaster)
    waits = Waits()
    with others(bench, server, waits):
        spent = run_module(["benchmarks.importer", str(path)], env=os.environ, postmaster=bench.postmaster, timeout=3600)
    said = counted(spent.out)
    rate, held = rows / (said.cpu + spent.database), max(waits.lock, default=0.0)  # of the processor: the wall knows of others
    bench.add(
        Line(
            "import", f"导入 {rows:,} 行（检查＋合并，逐行留日志）", bench.database, p50=said.wall * 1000, app=said.cpu * 1000, db=spent.database * 1000,
            statements=said.statements, size=path.stat().st_size, floor_wall=floor.wall * 1000, floor_cpu=floor.cpu * 1000,
            bar=f"≥ {RATE:.0f} 行/CPU 秒", holds=rate >= RATE,
            note=f"{rate:,.0f} 行/CPU 秒，挂钟 {rows / said.wall:,.0f} 行/秒，内存 {spent.peak:,.0f} MB",
        )
    )  # fmt: skip
    bench.add(
        Line(
            "import", f"导入 {rows:,} 行时：写锁", bench.database, count=len(waits.lock), p50=percentile(waits.lock, 0.5) * 1000,
            p95=percentile(waits.lock, 0.95) * 1000, worst=held * 1000, bar=f"写锁 ≤ {HELD:.0f} 秒", holds=held <= HELD,
        )
    )  # fmt: skip
    bench.add(
        Line(
            "import", f"导入 {rows:,} 行时：别人出错", bench.database, count=len(waits.saves) + len(waits.entries), bar="0 次",
            holds=not waits.wrong, note=f"{len(waits.wrong)} 次" + (f"，如 {waits.wrong[0][:160]}" if waits.wrong else ""),
        )
    )  # fmt: skip
    for name, values in (("登录", waits.entries), ("保存进展", waits.saves)):
        bench.add(
            Line(
                "import", f"导入 {rows:,} 行时：别人{name}", bench.database, count=len(values), p50=percentile(values, 0.5) * 1000,
                p95=percentile(values, 0.95) * 1000, worst=max(values, default=0.0) * 1000,
            )
        )  # fmt: skip


def bare_import(path: Path) -> None:
    """Reading the cells, and writing as many rows into a bare table."""
    from python_calamine import CalamineWorkbook

    data = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[1:]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_import (figure text, period text, unit text, value text, source text)")
        rows = [tuple(map(str, row[:5])) for row in data]
        if connection.vendor == "postgresql":
            with cursor.copy("COPY bench_import FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            cursor.execute("BEGIN IMMEDIATE")
            cursor.executemany("INSERT INTO bench_import VALUES (%s, %s, %s, %s, %s)", rows)
            cursor.execute("COMMIT")


@contextmanager
def others(bench: Bench, server: Server, waits: Waits) -> Iterator[None]:
    """Somebody signs in every few seconds (the house refuses thirty in a minute from one place), somebody saves, and a probe asks for the writer's lock ten times a second."""
    over = threading.Event()
    known = facts("head01")
    window = sign_in(server.port, "head01")
    act = f"/rectification/measures/{known['measure']}/act/progress/"

    def save() -> None:
        answer = window.post(act, {"day": known["today"], "text": "导入期间填报进展", "figure": "", "value": ""})
        waits.saves.append(answer.seconds)
        if answer.status != 302:
            waits.wrong.append(f"save: {answer.gist}")

    def enter() -> None:
        browser = Browser(server.port)
        began = time.monotonic()
        browser.sign_in("head02", demo.DEMO_PASSWORD)
        waits.entries.append(time.monotonic() - began)
        browser.close()

    acts: list[tuple[Callable[[], None], float]] = [(save, 0.3), (enter, 3.0), (lambda: waits.lock.append(probe()), 0.1)]
    threads = [threading.Thread(target=_again, args=(act, pause, over, waits)) for act, pause in acts]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _again(act: Callable[[], None], pause: float, over: threading.Event, waits: Waits) -> None:
    while not over.is_set():
        try:
            act()
        except Exception as error:  # reported as a figure of its own
            waits.wrong.append(f"{type(error).__name__}: {error}")
        over.wait(pause)
    connection.close()


def probe() -> float:
    """How long it takes to be let in as a writer: the writer's lock of SQLite, the log's on PostgreSQL."""
    began = time.monotonic()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA busy_timeout = 600000")
            began = time.monotonic()
            cursor.execute("BEGIN IMMEDIATE")
        else:
            cursor.execute("BEGIN")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [0x42_49_48])
        waited = time.monotonic() - began
        cursor.execute("ROLLBACK")
    return waited

