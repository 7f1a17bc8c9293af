"""Lists in workbooks, web pages and text files: every visible sheet, and lists that stand below each other."""

from __future__ import annotations

from collections.abc import Sequence

from bihuan.kernel.sheets.reading import SheetRefused, Table, heading_key, list_sheets, read_table
from bihuan.kernel.wording import Message

from . import columns
from . import wordings as w
from .blocks import Block, Found, Row
from .model import Leftover, Place

_QUIET = {
    "sheet.note.other_sheets", "sheet.note.expected_not_found", "sheet.note.merged_filled", "sheet.note.blank_rows",
    "sheet.note.total_rows", "sheet.note.spanning_rows", "sheet.note.double_heading",
}  # fmt: skip


def blocks(content: bytes, filename: str) -> Found:
    """The lists of all visible sheets. Raises SheetRefused when the file as a whole cannot be read."""
    found = Found()
    names = list_sheets(content, filename)
    hidden = False
    for number, name in enumerate(names):
        try:
            table = read_table(content, filename, sheet=number if len(names) > 1 else None, expected=columns.expected())
        except SheetRefused as refusal:
            if refusal.code not in ("empty", "no_heading"):
                raise
            if refusal.code == "no_heading":
                found.notes.append(Message(w.TABLE_UNKNOWN, {"table": name, "rows": 0}))
            continue
        hidden = hidden or any(note.code == "sheet.note.hidden_sheets" for note in table.notes)
        _cut(content, filename, number if len(names) > 1 else None, table, found)
    return found


def _cut(content: bytes, filename: str, sheet: int | None, table: Table, found: Found, floor: int = 0) -> None:
    found.notes.extend(note for note in table.notes if note.code not in _QUIET)
    title, upper = _above(content, filename, sheet, table, floor)
    if upper is not None:  # it runs into this table and goes on with it
        _cut(content, filename, sheet, upper, found, upper.heading_rows[0])
        return
    if not any(columns.role_of(name) for name in table.headings):
        told = {"table": table.sheet, "rows": len(table.rows)}
        found.notes.append(Message(w.TABLE_UNKNOWN, told))
        why = Message(w.TABLE_UNKNOWN, told)
        for row in table.rows:
            cells = tuple("" if cell is None else str(cell) for cell in row.cells)
            found.leftovers.append(Leftover(Place(table.sheet, row.number), cells, why))
        return
    block = Block(table.sheet, title, list(table.headings), date1904=table.date1904)
    found.blocks.append(block)
    repeated: list[int] = []
    names = {heading_key(part) for name in table.headings for part in [name, *name.split("/")]}
    for row in table.rows:
        texts = ["" if cell is None else str(cell) for cell in row.cells]
        if columns.is_heading(texts):
            if {heading_key(text) for text in texts if text.strip()} <= names:
                repeated.append(row.number)
                continue
            below = read_table(content, filename, sheet=sheet, header_rows=(row.number,))
            _cut(content, filename, sheet, below, found, row.number)
            break
        block.rows.append(Row(row.number, row.cells, row.is_spanning, row.problems))
    if repeated:
        found.notes.append(Message(w.HEADING_REPEATED, {"table": table.sheet, "rows": repeated}))


def _above(content: bytes, filename: str, sheet: int | None, table: Table, floor: int) -> tuple[str, Table | None]:
    """(the text above the heading or the sheet's name, the table of a list that stands above this one, if any)."""
    title = table.sheet
    for number in range(floor + 1, table.heading_rows[0] if table.heading_rows else 1):
        upper = read_table(content, filename, sheet=sheet, header_rows=(number,))
        if columns.is_heading(upper.headings):
            return title, upper
        text = _first(upper.headings)
        title = text if text and title == table.sheet else title
    return title, None


def _first(texts: Sequence[str]) -> str:
    return next((text for text in texts if text and not text.startswith("[")), "")
