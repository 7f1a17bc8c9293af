"""What a .docx document's XML says, as accepted: insertions in, deletions out, content controls looked through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docx.oxml.ns import qn

PARAGRAPH, TABLE, ROW, CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_TRANSPARENT = {qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml"), qn("w:smartTag"), qn("w:moveTo")}
_SKIPPED = {qn("w:del"), qn("w:moveFrom")}
_BREAKS = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): "\t", qn("w:noBreakHyphen"): "-"}
_TEXT = qn("w:t")
_PROPERTIES = {qn("w:pPr"), qn("w:rPr"), qn("w:drawing"), qn("w:pict"), qn("w:object"), qn("w:instrText")}


def blocks(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables below `parent`, through content controls and accepted insertions."""
    yield from children(parent, {PARAGRAPH, TABLE})


def children(parent: Any, wanted: set[str]) -> Iterator[Any]:
    """The elements with a wanted tag below `parent`, through what only wraps them."""
    for child in parent:
        if child.tag in wanted:
            yield child
        elif child.tag in _TRANSPARENT:
            yield from children(child, wanted)


def paragraph_text(paragraph: Any) -> str:
    """The text as accepted: insertions in, deletions out, line breaks and tabs kept."""
    parts: list[str] = []
    _collect(paragraph, parts)
    return "".join(parts)


def row_deleted(row: Any) -> bool:
    """Whether a table's row was deleted with changes tracked."""
    return row.find("w:trPr/w:del", row.nsmap) is not None


def _collect(element: Any, parts: list[str]) -> None:
    for child in element:
        if child.tag == _TEXT:
            parts.append(child.text or "")
        elif child.tag in _BREAKS:
            parts.append(_BREAKS[child.tag])
        elif child.tag not in _PROPERTIES and child.tag not in _SKIPPED and isinstance(child.tag, str):
            _collect(child, parts)
