"""The indicators over cases (质效指标), as far as the facts at hand carry them. Conditions only; the engine counts.

Pending is as of the span's last day. A cohort is the cases closed in the span: an appeal lodged later, even in the next year, counts
with the year of the closing, so that above and below the line stand the same cases.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.indicators import Dimension, Population, Span, indicator
from bihuan.kernel.indicators.declaring import Condition
from bihuan.kernel.indicators.expressions import DaysBetween
from bihuan.kernel.rules import Params
from bihuan.law.limits.clocks import PREFIX, cutoff

from .meetings.terms import lines
from .models import Appeal, AppealOutcome, ClosingManner, Hearing, Line
from .models.choices import HearingKind
from .scopes import about_open_cases, opened
from .sources import CASES as SOURCE

FIRST_INSTANCE = "local.indicators.first-instance"
MEDIABLE = "local.indicators.mediable"
APPEALS = "local.indicators.appeals"
SMALL = "small"


def _line(value: Any) -> Any:
    return Line(value).label if value in Line.values else _("（未识别条线）")


def _cause(value: Any) -> Any:
    return value or _("（未填案由）")


def _dimensions(way: str = "") -> dict[str, Dimension]:
    return {
        "line": Dimension(f"{way}line", _("案件条线"), _line),
        "cause": Dimension(f"{way}cause", _("案由"), _cause, content=True),
    }


CASES = Population(
    about="cases.Case",
    base=Q(voided_at=None),
    unit="division",
    person="judge",
    dimensions=_dimensions(),
    opened=opened,
    ledger="cases.cases",
    columns=("filed_on", "closed_on", "division", "judge"),
    ordering=("filed_on", "pk"),
)


SECOND = Population(
    about="cases.Appeal",
    base=Q(voided_at=None, case__voided_at=None),
    unit="case__division",
    person="case__judge",
    dimensions=_dimensions("case__"),
    opened=about_open_cases,
    ledger="cases.appeals",
    columns=("appealed_on", "decided_on", "outcome"),
    ordering=("decided_on", "pk"),
)


def filed(span: Span, p: Params) -> Q:
    """新收: filed in the span."""
    return Q(filed_on__gte=span.starts, filed_on__lte=span.ends)


def closed(span: Span, p: Params) -> Q:
    """结案: closed in the span."""
    return Q(closed_on__gte=span.starts, closed_on__lte=span.ends)


def pending(span: Span, p: Params) -> Q:
    """未结: filed and not closed at the end of the span's last day."""
    return Q(filed_on__lte=span.ends) & (Q(closed_on=None) | Q(closed_on__gt=span.ends))


def handled(span: Span, p: Params) -> Q:
    """旧存加新收: filed by the span's end and not closed before it began."""
    return Q(filed_on__lte=span.ends) & (Q(closed_on=None) | Q(closed_on__gte=span.starts))


def handled_and_closed(span: Span, p: Params) -> Q:
    """Those of them closed in the span."""
    return closed(span, p) & Q(filed_on__lte=span.ends)


def with_limit(span: Span, p: Params) -> Q:
    """Closed cases under a statutory limit."""
    return closed(span, p) & Q(expires_on__isnull=False)


def in_time(span: Span, p: Params) -> Q:
    """Those closed within it, lawful extensions and deductions counted."""
    return with_limit(span, p) & Q(closed_on__lte=F("expires_on"))


def extended(span: Span, p: Params) -> Q:
    """Those whose limit was extended."""
    return with_limit(span, p) & Q(extended_times__gt=0)


def hidden(span: Span, p: Params) -> Q:
    """Those treated as paused on no ground of the closed list (隐性超审限)."""
    return with_limit(span, p) & Q(hidden_days__gt=0)


def overdue(span: Span, p: Params) -> Q:
    """Pending and over the limit on the span's last day."""
    return limited(span, p) & Q(expires_on__lt=span.ends)


def limited(span: Span, p: Params) -> Q:
    """Pending under a limit."""
    return pending(span, p) & Q(expires_on__isnull=False)


def litigation(span: Span, p: Params) -> Q:
    """Pending cases of the lines the tiers speak of (by default litigation: enforcement and bankruptcy take their own time)."""
    return pending(span, p) & Q(line__in=lines(span.ends))


def longer_than(tier: str) -> Condition:
    """Pending litigation past a tier on the span's last day; calendar time since the filing, nothing deducted."""

    return lambda span, p: litigation(span, p) & Q(filed_on__lte=cutoff(PREFIX + tier, span.ends))


def first_instance(span: Span, p: Params) -> Q:
    """First-instance cases closed in the span."""
    return closed(span, p) & Q(type_code__in=p.of(FIRST_INSTANCE)["types"])


def appealable(span: Span, p: Params) -> Q:
    """Of these, those that can be appealed: as the sheet says, else judgments other than of small claims (一审终审)."""
    unsaid = Q(appealable=None, closing_manner=ClosingManner.JUDGMENT) & ~Q(procedure=SMALL)
    return first_instance(span, p) & (Q(appealable=True) | unsaid)


def _appeals(**more: Any) -> Exists:
    return Exists(Appeal.objects.filter(case=OuterRef("pk"), voided_at=None, **more))


def appealed(span: Span, p: Params) -> Q:
    """Of the appealable, those appealed against, whenever that was."""
    return appealable(span, p) & Q(_appeals())


def accepted(span: Span, p: Params) -> Q:
    """Of the appealable, those not appealed against."""
    return appealable(span, p) & ~Q(_appeals())


def reversed_(span: Span, p: Params) -> Q:
    """Of the first-instance cases, those changed or remanded on appeal, whenever that was."""
    return first_instance(span, p) & Q(_appeals(outcome__in=[AppealOutcome.CHANGED, AppealOutcome.REMANDED]))


def ended_on_appeal(outcome: str) -> Condition:
    """Of the first-instance cases, those that ended so on appeal, whenever that was."""
    return lambda span, p: first_instance(span, p) & Q(_appeals(outcome=outcome))


def decided(outcome: str) -> Condition:
    """Appeals that ended so in the span."""
    return lambda span, p: Q(outcome=outcome, decided_on__gte=span.starts, decided_on__lte=span.ends)


def mediable(span: Span, p: Params) -> Q:
    """First-instance cases of the lines in which mediation is possible, closed in the span."""
    return first_instance(span, p) & Q(line__in=p.of(MEDIABLE)["lines"])


def settled(span: Span, p: Params) -> Q:
    """Those that ended by mediation or withdrawal."""
    return mediable(span, p) & Q(closing_manner__in=[ClosingManner.MEDIATION, ClosingManner.WITHDRAWAL])


def mediated(span: Span, p: Params) -> Q:
    """Those that ended by mediation."""
    return mediable(span, p) & Q(closing_manner=ClosingManner.MEDIATION)


def old_backlog(span: Span, p: Params) -> Q:
    """Pending when the span began, and over the limit by then."""
    return Q(filed_on__lt=span.starts, expires_on__lt=span.starts) & (Q(closed_on=None) | Q(closed_on__gte=span.starts))


def old_backlog_closed(span: Span, p: Params) -> Q:
    """Of it, what was closed in the span."""
    return old_backlog(span, p) & closed(span, p)


def _sittings(at_least: int) -> Exists:
    """That there were so many trial sittings: the one that has as many before it."""
    rows = Hearing.objects.filter(case=OuterRef("pk"), kind=HearingKind.TRIAL, voided_at=None, adjourned="").order_by()
    if at_least == 1:
        return Exists(rows)
    counted = rows.values("case").annotate(n=Count("pk")).filter(n__gte=at_least)
    return Exists(counted)


def tried(span: Span, p: Params) -> Q:
    """Closed cases with a trial sitting that was held."""
    return closed(span, p) & Q(_sittings(1))


def tried_at_once(span: Span, p: Params) -> Q:
    """Those that took no more than two."""
    return tried(span, p) & ~Q(_sittings(3))


def in_last_month(span: Span, p: Params) -> Q:
    """Closed in the span's last month."""
    return closed(span.last_month(), p)


def heard(span: Span, p: Params) -> Q:
    """Closed cases that were heard."""
    return closed(span, p) & Q(heard_on__isnull=False, filed_on__isnull=False)


def dated(span: Span, p: Params) -> Q:
    """Closed cases of a known filing day."""
    return closed(span, p) & Q(filed_on__isnull=False)


def received(span: Span, p: Params) -> Q:
    """Cases filed whose material came in on a known day."""
    return filed(span, p) & Q(received_on__isnull=False)


def _day(day: dt.date) -> str:
    return day.isoformat()


def _cases(
    code: str, title: Any, kind: Any, above: Condition, below: Condition | None, formula: Any, **more: Any
) -> Any:
    return indicator(
        f"cases.{code}", title=title, of=more.pop("of", CASES), kind=kind, numerator=above, denominator=below,
        formula=formula, sources=(SOURCE,), **more,
    )  # fmt: skip


_cases(
    "filed", _("新收案件数"), "count", filed, None, _("期间内立案的案件"),
    listed=lambda span: {"state": "", "filed_on_from": _day(span.starts), "filed_on_to": _day(span.ends)},
)  # fmt: skip
_cases("closed", _("结案数"), "count", closed, None, _("期间内结案的案件"))
_cases("pending", _("未结案件数"), "count", pending, None, _("期末尚未结案的案件"))
_cases("closure-rate", _("结案率"), "percent", handled_and_closed, handled, _("结案 ÷（旧存＋新收）"))
_cases(
    "clearance",
    _("结收比"),
    "percent",
    closed,
    filed,
    _("结案 ÷ 新收"),
    within=False,
    sets=("house", "cepej", "courtools"),
)
_cases(
    "disposition-time", _("周转天数（DT）"), "days", pending, closed, _("期末未结 ÷ 结案 × 期间天数"), within=False,
    times_days=True, sets=("cepej",),
)  # fmt: skip
_cases("turnover", _("周转率"), "ratio", closed, pending, _("结案 ÷ 期末未结"), within=False, sets=("cepej",))
_cases(
    "within-limit", _("审限内结案率"), "percent", in_time, with_limit, _("法定审限内结案（含依法延长、扣除）÷ 有审限的结案"),
    sets=("2024-01", "2024-09", "courtools"),
)  # fmt: skip
_cases(
    "extended",
    _("延长审限率"),
    "percent",
    extended,
    with_limit,
    _("延长过审限的结案 ÷ 有审限的结案"),
    sets=("2024-01",),
)
_cases("hidden", _("隐性超审限率"), "percent", hidden, with_limit, _("有清单以外暂停的结案 ÷ 有审限的结案"))
_cases(
    "backlog",
    _("超审限未结率"),
    "percent",
    overdue,
    limited,
    _("期末已超审限的未结 ÷ 有审限的未结"),
    sets=("house", "cepej"),
)
for _months, _tier, _title, _sets in (
    ("12", "twelve-months", _("超12个月未结案件比"), ("2024-01", "2024-09")),
    ("18", "eighteen-months", _("超18个月未结案件比"), ("house",)),
    ("24", "twenty-four-months", _("二年以上未结案件比"), ("house",)),
    ("36", "thirty-six-months", _("三年以上未结案件比"), ("house",)),
):
    _cases(
        f"pending-{_months}", _title, "percent", longer_than(_tier), litigation, _("期末超过该档的未结诉讼案件 ÷ 期末未结诉讼案件"),
        sets=_sets,
    )  # fmt: skip
_cases(
    "days-to-close", _("平均审理天数"), "days", dated, dated, _("结案日−立案日之和 ÷ 结案（自然日，不作扣除）"),
    amount=DaysBetween("filed_on", "closed_on"),
)  # fmt: skip
_cases(
    "days-to-hearing", _("立案到首次开庭平均天数"), "days", heard, heard, _("首次开庭日−立案日之和 ÷ 开过庭的结案"),
    amount=DaysBetween("filed_on", "heard_on"),
)  # fmt: skip
_cases(
    "days-from-hearing", _("首次开庭到结案平均天数"), "days", heard, heard, _("结案日−首次开庭日之和 ÷ 开过庭的结案"),
    amount=DaysBetween("heard_on", "closed_on"),
)  # fmt: skip
_cases(
    "days-to-file", _("收案到立案平均天数"), "days", received, received, _("立案日−收案日之和 ÷ 有收案日期的新收"),
    amount=DaysBetween("received_on", "filed_on"),
)  # fmt: skip
_cases(
    "appeal-rate", _("上诉率"), "percent", appealed, appealable, _("被提起上诉的 ÷ 期间内一审结案中可以上诉的（按结案期间归集，不论何时上诉）"),
    sets=("2024-09",), settling=APPEALS,
)  # fmt: skip
_cases(
    "accepted", _("一审服判息诉率"), "percent", accepted, appealable, _("未被提起上诉的 ÷ 期间内一审结案中可以上诉的"),
    settling=APPEALS,
)  # fmt: skip
_cases(
    "reversed", _("一审案件改判发回率（旧口径）"), "percent", reversed_, first_instance, _("二审改判、发回重审的 ÷ 期间内一审结案"),
    settling=APPEALS,
)  # fmt: skip
for _code, _outcome, _title, _formula in (
    ("changed", AppealOutcome.CHANGED, _("一审裁判被改判率"), _("二审改判的 ÷ 期间内一审结案")),
    ("remanded", AppealOutcome.REMANDED, _("一审裁判被发回重审率"), _("二审发回重审的 ÷ 期间内一审结案")),
):
    _cases(_code, _title, "percent", ended_on_appeal(_outcome), first_instance, _formula, sets=("2024-01",), settling=APPEALS)
_cases(
    "changed-to-remanded", _("二审改判-发回重审比"), "ratio", decided(AppealOutcome.CHANGED), decided(AppealOutcome.REMANDED),
    _("期间内二审改判 ÷ 发回重审"), of=SECOND, within=False, sets=("2024-09",),
)  # fmt: skip
_cases("mediated", _("调解率"), "percent", mediated, mediable, _("调解 ÷ 可调条线的一审结案"))
_cases(
    "pending-age", _("未结案件平均已立案天数"), "days", pending, pending, _("期末日−立案日之和 ÷ 期末未结（自然日，不作扣除）"),
    amount=lambda span: DaysBetween("filed_on", span.ends), sets=("courtools",),
)  # fmt: skip
_cases(
    "backlog-resolved", _("超审限积案化解率"), "percent", old_backlog_closed, old_backlog, _("期间内结案的 ÷ 期初已超审限的未结"),
    sets=("cepej",),
)  # fmt: skip
_cases("two-sittings", _("两次以内开庭审结率"), "percent", tried_at_once, tried, _("开庭审理不超过两次的 ÷ 开过庭的结案"), sets=("courtools",))
_cases("settled", _("调撤率"), "percent", settled, mediable, _("调解、撤诉 ÷ 可调条线的一审结案"))
_cases(
    "last-month",
    _("期末一个月结案占比（均衡结案）"),
    "percent",
    in_last_month,
    closed,
    _("期间最后一个月结案 ÷ 期间结案"),
)

__all__ = ["CASES", "SECOND"]
