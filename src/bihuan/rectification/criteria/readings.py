"""A figure read month by month stays within a range."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import sources
from bihuan.kernel.criteria import CriterionKind, Finding, Param, Scope, met, undeterminable, unmet
from bihuan.kernel.errors import Refused
from bihuan.kernel.wording import Message

from ..models import Figure, Reading
from .words import (
    AT_LEAST,
    AT_MOST,
    BETWEEN,
    DESCRIBE_RANGE,
    IN_RANGE,
    LEVELS,
    NO_FIGURE,
    OUT_OF_RANGE,
    RANGE_EMPTY,
    READING_MISSING,
    TOO_EARLY,
    level_name,
)

READINGS = "readings"

sources.register_source(
    READINGS,
    name=_("月度数据读数"),
    owner_role="trial_management",
    every="monthly",
    grace_days=10,
    models=("rectification.Reading",),
)


def _range_text(params: Mapping[str, Any]) -> dict[str, Any]:
    """The range as a stored message."""
    low, high = params.get("low"), params.get("high")
    code = BETWEEN if low and high else AT_LEAST if low else AT_MOST
    return Message(code, {"low": low or "", "high": high or ""}).as_json()


def _figures() -> Iterable[tuple[str, str]]:
    return list(Figure.objects.filter(voided_at__isnull=True).values_list("code", "name"))


class ReadingRange(CriterionKind):
    """A figure lies within a range for N consecutive months."""

    code = "reading_range"
    label = _("数据读数在合理区间")
    fields = (
        Param("figure", _("数据项"), "choice", choices=_figures),
        Param("level", _("统计范围"), "choice", choices=lambda: LEVELS),
        Param("low", _("下限"), "decimal", required=False),
        Param("high", _("上限"), "decimal", required=False),
        Param("periods", _("连续月数"), "integer", least=1),
    )

    def clean(self, params: Mapping[str, Any]) -> dict[str, Any]:
        cleaned = super().clean(params)
        low, high = cleaned.get("low"), cleaned.get("high")
        if (low is None and high is None) or (low and high and Decimal(low) > Decimal(high)):
            raise Refused(Message(RANGE_EMPTY))
        return cleaned

    def describe(self, params: Mapping[str, Any]) -> Message:
        name = Figure.objects.filter(code=params.get("figure")).values_list("name", flat=True).first()
        told = {"figure": name or params.get("figure"), "level": level_name(str(params.get("level")))}
        return Message(DESCRIBE_RANGE, told | {"periods": params.get("periods"), "range": _range_text(params)})

    def evaluate(self, params: Mapping[str, Any], scope: Scope) -> Finding:
        figure = Figure.objects.filter(code=params["figure"], voided_at__isnull=True).first()
        if figure is None:
            return undeterminable(Message(NO_FIGURE, {"figure": params["figure"]}))
        state = sources.state(READINGS, scope.on)
        if state.stale or state.cut_off is None:
            return undeterminable(state.message)
        wanted = _months_until(min(state.cut_off, scope.on), int(params["periods"]))
        counted = [m for m in wanted if scope.since is None or _month_end(m) > scope.since]
        unit = scope.unit_id if params["level"] == "unit" else None
        rows = Reading.objects.filter(figure=figure, unit=unit, period__in=counted, voided_at__isnull=True)
        held = {row.period: row for row in rows}
        facts = [_fact(held[m]) for m in counted if m in held]
        told = {"figure": figure.name, "range": _range_text(params), "periods": len(wanted)}
        for month in reversed(counted):
            row = held.get(month)
            if row is not None and not _inside(row.value, params):
                shown = {"period": f"{month:%Y-%m}", "value": f"{row.value.normalize():f}"}
                return unmet(Message(OUT_OF_RANGE, told | shown), facts)
        missing = [f"{m:%Y-%m}" for m in counted if m not in held]
        if missing:
            return undeterminable(Message(READING_MISSING, told | {"periods": missing}), facts)
        if len(counted) < len(wanted):
            since = scope.since.isoformat() if scope.since else ""
            early = {"since": since, "have": len(counted), "need": len(wanted)}
            return undeterminable(Message(TOO_EARLY, early), facts)
        span = {"first": f"{counted[0]:%Y-%m}", "last": f"{counted[-1]:%Y-%m}"}
        return met(Message(IN_RANGE, told | span), facts)


def _months_until(cut_off: dt.date, count: int) -> list[dt.date]:
    """The first days of the last `count` months that are complete on `cut_off`, oldest first."""
    last = (cut_off + dt.timedelta(days=1)).replace(day=1) - relativedelta(months=1)
    return [last - relativedelta(months=n) for n in range(count - 1, -1, -1)]


def _month_end(first: dt.date) -> dt.date:
    return first + relativedelta(months=1) - dt.timedelta(days=1)


def _inside(value: Decimal, params: Mapping[str, Any]) -> bool:
    low, high = params.get("low"), params.get("high")
    return (low is None or value >= Decimal(low)) and (high is None or value <= Decimal(high))


def _fact(row: Reading) -> dict[str, Any]:
    return {
        "reading": row.pk,
        "revision": row.revision,
        "period": f"{row.period:%Y-%m}",
        "value": str(row.value),
        "numerator": str(row.numerator) if row.numerator is not None else None,
        "denominator": str(row.denominator) if row.denominator is not None else None,
    }
