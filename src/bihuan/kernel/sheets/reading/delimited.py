"""Grids from text: csv, tab-separated, in UTF-8, UTF-16 or GBK/GB18030, whatever the delimiter."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import IO, Any

from bihuan.kernel.files.detect import check_text
from bihuan.kernel.files.errors import FileRefused
from bihuan.kernel.sheets.reading.errors import SheetRefused, note
from bihuan.kernel.sheets.reading.grid import Again, Grid, Limits

_DELIMITERS = ",\t;|，"
#: How Excel writes digits that must stay text: ="00123".
_AS_TEXT = re.compile(r'="([^"]*)"')
_SHEET = "CSV"


def text_grid(handle: IO[bytes], filename: str, limits: Limits) -> Grid:
    """The one sheet of a text file. Raises SheetRefused nul_bytes, bad_encoding, cell_too_long, text_damaged."""
    try:
        encoding = check_text(handle, filename=filename)
    except FileRefused as exc:
        raise SheetRefused(exc.code, exc.params) from exc
    handle.seek(0)
    sample = handle.read(256 * 1024).decode(encoding, "ignore")
    delimiter = sniff_delimiter(sample)
    handle.seek(0)
    content = handle.read()
    notes = [note("encoding", encoding="GBK/GB18030")] if encoding == "gb18030" and not sample.isascii() else []
    rows = Again(lambda: _rows(content, encoding, delimiter, filename, limits))
    return Grid(sheet=_SHEET, sheets=[_SHEET], rows=rows, notes=notes)


def sniff_delimiter(sample: str) -> str:
    """The delimiter that cuts the first lines into the most, and the most equal, pieces; a comma if none does."""
    lines = sample.splitlines()[:60]
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if any(row)]
        except csv.Error:
            continue
        if not widths:
            continue
        width, times = Counter(widths).most_common(1)[0]
        score = (width - 1) * times / len(widths)
        if width > 1 and score > best_score:
            best, best_score = delimiter, score
    return best


def _rows(content: bytes, encoding: str, delimiter: str, filename: str, limits: Limits) -> Iterator[list[Any]]:
    text = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")
    reader = csv.reader(text, delimiter=delimiter)
    most = limits.cell_chars
    try:
        for row in reader:
            whole = "".join(row)
            if len(whole) > most and max(map(len, row)) > most:
                raise SheetRefused("cell_too_long", {"filename": filename, "line": reader.line_num, "limit": most})
            # Looked at as a whole first: few rows have a cell in wrappings, and there are millions of cells.
            yield [_plain(cell) for cell in row] if "=" in whole or " " in whole or "\t" in whole else row
    except csv.Error as exc:
        raise SheetRefused("text_damaged", {"filename": filename, "line": reader.line_num}) from exc


def _plain(cell: str) -> str:
    """Text without the wrappings exports use to keep digits as text."""
    if cell.startswith("=") and (found := _AS_TEXT.fullmatch(cell)):
        return found[1]
    return cell.strip("\t ")
