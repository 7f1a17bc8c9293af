"""From a file to named columns and numbered rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Any

from bihuan.kernel.files.archive import ArchiveLimits, check_archive
from bihuan.kernel.files.detect import detect, size_of
from bihuan.kernel.files.errors import FileRefused
from bihuan.kernel.files.inspection import Source, opened
from bihuan.kernel.files.kinds import KINDS
from bihuan.kernel.sheets.reading.delimited import text_grid
from bihuan.kernel.sheets.reading.errors import SheetRefused, note
from bihuan.kernel.sheets.reading.grid import FilledRow, Grid, Limits, column_letters, filled_rows
from bihuan.kernel.sheets.reading.headings import SEARCHED, find_heading, heading_key, matches
from bihuan.kernel.sheets.reading.survey import Row, Survey
from bihuan.kernel.sheets.reading.webpage import webpage_grid
from bihuan.kernel.sheets.reading.workbook import workbook_grid
from bihuan.kernel.wording import Message

_WORKBOOKS = frozenset({"xlsx", "xls", "ods"})


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A sheet whose rows are read anew at each pass and none are kept: memory does not grow with its length.

    `columns` are the letters under which the headings stand in the sheet; `count` is the number of data rows.
    """

    sheet: str
    sheets: list[str]
    headings: list[str]
    columns: list[str]
    notes: list[Message] = field(default_factory=list)
    heading_rows: tuple[int, ...] = ()
    date1904: bool = False
    count: int = 0
    each: Callable[[], Iterator[Row]]

    def data_rows(self) -> Iterator[Row]:
        """Rows that are data: neither totals nor merged remarks."""
        return (row for row in self.each() if not row.is_total and not row.is_spanning)


@dataclass(frozen=True, kw_only=True)
class Table(Opened):
    """A sheet that was read, with its rows."""

    rows: list[Row]

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
    """Read one sheet of a workbook, web page or text file, all its rows with it.

    `source`: a path, bytes or an open seekable binary file. `sheet`: a name or a number from 0; by default
    the first visible sheet with content. `header_rows`: heading rows as the spreadsheet numbers them, found by
    themselves when None, helped by the `expected` names. Raises SheetRefused (codes: SHEET_MESSAGES).
    """
    found = open_table(source, filename, sheet=sheet, header_rows=header_rows, expected=expected, limits=limits)
    rows = list(found.each())
    return Table(**{**vars(found), "each": lambda: iter(rows)}, rows=rows)


def open_table(
    source: Source,
    filename: str,
    *,
    sheet: str | int | None = None,
    header_rows: Sequence[int] | None = None,
    expected: Collection[str] = (),
    limits: Limits | None = None,
) -> Opened:
    """As `read_table`, but the rows are left where the reader keeps them. The source may be closed afterwards."""
    limits = limits or Limits()
    with opened(source) as handle:
        grid, notes = _grid(handle, filename, sheet, limits)
    seen = max(SEARCHED + 10, *(header_rows or [0]))
    top = list(islice(filled_rows(grid, limits), seen))
    if not any(row.own for row in top) and not any(row.own for row in filled_rows(grid, limits)):
        raise SheetRefused("empty", {"filename": filename})
    first, depth = _heading(top, grid, header_rows, expected)
    survey = Survey(grid, limits, top, first, depth)
    return Opened(
        sheet=grid.sheet,
        sheets=grid.sheets,
        headings=survey.headings,
        columns=[column_letters(i) for i in survey.kept],
        notes=[*notes, *grid.notes, *survey.notes, *_above(top, first, depth, survey, expected), *survey.summary()],
        heading_rows=tuple(range(first + 1, first + depth + 1)),
        date1904=grid.date1904,
        count=survey.found.count,
        each=survey.rows,
    )


def _above(
    top: list[FilledRow], first: int, depth: int, survey: Survey, expected: Collection[str]
) -> Iterator[Message]:
    if above := sum(1 for row in top[:first] if row.own):
        yield note("skipped_above", count=above)
    if depth > 1:
        yield note("double_heading", rows=depth)
    wanted = {heading_key(name): name for name in expected}
    missing = [name for key, name in wanted.items() if not matches(survey.headings, {key})]
    if missing:
        yield note("expected_not_found", headings=missing)


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
    found = find_heading(rows, grid.merges, expected)
    if found is None:
        raise SheetRefused("no_heading", {"sheet": grid.sheet, "searched": SEARCHED})
    return found.first, found.depth
