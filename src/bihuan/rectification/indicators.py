"""The figures of rectification (整改指标): how much of the plan is done as of a day, what was closed and looked at again in a span.

A measure stands as its newest attempt of that day stood: closed with the result "done" by then, or not. Closed as "basically done"
or "long-term" is no "done". A closing that was refused from outside does not count, on no day.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.indicators import Dimension, Population, Span, indicator
from bihuan.kernel.indicators.declaring import Condition
from bihuan.kernel.rules import Params

from .flows import ATTEMPT_FLOW
from .models import CLOSED_STATES, Attempt, Category, LookBackResult, Measure, OutcomeKind, Result

STANDING = Q(voided_at=None, round__is_backfilled=False, round__voided_at=None)
ITEMS = pgettext_lazy("indicator unit", "项")
TIMES = pgettext_lazy("indicator unit", "次")


def _category(value: Any) -> Any:
    return Category(value).label if value in Category.values else "—"


MEASURES = Population(
    about="rectification.Measure",
    base=STANDING & Q(light__isnull=False),
    unit="lead_unit",
    person="person",
    dimensions={
        "category": Dimension("problem__category", _("监督重点"), _category),
        "light": Dimension("light", _("目前状态"), ATTEMPT_FLOW.label),
    },
    ledger="rectification.measures",
    columns=("due", "lead_unit", "leader", "person"),
    ordering=("due", "pk"),
    named=_("整改措施"),
    counted=ITEMS,
    known=True,
)
PROBLEMS = Population(
    about="rectification.Problem",
    base=STANDING,
    unit="",
    person="leader",
    dimensions={"category": Dimension("category", _("监督重点"), _category)},
    ledger="rectification.problems",
    columns=("category", "leader"),
    ordering=("order", "pk"),
    named=_("反馈问题"),
    counted=ITEMS,
    known=True,
)
CLOSURES = Population(
    about="rectification.Closure",
    base=Q(attempt__measure__voided_at=None, attempt__measure__round__is_backfilled=False),
    unit="attempt__measure__lead_unit",
    person="attempt__measure__person",
    columns=("decided_on", "result", "minutes_no"),
    ordering=("decided_on", "pk"),
    named=_("销号决定"),
    counted=ITEMS,
    known=True,
)
LOOK_BACKS = Population(
    about="rectification.LookBack",
    base=Q(voided_at=None, measure__voided_at=None),
    unit="measure__lead_unit",
    person="measure__person",
    ledger="rectification.look_backs",
    columns=("planned_on", "done_on", "method", "result"),
    ordering=("done_on", "pk"),
    named=_("“回头看”复核"),
    counted=TIMES,
    known=True,
)
REBOUNDS = Population(
    about="rectification.Rebound",
    base=Q(attempt__measure__voided_at=None),
    unit="attempt__measure__lead_unit",
    person="attempt__measure__person",
    ledger="rectification.rebounds",
    columns=("raised_on", "origin", "verified_on"),
    ordering=("raised_on", "pk"),
    named=_("疑似反弹"),
    counted=TIMES,
    known=True,
)


OUTCOMES = Population(
    about="rectification.Outcome",
    base=Q(voided_at=None, measure__voided_at=None, measure__round__is_backfilled=False),
    unit="measure__lead_unit",
    person="measure__person",
    columns=("day", "title", "number", "document"),
    ordering=("day", "pk"),
    named=_("整改成果"),
    counted=ITEMS,
    known=True,
)


def _closed(on: dt.date, of: str = "pk", **more: Any) -> Exists:
    """That the newest attempt of the day was closed by then."""
    newer = Attempt.objects.filter(measure=OuterRef("measure"), number__gt=OuterRef("number"), opened_on__lte=on)
    rows = Attempt.objects.filter(measure=OuterRef(of), state__in=CLOSED_STATES, closed_on__lte=on, **more)
    return Exists(rows.exclude(Exists(newer)).order_by())


def planned(span: Span, p: Params) -> Q:
    """Measures of approved plans at the end of the span."""
    begun = Attempt.objects.filter(measure=OuterRef("pk"), opened_on__lte=span.ends)
    return Q(Exists(begun.order_by()))


def done(span: Span, p: Params) -> Q:
    """Of them, those closed as done."""
    return planned(span, p) & Q(_closed(span.ends, result=Result.DONE))


def closed_as(result: str) -> Condition:
    """Of them, those closed with that result."""
    return lambda span, p: planned(span, p) & Q(_closed(span.ends, result=result))


def unclosed(span: Span, p: Params) -> Q:
    """Of them, those not closed."""
    return planned(span, p) & ~Q(_closed(span.ends))


def overdue(span: Span, p: Params) -> Q:
    """Of these, those past their day, as the day is agreed now."""
    return unclosed(span, p) & Q(due__lt=span.ends)


def fell_due(span: Span, p: Params) -> Q:
    """Measures whose day lies in the span."""
    return planned(span, p) & Q(due__gte=span.starts, due__lte=span.ends)


def closed_by_due(span: Span, p: Params) -> Q:
    """Of them, those closed by their day, whatever came of it later."""
    rows = Attempt.objects.filter(measure=OuterRef("pk"), state__in=CLOSED_STATES, closed_on__lte=OuterRef("due"))
    return fell_due(span, p) & Q(Exists(rows.order_by()))


def _measures_of(on: dt.date) -> Any:
    begun = Attempt.objects.filter(measure=OuterRef("pk"), opened_on__lte=on).order_by()
    return (
        Measure.objects.filter(problem=OuterRef("pk"), voided_at=None, light__isnull=False)
        .filter(Exists(begun))
        .order_by()
    )


def problems(span: Span, p: Params) -> Q:
    """Problems with measures of an approved plan at the end of the span."""
    return Q(Exists(_measures_of(span.ends)))


def problems_done(span: Span, p: Params) -> Q:
    """Of them, those of whose measures all are done."""
    return problems(span, p) & ~Q(Exists(_measures_of(span.ends).exclude(_closed(span.ends, result=Result.DONE))))


def within(day: str, **more: Any) -> Condition:
    """Rows whose `day` lies in the span."""
    return lambda span, p: Q(**{f"{day}__gte": span.starts, f"{day}__lte": span.ends}, **more)


def _figure(
    code: str, title: Any, kind: Any, above: Condition, below: Condition | None, formula: Any, of: Any = MEASURES, amount: Any = None
) -> None:
    indicator(
        f"rectification.{code}", title=title, of=of, kind=kind, numerator=above, denominator=below, formula=formula, amount=amount,
        sources=(), sets=("rectification",),
    )  # fmt: skip


_figure(
    "problems-done", _("问题完成率"), "percent", problems_done, problems,
    _("全部措施均以“已完成”销号的问题 ÷ 已批准方案中的问题（截至期末）"), PROBLEMS,
)  # fmt: skip
_figure(
    "measures-done", _("措施完成率"), "percent", done, planned,
    _("以“已完成”销号且未重开的措施 ÷ 已批准方案中的措施（截至期末）；阶段完成、长期坚持不计入分子"),
)  # fmt: skip
_figure(
    "measures-staged", _("基本完成并持续整改占比"), "percent", closed_as(Result.STAGED), planned,
    _("以“基本完成并持续整改”销号的措施 ÷ 已批准方案中的措施（截至期末）"),
)  # fmt: skip
_figure(
    "measures-long-term", _("长期坚持占比"), "percent", closed_as(Result.LONG_TERM), planned,
    _("以“取得阶段性成果并长期坚持”销号的措施 ÷ 已批准方案中的措施（截至期末）"),
)  # fmt: skip
_figure("measures-open", _("未销号措施数"), "count", unclosed, None, _("期末尚未销号的措施"))
_figure(
    "measures-overdue",
    _("超期未销号率"),
    "percent",
    overdue,
    unclosed,
    _("已过完成期限的未销号措施 ÷ 未销号措施（截至期末）"),
)
_figure(
    "on-time", _("按期销号率"), "percent", closed_by_due, fell_due,
    _("在期限内销号的 ÷ 期间内到期的措施（期限以现行批准的为准；销号后又重开的仍算曾按期）"),
)  # fmt: skip
_figure("close-outs", _("销号数"), "count", within("decided_on"), None, _("期间内党组会审定销号的措施"), CLOSURES)
_figure("look-backs", _("“回头看”次数"), "count", within("done_on"), None, _("期间内完成的“回头看”复核"), LOOK_BACKS)
_figure(
    "look-back-rebounds", _("“回头看”反弹率"), "percent", within("done_on", result=LookBackResult.REBOUNDED), within("done_on"),
    _("复核结果为反弹的 ÷ 期间内完成的“回头看”复核"), LOOK_BACKS,
)  # fmt: skip
_figure(
    "rebounds",
    _("疑似反弹数"),
    "count",
    within("raised_on"),
    None,
    _("期间内发现的疑似反弹（含系统自动发现）"),
    REBOUNDS,
)
_figure(
    "rebounds-reopened", _("反弹属实重开率"), "percent", within("raised_on", state__in=("reopened", "reopened_by_silence")),
    within("raised_on"), _("已重开的 ÷ 期间内发现的疑似反弹（尚在核实的计入分母）"), REBOUNDS,
)  # fmt: skip
_figure(
    "rules-made", _("制定、修订制度数"), "count", within("day", kind=OutcomeKind.RULE_MADE), None, _("期间内登记的制定、修订制度（按数量合计）"),
    OUTCOMES, F("number"),
)  # fmt: skip

__all__ = ["CLOSURES", "LOOK_BACKS", "MEASURES", "OUTCOMES", "PROBLEMS", "REBOUNDS"]
