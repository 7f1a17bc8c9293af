"""Searching the rows of a ledger: which rows hold every word that was asked for, newest first, never counted to the end.

A word that few rows hold (up to FEW) is looked up in the index, and its rows are a condition of the query. A word that many
rows hold is no help in choosing rows: there the query finds them by its other conditions, in its order, and looks row by row
whether they hold the word; a page is mostly full after a few. Where it is not after some thousand (the word of an old round, or
one that the filters shut out), the index is asked for all rows of the word. Every way gives the same rows. Rights stay
conditions of the query.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db.models import BooleanField, Expression, F, Model, Q, QuerySet

from .. import paging
from . import indexes, upkeep
from .indexes import Index
from .store import store
from .tokens import Term, terms

if TYPE_CHECKING:
    from ..ledger.declaration import Ledger

EVERY = Q()
FEW = 1000
LOOKED_THROUGH, FIRST_LOOKED_THROUGH = (300, 700, 2000), (60, 440, 2000)
"""Rows of an order that are looked through one by one, in steps, before the index is asked for all."""


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

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        if not self.pks:
            raise EmptyResultSet  # nothing is asked of the database
        column, params = compiler.compile(self.column)
        return f"{column} IN ({', '.join(map(str, self.pks))})", list(params)


class _OfIndex(Expression):
    """A condition on the row whose id a column holds, which the store words."""

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

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, params = compiler.compile(self.column)
        sql, more = self.worded(column)
        return sql, [*params, *more]

    @abstractmethod
    def worded(self, column: str) -> tuple[str, list[Any]]:
        """The condition in SQL on the row whose id the expression `column` is, and its parameters."""


class Holds(_OfIndex):
    """That the row has every term in its index, looked up for each row."""

    def worded(self, column: str) -> tuple[str, list[Any]]:
        return store().holds(self.index, self.asked, column)


class Within(_OfIndex):
    """The same, of all rows at once: the index is asked first."""

    def worded(self, column: str) -> tuple[str, list[Any]]:
        return store().within(self.index, self.asked, column)


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


@dataclass(frozen=True)
class Asking:
    """Terms that are asked of one index of the rows' own texts."""

    index: Index
    asked: Sequence[Term]


@dataclass(frozen=True)
class Found:
    """What was asked, as conditions: every row that fits, found one by one (`holds`) or all at once (`within`); `some`
    of them, quickly counted; `common`: a word was too frequent to be looked up (else all three are one). `at`: the place, where
    it is one place and one index answers for all."""

    holds: Q
    within: Q
    some: Q
    common: bool
    at: Asking | None = None


class Sieve:
    """Ids of the rows that hold frequent words, in an order: of the first rows one by one, as far as that goes; else by the index.

    `rows` are in their order, or their ids are. `told`: a condition on those that hold the words, asked of them alone. `count`: so many
    hold the words at least, as far as is known by now.
    """

    def __init__(self, rows: QuerySet[Any] | list[Any], found: Found, model: type[Model], steps: Sequence[int], told: Q = EVERY) -> None:
        self.rows, self.found, self.steps, self.told = rows, found, steps, told
        self.every = model._default_manager.order_by()
        self.count = 0

    def __getitem__(self, part: slice) -> list[Any]:
        """The ids from part.start to part.stop. Only such slices."""
        kept: list[Any] = []
        start = 0
        for size in self.steps:
            pks = self._ids(self.rows, slice(start, start + size))
            kept += self._holding(pks)
            self.count = max(self.count, len(kept))
            if len(kept) >= part.stop or len(pks) < size:
                return kept[part]
            start += size
        if isinstance(self.rows, list):
            return (kept + self._holding(self.rows[start:]))[part]
        return self._ids(self.rows.filter(self.found.within, self.told), part)

    def __len__(self) -> int:
        """How many rows there are to be looked through, where that is known."""
        return len(self.rows)

    def _holding(self, pks: list[Any]) -> list[Any]:
        at = self.found.at
        if at is not None:  # they are rows already, and may be seen: the index alone says which hold the words
            held = store().among(at.index, at.asked, pks)
            if self.told == EVERY:
                return [pk for pk in pks if pk in held]
            holding = set(self.every.filter(self.told, Among("pk", sorted(held))).values_list("pk", flat=True))
        else:
            asked = self.every.filter(Among("pk", pks)).filter(self.found.holds, self.told)
            holding = set(asked.values_list("pk", flat=True))
        return [pk for pk in pks if pk in holding]

    @staticmethod
    def _ids(rows: QuerySet[Any] | list[Any], part: slice) -> list[Any]:
        return rows[part] if isinstance(rows, list) else list(rows.values_list("pk", flat=True)[part])


@dataclass
class Search:
    """What was asked of a ledger. It narrows rows, and says how their pages are best read. `told`: of the rows that hold what was asked,
    those it may tell of."""

    model: type[Model]
    where: Sequence[Place]
    asked: Sequence[Term]
    sifted: tuple[QuerySet[Any], Found] | None = None
    told: Q = EVERY

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that hold what was asked. Only ever narrows."""
        if not self.asked:
            return rows.none()
        found = self.found()
        if not found.common:
            return rows.filter(found.some, self.told)
        self.sifted = rows, found
        return rows.filter(found.within, self.told)

    def pages(self, *order: Any) -> Sieve | list[Any] | None:
        """Ids of the rows last narrowed, in an order: where a word is frequent, looked through; all of them where the rows are few.
        None where reading the rows is as good."""
        if self.sifted is None:
            return None
        rows, found = self.sifted
        if paging.found_by_ids(rows):
            sieve = self._sieve(rows, found, order, LOOKED_THROUGH)
            return sieve if len(sieve) > LOOKED_THROUGH[0] else sieve[0 : len(sieve)]
        if paging.capped(rows, FEW) <= FEW:
            return list(rows.filter(found.holds, self.told).order_by(*order).values_list("pk", flat=True))
        sieve = self._sieve(rows, found, order, LOOKED_THROUGH)
        sieve.count = paging.capped(rows.filter(found.some, self.told))
        return sieve

    def first(self, rows: QuerySet[Any], order: str, most: int) -> list[Any]:
        """Ids of the first rows that hold what was asked."""
        narrowed = self.narrow(rows)
        if self.sifted is None:
            return list(narrowed.order_by(order).values_list("pk", flat=True)[:most])
        return self._sieve(rows, self.sifted[1], (order,), FIRST_LOOKED_THROUGH)[0:most]

    def _sieve(self, rows: QuerySet[Any], found: Found, order: Sequence[Any], steps: Sequence[int]) -> Sieve:
        if paging.found_by_ids(rows):
            return Sieve(list(rows.order_by(*order).values_list("pk", flat=True)), found, self.model, steps, self.told)
        return Sieve(paging.walk(rows, *order), found, self.model, steps, self.told)

    def found(self) -> Found:
        """What was asked, as conditions."""
        if len(self.where) == 1:
            return _at(self.where[0], self.asked)
        whole = Found(Q(), Q(), Q(), False)
        for term in self.asked:  # a row may hold one word itself and lead to a row that holds another
            anywhere = reduce(_either, [_at(place, [term]) for place in self.where])
            whole = Found(
                whole.holds & anywhere.holds,
                whole.within & anywhere.within,
                whole.some & anywhere.some,
                whole.common or anywhere.common,
            )
        return whole

    @property
    def behind(self) -> bool:
        """Whether rows still wait to be taken into an index that was asked."""
        return any(upkeep.pending(place.index) for place in self.where)


def _at(place: Place, asked: Sequence[Term]) -> Found:
    pks = store().hits(place.index, asked, FEW + 1)
    some = Q(Among(place.path, sorted(set(pks))))
    if len(pks) <= FEW:
        return Found(some, some, some, False)
    of = (place.path, place.index, asked)
    at = Asking(place.index, asked) if place.path == "pk" else None
    return Found(Q(Holds(*of)), Q(Within(*of)), some, True, at)


def _either(one: Found, other: Found) -> Found:
    return Found(
        one.holds | other.holds, one.within | other.within, one.some | other.some, one.common or other.common
    )


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
