"""Pages of large tables: first which rows, by an index and no further than the page; then what they hold.

A list of a hundred thousand rows is never counted to its end, never sorted as a whole where an index knows the order, and its
columns are read for the rows of the page alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Protocol

from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.db import connection
from django.db.models import BooleanField, Expression, F, Model, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Col, OrderBy
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact, In, IsNull
from django.db.models.sql import Query
from django.db.models.sql.where import AND, WhereNode
from django.utils.functional import cached_property

COUNT_CAP = 2000
"""Rows are counted up to here; so many can be read and sorted as a whole within a request."""
SIFTED = 5000
"""So many rows can be looked through one by one within a request."""
LAST_PAGE = 4000


class _Unindexed(WhereNode):
    """Conditions that choose no index: SQLite's unary plus changes nothing and hides its operand from the planner."""

    output_field = BooleanField()

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        sql, params = super().as_sql(compiler, connection)
        return f"+({sql})", params


def capped(rows: QuerySet[Any], cap: int = 0) -> int:
    """How many rows there are, `cap` + 1 (COUNT_CAP + 1) when there are more."""
    most = (cap or COUNT_CAP) + 1
    return rows.order_by().values("pk")[:most].count()


def walk(rows: QuerySet[Any], *order: Any) -> QuerySet[Any]:
    """The rows in the order, to be read from its beginning as far as a page goes. For many rows of which a page is wanted.

    PostgreSQL knows by itself when that is cheaper than reading and sorting everything that fits. SQLite does not count
    with the LIMIT: it takes any index a condition offers and sorts what it finds. There the conditions are put so that
    only the index of the order is left (or of an equality that stands before the order in the same index, or a set of ids).
    """
    ordered = rows.order_by(*order)
    if connection.vendor != "sqlite":
        return ordered
    where: Any = ordered.query.where
    if where.connector != AND or where.negated:
        raise TypeError("a query's conditions are a conjunction")
    leading = _leading(rows.model, order, {child.lhs.target.column for child in where.children if _equals(child)})
    kept = [child for child in where.children if _stays(child, leading)]
    hidden = [child for child in where.children if not _stays(child, leading)]
    if not hidden:
        return ordered
    chosen: Any = ordered._chain()  # type: ignore[attr-defined]
    chosen.query.where = WhereNode([*kept, _Unindexed.create(children=hidden, connector=AND)])
    return chosen  # type: ignore[no-any-return]


class Sifting(Expression):
    """A condition by which rows are sifted and not found: of a scope that lets very many rows be seen. As a condition of a query
    it is itself; on SQLite the planner does not look into it."""

    conditional = True
    output_field = BooleanField()

    def __init__(self, condition: Q) -> None:
        super().__init__()
        self.condition: Any = condition

    def get_source_expressions(self) -> list[Any]:
        return [self.condition]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        (self.condition,) = exprs

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        sql, params = compiler.compile(self.condition)
        return f"({sql})", params

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        sql, params = compiler.compile(self.condition)
        return f"+({sql})", params


def is_there(rows: QuerySet[Any]) -> Coalesce:
    """That there is such a row, as a condition looked at for each outer row. As Exists, which PostgreSQL may prefer to turn into
    a table of all outer rows it holds for: dear where a page needs a few."""
    one = Subquery(rows.order_by().annotate(there=Value(True)).values("there")[:1], output_field=BooleanField())
    return Coalesce(one, Value(False))


def found_by_ids(rows: QuerySet[Any]) -> bool:
    """Whether the rows are given as a set of ids that a subquery finds: of a scope that lets few rows be seen."""
    return any(_by_ids(child) for child in rows.query.where.children)


def sifted(rows: QuerySet[Any]) -> bool:
    """Whether the rows are of a scope that lets very many be seen, and not all."""
    return any(isinstance(child, Exact) and isinstance(child.lhs, Sifting) for child in rows.query.where.children)


def _by_ids(child: Any) -> bool:
    return (
        isinstance(child, In) and isinstance(child.lhs, Col) and child.lhs.target.primary_key and isinstance(child.rhs, Query)
    )


def _stays(child: Any, leading: AbstractSet[str]) -> bool:
    """Whether the planner should see the condition: that of partial indexes, a set of ids, an equality that an index has before
    the order."""
    if isinstance(child, IsNull):
        return isinstance(child.lhs, Col)
    if _by_ids(child):
        return True
    return _equals(child) and child.lhs.target.column in leading


def _equals(child: Any) -> bool:
    if isinstance(child, In):  # a filter of several values of which one was chosen
        return isinstance(child.lhs, Col) and isinstance(child.rhs, list | tuple | set | frozenset) and len(child.rhs) == 1
    return isinstance(child, Exact) and isinstance(child.lhs, Col)


def _few_by_index(rows: QuerySet[Any], order: Sequence[Any]) -> bool:
    """Whether a condition finds the rows by an index of its own, and so few that reading and sorting all of them is cheaper than walking
    an order in which they may stand far apart. PostgreSQL knows by itself."""
    if connection.vendor != "sqlite":
        return False
    where: Any = rows.query.where
    if _leading(rows.model, order, {child.lhs.target.column for child in where.children if _equals(child)}):
        return False  # an index has the rows together and in this order
    columns = {child.lhs.target.column for child in where.children if _chooses(child)}
    first = {_column(rows.model, index.fields[0].lstrip("-")) for index in rows.model._meta.indexes if index.fields}
    return not columns.isdisjoint(first) and capped(rows, SIFTED) <= SIFTED


def _chooses(child: Any) -> bool:
    if not isinstance(child, Exact | In) or not isinstance(child.lhs, Col):
        return False
    return isinstance(child, Exact) or isinstance(child.rhs, list | tuple | set | frozenset)


def _leading(model: type[Model], order: Sequence[Any], given: AbstractSet[str]) -> AbstractSet[str]:
    """Of the columns whose value is given, the most that an index of the model has before the order."""
    wanted = [_plain(term) for term in order]
    if wanted and wanted[-1].lstrip("-") in {"pk", "id"}:
        wanted.pop()
    best: AbstractSet[str] = frozenset()
    for index in model._meta.indexes if wanted else ():
        names = [name.lstrip("-") for name in index.fields]
        columns = [str(_column(model, name)) for name in names]
        for place in range(1, len(columns)):
            if list(index.fields[place : place + len(wanted)]) == wanted and given >= set(columns[:place]):
                best = max(best, frozenset(columns[:place]), key=len)
    return best


def _column(model: type[Model], name: str) -> Any:
    field: Any = model._meta.get_field(name)
    return field.column


def _plain(term: Any) -> str:
    if isinstance(term, OrderBy) and isinstance(term.expression, F):
        name: Any = term.expression
        return ("-" if term.descending else "") + str(name.name)
    return str(term)


def in_order(rows: QuerySet[Any], pks: Sequence[Any]) -> list[Any]:
    """The rows of the ids, as the ids stand."""
    held = {row.pk: row for row in rows.order_by().filter(pk__in=pks)} if pks else {}
    return [held[pk] for pk in pks if pk in held]


class CheapPaginator(Paginator):  # type: ignore[type-arg]
    """Pages over a query set in its order (or over a list), without counting it to the end: one row ahead tells whether a page
    follows, and the count stops at COUNT_CAP ("2000+"). `shown`: where the rows of a page are read from by their ids, with all
    that the page shows of them; without it they are taken as they are.

    `at_least`: a count nobody has to take again; `exact` says whether it is the whole.
    """

    def __init__(
        self,
        rows: QuerySet[Any] | Sequence[Any] | Looked,
        per_page: int,
        *,
        shown: QuerySet[Any] | None = None,
        at_least: int | None = None,
        exact: bool = True,
    ) -> None:
        super().__init__(rows, per_page)  # type: ignore[arg-type]  # it is only ever sliced
        self.shown = shown
        self.exact = exact
        if at_least is not None:
            self.count = at_least
        self.most = COUNT_CAP

    @cached_property
    def count(self) -> int:
        """The number of rows, COUNT_CAP + 1 when there are more; of rows that are looked through, those known by now."""
        rows: Any = self.object_list
        if isinstance(rows, QuerySet):
            return capped(rows, self.most)
        return len(rows) if self.exact else int(rows.count)

    @property
    def capped(self) -> bool:
        """Whether there are more rows than were counted."""
        return not self.exact or (isinstance(self.object_list, QuerySet) and self.count > self.most)

    @property
    def shown_count(self) -> str:
        """The count as people read it."""
        return f"{min(self.count, self.most)}+" if self.capped else str(self.count)

    def validate_number(self, number: Any) -> int:
        """A page number from 1 to LAST_PAGE. Raises PageNotAnInteger, EmptyPage."""
        try:
            value = int(number)
        except (TypeError, ValueError):
            raise PageNotAnInteger(str(number)) from None
        if not 1 <= value <= LAST_PAGE:
            raise EmptyPage(str(value))
        return value

    def get_page(self, number: Any) -> CheapPage:
        """The page of that number; the first for what is none."""
        try:
            return self.page(number)
        except (PageNotAnInteger, EmptyPage):
            return self.page(1)

    def page(self, number: Any) -> CheapPage:
        """The page of that number; a page past the end is empty."""
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        found = self._slice(start, start + self.per_page + 1)
        if not self.exact:
            self.count = self.object_list.count  # type: ignore[attr-defined]
        page = CheapPage(found[: self.per_page], number, self)
        page.more = len(found) > self.per_page
        if page.more:
            if not self.exact:
                self.count = max(self.count, start + len(found))
        elif found or number == 1:  # the end is in sight: no counting needed
            self.count, self.exact = start + len(found), True
        return page

    def _slice(self, start: int, stop: int) -> list[Any]:
        rows = self.object_list
        if self.shown is None:
            return list(rows[start:stop])
        pks = list(rows.values_list("pk", flat=True)[start:stop] if isinstance(rows, QuerySet) else rows[start:stop])
        return [*in_order(self.shown, pks[: self.per_page]), *pks[self.per_page :]]


def listed(
    rows: QuerySet[Any], order: Sequence[Any], found: Narrowing | None, size: int, *related: str, shown: Any = None
) -> CheapPaginator:
    """Pages of the rows in the order: few rows are read as a whole, of many the order is walked as far as a page goes.

    `found`: the search that narrowed the rows. `shown`: where the rows of a page are read from by their ids (default: all rows of
    the model with the `related` ones; the ids come from `rows`).
    """
    if shown is None:
        shown = rows.model._default_manager.select_related(*related) if related else rows.model._default_manager.all()
    pages = found.pages(*order) if found is not None else None
    if pages is not None:
        return CheapPaginator(pages, size, shown=shown, exact=isinstance(pages, list))
    if found_by_ids(rows):
        return CheapPaginator(list(rows.order_by(*order).values_list("pk", flat=True)), size, shown=shown)
    count = capped(rows)
    many = count > COUNT_CAP and not _few_by_index(rows, order)
    chosen = walk(rows, *order) if many else rows.order_by(*order)
    return CheapPaginator(chosen, size, shown=shown, at_least=count)


class Looked(Protocol):
    """Ids that are looked for as far as a page goes (see kernel.search.matching.Sieve)."""

    count: int

    def __getitem__(self, part: slice) -> list[Any]: ...


class Narrowing(Protocol):
    """What narrowed the rows (see kernel.search.matching.Search)."""

    def pages(self, *order: Any) -> Looked | list[Any] | None:
        """Ids in the order; None where the rows themselves are as good."""


class CheapPage(Page):  # type: ignore[type-arg]
    """A page that knows whether another follows without knowing how many."""

    more = False

    def has_next(self) -> bool:
        """Whether another page follows."""
        return self.more

    def next_page_number(self) -> int:
        """The next page's number."""
        return self.number + 1

    def previous_page_number(self) -> int:
        """The previous page's number."""
        return self.number - 1

    def start_index(self) -> int:
        """The number of the first row on the page."""
        return (self.number - 1) * self.paginator.per_page + 1 if self.object_list else 0

    def end_index(self) -> int:
        """The number of the last row on the page."""
        return self.start_index() + len(self.object_list) - 1 if self.object_list else 0
