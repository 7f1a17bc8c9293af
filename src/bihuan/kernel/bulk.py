"""Many rows made ready outside the lock, and written by one statement inside it.

A long write prepares in peace and merges in one short transaction (the writer's lock is everybody's). What is ready waits in
a temporary table of this connection: nobody else sees it, filling it takes no lock of the database, and memory does not grow
with it. `write` then only moves it over, inside a unit of work like every write; triggers and constraints meet each row.

    with bulk.Insert(Case) as new:
        for chunk in ...:
            new.add(chunk)              # outside: values by field, as `save` would make them
        with unit_of_work(actor) as uow:
            new.write()
            uow.record(..., covers=[Case])

On PostgreSQL the account needs the TEMPORARY right (which it has unless it was taken away), and a connection of its own for
the session: no pooler that changes connections between transactions.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, Self

from django.db import DatabaseError, connection, connections, transaction
from django.db.models import ForeignKey, Model, QuerySet

from . import work
from .search import indexes

_number = itertools.count(1)
_GROUP = "bh_group"
REMEMBERED = 20_000
"""Days of a field that are remembered as the database takes them."""
MANY = 20
"""From how many rows on a statement that is prepared once and run for each costs less than one for all of them."""


class _Ready:
    """A temporary table with columns of a model's table, while the block lasts."""

    def __init__(self, model: type[Model], columns: Sequence[str], more: str = "") -> None:
        self.model = model
        self.table = _quoted(model._meta.db_table)
        self.held = _quoted(f"bh_ready_{next(_number)}")
        self.columns = [_quoted(name) for name in columns]
        self.more = more
        self.ids: list[Any] = []

    def __enter__(self) -> Self:
        chosen = ", ".join(self.columns) + self.more
        # Types and lengths are those of the table itself, so a value is refused here or there alike.
        _run(f"CREATE TEMPORARY TABLE {self.held} AS SELECT {chosen} FROM {self.table} WHERE 1 = 0")  # noqa: S608
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if not connection.needs_rollback:
            with suppress(DatabaseError):  # it goes with the connection at the latest
                _run(f"DROP TABLE IF EXISTS {self.held}")

    @property
    def count(self) -> int:
        """How many rows are ready."""
        return len(self.ids)

    def _fill(self, rows: Iterable[Sequence[Any]]) -> None:
        _insert(self.held, [*self.columns, *([_quoted(_GROUP)] if self.more else [])], rows)


class Insert(_Ready):
    """New rows of a model. Their ids are theirs before they are written: see `reserve_ids`."""

    def __init__(self, model: type[Model]) -> None:
        self._fields = insertable(model)
        super().__init__(model, [field.column for field in self._fields])

    def add(self, objects: Sequence[Model]) -> None:
        """Make rows ready. Raises ValueError for one without an id."""
        if any(obj.pk is None for obj in objects):
            raise ValueError(f"{self.model._meta.label}: a row without an id; reserve one")
        self.add_ready([obj.pk for obj in objects], prepared(self._fields, objects))

    def add_ready(self, ids: Sequence[Any], rows: Iterable[Sequence[Any]]) -> None:
        """Make rows ready that are as the database takes them already, column by column in the order of `insertable`."""
        self._fill(rows)
        self.ids += ids

    def write(self) -> int:
        """Insert them all; returns how many. Within a unit of work. Raises IntegrityError or another DatabaseError of the
        table's constraints and triggers, and then nothing stays."""
        if not self.ids:
            return 0
        work.note_write(self.model, self.ids)
        names = ", ".join(self.columns)
        return _run(f"INSERT INTO {self.table} ({names}) SELECT {names} FROM {self.held}")  # noqa: S608  names of our own


class Update(_Ready):
    """New values of rows that are there. Each row is written only if it is still of the `revision` it was read at, where the
    model has one; the revision is counted up, unless only what is `computed` from facts is written: nobody's correction is
    older than it."""

    def __init__(self, model: type[Model], names: Iterable[str], *, computed: bool = False) -> None:
        self._fields: dict[str, Any] = {name: model._meta.get_field(name) for name in dict.fromkeys(names)}
        self._ready = {name: readying(field) for name, field in self._fields.items()}
        self._versioned = hasattr(model, "revision")
        self._counts = self._versioned and not computed
        self._groups: dict[tuple[str, ...], int] = {}
        assert model._meta.pk is not None
        keys = [str(model._meta.pk.column), *(["revision"] if self._versioned else [])]
        self._key = _quoted(keys[0])
        columns = [*keys, *(f.column for f in self._fields.values())]
        super().__init__(model, columns, f", {self._key} AS {_quoted(_GROUP)}")

    def add(self, rows: Iterable[tuple[Any, int, Mapping[str, Any]]]) -> None:
        """Make rows ready: each its id, the revision it was read at, and its new values by field (relations as ids)."""
        self._fill([self._row(*row) for row in rows])

    def lock(self) -> None:
        """Let nobody else change the rows until this transaction ends. SQLite has one writer anyway."""
        if connection.vendor == "postgresql":
            _run(
                f"SELECT count(*) FROM (SELECT 1 FROM {self.table} t JOIN {self.held} s ON t.{self._key} = s.{self._key} "  # noqa: S608
                f"ORDER BY t.{self._key} FOR NO KEY UPDATE OF t) held"
            )

    def moved(self, limit: int) -> list[Any]:
        """Ids of rows that are gone or of another revision by now, at most `limit`."""
        changed = " OR t.revision <> s.revision" if self._versioned else ""
        sql = (
            f"SELECT s.{self._key} FROM {self.held} s LEFT JOIN {self.table} t ON t.{self._key} = s.{self._key} "  # noqa: S608
            f"WHERE t.{self._key} IS NULL{changed} ORDER BY s.{self._key} LIMIT %s"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [limit])
            return [pk for (pk,) in cursor.fetchall()]

    def write(self) -> int:
        """Write them all; returns how many were still of their revision: fewer than `count` means that somebody was faster,
        and the transaction is not to be committed. Within a unit of work. Raises what the table's constraints and triggers say."""
        if not self.ids:
            return 0
        work.note_write(self.model, self.ids if indexes.holds_any(self.model, self._fields) else ())
        return sum(_run(self._statement(names), [number]) for names, number in self._groups.items())

    def _row(self, pk: Any, revision: int, values: Mapping[str, Any]) -> tuple[Any, ...]:
        # Rows that change the same fields are written by the same statement, so that no other field is touched.
        group = self._groups.setdefault(tuple(sorted(values)), len(self._groups))
        self.ids.append(pk)
        ready = [make(values[name]) if name in values else None for name, make in self._ready.items()]
        return (pk, *([revision] if self._versioned else []), *ready, group)

    def _statement(self, names: Sequence[str]) -> str:
        columns = [_quoted(self._fields[name].column) for name in names]
        sets = [f"{column} = s.{column}" for column in columns]
        same = f"t.{self._key} = s.{self._key}"
        if self._counts:
            sets.append("revision = s.revision + 1")
        if self._versioned:
            same += " AND t.revision = s.revision"
        group = _quoted(_GROUP)
        return f"UPDATE {self.table} AS t SET {', '.join(sets)} FROM {self.held} s WHERE s.{group} = %s AND {same}"  # noqa: S608


def insertable(model: type[Model]) -> list[Any]:
    """The fields an insert writes: those of the model's own table."""
    return [field for field in model._meta.local_concrete_fields if not getattr(field, "generated", False)]


def prepared(fields: Sequence[Any], objects: Iterable[Model]) -> Iterator[tuple[Any, ...]]:
    """The objects as the database takes them, value by field. No field that makes its value while it is saved (files) is meant."""
    ready = [(field.attname, _ready_as_it_is(field), readying(field)) for field in fields]
    held = ((obj.__dict__, obj) for obj in objects)
    return (
        tuple(
            value if type(value := own[name] if name in own else getattr(obj, name)) in same else make(value)
            for name, same, make in ready
        )
        for own, obj in held
    )


_NOTHING: Any = type(None)
_PLAIN: dict[str, frozenset[type]] = {
    **dict.fromkeys(("CharField", "TextField", "SlugField"), frozenset({str, _NOTHING})),
    **dict.fromkeys(("BooleanField",), frozenset({bool, _NOTHING})),
    **dict.fromkeys(("DateField", "DateTimeField", "DecimalField", "TimeField"), frozenset({_NOTHING})),
    **dict.fromkeys(
        ("IntegerField", "BigIntegerField", "SmallIntegerField", "PositiveIntegerField", "PositiveSmallIntegerField",
         "PositiveBigIntegerField", "AutoField", "BigAutoField"),
        frozenset({int, _NOTHING}),
    ),
}  # fmt: skip


def _ready_as_it_is(field: Any) -> frozenset[type]:
    """Types of values that Django's own field hands to the database as they are; none for a field somebody made. It is most of what is
    written, and asking the field for each value was a quarter of an import."""
    kind = type(field.target_field if isinstance(field, ForeignKey) else field)
    own = kind.__module__.startswith("django.db.models.")
    return _PLAIN.get(kind.__name__, frozenset()) if own else frozenset()


def readying(field: Any) -> Callable[[Any], Any]:
    """What makes a value of the field as the database takes it. The same days stand in many rows: each is made ready once."""
    same, save, itself = _ready_as_it_is(field), field.get_db_prep_save, connections[connection.alias]  # asked for once
    own = (field.__class__.__module__).startswith("django.db.models.")
    known: dict[Any, Any] = {}

    def ready(value: Any) -> Any:
        kind = type(value)
        if kind in same:
            return value
        if not own or (kind is not dt.date and kind is not dt.datetime):
            return save(value, itself)
        found = known.get(value)
        if found is None:
            if len(known) >= REMEMBERED:
                known.clear()
            found = known[value] = save(value, itself)
        return found

    return ready


def insert(model: type[Model], objects: Sequence[Model]) -> None:
    """Insert rows at once, the database giving the ids where there are none. For a few thousand at a time, within a unit of work."""
    if not objects:
        return
    given = objects[0].pk is not None
    fields = [field for field in insertable(model) if given or not field.primary_key]
    work.note_write(model, [obj.pk for obj in objects] if given else ())
    if not given and indexes.of(model) is not None:
        raise TypeError(f"{model._meta.label} is searched: reserve ids, so that it is known which rows were written")
    rows = list(prepared(fields, objects))
    _insert(_quoted(model._meta.db_table), [_quoted(field.column) for field in fields], rows)


def insert_ready(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of a model that is not searched, each a tuple of values as the database takes them (JSON as text); the database
    gives the ids. For a few thousand at a time, within a unit of work."""
    if indexes.of(model) is not None:
        raise TypeError(f"{model._meta.label} is searched: insert rows whose ids are known")
    work.note_write(model)
    write_rows(model, columns, rows)


def write_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """The same for what is no fact (what is to do, and gone when it is done)."""
    _insert(_quoted(model._meta.db_table), [_quoted(column) for column in columns], rows)


def create(model: type[Model], objects: Sequence[Model]) -> None:
    """Insert new rows, each of which has its id afterwards, as Django's `bulk_create` does. Many rows take a third of its time:
    values go to the driver as they are, not by the expressions one statement for all is put together from. For a few thousand at
    a time, within a unit of work."""
    if len(objects) < MANY:
        model._default_manager.bulk_create(objects)
        return
    if objects[0].pk is None:
        for obj, pk in zip(objects, reserve_ids(model, len(objects)), strict=True):
            obj.pk = pk
    insert(model, objects)
    for obj in objects:
        obj._state.adding, obj._state.db = False, connection.alias


def reserve_ids(model: type[Model], count: int) -> list[int]:
    """So many ids of the model's table that nobody else gets, whatever becomes of them. Outside a transaction it takes the lock
    for this one statement; a gap in the ids means nothing."""
    if not count:
        return []
    table, column = model._meta.db_table, model._meta.pk.column
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            name = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
            cursor.execute(name, [_quoted(table), column, count])
            return sorted(pk for (pk,) in cursor.fetchall())
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [count, table])
        if not cursor.rowcount:  # no row was ever inserted
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, count])
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = int(cursor.fetchone()[0])
        return list(range(last - count + 1, last + 1))


def discard(rows: QuerySet[Any]) -> int:
    """Delete rows that are no record of anything (what was staged for an import that was given up); returns how many. Within a
    unit of work; facts are voided, never deleted, and the database's triggers say so."""
    work.note_write(rows.model)
    return int(rows._raw_delete(rows.db))


def _insert(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        with _together(cursor):
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(rows))  # noqa: S608  names of our own


@contextmanager
def _together(cursor: Any) -> Iterator[None]:
    """Many statements as one on SQLite, where each would otherwise be a transaction of its own. Unlike `atomic`, which begins
    with the lock, this takes it only for what needs it: a temporary table does not."""
    cursor.execute("SAVEPOINT bh_together")
    try:
        yield
    except BaseException:
        cursor.execute("ROLLBACK TO SAVEPOINT bh_together")
        raise
    finally:
        cursor.execute("RELEASE SAVEPOINT bh_together")


def _run(sql: str, params: Sequence[Any] = ()) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(params))
        return int(cursor.rowcount)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
