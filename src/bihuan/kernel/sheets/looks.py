"""What a sheet looked like when it was opened: kept with the draft, so that the pages about it need not open it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ..wording import Message, message_of
from .cells import shown_cell
from .reading import Opened

SAMPLE = 5


@dataclass(frozen=True)
class Look:
    """A sheet at a glance: `columns` are letters, `sample` the first cells of each column in words, `rows` counts data rows."""

    sheet: str
    sheets: list[str]
    headings: list[str]
    columns: list[str]
    sample: list[str]
    rows: int
    notes: list[Message]

    def as_json(self) -> dict[str, Any]:
        """The form in which it is kept."""
        return {**vars(self), "notes": [note.as_json() for note in self.notes]}


def look_at(table: Opened, *, sealed: bool = False) -> Look:
    """What there is to see of an opened sheet; of a `sealed` one no cells."""
    first = [] if sealed else list(islice(table.data_rows(), SAMPLE))
    sample = [
        " · ".join(text for row in first if (text := shown_cell(row.cells[index]))) for index in range(len(table.headings))
    ]
    return Look(table.sheet, table.sheets, table.headings, table.columns, sample, table.count, list(table.notes))


def kept(stored: Mapping[str, Any]) -> Look | None:
    """A look as it was kept; None for a draft of the time before looks were kept."""
    if not stored:
        return None
    return Look(**{**stored, "notes": [message_of(note) for note in stored["notes"]]})
