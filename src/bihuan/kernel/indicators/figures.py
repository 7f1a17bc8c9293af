"""A figure: value, counts, range, and the difference to another figure. One rounding rule: half up, two decimals."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.law.dated import DatedValue, current_parameters
from bihuan.law.errors import LawError

from .declaring import Indicator
from .periods import Span

CENT = Decimal("0.01")


def rounded(value: Decimal) -> Decimal:
    """Half up, two decimals: the only rounding of figures."""
    return value.quantize(CENT, ROUND_HALF_UP)


class Standing(StrEnum):
    """How a figure stands to its reasonable range. Inside is inside: no figure is better inside than another."""

    WITHIN = "within"
    BETTER = "better"
    OUTSIDE = "outside"
    UNSET = "unset"
    NONE = "none"

    @property
    def label(self) -> str | Promise:
        """In words."""
        return _STANDINGS[self]

    @property
    def tone(self) -> str:
        """The colour, which never stands without the words."""
        return {"within": "good", "better": "good", "outside": "warn"}.get(self.value, "idle")


_STANDINGS: dict[Standing, str | Promise] = {
    Standing.WITHIN: _("在合理区间内"),
    Standing.BETTER: _("优于合理区间"),
    Standing.OUTSIDE: _("在合理区间外"),
    Standing.UNSET: _("未设合理区间"),
    Standing.NONE: pgettext_lazy("indicator", "无法计算"),
}


@dataclass(frozen=True)
class Range:
    """A reasonable range on a day: empty ends are open; `held` is the dated parameter it was read from."""

    direction: str
    low: Decimal | None
    high: Decimal | None
    held: DatedValue

    @property
    def is_set(self) -> bool:
        """Whether the court has entered one."""
        return self.low is not None or self.high is not None

    def standing(self, value: Decimal | None) -> Standing:
        """How a value stands to it."""
        if value is None:
            return Standing.NONE
        if not self.is_set:
            return Standing.UNSET
        if self.low is not None and value < self.low:
            return Standing.BETTER if self.direction == "down" else Standing.OUTSIDE
        if self.high is not None and value > self.high:
            return Standing.BETTER if self.direction == "up" else Standing.OUTSIDE
        return Standing.WITHIN

    def __str__(self) -> str:
        if self.low is not None and self.high is not None:
            return f"{self.low}–{self.high}"
        if self.low is not None:
            return gettext("不低于 %(value)s") % {"value": self.low}
        if self.high is not None:
            return gettext("不高于 %(value)s") % {"value": self.high}
        return "—"


def range_of(indicator: Indicator, on: dt.date) -> Range | None:
    """The range in force on a day; None where none is, or what was entered is no number."""
    try:
        held = current_parameters().version_on(indicator.basis, on)
        low, high = (_number(held.values[name]) for name in ("low", "high"))
    except (LawError, ArithmeticError):
        return None
    return Range(str(held.values["direction"]), low, high, held)


def _number(text: Any) -> Decimal | None:
    return Decimal(str(text).strip()) if str(text).strip() else None


@dataclass(frozen=True)
class Figure:
    """What an indicator came to in a span. `numerator` is a count (or a sum of days); `denominator` None for a mere count."""

    indicator: Indicator
    span: Span
    numerator: int
    denominator: int | None

    @property
    def exact(self) -> Decimal | None:
        """The value before rounding; None when the denominator is zero."""
        if self.indicator.denominator is None:
            return Decimal(self.numerator)
        if not self.denominator:
            return None
        factor = 100 if self.indicator.kind == "percent" else self.span.days if self.indicator.times_days else 1
        return Decimal(self.numerator) * factor / Decimal(self.denominator)

    @property
    def value(self) -> Decimal | None:
        """The value: half up, two decimals; a count as it is."""
        exact = self.exact
        return exact if exact is None or self.indicator.kind == "count" else rounded(exact)

    @property
    def shown(self) -> str:
        """The value with its unit; "n/a" when the denominator is zero."""
        if self.value is None:
            return "n/a"
        space = "" if self.indicator.kind == "percent" else " "
        return f"{self.value:,}{space}{self.indicator.unit}".strip()

    @property
    def counts(self) -> str:
        """The counts that stand beside every rate; "" for a mere count."""
        if self.denominator is None:
            return ""
        days = f" × {self.span.days}" if self.indicator.times_days else ""
        return f"{self.numerator:,} / {self.denominator:,}{days}"

    def against(self, other: Figure) -> str:
        """The difference to another figure: percentage points for a percent, never per cent of a per cent."""
        if self.value is None or other.value is None:
            return "—"
        gap = self.value - other.value
        sign = "+" if gap > 0 else "−" if gap < 0 else "±"
        unit = gettext("个百分点") if self.indicator.kind == "percent" else str(self.indicator.unit)
        return f"{sign}{abs(gap):,} {unit}".strip()

    def settled(self, today: dt.date) -> bool:
        """Whether nothing of it moves any more: the days of its cohort to appeal, say, are over."""
        if not self.indicator.settling:
            return True
        held = current_parameters().get(self.indicator.settling).find_on(self.span.ends)
        return held is None or today > self.span.ends + dt.timedelta(days=int(held.content["days"]))

    def standing(self, held: Range | None) -> Standing:
        """How it stands to its range. The exact value decides: 94.996 is shown as 95.00 and is not 95."""
        return Standing.UNSET if held is None else held.standing(self.exact)

    def as_json(self) -> dict[str, Any]:
        """The figure as data: numbers as text, so that nothing is rounded on the way."""
        return {
            "code": self.indicator.code,
            "from": self.span.starts.isoformat(),
            "to": self.span.ends.isoformat(),
            "days": self.span.days,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "value": None if self.value is None else str(self.value),
            "unit": self.indicator.kind,
        }
