"""Many rows corrected by one prepared statement, each only if it is still the row that was looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from .. import work
from ..errors import Stale
from ..ledger.declaration import Ledger
from ..wording import Message
from .messages import MOVED


def update_rows(ledger: Ledger, rows: Sequence[Any], names: Sequence[str]) -> None:
    """Write the named fields of rows whose `revision` (if they have one) was counted up already.

    Django's `bulk_update` builds a CASE for each field and row: ten thousand rows of ten fields would hold the writer's lock for
    a quarter of a minute. Raises Stale when a row is no longer of the revision before.
    """
    model = ledger.model
    work.note_write(model)
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    versioned = hasattr(rows[0], "revision")
    if versioned:
        fields.append(model._meta.get_field("revision"))
    quote = connection.ops.quote_name
    wanted = f"{quote(str(model._meta.pk.column))} = %s" + (
        f" AND {quote(fields[-1].column)} = %s" if versioned else ""
    )
    assigned = ", ".join(f"{quote(field.column)} = %s" for field in fields)
    # Only names of the model's own table and columns are put into the text.
    statement = f"UPDATE {quote(model._meta.db_table)} SET {assigned} WHERE {wanted}"  # noqa: S608
    values = [
        [
            *(field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields),
            row.pk,
            *([row.revision - 1] if versioned else []),
        ]
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)
        if cursor.rowcount != len(rows):
            raise Stale(Message(MOVED, {"rows": [ledger.name_of(row) for row in rows[:10]]}))
