"""One pass over the rows below the heading, which says what the sheet holds; later passes hand the rows out.

None of the rows are kept: a sheet of two hundred thousand rows costs what the reader itself holds, and no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from bihuan.kernel.sheets.reading.errors import note, problem
from bihuan.kernel.sheets.reading.grid import FilledRow, Grid, Limits, column_letters, filled_rows
from bihuan.kernel.sheets.reading.headings import heading_names, spread
from bihuan.kernel.wording import Message

NAMED = 20
_NUMBERS = frozenset({int, float})
_TOTALS = frozenset("合总小共累本")
_TOTAL = re.compile(r"^(?:合计|总计|小计|共计|累计|总和|本页合计)(?:$|[:：（(])")


class Row(NamedTuple):
    """One row: `number` as the spreadsheet shows it, `cells` aligned with the table's headings.

    `is_total`: a 合计 row; `is_spanning`: one merged text across the row (a section title, a remark).
    `problems`: why this row must not be taken silently.
    """

    number: int
    cells: tuple[Any, ...]
    is_total: bool = False
    is_spanning: bool = False
    problems: tuple[Message, ...] = ()


@dataclass
class _Found:
    """What the pass counted."""

    count: int = 0
    blank: int = 0
    waiting: int = 0
    merged: int = 0
    ragged: int = 0
    totals: list[int] = field(default_factory=list)
    spanning: list[int] = field(default_factory=list)


class Survey:
    """The body of a sheet below its heading (`first` row from 0, `depth` rows)."""

    def __init__(self, grid: Grid, limits: Limits, top: list[FilledRow], first: int, depth: int) -> None:
        self.grid = grid
        self.limits = limits
        self.start = first + depth
        self.names = heading_names(spread(top[first : first + depth]))
        while self.names and not self.names[-1]:
            self.names.pop()
        self.width = len(self.names)
        self.doubtful = {row for row, _column in grid.valueless} | {row for row, _column in grid.errors}
        # Columns without a name count as columns if a row below has something there.
        unnamed = [i for i, name in enumerate(self.names) if not name]
        used: set[int] = set()
        if unnamed:
            for row in self._body():
                used.update(i for i in unnamed if i < len(row.cells) and row.cells[i] is not None)
        self.kept = [i for i, name in enumerate(self.names) if name or i in used]
        self.gapless = self.kept == list(range(self.width))
        self.notes: list[Message] = []
        self.headings = _unique([self.names[i] for i in self.kept], self.kept, self.notes)
        self.found = self._counted()

    def rows(self) -> Iterator[Row]:
        """The rows, once more."""
        return (self._row(row) for row in self._body() if row.own)

    def summary(self) -> list[Message]:
        """What people should know of the rows."""
        found, grid = self.found, self.grid
        notes: list[Message] = []
        if found.blank:
            notes.append(note("blank_rows", count=found.blank))
        if found.totals:
            notes.append(note("total_rows", rows=found.totals))
        if found.spanning:
            notes.append(note("spanning_rows", rows=found.spanning))
        if found.merged:
            notes.append(note("merged_filled", count=found.merged))
        if found.ragged:
            notes.append(note("ragged_rows", count=found.ragged))
        below = sorted(place for place in grid.valueless if place[0] >= self.start)
        if below:
            notes.append(note("formulas_without_value", count=len(below), cell=_cell_name(below[0])))
        wrong = sorted(place for place in grid.errors if place[0] >= self.start)
        if wrong:
            value = grid.errors[wrong[0]]
            notes.append(note("formula_errors", count=len(wrong), cell=_cell_name(wrong[0]), value=value))
        return notes

    def _body(self) -> Iterator[FilledRow]:
        return islice(filled_rows(self.grid, self.limits), self.start, None)

    def _counted(self) -> _Found:
        found = _Found()
        for row in self._body():
            found.merged += row.merged
            if not row.own:
                found.waiting += 1
                continue
            found.blank, found.waiting = found.blank + found.waiting, 0
            cells = self._cells(row)
            total = _is_total(cells)
            if total and len(found.totals) < NAMED:
                found.totals.append(row.number)
            if row.spanning and not total and len(found.spanning) < NAMED:
                found.spanning.append(row.number)
            found.ragged += bool(self._extra(row))
            found.count += not (total or row.spanning)
        return found

    def _cells(self, row: FilledRow) -> tuple[Any, ...]:
        cells = row.cells
        if self.gapless:
            return tuple(cells[: self.width]) + (None,) * (self.width - len(cells))
        return tuple(cells[i] if i < len(cells) else None for i in self.kept)

    def _extra(self, row: FilledRow) -> list[Any]:
        if len(row.cells) <= self.width or row.spanning:
            return []
        return [cell for cell in row.cells[self.width :] if cell is not None]

    def _row(self, row: FilledRow) -> Row:
        cells = self._cells(row)
        problems: list[Message] = []
        extra = self._extra(row)
        if extra:
            problems.append(problem("extra_cells", count=len(extra), values=[str(cell)[:40] for cell in extra[:5]]))
        numbers = not _NUMBERS.isdisjoint(map(type, cells))
        if row.number - 1 in self.doubtful or (numbers and any(map(_digits_lost, cells))):
            problems += self._doubts(row)
        return Row(row.number, cells, _is_total(cells), row.spanning, tuple(problems))

    def _doubts(self, row: FilledRow) -> list[Message]:
        problems = []
        at = row.number - 1
        for index in self.kept:
            if (at, index) in self.grid.valueless:
                problems.append(problem("formula_without_value", column=column_letters(index)))
            elif (at, index) in self.grid.errors:
                shown = self.grid.errors[(at, index)]
                problems.append(problem("formula_error", column=column_letters(index), value=shown))
            elif index < len(row.cells) and _digits_lost(row.cells[index]):
                shown = f"{row.cells[index]:.15g}"
                problems.append(problem("digits_lost", column=column_letters(index), value=shown))
        return problems


def _is_total(cells: tuple[Any, ...]) -> bool:
    text = next((cell for cell in cells if isinstance(cell, str)), "")
    if not text or not (text[0] in _TOTALS or text[0].isspace()):
        return False
    return bool(_TOTAL.match(re.sub(r"\s+", "", text[:80])))


def _digits_lost(cell: Any) -> bool:
    """A spreadsheet keeps 15 digits of a number: longer identity and account numbers are already wrong."""
    return type(cell) in (int, float) and abs(cell) >= 10**15


def _unique(names: list[str], kept: list[int], notes: list[Message]) -> list[str]:
    """Names no two columns share; an unnamed column that has data is called by its letter."""
    out: list[str] = []
    places: dict[str, list[str]] = {}
    taken = set(names)
    for name, index in zip(names, kept, strict=True):
        letters = column_letters(index)
        if not name:
            notes.append(note("empty_heading", column=letters))
            name = f"[{letters}]"
        elif name in places:
            places[name].append(letters)
            number = len(places[name])
            while f"{name}（{number}）" in taken:
                number += 1
            name = f"{name}（{number}）"
            taken.add(name)
        else:
            places[name] = [letters]
        out.append(name)
    for name, letters_of in places.items():
        if len(letters_of) > 1:
            notes.append(note("duplicate_heading", heading=name, columns=letters_of))
    return out


def _cell_name(place: tuple[int, int]) -> str:
    return f"{column_letters(place[1])}{place[0] + 1}"
