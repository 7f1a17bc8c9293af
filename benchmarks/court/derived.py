"""What the house derives from rows by itself as they are written: brought up for rows that were loaded past it."""

from __future__ import annotations

import importlib
import importlib.util
import re

from django.db import connection

from bihuan.kernel import triggers

KEEPS = re.compile(r"^AFTER UPDATE OF (?P<columns>[\w, ]+) ON (?P<table>\w+)")


def bring_up() -> None:
    """Copies that triggers keep, then indexes of words."""
    with connection.cursor() as cursor:
        for table, column in sorted(_copied_from()):
            cursor.execute(f'UPDATE {table} SET "{column}" = "{column}"')  # noqa: S608  lets the triggers see every row once
    _index_words()


def _copied_from() -> set[tuple[str, str]]:
    """The columns whose changes triggers carry elsewhere: (table, the first of them)."""
    found = (KEEPS.match(trigger.sqlite) for trigger in triggers.registered())
    return {(match["table"], match["columns"].split(",")[0].strip()) for match in found if match}


def _index_words() -> None:
    """Where the house keeps an index of words beside its tables."""
    if importlib.util.find_spec("bihuan.kernel.search") is None:
        return
    indexes = importlib.import_module("bihuan.kernel.search.indexes")
    upkeep = importlib.import_module("bihuan.kernel.search.upkeep")
    for index in indexes.indexes():
        upkeep.rebuild(index)
