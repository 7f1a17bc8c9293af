"""The small drawings of the dashboard, in numbers of their own little coordinates; beside each stands what it shows, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from bihuan.kernel.indicators import Range
from bihuan.kernel.indicators.history import Moment

WIDTH, HEIGHT, EDGE = 120, 28, 3


@dataclass(frozen=True)
class Spark:
    """A line of months: pieces between neighbours that both have a value, dots that stand alone, the last dot, the range's band.
    `running`: the piece that leads to a month that is not over, which is no less than the others but shorter."""

    lines: list[str]
    dots: list[tuple[str, str]]
    running: str
    last: tuple[str, str]
    band: tuple[str, str] | None
    words: str


def spark(moments: Sequence[Moment], held: Range | None, *, running: bool) -> Spark | None:
    """The line of some moments; None where fewer than two have a value. `running`: a month that is not over is drawn so."""
    values = [moment.kept.figure.value if moment.kept else None for moment in moments]
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    ends = [end for end in (held.low, held.high) if end is not None] if held else []
    low, high = min([*known, *ends]), max([*known, *ends])
    if low == high:
        low, high = low - 1, high + 1

    def down(value: Decimal) -> str:
        return f"{float(HEIGHT - EDGE - (value - low) / (high - low) * (HEIGHT - 2 * EDGE)):.1f}"

    step = Decimal(WIDTH - 2 * EDGE) / (len(values) - 1)
    places = [None if value is None else (f"{EDGE + n * step:.1f}", down(value)) for n, value in enumerate(values)]
    lines, dots, run = [], [], []
    tail = ""
    if running and not _is_over(moments[-1]) and places[-1] is not None and places[-2] is not None:
        tail = " ".join(",".join(one) for one in (places[-2], places[-1]))
    for place in [*(places[:-1] if tail else places), None]:
        if place is not None:
            run.append(place)
            continue
        if len(run) > 1:
            lines.append(" ".join(",".join(one) for one in run))
        elif run:
            dots.append(run[0])
        run = []
    last = next(place for place in reversed(places) if place is not None)
    return Spark(lines, dots, tail, last, _band(held, low, high, down), _words(moments))


def _is_over(moment: Moment) -> bool:
    return moment.kept is None or moment.kept.on >= moment.span.ends


def _band(held: Range | None, low: Decimal, high: Decimal, down: object) -> tuple[str, str] | None:
    if held is None or not held.is_set or not callable(down):
        return None
    upper = down(held.high if held.high is not None else high)
    lower = down(held.low if held.low is not None else low)
    return upper, f"{max(float(lower) - float(upper), 1):.1f}"


def _words(moments: Sequence[Moment]) -> str:
    told = [f"{m.span.starts:%Y-%m} {m.kept.figure.shown}" for m in moments if m.kept]
    return gettext("各月：%(told)s") % {"told": "，".join(told)}


@dataclass(frozen=True)
class Bar:
    """A piece of a bar, in per cent of the longest."""

    kind: str
    left: str
    width: str


def bar(counts: Mapping[str, int], longest: int) -> list[Bar]:
    """A bar of several pieces, one after the other."""
    pieces, left = [], Decimal(0)
    for kind, number in counts.items():
        width = Decimal(100 * number) / Decimal(longest or 1)
        if number:
            pieces.append(Bar(kind, f"{left:.2f}%", f"{width:.2f}%"))
        left += width
    return pieces
