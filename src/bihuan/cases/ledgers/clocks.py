"""What stops, extends and turns the clock, as further sheets of the case system's export. Nobody types a row: it is imported,
corrected with a reason, voided with a reason."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.ledger import Column, Filter, Ledger, Menu, Sheet, SheetColumn, register

from .. import actions as a
from .. import reading as r
from ..clock import jobs
from ..models import Appeal, CaseGrant, CasePause, CaseTurn, Hearing
from ..opening.need import about_case
from ..services.exclusions import reconcile_exclusions
from ..services.keeping import services
from ..services.requests import reconcile
from ..sources import CASES as SOURCE

GROUP = "cases_records"
SETTLES: dict[type[Model], Any] = {CaseGrant: reconcile, CasePause: reconcile_exclusions}
"""What is compared with the requests made here, when it arrives."""
NUMBER = SheetColumn("case", _("案号"), lookup="number", required=True, reads=r.number, width=28)
FACTS = SheetColumn(
    "facts", reads=r.several(r.facts), value=lambda row: r.titles(r.facts, row.facts), help=_("多个用顿号分开。")
)


def _ledger(model: type[Model], **more: Any) -> Ledger:
    told = services(lambda rows: jobs.cases_of(model, rows), SETTLES.get(model))
    return register(Ledger(model=model, key="pk", change=a.KEEP, void=a.KEEP, services=told, row_title="case", **more))


def _sheet(*key: str, columns: tuple[Any, ...]) -> Sheet:
    return Sheet(key=key, source=SOURCE, action=a.KEEP, whole=True, columns=columns)


PAUSES = _ledger(
    CasePause,
    code="cases.pauses",
    path="cases/pauses",
    title=_("扣除、中止登记"),
    about=_("案件系统登记的扣除、中止、暂停。是否计入审限由法定清单决定，不在清单上的不扣除。"),
    menu=Menu(GROUP, icon="player-pause", order=40),
    columns=("case", "ground", "first", "last", Column("reference", minor=True), Column("approved_by", minor=True)),
    filters=("ground", Filter("first", kind="dates"), Filter("last", kind="dates")),
    search=("case__number", "reference"),
    ordering=("-first", "-id"),
    need=about_case("ground", "first", "last"),
    form=("ground", "ground_text", "first", "last", "reference", "approved_by"),
    sheet=_sheet(
        "case", "ground", "first",
        columns=(
            NUMBER,
            SheetColumn("ground", required=True, reads=r.one(r.grounds), aliases=("扣除事由", "中止事由", "扣除原因", "事由")),
            SheetColumn("ground_text", aliases=("原因说明",)),
            SheetColumn("first", required=True, aliases=("扣除开始日期", "中止日期", "起始日期")),
            SheetColumn("last", aliases=("扣除结束日期", "恢复日期", "截止日期")),
            FACTS,
            SheetColumn("reference", aliases=("文书号", "依据")),
            SheetColumn("approved_by", aliases=("批准人",)),
        ),
    ),
)  # fmt: skip
GRANTS = _ledger(
    CaseGrant,
    code="cases.grants",
    path="cases/grants",
    title=_("延长审限登记"),
    about=_("案件系统中延长审限的申请和审批结果。审批在案件系统办理，这里只核对。"),
    menu=Menu(GROUP, icon="calendar-time", order=45),
    columns=("case", "by", "term", "until", "applied_on", "decided_on", "decision"),
    filters=("by", "decision", Filter("applied_on", kind="dates"), Filter("decided_on", kind="dates")),
    search=("case__number", "reference"),
    ordering=("-applied_on", "-id"),
    need=about_case("by", "term", "until", "applied_on", "decided_on", "decision"),
    form=("by", "term", "until", "applied_on", "decided_on", "decision", "reference"),
    sheet=_sheet(
        "case", "applied_on",
        columns=(
            NUMBER,
            SheetColumn("applied_on", required=True, aliases=("报请日期", "申请延长日期")),
            SheetColumn("decided_on", aliases=("审批日期",)),
            SheetColumn("by", reads=r.one(r.approvers), aliases=("审批人", "审批机关")),
            SheetColumn("decision", aliases=("审批意见",)),
            SheetColumn("term", aliases=("延长时间", "延长天数")),
            SheetColumn("until", aliases=("延长后届满日", "批准延长至")),
            FACTS,
            SheetColumn("reason", aliases=("理由", "延长事由")),
            SheetColumn("reference", aliases=("文号",)),
        ),
    ),
)  # fmt: skip
TURNS = _ledger(
    CaseTurn,
    code="cases.turns",
    path="cases/turns",
    title=_("程序转换、重新计算登记"),
    menu=Menu(GROUP, icon="arrows-exchange", order=50),
    columns=("case", "kind", "was", "to", "on", "sent_on"),
    filters=("kind", "to", Filter("on", kind="dates")),
    search=("case__number", "reference"),
    ordering=("-on", "-id"),
    need=about_case("kind", "was", "to", "on", "sent_on"),
    form=("was", "to", "on", "sent_on", "reference"),
    sheet=_sheet(
        "case", "to", "on", "sent_on",
        columns=(
            NUMBER,
            SheetColumn("was", reads=r.one(r.procedures), aliases=("转换前程序",)),
            SheetColumn("to", required=True, reads=r.one(r.turns), aliases=("转换后程序", "转为程序")),
            SheetColumn("on", aliases=("转换日期", "收回日期")),
            SheetColumn("sent_on", aliases=("退回日期", "移送日期")),
            SheetColumn("reference", aliases=("文书号",)),
        ),
    ),
)  # fmt: skip
HEARINGS = _ledger(
    Hearing,
    code="cases.hearings",
    path="cases/hearings",
    title=pgettext_lazy("ledger", "开庭登记"),
    menu=Menu(GROUP, icon="gavel", order=55),
    columns=("case", "at", "kind", "adjourned", "approved", Column("place", minor=True)),
    filters=("kind", "adjourned", Filter("at", kind="dates")),
    search=("case__number", "place"),
    ordering=("-at", "-id"),
    need=about_case("at", "kind", "adjourned", "approved", "consent", "place"),  # when and where is announced to everybody
    form=("at", "kind", "adjourned", "approved", "consent", "place"),
    sheet=_sheet(
        "case", "at",
        columns=(
            NUMBER,
            SheetColumn("at", required=True, aliases=("开庭日期",)),
            SheetColumn("kind", aliases=("庭审类别",)),
            SheetColumn("adjourned", aliases=("延期原因",)),
            "approved",
            "consent",
            SheetColumn("place", aliases=("开庭地点",)),
        ),
    ),
)  # fmt: skip
APPEALS = _ledger(
    Appeal,
    code="cases.appeals",
    path="cases/appeals",
    title=pgettext_lazy("ledger", "上诉登记"),
    menu=Menu(GROUP, icon="scale", order=60),
    columns=("case", "appealed_on", "upper_number", "outcome", "decided_on"),
    filters=("outcome", Filter("appealed_on", kind="dates"), Filter("decided_on", kind="dates")),
    search=("case__number", "upper_number"),
    ordering=("-appealed_on", "-id"),
    need=about_case("appealed_on", "upper_number", "outcome", "decided_on"),
    form=("appealed_on", "upper_number", "outcome", "decided_on"),
    sheet=_sheet(
        "case", "appealed_on",
        columns=(
            NUMBER,
            SheetColumn("appealed_on", required=True),
            SheetColumn("upper_number", aliases=("二审案件号",)),
            SheetColumn("outcome", aliases=("处理结果",)),
            SheetColumn("decided_on"),
        ),
    ),
)  # fmt: skip
