"""Receipts (收件登记) and what was asked to be supplemented. Nobody types a row: it is imported, corrected, voided with a reason."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel import clock
from bihuan.kernel.ledger import Column, Due, Filter, Ledger, Menu, Sheet, SheetColumn, register
from bihuan.kernel.ledger.cells import Badge

from .. import actions as a
from .. import reading as r
from ..clock import jobs, lamp_of
from ..models import Receipt, ReceiptSupplement
from ..services.keeping import following, ids_of
from . import lamps, names, reading
from .clock import came_in
from .linking import receipts_came
from .sources import RECEIPTS as SOURCE

GROUP = "filing"
PAGES = "bihuan.cases.filing.pages"


def _lamp(row: Receipt) -> Badge:
    found = lamp_of(row, clock.today())
    return Badge(found.tone, lamps.name_of(found))


def _by_lamp(rows: QuerySet[Any], value: Any, person: Any) -> QuerySet[Any]:
    return lamps.with_lamp(rows, str(value), clock.today())


def _by_state(rows: QuerySet[Any], value: Any, person: Any) -> QuerySet[Any]:
    return rows.filter(outcome="") if value == "open" else rows.exclude(outcome="")


def _by_mediation(rows: QuerySet[Any], value: Any, person: Any) -> QuerySet[Any]:
    sent = rows.filter(mediation_sent_on__isnull=False)
    if value == "running":
        return sent.filter(mediation_ended_on=None)
    return sent.filter(Q(mediation_consent=None) | Q(mediation_consent=False)) if value == "bare" else sent


MEDIATION = [("all", _("经过诉前调解")), ("running", _("诉前调解尚未结束")), ("bare", _("没有同意的记录"))]
RECEIPTS = register(
    Ledger(
        code="cases.receipts",
        path="cases/receipts",
        model=Receipt,
        key="receipt_no",
        title=_("立案收件登记"),
        about=_("每收一件材料登记一行，从立案系统导入；届满日由系统按法律计算，点收件编号看为什么。不登记当事人姓名，只保存特征码。"),
        menu=Menu(GROUP, icon="inbox", order=10),
        columns=(
            "receipt_no",
            Column("lamp", _("提示灯"), value=_lamp, sort="", annotated=True),
            Due("due_on", done=lambda row: row.outcome != "" or row.paused_now),
            Column("kind", css="clip"),
            Column("cause", css="clip", minor=True),
            Column("received_on", css="nowrap"),
            Column("person", minor=True),
            "outcome",
            Column("outcome_on", css="nowrap", minor=True),
        ),
        filters=(
            Filter("state", _("办理情况"), choices=[("open", _("未决")), ("closed", _("已处理"))], apply=_by_state, initial="open"),
            Filter("lamp", _("提示灯"), choices=lamps.choices, apply=_by_lamp),
            "kind",
            "outcome",
            "channel",
            Filter("mediation", _("诉前调解"), choices=MEDIATION, apply=_by_mediation),
            Filter("receipt_given", kind="yes_no"),
            "person",
            Filter("received_on", kind="dates"),
        ),
        search=("receipt_no", "cause", "case_number"),
        ordering=("-first_received_at", "-id"),
        form=(
            "kind", "first_received_at", "channel", "cause", "unit", "person", "receipt_given", "outcome", "outcome_on", "ruling_no",
            "case_number", "mediation_consent", "mediation_sent_on", "mediation_signed_on", "mediation_until", "mediation_ended_on",
        ),
        change=a.RECEIPT,
        void=a.RECEIPT,
        facts=(
            "kind", "cause", "first_received_at", "channel", "receipt_given", "unit", "person", "outcome", "outcome_on", "ruling_no",
            "case_number", "mediation_consent", "mediation_sent_on", "mediation_signed_on", "mediation_until", "mediation_ended_on",
        ),
        sheet=Sheet(
            key=("receipt_no",),
            source=SOURCE,
            action=a.RECEIPT,
            whole=True,
            columns=(
                SheetColumn("receipt_no", required=True, aliases=("收件号", "收案编号", "申请编号"), width=20),
                SheetColumn("kind", required=True, reads=r.one(reading.kinds), aliases=("案件类型", "收件类型", "申请类型"),
                            value=lambda row: r.titles(reading.kinds, [row.kind])),
                SheetColumn("first_received_at", required=True, aliases=("收件时间", "收件日期", "提交时间", "网上提交时间")),
                SheetColumn("channel", aliases=("收件渠道", "收件方式", "来源")),
                SheetColumn("cause", aliases=("立案案由",)),
                SheetColumn("applicant_digest", _("申请人"), reads=names.digest, aliases=("原告", "起诉人", "申请执行人", "申请人姓名"),
                            help=_("导入时换成特征码，系统不保存姓名。多人用顿号分开。")),
                SheetColumn("opponent_digest", _("对方当事人"), reads=names.digest, aliases=("被告", "被申请人", "被执行人"),
                            help=_("导入时换成特征码，系统不保存姓名。多人用顿号分开。")),
                SheetColumn("unit", lookup="name", required=True, aliases=("收件部门", "部门")),
                SheetColumn("person", lookup="name", aliases=("收件人", "承办人", "立案法官")),
                SheetColumn("receipt_given", aliases=("是否出具凭证", "收件凭证")),
                SheetColumn("outcome", reads=r.one(reading.outcomes), aliases=("审查结果", "立案结果")),
                SheetColumn("outcome_on", aliases=("处理时间", "立案日期", "结果日期")),
                SheetColumn("ruling_no", aliases=("裁定书文号", "文书号")),
                SheetColumn("case_number", reads=r.own_number, width=28, aliases=("立案案号", "案件编号")),
                SheetColumn("mediation_consent", aliases=("是否同意调解", "同意调解")),
                SheetColumn("mediation_sent_on", aliases=("委派日期", "诉前调解开始日期")),
                SheetColumn("mediation_signed_on", aliases=("签收日期",)),
                SheetColumn("mediation_until", aliases=("延长调解至",)),
                SheetColumn("mediation_ended_on", aliases=("调解结束日期",)),
            ),
        ),
        services=following(lambda rows: receipts_came(ids_of(rows))),
        views={"detail": f"{PAGES}.receipts.ReceiptDetail"},
    )
)  # fmt: skip


SUPPLEMENTS = register(
    Ledger(
        code="cases.receipt_supplements",
        path="cases/receipt-supplements",
        model=ReceiptSupplement,
        key="pk",
        row_title="receipt",
        title=pgettext_lazy("ledger", "补正登记"),
        about=_("一次性告知补正和收到补正材料的日期。收到补正材料后，立案期限重新计算。"),
        menu=Menu(GROUP, icon="file-plus", order=20),
        columns=("receipt", "notice_on", Column("wanted", css="clip"), "received_on"),
        filters=(Filter("notice_on", kind="dates"), Filter("received_on", kind="dates")),
        search=("receipt__receipt_no", "wanted"),
        ordering=("-notice_on", "-id"),
        form=("notice_on", "wanted", "received_on"),
        change=a.RECEIPT,
        void=a.RECEIPT,
        sheet=Sheet(
            key=("receipt", "notice_on"),
            source=SOURCE,
            action=a.RECEIPT,
            whole=True,
            columns=(
                SheetColumn("receipt", _("收件编号"), lookup="receipt_no", required=True, aliases=("收件号", "收案编号"), width=20),
                SheetColumn("notice_on", required=True, aliases=("补正通知日期", "一次性告知日期")),
                SheetColumn("wanted", aliases=("补正内容",)),
                SheetColumn("received_on", aliases=("补正日期", "收到补正材料日期")),
            ),
        ),
        services=following(lambda rows: came_in(jobs.cases_of(ReceiptSupplement, rows, "receipt"))),
    )
)
