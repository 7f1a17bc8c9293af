"""Facts that a thousand tests begin with are brought about once a process, and written again for all the others.

`@written` stands on what builds them: the small courts, an item in some state. The first call works as ever, through the
services; its INSERT, UPDATE and DELETE statements, the evidence files and the objects are kept. The next call that
begins at the same facts gives the same statements to the database, which judges them by its constraints and triggers
once more; only the services' own work is saved, nine tenths of it.

"The same facts" is what the chained log says: its newest hash stands for all that was ever recorded. A call is done in
full where the log's end is not one of those this module knows, where an argument is more than a plain value, and in a
test that puts something else in the place of the product's own (`monkeypatch`).
"""

from __future__ import annotations

import datetime as dt
import functools
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import pytest
from django.conf import settings
from django.db import connection, transaction

P = ParamSpec("P")
R = TypeVar("R")
EMPTY = ""
WRITES = ("INSERT", "UPDATE", "DELETE")
HARMLESS = ("SELECT", "SAVEPOINT", "RELEASE SAVEPOINT", "EXPLAIN", "BEGIN")
PLAIN = (str, int, bool, Decimal, dt.date, type(None))
_kept: dict[Any, Build] = {}
_ends = {EMPTY}
_state = {"allowed": False, "building": False}


@dataclass
class Build:
    """What one call did. `numbers`: where the tables' own numbering stood before, of those that it moved."""

    statements: list[tuple[str, Any, bool]]
    numbers: dict[str, Any]
    files: dict[str, bytes]
    objects: bytes
    end: str


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Allow it in tests that leave the product as it is."""
    _state["allowed"] = not _replaces(item)


def _replaces(item: pytest.Item) -> bool:
    """Whether the test, or a fixture of ours that it uses, asks for `monkeypatch` (a plugin's does for every test)."""
    info: Any = getattr(item, "_fixtureinfo", None)
    if info is None or "monkeypatch" in info.argnames:
        return True
    used = [fixture for fixtures in info.name2fixturedefs.values() for fixture in fixtures]
    ours = [fixture for fixture in used if fixture.func.__module__.startswith(("bihuan.", "tests.", "conftest"))]
    return any("monkeypatch" in fixture.argnames for fixture in ours)


def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Outside tests it is not done."""
    _state["allowed"] = False


def written(function: Callable[P, R]) -> Callable[P, R]:
    """A function, or a method of an object whose attributes can be pickled, that builds facts and may be written again."""

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        if not _state["allowed"] or _state["building"]:
            return function(*args, **kwargs)
        method = "." in function.__qualname__.rpartition("<locals>.")[2]
        owner: Any = args[0] if method else None
        given = (args[1:] if method else args, tuple(sorted(kwargs.items())))
        if not _is_plain(given):
            return function(*args, **kwargs)
        from bihuan.kernel import clock

        end = _end()
        key = (function.__module__, function.__qualname__, _shape(owner), repr(given), clock.today(), end)
        if key in _kept:
            result: R = _again(_kept[key], owner)
            return result
        if end not in _ends:
            return function(*args, **kwargs)
        return _first(key, owner, functools.partial(function, *args, **kwargs))

    return call


def _is_plain(value: Any) -> bool:
    if isinstance(value, tuple | list):
        return all(map(_is_plain, value))
    if isinstance(value, dict):
        return all(map(_is_plain, value.items()))
    return isinstance(value, PLAIN)


def _shape(owner: Any) -> Any:
    """What of an object decides what its method does, besides the facts."""
    if owner is None:
        return None
    return type(owner).__qualname__, tuple(sorted((k, v if isinstance(v, int) else "") for k, v in vars(owner).items()))


def _end() -> str:
    """The newest hash of the log; EMPTY where nothing was recorded."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hash FROM kernel_logentry ORDER BY seq DESC LIMIT 1")
        row = cursor.fetchone()
    return str(row[0]) if row else EMPTY


def _numbers() -> dict[str, Any]:
    """Where each table's numbering stands."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, seq FROM sqlite_sequence")
        else:
            cursor.execute("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema()")
        return dict(cursor.fetchall())


def _set_numbers(numbers: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        for name, last in numbers.items():
            if connection.vendor == "postgresql":
                cursor.execute("SELECT setval(%s, %s, %s)", [name, last or 1, last is not None])
                continue
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [name])
            if last is not None:
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [name, last])


def _files() -> dict[str, Path]:
    folder = Path(settings.BIHUAN_EVIDENCE_FOLDER)
    return {str(p.relative_to(folder)): p for p in folder.rglob("*") if p.is_file()} if folder.exists() else {}


@contextmanager
def _recorded(statements: list[tuple[str, Any, bool]]) -> Iterator[set[str]]:
    """Note the writes in `statements`; the set holds what could not be given again."""
    others: set[str] = set()

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        words = sql.lstrip().upper()
        if words.startswith(WRITES):
            statements.append((sql, params, many))
        elif not words.startswith(HARMLESS):
            others.add(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield others


def _first(key: Any, owner: Any, build: Callable[[], R]) -> R:
    statements: list[tuple[str, Any, bool]] = []
    numbers, files = _numbers(), set(_files())
    _state["building"] = True
    try:
        with _recorded(statements) as others:
            result = build()
    finally:
        _state["building"] = False
    if others:
        return result
    end = _end()
    moved = {name: numbers.get(name) for name, last in _numbers().items() if last != numbers.get(name)}
    added = {name: path.read_bytes() for name, path in _files().items() if name not in files}
    objects = pickle.dumps((vars(owner) if owner is not None else {}, result))
    _kept[key] = Build(statements, moved, added, objects, end)
    _ends.add(end)
    return result


def _again(build: Build, owner: Any) -> Any:
    with transaction.atomic(), connection.cursor() as cursor:
        _set_numbers(build.numbers)
        for sql, params, many in build.statements:
            (cursor.executemany if many else cursor.execute)(sql, params)
    assert _end() == build.end, "what was written again is not what was built first"
    for name, content in build.files.items():
        path = Path(settings.BIHUAN_EVIDENCE_FOLDER) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    attributes, result = pickle.loads(build.objects)  # noqa: S301 - written by this very process
    if owner is not None:
        vars(owner).update(attributes)
    return result
