"""The list's table, made from the declaration, and its cheap paging."""

from __future__ import annotations

from functools import cache
from html import escape
from typing import Any

import django_tables2 as tables
from django.db.models import F, QuerySet
from django.template.loader import get_template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django_tables2.data import TableData

from . import need
from .cells import Badge, DueText, cell, label_of, relations
from .declaration import Column, Due, Ledger
from .registry import field_of


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
        if need.hides(self.ledger, self.spec.name, record):
            return format_html('<span class="text-soft nowrap">{}</span>', need.SHUT)
        # A template draws what the column's function returned; every other cell is text, a badge or a due date.
        value = self.spec.value if self.spec.template else None
        found = value(record) if value is not None else cell(self.ledger, self.spec, record)
        if self.spec.template:
            context = {"record": record, "value": found, "column": self.spec, "ledger": self.ledger}
            return get_template(self.spec.template).render(context)
        if self.leads:
            return format_html('<a class="row-link code" href="{}">{}</a>', self.ledger.url("detail", record.pk), found)
        return draw(found)

    def terms(self, is_descending: bool) -> tuple[Any, ...]:
        """What to sort by: the column, empty values last, then the id so that pages never overlap. What the declaration names
        in `sort` is taken as it stands there, so that an index can serve it."""
        terms: list[Any] = []
        for path in self.sort:
            down = is_descending != path.startswith("-")
            path = path.lstrip("-")
            field = field_of(self.ledger.model, path)
            plain = self.spec.sort is not None or (field is not None and (field.is_relation or not field.null))
            if plain:
                terms.append(f"-{path}" if down else path)  # a relation: by the related model's own order
            else:
                terms.append(F(path).desc(nulls_last=True) if down else F(path).asc(nulls_last=True))
        return (*terms, "-pk" if is_descending else "pk")

    def order(self, queryset: QuerySet[Any], is_descending: bool) -> tuple[QuerySet[Any], bool]:
        """The rows sorted by the column."""
        return queryset.order_by(*self.terms(is_descending)), True

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
    if ledger.need is not None and spec.name not in ledger.need.nodes:
        return ()  # an order tells what is in the rows
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


class PageData(TableData):
    """The rows of one page, sorted by the database already."""

    def order_by(self, aliases: Any) -> None:
        """Nothing to do: the table only shows by what it is sorted."""

    def set_table(self, table: Any) -> None:
        """Remember the table."""
        self._table = table


class LedgerTable(tables.Table):
    """Base of the generated tables: the rows of a page under headings that sort."""

    ledger: Ledger

    class Meta:
        template_name = "ledger/table.html"
        order_by_field = "sort"

    def lines(self, pick: bool = False) -> SafeString:
        """The rows' HTML, drawn here and not by a template for each cell."""
        cells = [(column.column, column.column.css, escape(str(column.header))) for column in self.columns]
        drawn = []
        for record in self.data:
            parts = [_pick(record)] if pick else []
            for column, css, label in cells:
                found: str = conditional_escape(column.render(record))
                if css == "clip":  # a clipped cell would break the table's layout: what is in it is clipped
                    found = f'<div class="clip">{found}</div>'
                parts.append(f'<td class="{css}" data-label="{label}">{found}</td>')
            drawn.append(f"<tr>{''.join(parts)}</tr>")
        return mark_safe("\n".join(drawn))  # noqa: S308  every part is escaped

    def pickable(self) -> SafeString:
        """The rows with a box to choose each."""
        return self.lines(pick=True)


def _pick(record: Any) -> str:
    words = gettext("选择：%(row)s") % {"row": record}
    return format_html(
        '<td class="w-1 pick"><input type="checkbox" class="form-check-input" name="pk" value="{}" aria-label="{}"></td>',
        record.pk,
        words,
    )


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


def default_order(ledger: Ledger) -> tuple[Any, ...]:
    """The declared order (else the model's own), made total by the id."""
    return (*(ledger.ordering or ledger.model._meta.ordering or ()), "pk")


def sorted_by_default(ledger: Ledger, rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows in the declared order."""
    return rows.order_by(*default_order(ledger))
