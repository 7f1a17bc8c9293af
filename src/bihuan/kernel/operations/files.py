"""The files of an installation that belong in a backup: contents that rows name, and what the court itself put there."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings

from .archive import Digesting
from .snapshot import Snapshot

FOLDERS = ("templates", "calendar")
"""Folders of BIHUAN_HOME whose files are the court's own: its templates of documents, its calendar."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Content:
    """A file that a row names: `name` in the backup, `path` on the disk, and the digests the row holds ("" for none)."""

    name: str
    path: Path
    size: int
    sha256: str
    sm3: str


def contents(look: Snapshot) -> Iterator[Content]:
    """The evidence and the uploaded sheets that the snapshot's rows name, each once."""
    if look.has("kernel_evidencefile"):
        for sha256, sm3, size in look.ask("SELECT sha256, sm3, size FROM kernel_evidencefile ORDER BY sha256"):
            name = f"evidence/{sha256[:2]}/{sha256}"
            yield Content(name, place_of(name), int(size), sha256, sm3)
    if look.has("kernel_importdraft"):
        for path, sm3, size in look.ask("SELECT DISTINCT path, sm3, size FROM kernel_importdraft ORDER BY path"):
            name = f"imports/{sm3[:2]}/{sm3}"
            if path == name:
                yield Content(name, place_of(name), int(size), "", sm3)


def own() -> Iterator[tuple[str, Path]]:
    """Name in the backup and place on the disk of the court's own files."""
    for folder in FOLDERS:
        place = place_of(folder)
        for path in sorted(place.iterdir()) if place.is_dir() else []:
            if path.is_file() and not path.name.startswith("."):
                yield f"{folder}/{path.name}", path


def place_of(name: str) -> Path:
    """Where a member of the backup lies on the disk."""
    first, _slash, rest = name.partition("/")
    base = {
        "evidence": Path(settings.BIHUAN_EVIDENCE_FOLDER),
        "calendar": Path(settings.BIHUAN_CALENDAR_FOLDER),
    }.get(first, Path(settings.BIHUAN_HOME) / first)
    return base / rest if rest else base


def is_content(name: str) -> bool:
    """Whether the member is a content stored under its digest."""
    parts = name.split("/")
    return (
        len(parts) == 3
        and parts[0] in {"evidence", "imports"}
        and parts[1] == parts[2][:2]
        and bool(_DIGEST.fullmatch(parts[2]))
    )


def put(name: str, source: IO[bytes], size: int) -> bool:
    """Put a content in its place, durably, whatever happens meanwhile; whether it was not there yet.

    One that is there with the right digest stays. ValueError when what is read is not what the name says.
    """
    target = place_of(name)
    if target.is_file() and target.stat().st_size == size:
        with target.open("rb") as held:
            if _says(name, held):
                return False
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, aside = tempfile.mkstemp(prefix=".in-", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as out:
            while piece := source.read(1 << 20):
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        with Path(aside).open("rb") as written:
            if not _says(name, written):
                raise ValueError(name)
        Path(aside).replace(target)
    finally:
        Path(aside).unlink(missing_ok=True)
    return True


def _says(name: str, source: IO[bytes]) -> bool:
    """Whether the content is what its name says: evidence lies under its SHA-256, an uploaded sheet under its SM3."""
    reader = Digesting(source)
    reader.drain()
    found = reader.member()
    return name.rpartition("/")[2] == (found.sha256 if name.startswith("evidence/") else found.sm3)
