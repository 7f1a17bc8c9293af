"""Cases by the hundred thousand: import with validation and due dates, patrol, another calendar, the list. Each beside its floor."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.db import connection

from ..asking import bare
from ..counting import counted
from ..court.cases import csv_sheet, xlsx_sheet
from ..figures import Line
from ..processes import Spent, measured
from ..processes import run as run_module
from ..scenes import Scene
from ..worker import Bench
from .pages import measure, sign_in
from .patrolling import NEXT, WRITTEN, bare_patrol, copy_of, newest

STAGE = "cases"
IMPORT, PATROL = 4.0, 3.0
"""Processor time over the floor's that an import and a patrol may take."""
SEEN = (
    "SELECT c.id, c.number, c.cause, c.procedure, u.name, p.name, c.judge_name, c.filed_on, c.closed_on, c.expires_on, c.due_on, c.raw_due, "
    "c.length_days, c.paused_now, c.sealed FROM cases_case c JOIN kernel_unit u ON u.id = c.division_id "
    "LEFT JOIN kernel_person p ON p.id = c.judge_id WHERE c.voided_at IS NULL"
)
COUNTED = "SELECT COUNT(*) FROM (SELECT 1 FROM cases_case c WHERE c.voided_at IS NULL{more} LIMIT 1001) t"
OPEN, LATE = " AND c.closed_on IS NULL", f" AND c.closed_on IS NULL AND c.expires_on < '{NEXT.isoformat()}'"
NEWEST = " ORDER BY c.filed_on DESC, c.id DESC LIMIT 51"
SCENES = (
    Scene("案件列表·未结", "keeper1", "/l/cases/cases/?state=open", (SEEN + OPEN + NEWEST, COUNTED.format(more=OPEN)), partial=True),
    Scene("案件列表·超期", "keeper1", "/l/cases/cases/?state=open&lamp=overdue", (SEEN + LATE + NEWEST, COUNTED.format(more=LATE)), partial=True),
    Scene(
        "案件列表·按届满日", "keeper1", "/l/cases/cases/?state=open&sort=expires_on",
        (SEEN + OPEN + " ORDER BY c.expires_on, c.id LIMIT 51", COUNTED.format(more=OPEN)), partial=True,
    ),
    Scene(
        "案件列表·一个庭", "keeper1", "/l/cases/cases/?state=open&division={unit}",
        (SEEN + OPEN + " AND c.division_id = {unit}" + NEWEST, COUNTED.format(more=OPEN + " AND c.division_id = {unit}")), partial=True,
    ),
    Scene(
        "案件列表·承办人自己的", "judge0101", "/l/cases/cases/?state=open",
        (SEEN + OPEN + " AND c.judge_id = {me}" + NEWEST, COUNTED.format(more=OPEN + " AND c.judge_id = {me}")), partial=True,
    ),
)  # fmt: skip


def run(bench: Bench) -> None:
    """In the order in which it happens: sheets, patrol, list, another calendar."""
    small, large = bench.size.cases
    bring(bench, xlsx_sheet(bench.home / f"cases-{small}.xlsx", bench.size, small), small, cells_of_workbook)
    bring(bench, csv_sheet(bench.home / f"cases-{large}.csv", bench.size, large, small), large, cells_of_text)
    patrol(bench)
    lists(bench)
    recompute(bench)


def bring(bench: Bench, path: Path, rows: int, cells: Callable[[Path], Iterator[tuple[str, ...]]]) -> None:
    """One sheet, beside reading its cells and writing them into a table of their own."""
    floor = measured(lambda: bare_import(path, cells), bench.postmaster)
    spent = casework(bench, "import", str(path))
    kind = path.suffix[1:].upper()
    title = f"导入案件 {rows:,} 行（{kind}：检查、合并、逐行留日志、算届满日）"
    limit = IMPORT if bench.size.name == "full" and rows == bench.size.cases[1] else None
    add(bench, title, spent, floor.wall * 1000, floor.cpu * 1000, limit, path.stat().st_size)


def add(bench: Bench, title: str, spent: Spent, wall: float, cpu: float, limit: float | None, size: int | None = None) -> None:
    """A line: what a process of the house took, beside its floor in ms."""
    said = counted(spent.out)
    took = (said.cpu + spent.database) * 1000
    bench.add(
        Line(
            STAGE, title, bench.database, p50=said.wall * 1000, app=said.cpu * 1000, db=spent.database * 1000, statements=said.statements,
            size=size, floor_wall=wall, floor_cpu=cpu, bar=f"≤ {limit:.0f} 倍底线" if limit else "",
            holds=took <= limit * cpu if limit else None, note=f"内存 {spent.peak:,.0f} MB",
        )
    )  # fmt: skip


def casework(bench: Bench, *arguments: str) -> Spent:
    """A process of its own."""
    return run_module(["benchmarks.casework", *arguments], env=os.environ, postmaster=bench.postmaster, timeout=7200)


def cells_of_workbook(path: Path) -> Iterator[tuple[str, ...]]:
    """The cells of a workbook, read the fast way."""
    from python_calamine import CalamineWorkbook

    for row in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[1:]:
        yield tuple(map(str, row))


def cells_of_text(path: Path) -> Iterator[tuple[str, ...]]:
    """The cells of a text file."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        next(lines)
        yield from map(tuple, lines)


def bare_import(path: Path, cells: Callable[[Path], Iterator[tuple[str, ...]]]) -> None:
    """Reading the cells, and as many rows into a table like that of cases, its keys and indexes with it."""
    names = ("number", "procedure", "cause", "parties", "judge_name", "filed_on", "enterprise")
    constants = _constants(names)
    table = f"bench_cases_{path.suffix[1:]}"
    with connection.cursor() as cursor:
        copy_of(cursor, "cases_case", table)
        rows = ((c[0], c[1], c[2], c[3], c[5], c[6], c[7] == "是", *constants.values()) for c in cells(path))
        columns = [*names, *constants]
        names_all = ", ".join(f'"{name}"' for name in columns)
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names_all}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        cursor.execute("BEGIN IMMEDIATE")
        marks = ", ".join("?" * len(columns))
        connection.connection.executemany(f"INSERT INTO {table} ({names_all}) VALUES ({marks})", rows)  # noqa: S608
        cursor.execute("COMMIT")


def _constants(named: tuple[str, ...]) -> dict[str, Any]:
    """What the other columns that must not be empty hold."""
    from bihuan.cases.models import Case

    found: dict[str, Any] = {"year": 2026, "serial": 1, "division_id": 10, "line": "civil", "facts": "[]", "dates": "{}"}
    for field in Case._meta.concrete_fields:
        if field.column in named or field.column in found or field.null or field.primary_key:
            continue
        default = field.get_default()
        found[str(field.column)] = "" if default is None else default
    return found


def patrol(bench: Bench) -> None:
    """The rules of cases over all of them, beside their bare SQL and the rows that were written."""
    for title in ("首次巡查（预警从无到有）", "当天再巡查（没有变化）"):
        held = {table: newest(table) for table in WRITTEN} | {"kernel_logentry": newest("kernel_logentry", "seq")}
        spent = casework(bench, "patrol")
        floor = bare(bare_patrol(NEXT, held, "cases."), seconds=0, postmaster=bench.postmaster)
        limit = PATROL if bench.size.name == "full" else None
        add(bench, f"{sum(bench.size.cases):,} 件未结案件·{title}", spent, floor.wall, floor.cpu, limit)


def lists(bench: Bench) -> None:
    """The list of cases, alone and with others."""
    server = bench.server()
    for scene in SCENES:
        measure(bench, server, scene, sign_in(server.port, scene.person), stage=STAGE)
    server.check()


def recompute(bench: Bench) -> None:
    """Another calendar, beside reading the columns the days come from and writing days anew where they moved."""
    read = 'SELECT id, revision, clock_digest, type_code, procedure, custody, "foreign", under, trigger_given, filed_on, received_on, closed_on, limit_given, facts, dates FROM cases_case WHERE voided_at IS NULL ORDER BY id'
    with connection.cursor() as cursor:
        cursor.execute("SELECT MAX(clocked_at) FROM cases_case")
        before = cursor.fetchone()[0]
    spent = casework(bench, "recompute")

    def work() -> None:
        with connection.cursor() as cursor:
            cursor.execute(read)
            while cursor.fetchmany(10_000):
                pass
            cursor.execute("BEGIN")
            cursor.execute("UPDATE cases_case SET due_on = due_on, expires_on = expires_on, clock_digest = clock_digest WHERE clocked_at > %s", [before])
            cursor.execute("ROLLBACK")

    floor = bare(work, seconds=0, postmaster=bench.postmaster)
    moved = next(line for line in spent.out.splitlines() if "changed" in line)
    add(bench, f"放假安排变动后全部重算（{moved.split(',')[1].split()[0]} 件变动）", spent, floor.wall, floor.cpu, None)
