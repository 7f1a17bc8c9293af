"""The backup file: a .tar whose last members are a manifest with the digests of all others, and its signature.

Written aside, flushed, renamed: a half-written file lacks the manifest and the name, so it never passes for a backup. Only
members that the manifest names are ever read, by their name; nothing is unpacked blindly.
"""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from cryptography.hazmat.primitives import hashes
from django.utils.translation import gettext_lazy as _

from .. import checkpoints
from ..errors import Refused
from ..wording import Message, wording
from . import rows

FORMAT, VERSION = "bihuan-backup", 1
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
LARGEST_MANIFEST = 256 * 1024 * 1024
PARTIAL = ".partial"
_UNSAFE = re.compile(r"[\x00-\x1f\\]")

EXISTS = wording("operations.exists", _("“%(path)s”已存在，没有覆盖。请换一个文件名，或改为指定一个目录。"))
NO_FOLDER = wording("operations.no_folder", _("没有“%(path)s”这个目录，请先建立。"))
CANNOT_WRITE = wording("operations.cannot_write", _("“%(path)s”写不进去：%(why)s。没有留下不完整的文件。"))
NOT_A_BACKUP = wording(
    "operations.not_a_backup", _("“%(path)s”不是完整的备份文件：%(why)s。请换一份备份；没有改动任何内容。")
)
NEWER_FORMAT = wording(
    "operations.newer_format",
    _("“%(path)s”是较新版本的格式（第 %(version)s 版），本程序 %(program)s 读不了。请安装该版本或更新的版本。"),
)
DAMAGED = wording("operations.damaged", _("%(name)s 的内容与校验值不符"))
LACKING = wording("operations.lacking", _("缺少 %(name)s"))
STRANGER = wording("operations.stranger", _("多出清单之外的 %(name)s"))
FORGED = wording("operations.forged", _("清单的签名不符：备份被改动过，或不是这套系统制作的"))
SHORT = wording("operations.rows", _("%(name)s 应有 %(wanted)s 行，实有 %(found)s 行"))

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Member:
    """What the manifest says of one member."""

    size: int
    sha256: str
    sm3: str


class Digesting:
    """Reads through to a file and digests what passes."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._sha256, self._sm3 = hashlib.sha256(), hashes.Hash(hashes.SM3())
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        """The next piece."""
        piece = self._source.read(size)
        self.size += len(piece)
        self._sha256.update(piece)
        self._sm3.update(piece)
        return piece

    def drain(self, progress: Callable[[int], None] | None = None) -> None:
        """Read to the end."""
        while piece := self.read(1 << 20):
            if progress is not None:
                progress(len(piece))

    def member(self) -> Member:
        """The digests of what was read; asked once."""
        return Member(self.size, self._sha256.hexdigest(), self._sm3.finalize().hex())


class Writer:
    """Writes one backup file; `finish` makes it one, anything else leaves nothing."""

    def __init__(self, target: Path, progress: Callable[[int], None] | None = None) -> None:
        self.target = target
        self.members: dict[str, Member] = {}
        self._progress = progress
        self._partial = target.with_name(f".{target.name}{PARTIAL}")
        descriptor = os.open(self._partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(descriptor, "wb")
        fcntl.flock(self._file, fcntl.LOCK_EX)  # a partial file nobody locks is the leftover of a killed backup
        self._tar = tarfile.open(fileobj=self._file, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115  closed by finish and abandon

    def add(self, name: str, source: IO[bytes], size: int) -> Member:
        """Add a member of `size` bytes. OSError when the source ends early."""
        reader = Digesting(source)
        self._add(name, reader, size)
        made = reader.member()
        self.members[name] = made
        return made

    def add_bytes(self, name: str, content: bytes) -> None:
        """Add a small member."""
        self.add(name, io.BytesIO(content), len(content))

    def add_rows(self, name: str, found: Iterable[list[rows.Value]]) -> int:
        """Add the rows of a table, compressed; returns how many."""
        count = 0
        aside = self._partial.with_name(f"{self._partial.name}.rows")
        try:
            with aside.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=3, mtime=0, filename="") as out:
                for values in found:
                    out.write(rows.line_of(values))
                    count += 1
            with aside.open("rb") as source:
                self.add(name, source, aside.stat().st_size)
        finally:
            aside.unlink(missing_ok=True)
        return count

    def finish(self, manifest: dict[str, Any]) -> None:
        """Write manifest and signature, flush everything to the disk, and give the file its name."""
        told = {"format": FORMAT, "version": VERSION, **manifest}
        told["members"] = {name: vars(member) for name, member in self.members.items()}
        content = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode()
        self._add(MANIFEST, io.BytesIO(content), len(content))
        signature = checkpoints.sign(content).encode("ascii")
        self._add(SIGNATURE, io.BytesIO(signature), len(signature))
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        if self.target.exists():
            raise Refused(Message(EXISTS, {"path": str(self.target)}))
        self._partial.rename(self.target)
        self._file.close()
        sync_folder(self.target.parent)

    def abandon(self) -> None:
        """Leave nothing behind."""
        self._file.close()
        self._partial.unlink(missing_ok=True)

    def _add(self, name: str, source: Any, size: int) -> None:
        about = tarfile.TarInfo(name)
        about.size, about.mode = size, 0o600
        if self._progress is not None:
            source = _Counting(source, self._progress)
        self._tar.addfile(about, source)


class _Counting:
    def __init__(self, source: Any, progress: Callable[[int], None]) -> None:
        self._source, self._progress = source, progress

    def read(self, size: int = -1) -> bytes:
        piece: bytes = self._source.read(size)
        self._progress(len(piece))
        return piece


@contextmanager
def writing(target: Path, progress: Callable[[int], None] | None = None) -> Iterator[Writer]:
    """A writer for a new file. Refused when the file is there, its folder is not, or the disk refuses."""
    if target.exists():
        raise Refused(Message(EXISTS, {"path": str(target)}))
    if not target.parent.is_dir():
        raise Refused(Message(NO_FOLDER, {"path": str(target.parent)}))
    try:
        writer = Writer(target, progress)
    except OSError as error:
        raise Refused(Message(CANNOT_WRITE, {"path": str(target), "why": error.strerror or str(error)})) from error
    try:
        yield writer
    except OSError as error:
        writer.abandon()
        raise Refused(Message(CANNOT_WRITE, {"path": str(target), "why": error.strerror or str(error)})) from error
    except BaseException:
        writer.abandon()
        raise


def sync_folder(folder: Path) -> None:
    """Make a rename in the folder last."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep_partials(folder: Path) -> None:
    """Remove what killed backups left in the folder; one under way is locked and stays."""
    for path in folder.glob(f".*{PARTIAL}*"):
        try:
            with path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink(missing_ok=True)
        except OSError:
            continue


class Backup:
    """A backup file opened for reading. Close it, or use it as a context."""

    def __init__(self, path: Path) -> None:
        """Reads the manifest. Refused when the file is no whole backup of a format this program reads."""
        self.path = path
        try:
            self._tar = tarfile.open(path, mode="r:")  # noqa: SIM115  closed by close()
        except (OSError, tarfile.TarError) as error:
            raise self._no_backup(getattr(error, "strerror", None) or str(error)) from error
        try:
            self._index = {info.name: info for info in self._tar.getmembers() if info.isfile()}
            self.manifest_bytes = self._read(MANIFEST, LARGEST_MANIFEST)
            self.signature = self._read(SIGNATURE, 1000).decode("ascii")
            self.manifest: dict[str, Any] = json.loads(self.manifest_bytes)
            self._check_form()
        except Refused:
            self.close()
            raise
        except (KeyError, ValueError, TypeError, AttributeError, OSError, tarfile.TarError) as error:
            self.close()
            raise self._no_backup(str(error)) from error

    def _check_form(self) -> None:
        if self.manifest.get("format") != FORMAT:
            raise ValueError(f"format {self.manifest.get('format')!r}")
        if int(self.manifest["version"]) > VERSION:
            told = {"path": str(self.path), "version": self.manifest["version"], "program": self.manifest["program"]}
            raise Refused(Message(NEWER_FORMAT, told))
        self.members = {name: Member(**about) for name, about in self.manifest["members"].items()}
        for name in self.members:
            if _UNSAFE.search(name) or {"", ".", ".."} & set(name.split("/")):
                raise ValueError(f"member {name!r}")
        for needed in ("program", "made_at", "migrations", "tables", "log", "installation"):
            self.manifest[needed]

    def __enter__(self) -> Backup:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._tar.close()

    def _no_backup(self, why: str) -> Refused:
        return Refused(Message(NOT_A_BACKUP, {"path": str(self.path), "why": why}))

    def _read(self, name: str, most: int) -> bytes:
        info = self._index[name]
        if info.size > most:
            raise ValueError(f"{name} has {info.size} bytes")
        return self.open(name).read()

    def open(self, name: str) -> IO[bytes]:
        """A member, open for reading. KeyError when there is none of that name."""
        found = self._tar.extractfile(self._index[name])
        if found is None:
            raise KeyError(name)
        return found

    def read(self, name: str) -> bytes:
        """A small member whole."""
        return self.open(name).read()

    def rows(self, table: str) -> Iterator[list[rows.Value]]:
        """The rows of a table."""
        with self.open(table_member(table)) as raw, gzip.open(raw) as lines:
            for line in lines:
                yield rows.values_of(line)

    @property
    def size(self) -> int:
        """Bytes of all members."""
        return sum(member.size for member in self.members.values())

    def problems(self, public_key: bytes | None, progress: Progress | None = None) -> list[Message]:
        """Everything wrong with it: each member is read and its digests compared; the signature too where a key is given."""
        found = []
        if public_key is not None and not checkpoints.signed_by(public_key, self.manifest_bytes, self.signature):
            found.append(Message(FORGED))
        extra = set(self._index) - set(self.members) - {MANIFEST, SIGNATURE}
        found += [Message(STRANGER, {"name": name}) for name in sorted(extra)]
        done = 0
        for name, member in self.members.items():
            if name not in self._index:
                found.append(Message(LACKING, {"name": name}))
                continue
            reader = Digesting(self.open(name))
            try:
                reader.drain()
            except (OSError, tarfile.TarError):
                found.append(Message(DAMAGED, {"name": name}))
                continue
            if reader.member() != member:
                found.append(Message(DAMAGED, {"name": name}))
            done += member.size
            if progress is not None:
                progress(done, self.size)
        return found or list(self._row_problems())

    def _row_problems(self) -> Iterator[Message]:
        for table, about in self.manifest["tables"].items():
            with self.open(table_member(table)) as raw, gzip.open(raw) as lines:
                count = sum(1 for _line in lines)
            if count != about["rows"]:
                told = {"name": table_member(table), "wanted": about["rows"], "found": count}
                yield Message(SHORT, told)


def table_member(table: str) -> str:
    """The name of the member with a table's rows."""
    return f"tables/{table}.jsonl.gz"
