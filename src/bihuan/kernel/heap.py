"""Work on very many rows without the collector of circular garbage looking them all through again and again.

Rows are made and thrown away by the hundred thousand, none of them in circles; but every few hundred new ones the collector looks, and
now and then at everything the process holds. It was a fifth of an import.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = 50_000
"""New objects between two looks, instead of 700."""


@contextmanager
def many_rows() -> Iterator[None]:
    """Let the collector look seldom while the block lasts; blocks may stand in one another. It holds for the whole process."""
    usual = gc.get_threshold()
    gc.set_threshold(max(SELDOM, usual[0]), *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
