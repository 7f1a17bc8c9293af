"""The figures a public notice on rectification says of cases: reviews, the committee, oversight, what the president handles.

Each is a condition over the rows the court keeps anyway; see cases.indicators for how they are counted.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.indicators import Population, Span, indicator
from bihuan.kernel.indicators.declaring import Condition
from bihuan.kernel.models import Assignment
from bihuan.kernel.rules import Params

from .indicators import CASES, closed
from .models import Body, OversightKind, OversightMark
from .models.meetings import SAT
from .scopes import about_open_cases
from .sources import CASES as SOURCE

PRESIDENT = "president"
CONFIRMED = ("confirmed", "ended")


def _about(model: str, columns: tuple[str, ...], day: str, **more: Any) -> Population:
    """Rows that belong to cases."""
    return Population(
        about=f"cases.{model}", base=Q(voided_at=None, case__voided_at=None), unit="case__division", person="case__judge",
        opened=about_open_cases, columns=columns, ordering=(day, "pk"), **more,
    )  # fmt: skip


REVIEWS = _about("CaseReview", ("opened_on", "ground", "state"), "opened_on", ledger="cases.reviews", named=_("案件评查"))
ITEMS = _about("AgendaItem", ("meeting", "state"), "meeting__held_on", ledger="cases.agenda_items", named=_("议题"))
MARKS = _about("OversightMark", ("kind", "confirmed_on", "state"), "confirmed_on", ledger="cases.oversight_marks", named=_("“四类案件”标注"))


def reviewed(span: Span, p: Params) -> Q:
    """Reviews begun in the span."""
    return Q(opened_on__gte=span.starts, opened_on__lte=span.ends)


def reviewed_enterprise(span: Span, p: Params) -> Q:
    """Of them, those of cases of enterprises."""
    return reviewed(span, p) & Q(case__enterprise=True)


def before_committee(span: Span, p: Params) -> Q:
    """Items that the judicial committee met about in the span."""
    held = Q(meeting__held_on__gte=span.starts, meeting__held_on__lte=span.ends, meeting__state__in=SAT, meeting__voided_at=None)
    return held & Q(meeting__body=Body.COMMITTEE)


def searched(span: Span, p: Params) -> Q:
    """Of them, those whose search for similar cases was written into the report by the day of the meeting."""
    return before_committee(span, p) & Q(search__voided_at=None, search__written_on__lte=F("meeting__held_on"))


def overseen(span: Span, p: Params) -> Q:
    """Marks confirmed in the span, whatever came of them."""
    return Q(state__in=CONFIRMED, confirmed_on__gte=span.starts, confirmed_on__lte=span.ends)


def by_president(span: Span, p: Params) -> Q:
    """Cases closed in the span by a judge who was president then."""
    held = Assignment.objects.filter(post__role=PRESIDENT, person=OuterRef("judge"), starts__lte=OuterRef("closed_on"))
    then = held.filter(Q(ends=None) | Q(ends__gte=OuterRef("closed_on")))
    return closed(span, p) & Q(Exists(then.order_by()))


def hard_by_president(span: Span, p: Params) -> Q:
    """Of them, those confirmed as hard (疑难、复杂)."""
    marks = OversightMark.objects.filter(case=OuterRef("pk"), kind=OversightKind.DIFFICULT, state__in=CONFIRMED, voided_at=None)
    return by_president(span, p) & Q(Exists(marks.order_by()))


def _figure(code: str, title: Any, of: Population, above: Condition, below: Condition | None, formula: Any) -> None:
    indicator(
        f"cases.{code}", title=title, of=of, kind="percent" if below else "count", numerator=above, denominator=below,
        formula=formula, sources=(SOURCE,), sets=("notice",),
    )  # fmt: skip


_figure(
    "reviews-enterprise", _("涉企案件评查占比"), REVIEWS, reviewed_enterprise, reviewed, _("涉企案件的评查 ÷ 期间内启动的评查"),
)  # fmt: skip
_figure(
    "committee-searched", _("提交审委会案件类案检索率"), ITEMS, searched, before_committee,
    _("开会时已将类案检索写入审理报告的 ÷ 期间内审委会讨论的议题"),
)  # fmt: skip
_figure("overseen", _("院庭长监督管理案件数"), MARKS, overseen, None, _("期间内确认监督的“四类案件”标注"))
_figure("president-closed", _("院长办结案件数"), CASES, by_president, None, _("期间内由院长承办并办结的案件"))
_figure(
    "president-hard", _("院长办案中疑难复杂占比"), CASES, hard_by_president, by_president, _("其中经确认为疑难、复杂的 ÷ 院长承办并办结的案件"),
)  # fmt: skip

__all__ = ["ITEMS", "MARKS", "REVIEWS"]
