"""Tables of a .docx, with cells merged across (gridSpan) and down (vMerge) resolved to the cell they belong to."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from lxml import etree

from bihuan.kernel.errors import Refused
from bihuan.kernel.wording import Message

from . import wordings as w
from .blocks import MAX_ROWS, Grid

_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_TRANSPARENT = {qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml"), qn("w:smartTag"), qn("w:moveTo")}
_SKIPPED = {qn("w:del"), qn("w:moveFrom")}
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
    for element in _blocks(body):
        if element.tag == _PARAGRAPH:
            text = _paragraph(element).strip()
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


def _blocks(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables below `parent`, through content controls and accepted insertions."""
    yield from _children(parent, {_PARAGRAPH, _TABLE})


def _children(parent: Any, wanted: set[str]) -> Iterator[Any]:
    for child in parent:
        if child.tag in wanted:
            yield child
        elif child.tag in _TRANSPARENT:
            yield from _children(child, wanted)


def _grid(table: Any, name: str, title: str, numbering: dict[tuple[str, str], int]) -> Grid:
    cells: list[tuple[str, ...]] = []
    origins: list[tuple[tuple[int, int], ...]] = []
    open_below: dict[int, tuple[tuple[int, int], str]] = {}
    for number, row in enumerate(r for r in _children(table, {_ROW}) if not _deleted(r)):
        line: list[str] = []
        places: list[tuple[int, int]] = []
        merged: dict[int, tuple[tuple[int, int], str]] = {}
        for _skipped in range(_count(row, "w:trPr/w:gridBefore")):
            places.append((number, len(line)))
            line.append("")
        for cell in _children(row, {_CELL}):
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


def _deleted(row: Any) -> bool:
    return row.find("w:trPr/w:del", row.nsmap) is not None


def _count(element: Any, path: str) -> int:
    found = element.find(path, element.nsmap)
    value = found.get(qn("w:val"), "0") if found is not None else "0"
    return min(int(value), _MAX_COLUMNS) if value.isdigit() else 0


def _cell(cell: Any, numbering: dict[tuple[str, str], int]) -> str:
    lines: list[str] = []
    for element in _blocks(cell):
        if element.tag == _PARAGRAPH:
            text = _paragraph(element)
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


def _paragraph(paragraph: Any) -> str:
    """The text as accepted: insertions in, deletions out, line breaks and tabs kept."""
    parts: list[str] = []
    _collect(paragraph, parts)
    return "".join(parts)


_BREAKS = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): "\t", qn("w:noBreakHyphen"): "-"}
_TEXT = qn("w:t")
_PROPERTIES = {qn("w:pPr"), qn("w:rPr"), qn("w:drawing"), qn("w:pict"), qn("w:object"), qn("w:instrText")}


def _collect(element: Any, parts: list[str]) -> None:
    for child in element:
        if child.tag == _TEXT:
            parts.append(child.text or "")
        elif child.tag in _BREAKS:
            parts.append(_BREAKS[child.tag])
        elif child.tag not in _PROPERTIES and child.tag not in _SKIPPED and isinstance(child.tag, str):
            _collect(child, parts)
