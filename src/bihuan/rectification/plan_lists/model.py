"""The three lists as read: problems, their parts, their measures, and everything that found no place.

Equality compares content alone: where a row stood and what was remarked about it do not make two lists different.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from bihuan.kernel.wording import Message


@dataclass(frozen=True)
class Place:
    """Where something stood: the table's name and the row as the reader of the file counts it (from 1)."""

    table: str
    row: int


@dataclass(kw_only=True)
class Item:
    """What every item carries. `remarks` tell how it was understood; `faults` what cannot be understood and blocks it."""

    places: list[Place] = field(default_factory=list, compare=False)
    remarks: list[Message] = field(default_factory=list, compare=False)
    faults: list[Message] = field(default_factory=list, compare=False)


@dataclass
class MeasureItem(Item):
    """A measure as written. Names are as written, one a person or department.

    `due` is None when no day could be read; `due_words` then hold what stands there (立行立改, 长期坚持, 9月底前).
    """

    code: str
    text: str
    completion_standard: str = ""
    starts: dt.date | None = None
    due: dt.date | None = None
    due_words: str = ""
    leaders: tuple[str, ...] = ()
    lead_units: tuple[str, ...] = ()
    co_units: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()


@dataclass
class SubItem(Item):
    """A part of a problem. Number, title and wording are empty where the lists give none."""

    no: str = ""
    title: str = ""
    verbatim: str = ""
    measures: list[MeasureItem] = field(default_factory=list)


@dataclass
class ProblemItem(Item):
    """A problem in the feedback's own words; `category`, `kind` and `grade` are as written."""

    code: str
    verbatim: str
    title: str = ""
    category: str = ""
    kind: str = ""
    grade: str = ""
    root_cause: str = ""
    leaders: tuple[str, ...] = ()
    subs: list[SubItem] = field(default_factory=list)

    def measures(self) -> Iterator[MeasureItem]:
        """All measures of the problem, in order."""
        for sub in self.subs:
            yield from sub.measures


@dataclass(frozen=True)
class Leftover:
    """A row that was not taken, whole, with the reason. `refused` marks a lead, whose text is not kept."""

    place: Place
    cells: tuple[str, ...]
    why: Message
    refused: bool = False


@dataclass(frozen=True)
class TableSeen:
    """A table that was read: its name, and heading -> what it was taken for ("" for nothing)."""

    name: str
    columns: tuple[tuple[str, str], ...]
    rows: int


@dataclass
class Lists:
    """What a file holds. `notes` are remarks on its tables, `leftovers` the rows that found no place."""

    problems: list[ProblemItem] = field(default_factory=list)
    filename: str = field(default="", compare=False)
    tables: list[TableSeen] = field(default_factory=list, compare=False)
    notes: list[Message] = field(default_factory=list, compare=False)
    leftovers: list[Leftover] = field(default_factory=list, compare=False)

    def measures(self) -> Iterator[MeasureItem]:
        """All measures, in order."""
        for problem in self.problems:
            yield from problem.measures()

    def items(self) -> Iterator[Item]:
        """Problems, parts and measures, in order."""
        for problem in self.problems:
            yield problem
            for sub in problem.subs:
                yield sub
                yield from sub.measures

    @property
    def faults(self) -> list[tuple[Item, Message]]:
        """Everything that cannot be understood, with the item it stands at."""
        return [(item, fault) for item in self.items() for fault in item.faults]
