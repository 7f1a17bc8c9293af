"""How an index is kept and asked: one way for SQLite (FTS5), one for PostgreSQL (tsvector and GIN)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from django.db import connection

from . import store_postgres, store_sqlite
from .indexes import Index
from .tokens import Term

Document = tuple[Sequence[str], ...]
"""The tokens of a row, field by field: no phrase goes from one into the next."""


class Store(Protocol):
    """An index in the database at hand. `mark` stands for a document's whole content: equal marks, equal documents."""

    def tables(self) -> set[str]:
        """Names of all tables of indexes, also of such as are no longer wanted."""

    def make(self, index: Index) -> None:
        """Make the empty table."""

    def drop(self, table: str) -> None:
        """Remove a table."""

    def mark(self, document: Document) -> str:
        """The mark the document has once it is stored."""

    def marks(self, index: Index, pks: Sequence[int]) -> dict[int, str]:
        """The marks of those of the rows that are stored."""

    def every(self, index: Index) -> Iterator[tuple[int, str]]:
        """(row, mark) of everything stored, by row."""

    def write(self, index: Index, documents: Mapping[int, Document]) -> None:
        """Store documents of rows that are not stored."""

    def remove(self, index: Index, pks: Sequence[int]) -> None:
        """Take rows out."""

    def settle(self, index: Index) -> None:
        """Bring into order what many writes left behind."""

    def hits(self, index: Index, terms: Sequence[Term], limit: int) -> list[int]:
        """Rows that hold every term, `limit` of them if there are more."""

    def holds(self, index: Index, terms: Sequence[Term], row: str) -> tuple[str, list[Any]]:
        """A condition in SQL that the row, an id given as an expression in SQL, holds every term; and its parameters. For few rows."""

    def among(self, index: Index, terms: Sequence[Term], pks: Sequence[int]) -> set[int]:
        """Of the rows, those that hold every term. One question of the index; the rows are not read."""

    def within(self, index: Index, terms: Sequence[Term], row: str) -> tuple[str, list[Any]]:
        """The same for very many rows: all that hold the terms are found first, then each row is cheap."""


def store() -> Store:
    """The store of the database at hand."""
    return store_sqlite if connection.vendor == "sqlite" else store_postgres
