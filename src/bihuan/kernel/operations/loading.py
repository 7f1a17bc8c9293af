"""Building a database from a backup: in a file aside for SQLite, in one transaction for PostgreSQL. It takes the place of what
was there only when all of it stands."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext_lazy as _

from ..errors import Refused
from ..wording import Message, wording
from . import rows, standing
from .archive import Backup, sync_folder

OTHER_COLUMNS = wording(
    "operations.other_columns",
    _("备份里的表 %(table)s 与同一版本的数据库结构不同（%(columns)s）：制作备份的数据库被绕过升级改动过。没有改动任何内容。"),
)

Progress = Callable[[int, int], None]


def aside() -> AbstractContextManager[None]:
    """An empty database under the default connection. On leaving it becomes the installation's; after an error nothing changed."""
    return _one_transaction() if connection.vendor == "postgresql" else _file_aside()


@contextmanager
def _file_aside() -> Iterator[None]:
    settings = connection.settings_dict
    named = settings["NAME"]
    target = Path(named)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".restore-", dir=target.parent))
    made = folder / target.name
    connections.close_all()
    settings["NAME"] = str(made)
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous = OFF")  # flushed whole below; until then nobody relies on it
        yield
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode = DELETE")
        connection.close()
        with made.open("rb+") as file:
            os.fsync(file.fileno())
        for beside in ("-wal", "-shm"):  # empty since the database was found unused; of another file they would be poison
            target.with_name(target.name + beside).unlink(missing_ok=True)
        made.replace(target)
        sync_folder(target.parent)
    finally:
        connection.close()
        settings["NAME"] = named
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _one_transaction() -> Iterator[None]:
    with transaction.atomic():
        _drop_all()
        yield


def _drop_all() -> None:
    """Remove every table and function of ours from the schema; a roll-back brings them back."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        if names:
            cursor.execute(f"DROP TABLE {', '.join(map(connection.ops.quote_name, names))} CASCADE")
        cursor.execute(
            "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
            "WHERE n.nspname = current_schema() AND p.proname LIKE 'bh\\_%' AND pg_has_role(p.proowner, 'USAGE')"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP FUNCTION {connection.ops.quote_name(name)}()")


def fill(backup: Backup, progress: Progress | None = None) -> None:
    """Make the tables as they were when the backup was made, and put its rows in. Raises Refused, IntegrityError."""
    sqlite = connection.vendor == "sqlite"
    standing.build([(app, name) for app, name in backup.manifest["migrations"]])
    tables = {table.name: table for table in rows.tables_of(connection)}
    total = sum(about["rows"] for about in backup.manifest["tables"].values())
    done = 0
    if sqlite:
        connection.disable_constraint_checking()
    try:
        with transaction.atomic(), connection.wrap_database_errors:
            if not sqlite:
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL DEFERRED")  # tables come by name, not in the order of their keys
            for name, about in backup.manifest["tables"].items():
                columns = [rows.Column(column, kind) for column, kind in about["columns"]]
                _check_columns(name, tables.get(name), columns)
                _clear(name)
                put = _put_sqlite if sqlite else _put_postgres
                put(name, columns, backup.rows(name))
                done += about["rows"]
                if progress is not None:
                    progress(done, total)
            _count_on(backup.manifest["counters"], tables)
            if sqlite:
                connection.check_constraints()
            else:
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # checked now, and nothing pends when tables change
    finally:
        if sqlite:
            connection.enable_constraint_checking()


def announce() -> None:
    """What `migrate` does at its end: content types, permissions, triggers."""
    from django.core.management.sql import emit_post_migrate_signal

    emit_post_migrate_signal(verbosity=0, interactive=False, db=DEFAULT_DB_ALIAS)


def is_empty() -> bool:
    """Whether the default database holds nothing of ours yet (a SQLite file may be missing)."""
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return True
    return not MigrationExecutor(connection).loader.applied_migrations


def _check_columns(name: str, table: rows.Table | None, columns: list[rows.Column]) -> None:
    made = set(table.names) if table else set()
    kept = {column.name for column in columns}
    if made != kept:
        raise Refused(Message(OTHER_COLUMNS, {"table": name, "columns": "、".join(sorted(made ^ kept))}))


def _clear(name: str) -> None:
    """Rows that migrations put there give way to those of the backup."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")  # noqa: S608


def _put_sqlite(name: str, columns: list[rows.Column], found: Iterator[list[rows.Value]]) -> None:
    turns = [rows.into_sqlite(column.kind) for column in columns]
    listed = ", ".join(connection.ops.quote_name(column.name) for column in columns)
    marks = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {connection.ops.quote_name(name)} ({listed}) VALUES ({marks})"  # noqa: S608
    raw: Any = connection.connection
    raw.executemany(statement, (rows.apply(turns, values) for values in found))


def _put_postgres(name: str, columns: list[rows.Column], found: Iterator[list[rows.Value]]) -> None:
    turns = [rows.into_postgres(column.kind) for column in columns]
    listed = ", ".join(connection.ops.quote_name(column.name) for column in columns)
    raw: Any = connection.connection
    with raw.cursor() as cursor, cursor.copy(f"COPY {connection.ops.quote_name(name)} ({listed}) FROM STDIN") as copy:
        for values in found:
            copy.write_row(rows.apply(turns, values))


def _count_on(counters: dict[str, int], tables: dict[str, rows.Table]) -> None:
    """Automatic keys go on where they stopped, also where the last rows are gone."""
    with connection.cursor() as cursor:
        for name, table in tables.items():
            last = counters.get(name, 0)
            if connection.vendor == "sqlite":
                if last:  # else its own rows have counted
                    cursor.execute("UPDATE sqlite_sequence SET seq = max(seq, %s) WHERE name = %s", [last, name])
                if last and not cursor.rowcount:
                    cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [name, last])
            elif table.number:
                quoted, column = connection.ops.quote_name(name), connection.ops.quote_name(table.number)
                cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [quoted, table.number])
                (sequence,) = cursor.fetchone()
                cursor.execute(f"SELECT greatest(max({column}), %s) FROM {quoted}", [last])  # noqa: S608
                (most,) = cursor.fetchone()
                if sequence is not None and most > 0:
                    cursor.execute("SELECT setval(%s, %s)", [sequence, most])
