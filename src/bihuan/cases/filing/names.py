"""Names of applicants and opponents as keyed digests: equal names can be matched, no name can be read."""

from __future__ import annotations

import re
from typing import Any

from bihuan.kernel import log

from ..reading import plain

_HELD = re.compile(r"[0-9a-f]{64}")
_SPLIT = re.compile(r"[、,，;；/\n]+")


def digest(cell: Any) -> str:
    """The digest of the names in a cell, in whatever order and spelling of width and spaces; "" for none.

    A digest that was exported and comes back is kept as it is.
    """
    text = str(cell).strip()
    if _HELD.fullmatch(text):
        return text
    names = sorted({plain(part) for part in _SPLIT.split(text)} - {""})
    return log.keyed_digest("receipt:" + "|".join(names)) if names else ""
