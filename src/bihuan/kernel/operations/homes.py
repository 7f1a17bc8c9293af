"""BIHUAN_HOME as a restore leaves it: keys, the court's own files and the mark of what kind of court it is, all or none."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

from django.conf import settings
from django.db import connection

import bihuan

from .. import clock, keys
from . import archive, files, keyfile

MADE_AT_START = "django-secret.key"
"""The key of sessions, which the settings make at the first command."""
REAL, DEMO = "real", "demo"
"""Files that mark a home as a real court's or as the demo."""


def program() -> str:
    """This program's version."""
    return bihuan.__version__


def database() -> str:
    """The database as a person knows it: the file, or the database's name."""
    if connection.vendor == "sqlite":
        return str(connection.settings_dict["NAME"])
    return f"PostgreSQL {connection.settings_dict['NAME']}"


def switch(found: archive.Backup, given: keyfile.Keys | None, undo: ExitStack) -> tuple[list[Path], list[Path]]:
    """Put keys and own files of the backup in place; returns what stood there and is put aside, first what is worth keeping, then
    what is not (a key made a moment ago, that nothing was done with). `undo` puts all of it back."""
    home = Path(settings.BIHUAN_HOME)
    aside: list[Path] = []
    worthless: list[Path] = []
    if given is not None and _differ(given):
        fresh = {path.name for path in keys.key_folder().iterdir()} <= {MADE_AT_START}
        made = _folder(home, {name: text.encode("ascii") for name, text in given.files.items()})
        old = _swap(made, home / "keys", undo)
        worthless += old if fresh else []
        aside += [] if fresh else old
        undo.callback(keys.forget)
        keys.forget()
    for name in files.FOLDERS:
        members = {
            member.rpartition("/")[2]: found.read(member)
            for member in found.members
            if member.startswith(f"{name}/") and member.count("/") == 1
        }
        place = files.place_of(name)
        held = {path.name: path.read_bytes() for path in place.iterdir() if path.is_file()} if place.is_dir() else {}
        if members != held and (members or held):
            aside += _swap(_folder(place.parent, members), place, undo)
    wanted, other = (DEMO, REAL) if found.manifest.get("demo") else (REAL, DEMO)
    for mark, present in ((wanted, True), (other, False)):
        path = home / mark
        if path.exists() != present:
            (path.touch if present else path.unlink)()
            undo.callback(path.unlink if present else path.touch)
    return aside, worthless


def _differ(given: keyfile.Keys) -> bool:
    held = {path.name: path for path in keys.key_folder().iterdir() if path.is_file()}
    return any(name not in held or held[name].read_text("ascii") != text for name, text in given.files.items())


def _folder(beside: Path, contents: dict[str, bytes]) -> Path:
    """A folder with these files, flushed, next to where it is to be."""
    beside.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".new-", dir=beside))
    for name, content in contents.items():
        descriptor = os.open(made / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    return made


def _swap(made: Path, place: Path, undo: ExitStack) -> list[Path]:
    """Let the new folder take the place; the old one is kept beside it under a dated name."""
    put_aside: list[Path] = []
    undo.callback(shutil.rmtree, made, ignore_errors=True)
    if place.exists():
        old = place.with_name(f"{place.name}.before-{clock.now():%Y%m%dT%H%M%S%f}")
        place.rename(old)
        undo.callback(old.rename, place)
        put_aside.append(old)
    made.rename(place)
    undo.callback(place.rename, made)
    archive.sync_folder(place.parent)
    return put_aside
