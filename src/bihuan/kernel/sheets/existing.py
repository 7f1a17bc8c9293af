"""Rows the ledger holds already, found by key for many rows of a sheet at once."""

from __future__ import annotations

import json
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from .. import access
from ..ledger.declaration import Ledger
from ..models.org import Person
from .cells import CHUNK, chunks, folded
from .values import attname_of

Key = tuple[Any, ...]
FEW = 50


class Existing:
    """The ledger's rows with the keys asked for. Voided ones are known too: their key is taken."""

    def __init__(self, ledger: Ledger, actor: Person | None) -> None:
        assert ledger.sheet is not None
        self.ledger = ledger
        self.actor = actor
        self.attnames = [attname_of(ledger.model, name) for name in ledger.sheet.key]
        self.objects: dict[Any, Any] = {}
        self.visible: set[Any] = set()
        self.by_key: dict[Key, list[Any]] = defaultdict(list)

    def load(self, keys: Sequence[Key], *, lock: bool = False) -> None:
        """Find the rows of the keys: two statements a chunk of ids, three with the person's rights."""
        if not keys:
            return
        condition = Q()
        for position, attname in enumerate(self.attnames):
            parts = {variant for key in keys for variant in variants(key[position])}
            some = Q(**{f"{attname}__in": among([part for part in parts if part is not None])})
            condition &= (some | Q(**{f"{attname}__isnull": True})) if None in parts else some
        wanted = {folded(key) for key in keys}
        everything = access.visible(None, self.ledger.model).order_by()
        found = everything.filter(condition).values_list("pk", *self.attnames)
        ids = [pk for pk, *key in found.iterator(chunk_size=2000) if folded(key) in wanted]
        self.fetch(ids, lock=lock)

    def fetch(self, ids: Iterable[Any], *, lock: bool = False) -> None:
        """Load the rows of these ids with what the ledger's rules look at."""
        for chunk in chunks(sorted(ids), CHUNK):
            everything = access.visible(None, self.ledger.model).order_by()
            if lock:
                list(everything.filter(pk__in=chunk).select_for_update(no_key=True).values_list("pk"))
            for obj in self._loaded(everything.filter(pk__in=chunk)):
                self.objects[obj.pk] = obj
                self.by_key[folded([getattr(obj, a) for a in self.attnames])].append(obj)
            if self.actor is None:
                self.visible.update(chunk)
            else:
                mine = access.visible(self.actor, self.ledger.model).order_by().filter(pk__in=chunk)
                self.visible.update(mine.values_list("pk", flat=True))

    def matching(self, key: Key) -> list[Any]:
        """The rows of a key: exactly as written if there is one, else whatever the width and spaces; standing rows before
        voided ones."""
        rows = self.by_key.get(folded(key), []) if self.by_key else []
        exact = [row for row in rows if tuple(getattr(row, a) for a in self.attnames) == key]
        chosen = exact or rows
        return [row for row in chosen if not getattr(row, "is_void", False)] or chosen

    def _loaded(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With what the ledger's `rows` adds and its foreign keys, so that no rule asks once a row."""
        names = [f.name for f in self.ledger.model._meta.fields if f.many_to_one]
        rows = rows.prefetch_related(*names)
        return self.ledger.rows(rows) if self.ledger.rows is not None else rows


def among(values: Sequence[Any]) -> Any:
    """The values for an `in` condition: many texts as one parameter, which costs a third of one for each."""
    if len(values) < FEW or any(type(value) is not str for value in values):
        return values
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::text[])", [list(values)])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(values)])


def variants(part: Any) -> tuple[Any, ...]:
    """How a part of a key may stand in the ledger: as it was written, or narrow."""
    return (part, unicodedata.normalize("NFKC", part)) if isinstance(part, str) else (part,)
