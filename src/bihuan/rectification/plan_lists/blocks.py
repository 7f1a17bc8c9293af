"""A list before its meaning is known: named columns and rows of cells, from whatever file it came."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bihuan.kernel.sheets.reading import heading_key
from bihuan.kernel.wording import Message

from . import columns
from . import wordings as w
from .model import Leftover, Place

MAX_ROWS = 20_000
_TOTAL = re.compile(r"^(?:合计|总计|小计|共计|累计)(?:$|[:：（(\d])")


@dataclass(frozen=True)
class Row:
    """One row: its number as the file's reader counts it, its cells with merged ones filled in.

    `spanning`: one text across the whole row; `faults`: why a cell's content cannot be trusted.
    """

    number: int
    cells: tuple[Any, ...]
    spanning: bool = False
    faults: tuple[Message, ...] = ()

    def texts(self) -> tuple[str, ...]:
        """The cells as plain text, for showing the row whole."""
        return tuple("" if cell is None else str(cell) for cell in self.cells)

    @property
    def is_total(self) -> bool:
        """Whether the row sums up others."""
        first = next((text for text in self.texts() if text.strip()), "")
        return bool(_TOTAL.match(re.sub(r"\s+", "", first)))


@dataclass
class Block:
    """One list, or a stretch of one: `name` for people, `title` as the file writes it above."""

    name: str
    title: str
    headings: list[str]
    rows: list[Row] = field(default_factory=list)
    date1904: bool = False


@dataclass
class Found:
    """What a file's tables came to."""

    blocks: list[Block] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
    leftovers: list[Leftover] = field(default_factory=list)


@dataclass(frozen=True)
class Grid:
    """A table of a document, cells as text. `origins` name for each cell the cell it is merged into: (row, column)."""

    name: str
    title: str
    cells: tuple[tuple[str, ...], ...]
    origins: tuple[tuple[tuple[int, int], ...], ...]


def split(grids: Sequence[Grid]) -> Found:
    """Find the headings in tables of a document and cut the tables into blocks; nothing is lost on the way."""
    found = Found()
    for grid in grids:
        _cut(grid, found)
    return found


def _cut(grid: Grid, found: Found) -> None:
    block: Block | None = None
    repeated: list[int] = []
    before: list[int] = []
    position = 0
    width = max((len(row) for row in grid.cells), default=0)
    while position < len(grid.cells):
        depth = _heading_depth(grid, position)
        if depth:
            headings = _names(grid, position, depth)
            if block is not None and _same(headings, block.headings):
                repeated.extend(range(position + 1, position + depth + 1))
            else:
                block = Block(grid.name, grid.title, headings)
                found.blocks.append(block)
            position += depth
            continue
        if block is None:
            before.append(position)
        else:
            block.rows.append(_row(grid, position, len(block.headings)))
        position += 1
    if block is None:
        _without_heading(grid, width, found)
    else:
        _above(grid, before, found)
    if repeated:
        found.notes.append(Message(w.HEADING_REPEATED, {"table": grid.name, "rows": repeated}))


def _without_heading(grid: Grid, width: int, found: Found) -> None:
    """A table without a heading goes on with the one before, if it is as wide; else it is no list."""
    last = found.blocks[-1] if found.blocks else None
    filled = [n for n, cells in enumerate(grid.cells) if any(cell.strip() for cell in cells)]
    if not filled:
        return
    if last is not None and len(last.headings) == width and width > 2:
        found.notes.append(Message(w.TABLE_CONTINUES, {"table": grid.name}))
        block = Block(grid.name, last.title, last.headings, [_row(grid, n, width) for n in filled])
        found.blocks.append(block)
        return
    found.notes.append(Message(w.TABLE_UNKNOWN, {"table": grid.name, "rows": len(filled)}))
    why = Message(w.TABLE_UNKNOWN, {"table": grid.name, "rows": len(filled)})
    found.leftovers.extend(Leftover(Place(grid.name, n + 1), grid.cells[n], why) for n in filled)


def _above(grid: Grid, rows: list[int], found: Found) -> None:
    """Rows above the heading: a title across the table is no content, anything else is shown."""
    for n in rows:
        if any(cell.strip() for cell in grid.cells[n]):
            why = Message(w.NOTE_ROW if _spans(grid, n) else w.ROW_EMPTY)
            found.leftovers.append(Leftover(Place(grid.name, n + 1), grid.cells[n], why))


def _row(grid: Grid, position: int, width: int) -> Row:
    cells = list(grid.cells[position])
    faults: tuple[Message, ...] = ()
    if len(cells) > width and any(cell.strip() for cell in cells[width:]):
        told = {"table": grid.name, "heading": "、".join(cells[width:]), "count": 1}
        faults = (Message(w.COLUMN_UNPLACED, told),)
    padded = [*cells[:width], *[""] * (width - len(cells))]
    return Row(position + 1, tuple(cell or None for cell in padded), _spans(grid, position), faults)


def _spans(grid: Grid, position: int) -> bool:
    return len(set(grid.origins[position])) == 1 and len(grid.cells[position]) > 2


def _heading_depth(grid: Grid, position: int) -> int:
    """How many rows the heading that begins here has; 0 when none begins here."""
    row = grid.cells[position]
    if not columns.is_heading(row):
        below = grid.cells[position + 1] if position + 1 < len(grid.cells) else ()
        # A row of groups over a row of names: at least one group spans several columns.
        spans = len(set(grid.origins[position])) < len(row)
        grouped = spans and not _spans(grid, position) and columns.is_heading(below)
        named = any(columns.exact_role(cell) for cell in row)
        return 2 if grouped and named else 0
    depth = 1
    while depth < 3 and position + depth < len(grid.cells):
        origins = grid.origins[position + depth]
        reached = any(position <= top < position + depth for top, _left in origins)
        if not reached and not (_groups(grid, position) and depth == 1 and _names_below(grid, position)):
            break
        depth += 1
    return depth


def _groups(grid: Grid, position: int) -> bool:
    return len(set(grid.origins[position])) < len(grid.cells[position])


def _names_below(grid: Grid, position: int) -> bool:
    below = [cell for cell in grid.cells[position + 1] if cell.strip()]
    return bool(below) and sum(1 for cell in below if columns.role_of(cell)) * 2 > len(below)


def _names(grid: Grid, position: int, depth: int) -> list[str]:
    width = max(len(grid.cells[position + n]) for n in range(depth))
    names = []
    for column in range(width):
        parts: list[str] = []
        for n in range(depth):
            cells = grid.cells[position + n]
            text = re.sub(r"\s+", "", cells[column]) if column < len(cells) else ""
            if text and (not parts or parts[-1] != text):
                parts.append(text)
        names.append("/".join(parts))
    return names


def _same(one: Sequence[str], other: Sequence[str]) -> bool:
    return [heading_key(name) for name in one] == [heading_key(name) for name in other]
