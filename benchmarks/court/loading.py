# ruff: noqa: S608  (statements are put together from names of our own tables)
"""Writing rows straight into the tables, past the services: COPY on PostgreSQL, one statement for all rows on SQLite.

Nothing else in the house may do this. Triggers and foreign keys step aside for the loading and are back when it is over;
indexes are made anew afterwards, which is faster than keeping them up row by row.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models
from django.db.models.fields import NOT_PROVIDED

from bihuan.kernel import triggers


@dataclass(frozen=True)
class Block:
    """Rows of one table. Days and moments are ISO texts (moments in UTC), JSON is text: both databases read them alike.

    Columns that are not named get the default of their field, so that a new column needs no change here.
    """

    model: type[models.Model]
    columns: Sequence[str]
    rows: Iterable[tuple[Any, ...]]

    @property
    def table(self) -> str:
        """The table's name."""
        return str(self.model._meta.db_table)

    def whole(self) -> tuple[list[str], tuple[Any, ...]]:
        """(all columns to write, the constants of those that were not named)."""
        named, constants = list(self.columns), []
        for field in self.model._meta.concrete_fields:
            if field.column in named or isinstance(field, models.AutoField) or getattr(field, "generated", False):
                continue
            value = field.get_default() if field.default is not NOT_PROVIDED else None
            if value is None and not field.null:
                value = "" if field.empty_strings_allowed else None
            if value is None:
                continue  # left null, or to the database
            named.append(str(field.column))
            constants.append(json.dumps(value) if isinstance(field, models.JSONField) else value)
        return named, tuple(constants)


def through(model: type[models.Model], name: str) -> type[models.Model]:
    """The table behind a many-to-many field."""
    found: type[models.Model] = model._meta.get_field(name).remote_field.through  # type: ignore[union-attr]
    return found


@contextmanager
def loading() -> Iterator[None]:
    """Load within the block; triggers, keys, indexes and statistics are in order afterwards."""
    with _sqlite() if connection.vendor == "sqlite" else _postgres():
        yield
    triggers.install(connection)


def load(block: Block) -> int:
    """Write the rows; returns how many. Only within `loading()`."""
    columns, constants = block.whole()
    rows = (row + constants for row in block.rows) if constants else block.rows
    names = ", ".join(connection.ops.quote_name(name) for name in columns)
    table = connection.ops.quote_name(block.table)
    raw = connection.connection
    if connection.vendor == "sqlite":
        marks = ", ".join("?" * len(columns))
        done = raw.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)
        return int(done.rowcount)
    count = 0
    with raw.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


@contextmanager
def _sqlite() -> Iterator[None]:
    connection.ensure_connection()
    raw = connection.connection
    for pragma in ("foreign_keys=OFF", "synchronous=OFF", "cache_size=-400000", "journal_mode=MEMORY"):
        raw.execute(f"PRAGMA {pragma}").fetchall()
    held = raw.execute("SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL").fetchall()
    raw.execute("BEGIN IMMEDIATE")
    for kind, name, _sql in held:
        raw.execute(f'DROP {kind} "{name}"')
    yield
    for kind, _name, sql in held:
        if kind == "index":
            raw.execute(sql)
    raw.execute("COMMIT")
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "cache_size=-2000", "foreign_keys=ON"):
        raw.execute(f"PRAGMA {pragma}").fetchall()


@contextmanager
def _postgres() -> Iterator[None]:
    with connection.cursor() as cursor:
        # A superuser's way past triggers and foreign keys; the cluster of the benchmark is its own.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET maintenance_work_mem = '256MB'")
        cursor.execute(
            "SELECT i.indexname, i.indexdef FROM pg_indexes i LEFT JOIN pg_constraint c ON c.conname = i.indexname "
            "WHERE i.schemaname = current_schema() AND c.oid IS NULL"
        )
        held = cursor.fetchall()
        for name, _definition in held:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        for _name, definition in held:
            cursor.execute(definition)
        tables = [model for app in ("kernel", "rectification") for model in _models(app)]
        for statement in connection.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(statement)
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM (ANALYZE)")


def _models(app: str) -> list[type[models.Model]]:
    from django.apps import apps

    return list(apps.get_app_config(app).get_models(include_auto_created=True))
