"""One consistent look at the whole database while others write, without keeping them waiting.

SQLite: a read transaction beside the writers (WAL). PostgreSQL: a REPEATABLE READ transaction, rows by COPY. Both are
connections of their own, so nothing of the caller's is touched.
"""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import DEFAULT_DB_ALIAS, OperationalError, connections

from . import rows

CHUNK = 2000


class Snapshot(ABC):
    """The database at one moment."""

    version = ""
    """Kind and version of the database, e.g. "sqlite 3.40.1"."""

    def __init__(self, tables: list[rows.Table]) -> None:
        self.tables = tables

    @abstractmethod
    def values(self, table: rows.Table) -> Iterator[list[Any]]:
        """The rows of a table, portable, in the order of its key."""

    @abstractmethod
    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        """The rows of a statement of our own."""

    @abstractmethod
    def counters(self) -> dict[str, int]:
        """Table -> the last number its automatic key gave out."""

    def has(self, table: str) -> bool:
        """Whether the table is there."""
        return any(one.name == table for one in self.tables)

    def migrations(self) -> list[tuple[str, str]]:
        """What was applied, by application and name."""
        return [(app, name) for app, name in self.ask("SELECT app, name FROM django_migrations ORDER BY app, name")]

    def log_end(self) -> tuple[int, str, str] | None:
        """Number and both hashes of the last log entry."""
        if not self.has("kernel_logentry"):
            return None
        found = self.ask("SELECT seq, hash, hash2 FROM kernel_logentry ORDER BY seq DESC LIMIT 1")
        return (int(found[0][0]), found[0][1], found[0][2]) if found else None


class _Sqlite(Snapshot):
    def __init__(self, tables: list[rows.Table], held: sqlite3.Connection) -> None:
        super().__init__(tables)
        self._held = held
        self.version = f"sqlite {sqlite3.sqlite_version}"

    def values(self, table: rows.Table) -> Iterator[list[Any]]:
        turns = [rows.out_of_sqlite(column.kind) for column in table.columns]
        statement = f"SELECT {_listed(table.names)} FROM {_listed([table.name])} ORDER BY {_listed(table.key)}"  # noqa: S608
        cursor = self._held.execute(statement)
        while found := cursor.fetchmany(CHUNK):
            for row in found:
                yield rows.apply(turns, row)

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        return self._held.execute(statement).fetchall()

    def counters(self) -> dict[str, int]:
        if not self.ask("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'"):
            return {}
        kept = {table.name for table in self.tables}
        found = self.ask("SELECT name, seq FROM sqlite_sequence WHERE seq > 0")
        return {name: int(last) for name, last in found if name in kept}


class _Postgres(Snapshot):
    def __init__(self, tables: list[rows.Table], held: Any) -> None:
        super().__init__(tables)
        self._held = held
        self.version = f"postgresql {held.info.server_version // 10000}.{held.info.server_version % 10000}"

    def values(self, table: rows.Table) -> Iterator[list[Any]]:
        turns = [rows.out_of_postgres(column.kind) for column in table.columns]
        wanted = ", ".join(rows.select_of_postgres(column) for column in table.columns)
        statement = f"COPY (SELECT {wanted} FROM {_listed([table.name])} ORDER BY {_listed(table.key)}) TO STDOUT"  # noqa: S608
        with self._held.cursor() as cursor, cursor.copy(statement) as copy:
            for row in copy.rows():
                yield rows.apply(turns, row)

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        with self._held.cursor() as cursor:
            return list(cursor.execute(statement).fetchall())

    def counters(self) -> dict[str, int]:
        found = {}
        for table in self.tables:
            if not table.number:
                continue
            sequence = self.ask(f"SELECT pg_get_serial_sequence('\"{table.name}\"', '{table.number}')")[0][0]
            if sequence is not None:
                last, called = self.ask(f"SELECT last_value, is_called FROM {sequence}")[0]  # noqa: S608
                if called:
                    found[table.name] = int(last)
        return found


@contextmanager
def look() -> Iterator[Snapshot]:
    """Open a snapshot of the default database. Raises OperationalError where there is none to read."""
    held = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        if held.vendor == "sqlite" and not Path(held.settings_dict["NAME"]).exists():
            raise OperationalError(f"no database file {held.settings_dict['NAME']}")
        tables = rows.tables_of(held)
        if held.vendor == "sqlite":
            held.close()
            with closing(_open(held.settings_dict["NAME"])) as file:
                file.execute("BEGIN")
                file.execute("SELECT count(*) FROM sqlite_master").fetchall()  # now the moment is fixed
                yield _Sqlite(tables, file)
        else:
            raw: Any = held.connection
            with raw.cursor() as cursor:
                cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                cursor.execute("SET LOCAL TimeZone = 'UTC'")
                cursor.execute("SET LOCAL DateStyle = 'ISO, YMD'")
                cursor.execute("SELECT 1")  # now the moment is fixed
            with held.wrap_database_errors:
                yield _Postgres(tables, raw)
    finally:
        held.close()


def _open(path: str | Path) -> sqlite3.Connection:
    """A connection without Django's converters: values as they are stored."""
    made = sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True, timeout=20, isolation_level=None)
    made.execute("PRAGMA query_only = ON")
    return made


def _listed(names: list[str] | tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)
