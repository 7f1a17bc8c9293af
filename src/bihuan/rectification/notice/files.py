"""A notice's file as text: .txt, .docx, .html, .pdf. The ending of the name tells the kind. Nothing is fetched or run."""

from __future__ import annotations

import json
import re
from pathlib import Path

from .model import Notice, Source, UnreadableNotice
from .pdf import pdf_source
from .reader import read_notice
from .webpage import webpage_source
from .word import word_source

MAX_BYTES = 10 * 1024 * 1024
_TEXT = {".txt", ".text", ".md", ""}
_HTML = {".html", ".htm", ".xhtml"}
_WORD = {".docx", ".wps"}
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,20})", re.IGNORECASE)
_NAMES = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "big5-hkscs": "big5hkscs", "big5": "big5hkscs"}
# A text in Chinese that was decoded rightly holds these again and again.
_COMMON = re.compile("[的一是在和了不有人为于问题整改巡察視视黨党情况況實实法院組组]")


def load_source(path: str | Path) -> Source:
    """The file as text with what it tells besides. Raises :class:`UnreadableNotice` naming file, reason and remedy."""
    file = Path(path)
    if not file.is_file():
        raise UnreadableNotice("file.missing", name=str(path))
    if file.stat().st_size > MAX_BYTES:
        raise UnreadableNotice("file.size", name=file.name, limit=MAX_BYTES // 1024 // 1024)
    try:
        data = file.read_bytes()
    except OSError:
        raise UnreadableNotice("file.missing", name=str(path)) from None
    return source_of(data, name=file.name)


def load_text(path: str | Path) -> str:
    """The text alone, paragraph by paragraph."""
    return load_source(path).text


def source_of(data: bytes, *, name: str) -> Source:
    """An uploaded file's bytes as text; ``name`` tells its kind by the ending (and labels errors)."""
    if len(data) > MAX_BYTES:
        raise UnreadableNotice("file.size", name=name, limit=MAX_BYTES // 1024 // 1024)
    ending = Path(name).suffix.lower()
    if ending in _WORD:
        return word_source(data, name)
    if ending == ".pdf":
        return pdf_source(data, name)
    if ending in _HTML:
        return webpage_source(decode(data, name, page=True), name)
    if ending in _TEXT:
        return Source(decode(data, name))
    raise UnreadableNotice("file.kind", name=name)


def text_of(data: bytes, *, name: str) -> str:
    """The text alone of an uploaded file's bytes."""
    return source_of(data, name=name).text


def decode(data: bytes, name: str, *, page: bool = False) -> str:
    """Bytes as UTF-8 (with or without mark), UTF-16 with mark, what a page declares, GB 18030, or Big5.

    What a page says of itself is often wrong: UTF-8 comes first, since nothing else looks like it by chance.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030", "big5hkscs"]
        declared = _DECLARED.search(data[:4096]) if page else None
        if declared:
            said = declared[1].decode("ascii").lower()
            encodings.insert(1, _NAMES.get(said, said))
    found: list[str] = []
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if "\0" not in text:
            if encoding.startswith("utf"):
                return text
            found.append(text)
    if not found:
        raise UnreadableNotice("file.encoding", name=name)
    return max(found, key=lambda text: len(_COMMON.findall(text[:20_000])))


def read_file(path: str | Path) -> Notice:
    """Load and read one file; raises :class:`UnreadableNotice` or :class:`~.model.NotThisGenre`."""
    return read_notice(load_source(path), name=Path(path).name)


def main_json(path: str | Path) -> str:
    """The notice of a file as JSON (UTF-8 text, two-space indent), for ``bihuan notice read FILE --json``."""
    return json.dumps(read_file(path).to_json(), ensure_ascii=False, indent=2)
