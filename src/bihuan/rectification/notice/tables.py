"""Problem lists that are tables: cells of a file's tables, and tables written as text (columns between | or tabs, or one
cell a line). A table counts when its head names the problem and what was done about it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from .headings import heading_like
from .lines import Piece
from .marks import read_mark
from .model import Span

Row = list[Span]
_HEADS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("no", re.compile(r"(?:序|编)?号|问题编号")),
    ("group", re.compile(r"(?:问题)?(?:方面|类别|分类|类型|板块)|监督重点")),
    ("sub", re.compile(r"(?:具体|细化)(?:的)?(?:问题|表现).{0,4}|问题(?:表现|细化)")),
    ("problem", re.compile(r"(?:巡[察视])?(?:反馈|发现|存在|整改)?(?:的)?(?:主要|突出)?问题(?:表述|描述|内容|概述|事项)?|(?:巡[察视])?反馈(?:意见|事项)")),
    ("measures", re.compile(r"(?:具体|主要|拟采取的?)?(?:整改)?(?:的)?(?:工作)?(?:措施|举措)|整改措施及(?:完成|落实)情况")),
    ("status", re.compile(r"(?:整改|完成|销号|落实)状态|是否(?:完成|销号)|完成与否")),
    ("result", re.compile(r"(?:整改|落实|完成|进展|工作|措施)*(?:情况|结果|成效|成果|效果|进展)")),
)
_PIPES = re.compile(r"[|│┃\t]")
_RULE = re.compile(r"^[\s|│┃:+=\-┼─━]+$")
_GOES_ON = 8  # lines that may stand between two rows
_BLANK = " \t\n\r\u3000\u00a0"


@dataclass(slots=True)
class Table:
    """A table of problems: which column holds what, the head, and the rows below it."""

    columns: dict[str, int]
    details: dict[int, str]
    head: Row
    rows: list[Row]
    span: Span = (0, 0)
    sections: dict[int, Span] = field(default_factory=dict)
    """Rows that are one cell over the whole width: the group of the rows below them, by index."""


def find_tables(text: str, norm: str, given: Sequence[Sequence[Row]]) -> list[Table]:
    """The problem tables of a text in order; ``given`` are the cells of the file's own tables."""
    found = [table for rows in given if (table := _table(norm, rows))]
    taken = [table.span for table in found]
    for rows in (*_text_rows(text, norm), *_lines_rows(norm)):
        table = _table(norm, rows)
        if table and not any(a < table.span[1] and table.span[0] < b for a, b in taken):
            found.append(table)
            taken.append(table.span)
    return sorted(found, key=lambda t: t.span)


def _table(norm: str, rows: Sequence[Row]) -> Table | None:
    for index, row in enumerate(rows[:5]):
        columns, details = _head(norm, row)
        if "problem" in columns and ({"measures", "result"} & set(columns)) and len(rows) > index + 1:
            break
    else:
        return None
    table = Table(columns, details, row, [])
    cells = [cell for one in rows for cell in one if cell[0] < cell[1]]
    table.span = _framed(norm, min(c[0] for c in cells), max(c[1] for c in cells))
    for one in rows[index + 1 :]:
        filled = list(dict.fromkeys(cell for cell in one if cell[0] < cell[1]))
        if len(filled) == 1 and len(row) > 1 and (len(one) == 1 or one.count(filled[0]) != 1 or _is_group(norm, filled[0])):
            table.sections[len(table.rows)] = filled[0]
        if filled:
            table.rows.append(one)
    table.head = [cell for one in rows[: index + 1] for cell in one]
    return table


def _framed(norm: str, start: int, end: int) -> Span:
    """The span with the frame that a table written as text has before its first and behind its last cell."""
    while start and norm[start - 1] in "|│┃ ":
        start -= 1
    while end < len(norm) and norm[end] in "|│┃ ":
        end += 1
    return (start, end)


def _is_group(norm: str, cell: Span) -> bool:
    words = norm[slice(*cell)]
    mark = read_mark(words)
    return bool(mark and mark.style in ("cn", "cn_paren") and heading_like(words))


def _head(norm: str, row: Row) -> tuple[dict[str, int], dict[int, str]]:
    columns: dict[str, int] = {}
    details: dict[int, str] = {}
    for index, cell in enumerate(row):
        words = re.sub(r"\s", "", norm[slice(*cell)]).strip("*:")
        role = next((r for r, p in _HEADS if r not in columns and len(words) <= 16 and p.fullmatch(words)), None)
        if role:
            columns[role] = index
        elif words:
            details[index] = words
    if "problem" not in columns and "sub" in columns:
        columns["problem"] = columns.pop("sub")
    return columns, details


def trimmed(norm: str, start: int, end: int) -> Span:
    """The span without blanks at its ends."""
    while start < end and norm[start] in _BLANK:
        start += 1
    while end > start and norm[end - 1] in _BLANK:
        end -= 1
    return (start, end)


def _lines(norm: str) -> list[Span]:
    found, position = [], 0
    for raw in norm.split("\n"):
        found.append((position, position + len(raw)))
        position += len(raw) + 1
    return found


def _text_rows(text: str, norm: str) -> list[list[Row]]:
    """Tables written with a separator between the columns: runs of lines with as many cells as their head.

    A line without separators between two rows goes on with the last cell above it, or names the group of what follows.
    """
    found: list[list[Row]] = []
    rows: list[Row] = []
    pending: list[Span] = []
    for start, end in _lines(norm):
        raw = text[start:end]
        if not raw.strip() or (rows and _RULE.match(raw)):
            continue
        cells = _split(norm, raw, start)
        if rows and len(cells) == len(rows[0]):
            if pending:
                rows[-1][-1] = (rows[-1][-1][0], pending[-1][1])
                pending = []
            rows.append(cells)
            continue
        whole = trimmed(norm, start, end)
        if rows and not cells and _is_group(norm, whole):
            rows.append([whole])
        elif rows and not cells and len(rows[-1]) > 1 and len(pending) < _GOES_ON:
            pending.append(whole)
        else:
            found.append(rows)
            rows = [cells] if len(cells) > 1 and _head(norm, cells)[0] else []
            pending = []
    found.append(rows)
    for held in found:
        while held and len(held[-1]) == 1:  # a heading behind the table names no group of it
            held.pop()
    return [held for held in found if held]


def _split(norm: str, raw: str, start: int) -> Row:
    edges = [m.start() for m in _PIPES.finditer(raw)]
    if not edges:
        return []
    cells, begin = [], 0
    for edge in [*edges, len(raw)]:
        cells.append(trimmed(norm, start + begin, start + edge))
        begin = edge + 1
    # An outer frame makes an empty first and last cell.
    if raw.lstrip(_BLANK)[:1] in "|│┃":
        cells = cells[1:]
    if raw.rstrip(_BLANK)[-1:] in "|│┃":
        cells = cells[:-1]
    return cells


def _lines_rows(norm: str) -> list[list[Row]]:
    """Tables that were copied as one cell a line: the words of a head in a row of lines, then as many lines a row."""
    lines = [trimmed(norm, *line) for line in _lines(norm)]
    lines = [line for line in lines if line[0] < line[1]]
    index = 0
    while index < len(lines):
        width = 0
        while index + width < len(lines) and width < 12 and _head(norm, [lines[index + width]])[0]:
            width += 1
        head = lines[index : index + width]
        columns, details = _head(norm, head)
        if width > 2 and "problem" in columns and not details and {"measures", "result"} & set(columns):
            rows = _chunks(norm, lines[index + width :], width, columns)
            return [[head, *rows]] if rows else []
        index += max(width, 1)
    return []


def _chunks(norm: str, lines: list[Span], width: int, columns: dict[str, int]) -> list[Row]:
    rows: list[Row] = []
    at = 0
    while at + width <= len(lines):
        row = lines[at : at + width]
        first = norm[slice(*row[0])]
        numbered = columns.get("no") == 0
        if numbered and not re.fullmatch(r"\d{1,3}|[一二三四五六七八九十]{1,3}", first.strip(".、")):
            break
        mark = read_mark(first)
        if not numbered and mark and mark.style == "cn" and not re.search("问题", first):
            break
        rows.append(row)
        at += width
    return rows


def outside(lines: Sequence[Piece], tables: Sequence[Table]) -> list[Piece]:
    """The lines that are no part of a table."""
    return [p for p in lines if not any(t.span[0] <= p.start < t.span[1] for t in tables)]
