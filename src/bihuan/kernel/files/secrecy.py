"""Looking for a secrecy mark (密级标志) on a document's first page.

State secrets and work secrets do not belong on this system (保守国家秘密法: only on graded systems), so a
marked file is refused. The mark is 密级★保密期限, e.g. 秘密★1年 or 机密★; older papers carry the grade alone
on a line at the top. A running text that only speaks of secrets is no mark.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO, Any

from lxml import etree, html
from pypdf import PdfReader

from bihuan.kernel.files.archive import EntryReader
from bihuan.kernel.files.errors import FileRefused

_GRADES = "绝密|机密|秘密"
#: 工作秘密★ is a mark of its own and is kept whole.
_STAR = re.compile(rf"(?:工作)?(?:{_GRADES})[★☆✩✪⭐*＊](?:长期|\d{{1,3}}(?:年|个?月|天|日)?)?")
_ALONE = re.compile(rf"^(?:密级[:：]?)?(?:{_GRADES})(?:[（(]?\d{{1,2}}年[)）]?)?$")
_SPACE = re.compile(r"[\s\u3000\u200b\ufeff]+")
_MAX_CHARS = 6_000
_TOP_LINES = 12
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def secrecy_mark(lines: Iterable[str], *, top: int = _TOP_LINES) -> str | None:
    """The mark found in the lines of a first page, or None. `top`: how many lines may carry a bare grade."""
    seen = 0
    joined = ""
    for line in lines:
        text = _SPACE.sub("", line)
        if not text:
            continue
        if found := _STAR.search(text):
            return found.group()
        if seen < top and _ALONE.match(text):
            return text
        seen += 1
        # PDF text comes in shreds: a mark may be cut into several lines.
        joined = (joined + text)[-40:]
        if (found := _STAR.search(joined)) is not None:
            return found.group()
    return None


def first_page_lines(handle: IO[bytes], kind: str, *, filename: str, encoding: str = "") -> list[str] | None:
    """The lines at the beginning of a document, or None where this kind's text cannot be read."""
    handle.seek(0)
    if kind == "pdf":
        return _pdf_lines(handle, filename)
    if kind in ("docx", "xlsx", "pptx", "ofd", "odt", "ods"):
        return _zip_lines(handle, kind)
    if kind in ("txt", "csv"):
        text = io.TextIOWrapper(io.BufferedReader(_Kept(handle)), encoding=encoding or "utf-8-sig", errors="replace")
        try:
            return text.read(_MAX_CHARS).splitlines()
        finally:
            text.detach()
    if kind == "html":
        return _html_lines(handle.read(256 * 1024))
    return None


def binary_mark(handle: IO[bytes]) -> str | None:
    """A starred mark anywhere in a classic Office file, whose text lies as UTF-16 or GBK among the rest."""
    patterns = [
        (grade + star).encode(encoding)
        for grade in _GRADES.split("|")
        for star in "★☆"
        for encoding in ("utf-16-le", "gbk")
    ]
    handle.seek(0)
    tail = b""
    while piece := handle.read(1 << 20):
        window = tail + piece
        for pattern in patterns:
            if pattern in window:
                for encoding in ("utf-16-le", "gbk"):
                    text = pattern.decode(encoding, "ignore")
                    if _STAR.fullmatch(text):
                        return text
        tail = window[-16:]
    return None


def _pdf_lines(handle: IO[bytes], filename: str) -> list[str] | None:
    try:
        reader = PdfReader(handle, strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise FileRefused("encrypted", {"filename": filename})
        if not reader.pages:
            raise FileRefused("damaged", {"filename": filename, "why": "no_content"})
        page = reader.pages[0]
    except FileRefused:
        raise
    except Exception as exc:  # a hostile file makes the parser fail in any way there is
        raise FileRefused("damaged", {"filename": filename, "why": "unreadable"}) from exc
    try:
        text = page.extract_text()[:_MAX_CHARS]
    except Exception:  # an odd font is no reason to refuse; the remark says that nobody looked
        return None
    return text.splitlines() or None


def _zip_lines(handle: IO[bytes], kind: str) -> list[str]:
    archive = zipfile.ZipFile(handle)
    wanted: dict[str, tuple[str, str, str]] = {
        # kind: (which parts, the element that is a line, the element that holds text)
        "docx": (r"word/(?:document|header\d*)\.xml", "p", "t"),
        "pptx": (r"ppt/slides/slide1\.xml", "p", "t"),
        "xlsx": (r"xl/sharedStrings\.xml|xl/worksheets/sheet1\.xml", "si", "t"),
        "ofd": (r".*Page_0/Content\.xml", "TextObject", "TextCode"),
        "odt": (r"content\.xml|styles\.xml", "p", ""),
        "ods": (r"content\.xml", "p", ""),
    }
    parts, line, text = wanted[kind]
    out: list[str] = []
    for info in archive.infolist():
        if re.fullmatch(parts, info.filename, re.IGNORECASE):
            limit = 4 * 1024 * 1024 if kind != "xlsx" else 1024 * 1024
            found = list(_xml_lines(EntryReader(handle, info, limit=limit), line, text))
            # Headers stand at the top of the page.
            out = found + out if "header" in info.filename else out + found
            if kind == "xlsx":
                out += _print_headers(handle, info)
    return out


def _xml_lines(stream: Any, line: str, text: str) -> Iterator[str]:
    """Text of the first lines; a part cut off by the limit simply ends."""
    chars = 0
    current: list[str] = []
    try:
        for _event, element in etree.iterparse(
            stream, events=("end",), resolve_entities=False, no_network=True, huge_tree=False
        ):
            tag = etree.QName(element).localname if isinstance(element.tag, str) else ""
            if text and tag in (text, "is", "oddHeader", "firstHeader"):
                current.append("".join(element.itertext()))
            elif not text and tag == line:
                current = ["".join(element.itertext())]
            if tag in (line, "is", "oddHeader", "firstHeader"):
                joined = "".join(current)
                current = []
                chars += len(joined)
                yield joined
                element.clear(keep_tail=True)
                if chars > _MAX_CHARS:
                    return
    except etree.XMLSyntaxError:
        return


def _print_headers(handle: IO[bytes], info: zipfile.ZipInfo) -> list[str]:
    """Printed page headers of a sheet; they stand behind the cells, so the part is streamed to its end."""
    tail = b""
    found: list[str] = []
    stream = EntryReader(handle, info)
    while piece := stream.read(1 << 16):
        window = tail + piece
        for match in re.finditer(rb"<(?:\w+:)?(?:odd|first|even)Header>([^<]{0,400})<", window):
            found.append(re.sub(r"&(?:amp;)?[A-Z]", " ", match.group(1).decode("utf-8", "replace")))
        tail = window[-600:]
    return found


def _html_lines(data: bytes) -> list[str]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding, "strict" if encoding == "utf-8-sig" else "replace")
            break
        except UnicodeDecodeError:
            continue
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    try:
        root = html.document_fromstring(text)
    except (etree.ParserError, ValueError):
        return []
    lines = [str(piece) for piece in root.itertext()]
    return "\n".join(lines)[:_MAX_CHARS].splitlines()


class _Kept(io.RawIOBase):
    """A view of a file that closing the text wrapper does not close."""

    def __init__(self, handle: IO[bytes]) -> None:
        self._handle = handle

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._handle.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
