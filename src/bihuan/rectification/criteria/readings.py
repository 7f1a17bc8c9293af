"""A figure read month by month stays within a range."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import sources
from bihuan.kernel.criteria import Finding, Param, Question, SetKind, met, undeterminable, unmet
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


class ReadingRange(SetKind):
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

    def judge(self, asked: Sequence[Question]) -> list[Finding]:
        codes = {str(one.params["figure"]) for one in asked}
        figures = {row.code: row for row in Figure.objects.filter(code__in=codes, voided_at__isnull=True)}
        states = {day: sources.state(READINGS, day) for day in {one.scope.on for one in asked}}
        windows = [_Window.of(one, figures, states) for one in asked]
        held = _held([window for window in windows if window is not None])
        found: dict[Any, Finding] = {}  # items of one department share their figures: judged once
        findings: list[Finding] = []
        for one, window in zip(asked, windows, strict=True):
            if window is None:
                findings.append(self._nothing(one, figures, states))
                continue
            same = window, one.params.get("low"), one.params.get("high"), one.scope.since if window.short else None
            if same not in found:
                found[same] = self._finding(one, window, held)
            findings.append(found[same])
        return findings

    def _nothing(
        self, one: Question, figures: Mapping[str, Figure], states: Mapping[dt.date, sources.SourceState]
    ) -> Finding:
        if str(one.params["figure"]) not in figures:
            return undeterminable(Message(NO_FIGURE, {"figure": one.params["figure"]}))
        return undeterminable(states[one.scope.on].message)

    def _finding(self, one: Question, window: _Window, held: Mapping[_Key, Reading]) -> Finding:
        params, counted = one.params, window.counted
        rows = {month: row for month in counted if (row := held.get(window.key(month))) is not None}
        facts = [_fact(rows[m]) for m in counted if m in rows]
        told = {"figure": window.figure.name, "range": _range_text(params), "periods": len(window.wanted)}
        for month in reversed(counted):
            row = rows.get(month)
            if row is not None and not _inside(row.value, params):
                shown = {"period": f"{month:%Y-%m}", "value": f"{row.value.normalize():f}"}
                return unmet(Message(OUT_OF_RANGE, told | shown), facts)
        missing = [f"{m:%Y-%m}" for m in counted if m not in rows]
        if missing:
            return undeterminable(Message(READING_MISSING, told | {"periods": missing}), facts)
        if window.short:
            since = one.scope.since.isoformat() if one.scope.since else ""
            early = {"since": since, "have": len(counted), "need": len(window.wanted)}
            return undeterminable(Message(TOO_EARLY, early), facts)
        span = {"first": f"{counted[0]:%Y-%m}", "last": f"{counted[-1]:%Y-%m}"}
        return met(Message(IN_RANGE, told | span), facts)


_Key = tuple[int, int | None, dt.date]


@dataclass(frozen=True)
class _Window:
    """Which readings a question is about: the months wanted, and those of them that count."""

    figure: Figure
    unit: int | None
    wanted: tuple[dt.date, ...]
    counted: tuple[dt.date, ...]

    @property
    def short(self) -> bool:
        """Whether some of the months wanted lie before the day from which facts count."""
        return len(self.counted) < len(self.wanted)

    @classmethod
    def of(
        cls, one: Question, figures: Mapping[str, Figure], states: Mapping[dt.date, sources.SourceState]
    ) -> _Window | None:
        """The window, or None where the figure is gone or the source too old to speak."""
        figure, state, scope = figures.get(str(one.params["figure"])), states[one.scope.on], one.scope
        if figure is None or state.stale or state.cut_off is None:
            return None
        wanted = _months_until(min(state.cut_off, scope.on), int(one.params["periods"]))
        counted = tuple(m for m in wanted if scope.since is None or _month_end(m) > scope.since)
        return cls(figure, scope.unit_id if one.params["level"] == "unit" else None, wanted, counted)

    def key(self, month: dt.date) -> _Key:
        """What finds the reading of a month."""
        return self.figure.pk, self.unit, month


def _held(windows: Sequence[_Window]) -> dict[_Key, Reading]:
    """The readings that lie in the windows, in one statement."""
    months = {month for window in windows for month in window.counted}
    if not months:
        return {}
    units = {window.unit for window in windows}
    where = Q(unit__in=[unit for unit in units if unit is not None])
    if None in units:
        where |= Q(unit__isnull=True)
    figures = {window.figure.pk for window in windows}
    rows = Reading.objects.filter(
        where, figure__in=figures, period__gte=min(months), period__lte=max(months), voided_at__isnull=True
    )
    return {(row.figure_id, row.unit_id, row.period): row for row in rows.order_by()}


@lru_cache(maxsize=1024)  # the same few months are asked for again and again
def _months_until(cut_off: dt.date, count: int) -> tuple[dt.date, ...]:
    """The first days of the last `count` months that are complete on `cut_off`, oldest first."""
    last = (cut_off + dt.timedelta(days=1)).replace(day=1) - relativedelta(months=1)
    return tuple(last - relativedelta(months=n) for n in range(count - 1, -1, -1))


@lru_cache(maxsize=1024)
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
