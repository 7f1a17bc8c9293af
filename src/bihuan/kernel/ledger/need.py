"""Rows on need to know: whoever sees a row at all sees its nodes, the rest only where the row is open to them.

A ledger says so with a `Need`. Lists keep such rows and say in place of a cell that it is not open; pages of a row show its nodes
and the way to the rest; an export leaves out whole columns as soon as one row is not open, for an empty cell of a sheet that is
brought back would take away what is there; filters and words that ask for more than nodes pass such rows over, or the answer would
tell what is in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .. import access
from ..errors import NotAllowed
from ..models.org import Person
from ..wording import Message

if TYPE_CHECKING:
    from ..search.tokens import Term
    from .declaration import Ledger

SHUT = _("（须说明理由）")
MARK = "is_shut"


@dataclass(frozen=True)
class Need:
    """What of the rows is open to whom.

    opened(viewer): the rows all of which is open to the viewer, of those they see; one condition inside the query.
    nodes: what everybody sees who sees the row: names of columns, facts, filters, sheet columns, and search paths.
    refusal(viewer, row): why the rest is not open, and what to do. way(viewer, row): the page on which it is done; "" for none.
    """

    opened: Callable[[access.Viewer], Q]
    nodes: frozenset[str]
    refusal: Callable[[access.Viewer, Any], Message]
    way: Callable[[access.Viewer, Any], str]


def opened(ledger: Ledger, person: Person | None) -> Q:
    """The rows of a ledger all of which is open to the person, of those they see."""
    if ledger.need is None or person is None:
        return access.EVERYTHING
    return ledger.need.opened(access.viewer(person))


def open_among(ledger: Ledger, person: Person, rows: Iterable[Any]) -> set[Any]:
    """Ids of the rows among these all of which is open to the person: one statement."""
    pks = [row.pk for row in rows]
    return set(
        ledger.model._default_manager.filter(opened(ledger, person), pk__in=pks).order_by().values_list("pk", flat=True)
    )


def mark(ledger: Ledger, person: Person, rows: Sequence[Any]) -> None:
    """Remember on the rows of a page which of them are open to the person. Nothing is asked where the list shows nodes alone."""
    if ledger.need is None or all(column.name in ledger.need.nodes for column in ledger.all_columns):
        return
    held = open_among(ledger, person, rows)
    for row in rows:
        setattr(row, MARK, row.pk not in held)


def hides(ledger: Ledger, name: str, row: Any) -> bool:
    """Whether the list says nothing of the column for the row. A row that nobody marked is taken as shut."""
    return ledger.need is not None and name not in ledger.need.nodes and getattr(row, MARK, True)


def is_shut(ledger: Ledger, person: Person, row: Any) -> bool:
    """Whether only the nodes of a row that the person sees are open to them."""
    return ledger.need is not None and not open_among(ledger, person, [row])


def require(ledger: Ledger, person: Person, row: Any) -> None:
    """Raise NotAllowed, saying how to open it, where only the nodes of the row are open to the person."""
    if ledger.need is not None and is_shut(ledger, person, row):
        raise NotAllowed(ledger.need.refusal(access.viewer(person), row))


def found_by(ledger: Ledger, person: Person, asked: Sequence[Term]) -> Q:
    """Of the rows that a search finds, those it may tell of: the open ones, and those whose nodes hold every word."""
    if ledger.need is None:
        return access.EVERYTHING
    paths = [path for path in ledger.search if path in ledger.need.nodes]
    told = reduce(and_, (_held(paths, term) for term in asked), Q()) if paths and asked else access.NOTHING
    whole = opened(ledger, person)
    return access.EVERYTHING if access.EVERYTHING in (whole, told) else whole | told


def _held(paths: Sequence[str], term: Term) -> Q:
    """That one of the texts holds one of the term's phrases: its tokens (letters and digits alone) one after the other, whatever stands
    between them, digits without their leading noughts. The index has found the phrase somewhere; here it is asked where."""
    spelt = [r"\W*0*".join(phrase) for phrase in term.phrases]
    return reduce(or_, (Q(**{f"{path}__iregex": one}) for path in paths for one in spelt))


@cache
def nodes_only(ledger: Ledger) -> Ledger:
    """The ledger as a sheet without the columns beyond the nodes."""
    need = ledger.need
    if need is None:
        return ledger
    if ledger.sheet is None:
        return replace(ledger, columns=tuple(c for c in ledger.all_columns if c.name in need.nodes))
    kept = tuple(c for c in ledger.sheet.columns if (c if isinstance(c, str) else c.name) in need.nodes)
    return replace(ledger, sheet=replace(ledger.sheet, columns=kept))
