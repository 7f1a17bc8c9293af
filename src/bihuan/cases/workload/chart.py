"""Columns by month, drawn on the server: places in hundredths of the width, heights in pixels. The table below says the same in text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .selectors import Month

HEIGHT, TOP = 120, 18
"""Of the columns, and of the room above them for the highest number."""


@dataclass(frozen=True)
class Bar:
    """A column: its kind, where it stands, how high it is, its number."""

    kind: str
    left: str
    width: str
    y: float
    height: float
    number: int
    middle: str


@dataclass(frozen=True)
class Chart:
    """The columns and the names of the months under them; `base` is the line they stand on."""

    bars: tuple[Bar, ...]
    labels: tuple[tuple[str, str], ...]
    base: int
    highest: int


def chart(months: Sequence[Month], kinds: Sequence[str]) -> Chart:
    """The columns of these months for the numbers named: `filed`, `closed`, `open`."""
    numbers = [(n, kind, getattr(month, kind)) for n, month in enumerate(months) for kind in kinds]
    highest = max((number for _n, _kind, number in numbers), default=0)
    step = 100 / max(len(months), 1)
    wide = step * 0.8 / len(kinds)
    bars = []
    for n, kind, number in numbers:
        left = n * step + step * 0.1 + kinds.index(kind) * wide
        height = round(HEIGHT * number / highest, 1) if highest else 0.0
        bars.append(
            Bar(
                kind,
                f"{left:.3f}%",
                f"{wide * 0.92:.3f}%",
                TOP + HEIGHT - height,
                height,
                number,
                f"{left + wide * 0.46:.3f}%",
            )
        )
    labels = tuple((f"{n * step + step / 2:.3f}%", f"{month.first:%y-%m}") for n, month in enumerate(months))
    return Chart(tuple(bars), labels, TOP + HEIGHT, highest)
