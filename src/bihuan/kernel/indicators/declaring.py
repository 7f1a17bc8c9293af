"""What an indicator (质效指标) is: a declaration in a domain's `indicators.py`, computed by `measuring`.

    CASES = Population("cases.Case", base=Q(voided_at=None), unit="division", person="judge", dimensions={"line": ...})

    indicator("cases.closure-rate", title=_("结案率"), of=CASES, kind="percent", sources=("cases",),
              numerator=closed_within, denominator=to_be_closed)

A condition says which rows of the population count, for a span and with dated parameters: one query, never a loop. The reasonable
range of an indicator is the dated parameter `local.indicator.<code>` (direction, low, high): empty where no document was read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..access import Viewer
from ..rules import Params
from ..wording import wording
from .periods import Span

Text = str | Promise
Condition = Callable[[Span, Params], Q]
Kind = Literal["percent", "ratio", "count", "days"]
UNITS: dict[str, Text] = {
    "percent": "%",
    "ratio": "",
    "count": pgettext_lazy("indicator unit", "件"),
    "days": pgettext_lazy("indicator unit", "天"),
}
SETS: dict[str, Text] = {
    "2024-01": _("审判质量管理指标体系（2024年1月，26项）"),
    "2024-09": _("审判质量管理指标体系（2024年9月修订，18项）"),
    "house": _("本院测算"),
    "cepej": _("欧洲司法效率委员会（CEPEJ）"),
    "enforcement": _("执行“3+1”核心指标"),
    "courtools": _("CourTools"),
    "rectification": _("巡察整改"),
    "notice": _("整改进展通报用数"),
}
DIVISION = "division"
CASE_NUMBER: Text = _("案号")


@dataclass(frozen=True)
class Dimension:
    """By what a figure may be told apart: the field, its name, and the label of a value. `content`: it tells what is in a row, so
    rows that are not open to the person are left out."""

    field: str
    label: Text
    name: Callable[[Any], Text] = str
    content: bool = False


@dataclass(frozen=True)
class Population:
    """A table whose rows are counted. `unit` and `person` lead to the division and the judge; `opened(viewer)` says whose contents
    are open to a viewer (others are counted and not listed); `ledger` is the code of the ledger that shows them; `columns` are the
    fields a list of them shows; `ordering` is never a rate. `named` heads the names of rows, `counted` is what a count is counted in.
    `known`: its numbers are known to who sees the court's figures, also of rows they may not open: those are counted, not listed.
    A population without `unit` (a problem that several divisions share) is counted for the court and for persons only."""

    about: str
    base: Q
    unit: str
    person: str
    dimensions: Mapping[str, Dimension] = field(default_factory=dict)
    opened: Callable[[Viewer], Q] | None = None
    ledger: str = ""
    row: str = "pk"
    columns: tuple[str, ...] = ()
    ordering: tuple[str, ...] = ("pk",)
    named: Text = CASE_NUMBER
    counted: Text = UNITS["count"]
    known: bool = False

    @property
    def model(self) -> type[Model]:
        """The table."""
        return apps.get_model(self.about)


@dataclass(frozen=True)
class Indicator:
    """A declared indicator (see `indicator`)."""

    code: str
    title: Text
    of: Population
    kind: Kind
    numerator: Condition
    denominator: Condition | None
    amount: Any
    times_days: bool
    within: bool
    formula: Text
    sources: tuple[str, ...]
    sets: tuple[str, ...]
    settling: str
    listed: Callable[[Span], Mapping[str, str]] | None

    @property
    def basis(self) -> str:
        """The dated parameter that holds its range."""
        return f"local.indicator.{self.code}"

    @property
    def unit(self) -> Text:
        """What its value is counted in."""
        return self.of.counted if self.kind == "count" else UNITS[self.kind]

    @property
    def title_code(self) -> str:
        """The wording code of its title."""
        return f"indicator.{self.code}"

    def params(self, on: dt.date) -> Params:
        """The dated parameters of a day."""
        return Params((self.basis,), on)


_registry: dict[str, Indicator] = {}


def indicator(
    code: str,
    *,
    title: Text,
    of: Population,
    kind: Kind,
    numerator: Condition,
    denominator: Condition | None = None,
    amount: Any = None,
    times_days: bool = False,
    within: bool = True,
    formula: Text,
    sources: Iterable[str],
    sets: Iterable[str] = ("house",),
    settling: str = "",
    listed: Callable[[Span], Mapping[str, str]] | None = None,
) -> Indicator:
    """Declare an indicator.

    `kind`: percent and ratio divide counts, days divides a sum of days by a count, count has no denominator. `amount` is the
    expression summed over the rows of the numerator (None: they are counted), or what makes it from the span; `times_days` multiplies the quotient by the days of
    the span; `within`: the numerator's rows are among the denominator's; `settling` is the dated parameter saying for how long after
    the span's end the figure still moves; `listed(span)` is the query of the ledger's list that shows just the numerator's rows.
    """
    if code in _registry:
        raise ImproperlyConfigured(f"indicator {code!r} is registered twice")
    if (denominator is None) != (kind == "count"):
        raise ImproperlyConfigured(f"indicator {code!r}: a count has no denominator, anything else has one")
    if strange := set(sets) - set(SETS):
        raise ImproperlyConfigured(f"indicator {code!r}: unknown sets {sorted(strange)}")
    made = Indicator(
        code, title, of, kind, numerator, denominator, amount, times_days, within and denominator is not None, formula,
        tuple(sources), tuple(sets), settling, listed,
    )  # fmt: skip
    wording(made.title_code, title)
    _registry[code] = made
    return made


def indicators() -> Mapping[str, Indicator]:
    """All registered indicators by code, in the order of their declaration: never by value."""
    return dict(_registry)


def get(code: str) -> Indicator | None:
    """The indicator of that code, or None."""
    return _registry.get(code)


def forget(code: str) -> None:
    """Take an indicator out of the registry; for tests that declare one."""
    _registry.pop(code, None)
