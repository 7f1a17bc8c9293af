"""A line of months or days, drawn on the server: places in hundredths of the width, so that text stays readable on a phone.

The table under it says the same in words and numbers; the drawing is for the eye.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from ..indicators import Figure, Range

TOP, BOTTOM = 16, 136


@dataclass(frozen=True)
class Point:
    """A month or day: `x` in hundredths, `y` in pixels (None where there is no value); `after`: counted afterwards."""

    x: str
    y: int | None
    month: str
    shown: str
    minor: bool
    after: bool = False


@dataclass(frozen=True)
class Chart:
    """The drawing: points, the pieces between neighbours, the range's band, and the values of its upper and lower edge."""

    points: list[Point]
    pieces: list[tuple[Point, Point]]
    band: tuple[int, int] | None
    top: str
    bottom: str


@dataclass(frozen=True)
class Place:
    """What is drawn at a place of the line: its label, and the figure (anything with `value` and `shown`; None: there is none)."""

    label: str
    figure: Any
    after: bool = False


def month_name(figure: Figure) -> str:
    """The month of a figure in a few characters."""
    return f"{figure.span.starts:%y-%m}"


def chart(figures: Sequence[Any], held: Range | None, name: Callable[[Any], str] = month_name) -> Chart | None:
    """The drawing of some figures (each called `name`) in order of time; None where none has a value."""
    return drawn([Place(name(figure), figure) for figure in figures], held)


def drawn(places: Sequence[Place], held: Range | None) -> Chart | None:
    """The drawing of places in order of time; None where none has a value. A place without one breaks the line."""
    values = [place.figure.value if place.figure else None for place in places]
    known = [value for value in values if value is not None]
    if not known:
        return None
    ends = [end for end in (held.low, held.high) if end is not None] if held else []
    low, high = min([*known, *ends]), max([*known, *ends])
    if low <= high / 2:
        low = Decimal(0)
    if low == high:
        low, high = low - 1 if low else low, high + 1
    count = len(places)
    step = max(4, -(-count // 4))  # on a phone there is room for four labels
    often = -(-count // 13)
    points = [
        Point(
            x=f"{Decimal(100 * n + 50) / count:.2f}%",
            y=_height(value, low, high),
            month=place.label if n % often == (count - 1) % often else "",
            shown=f"{place.label} {place.figure.shown}" if place.figure else "",
            minor=n % step != (count - 1) % step,
            after=place.after,
        )
        for n, (place, value) in enumerate(zip(places, values, strict=True))
    ]
    pieces = [(a, b) for a, b in pairwise(points) if a.y is not None and b.y is not None]
    return Chart(points, pieces, _band(held, low, high), f"{high:,}", f"{low:,}")


def _height(value: Decimal | None, low: Decimal, high: Decimal) -> int | None:
    if value is None:
        return None
    return BOTTOM - round((value - low) / (high - low) * (BOTTOM - TOP))


def _band(held: Range | None, low: Decimal, high: Decimal) -> tuple[int, int] | None:
    if held is None or not held.is_set:
        return None
    upper = TOP if held.high is None else _height(held.high, low, high)
    lower = BOTTOM if held.low is None else _height(held.low, low, high)
    if upper is None or lower is None:
        return None
    return upper, max(lower - upper, 1)
