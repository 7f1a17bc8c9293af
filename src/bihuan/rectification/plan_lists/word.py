"""Tables of a .docx, with cells merged across (gridSpan) and down (vMerge) resolved to the cell they belong to."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from lxml import etree

from bihuan.kernel.errors import Refused
from bihuan.kernel.wording import Message

from ..word_xml import CELL, PARAGRAPH, ROW, blocks, children, paragraph_text, row_deleted
from . import wordings as w
from .blocks import MAX_ROWS, Grid

_MAX_COLUMNS = 200


def grids(content: bytes, filename: str) -> list[Grid]:
    """Every table of the document, in order; a table within a cell stands as text of that cell.

    Raises Refused when the document cannot be read or is too long.
    """
    try:
        body = Document(io.BytesIO(content)).element.body
    except (KeyError, ValueError, OSError, zipfile.BadZipFile, etree.XMLSyntaxError) as error:
        raise Refused(Message(w.DAMAGED, {"filename": filename})) from error
    found: list[Grid] = []
    title, rows = "", 0
    numbering: dict[tuple[str, str], int] = {}
    for element in blocks(body):
        if element.tag == PARAGRAPH:
            text = paragraph_text(element).strip()
            title = text or title
            continue
        number = len(found) + 1
        name = f"{number} {title}".strip()[:60]
        grid = _grid(element, name, title, numbering)
        rows += len(grid.cells)
        if rows > MAX_ROWS:
            raise Refused(Message(w.TOO_MANY, {"filename": filename, "limit": MAX_ROWS}))
        found.append(grid)
        title = ""
    return found


def _grid(table: Any, name: str, title: str, numbering: dict[tuple[str, str], int]) -> Grid:
    cells: list[tuple[str, ...]] = []
    origins: list[tuple[tuple[int, int], ...]] = []
    open_below: dict[int, tuple[tuple[int, int], str]] = {}
    for number, row in enumerate(r for r in children(table, {ROW}) if not row_deleted(r)):
        line: list[str] = []
        places: list[tuple[int, int]] = []
        merged: dict[int, tuple[tuple[int, int], str]] = {}
        for _skipped in range(_count(row, "w:trPr/w:gridBefore")):
            places.append((number, len(line)))
            line.append("")
        for cell in children(row, {CELL}):
            column = len(line)
            span = max(_count(cell, "w:tcPr/w:gridSpan"), 1)
            merge = cell.find("w:tcPr/w:vMerge", cell.nsmap)
            goes_on = merge is not None and merge.get(qn("w:val"), "continue") != "restart"
            origin, text = (number, column), ""
            if goes_on and column in open_below:
                origin, text = open_below[column]
            else:
                text = _cell(cell, numbering)
            for _n in range(min(span, _MAX_COLUMNS - len(line))):
                if merge is not None:
                    merged[len(line)] = (origin, text)
                places.append(origin)
                line.append(text)
        open_below = merged
        cells.append(tuple(line))
        origins.append(tuple(places))
    return Grid(name, title, tuple(cells), tuple(origins))


def _count(element: Any, path: str) -> int:
    found = element.find(path, element.nsmap)
    value = found.get(qn("w:val"), "0") if found is not None else "0"
    return min(int(value), _MAX_COLUMNS) if value.isdigit() else 0


def _cell(cell: Any, numbering: dict[tuple[str, str], int]) -> str:
    lines: list[str] = []
    for element in blocks(cell):
        if element.tag == PARAGRAPH:
            text = paragraph_text(element)
            lines.append(text if text.strip() else _automatic(element, numbering))
        else:
            lines.extend("\t".join(row) for row in _grid(element, "", "", numbering).cells)
    text = "\n".join(line.rstrip() for line in lines).strip()
    return re.sub(r"[\u200b\ufeff\u00ad]", "", text)


def _automatic(paragraph: Any, numbering: dict[tuple[str, str], int]) -> str:
    """The number Word would print before an otherwise empty paragraph: a column of automatic numbers 1, 2, 3."""
    held = paragraph.find("w:pPr/w:numPr/w:numId", paragraph.nsmap)
    if held is None or held.get(qn("w:val")) in (None, "0"):
        return ""
    level = paragraph.find("w:pPr/w:numPr/w:ilvl", paragraph.nsmap)
    key = (held.get(qn("w:val")), level.get(qn("w:val"), "0") if level is not None else "0")
    numbering[key] = numbering.get(key, 0) + 1
    return str(numbering[key])
