"""A notice's file as text: .txt (UTF-8, UTF-16 with mark, GB 18030), .docx, .html. Nothing is fetched or run."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import docx
from lxml import etree, html

from .model import Notice, UnreadableNotice
from .reader import read_notice

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 60 * 1024 * 1024
_TEXT = {".txt", ".text", ".md", ""}
_HTML = {".html", ".htm", ".xhtml"}
_BLOCKS = {
    "p", "div", "br", "li", "tr", "td", "th", "table", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article",
    "ul", "ol", "header", "footer", "dt", "dd", "dl", "pre", "body",
}
_SILENT = {"script", "style", "noscript", "template", "head"}


def load_text(path: str | Path) -> str:
    """The text of the file, paragraph by paragraph. Raises :class:`UnreadableNotice` naming file, reason and remedy."""
    file = Path(path)
    if not file.is_file():
        raise UnreadableNotice("file.missing", name=str(path))
    if file.stat().st_size > MAX_BYTES:
        raise UnreadableNotice("file.size", name=file.name, limit=MAX_BYTES // 1024 // 1024)
    return text_of(file.read_bytes(), name=file.name)


def text_of(data: bytes, *, name: str) -> str:
    """The text of an uploaded file's bytes; ``name`` tells its kind by the ending (and labels errors)."""
    if len(data) > MAX_BYTES:
        raise UnreadableNotice("file.size", name=name, limit=MAX_BYTES // 1024 // 1024)
    ending = Path(name).suffix.lower()
    if ending == ".docx":
        return _docx_text(data, name)
    if ending in _HTML:
        return _html_text(decode(data, name), name)
    if ending in _TEXT:
        return decode(data, name)
    raise UnreadableNotice("file.kind", name=name)


def decode(data: bytes, name: str) -> str:
    """Bytes as UTF-8 (with or without mark), UTF-16 with mark, else GB 18030."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableNotice("file.encoding", name=name)


def _docx_text(data: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(item.file_size for item in archive.infolist())
        if unpacked > MAX_UNPACKED:
            raise UnreadableNotice("file.size", name=name, limit=MAX_UNPACKED // 1024 // 1024)
        document = docx.Document(io.BytesIO(data))
        lines: list[str] = []
        for block in document.iter_inner_content():
            if hasattr(block, "rows"):
                for row in block.rows:
                    seen: list[object] = []
                    for cell in row.cells:
                        if cell._tc not in seen:  # a merged cell appears once for each column it spans
                            seen.append(cell._tc)
                            lines.extend(p.text for p in cell.paragraphs)
            else:
                lines.append(block.text)
    except (zipfile.BadZipFile, KeyError, ValueError, etree.XMLSyntaxError) as error:
        if isinstance(error, UnreadableNotice):
            raise
        raise UnreadableNotice("file.broken", name=name) from error
    return "\n".join(lines)


def _html_text(markup: str, name: str) -> str:
    # A declared encoding would contradict text that is decoded already.
    cleaned = markup.lstrip("\ufeff \r\n\t")
    if cleaned.startswith("<?xml"):
        cleaned = cleaned.partition("?>")[2]
    try:
        root = html.document_fromstring(cleaned)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableNotice("file.broken", name=name) from error
    parts: list[str] = []
    _collect(root, parts)
    lines = (" ".join(line.split(" ")).strip() for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def _collect(element: html.HtmlElement, parts: list[str]) -> None:
    """Depth-first text without recursion: a saved page may nest deeper than Python's stack."""
    for event, node in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        hidden = not isinstance(node.tag, str) or any(a.tag in _SILENT for a in (node, *node.iterancestors()))
        block = isinstance(node.tag, str) and node.tag in _BLOCKS
        if event == "start":
            if block:
                parts.append("\n")
            if not hidden and node.text:
                parts.append(_flow(node.text))
            continue
        if event == "end" and block:
            parts.append("\n")
        above = node.getparent()
        shown = above is not None and not any(a.tag in _SILENT for a in node.iterancestors())
        if shown and node.tail:
            parts.append(_flow(node.tail))


def _flow(text: str) -> str:
    """Line breaks of the source are blanks in HTML; between Chinese characters they are nothing."""
    return "".join(text.replace("\r", "").split("\n")) if not text.isascii() else text.replace("\n", " ")


def read_file(path: str | Path) -> Notice:
    """Load and read one file; raises :class:`UnreadableNotice` or :class:`~.model.NotThisGenre`."""
    return read_notice(load_text(path), name=Path(path).name)


def main_json(path: str | Path) -> str:
    """The notice of a file as JSON (UTF-8 text, two-space indent), for ``bihuan notice read FILE --json``."""
    return json.dumps(read_file(path).to_json(), ensure_ascii=False, indent=2)
