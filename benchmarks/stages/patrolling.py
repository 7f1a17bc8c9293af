"""The patrol over all measures: the first one, one a week later, and nights on which nothing changed, beside the bare SQL."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Sequence
from typing import Any

from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.kernel import clock
from bihuan.kernel.rules import Params, rules

from ..asking import bare
from ..counting import counted
from ..court.items import TODAY
from ..figures import Line
from ..processes import run as run_module
from ..worker import Bench

NEXT = TODAY + dt.timedelta(days=7)
"""The business day after the patrols: the pages are looked at on it."""
FACTOR = 3.0
WRITTEN = ("kernel_alert", "kernel_alertstep", "kernel_inboxitem", "kernel_rulerun")
CLOSED = (
    "a.state IN ('internally_closed', 'accepted') AND m.voided_at IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM rectification_attempt b WHERE b.measure_id = a.measure_id AND b.number > a.number) "
    "AND NOT EXISTS (SELECT 1 FROM rectification_rebound r WHERE r.attempt_id = a.id AND r.state IN ('suspected', 'found'))"
)
OF_CLOSED = f"FROM rectification_attempt a JOIN rectification_measure m ON m.id = a.measure_id {{join}} WHERE {CLOSED}"
FACTS = (
    "SELECT a.id, m.id, m.lead_unit_id, a.applied_on, a.facts_since, c.id, c.kind, c.params "
    + OF_CLOSED.format(join="JOIN rectification_criterion c ON c.measure_id = m.id AND c.voided_at IS NULL"),
    'SELECT a.id, v.id, v."on", v.method, v.result, v.note, p.name '
    + OF_CLOSED.format(
        join="JOIN rectification_criterion c ON c.measure_id = m.id AND c.kind = 'onsite_check' "
        "JOIN rectification_verification v ON v.attempt_id = a.id JOIN kernel_person p ON p.id = v.by_id"
    ),
    "SELECT a.id, e.id, e.title, f.sm3, e.effective_on "
    + OF_CLOSED.format(
        join="JOIN rectification_criterion c ON c.measure_id = m.id AND c.kind = 'evidence_kind' "
        "JOIN kernel_evidence e ON e.object_kind = 'rectification.measure' AND e.object_id = m.id "
        "JOIN kernel_evidencefile f ON f.id = e.file_id"
    ),
    "SELECT a.id, o.id, o.day, o.title, o.number "
    + OF_CLOSED.format(
        join="JOIN rectification_criterion c ON c.measure_id = m.id AND c.kind = 'ledger_count' "
        "JOIN rectification_outcome o ON o.measure_id = m.id"
    ),
    "SELECT id, figure_id, unit_id, period, value FROM rectification_reading WHERE period >= '2026-01-01'",
    "SELECT id, rule, \"on\", outcome, parameters FROM kernel_rulerun WHERE rule = 'rect.letter.unanswered'",
    "SELECT id, nominal_on, due_on, deadline, fulfilled_on FROM kernel_dutyoccurrence",
)
"""What the criteria of the closed items stand on, as one would read it by hand for all of them."""
SEEN = "UPDATE kernel_alert SET last_seen = '{day}' WHERE breach_state = 'open'"


def run(bench: Bench) -> None:
    """Patrol four times: open the alerts, look again, a week later, look again."""
    for title, day in (
        ("首次巡查（预警从无到有）", TODAY),
        ("当天再巡查（没有变化）", TODAY),
        ("一周后巡查（有新增、消除、升级）", NEXT),
        ("当天再巡查（没有变化，预警已升级）", NEXT),
    ):
        one(bench, title, day)


def one(bench: Bench, title: str, day: dt.date) -> None:
    """One patrol."""
    before = {table: newest(table) for table in WRITTEN} | {"kernel_logentry": newest("kernel_logentry", "seq")}
    spent = run_module(
        ["benchmarks.counting", "patrol", "--on", day.isoformat()], env=os.environ, postmaster=bench.postmaster
    )
    floor = bare(bare_patrol(day, before), seconds=0, postmaster=bench.postmaster)
    written = sum(newest(t, "seq" if t == "kernel_logentry" else "id") - n for t, n in before.items())
    said = counted(spent.out)
    cpu = (said.cpu + spent.database) * 1000
    holds = cpu <= FACTOR * floor.cpu if bench.size.name == "full" else None  # with little data a program's start is most of it
    bench.add(
        Line(
            "patrol", title, bench.database, 1, 1, said.wall * 1000, 0, 0, said.cpu * 1000, spent.database * 1000,
            said.statements, None, floor.wall, floor.cpu, f"≤ {FACTOR:.0f} 倍裸 SQL", holds,
            f"写入 {written:,} 行，内存 {spent.peak:,.0f} MB",
        )
    )  # fmt: skip


def bare_patrol(day: dt.date, before: dict[str, int], only: str = "") -> Callable[[], None]:
    """The statements of the rules (those whose code begins with `only`) and of the closed items' facts, and the rows that were written,
    once more and bare."""
    reads = [*_rule_statements(day, only), *(() if only else ((sql, ()) for sql in FACTS))]
    copies = [(table, _rows_since(table, number)) for table, number in before.items()]

    def work() -> None:
        with connection.cursor() as cursor:
            for sql, params in reads:
                cursor.execute(sql, params or None)
                cursor.fetchall()
            cursor.execute("BEGIN")
            cursor.execute(SEEN.format(day=day.isoformat()))
            for table, rows in copies:
                _write_bare(cursor, table, rows)
            cursor.execute("ROLLBACK")

    return work


def _rule_statements(day: dt.date, only: str) -> list[tuple[str, tuple[Any, ...]]]:
    """Each rule's query and the count of the rows it looks at."""
    found: list[tuple[str, tuple[Any, ...]]] = []
    with clock.simulate(day):
        for rule in (one for code, one in rules().items() if code.startswith(only)):
            with CaptureQueriesContext(connection) as asked_first:  # a rule may look something up before its query
                rows = rule.query(day, Params(rule.basis, day)).order_by().values_list("pk", "alert_due", "alert_unit_id")
            found += [(str(statement["sql"]), ()) for statement in asked_first]
            if not rows.query.is_empty():
                found.append(rows.query.sql_with_params())
            looked_at = rule.population(day) if rule.population else rule.model._default_manager.all()
            sql, params = looked_at.order_by().values("pk").query.sql_with_params()
            found.append((f"SELECT COUNT(*) FROM ({sql}) t", params))  # noqa: S608
    return found


def newest(table: str, column: str = "id") -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COALESCE(MAX({column}), 0) FROM {table}")  # noqa: S608
        return int(cursor.fetchone()[0])


def _rows_since(table: str, number: int) -> list[tuple[Any, ...]]:
    column = "seq" if table == "kernel_logentry" else "id"
    cast = "" if connection.vendor == "sqlite" else "::text"  # JSON is copied as it is
    with connection.cursor() as cursor:
        copy_of(cursor, table, f"bench_{table}")
        names = ", ".join(f'"{name}"{cast}' for name in _columns(table))
        cursor.execute(f"SELECT {names} FROM {table} WHERE {column} > %s", [number])  # noqa: S608
        return list(cursor.fetchall())


def _columns(table: str) -> list[str]:
    """The columns that are written (not those the database works out)."""
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    return [str(field.column) for field in model._meta.concrete_fields if not getattr(field, "generated", False)]


def copy_of(cursor: Any, table: str, copy: str) -> None:
    """An empty table like it by the name `copy`, with the same keys, checks and indexes."""
    if connection.vendor == "postgresql":
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {copy} (LIKE {table} INCLUDING ALL)")
        return
    cursor.execute("SELECT 1 FROM sqlite_master WHERE name = %s", [copy])
    if cursor.fetchone():
        return
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE tbl_name = %s AND type IN ('table', 'index') AND sql > ''", [table])
    for name, sql in sorted(cursor.fetchall(), key=lambda row: row[0] != table):
        for word in {name, table}:
            new = copy if word == table else f"{copy}_{word}"
            sql = sql.replace(f'"{word}"', f'"{new}"', 1 if word == table and name == table else -1)
        cursor.execute(sql)


def _write_bare(cursor: Any, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """The rows into a table like theirs, in the fastest way the driver has."""
    names = ", ".join(f'"{name}"' for name in _columns(table))
    if connection.vendor == "sqlite":
        marks = ", ".join(["%s"] * len(_columns(table)))
        cursor.executemany(f"INSERT INTO bench_{table} ({names}) VALUES ({marks})", rows)  # noqa: S608
        return
    with cursor.copy(f"COPY bench_{table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
