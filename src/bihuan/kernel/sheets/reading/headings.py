"""Which rows of a sheet are the heading, and what its columns are called."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from bihuan.kernel.sheets.reading.grid import FilledRow, Merge

#: How far down a heading is looked for, and how many rows it may have.
SEARCHED, MAX_DEPTH = 30, 3
_MAX_NAME = 60
_CJK_GAP = re.compile(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])")


@dataclass(frozen=True)
class HeadingRows:
    """Heading rows as positions (from 0) among the sheet's rows: first and how many."""

    first: int
    depth: int


def plain_heading(value: Any) -> str:
    """A heading as one line: 完成 / 时限 written in two lines or 序  号 set apart become one word."""
    text = unicodedata.normalize("NFC", str(value if value is not None else "")).replace("\u3000", " ")
    return _CJK_GAP.sub("", re.sub(r"\s+", " ", text)).strip()


def heading_key(value: Any) -> str:
    """A heading for comparison: width, spaces, case and a trailing remark in brackets do not matter."""
    text = unicodedata.normalize("NFKC", plain_heading(value))
    text = re.sub(r"\([^()]*\)$", "", re.sub(r"\s+", "", text))
    return text.rstrip("*:").casefold()


def heading_names(rows: Sequence[FilledRow]) -> list[str]:
    """Column names of one to three heading rows: 上/下 where they differ, once where they are the same."""
    width = max((len(row.cells) for row in rows), default=0)
    names = []
    for column in range(width):
        parts: list[str] = []
        for row in rows:
            part = plain_heading(row.cells[column]) if column < len(row.cells) else ""
            if part and (not parts or parts[-1] != part):
                parts.append(part)
        names.append("/".join(parts))
    return names


def find_heading(
    rows: Sequence[FilledRow], merges: Sequence[Merge], expected: Collection[str] = ()
) -> HeadingRows | None:
    """The heading among the first rows, by expected names when some match, else by its looks."""
    wanted = {heading_key(name) for name in expected}
    if wanted:
        best: tuple[int, int, int] | None = None
        for depth in range(1, MAX_DEPTH + 1):
            for first in range(min(len(rows) - depth + 1, SEARCHED)):
                names = heading_names(spread(rows[first : first + depth]))
                score = matches(names, wanted)
                # The fewest rows that explain the most names; the first such place.
                if score and (best is None or score > best[0]):
                    best = (score, first, depth)
        if best is not None and best[0] >= min(2, len(wanted)):
            # A cell merged down into this row began in the heading's upper row.
            last = best[1] + best[2]
            first = min([best[1], *(top for top, _l, bottom, _r in merges if top < best[1] <= bottom)])
            return HeadingRows(first, max(last - first, _depth(rows, merges, first)))
    for first in range(min(len(rows), SEARCHED)):
        if _looks_like_heading(rows, first):
            return HeadingRows(first, _depth(rows, merges, first))
    return None


def spread(rows: Sequence[FilledRow]) -> Sequence[FilledRow]:
    """Heading rows as they are: merged cells were filled already; a group name in text files was not."""
    if len(rows) < 2 or any(row.merged for row in rows):
        return rows
    out = []
    for position, row in enumerate(rows[:-1]):
        cells = list(row.cells)
        below = rows[position + 1].cells
        for column in range(1, len(below)):
            blank = column >= len(cells) or cells[column] is None
            if blank and below[column] is not None and column <= len(cells) and cells[column - 1] is not None:
                cells[column : column + 1] = [cells[column - 1]]
        out.append(FilledRow(row.number, cells, row.own, row.spanning, row.merged))
    return [*out, rows[-1]]


def matches(names: Sequence[str], wanted: Collection[str]) -> int:
    """How many wanted keys occur among the names, whole or as the last part of 上/下."""
    keys = {heading_key(name) for name in names} | {heading_key(name.rpartition("/")[2]) for name in names}
    return len(keys & set(wanted))


def _looks_like_heading(rows: Sequence[FilledRow], first: int) -> bool:
    """Several different short texts, no numbers, at least half as wide as what follows."""
    row = rows[first]
    if row.spanning or not row.own:
        return False
    filled = [cell for cell in row.cells if cell is not None]
    if not filled or not all(_is_name(cell) for cell in filled):
        return False
    width = max((sum(1 for c in r.cells if c is not None) for r in rows[first : first + 10]), default=0)
    different = len({plain_heading(cell) for cell in filled})
    if width <= 1:
        return True
    return different >= 2 and len(filled) * 2 >= width


def _is_name(cell: Any) -> bool:
    if not isinstance(cell, str) or isinstance(cell, (dt.date, dt.time)):
        return False
    text = plain_heading(cell)
    return len(text) <= _MAX_NAME and not re.fullmatch(r"[\d.,/%-]+", text)


def _depth(rows: Sequence[FilledRow], merges: Sequence[Merge], first: int) -> int:
    """How many rows the heading has: as far as merges reach, or a second row that names grouped columns."""
    depth = 1
    across = False
    for top, left, bottom, right in merges:
        if top == first:
            depth = max(depth, min(bottom - top + 1, MAX_DEPTH))
            across = across or right > left
    if depth > 1:
        return min(depth, len(rows) - first)
    if first + 1 >= len(rows):
        return 1
    below = rows[first + 1]
    if not all(cell is None or _is_name(cell) for cell in below.cells):
        return 1
    if across:
        return 2 if below.own else 1
    return 2 if _names_groups(rows[first].cells, below.cells) else 1


def _names_groups(upper: Sequence[Any], lower: Sequence[Any]) -> bool:
    """Without merges: every gap of the upper row has a name below, and some upper name has none."""
    width = max(len(upper), len(lower))
    pairs = [(upper[i] if i < len(upper) else None, lower[i] if i < len(lower) else None) for i in range(width)]
    gaps = [below for above, below in pairs if above is None]
    alone = any(above is not None and below is None for above, below in pairs)
    return bool(gaps) and all(below is not None for below in gaps) and alone
