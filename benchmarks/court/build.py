"""Filling an empty, migrated database with the large court."""

from __future__ import annotations

import time
from collections.abc import Callable

from ..sizes import Size
from . import around, chain, plan
from .derived import bring_up
from .items import items
from .loading import load, loading
from .people import People
from .work import Work

VERSION = 1
"""Counted up when the rows change: a court kept from an earlier version is built anew."""


def build(size: Size, say: Callable[[str], None] = lambda _line: None) -> dict[str, int]:
    """Fill the database; returns the rows of each table. The same size gives the same rows."""
    people = People(size)
    all_items = list(items(size, people))
    work = Work(size, people, all_items)
    blocks = [
        *people.blocks(),
        *plan.blocks(size, people, all_items),
        *work.blocks(),
        *around.blocks(size, people, all_items),
        chain.block(size, people, all_items, work),
    ]
    counts: dict[str, int] = {}
    started = time.monotonic()
    with loading():
        for block in blocks:
            counts[block.table] = load(block)
            say(f"{time.monotonic() - started:6.1f} s  {block.table} {counts[block.table]:,}")
    say(f"{time.monotonic() - started:6.1f} s  indexes and statistics")
    bring_up()
    say(f"{time.monotonic() - started:6.1f} s  what is derived")
    return counts
