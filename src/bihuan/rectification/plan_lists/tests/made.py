"""Files as courts write them, built in the test: Word tables with merged cells, sheets with merged cells."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from docx import Document

Rows = Sequence[Sequence[Any]]


def docx(*tables: tuple[str, Rows]) -> bytes:
    """Tables with a title each. "^" goes on with the cell above (vMerge), "<" with the cell to the left (gridSpan)."""
    document = Document()
    for title, rows in tables:
        document.add_paragraph(title)
        width = max(len(row) for row in rows)
        table = document.add_table(rows=len(rows), cols=width)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if value not in ("^", "<"):
                    table.cell(r, c).text = str(value)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if value == "^":
                    table.cell(r - 1, c).merge(table.cell(r, c))
                elif value == "<":
                    table.cell(r, c - 1).merge(table.cell(r, c))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def xlsx(*sheets: tuple[str, Rows]) -> bytes:
    """Sheets; "^" goes on with the cell above as a merged range."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    for title, rows in sheets:
        page = book.add_worksheet(title)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if value in ("^", ""):
                    continue
                last = r
                while last + 1 < len(rows) and c < len(rows[last + 1]) and rows[last + 1][c] == "^":
                    last += 1
                if last > r:
                    page.merge_range(r, c, last, c, value)
                else:
                    page.write(r, c, value)
    book.close()
    return out.getvalue()
