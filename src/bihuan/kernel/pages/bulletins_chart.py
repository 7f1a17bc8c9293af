"""The drawing of a bulletin's trend, and what it says in words for who does not see it. The table beside it says the same."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from ..bulletins.computing import Result
from .indicators_chart import Chart, chart


@dataclass(frozen=True)
class Dot:
    """A period: its name, the value (None: none) and how it is shown."""

    name: str
    value: Decimal | None
    shown: str


@dataclass(frozen=True)
class Drawing:
    """The lines, and the same in words."""

    chart: Chart | None
    alt: str


def drawing(trend: Result) -> Drawing:
    """The drawing of a trend, from what was kept of it."""
    rows, values = trend.content.get("rows", []), trend.content.get("values", [])
    dots = [
        Dot(row[0], None if value is None else Decimal(value), row[1]) for row, value in zip(rows, values, strict=True)
    ]
    made = chart(dots, None, lambda dot: str(dot.name).partition("–")[0])
    return Drawing(made, _alt(trend, [dot for dot in dots if dot.value is not None]))


def _alt(trend: Result, dots: list[Dot]) -> str:
    if not dots:
        return _("%(title)s：各期均无法计算") % {"title": trend.title}
    least, most = (pick(dots, key=lambda dot: dot.value or Decimal(0)) for pick in (min, max))
    said = {
        "title": trend.title, "first": dots[0].name, "from": dots[0].shown, "last": dots[-1].name, "to": dots[-1].shown,
        "low": least.shown, "high": most.shown,
    }  # fmt: skip
    return _("%(title)s：%(first)s 为 %(from)s，%(last)s 为 %(to)s；最低 %(low)s，最高 %(high)s。各期数值见表。") % said
