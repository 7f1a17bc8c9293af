"""Names of entries in an archive that a stranger's file name may have made: safe on every system, still readable."""

from __future__ import annotations

import re
import unicodedata

_FORBIDDEN = re.compile(
    r'[\x00-\x1f\x7f<>:"|?*/\\\u2044\u2215\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]'
)
_RESERVED = re.compile(r"^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
MAX_BYTES = 150


def safe(name: str, otherwise: str = "文件") -> str:
    """A name of one path component: no separators, no control or direction marks, no reserved name, at most 150 bytes.

    The extension stays when the name has to be cut.
    """
    plain = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", name)).strip().strip(". ")
    if not plain or not plain.strip("_"):
        plain = otherwise
    if _RESERVED.match(plain):
        plain = f"_{plain}"
    stem, dot, extension = plain.rpartition(".")
    if not dot or len(extension.encode()) > 20:
        stem, dot, extension = plain, "", ""
    room = MAX_BYTES - len((dot + extension).encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(". ") + dot + extension


class Unique:
    """Gives out each full name once, whatever the letter case."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def name(self, folder: str, name: str) -> str:
        """`folder/name`, numbered when it was given out already."""
        stem, dot, extension = name.rpartition(".")
        stem, extension = (stem, dot + extension) if dot else (name, "")
        made, number = f"{folder}/{name}", 1
        while made.casefold() in self.taken:
            number += 1
            made = f"{folder}/{stem}（{number}）{extension}"
        self.taken.add(made.casefold())
        return made
