"""A file's lines while they are collected: headings with their level, tables with their cells, what is left out."""

from __future__ import annotations

from dataclasses import dataclass, field

from .model import LeftOut, Source, Span

Cell = tuple[int, int]
"""The lines of a cell: the first, and one past the last."""


MAX_LINES, MAX_LETTERS = 40_000, 400_000
"""More is no notice: reading stops before a hostile file fills the memory."""


class TooMuch(ValueError):
    """The file holds more text than any notice."""


@dataclass(slots=True)
class Paper:
    """Lines in order; `source()` gives them their offsets."""

    lines: list[str] = field(default_factory=list)
    levels: dict[int, int] = field(default_factory=dict)
    tables: list[list[list[Cell]]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    letters: int = 0

    def add(self, text: str, level: int | None = None) -> None:
        """Add a paragraph; line breaks inside it make lines of their own, empty ones are dropped. Raises TooMuch."""
        for part in text.split("\n"):
            if part.strip():
                if level is not None:
                    self.levels[len(self.lines)] = level
                self.lines.append(part.strip("\r "))
                self.letters += len(part)
        if len(self.lines) > MAX_LINES or self.letters > MAX_LETTERS:
            raise TooMuch

    def leave_out(self, text: str, reason: str) -> None:
        """List words that are not part of the text. Raises TooMuch."""
        self.left_out.append(LeftOut(text, reason))
        self.letters += len(text)
        if len(self.left_out) > MAX_LINES or self.letters > MAX_LETTERS:
            raise TooMuch

    def source(self) -> Source:
        """The text with all places as offsets."""
        starts = [0]
        for line in self.lines:
            starts.append(starts[-1] + len(line) + 1)

        def span(cell: Cell) -> Span:
            first, last = cell
            return (starts[first], starts[last] - 1) if first < last else (starts[first], starts[first])

        return Source(
            "\n".join(self.lines),
            {starts[index]: level for index, level in self.levels.items()},
            [[[span(cell) for cell in row] for row in table] for table in self.tables],
            list(self.left_out),
        )
