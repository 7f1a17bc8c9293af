"""Searching a ledger, behind an interface: today `icontains`, an index of tokens when one is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import Q, QuerySet

if TYPE_CHECKING:
    from .declaration import Ledger

MAX_TERMS = 6


class SearchBackend(Protocol):
    """Narrows rows to those that hold every term of the text in one of the ledger's `search` fields."""

    def narrow(self, ledger: Ledger, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        """The rows that match. Must only ever narrow: rights are in `rows` already."""


class Contains:
    """Plain containment over the few declared columns. Exact for Chinese; reads the whole ledger."""

    def narrow(self, ledger: Ledger, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        """Every term must stand in at least one column."""
        for term in text.split()[:MAX_TERMS]:
            anywhere = Q()
            for path in ledger.search:
                anywhere |= Q(**{f"{path}__icontains": term})
            rows = rows.filter(anywhere)
        return rows


_backend: list[SearchBackend] = [Contains()]


def use(backend: SearchBackend) -> None:
    """Put another backend in place (called once at start)."""
    _backend[:] = [backend]


def narrow(ledger: Ledger, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """The rows that match `text`; all of them when nothing is asked or the ledger has no search."""
    if not text.strip() or not ledger.search:
        return rows
    return _backend[-1].narrow(ledger, rows, text)
