"""Tables of the indexes: made after a migration, as the triggers are, and looked for by `bihuan check`."""

from __future__ import annotations

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from ..models.search import SearchPending
from . import indexes
from .indexes import Index
from .store import store
from .upkeep import drain


def install(connection: BaseDatabaseWrapper) -> list[str]:
    """Make the tables that are not there, fill them, and drop those nobody wants any more; returns the names of those made.

    An index of other fields, or of other tokens, has another name: an upgrade makes it anew by itself. Models whose own
    table is not migrated yet are passed over.
    """
    there = set(connection.introspection.table_names())
    if SearchPending._meta.db_table not in there:
        return []
    held = store().tables()
    wanted = [index for index in indexes.indexes() if index.model._meta.db_table in there]
    made = []
    for index in wanted:
        if index.table not in held:
            with transaction.atomic():
                make(index)
            made.append(index.table)
    for table in held - {index.table for index in wanted}:
        store().drop(table)
    if SearchPending.objects.exists():
        drain()
    return made


def make(index: Index) -> None:
    """Make the table; every row there is waits to be taken in."""
    store().make(index)
    pks = index.model._default_manager.order_by("pk").values_list("pk", flat=True)
    waiting = (SearchPending(table=index.table, object_id=pk) for pk in pks.iterator(chunk_size=5000))
    SearchPending.objects.bulk_create(waiting, batch_size=2000)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of tables that are not there."""
    held = store().tables()
    return [index.table for index in indexes.indexes() if index.table not in held]
