"""Grids from web pages named .xls, which many office systems call an Excel export."""

from __future__ import annotations

import codecs
import re
from typing import IO, Any

from lxml import etree, html

from bihuan.kernel.sheets.reading.errors import SheetRefused
from bihuan.kernel.sheets.reading.grid import Grid, Limits, Merge

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_FRAMES = re.compile(r"<frameset\b", re.IGNORECASE)
#: Stands for <br> while white space is collapsed; a private-use character, so no page means anything by it.
_BREAK = "\ue000"
_SPACE = re.compile(r"[ \t\r\n\u00a0]+")


def webpage_grid(handle: IO[bytes], filename: str, sheet: str | int | None, limits: Limits) -> Grid:
    """The wanted table of a page (by number from 0 or name; else the one with the most cells).

    Raises SheetRefused too_large, bad_encoding, html_frames, empty, sheet_missing, area_too_large.
    """
    handle.seek(0)
    data = handle.read(limits.html_bytes + 1)
    if len(data) > limits.html_bytes:
        limit = limits.html_bytes // 1048576
        raise SheetRefused("too_large", {"filename": filename, "size_mb": f">{limit}", "limit_mb": limit})
    text = _DECLARATION.sub("", _decoded(data, filename))
    try:
        root = html.document_fromstring(text, parser=html.HTMLParser(no_network=True, huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as exc:
        raise SheetRefused("damaged", {"filename": filename, "why": "unreadable"}) from exc
    tables = [table for table in root.iter("table") if table.find(".//td") is not None or _has(table, "th")]
    if not tables:
        raise SheetRefused("html_frames" if _FRAMES.search(text) else "empty", {"filename": filename})
    names = [str(number + 1) for number in range(len(tables))]
    wanted = _chosen(tables, names, sheet)
    rows, merges = _cells(tables[wanted], names[wanted], limits)
    return Grid(sheet=names[wanted], sheets=names, rows=rows, merges=merges)


def _chosen(tables: list[Any], names: list[str], sheet: str | int | None) -> int:
    if sheet is None:
        return max(range(len(tables)), key=lambda i: sum(1 for row in _own_rows(tables[i]) for _ in row))
    number = sheet if isinstance(sheet, int) else names.index(sheet) if sheet in names else -1
    if not 0 <= number < len(tables):
        raise SheetRefused("sheet_missing", {"sheet": sheet, "sheets": names})
    return number


def _decoded(data: bytes, filename: str) -> str:
    """UTF-8 when it is, else the Chinese encodings; what the page says of itself is often wrong."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            raise SheetRefused("nul_bytes", {"filename": filename, "offset": data.find(b"\x00")})
        return text
    raise SheetRefused("bad_encoding", {"filename": filename})


def _has(table: Any, tag: str) -> bool:
    return table.find(f".//{tag}") is not None


def _own_rows(table: Any) -> list[Any]:
    """Rows of this table and not of one inside it."""
    return [row for row in table.iter("tr") if next(row.iterancestors("table"), None) is table]


def _cells(table: Any, name: str, limits: Limits) -> tuple[list[list[Any]], list[Merge]]:
    grid: list[list[Any]] = []
    merges: list[Merge] = []
    #: column -> row (exclusive) down to which a cell from above still covers it
    covered: dict[int, int] = {}
    total = 0
    for index, row in enumerate(_own_rows(table)):
        if index >= limits.rows + 100:
            raise SheetRefused("too_many_rows", {"sheet": name, "limit": limits.rows})
        cells: list[Any] = []
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            while covered.get(len(cells), 0) > index:
                cells.append(None)
            across, down = _span(cell, "colspan"), _span(cell, "rowspan")
            column = len(cells)
            if column + across > limits.cols:
                raise SheetRefused("too_many_columns", {"sheet": name, "limit": limits.cols})
            cells += [_text(cell)] + [None] * (across - 1)
            if across > 1 or down > 1:
                merges.append((index, column, index + down - 1, column + across - 1))
            if down > 1:
                covered.update(dict.fromkeys(range(column, column + across), index + down))
        total += len(cells)
        if total > limits.cells:
            raise SheetRefused("area_too_large", {"sheet": name, "rows": index + 1, "cols": len(cells)})
        grid.append(cells)
    return grid, merges


def _span(cell: Any, name: str) -> int:
    text = str(cell.get(name, "1")).strip()
    return max(1, min(int(text), 100_000)) if text.isascii() and text.isdecimal() and len(text) < 9 else 1


def _text(cell: Any) -> str | None:
    for line_break in list(cell.iter("br")):
        line_break.tail = _BREAK + (line_break.tail or "")
    text = _SPACE.sub(" ", cell.text_content()).replace(_BREAK, "\n").strip()
    return text or None
