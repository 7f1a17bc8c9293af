"""The criterion over an indicator: an item closes when the figure has reached what the plan promised.

Undeterminable where a source is stale, the denominator is zero, the figure is not settled yet, or a range asked for is not set.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.law.dated import current_parameters

from .. import sources
from ..criteria import CriterionKind, Finding, Param, Scope, met, register, undeterminable, unmet
from ..models.org import Unit
from ..wording import Message, wording
from .declaring import Indicator, get, indicators
from .figures import Figure, Standing, range_of
from .measuring import WHOLE, measure, of_unit
from .periods import Span, year_of

AT_LEAST, AT_MOST = "at_least", "at_most"
SAYS = {
    AT_LEAST: wording("indicators.criterion.at_least", _("“%(indicator)s”不低于 %(value)s")),
    AT_MOST: wording("indicators.criterion.at_most", _("“%(indicator)s”不高于 %(value)s")),
    "within": wording("indicators.criterion.within", _("“%(indicator)s”在合理区间内")),
}
CAME_TO = wording("indicators.criterion.came_to", _("%(from)s 至 %(to)s “%(indicator)s”为 %(value)s（%(counts)s）"))
EMPTY = wording("indicators.criterion.empty", _("%(from)s 至 %(to)s “%(indicator)s”的分母为零，无法计算。"))
UNKNOWN = wording("indicators.criterion.unknown", _("没有编号为“%(code)s”的指标，可能是所属模块未启用。"))
NO_RANGE = wording("indicators.criterion.no_range", _("“%(indicator)s”未设合理区间，请先在“参数与依据”中填写。"))
CHANGED = wording(
    "indicators.criterion.changed", _("“%(indicator)s”的口径或合理区间在 %(from)s 至 %(to)s 之间有变动，无法判断。")
)
MOVING = wording(
    "indicators.criterion.moving", _("%(from)s 至 %(to)s 的“%(indicator)s”尚未定型（上诉等期间未满），暂不能判断。")
)


def _known() -> Iterable[tuple[str, str | Promise]]:
    return [(one.code, one.title) for one in indicators().values()]


def _ways() -> Iterable[tuple[str, str | Promise]]:
    return [(AT_LEAST, _("不低于")), (AT_MOST, _("不高于")), ("within", _("在合理区间内"))]


class IndicatorReached(CriterionKind):
    """An indicator over the time since the plan (else the statistical year to date) is at least, at most, or in its range."""

    code = "indicator"
    label = _("质效指标达到要求")
    help = _("按销号当日的数据计算；数据来源逾期、分母为零的，不能得出结论。")
    fields = (
        Param("indicator", _("指标"), kind="choice", choices=_known),
        Param("way", _("要求"), kind="choice", choices=_ways),
        Param(
            "value",
            _("数值"),
            kind="decimal",
            required=False,
            help=_("按指标的单位填写，如 95.5；选“在合理区间内”的不填。"),
        ),
        Param("period", _("期间"), kind="choice", required=False, choices=lambda: [("year", _("本统计年度"))]),
    )

    def clean(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """A value is needed unless the range is asked for. Raises Refused."""
        from ..criteria import REQUIRED
        from ..errors import Refused

        cleaned = super().clean(params)
        if cleaned["way"] != "within" and "value" not in cleaned:
            raise Refused(Message(REQUIRED, {"field": str(_("数值"))}))
        return cleaned

    def describe(self, params: Mapping[str, Any]) -> Message:
        """As it stands in the plan."""
        found = get(str(params["indicator"]))
        title = Message(found.title_code).as_json() if found else str(params["indicator"])
        return Message(SAYS[str(params["way"])], {"indicator": title, "value": str(params.get("value", ""))})

    def evaluate(self, params: Mapping[str, Any], scope: Scope) -> Finding:
        """What the facts say."""
        found = get(str(params["indicator"]))
        if found is None:
            return undeterminable(Message(UNKNOWN, {"code": str(params["indicator"])}))
        span = _span(params, scope)
        told: dict[str, Any] = {
            "indicator": Message(found.title_code).as_json(), "from": span.starts.isoformat(), "to": span.ends.isoformat(),
        }  # fmt: skip
        stale = sources.stale(found.sources, scope.on)
        if stale:
            return undeterminable(stale[0].message)
        if current_parameters().changed_between(found.basis, span.starts, span.ends):
            return undeterminable(Message(CHANGED, told))
        view = of_unit(Unit.objects.get(pk=scope.unit_id)) if scope.unit_id else WHOLE
        return _judged(found, measure(found, [span], view=view)[0], params, scope.on, told)


def _judged(found: Indicator, figure: Figure, params: Mapping[str, Any], on: dt.date, told: dict[str, Any]) -> Finding:
    fact = figure.as_json()
    if figure.exact is None:
        return undeterminable(Message(EMPTY, told), [fact])
    if not figure.settled(on):
        return undeterminable(Message(MOVING, told), [fact])
    way = str(params["way"])
    if way == "within":
        held = range_of(found, figure.span.ends)
        if held is None or not held.is_set:
            return undeterminable(Message(NO_RANGE, told), [fact])
        reached = figure.standing(held) in {Standing.WITHIN, Standing.BETTER}
    else:
        asked = Decimal(str(params["value"]))
        reached = figure.exact >= asked if way == AT_LEAST else figure.exact <= asked
    reason = Message(CAME_TO, told | {"value": figure.shown, "counts": figure.counts or figure.shown})
    return (met if reached else unmet)(reason, [fact])


def _span(params: Mapping[str, Any], scope: Scope) -> Span:
    if scope.since is not None and params.get("period") != "year":
        return Span(min(scope.since, scope.on), scope.on)
    return year_of(scope.on).cut(scope.on)


register(IndicatorReached())
