"""From a file to named columns and numbered rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from bihuan.kernel.files.archive import ArchiveLimits, check_archive
from bihuan.kernel.files.detect import detect, size_of
from bihuan.kernel.files.errors import FileRefused
from bihuan.kernel.files.inspection import Source, opened
from bihuan.kernel.files.kinds import KINDS
from bihuan.kernel.sheets.reading.delimited import text_grid
from bihuan.kernel.sheets.reading.errors import SheetRefused, note, problem
from bihuan.kernel.sheets.reading.grid import FilledRow, Grid, Limits, column_letters, filled_rows
from bihuan.kernel.sheets.reading.headings import (
    SEARCHED,
    find_heading,
    heading_key,
    heading_names,
    matches,
    spread,
)
from bihuan.kernel.sheets.reading.webpage import webpage_grid
from bihuan.kernel.sheets.reading.workbook import workbook_grid
from bihuan.kernel.wording import Message

_TOTAL = re.compile(r"^(?:合计|总计|小计|共计|累计|总和|本页合计)(?:$|[:：（(])")
_WORKBOOKS = frozenset({"xlsx", "xls", "ods"})


@dataclass(frozen=True)
class Row:
    """One row: `number` as the spreadsheet shows it, `cells` aligned with the table's headings.

    `is_total`: a 合计 row; `is_spanning`: one merged text across the row (a section title, a remark).
    `problems`: why this row must not be taken silently.
    """

    number: int
    cells: tuple[Any, ...]
    is_total: bool = False
    is_spanning: bool = False
    problems: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Table:
    """A sheet that was read. `columns` are the letters under which the headings stand in the sheet."""

    sheet: str
    sheets: list[str]
    headings: list[str]
    columns: list[str]
    rows: list[Row]
    notes: list[Message] = field(default_factory=list)
    heading_rows: tuple[int, ...] = ()
    date1904: bool = False

    def data_rows(self) -> Iterator[Row]:
        """Rows that are data: neither totals nor merged remarks."""
        return (row for row in self.rows if not row.is_total and not row.is_spanning)

    def records(self) -> Iterator[tuple[Row, dict[str, Any]]]:
        """Data rows with their cells by heading."""
        return ((row, dict(zip(self.headings, row.cells, strict=True))) for row in self.data_rows())


def read_table(
    source: Source,
    filename: str,
    *,
    sheet: str | int | None = None,
    header_rows: Sequence[int] | None = None,
    expected: Collection[str] = (),
    limits: Limits | None = None,
) -> Table:
    """Read one sheet of a workbook, web page or text file.

    `source`: a path, bytes or an open seekable binary file. `sheet`: a name or a number from 0; by default
    the first visible sheet with content. `header_rows`: heading rows as the spreadsheet numbers them, found by
    themselves when None, helped by the `expected` names. Raises SheetRefused (codes: SHEET_MESSAGES).
    """
    limits = limits or Limits()
    with opened(source) as handle:
        grid, notes = _grid(handle, filename, sheet, limits)
        rows = list(filled_rows(grid, limits))
    if not any(row.own for row in rows):
        raise SheetRefused("empty", {"filename": filename})
    first, depth = _heading(rows, grid, header_rows, expected)
    return _assembled(grid, rows, first, depth, expected, [*notes, *grid.notes])


def list_sheets(source: Source, filename: str, *, limits: Limits | None = None) -> list[str]:
    """Names of the sheets that can be chosen. Raises SheetRefused."""
    with opened(source) as handle:
        return _grid(handle, filename, None, limits or Limits())[0].sheets


def _grid(handle: IO[bytes], filename: str, sheet: str | int | None, limits: Limits) -> tuple[Grid, list[Message]]:
    size = size_of(handle)
    if size == 0:
        raise SheetRefused("empty", {"filename": filename})
    if size > limits.file_bytes:
        shown = {"size_mb": round(size / 1048576, 1), "limit_mb": round(limits.file_bytes / 1048576, 1)}
        raise SheetRefused("too_large", {"filename": filename, **shown})
    extension = filename.rpartition(".")[2].strip().lower() if "." in filename else ""
    bounds = ArchiveLimits(unpacked_bytes=limits.unpacked_bytes)
    try:
        kind = detect(handle, filename=filename, limits=bounds)
        if kind in ("xlsx", "ods"):
            check_archive(handle, limits=bounds, filename=filename)
    except FileRefused as exc:
        if exc.code == "encrypted":
            raise SheetRefused("encrypted", {"filename": filename}) from exc
        raise SheetRefused(
            "file_refused",
            {"filename": filename, "reason": exc.reasons[0].as_json(), "file_code": exc.code},
        ) from exc
    notes = []
    if kind in KINDS and extension not in KINDS[kind].extensions | {"txt"}:
        notes.append(note("name_differs", extension=extension, kind=kind))
    if kind in _WORKBOOKS:
        return workbook_grid(handle, kind, filename, sheet, limits), notes
    if kind == "html":
        return webpage_grid(handle, filename, sheet, limits), notes
    if kind == "csv":
        if extension in ("xlsx", "et", "ods", "xlsm"):
            raise SheetRefused("text_named_workbook", {"filename": filename})
        return text_grid(handle, filename, limits), notes
    raise SheetRefused("not_a_table", {"filename": filename, "kind": kind})


def _heading(
    rows: list[FilledRow], grid: Grid, header_rows: Sequence[int] | None, expected: Collection[str]
) -> tuple[int, int]:
    if header_rows:
        for number in header_rows:
            if not 1 <= number <= len(rows):
                raise SheetRefused("heading_missing", {"sheet": grid.sheet, "row": number})
        return min(header_rows) - 1, max(header_rows) - min(header_rows) + 1
    found = find_heading(rows[: SEARCHED + 10], grid.merges, expected)
    if found is None:
        raise SheetRefused("no_heading", {"sheet": grid.sheet, "searched": SEARCHED})
    return found.first, found.depth


def _assembled(
    grid: Grid,
    rows: list[FilledRow],
    first: int,
    depth: int,
    expected: Collection[str],
    notes: list[Message],
) -> Table:
    body = rows[first + depth :]
    names = heading_names(spread(rows[first : first + depth]))
    while names and not names[-1]:
        names.pop()
    used = {i for row in body for i, cell in enumerate(row.cells[: len(names)]) if cell is not None}
    kept = [i for i, name in enumerate(names) if name or i in used]
    headings = _unique([names[i] for i in kept], kept, notes)
    if above := sum(1 for row in rows[:first] if row.own):
        notes.append(note("skipped_above", count=above))
    if depth > 1:
        notes.append(note("double_heading", rows=depth))
    wanted = {heading_key(name): name for name in expected}
    missing = [name for key, name in wanted.items() if not matches(headings, {key})]
    if missing:
        notes.append(note("expected_not_found", headings=missing))
    out = [_row(row, kept, len(names), grid) for row in body if row.own]
    notes += _summary(grid, body, out, first + depth)
    return Table(
        sheet=grid.sheet,
        sheets=grid.sheets,
        headings=headings,
        columns=[column_letters(i) for i in kept],
        rows=out,
        notes=notes,
        heading_rows=tuple(range(first + 1, first + depth + 1)),
        date1904=grid.date1904,
    )


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


def _row(row: FilledRow, kept: list[int], width: int, grid: Grid) -> Row:
    cells = tuple(row.cells[i] if i < len(row.cells) else None for i in kept)
    problems: list[Message] = []
    extra = [cell for cell in row.cells[width:] if cell is not None]
    if extra and not row.spanning:
        problems.append(problem("extra_cells", count=len(extra), values=[str(cell)[:40] for cell in extra[:5]]))
    at = row.number - 1
    for index in kept:
        if (at, index) in grid.valueless:
            problems.append(problem("formula_without_value", column=column_letters(index)))
        elif (at, index) in grid.errors:
            shown = grid.errors[(at, index)]
            problems.append(problem("formula_error", column=column_letters(index), value=shown))
        elif index < len(row.cells) and _digits_lost(row.cells[index]):
            problems.append(problem("digits_lost", column=column_letters(index), value=f"{row.cells[index]:.15g}"))
    text = next((re.sub(r"\s+", "", cell) for cell in cells if isinstance(cell, str)), "")
    return Row(row.number, cells, bool(_TOTAL.match(text)), row.spanning, tuple(problems))


def _digits_lost(cell: Any) -> bool:
    """A spreadsheet keeps 15 digits of a number: longer identity and account numbers are already wrong."""
    return isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) >= 10**15


def _summary(grid: Grid, body: list[FilledRow], rows: list[Row], start: int) -> list[Message]:
    notes: list[Message] = []
    last_own = max((i for i, row in enumerate(body) if row.own), default=-1)
    if blank := sum(1 for row in body[: last_own + 1] if not row.own):
        notes.append(note("blank_rows", count=blank))
    if totals := [row.number for row in rows if row.is_total]:
        notes.append(note("total_rows", rows=totals[:20]))
    if spanning := [row.number for row in rows if row.is_spanning and not row.is_total]:
        notes.append(note("spanning_rows", rows=spanning[:20]))
    if merged := sum(row.merged for row in body):
        notes.append(note("merged_filled", count=merged))
    counts = Counter(message.code for row in rows for message in row.problems)
    if ragged := counts["sheet.problem.extra_cells"]:
        notes.append(note("ragged_rows", count=ragged))
    below = sorted(place for place in grid.valueless if place[0] >= start)
    if below:
        notes.append(note("formulas_without_value", count=len(below), cell=_cell_name(below[0])))
    wrong = sorted(place for place in grid.errors if place[0] >= start)
    if wrong:
        value = grid.errors[wrong[0]]
        notes.append(note("formula_errors", count=len(wrong), cell=_cell_name(wrong[0]), value=value))
    return notes


def _cell_name(place: tuple[int, int]) -> str:
    return f"{column_letters(place[1])}{place[0] + 1}"
