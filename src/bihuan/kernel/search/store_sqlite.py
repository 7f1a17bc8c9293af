# ruff: noqa: S608  (names of our own tables; what a person typed goes in as a parameter)
"""An index on SQLite: a plain FTS5 table whose rowid is the row's id and whose one column holds the tokens between blanks.

Because the stored text is the tokens, "holds the phrase" can be asked in two ways with one meaning: MATCH finds all rows of a
phrase, and instr() says of one row whether it is among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import connection

from .indexes import PREFIX, Index
from .tokens import Phrase, Term

FENCE = "¦"
"""Stands between two fields; no text has it as a token."""


def tables() -> set[str]:
    """Names of all tables of indexes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%%' "
            "AND substr(name, 1, %s) = %s",
            [len(PREFIX), PREFIX],
        )
        return {name for (name,) in cursor.fetchall()}


def make(index: Index) -> None:
    """Make the empty table. The tokenizer `ascii` takes every character beyond ASCII as part of a token."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE VIRTUAL TABLE {index.table} USING fts5(text, tokenize = 'ascii')")


def drop(table: str) -> None:
    """Remove a table."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)}")


def mark(document: Sequence[Sequence[str]]) -> str:
    """What is stored."""
    return f" {f' {FENCE} '.join(' '.join(part) for part in document)} "


def marks(index: Index, pks: Sequence[int]) -> dict[int, str]:
    """What is stored of the rows."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, c0 FROM {index.table}_content WHERE id IN ({_list(pks)})")
        return dict(cursor.fetchall())


def every(index: Index) -> Iterator[tuple[int, str]]:
    """Everything stored, by row."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, c0 FROM {index.table}_content ORDER BY id")
        while rows := cursor.fetchmany(2000):
            yield from rows


def write(index: Index, documents: Mapping[int, Sequence[Sequence[str]]]) -> None:
    """Store documents."""
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {index.table} (rowid, text) VALUES (%s, %s)",
            [(pk, mark(document)) for pk, document in documents.items()],
        )


def remove(index: Index, pks: Sequence[int]) -> None:
    """Take rows out."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {index.table} WHERE rowid IN ({_list(pks)})")


def settle(index: Index) -> None:
    """Merge what many writes left in pieces."""
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {index.table} ({index.table}) VALUES ('optimize')")


def hits(index: Index, terms: Sequence[Term], limit: int) -> list[int]:
    """Rows that hold every term, the newest `limit` of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT rowid FROM {index.table} WHERE {index.table} MATCH %s ORDER BY rowid DESC LIMIT %s",
            [_asked(terms), limit],
        )
        return [pk for (pk,) in cursor.fetchall()]


def holds(index: Index, terms: Sequence[Term], row: str) -> tuple[str, list[Any]]:
    """A condition on one row."""
    where, params = _standing(terms)
    return f"COALESCE((SELECT {where} FROM {index.table}_content s WHERE s.id = {row}), 0)", params


def among(index: Index, terms: Sequence[Term], pks: Sequence[int]) -> set[int]:
    """Of these rows, those that hold every term; the rows themselves are not read."""
    where, params = _standing(terms)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT s.id FROM {index.table}_content s WHERE s.id IN ({_list(pks)}) AND {where}", params)
        return {pk for (pk,) in cursor.fetchall()}


def _standing(terms: Sequence[Term]) -> tuple[str, list[Any]]:
    """That every term stands in the stored text of `s`."""
    conditions, params = [], []
    for term in terms:
        conditions.append(" OR ".join(["instr(s.c0, %s) > 0"] * len(term.phrases)))
        params += [f" {' '.join(phrase)}{'' if term.prefix else ' '}" for phrase in term.phrases]
    return " AND ".join(f"({condition})" for condition in conditions), params


def within(index: Index, terms: Sequence[Term], row: str) -> tuple[str, list[Any]]:
    """A condition on very many rows. The plus keeps the planner from going through all that was found, row by row."""
    return f"+{row} IN (SELECT rowid FROM {index.table} WHERE {index.table} MATCH %s)", [_asked(terms)]


def _asked(terms: Sequence[Term]) -> str:
    """Terms in FTS5's own language."""
    return " AND ".join(f"({' OR '.join(_matching(phrase, term.prefix) for phrase in term.phrases)})" for term in terms)


def _matching(phrase: Phrase, prefix: bool) -> str:
    """A phrase in FTS5's own language. Tokens hold neither quotes nor blanks."""
    return f'"{" ".join(phrase)}"{" *" if prefix else ""}'


def _list(pks: Sequence[int]) -> str:
    return ", ".join(str(int(pk)) for pk in pks) or "NULL"
