"""Keeping indexes: in the transaction that writes the rows, or for very many rows right after it.

Whoever writes facts says which rows by `work.note_write(model, ids)`; facts.py does so for every ordinary way of writing.
What is stored is compared first, so indexing a row twice, or a row that did not change, writes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from .. import bulk
from ..models.search import SearchPending
from . import indexes
from .indexes import Index
from .store import Document, store
from .tokens import tokens

AT_ONCE = 1000
"""Rows indexed within the transaction that writes them; more wait for the moment after it."""
CHUNK = 500
DRAINED = 2000
"""Rows of a transaction that takes in what waits: a tenth of a second."""
logger = logging.getLogger("bihuan.search")


def keep(touched: Mapping[type[Model], Iterable[int]]) -> None:
    """Bring the indexes up to what a unit of work wrote. Called at its end, inside its transaction."""
    later = False
    for model, pks in touched.items():
        index = indexes.of(model)
        if index is None:
            continue
        wanted = sorted(set(pks))
        if len(wanted) <= AT_ONCE:
            for part in batches(wanted, CHUNK):
                take_in(index, part)
        else:
            bulk.write_rows(SearchPending, ("table", "object_id"), ((index.table, pk) for pk in wanted))
            later = True
    if later:
        transaction.on_commit(drain, robust=True)


def take_in(index: Index, pks: Sequence[int]) -> int:
    """Make the index hold what the rows hold now; returns how many rows it held otherwise. Inside a transaction.

    The rows are locked where the database can: a row that another transaction is writing is read when that one is done.
    """
    rows = index.model._default_manager.filter(pk__in=pks).order_by("pk")
    if connection.vendor == "postgresql":
        rows = rows.select_for_update(no_key=True)
    wanted = {pk: document_of(texts) for pk, *texts in rows.values_list("pk", *index.fields)}
    here = store()
    held = here.marks(index, pks)
    changed = {pk: document for pk, document in wanted.items() if pk not in held or held[pk] != here.mark(document)}
    outdated = [pk for pk in held if pk in changed or pk not in wanted]
    if outdated:
        here.remove(index, outdated)
    if changed:
        here.write(index, changed)
    return len(set(outdated) | set(changed))


def document_of(texts: Iterable[Any]) -> Document:
    """The tokens of a row's fields."""
    return tuple(tokens(str(text)) if text else [] for text in texts)


def pending(index: Index) -> bool:
    """Whether rows wait to be indexed: a search may miss the newest."""
    return SearchPending.objects.filter(table=index.table).exists()


def drain() -> int:
    """Index everything that waits, in short transactions; returns how many rows. May run twice at once, or be broken off."""
    known = {index.table: index for index in indexes.indexes()}
    done = 0
    settled: set[str] = set()
    while True:
        with transaction.atomic():
            rows = SearchPending.objects.order_by("id")
            if connection.vendor == "postgresql":
                rows = rows.select_for_update(skip_locked=True)
            part = list(rows.values_list("id", "table", "object_id")[:DRAINED])
            for table in {table for _pk, table, _object in part}:
                if table in known:  # else a table of an older version of the program
                    take_in(known[table], sorted({object_id for _pk, name, object_id in part if name == table}))
                    settled.add(table)
            SearchPending.objects.filter(pk__in=[pk for pk, _table, _object in part]).delete()
        done += len(part)
        if len(part) < DRAINED:
            break
    if done >= CHUNK:
        for table in sorted(settled):
            store().settle(known[table])
    return done


def rebuild(index: Index, progress: Callable[[int], None] | None = None) -> int:
    """Compare every row with the index and mend what differs; returns how many rows did. In short transactions."""
    mended = done = 0
    for part in batches(_numbers(index), CHUNK):
        with transaction.atomic():
            mended += take_in(index, part)
        done += len(part)
        if progress is not None:
            progress(done)
    if mended:
        store().settle(index)
    return mended


def _numbers(index: Index) -> Iterator[int]:
    """Ids of all rows and of everything stored, in order, read in pieces so that no transaction stays open."""
    last = 0
    stored = {pk for pk, _mark in store().every(index)}
    while True:
        rows = index.model._default_manager.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)
        part = list(rows[:5000])
        if not part:
            break
        stored.difference_update(part)
        last = part[-1]
        yield from part
    yield from sorted(stored)


def differing(index: Index) -> Iterator[tuple[int, str]]:
    """(row, what is wrong) for every row the index does not hold as it is: "missing", "other" or "surplus"."""
    here = store()
    held = dict(here.every(index))
    rows = index.model._default_manager.order_by("pk").values_list("pk", *index.fields)
    for pk, *texts in rows.iterator(chunk_size=2000):
        found = held.pop(pk, None)
        if found is None:
            yield pk, "missing"
        elif found != here.mark(document_of(texts)):
            yield pk, "other"
    for pk in held:
        yield pk, "surplus"


def batches(ids: Iterable[int], size: int) -> Iterator[list[int]]:
    """The ids in lists of at most `size`."""
    rest = iter(ids)
    while part := list(islice(rest, size)):
        yield part
