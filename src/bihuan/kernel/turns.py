"""Taking turns: what may not be done by two at once, though each could write."""

from __future__ import annotations

import zlib

from django.db import connection

PATROL, IMPORT, DRAW, COUNT, CALENDAR = 0x42_50, 0x42_49, 0x42_44, 0x42_43, 0x42_41
"""Kinds of what is held: the first key of PostgreSQL's advisory lock; the second stands for the name."""


def hold(kind: int, name: str) -> None:
    """Hold the name for this transaction; whoever holds it now is waited for. Outside a transaction (a form that only looks) nothing
    stays held. SQLite has one writer anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [kind, zlib.crc32(name.encode()) - 2**31])
