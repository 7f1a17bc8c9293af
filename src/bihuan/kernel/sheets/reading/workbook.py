"""Grids from .xlsx, .xls (WPS .et too) and .ods, read by calamine after the guard has looked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from bihuan.kernel.sheets.reading.errors import SheetRefused, note
from bihuan.kernel.sheets.reading.grid import Again, Grid, Limits, Merge
from bihuan.kernel.sheets.reading.guard import PartScan, XlsxScan, guard_ods, guard_xls, scan_xlsx


def workbook_grid(handle: IO[bytes], kind: str, filename: str, sheet: str | int | None, limits: Limits) -> Grid:
    """The wanted sheet of a workbook (by name, by number from 0, or the first visible one with content).

    Raises SheetRefused damaged, encrypted, area_too_large, sheet_missing, no_sheets.
    """
    scan: XlsxScan | None = None
    ods_merges: dict[str, list[Merge]] = {}
    if kind == "xlsx":
        scan = scan_xlsx(handle, limits, filename)
    elif kind == "xls":
        guard_xls(handle, limits, filename)
    else:
        ods_merges = guard_ods(handle, limits, filename)
    handle.seek(0)
    book = _opened(handle, filename)
    visible = [
        meta.name
        for meta in book.sheets_metadata
        if meta.visible == SheetVisibleEnum.Visible and meta.typ == SheetTypeEnum.WorkSheet
    ]
    hidden = [meta.name for meta in book.sheets_metadata if meta.visible != SheetVisibleEnum.Visible]
    if not visible and not hidden:
        raise SheetRefused("no_sheets", {"filename": filename})
    name, page, others = _chosen(book, visible, hidden, sheet, filename)
    doubtful = scan.sheets.get(name, PartScan()) if scan else PartScan()
    grid = Grid(
        sheet=name,
        sheets=visible,
        rows=Again(lambda: _padded(page)),
        merges=ods_merges.get(name) or _merges(page),
        valueless=frozenset(doubtful.valueless),
        errors=doubtful.errors,
        date1904=scan.date1904 if scan else False,
    )
    if others and sheet is None:
        grid.notes.append(note("other_sheets", sheet=name, others=others))
    if hidden and sheet is None:
        grid.notes.append(note("hidden_sheets", sheets=hidden))
    return grid


def _opened(handle: IO[bytes], filename: str) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(handle)
    except PasswordError as exc:
        raise SheetRefused("encrypted", {"filename": filename}) from exc
    except CalamineError as exc:
        raise SheetRefused("damaged", {"filename": filename, "why": "unreadable"}) from exc
    except BaseException as exc:
        raise _panic(exc, filename) from exc


def _panic(exc: BaseException, filename: str) -> BaseException:
    """A panic of the Rust reader is no Exception; it means the file makes no sense. Others pass."""
    if type(exc).__name__ == "PanicException" or isinstance(exc, (ValueError, OSError, TypeError)):
        return SheetRefused("damaged", {"filename": filename, "why": "unreadable"})
    return exc


def _chosen(
    book: CalamineWorkbook, visible: list[str], hidden: list[str], sheet: str | int | None, filename: str
) -> tuple[str, Any, list[str]]:
    """(name, sheet, names of other visible sheets with content)."""
    if isinstance(sheet, int):
        if not 0 <= sheet < len(visible):
            raise SheetRefused("sheet_missing", {"sheet": sheet + 1, "sheets": visible})
        sheet = visible[sheet]
    if sheet is not None:
        if sheet not in visible + hidden:
            raise SheetRefused("sheet_missing", {"sheet": sheet, "sheets": visible})
        return sheet, _page(book, sheet, filename), []
    filled: list[tuple[str, Any]] = []
    for name in visible:
        page = _page(book, name, filename)
        if page.total_height:
            filled.append((name, page))
    if not filled:
        raise SheetRefused("empty", {"filename": filename})
    return filled[0][0], filled[0][1], [name for name, _page_ in filled[1:]]


def _page(book: CalamineWorkbook, name: str, filename: str) -> Any:
    try:
        return book.get_sheet_by_name(name)
    except CalamineError as exc:
        raise SheetRefused("damaged", {"filename": filename, "why": "unreadable"}) from exc
    except BaseException as exc:
        raise _panic(exc, filename) from exc


def _padded(page: Any) -> Iterator[list[Any]]:
    """Rows from the sheet's first row and column A; the reader leaves empty leading columns out."""
    missing = [None] * (page.start[1] if page.start else 0)
    for row in page.iter_rows():
        yield [*missing, *row] if missing else list(row)


def _merges(page: Any) -> list[Merge]:
    ranges = page.merged_cell_ranges or []
    return [(top, left, bottom, right) for (top, left), (bottom, right) in ranges]
