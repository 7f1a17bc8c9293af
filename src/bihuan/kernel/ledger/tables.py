"""The list's table, made from the declaration, and its cheap paging."""

from __future__ import annotations

from functools import cache
from typing import Any

import django_tables2 as tables
from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.db.models import F, QuerySet
from django.template.loader import get_template
from django.utils.functional import cached_property
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from .cells import Badge, DueText, cell, label_of, relations
from .declaration import Column, Due, Ledger
from .registry import field_of

COUNT_CAP = 1000
LAST_PAGE = 4000


class Cell(tables.Column):
    """One column: draws what the declaration says and sorts by what the database can sort by."""

    def __init__(self, ledger: Ledger, spec: Column) -> None:
        self.ledger = ledger
        self.spec = spec
        self.sort = _sort_of(ledger, spec)
        names = [column.name for column in ledger.all_columns]
        # The key leads to the row; where the key is not shown, the first column does.
        self.leads = spec.name == (ledger.key if ledger.key in names else names[0])
        super().__init__(
            accessor="pk",
            verbose_name=spec.label or label_of(ledger.model, spec.name),
            orderable=bool(self.sort),
            empty_values=(),
        )

    def render(self, record: Any) -> SafeString | str:
        """The cell's HTML."""
        # A template draws what the column's function returned; every other cell is text, a badge or a due date.
        value = self.spec.value if self.spec.template else None
        found = value(record) if value is not None else cell(self.ledger, self.spec, record)
        if self.spec.template:
            context = {"record": record, "value": found, "column": self.spec, "ledger": self.ledger}
            return get_template(self.spec.template).render(context)
        if self.leads:
            return format_html('<a class="row-link code" href="{}">{}</a>', self.ledger.url("detail", record.pk), found)
        return draw(found)

    def order(self, queryset: QuerySet[Any], is_descending: bool) -> tuple[QuerySet[Any], bool]:
        """Sorted by the column, empty values last, then by id so that pages never overlap."""
        terms: list[Any] = []
        for path in self.sort:
            down = is_descending != path.startswith("-")
            path = path.lstrip("-")
            field = field_of(self.ledger.model, path)
            if field is not None and field.is_relation:
                terms.append(f"-{path}" if down else path)  # by the related model's own order
            elif field is not None and not field.null:
                terms.append(f"-{path}" if down else path)
            else:
                terms.append(F(path).desc(nulls_last=True) if down else F(path).asc(nulls_last=True))
        return queryset.order_by(*terms, "-pk" if is_descending else "pk"), True

    @property
    def css(self) -> str:
        """Classes of the cell."""
        parts = [self.spec.css, "minor" if self.spec.minor else "", "nowrap" if isinstance(self.spec, Due) else ""]
        return " ".join(part for part in parts if part)


def draw(found: Any) -> SafeString | str:
    """A cell's value as HTML."""
    if isinstance(found, Badge):
        return format_html('<span class="tone tone-{}">{}</span>', found.tone or "idle", found.label)
    if isinstance(found, DueText):
        if not found.remains:
            return str(found)
        return format_html(
            '<span class="due">{} <span class="{}">{}</span></span>',
            found, f"small text-{found.tone}" if found.tone else "small text-soft", found.remains,
        )  # fmt: skip
    return "—" if found is None else conditional_escape(found)


def _sort_of(ledger: Ledger, spec: Column) -> tuple[str, ...]:
    if isinstance(spec.sort, str):
        return (spec.sort,) if spec.sort else ()
    if spec.sort is not None:
        return spec.sort
    field = field_of(ledger.model, spec.name)
    if spec.annotated:
        return (spec.name,)
    if field is None or field.many_to_many or field.one_to_many or spec.value is not None:
        return ()
    return (spec.name,)


class LedgerTable(tables.Table):
    """Base of the generated tables."""

    ledger: Ledger

    class Meta:
        template_name = "ledger/table.html"
        order_by_field = "sort"


@cache
def table_class(ledger: Ledger) -> type[LedgerTable]:
    """The ledger's table class."""
    columns = {spec.name: Cell(ledger, spec) for spec in ledger.all_columns}
    return type("LedgerTable", (LedgerTable,), {**columns, "ledger": ledger})


def loaded(ledger: Ledger, rows: QuerySet[Any], paths: tuple[str, ...] = ()) -> QuerySet[Any]:
    """The rows with everything the columns (or `paths`) show loaded along, so that no row asks again."""
    joined, fetched = relations(ledger, paths or [c.name for c in ledger.all_columns])
    if ledger.rows is not None:
        rows = ledger.rows(rows)
    if joined:
        rows = rows.select_related(*joined)
    return rows.prefetch_related(*fetched) if fetched else rows


def sorted_by_default(ledger: Ledger, rows: QuerySet[Any]) -> QuerySet[Any]:
    """The declared order (else the model's own), made total by the id."""
    order = [*(ledger.ordering or ledger.model._meta.ordering or ())]
    return rows.order_by(*order, "pk")


class CheapPaginator(Paginator):  # type: ignore[type-arg]
    """Pages without counting the whole ledger: one row ahead tells whether there is a next page, and the count stops at
    COUNT_CAP ("1000+")."""

    @cached_property
    def count(self) -> int:
        """The number of rows, COUNT_CAP + 1 when there are more."""
        rows = getattr(getattr(self.object_list, "data", None), "data", None)
        if isinstance(rows, QuerySet):
            return rows.order_by()[: COUNT_CAP + 1].count()
        return len(self.object_list)

    @property
    def capped(self) -> bool:
        """Whether there are more rows than were counted."""
        return self.count > COUNT_CAP

    @property
    def shown_count(self) -> str:
        """The count as people read it."""
        return f"{COUNT_CAP}+" if self.capped else str(self.count)

    def validate_number(self, number: Any) -> int:
        """A page number from 1 to LAST_PAGE. Raises PageNotAnInteger, EmptyPage."""
        try:
            value = int(number)
        except (TypeError, ValueError):
            raise PageNotAnInteger(str(number)) from None
        if not 1 <= value <= LAST_PAGE:
            raise EmptyPage(str(value))
        return value

    def page(self, number: Any) -> Page[Any]:
        """The page of that number; a page past the end is empty."""
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        rows = list(self.object_list[start : start + self.per_page + 1])
        page = CheapPage(rows[: self.per_page], number, self)
        page.more = len(rows) > self.per_page
        if not page.more and (rows or number == 1):
            self.count = start + len(rows)  # the end is in sight: no counting needed
        return page


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
