"""The bulletins of rectification: the weekly briefing and the monthly progress report.

Weekly: the whole's own trend and what is due or overdue, no table of departments beside one another. What a measure is now (its light)
is of the day of counting; what was decided is of the span.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.bulletins import Figure, Listed, Parts, Trend, Words, counted, kind
from bihuan.kernel.indicators import Dimension, Population, Span
from bihuan.kernel.rules import Params

from . import actions as a
from .models import CLOSED_STATES, OPEN_REBOUNDS, Category, Measure, Result
from .rates import late

SOON = dt.timedelta(days=14)
ITEMS = pgettext_lazy("indicator unit", "项")
DONE = Q(light__in=CLOSED_STATES, outcome=Result.DONE)


def _category(value: Any) -> Any:
    return Category(value).label if value in Category.values else _("（未分类）")


MEASURES = Population(
    about="rectification.Measure",
    base=Q(voided_at=None, light__isnull=False, round__is_backfilled=False),
    unit="lead_unit",
    person="person",
    dimensions={"category": Dimension("problem__category", _("监督重点"), _category)},
    ledger="rectification.measures",
    columns=("lead_unit", "due"),
    ordering=("due", "pk"),
)
PROBLEMS = Population(
    about="rectification.Problem",
    base=Q(voided_at=None, frozen_at__isnull=False, round__is_backfilled=False),
    unit="leader",
    person="leader",
    ledger="rectification.problems",
    columns=("category", "leader"),
    ordering=("order", "pk"),
)
CLOSURES = Population(
    about="rectification.Closure",
    base=Q(attempt__measure__voided_at=None),
    unit="attempt__measure__lead_unit",
    person="attempt__measure__person",
    columns=("decided_on", "result", "minutes_no"),
    ordering=("decided_on", "pk"),
)
REBOUNDS = Population(
    about="rectification.Rebound",
    base=Q(),
    unit="attempt__measure__lead_unit",
    person="attempt__measure__person",
    ledger="rectification.rebounds",
    columns=("origin", "raised_on"),
    ordering=("raised_on", "pk"),
)
LETTERS = Population(
    about="rectification.SupervisionLetter",
    base=Q(voided_at=None),
    unit="to_unit",
    person="issued_by",
    ledger="rectification.letters",
    columns=("to_unit", "issued_on", "due", "replied_on"),
    ordering=("issued_on", "pk"),
)


def every(span: Span, p: Params) -> Q:
    """All of the population: measures under way or closed."""
    return Q()


def done(span: Span, p: Params) -> Q:
    """Closed with the result "done", and no attempt since."""
    return DONE


def wholly_done(span: Span, p: Params) -> Q:
    """Problems that have measures, and none that is not done."""
    held = Measure.objects.filter(problem=OuterRef("pk"), voided_at=None)
    return Q(Exists(held)) & ~Q(Exists(held.exclude(DONE)))


def overdue(span: Span, p: Params) -> Q:
    """Past their day at the end of the span, the work still the department's."""
    return late(span.ends)


def soon(span: Span, p: Params) -> Q:
    """Due within two weeks after the span."""
    return Q(open_due__gte=span.ends, open_due__lte=span.ends + SOON)


def due_or_overdue(span: Span, p: Params) -> Q:
    """What the list shows."""
    return overdue(span, p) | soon(span, p)


def decided(span: Span, p: Params) -> Q:
    """Closures decided in the span."""
    return Q(decided_on__gte=span.starts, decided_on__lte=span.ends)


def suspected(span: Span, p: Params) -> Q:
    """Rebounds raised by the end of the span and not settled."""
    return Q(state__in=OPEN_REBOUNDS, raised_on__lte=span.ends)


def issued(span: Span, p: Params) -> Q:
    """Letters issued in the span."""
    return Q(issued_on__gte=span.starts, issued_on__lte=span.ends)


ALL = counted(
    "rectification.measures",
    word=ITEMS,
    title=_("整改措施数"),
    of=MEASURES,
    where=every,
    formula=_("方案已批准、未作废的整改措施"),
)
DONE_COUNT = counted(
    "rectification.done",
    word=ITEMS,
    title=_("已完成措施数"),
    of=MEASURES,
    where=done,
    formula=_("结果为“完成”的已销号措施；阶段性完成、长期坚持的不计"),
)
RATE = counted(
    "rectification.rate",
    title=_("措施完成率"),
    of=MEASURES,
    where=done,
    out_of=every,
    formula=_("已完成措施 ÷ 全部整改措施"),
)
PROBLEM_RATE = counted(
    "rectification.problem_rate", title=_("问题整改完成率"), of=PROBLEMS, where=wholly_done, out_of=every,
    formula=_("全部措施均已完成的反馈问题 ÷ 全部反馈问题"),
)  # fmt: skip
CLOSED = counted(
    "rectification.closed",
    word=ITEMS,
    title=_("审定销号数"),
    of=CLOSURES,
    where=decided,
    formula=_("统计期内党组会审定的销号决定"),
)
OVERDUE = counted(
    "rectification.overdue",
    word=ITEMS,
    title=_("逾期未办结措施数"),
    of=MEASURES,
    where=overdue,
    formula=_("期末已过完成期限、仍在责任部门办理的措施"),
)
SOON_COUNT = counted(
    "rectification.soon",
    word=ITEMS,
    title=_("两周内到期措施数"),
    of=MEASURES,
    where=soon,
    formula=_("期末起十四日内到期的未办结措施"),
)
REBOUND = counted(
    "rectification.rebound",
    word=ITEMS,
    title=_("疑似反弹在办数"),
    of=REBOUNDS,
    where=suspected,
    formula=_("期末以前提出、尚未了结的疑似反弹"),
)
LETTER = counted(
    "rectification.letter", title=_("制发督办函数"), of=LETTERS, where=issued, formula=_("统计期内制发的督办函")
)

FIGURES = (
    Figure("closed", _("本期审定销号"), CLOSED),
    Figure("measures", _("整改措施"), ALL),
    Figure("done", _("已完成措施"), DONE_COUNT),
    Figure("rate", _("措施完成率"), RATE),
    Figure("problem_rate", _("问题整改完成率"), PROBLEM_RATE),
    Figure("overdue", _("逾期未办结"), OVERDUE),
    Figure("soon", _("两周内到期"), SOON_COUNT),
    Figure("rebounds", _("疑似反弹在办"), REBOUND),
    Figure("letters", _("本期制发督办函"), LETTER),
)
DUE_LIST = Listed(
    "due_list", _("到期与逾期清单"), MEASURES, due_or_overdue, ("code", "text", "lead_unit", "due"),
    _("期末已逾期或者十四日内到期的未办结措施"), headings={"code": _("编号")},
)  # fmt: skip

WEEKLY = kind(
    "rectification.weekly",
    title=_("巡察整改工作简报"),
    domain="rectification",
    period="week",
    layout="briefing",
    countersign="optional",
    drafters=(a.RECTIFICATION_OFFICE,),
    reviewers=(a.OFFICE,),
    signers=(a.PRESIDENT, "leader"),
    figures=FIGURES,
    tables=(DUE_LIST,),
    trends=(Trend("trend", _("近八周审定销号"), CLOSED, 8),),
    words=(
        Words(
            "lead",
            _("总体情况"),
            _(
                "本周党组会审定销号 {closed}。截至本周末，整改措施共 {measures}，已完成 {done}，完成率 {rate}；"
                "问题整改完成率 {problem_rate}。逾期未办结 {overdue}，两周内到期 {soon}，疑似反弹在办 {rebounds}。"
            ),
            help=_("花括号里是数据的名称，印发时换成数值。"),
        ),
        Words("work", pgettext_lazy("bulletin", "工作动态"), required=False),
        Words(
            "next",
            pgettext_lazy("bulletin", "下步安排"),
            _("请到期、逾期措施的责任部门抓紧办理；需要延期的，按程序提前申请。"),
        ),
    ),
)

PROGRESS = kind(
    "rectification.progress",
    title=_("巡察整改进展情况的报告"),
    domain="rectification",
    period="month",
    layout="notice",
    numbering="document",
    register="rectification.documents",
    upward=True,
    countersign="required",
    drafters=(a.RECTIFICATION_OFFICE,),
    reviewers=(a.OFFICE,),
    signers=(a.PRESIDENT,),
    keepers=(a.OFFICE,),
    figures=FIGURES,
    tables=(Parts("by_category", _("按监督重点分列"), (ALL, DONE_COUNT, RATE), "category"), DUE_LIST),
    trends=(Trend("trend", _("近六个月审定销号"), CLOSED, 6),),
    words=(
        Words(
            "lead",
            _("总体进展"),
            _(
                "统计期内审定销号 {closed}，制发督办函 {letters}。截至期末，整改措施共 {measures}，已完成 {done}，完成率 {rate}；"
                "问题整改完成率 {problem_rate}。"
            ),
        ),
        Words("done_work", _("主要工作"), help=_("做了什么、建立了什么制度。")),
        Words("problems", _("存在问题"), _("逾期未办结 {overdue}，疑似反弹在办 {rebounds}。")),
        Words("next", _("下一步打算")),
    ),
)
