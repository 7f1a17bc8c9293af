"""What a file is, by its content alone."""

from __future__ import annotations

import codecs
import io
import re
import zipfile
from typing import IO

from bihuan.kernel.files.archive import ArchiveLimits, has_end_record, open_archive, read_entry
from bihuan.kernel.files.errors import FileRefused
from bihuan.kernel.files.ole import MAGIC as OLE_MAGIC
from bihuan.kernel.files.ole import OleDamagedError, OleFile

_HEAD = 4096
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"{\\rtf", "rtf"),
    (b"Rar!\x1a\x07", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b\x08", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ\x00", "archive"),
)
_EXECUTABLE = (
    b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe", b"#!", b"L\x00\x00\x00\x01\x14\x02\x00", b"dex\n", b"ITSF",
)  # fmt: skip
_HTML = re.compile(
    rb"^\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*"
    rb"<(?:!doctype\s+html|html|head|body|script|table|meta|style|iframe|form|div|title|link|base|object|embed)\b",
    re.IGNORECASE | re.DOTALL,
)
_MARKUP = re.compile(rb"<(?:script|html|iframe|object|embed)\b|<\?php|<%@", re.IGNORECASE)
_XML = re.compile(rb"^\s*<(?:\?xml|svg|!--|!doctype)", re.IGNORECASE)
_MHT = re.compile(rb"^(?:MIME-Version:|From:|Content-Type:|X-[A-Za-z-]+:)", re.IGNORECASE)
_CONTENT_TYPES = (
    (b"wordprocessingml.document.main+xml", "docx"),
    (b"spreadsheetml.sheet.main+xml", "xlsx"),
    (b"presentationml.presentation.main+xml", "pptx"),
    (b"presentationml.slideshow.main+xml", "pptx"),
    (b"wordprocessingml.template.main+xml", "docx"),
    (b"spreadsheetml.template.main+xml", "xlsx"),
    (b"sheet.binary.macroenabled.main", "xlsb"),
)


def detect(handle: IO[bytes], *, filename: str = "", limits: ArchiveLimits | None = None) -> str:
    """The kind code (see KINDS) of an open seekable file, or "unknown".

    Raises FileRefused for what no caller ever wants: executable, polyglot, encrypted, macro, damaged
    containers. Text is recognised by its first bytes only; `check_text` reads it whole.
    """
    handle.seek(0)
    head = handle.read(_HEAD)
    # A stray DOS header is two letters only: ask for the PE mark or for unprintable bytes behind it.
    if head.startswith(_EXECUTABLE) or (head[:2] == b"MZ" and b"\x00" in head[:64]):
        raise FileRefused("executable", {"filename": filename})
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(handle, head, filename, limits or ArchiveLimits())
    if head.startswith(OLE_MAGIC):
        return _ole_kind(handle, filename)
    kind = next((kind for magic, kind in _MAGIC if head.startswith(magic)), "")
    if not kind and head[4:8] == b"ftyp":
        kind = "mp4"
    if not kind and head[:2] == b"BM" and len(head) >= 26 and head[6:10] == b"\0\0\0\0":
        kind = "bmp"
    if kind and kind != "archive":
        _refuse_second_nature(handle, head, kind, filename)
    return kind or _text_kind(handle, head, filename)


def _refuse_second_nature(handle: IO[bytes], head: bytes, kind: str, filename: str) -> None:
    """A file that is one thing from the front and another from the back is made to deceive."""
    if has_end_record(handle):
        raise FileRefused("polyglot", {"filename": filename, "kind": kind, "other": "zip"})
    if kind != "pdf" and b"%PDF-" in head[:1024]:
        raise FileRefused("polyglot", {"filename": filename, "kind": kind, "other": "pdf"})
    if kind in ("png", "jpg", "gif", "bmp", "tiff") and _MARKUP.search(head):
        raise FileRefused("polyglot", {"filename": filename, "kind": kind, "other": "html"})


def _zip_kind(handle: IO[bytes], head: bytes, filename: str, limits: ArchiveLimits) -> str:
    archive = open_archive(handle, limits=limits, filename=filename)
    names = {name.lower() for name in archive.namelist()}
    kind = _container_kind(handle, archive, names, filename)
    if kind == "zip" and b"%PDF-" in head[:1024]:
        raise FileRefused("polyglot", {"filename": filename, "kind": "zip", "other": "pdf"})
    if kind == "zip" and "meta-inf/manifest.mf" in names:
        raise FileRefused("executable", {"filename": filename})
    return kind


def _container_kind(handle: IO[bytes], archive: zipfile.ZipFile, names: set[str], filename: str) -> str:
    if "[content_types].xml" in names:
        real = next(name for name in archive.namelist() if name.lower() == "[content_types].xml")
        types = (read_entry(handle, archive, real, limit=1 << 20) or b"").lower()
        if b"macroenabled" in types and b"binary" not in types:
            raise FileRefused("macro", {"filename": filename, "part": "[Content_Types].xml"})
        kind = next((kind for mark, kind in _CONTENT_TYPES if mark in types), "zip")
        main = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
        if kind in main and main[kind] not in names and not any(n.startswith(main[kind][:4]) for n in names):
            raise FileRefused("damaged", {"filename": filename, "why": "no_content"})
        return kind
    if "ofd.xml" in names:
        return "ofd"
    if "mimetype" in names and "content.xml" in names:
        mime = read_entry(handle, archive, "mimetype", limit=200) or b""
        if b"spreadsheet" in mime:
            return "ods"
        if b"text" in mime:
            return "odt"
    return "zip"


def _ole_kind(handle: IO[bytes], filename: str) -> str:
    try:
        names = {name.lower() for name in OleFile(handle).names}
    except OleDamagedError as exc:
        raise FileRefused("damaged", {"filename": filename, "why": "unreadable"}) from exc
    if "encryptedpackage" in names or "encryptioninfo" in names:
        raise FileRefused("encrypted", {"filename": filename})
    if names & {"workbook", "book"}:
        return "xls"
    if "worddocument" in names:
        return "doc"
    return "ppt" if "powerpoint document" in names else "ole"


def _text_kind(handle: IO[bytes], head: bytes, filename: str) -> str:
    body = head
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        body = head.decode("utf-16", "replace").encode()
    elif head.startswith(codecs.BOM_UTF8):
        body = head[3:]
    if _HTML.match(body):
        return "html"
    if _XML.match(body):
        return "html" if _MARKUP.search(body) or b"urn:schemas-microsoft-com:office" in body else "xml"
    if _MHT.match(body) and b"multipart/" in body:
        return "mht"
    if head.startswith(_BOMS):
        return "csv"
    control = sum(1 for byte in head if byte < 32 and byte not in (9, 10, 11, 12, 13, 27))
    # One stray control byte is a broken text and gets its own words; many are no text at all.
    if control > len(head) // 50 + 1:
        return "unknown"
    if has_end_record(handle):
        raise FileRefused("polyglot", {"filename": filename, "kind": "txt", "other": "zip"})
    return "csv"


def check_text(handle: IO[bytes], *, filename: str = "") -> str:
    """Read a text file through and name its encoding: utf-8-sig, utf-16 or gb18030.

    Raises FileRefused nul_bytes or bad_encoding. Memory stays at one piece.
    """
    handle.seek(0)
    start = handle.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        if not _decodes(handle, "utf-16", filename):
            raise FileRefused("bad_encoding", {"filename": filename})
        return "utf-16"
    _refuse_nul(handle, filename)
    for encoding in ("utf-8-sig", "gb18030"):
        if _decodes(handle, encoding, filename):
            return encoding
    raise FileRefused("bad_encoding", {"filename": filename})


def _refuse_nul(handle: IO[bytes], filename: str) -> None:
    handle.seek(0)
    offset = 0
    while piece := handle.read(1 << 16):
        at = piece.find(b"\x00")
        if at >= 0:
            raise FileRefused("nul_bytes", {"filename": filename, "offset": offset + at})
        offset += len(piece)


def _decodes(handle: IO[bytes], encoding: str, filename: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    handle.seek(0)
    offset = 0
    try:
        while piece := handle.read(1 << 16):
            if "\x00" in decoder.decode(piece):
                raise FileRefused("nul_bytes", {"filename": filename, "offset": offset})
            offset += len(piece)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def size_of(handle: IO[bytes]) -> int:
    """The size of an open seekable file in bytes, without reading it."""
    return handle.seek(0, io.SEEK_END)
