"""Opening ZIP containers (docx, xlsx, ofd, ...) without trusting a word of what they say.

Checked twice: by the headers before anything is unpacked, and by unpacking in small pieces with a counter,
because headers lie. Memory stays at a few pieces whatever the file claims.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from bihuan.kernel.files.errors import FileRefused

CHUNK = 64 * 1024
_EOCD = b"PK\x05\x06"
_LOCAL = b"PK\x03\x04"
_DTD = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_DTD_WIDE = ("<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))
_ARCHIVE_MAGIC = (_LOCAL, b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\x00")
#: Where office documents keep other office documents (a chart's workbook); nowhere else is one expected.
_EMBEDDINGS = re.compile(r"(?:^|/)embeddings/[^/]+\.(?:xlsx|docx|pptx)$", re.IGNORECASE)


@dataclass(frozen=True)
class ArchiveLimits:
    """What a container may hold. `ratio` is only judged above `ratio_from` unpacked bytes."""

    entries: int = 5_000
    unpacked_bytes: int = 512 * 1024 * 1024
    ratio: int = 200
    ratio_from: int = 16 * 1024 * 1024
    directory_bytes: int = 4 * 1024 * 1024
    embedded_bytes: int = 32 * 1024 * 1024


@dataclass(frozen=True)
class ArchiveReport:
    """What the full pass over a container found."""

    names: tuple[str, ...]
    unpacked: int
    embedded: tuple[str, ...]


def open_archive(handle: IO[bytes], *, limits: ArchiveLimits, filename: str = "") -> zipfile.ZipFile:
    """Open a container after the cheap checks on its end record, directory, names and declared sizes.

    Raises FileRefused: zip_damaged, zip_entries, zip_path, zip_method, encrypted, zip_too_large, polyglot.
    """
    size, end, count, directory_size, directory_at = _end_record(handle, filename)
    if count > limits.entries:
        raise FileRefused("zip_entries", {"filename": filename, "entries": count, "limit": limits.entries})
    if directory_size > limits.directory_bytes:
        raise FileRefused(
            "zip_entries", {"filename": filename, "entries": f">{limits.entries}", "limit": limits.entries}
        )
    if directory_at + directory_size != end:
        # Bytes the directory does not know about: either cut out or another file glued in front.
        raise FileRefused("zip_damaged", {"filename": filename, "why": "inconsistent"})
    handle.seek(0)
    try:
        archive = zipfile.ZipFile(handle)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, UnicodeError) as exc:
        # zipfile says NotImplementedError of an entry that wants a newer version of the format than it knows.
        raise FileRefused("zip_damaged", {"filename": filename, "why": "directory"}) from exc
    infos = archive.infolist()
    if len(infos) > limits.entries:
        raise FileRefused("zip_entries", {"filename": filename, "entries": len(infos), "limit": limits.entries})
    seen: set[str] = set()
    declared = 0
    for info in infos:
        _check_entry(info, seen, filename)
        declared += info.file_size
    if declared > limits.unpacked_bytes:
        raise _too_large(filename, limits)
    if declared > limits.ratio_from and declared > limits.ratio * max(size, 1):
        raise FileRefused("zip_ratio", {"filename": filename, "ratio": limits.ratio})
    _check_layout(infos, directory_at, filename)
    return archive


def check_archive(
    handle: IO[bytes], *, limits: ArchiveLimits | None = None, filename: str = "", depth: int = 0
) -> ArchiveReport:
    """Unpack every entry in pieces, counting real bytes; nothing is kept.

    Raises what open_archive raises and: zip_ratio, nested_archive, xml_dtd.
    """
    limits = limits or ArchiveLimits()
    archive = open_archive(handle, limits=limits, filename=filename)
    size = handle.seek(0, io.SEEK_END)
    unpacked = 0
    embedded: list[str] = []
    for info in archive.infolist():
        head = b""
        inner: io.BytesIO | None = None
        for piece in stream_entry(handle, info, filename=filename):
            unpacked += len(piece)
            if unpacked > limits.unpacked_bytes:
                raise _too_large(filename, limits)
            if unpacked > limits.ratio_from and unpacked > limits.ratio * max(size, 1):
                raise FileRefused("zip_ratio", {"filename": filename, "ratio": limits.ratio})
            if not head:
                head = piece
                _check_head(info.filename, head, filename)
                if head.startswith(_ARCHIVE_MAGIC):
                    if depth > 0 or not head.startswith(_LOCAL) or not _EMBEDDINGS.search(info.filename):
                        raise FileRefused("nested_archive", {"filename": filename, "entry": info.filename[:120]})
                    inner = io.BytesIO()
            if inner is not None:
                inner.write(piece)
                if inner.tell() > limits.embedded_bytes:
                    raise _too_large(filename, limits)
        if inner is not None:
            report = check_archive(inner, limits=limits, filename=filename, depth=depth + 1)
            unpacked += report.unpacked
            embedded.append(info.filename)
            for name in report.names:
                if "vbaproject" in name.lower():
                    raise FileRefused("macro", {"filename": filename, "part": f"{info.filename}!{name}"})
    return ArchiveReport(tuple(info.filename for info in archive.infolist()), unpacked, tuple(embedded))


def stream_entry(handle: IO[bytes], info: zipfile.ZipInfo, *, filename: str = "") -> Iterator[bytes]:
    """Yield an entry's real bytes in pieces of at most CHUNK, whatever its declared size.

    Raises FileRefused zip_damaged when the local header, the length or the checksum disagree.
    """
    start = _data_start(handle, info, filename)
    left = info.compress_size
    inflate = zlib.decompressobj(-15) if info.compress_type == zipfile.ZIP_DEFLATED else None
    checksum = 0
    produced = 0
    while left > 0:
        handle.seek(start)
        raw = handle.read(min(CHUNK, left))
        if not raw:
            raise FileRefused("zip_damaged", {"filename": filename, "why": "truncated"})
        start += len(raw)
        left -= len(raw)
        while raw:
            try:
                piece = inflate.decompress(raw, CHUNK) if inflate else raw
            except zlib.error as exc:
                raise FileRefused("zip_damaged", {"filename": filename, "why": "checksum"}) from exc
            raw = inflate.unconsumed_tail if inflate else b""
            if piece:
                checksum = zlib.crc32(piece, checksum)
                produced += len(piece)
                yield piece
    while inflate and not inflate.eof:
        piece = inflate.decompress(inflate.unconsumed_tail, CHUNK)
        if not piece:
            raise FileRefused("zip_damaged", {"filename": filename, "why": "truncated"})
        checksum = zlib.crc32(piece, checksum)
        produced += len(piece)
        yield piece
    if produced != info.file_size or checksum != info.CRC:
        raise FileRefused("zip_damaged", {"filename": filename, "why": "checksum"})


class EntryReader(io.RawIOBase):
    """An entry as a readable stream, so that XML parsers can take it in pieces."""

    def __init__(self, handle: IO[bytes], info: zipfile.ZipInfo, *, limit: int | None = None) -> None:
        self._pieces = stream_entry(handle, info)
        self._rest = b""
        self._left = limit

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if size is None or size < 0:
            size = CHUNK
        while not self._rest:
            piece = next(self._pieces, b"")
            if not piece:
                return b""
            self._rest = piece
        out, self._rest = self._rest[:size], self._rest[size:]
        if self._left is not None:
            out = out[: self._left]
            self._left -= len(out)
        return out


def read_entry(handle: IO[bytes], archive: zipfile.ZipFile, name: str, *, limit: int) -> bytes | None:
    """An entry's bytes up to `limit`, or None if there is no such entry."""
    try:
        info = archive.getinfo(name)
    except KeyError:
        return None
    out = bytearray()
    for piece in stream_entry(handle, info):
        out += piece
        if len(out) >= limit:
            break
    return bytes(out[:limit])


def has_end_record(handle: IO[bytes]) -> bool:
    """Whether a ZIP directory hangs at the end of this file (whatever it starts with)."""
    try:
        _size, end, _count, directory_size, _at = _end_record(handle, "")
    except FileRefused:
        return False
    if directory_size == 0 or directory_size > end:
        return False
    handle.seek(end - directory_size)
    return handle.read(4) == b"PK\x01\x02"


def _end_record(handle: IO[bytes], filename: str) -> tuple[int, int, int, int, int]:
    """(file size, offset of the end record, entries, directory size, directory offset)."""
    size = handle.seek(0, io.SEEK_END)
    tail_size = min(size, 22 + 0xFFFF)
    handle.seek(size - tail_size)
    tail = handle.read(tail_size)
    at = tail.rfind(_EOCD)
    if at < 0 or len(tail) - at < 22:
        raise FileRefused("zip_damaged", {"filename": filename, "why": "truncated"})
    fields = struct.unpack("<4s4H2LH", tail[at : at + 22])
    count, directory_size, directory_at, comment = fields[4], fields[5], fields[6], fields[7]
    if 0xFFFFFFFF in (directory_size, directory_at) or count == 0xFFFF or fields[1] or fields[2]:
        raise FileRefused("zip_damaged", {"filename": filename, "why": "directory"})
    if at + 22 + comment != len(tail):
        raise FileRefused("zip_damaged", {"filename": filename, "why": "inconsistent"})
    return size, size - tail_size + at, count, directory_size, directory_at


def _check_entry(info: zipfile.ZipInfo, seen: set[str], filename: str) -> None:
    name = info.filename
    normal = name.replace("\\", "/")
    parts = normal.split("/")
    if normal.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", normal) or "\x00" in info.orig_filename:
        raise FileRefused("zip_path", {"filename": filename, "entry": name[:120]})
    if (info.external_attr >> 16) & 0o170000 == 0o120000:  # a symbolic link
        raise FileRefused("zip_path", {"filename": filename, "entry": name[:120]})
    if info.flag_bits & 0x1:
        raise FileRefused("encrypted", {"filename": filename})
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise FileRefused("zip_method", {"filename": filename, "entry": name[:120]})
    if normal.lower() in seen:
        # Two parts of one name: readers disagree about which one counts.
        raise FileRefused("zip_damaged", {"filename": filename, "why": "inconsistent"})
    seen.add(normal.lower())


def _check_layout(infos: list[zipfile.ZipInfo], directory_at: int, filename: str) -> None:
    """Entries must not overlap (one piece of data counted many times is the modern bomb)."""
    reached = 0
    for info in sorted(infos, key=lambda item: item.header_offset):
        if info.header_offset < reached:
            raise FileRefused("zip_damaged", {"filename": filename, "why": "overlap"})
        reached = info.header_offset + 30 + len(info.orig_filename) + info.compress_size
    if reached > directory_at:
        raise FileRefused("zip_damaged", {"filename": filename, "why": "inconsistent"})
    if infos and min(info.header_offset for info in infos) != 0:
        raise FileRefused("polyglot", {"filename": filename, "kind": "zip", "other": "?"})


def _data_start(handle: IO[bytes], info: zipfile.ZipInfo, filename: str) -> int:
    handle.seek(info.header_offset)
    header = handle.read(30)
    if len(header) < 30 or header[:4] != _LOCAL:
        raise FileRefused("zip_damaged", {"filename": filename, "why": "inconsistent"})
    name_size, extra_size = struct.unpack("<2H", header[26:30])
    name = handle.read(name_size)
    if name != info.orig_filename.encode("utf-8" if info.flag_bits & 0x800 else "cp437", "replace"):
        raise FileRefused("zip_damaged", {"filename": filename, "why": "inconsistent"})
    return info.header_offset + 30 + int(name_size) + int(extra_size)


def _check_head(name: str, head: bytes, filename: str) -> None:
    if name.lower().endswith((".xml", ".rels", ".vml")):
        start = head[:8192]
        if _DTD.search(start) or any(mark in start for mark in _DTD_WIDE):
            raise FileRefused("xml_dtd", {"filename": filename, "entry": name[:120]})
    if head[:2] == b"MZ" or head[:4] == b"\x7fELF":
        raise FileRefused("executable", {"filename": f"{filename}!{name[:120]}"})


def _too_large(filename: str, limits: ArchiveLimits) -> FileRefused:
    return FileRefused("zip_too_large", {"filename": filename, "limit_mb": limits.unpacked_bytes // 1048576})
