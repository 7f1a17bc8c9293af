"""Rows as both databases can read and write them: one JSON array a row, the same whichever database it came from.

Numbers, texts and nulls are themselves; truth values are true and false; times are texts in UTC, as Django keeps them in
SQLite ("2026-05-20 01:02:03", with six digits of a second where there are any); decimals are texts without needless noughts;
JSON columns are their text, untouched; bytes are hexadecimal; spans of time are microseconds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

Value = Any
Turn = Callable[[Any], Value]

NOT_KEPT = frozenset({"django_migrations", "django_session", "sqlite_sequence"})
"""Not in a backup: the migrations are made anew, sessions end with a restore."""
_derived: set[str] = set()  # beginnings of names

INTEGER, REAL, TEXT, TRUTH, MOMENT, TIME, DECIMAL, BINARY, SPAN, ADDRESS, UUID = (
    "integer", "real", "text", "truth", "moment", "time", "decimal", "binary", "span", "address", "uuid",
)  # fmt: skip
_KINDS = {
    "BooleanField": TRUTH,
    "NullBooleanField": TRUTH,
    "CharField": TEXT,
    "TextField": TEXT,
    "JSONField": TEXT,
    "DateField": TEXT,
    "DateTimeField": MOMENT,
    "TimeField": TIME,
    "DecimalField": DECIMAL,
    "FloatField": REAL,
    "BinaryField": BINARY,
    "DurationField": SPAN,
    "GenericIPAddressField": ADDRESS,
    "UUIDField": UUID,
}


class Unsupported(Exception):
    """A table has a column of a kind that a backup cannot hold."""


@dataclass(frozen=True)
class Column:
    """A column and the kind of what is in it (the constants of this module)."""

    name: str
    kind: str


@dataclass(frozen=True)
class Table:
    """A table of the database as it is; rows are read in the order of `key`."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def number(self) -> str:
        """The column of a key that may be numbered by the database; "" for another kind of key."""
        kinds = {column.name: column.kind for column in self.columns}
        return self.key[0] if len(self.key) == 1 and kinds[self.key[0]] == INTEGER else ""

    @property
    def names(self) -> list[str]:
        """The columns' names."""
        return [column.name for column in self.columns]


def derived(*beginnings: str) -> None:
    """Declare tables whose content is computed from other tables (a search index), by how their names begin: a backup leaves
    them out, and whoever declares them makes and fills them anew after a migration or with `afterwards.step`."""
    _derived.update(beginnings)


def tables_of(connection: BaseDatabaseWrapper) -> list[Table]:
    """All tables a backup keeps, by name. Raises Unsupported naming table and column."""
    with connection.cursor() as cursor:
        inspect = connection.introspection
        listed = [info.name for info in inspect.get_table_list(cursor) if info.type in {"t", "p"}]
        left_out = NOT_KEPT | _virtual(connection, listed) | {name for name in listed if name.startswith(tuple(_derived))}
        found = []
        for name in sorted(set(listed) - left_out):
            described = sorted(_described(connection, name))  # by name: the order in the table is an accident of its history
            columns = tuple(Column(column, _kind(name, column, known)) for column, known in described)
            key = tuple(inspect.get_primary_key_columns(cursor, name) or [column.name for column in columns])
            found.append(Table(name, columns, key))
    return found


def _described(connection: BaseDatabaseWrapper, table: str) -> list[tuple[str, str]]:
    """Columns and the names of the Django fields that store like them ("" for a type none of them has)."""
    inspect: Any = connection.introspection
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            described = inspect.get_table_description(cursor, table)
            # What the database computes by itself is no value of a row; SQLite does not list it below.
            cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attgenerated <> ''", [f'"{table}"'])
            computed = {name for (name,) in cursor.fetchall()}
            return [
                (about.name, _field(inspect.get_field_type, about.type_code, about)) for about in described if about.name not in computed
            ]
        # Django's own description of a SQLite table parses its CREATE statement, and stumbles over some constraints.
        cursor.execute(f"PRAGMA table_info({connection.ops.quote_name(table)})")
        return [(row[1], _field(inspect.data_types_reverse.__getitem__, row[2])) for row in cursor.fetchall()]


def _field(asked: Callable[..., Any], *about: Any) -> str:
    try:
        known = asked(*about)
    except KeyError:
        return ""
    return str(known[0] if isinstance(known, tuple) else known)


def _kind(table: str, column: str, field: str) -> str:
    if field.endswith(("IntegerField", "AutoField")):
        return INTEGER
    try:
        return _KINDS[field]
    except KeyError:
        raise Unsupported(f"{table}.{column} {field}".strip()) from None


def _virtual(connection: BaseDatabaseWrapper, listed: Iterable[str]) -> set[str]:
    """SQLite's virtual tables and the ones behind them: indexes, made anew from the rows."""
    if connection.vendor != "sqlite":
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL%%'")
        virtual = [row[0] for row in cursor.fetchall()]
    return {name for name in listed for index in virtual if name == index or name.startswith(f"{index}_")}


def line_of(values: list[Value]) -> bytes:
    """A row as it stands in the backup."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def values_of(line: bytes) -> list[Value]:
    """A row of the backup again. Raises ValueError when it is none."""
    values = json.loads(line)
    if not isinstance(values, list):
        raise ValueError("a row is a JSON array")
    return values


# ---- out of a database ----


def out_of_sqlite(kind: str) -> Turn | None:
    """What makes a stored SQLite value portable; None where it is so already."""
    turns: dict[str, Turn] = {
        TRUTH: bool,
        DECIMAL: _decimal,
        REAL: float,
        BINARY: bytes.hex,
    }
    return turns.get(kind)


def select_of_postgres(column: Column) -> str:
    """The column in a SELECT whose text form is near the portable one."""
    name = f'"{column.name}"'
    if column.kind == SPAN:
        return f"(extract(epoch FROM {name}) * 1000000)::bigint"
    if column.kind == ADDRESS:
        return f"host({name})"
    return name


def out_of_postgres(kind: str) -> Turn | None:
    """What makes PostgreSQL's text of a value portable; None where it is so already."""
    turns: dict[str, Turn] = {
        INTEGER: int,
        SPAN: int,
        REAL: float,
        TRUTH: "t".__eq__,
        MOMENT: lambda text: _fraction(text.removesuffix("+00")),
        TIME: _fraction,
        DECIMAL: _decimal,
        BINARY: lambda text: text.removeprefix("\\x"),
        UUID: lambda text: text.replace("-", ""),
    }
    return turns.get(kind)


def _fraction(text: str) -> str:
    """Six digits of a second or none, as Python writes a time."""
    whole, dot, part = text.partition(".")
    return f"{whole}.{part:0<6}" if dot else whole


def _decimal(value: Any) -> str:
    number = Decimal(str(value))
    if not number.is_finite():
        return str(number)
    return format(number.normalize(), "f") if number else "0"


# ---- into a database ----


def into_sqlite(kind: str) -> Turn | None:
    """What makes a portable value one for SQLite; None where it is so already."""
    turns: dict[str, Turn] = {TRUTH: int, BINARY: bytes.fromhex}
    return turns.get(kind)


def into_postgres(kind: str) -> Turn | None:
    """What makes a portable value a text that PostgreSQL's COPY reads as the column's type."""
    turns: dict[str, Turn] = {
        SPAN: lambda value: f"{value} microseconds",
        MOMENT: lambda text: f"{text}+00",
        BINARY: lambda text: f"\\x{text}",
    }
    return turns.get(kind)


def apply(turns: list[Turn | None], values: Iterable[Any]) -> list[Value]:
    """Each value through its turn; nulls stay."""
    return [
        value if turn is None or value is None else turn(value) for turn, value in zip(turns, values, strict=True)
    ]
