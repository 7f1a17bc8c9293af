"""The gate: what is this file, and may it enter."""

from __future__ import annotations

import hashlib
import io
import os
import re
import unicodedata
import zipfile
from collections.abc import Collection
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeAlias

from cryptography.hazmat.primitives import hashes

from bihuan.kernel.files.archive import ArchiveLimits, check_archive, read_entry
from bihuan.kernel.files.biff import scan_biff
from bihuan.kernel.files.detect import check_text, detect
from bihuan.kernel.files.errors import FileRefused, remark
from bihuan.kernel.files.kinds import (
    DEFAULT_ALLOWED,
    EXECUTABLE_EXTENSIONS,
    IMAGE_KINDS,
    KINDS,
    OLE_KINDS,
    OOXML_KINDS,
    TEXT_KINDS,
)  # fmt: skip
from bihuan.kernel.files.ole import OleDamagedError, OleFile
from bihuan.kernel.files.secrecy import binary_mark, first_page_lines, secrecy_mark
from bihuan.kernel.wording import Message

Source: TypeAlias = "str | os.PathLike[str] | bytes | IO[bytes] | Any"

DEFAULT_MAX_BYTES = 50 * 1024 * 1024
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_DIRECTION = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_OLE_MACRO = frozenset({"vba", "macros", "_vba_project", "_vba_project_cur"})
_PDF_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|OpenAction|RichMedia)\b(?!\w)")
_EXTERNAL = re.compile(rb"<[^>]*?TargetMode\s*=\s*[\"']External[\"'][^>]*>", re.IGNORECASE)
_TARGET = re.compile(rb"Target\s*=\s*[\"']([^\"']{0,200})", re.IGNORECASE)


@dataclass(frozen=True)
class Inspection:
    """An accepted file: kind code, media type, digests (lower-case hex), size in bytes, remarks."""

    kind: str
    mime: str
    sha256: str
    sm3: str
    size: int
    warnings: tuple[Message, ...] = ()


def inspect_upload(
    source: Source,
    *,
    filename: str,
    allow: Collection[str] = DEFAULT_ALLOWED,
    max_bytes: int = DEFAULT_MAX_BYTES,
    limits: ArchiveLimits | None = None,
    loose_names: bool = False,
    secrecy: bool = True,
) -> Inspection:
    """Decide whether a file may enter.

    `source`: a path, bytes, or an open seekable binary file (Django's UploadedFile too). `filename`: the name
    the user gave. `allow`: kind codes of KINDS. `max_bytes`: judged before anything is read. `loose_names`
    accepts the false extensions other systems write (HTML or text named .xls). `secrecy` looks for a mark.
    Raises FileRefused (codes: REFUSAL_MESSAGES). The file's position is left at 0.
    """
    extension = check_name(filename)
    with opened(source) as handle:
        size = _known_size(source, handle)
        _check_size(size, max_bytes, filename)
        limits = limits or ArchiveLimits()
        kind = _settle(detect(handle, filename=filename, limits=limits), extension)
        _check_kind(kind, extension, allow, filename, loose_names)
        encoding = ""
        warnings: list[Message] = []
        if kind in TEXT_KINDS:
            encoding = check_text(handle, filename=filename)
        elif kind in OLE_KINDS:
            warnings += _check_ole(handle, kind, filename)
        elif zipfile.is_zipfile(_rewound(handle)) and (kind in OOXML_KINDS or kind in _ZIPPED):
            warnings += _check_container(handle, kind, filename, limits)
        elif kind == "pdf":
            warnings += _check_pdf(handle, filename)
        elif kind in IMAGE_KINDS:
            warnings += _check_image(handle, kind, size, filename)
        if secrecy:
            warnings += _check_secrecy(handle, kind, filename, encoding)
        sha256, sm3 = digests(handle, max_bytes=max_bytes, filename=filename)
        handle.seek(0)
    return Inspection(kind, KINDS[kind].mime, sha256, sm3, size, tuple(warnings))


def check_name(filename: str) -> str:
    """The lower-case extension of an acceptable file name. Raises FileRefused bad_name or executable."""

    def bad(why: str) -> FileRefused:
        return FileRefused("bad_name", {"filename": _CONTROL.sub("?", filename)[:120], "why": why})

    if not filename.strip().strip("."):
        raise bad("name_empty")
    if _CONTROL.search(filename):
        raise bad("name_control")
    if _DIRECTION.search(filename):
        raise bad("name_direction")
    if "/" in filename or "\\" in filename:
        raise bad("name_path")
    if len(filename.encode("utf-8", "replace")) > 255:
        raise bad("name_too_long")
    # Windows drops trailing dots and spaces: "a.exe. " is a program there.
    name = unicodedata.normalize("NFKC", filename).rstrip(". ")
    extension = name.rpartition(".")[2].strip().lower() if "." in name else ""
    if extension in EXECUTABLE_EXTENSIONS:
        raise FileRefused("executable", {"filename": filename})
    return extension


def digests(handle: IO[bytes], *, max_bytes: int | None = None, filename: str = "") -> tuple[str, str]:
    """(SHA-256, SM3) of an open file as lower-case hex, read in pieces. Raises too_large past `max_bytes`."""
    sha256, sm3 = hashlib.sha256(), hashes.Hash(hashes.SM3())
    handle.seek(0)
    total = 0
    while piece := handle.read(1 << 20):
        total += len(piece)
        if max_bytes is not None and total > max_bytes:
            raise _too_large(total, max_bytes)
        sha256.update(piece)
        sm3.update(piece)
    return sha256.hexdigest(), sm3.finalize().hex()


@contextmanager
def opened(source: Source) -> Any:
    """A seekable binary view of a path, bytes or open file; only what was opened here is closed."""
    if isinstance(source, (str, os.PathLike)):
        with Path(source).open("rb") as handle:
            yield handle
    elif isinstance(source, (bytes, bytearray, memoryview)):
        yield io.BytesIO(source)
    else:
        yield source


_ZIPPED = frozenset({"ofd", "odt", "ods", "zip", "xlsb"})


def _rewound(handle: IO[bytes]) -> IO[bytes]:
    handle.seek(0)
    return handle


def _known_size(source: Source, handle: IO[bytes]) -> int:
    size = getattr(source, "size", None)
    if isinstance(size, int):
        return size
    try:
        return handle.seek(0, io.SEEK_END)
    except (OSError, ValueError, AttributeError) as exc:
        raise FileRefused("unknown_size") from exc


def _check_size(size: int, max_bytes: int, filename: str) -> None:
    if size == 0:
        raise FileRefused("empty", {"filename": filename})
    if size > max_bytes:
        raise _too_large(size, max_bytes)


def _too_large(size: int, max_bytes: int) -> FileRefused:
    return FileRefused("too_large", {"size_mb": round(size / 1048576, 1), "limit_mb": round(max_bytes / 1048576, 1)})


def _settle(kind: str, extension: str) -> str:
    """Plain text is one kind by content; its name says whether it is meant as a table."""
    return "txt" if kind == "csv" and extension == "txt" else kind


def _check_kind(kind: str, extension: str, allow: Collection[str], filename: str, loose: bool) -> None:
    allowed = sorted(allow)
    if kind == "unknown" or kind not in KINDS:
        raise FileRefused("unknown_kind", {"filename": filename, "allowed": allowed})
    known = KINDS[kind]
    accepted = known.extensions | (known.loose if loose else frozenset())
    if kind == "csv" and extension == "txt":
        accepted |= {"txt"}
    if extension not in accepted:
        if kind == "html":
            raise FileRefused("html_disguised", {"filename": filename, "extension": extension or "?"})
        raise FileRefused(
            "content_mismatch",
            {
                "filename": filename,
                "kind": kind,
                "expected": sorted(known.extensions),
                "extension": extension,
            },
        )
    if kind not in allow and not (kind == "txt" and "csv" in allow and loose):
        raise FileRefused("kind_not_allowed", {"filename": filename, "kind": kind, "allowed": allowed})


def _check_ole(handle: IO[bytes], kind: str, filename: str) -> list[Message]:
    try:
        ole = OleFile(handle)
        parts = {entry.name.lower() for entry in ole.entries}
        if found := sorted(parts & _OLE_MACRO):
            raise FileRefused("macro", {"filename": filename, "part": found[0]})
        if kind == "xls":
            stream = ole.read("Workbook", DEFAULT_MAX_BYTES) or ole.read("Book", DEFAULT_MAX_BYTES) or b""
            scan = scan_biff(stream)
            if scan.encrypted:
                raise FileRefused("encrypted", {"filename": filename})
            if scan.macro_sheet:
                raise FileRefused("macro", {"filename": filename, "part": "Excel 4.0"})
        elif kind == "doc":
            header = ole.read("WordDocument", 32) or b""
            if len(header) >= 12 and header[11] & 0x01:
                raise FileRefused("encrypted", {"filename": filename})
    except OleDamagedError as exc:
        raise FileRefused("damaged", {"filename": filename, "why": "unreadable"}) from exc
    embedded = sorted(parts & {"objectpool", "\x01ole10native", "package"})
    return [remark("embedded_file", what=embedded[0].strip("\x01"))] if embedded else []


def _check_container(handle: IO[bytes], kind: str, filename: str, limits: ArchiveLimits) -> list[Message]:
    report = check_archive(handle, limits=limits, filename=filename)
    warnings = [remark("embedded_file", what=name[:120]) for name in report.embedded[:5]]
    for name in report.names:
        low = name.lower()
        if "vbaproject" in low or "/macrosheets/" in low or low.startswith(("basic/", "scripts/")):
            raise FileRefused("macro", {"filename": filename, "part": name[:120]})
        if "/activex/" in low or re.search(r"/embeddings/.*\.bin$", low):
            warnings.append(remark("embedded_file", what=name[:120]))
    if kind in OOXML_KINDS:
        warnings += _check_relations(handle, report.names, filename)
    return warnings[:20]


def _check_relations(handle: IO[bytes], names: tuple[str, ...], filename: str) -> list[Message]:
    """Links to the outside: a remote template is a known way to bring a macro in later."""
    warnings: list[Message] = []
    with zipfile.ZipFile(_rewound(handle)) as archive:
        for name in names:
            if not name.lower().endswith(".rels"):
                continue
            data = read_entry(handle, archive, name, limit=2 * 1024 * 1024) or b""
            for link in _EXTERNAL.findall(data):
                target = (_TARGET.search(link) or [b"", b""])[1].decode("utf-8", "replace")
                if b"attachedtemplate" in link.lower():
                    raise FileRefused("external_template", {"filename": filename, "target": target[:120]})
                if b"hyperlink" not in link.lower():
                    warnings.append(remark("external_link", target=target[:120]))
    return warnings


def _check_pdf(handle: IO[bytes], filename: str) -> list[Message]:
    found: set[str] = set()
    handle.seek(0)
    tail = b""
    end = b""
    while piece := handle.read(1 << 20):
        window = tail + piece
        found |= {match.decode() for match in _PDF_ACTIVE.findall(window)}
        if b"/EmbeddedFile" in window:
            found.add("EmbeddedFile")
        tail = window[-32:]
        end = (end + piece)[-4096:]
    if b"%%EOF" not in end:
        raise FileRefused("damaged", {"filename": filename, "why": "truncated"})
    warnings = []
    if "EmbeddedFile" in found:
        warnings.append(remark("embedded_file", what="PDF"))
    # /OpenAction alone is how most writers set the first zoom.
    if active := sorted(found - {"OpenAction", "EmbeddedFile"}):
        warnings.append(remark("pdf_script", what=active))
    return warnings


_IMAGE_END = {"png": b"IEND\xaeB`\x82", "jpg": b"\xff\xd9", "gif": b"\x00;"}


def _check_image(handle: IO[bytes], kind: str, size: int, filename: str) -> list[Message]:
    if kind not in _IMAGE_END:
        return []
    handle.seek(max(0, size - (1 << 20)))
    tail = handle.read(1 << 20)
    at = tail.rfind(_IMAGE_END[kind])
    if at < 0:
        raise FileRefused("damaged", {"filename": filename, "why": "truncated"})
    rest = len(tail) - at - len(_IMAGE_END[kind])
    return [remark("trailing_data", bytes=rest)] if rest > 16 else []


def _check_secrecy(handle: IO[bytes], kind: str, filename: str, encoding: str) -> list[Message]:
    if kind in OLE_KINDS:
        mark = binary_mark(handle)
        lines: list[str] | None = None
    else:
        lines = first_page_lines(handle, kind, filename=filename, encoding=encoding)
        mark = secrecy_mark(lines, top=3 if kind in ("csv", "xlsx", "ods") else 12) if lines else None
    if mark:
        raise FileRefused("state_secret", {"filename": filename, "mark": mark})
    return [] if lines else [remark("secrecy_unchecked")]
