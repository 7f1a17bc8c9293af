"""Read the plan's three lists from a file. Nothing is written; nothing is dropped without being listed."""

from __future__ import annotations

import os
from pathlib import Path

from bihuan.kernel.errors import Refused
from bihuan.kernel.files import FileRefused, inspect_upload
from bihuan.kernel.files.kinds import DEFAULT_ALLOWED, SHEET_ALLOWED
from bihuan.kernel.wording import Message

from . import sheets, word
from . import wordings as w
from .assemble import assemble
from .blocks import split
from .model import Lists

MAX_BYTES = 50 * 1024 * 1024
_DOCX = "docx"


def read_lists(source: str | os.PathLike[str] | bytes, filename: str = "") -> Lists:
    """Problems, parts and measures of 问题清单, 任务清单 and 责任清单, however many tables they fill.

    `source` is a path or the content; `filename` is named in messages (default: the path's name). Raises Refused
    (FileRefused, SheetRefused among them) when the file as a whole cannot be read or holds no list; what is wrong with
    single rows stands in the result.
    """
    if isinstance(source, bytes):
        content, name = source, filename or "清单"
    else:
        path = Path(source)
        name = filename or path.name
        content = _content(path, name)
    kind = _kind(content, name)
    lists = Lists(filename=name)
    found = split(word.grids(content, name)) if kind == _DOCX else sheets.blocks(content, name)
    lists.notes.extend(found.notes)
    lists.leftovers.extend(found.leftovers)
    assemble(found.blocks, lists)
    leads = any(left.refused for left in lists.leftovers) or any(note.code == w.TABLE_LEADS for note in lists.notes)
    if not lists.problems and not leads:
        raise Refused([Message(w.NO_TABLE, {"filename": name}), *lists.notes])
    return lists


def _content(path: Path, name: str) -> bytes:
    if path.stat().st_size > MAX_BYTES:
        limit = MAX_BYTES // 1_048_576
        raise FileRefused("too_large", {"size_mb": path.stat().st_size // 1_048_576, "limit_mb": limit})
    return path.read_bytes()


def _kind(content: bytes, name: str) -> str:
    """The kind of the content, after the gate looked at it. Raises FileRefused, Refused."""
    allow = DEFAULT_ALLOWED | SHEET_ALLOWED
    seen = inspect_upload(content, filename=name, allow=allow, max_bytes=MAX_BYTES, loose_names=True)
    if seen.kind != _DOCX and seen.kind not in SHEET_ALLOWED:
        raise Refused(Message(w.NOT_LISTS, {"filename": name, "kind": seen.kind}))
    return seen.kind
