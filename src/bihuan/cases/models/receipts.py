"""Filing (立案): material received, what was to be supplemented, what became of it; complaints about filing.

A receipt has a key of its own: what is refused never gets a case number. Names of applicants are not stored: a keyed digest tells
whether two receipts came from the same person.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.facts import Kept
from bihuan.kernel.models import Person, Unit

from .. import words
from .cases import Case
from .choices import Channel, ComplaintFinding, ComplaintGround, ReceiptOutcome
from .order import InOrder


class Receipt(Kept):
    """One receipt (收件). `kind` is its limit (F-01 ...); `outcome` is empty while it is undecided.

    `applicant_digest` and `opponent_digest` are keyed digests of normalised names (see `cases.digests`). `mediation_*` tell of
    mediation before filing: consent (empty: not recorded), sent, signed for by the mediator, ended. The clock's block is computed.
    """

    receipt_no = models.CharField(_("收件编号"), max_length=40, unique=True)
    kind = models.CharField(_("收件类别"), max_length=12, choices=words.filing_limits)
    first_received_at = models.DateTimeField(_("首次收到材料时间"))
    channel = models.CharField(_("提交方式"), max_length=10, choices=Channel.choices, default=Channel.WINDOW)
    cause = models.CharField(_("案由"), max_length=120, blank=True)
    applicant_digest = models.CharField(_("申请人特征码"), max_length=64, blank=True)
    opponent_digest = models.CharField(_("对方特征码"), max_length=64, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("办理部门"))
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("经办人"))
    receipt_given = models.BooleanField(_("已出具收件凭证"), null=True, blank=True)
    outcome = models.CharField(_("处理结果"), max_length=16, choices=ReceiptOutcome.choices, blank=True)
    outcome_on = models.DateField(_("处理日期"), null=True, blank=True)
    ruling_no = models.CharField(_("裁定书（决定书）文号"), max_length=60, blank=True)
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="receipts", verbose_name=_("案号"))
    mediation_consent = models.BooleanField(_("同意诉前调解"), null=True, blank=True)
    mediation_sent_on = models.DateField(_("委派调解日期"), null=True, blank=True)
    mediation_signed_on = models.DateField(_("调解组织签收日期"), null=True, blank=True)
    mediation_ended_on = models.DateField(_("诉前调解结束日期"), null=True, blank=True)

    raw_due = models.DateField(_("未顺延届满日"), null=True, editable=False)
    due_on = models.DateField(_("届满日"), null=True, editable=False)
    provisional = models.BooleanField(_("放假安排未公布"), default=False, editable=False)
    findings = models.BigIntegerField(_("核查"), default=0, editable=False)
    clock_problem = models.CharField(_("不能计算的原因"), max_length=20, blank=True, editable=False)
    clock_digest = models.CharField(max_length=16, blank=True, editable=False)
    clock_version = models.CharField(max_length=16, blank=True, editable=False)
    clocked_at = models.DateTimeField(_("计算时间"), null=True, editable=False)

    class Meta:
        verbose_name = _("立案收件")
        ordering: ClassVar = ["-first_received_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="receipt_outcome_dated", condition=Q(outcome="", outcome_on__isnull=True) | (~Q(outcome="") & Q(outcome_on__isnull=False)),
                violation_error_message=_("处理结果与处理日期须一并填写。"),
            ),
            InOrder(name="receipt_mediation_in_order", earlier="mediation_sent_on", later="mediation_ended_on",
                    message=_("诉前调解结束日期早于委派日期，请核对。")),
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index(fields=["due_on"], name="receipt_open_due", condition=Q(outcome="", voided_at__isnull=True)),
            models.Index(fields=["applicant_digest", "first_received_at"], name="receipt_applicant"),
        ]

    def __str__(self) -> str:
        return self.receipt_no


class ReceiptSupplement(Kept):
    """What was asked to be supplemented (补正), once and at once, and when it came."""

    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="supplements", verbose_name=_("收件编号"))
    notice_on = models.DateField(_("告知补正日期"))
    wanted = models.CharField(_("告知内容"), max_length=300, blank=True)
    received_on = models.DateField(_("收到补正日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("补正")
        ordering: ClassVar = ["receipt", "notice_on", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="receipt_supplement_once", fields=["receipt", "notice_on"]),
            InOrder(name="receipt_supplement_in_order", earlier="notice_on", later="received_on",
                    message=_("收到补正日期早于告知日期，请核对。")),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.receipt} {self.notice_on}"

    @property
    def unit_id(self) -> int | None:
        """The unit, for log entries."""
        return self.receipt.unit_id


class FilingComplaint(Kept):
    """A complaint about filing (不立案投诉): to be found out and answered within fifteen days (登记立案规定13)."""

    no = models.CharField(_("登记号"), max_length=30, unique=True)
    receipt = models.ForeignKey(Receipt, models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name=_("收件编号"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("被投诉部门"))
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("查办人"))
    accepted_on = models.DateField(_("受理投诉日期"))
    ground = models.CharField(_("投诉事由"), max_length=20, choices=ComplaintGround.choices)
    content = models.CharField(_("投诉内容"), max_length=500, blank=True)
    finding = models.CharField(_("查明情况"), max_length=10, choices=ComplaintFinding.choices, blank=True)
    handling = models.CharField(_("处理情况"), max_length=500, blank=True)
    replied_on = models.DateField(_("答复日期"), null=True, blank=True)
    raw_due = models.DateField(_("未顺延届满日"), null=True, editable=False)
    due_on = models.DateField(_("答复届满日"), null=True, editable=False)
    provisional = models.BooleanField(_("放假安排未公布"), default=False, editable=False)

    class Meta:
        verbose_name = _("不立案投诉")
        ordering: ClassVar = ["-accepted_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="complaint_reply_says", condition=Q(replied_on__isnull=True) | (~Q(finding="") & Q(replied_on__gte=F("accepted_on"))),
                violation_error_message=_("答复须写明查明情况，且不早于受理日期。"),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.no
