"""Where the generic ledger pages hand over to the domain's own services."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bihuan.kernel.models import Person

from . import rebounds


def merged_readings(*, actor: Person | None, rows: Iterable[Any], intake: Any) -> None:
    """After a batch of readings came in, ask the closed items that stand on readings once more, in the same transaction."""
    rebounds.sweep(kinds=["reading_range"])
