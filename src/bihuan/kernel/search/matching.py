"""Searching the rows of a ledger: which rows hold every word that was asked for, newest first, never counted to the end.

A word that few rows hold (up to FEW) is looked up in the index, and its rows are a condition of the query. A word that many
rows hold is no help in choosing rows: there the query finds them by its other conditions, in its order, and looks row by row
whether they hold the word; a page is full after a few. Both ways give the same rows. Rights stay conditions of the query.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Expression, F, Model, Q, QuerySet

from .. import paging
from . import indexes, upkeep
from .indexes import Index
from .store import store
from .tokens import Term, terms

if TYPE_CHECKING:
    from ..ledger.declaration import Ledger

FEW = paging.COUNT_CAP


class Among(Expression):
    """That a column's value is among ids of our own, which stand in the statement as they are."""

    conditional = True
    output_field = BooleanField()

    def __init__(self, path: str, pks: Sequence[int]) -> None:
        super().__init__()
        self.column: Any = F(path)
        self.pks = pks

    def get_source_expressions(self) -> list[Any]:
        return [self.column]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        (self.column,) = exprs

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        if not self.pks:
            return "1 = 0", []
        column, params = compiler.compile(self.column)
        return f"{column} IN ({', '.join(map(str, self.pks))})", list(params)


class Holds(Expression):
    """That the row whose id a column holds has every term in its index."""

    conditional = True
    output_field = BooleanField()

    def __init__(self, path: str, index: Index, asked: Sequence[Term]) -> None:
        super().__init__()
        self.column: Any = F(path)
        self.index, self.asked = index, asked

    def get_source_expressions(self) -> list[Any]:
        return [self.column]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        (self.column,) = exprs

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = compiler.compile(self.column)
        sql, more = store().holds(self.index, self.asked, column)
        return sql, [*params, *more]


@dataclass(frozen=True)
class Place:
    """Where a ledger is searched: the index of its own rows (`path` "pk"), or of rows they lead to."""

    path: str
    index: Index


def places(model: type[Model], paths: Iterable[str]) -> list[Place]:
    """The places the search paths name, each once. A related row is searched by all that its own index holds."""
    found: dict[str, Place] = {}
    for path in paths:
        way = path.rpartition("__")[0]
        index = indexes.of(indexes.target(model, path)[0])
        if index is not None:
            found[way] = Place(way or "pk", index)
    return list(found.values())


@dataclass
class Search:
    """What was asked of a ledger, and what came of it. `common`: some word was too frequent to be looked up; `whole`: the rows
    to be looked through for it are few, and best looked through once.

    `count` and `exact`: how many rows there are, as far as it was counted; None where nobody has counted yet.
    """

    model: type[Model]
    where: Sequence[Place]
    asked: Sequence[Term]
    common: bool = False
    whole: bool = False
    count: int | None = None
    exact: bool = True

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that hold what was asked. Only ever narrows."""
        if not self.asked:
            return rows.none()
        if len(self.where) == 1:
            whole, sample = self._at(self.where[0], self.asked)
        else:
            whole, sample = Q(), Q()
            for term in self.asked:  # a row may hold one word itself and lead to a row that holds another
                anywhere, somewhere = Q(), Q()
                for place in self.where:
                    condition, part = self._at(place, [term])
                    anywhere, somewhere = anywhere | condition, somewhere | part
                whole, sample = whole & anywhere, sample & somewhere
        if self.common and not paging.found_by_ids(rows) and paging.capped(rows, FEW) > FEW:
            self.count, self.exact = paging.capped(rows.filter(sample)), False
        else:
            self.whole = self.common
        return rows.filter(whole)

    def _at(self, place: Place, asked: Sequence[Term]) -> tuple[Q, Q]:
        """The condition at one place, and one that holds of some of its rows and is quickly counted."""
        pks = store().hits(place.index, asked, FEW + 1)
        among = Q(Among(place.path, sorted(set(pks))))
        if len(pks) <= FEW:
            return among, among
        self.common = True
        return Q(Holds(place.path, place.index, asked)), among

    @property
    def behind(self) -> bool:
        """Whether rows still wait to be taken into an index that was asked."""
        return any(upkeep.pending(place.index) for place in self.where)


def ask(ledger: Ledger, text: str) -> Search | None:
    """The search of a ledger for the text; None when nothing is asked or the ledger has no search."""
    if not text.strip() or not ledger.search:
        return None
    return Search(ledger.model, places(ledger.model, ledger.search), terms(text))


def ask_rows(model: type[Model], text: str) -> Search | None:
    """The search of an indexed model that has no ledger."""
    index = indexes.of(model)
    if not text.strip() or index is None:
        return None
    return Search(model, [Place("pk", index)], terms(text))
