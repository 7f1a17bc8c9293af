"""A block with its columns placed: which column is which role, and a row's values by role."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from bihuan.kernel.sheets.reading import CellError, is_empty, to_text
from bihuan.kernel.wording import Message

from . import columns
from . import wordings as w
from .blocks import Block, Row
from .model import Leftover, Place, TableSeen
from .numbers import number_key, text_key

_NAMES = {"leader", "problem_leader", "lead_unit", "co_unit", "person"}
_CARRIED = ("problem_no", "problem", "problem_title", "category", "sub_no", "sub", "sub_title")


@dataclass
class Line:
    """A row of a list by role: `values` as text, `raw` the cells as read (dates of workbooks)."""

    place: Place
    row: Row
    values: dict[str, str]
    raw: dict[str, Any]
    section: str = ""
    remarks: list[Message] = field(default_factory=list)
    faults: list[Message] = field(default_factory=list)

    def get(self, role: str) -> str:
        """The text of a role, "" when blank."""
        return self.values.get(role, "")


@dataclass
class PlacedTable:
    """A block whose columns have their roles and whose rows are lines."""

    block: Block
    roles: dict[int, str]
    lines: list[Line] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
    leftovers: list[Leftover] = field(default_factory=list)

    def has(self, *roles: str) -> bool:
        """Whether one of the roles has a column."""
        return any(role in self.roles.values() for role in roles)

    @property
    def seen(self) -> TableSeen:
        """What the columns were taken for."""
        shown = tuple((name, self.roles.get(i, "")) for i, name in enumerate(self.block.headings))
        return TableSeen(self.block.name, shown, len(self.block.rows))


def place(block: Block) -> PlacedTable:
    """Give the columns their roles and turn the rows into lines. Nothing is dropped unsaid."""
    table = PlacedTable(block, {})
    _columns(table)
    _rows(table)
    _serial(table)
    _carry(table)
    return table


def _columns(table: PlacedTable) -> None:
    block, taken = table.block, {}  # type: Block, dict[str, int]
    for index, heading in enumerate(block.headings):
        role = columns.role_of(heading)
        if not role:
            _unplaced(table, index, heading)
            continue
        if role in taken:
            other = _second(table, role, taken)
            if not other:
                told = {"table": block.name, "heading": heading, "other": block.headings[taken[role]]}
                table.notes.append(Message(w.COLUMN_TWICE, told))
                _unplaced(table, index, heading)
                continue
            told = {"table": block.name, "heading": heading, "meaning": columns.label(other)}
            table.notes.append(Message(w.COLUMN_SHIFTED, told))
            role = other
        taken[role] = index
        table.roles[index] = role
    if {"leader", "problem_leader"} <= set(taken) and re.match("牵头", block.headings[taken["problem_leader"]]) is None:
        # Of two columns of leaders the one that leads the problem is called 牵头领导.
        first, second = taken["leader"], taken["problem_leader"]
        if re.match("牵头", block.headings[first]):
            table.roles[first], table.roles[second] = "problem_leader", "leader"


def _second(table: PlacedTable, role: str, taken: dict[str, int]) -> str:
    """What a second column of the same role is, where that is known."""
    if role == "leader" and "problem_leader" not in taken:
        return "problem_leader"
    if role == "lead_unit" and "co_unit" not in taken:
        return "co_unit"
    if role == "serial" and "problem_no" in taken and "measure_no" not in taken:
        return "measure_no"
    return ""


def _unplaced(table: PlacedTable, index: int, heading: str) -> None:
    filled = sum(1 for row in table.block.rows if index < len(row.cells) and not is_empty(row.cells[index]))
    told = {"table": table.block.name, "heading": heading or "—", "count": filled}
    table.notes.append(Message(w.COLUMN_UNPLACED, told))


def _rows(table: PlacedTable) -> None:
    section = ""
    for row in table.block.rows:
        where = Place(table.block.name, row.number)
        texts = row.texts()
        if not any(text.strip() for text in texts):
            continue
        if row.is_total:
            table.leftovers.append(Leftover(where, texts, Message(w.TOTAL_ROW)))
            continue
        if row.spanning:
            text = next(text for text in texts if text.strip())
            is_section = len(text) <= 60
            section = text if is_section else section
            table.leftovers.append(Leftover(where, (text,), Message(w.SECTION_ROW if is_section else w.NOTE_ROW)))
            continue
        line = Line(where, row, {}, {}, section)
        line.faults.extend(Message(w.CELL_FAULT, {"reason": fault.as_json()}) for fault in row.faults)
        for index, role in table.roles.items():
            raw = row.cells[index] if index < len(row.cells) else None
            line.raw[role] = raw
            try:
                line.values[role] = to_text(raw, dash_is_empty=role in _NAMES or role.endswith("_no")) or ""
            except CellError:
                line.faults.append(Message(w.BAD_TEXT, {"field": columns.label(role)}))
        table.lines.append(line)


def _serial(table: PlacedTable) -> None:
    """What the column 序号 counts: problems, parts or measures. It stays `serial` where only the other lists can tell."""
    if not table.has("serial"):
        return
    role = _serial_role(table)
    if role == "serial":
        return
    for index, held in table.roles.items():
        if held == "serial":
            table.roles[index] = role
    for line in table.lines:
        line.values[role] = line.values.pop("serial", "")
        line.raw[role] = line.raw.pop("serial", None)


def _serial_role(table: PlacedTable) -> str:
    if table.has("measure"):
        if table.has("measure_no"):
            return "serial" if table.has("problem_no") else "problem_no"
        if _constant(table, "serial", "measure") and not _one_each(table):
            return "measure_no" if table.has("problem_no") or _repeats(table, "problem") else "serial"
        return "measure_no" if table.has("problem_no") else "problem_no"
    if table.has("problem", "problem_title", "sub"):
        if table.has("problem_no"):
            return "serial" if table.has("sub_no") or not table.has("sub") else "sub_no"
        text = "problem" if table.has("problem") else "problem_title" if table.has("problem_title") else "sub"
        if _constant(table, text, "serial"):
            return "problem_no"
        return "sub_no" if table.has("sub") and not table.has("sub_no") else "problem_no"
    return "serial"


def _constant(table: PlacedTable, by: str, of: str) -> bool:
    """Whether rows with the same `by` have the same `of`."""
    groups: dict[str, set[str]] = defaultdict(set)
    for line in table.lines:
        if line.get(by):
            groups[line.get(by)].add(text_key(line.get(of)))
    return all(len(group) == 1 for group in groups.values())


def _repeats(table: PlacedTable, role: str) -> bool:
    texts = [line.get(role) for line in table.lines if line.get(role)]
    return len(set(texts)) < len(texts)


def _one_each(table: PlacedTable) -> bool:
    """Whether every row is a problem of its own with one measure."""
    return table.has("problem") and not _repeats(table, "problem") and all(r.get("problem") for r in table.lines)


def _carry(table: PlacedTable) -> None:
    """A blank under a problem's number or text goes on with the row above, unless the row begins a new problem."""
    keys = [role for role in _CARRIED if table.has(role)]
    last: dict[str, str] = {}
    section = ""
    for line in table.lines:
        if line.section != section:
            last, section = {}, line.section
        begins = any(line.get(r) and line.get(r) != last.get(r) for r in ("problem_no", "problem", "problem_title"))
        begins_part = any(line.get(r) and line.get(r) != last.get(r) for r in ("sub_no", "sub", "sub_title"))
        for role in keys:
            of_part = role in ("sub_no", "sub", "sub_title")
            if line.get(role) or not last.get(role):
                continue
            if (begins and role != "category") or (of_part and begins_part):
                continue
            if not begins or role == "category":
                line.values[role] = last[role]
                if role in ("problem_no", "problem", "category", "sub_no", "sub"):
                    line.remarks.append(Message(w.FILLED_DOWN, {"field": columns.label(role)}))
        last = {role: line.get(role) for role in keys}


def keys(numbers: Iterable[str]) -> set[str]:
    """The comparable forms of some numbers."""
    return {number_key(number) for number in numbers if number}
