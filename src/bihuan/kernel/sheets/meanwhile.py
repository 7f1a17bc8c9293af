"""What was written since: the log tells, so that a merge need not look at every row again while others wait."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Model, Q

from .. import access
from ..ledger import registry
from ..ledger.declaration import Ledger
from ..models.log import LogEntry
from .cells import CHUNK, chunks, folded
from .staging import KIND, numbers_of, taken
from .values import attname_of


def newest() -> int:
    """The number of the last entry of the log."""
    return LogEntry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0


def written(ledger: Ledger, since: int) -> set[int]:
    """Ids of the ledger's rows that the log says were written after entry `since`, one by one or by an import."""
    found = _named(ledger.model, since)
    same = [f"{one.code}.imported" for one in registry.ledgers().values() if one.model is ledger.model]
    entries = LogEntry.objects.filter(seq__gt=since, kind=KIND, type__in=same).order_by("seq")
    for draft, data in entries.values_list("object_id", "data"):
        params = data["params"]
        rows = taken(draft, params["check_no"])
        for part in chunks(list(numbers_of(params["numbers"])), CHUNK):
            found.update(rows.filter(number__in=part).values_list("object_id", flat=True))
    return found


def keys_taken(ledger: Ledger, since: int, last_id: int | None) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Rows written after entry `since`, or given an id above `last_id` (None: by the log alone), each with its key folded."""
    assert ledger.sheet is not None
    attnames = [attname_of(ledger.model, name) for name in ledger.sheet.key]
    rows = access.visible(None, ledger.model).order_by()
    for part in chunks(sorted(written(ledger, since)), CHUNK):
        for pk, *key in rows.filter(pk__in=part).values_list("pk", *attnames):
            yield pk, folded(key)
    if last_id is not None:
        for pk, *key in rows.filter(pk__gt=last_id).values_list("pk", *attnames).iterator(chunk_size=2000):
            yield pk, folded(key)


def touched(ledger: Ledger, since: int) -> set[int]:
    """Ids of the ledger's rows that were written after entry `since`, or that point at a row that was, or are pointed at by one:
    what a ledger freezes, and whom it lets act, may hang on those."""
    found = written(ledger, since)
    model: Any = ledger.model
    rows = access.visible(None, model).order_by()
    for field in model._meta.concrete_fields:
        if field.is_relation and (ids := _named(field.related_model, since)):
            for part in chunks(sorted(ids), CHUNK):
                found.update(rows.filter(**{f"{field.attname}__in": part}).values_list("pk", flat=True))
    for relation in model._meta.related_objects:
        if ids := _named(relation.related_model, since):
            others = relation.related_model._default_manager.order_by()
            for part in chunks(sorted(ids), CHUNK):
                column = others.filter(pk__in=part).values_list(relation.field.attname, flat=True)
                found.update(pk for pk in column if pk is not None)
    return found


def _named(model: type[Model], since: int) -> set[int]:
    """The ids of a model's rows that entries after `since` are about."""
    condition = Q(seq__gt=since, kind=model._meta.label_lower)
    return set(_ids(LogEntry.objects.filter(condition).values_list("object_id", flat=True)))


def _ids(texts: Iterable[str]) -> Iterator[int]:
    return (int(text) for text in texts if text.isdecimal())

