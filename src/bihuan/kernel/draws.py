"""Drawing by a seed, so that anybody can draw the same again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def by_seed(rows: Iterable[T], seed: str, size: int, *, name: Callable[[T], str]) -> list[T]:
    """The first `size` of the rows, ordered by SHA-256 of the seed and each row's `name`; names differ.

    The same rows and the same seed give the same draw on every machine, in whatever order the rows come. A longer draw begins with
    the shorter one.
    """
    return sorted(rows, key=lambda row: hashlib.sha256(f"{seed}:{name(row)}".encode()).hexdigest())[:size]
