"""The rank of an authority, and how sure we are of a text: the two words every row of data carries."""

from __future__ import annotations

from pathlib import Path

from .errors import DataFileError

# 位阶，由高到低。
LEVELS = ("statute", "interpretation", "normative", "local")
# T original text read, S reprint or excerpt, M from memory (unconfirmed), I interpretation, D our own default.
TAGS = ("T", "S", "M", "I", "D")
# What is shown as unconfirmed and is the court's to settle.
UNCONFIRMED = ("M", "D")


def read_tag(path: Path, where: str, tag: object) -> str:
    """`tag`, if it is one of TAGS. Raises DataFileError."""
    if not isinstance(tag, str) or tag not in TAGS:
        raise DataFileError(path, where, f"{tag!r} is not one of {', '.join(TAGS)}")
    return tag
