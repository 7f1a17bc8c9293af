"""Work on very many rows without the collector of circular garbage looking them all through again and again.

Rows are made and thrown away by the hundred thousand, none of them in circles; but every few hundred new ones the collector looks, and
now and then at everything the process holds. It was a fifth of an import.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = 50_000
"""New objects between two looks, instead of 700."""
_lock = threading.Lock()
_under_way = 0
_usual = gc.get_threshold()


@contextmanager
def many_rows() -> Iterator[None]:
    """Let the collector look seldom while the block lasts. It holds for the whole process, until the last of such blocks ends."""
    global _under_way, _usual
    with _lock:
        if not _under_way:
            _usual = gc.get_threshold()
            gc.set_threshold(max(SELDOM, _usual[0]), *_usual[1:])
        _under_way += 1
    try:
        yield
    finally:
        with _lock:
            _under_way -= 1
            if not _under_way:
                gc.set_threshold(*_usual)
