"""A .docx as text: automatic numbers written out, headings with their level, tables with their cells."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import docx
from docx.oxml.ns import qn
from lxml import etree

from ..word_xml import CELL, PARAGRAPH, ROW, blocks, children, paragraph_text, row_deleted
from .model import LeftOut, Source, UnreadableNotice
from .numbering import Numbering, read_numbering
from .paper import MAX_LETTERS, Cell, Paper, TooMuch

MAX_UNPACKED = 60 * 1024 * 1024
MAX_XML = 12 * 1024 * 1024
_MAX_COLUMNS = 60
_ASIDE = {"header": "running_head", "footer": "running_head", "footnotes": "footnote", "endnotes": "footnote"}


def word_source(data: bytes, name: str) -> Source:
    """The text of a Word file. Raises UnreadableNotice file.size or file.broken."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sizes = [(item.filename, item.file_size) for item in archive.infolist()]
        if sum(size for _, size in sizes) > MAX_UNPACKED or _xml(sizes) > MAX_XML:
            raise UnreadableNotice("file.size", name=name, limit=MAX_XML // 1024 // 1024)
        document = docx.Document(io.BytesIO(data))
        body = document.element.body
        parts = [rel.target_part for rel in document.part.rels.values() if not rel.is_external]
        numbering = read_numbering(_root(parts, "numbering"), _root(parts, "styles"))
        paper = Paper()
        _add_blocks(paper, body, numbering, depth=0)
        for part in parts:
            _aside(paper, part)
    except UnreadableNotice:
        raise
    except TooMuch:
        raise UnreadableNotice("file.long", name=name, limit=MAX_LETTERS) from None
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, AttributeError, etree.XMLSyntaxError) as error:
        raise UnreadableNotice("file.broken", name=name) from error
    for box in body.iter(qn("w:txbxContent")):
        text = "\n".join(paragraph_text(p) for p in box.iter(PARAGRAPH)).strip()
        if text and not any(held.text == text for held in paper.left_out):
            paper.left_out.append(LeftOut(text, "text_box"))
    return paper.source()


def _xml(sizes: list[tuple[str, int]]) -> int:
    return sum(size for name, size in sizes if name.lower().endswith((".xml", ".rels")))


def _root(parts: list[Any], kind: str) -> Any:
    part = next((p for p in parts if str(p.content_type).endswith(f".{kind}+xml")), None)
    return None if part is None else _tree(part)


def _tree(part: Any) -> Any:
    held = getattr(part, "element", None)
    return held if held is not None else etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False))


def _aside(paper: Paper, part: Any) -> None:
    """Heads, feet and notes of the pages: not part of the text, but not lost."""
    kind = str(part.content_type).removesuffix("+xml").rpartition(".")[2]
    if kind not in _ASIDE:
        return
    text = "\n".join(t for p in _tree(part).iter(PARAGRAPH) if (t := paragraph_text(p).strip()))
    if text:
        paper.left_out.append(LeftOut(text, _ASIDE[kind]))


def _add_blocks(paper: Paper, parent: Any, numbering: Numbering, depth: int) -> None:
    for element in blocks(parent):
        if element.tag == PARAGRAPH:
            text = paragraph_text(element)
            label = numbering.label(element)
            # A number before nothing is a row's number in a table.
            paper.add(f"{label}{text.lstrip()}" if text.strip() else label.strip(" .、．"), numbering.heading(element))
        elif depth < 5:
            _add_table(paper, element, numbering, depth)


def _add_table(paper: Paper, table: Any, numbering: Numbering, depth: int) -> None:
    rows: list[list[Cell]] = []
    above: dict[int, Cell] = {}
    for row in children(table, {ROW}):
        if row_deleted(row):
            continue
        cells: list[Cell] = [(len(paper.lines), len(paper.lines))] * _count(row, "w:trPr/w:gridBefore")
        merged: dict[int, Cell] = {}
        for cell in children(row, {CELL}):
            merge = cell.find("w:tcPr/w:vMerge", cell.nsmap)
            if merge is not None and merge.get(qn("w:val"), "continue") != "restart" and len(cells) in above:
                place = above[len(cells)]
            else:
                first = len(paper.lines)
                _add_blocks(paper, cell, numbering, depth + 1)
                place = (first, len(paper.lines))
            for _n in range(max(1, min(_count(cell, "w:tcPr/w:gridSpan"), _MAX_COLUMNS - len(cells)))):
                if merge is not None:
                    merged[len(cells)] = place
                cells.append(place)
        above = merged
        rows.append(cells)
    paper.tables.append(rows)


def _count(element: Any, path: str) -> int:
    found = element.find(path, element.nsmap)
    value = found.get(qn("w:val"), "0") if found is not None else "0"
    return min(int(value), _MAX_COLUMNS) if value.isdigit() else 0
