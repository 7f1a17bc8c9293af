"""A small reader of OLE containers (classic .doc, .xls, .ppt and WPS files): directory and bounded streams.

Just enough to tell what the container holds and whether it carries macros or encryption. Every chain is
walked with a counter, so a container that points into itself ends in an error and not in a loop.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import IO

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Sector numbers from here on are marks (end of chain, free), not places.
_MARKS = 0xFFFFFFFA
_MAX_ENTRIES = 20_000


class OleDamagedError(ValueError):
    """The container cannot be read: cut off, looping or nonsense."""


@dataclass(frozen=True)
class OleEntry:
    """One directory entry: kind 1 is a storage (folder), 2 a stream, 5 the root."""

    name: str
    kind: int
    start: int
    size: int


class OleFile:
    """The directory of a container; `read(name, limit)` gives a stream's first bytes."""

    def __init__(self, handle: IO[bytes]) -> None:
        self._handle = handle
        self._size = handle.seek(0, io.SEEK_END)
        handle.seek(0)
        header = handle.read(512)
        if len(header) < 512 or header[:8] != MAGIC:
            raise OleDamagedError("header")
        shift, mini_shift = struct.unpack("<2H", header[30:34])
        if shift not in (9, 12) or mini_shift != 6:
            raise OleDamagedError("sector size")
        self._sector = 1 << shift
        self._per_sector = self._sector // 4
        (fat_count, directory, _, self._cutoff, mini_start, _mini_count, difat, difat_count) = struct.unpack(
            "<8L", header[44:76]
        )
        self._fat = self._read_fat(header, fat_count, difat, difat_count)
        self.entries = self._read_directory(directory)
        root = next((entry for entry in self.entries if entry.kind == 5), None)
        if root is None:
            raise OleDamagedError("root")
        self._root = root
        self._mini_start = mini_start
        self._mini_fat: list[int] | None = None
        self._mini: bytes | None = None

    @property
    def names(self) -> frozenset[str]:
        """Names of all storages and streams."""
        return frozenset(entry.name for entry in self.entries)

    def read(self, name: str, limit: int) -> bytes | None:
        """The first `limit` bytes of the named stream, or None if there is none."""
        entry = next((e for e in self.entries if e.kind == 2 and e.name == name), None)
        if entry is None:
            return None
        want = min(entry.size, limit)
        if entry.size >= self._cutoff:
            return self._chain(entry.start, want)
        if self._mini_fat is None:
            table = self._chain(self._mini_start, self._size)
            self._mini_fat = list(struct.unpack(f"<{len(table) // 4}L", table[: len(table) // 4 * 4]))
            self._mini = self._chain(self._root.start, min(self._root.size, self._size))
        assert self._mini is not None
        out = bytearray()
        at, steps = entry.start, 0
        while len(out) < want and at < len(self._mini_fat):
            out += self._mini[at * 64 : at * 64 + 64]
            at = self._mini_fat[at]
            steps += 1
            if steps > len(self._mini_fat):
                raise OleDamagedError("mini chain")
        return bytes(out[:want])

    def _sector_at(self, number: int) -> bytes:
        offset = (number + 1) * self._sector
        if offset >= self._size:
            raise OleDamagedError("sector beyond the end")
        self._handle.seek(offset)
        return self._handle.read(self._sector).ljust(self._sector, b"\0")

    def _read_fat(self, header: bytes, count: int, difat: int, difat_count: int) -> list[int]:
        sectors = [n for n in struct.unpack("<109L", header[76:512]) if n < _MARKS]
        steps = 0
        while difat < _MARKS and steps <= difat_count:
            table = struct.unpack(f"<{self._per_sector}L", self._sector_at(difat))
            sectors += [n for n in table[:-1] if n < _MARKS]
            difat = table[-1]
            steps += 1
            if steps * self._sector > self._size:
                raise OleDamagedError("difat chain")
        if len(sectors) * self._sector > self._size + self._sector:
            raise OleDamagedError("fat size")
        fat: list[int] = []
        for number in sectors[: count or len(sectors)]:
            fat += struct.unpack(f"<{self._per_sector}L", self._sector_at(number))
        return fat

    def _chain(self, start: int, limit: int) -> bytes:
        out = bytearray()
        at, steps = start, 0
        while at < _MARKS and len(out) < limit:
            if at >= len(self._fat):
                raise OleDamagedError("chain leaves the table")
            out += self._sector_at(at)
            at = self._fat[at]
            steps += 1
            if steps > len(self._fat):
                raise OleDamagedError("chain loops")
        return bytes(out[:limit])

    def _read_directory(self, start: int) -> list[OleEntry]:
        raw = self._chain(start, _MAX_ENTRIES * 128)
        entries: list[OleEntry] = []
        for offset in range(0, len(raw) - 127, 128):
            block = raw[offset : offset + 128]
            kind, length = block[66], struct.unpack("<H", block[64:66])[0]
            if kind not in (1, 2, 5):
                continue
            name = block[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            first, size = struct.unpack("<2L", block[116:124])
            entries.append(OleEntry(name, kind, first, size))
        if not entries:
            raise OleDamagedError("directory")
        return entries
