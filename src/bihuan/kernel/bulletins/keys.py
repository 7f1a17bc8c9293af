"""The keys of the rows behind a figure, packed: the differences of the sorted keys and the version of each row, as compressed JSON. The
digest is of the keys alone, one a line, so that anybody can reckon it from a list of them."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from typing import Any

from django.db.models import Model, QuerySet

from ..ledger.service import version_of

Keys = list[tuple[int, str]]
"""Key and version of each row, by key."""


def keys_of(rows: QuerySet[Any]) -> Keys:
    """Key and version of the rows, in two columns where the rows carry a revision; else each row is read and digested."""
    ordered = rows.order_by("pk")
    if any(one.name == "revision" for one in rows.model._meta.concrete_fields):
        return [(pk, str(revision)) for pk, revision in ordered.values_list("pk", "revision")]
    return [(row.pk, version_of(row)) for row in ordered]


def digest(keys: Iterable[int]) -> str:
    """SHA-256 of the keys, one a line."""
    return hashlib.sha256("\n".join(map(str, keys)).encode()).hexdigest()


def pack(keys: Keys) -> bytes:
    """The packed form."""
    numbers = [pk for pk, _version in keys]
    steps = numbers[:1] + [later - earlier for earlier, later in pairwise(numbers)]
    return zlib.compress(json.dumps([steps, [version for _pk, version in keys]], separators=(",", ":")).encode(), 9)


def unpack(packed: bytes) -> Keys:
    """Keys and versions from the packed form; none from nothing."""
    if not packed:
        return []
    steps, versions = json.loads(zlib.decompress(packed))
    return list(zip(accumulate(steps), versions, strict=True))


def standing(row: Model, version: str) -> str:
    """How a row stands to what was counted: "" as it was, "voided", "changed"."""
    if getattr(row, "voided_at", None) is not None:
        return "voided"
    return "" if version_of(row) == version else "changed"


def chunks(numbers: Sequence[int], size: int = 900) -> Iterable[Sequence[int]]:
    """Pieces small enough for the parameters of one statement."""
    return (numbers[start : start + size] for start in range(0, len(numbers), size))
