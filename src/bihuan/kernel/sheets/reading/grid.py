"""A sheet before anybody knows which row is the heading: rows of raw cells, and what is merged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bihuan.kernel.sheets.reading.errors import SheetRefused
from bihuan.kernel.wording import Message

#: Below it a float that is whole is exactly one integer.
WHOLE = 2**53
#: A rectangle of cells: first row, first column, last row, last column; from 0, inclusive.
Merge: TypeAlias = tuple[int, int, int, int]


@dataclass(frozen=True)
class Limits:
    """What one import may hold. `rows` counts the sheet's rows, headings too. `cells` bounds the rectangle a sheet spans, which readers keep in memory."""

    rows: int = 200_100
    cols: int = 200
    cells: int = 6_000_000
    file_bytes: int = 50 * 1024 * 1024
    unpacked_bytes: int = 256 * 1024 * 1024
    html_bytes: int = 32 * 1024 * 1024
    cell_chars: int = 32_767


class Again:
    """Rows that can be gone through more than once: each pass asks `rows` for them anew, and none are kept."""

    def __init__(self, rows: Callable[[], Iterator[list[Any]]]) -> None:
        self._rows = rows

    def __iter__(self) -> Iterator[list[Any]]:
        return self._rows()


@dataclass
class Grid:
    """One sheet. `rows` start at the sheet's first row and column A; cells are None when blank. They can be gone through again."""

    sheet: str
    sheets: list[str]
    rows: Iterable[list[Any]]
    merges: list[Merge] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
    #: Formula cells without a stored result, and cells that show an error, by (row, column) from 0.
    valueless: frozenset[tuple[int, int]] = frozenset()
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)
    date1904: bool = False


@dataclass(slots=True)
class FilledRow:
    """A row whose merged cells have been filled. `own`: it has content that is not just a merge from above."""

    number: int
    cells: list[Any]
    own: bool
    spanning: bool
    merged: int


def filled_rows(grid: Grid, limits: Limits) -> Iterator[FilledRow]:
    """Rows of a grid with merged cells filled down and right, trailing blanks cut.

    Raises SheetRefused area_too_large, too_many_rows, too_many_columns.
    """
    if not grid.merges:
        yield from _unmerged_rows(grid, limits)
        return
    waiting = sorted(grid.merges)
    position = 0
    active: list[tuple[Merge, Any]] = []
    budget = limits.cells
    doubtful = _doubtful(grid)
    for index, raw in enumerate(grid.rows):
        cells, own_count = _fitting(grid, limits, index, raw)
        starts = 0
        spanning = False
        active = [(merge, value) for merge, value in active if merge[2] >= index]
        while position < len(waiting) and waiting[position][0] <= index:
            merge = waiting[position]
            position += 1
            if merge[0] == index:
                value = cells[merge[1]] if merge[1] < len(cells) else None
                if value is not None:
                    active.append((merge, value))
                    starts += 1
                    spanning = own_count == 1 and merge[3] > merge[1]
        for merge, value in active:
            last = min(merge[3], limits.cols - 1)
            budget -= last - merge[1] + 1
            if budget < 0:
                raise SheetRefused("area_too_large", {"sheet": grid.sheet, "rows": index + 1, "cols": last + 1})
            if len(cells) <= last:
                cells.extend([None] * (last + 1 - len(cells)))
            for column in range(merge[1], last + 1):
                if cells[column] is None:
                    cells[column] = value
        yield FilledRow(index + 1, cells, own_count > 0 or index in doubtful, spanning, starts)


def _unmerged_rows(grid: Grid, limits: Limits) -> Iterator[FilledRow]:
    """The rows of a grid where nothing is merged, as most are and every text file is."""
    doubtful = _doubtful(grid)
    for index, raw in enumerate(grid.rows):
        cells, own_count = _fitting(grid, limits, index, raw)
        yield FilledRow(index + 1, cells, own_count > 0 or index in doubtful, False, 0)


def _doubtful(grid: Grid) -> set[int]:
    return {row for row, _column in grid.valueless} | {row for row, _column in grid.errors}


def _fitting(grid: Grid, limits: Limits, index: int, raw: list[Any]) -> tuple[list[Any], int]:
    """The row's cells and how many say something. Raises SheetRefused too_many_columns, too_many_rows."""
    cells = trimmed(raw)
    if len(cells) > limits.cols:
        raise SheetRefused("too_many_columns", {"sheet": grid.sheet, "limit": limits.cols})
    own_count = len(cells) - cells.count(None)
    if own_count and index >= limits.rows:
        raise SheetRefused("too_many_rows", {"sheet": grid.sheet, "limit": limits.rows})
    return cells, own_count


def trimmed(row: list[Any]) -> list[Any]:
    """A copy without trailing blanks, cells as people mean them: text of nothing but spaces is None, whole floats are integers."""
    # Written out in one line of code: it sees every cell of a sheet, millions of them, and a call for each would be half its time.
    cells = [
        (cell if cell.strip() else None)
        if type(cell) is str
        else (int(cell) if cell.is_integer() and -WHOLE < cell < WHOLE else cell)
        if type(cell) is float
        else cell
        for cell in row
    ]
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def column_letters(index: int) -> str:
    """A for 0, Z for 25, AA for 26."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
