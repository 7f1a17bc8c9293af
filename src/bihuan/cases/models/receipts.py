"""Filing (立案): material received, what was to be supplemented, what became of it; complaints about filing.

A receipt has a key of its own: what is refused never gets a case number. Names of applicants are not stored: a keyed digest tells
whether two receipts came from the same person.
"""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.facts import Kept
from bihuan.kernel.models import Person, Unit

from .. import words
from .cases import Case
from .choices import Channel, ComplaintFinding, ComplaintGround, ReceiptOutcome
from .filing_choices import ComplaintState
from .order import InOrder, to_come


class Receipt(Kept):
    """One receipt (收件). `kind` is its limit (F-01 ...); `outcome` is empty while it is undecided.

    `applicant_digest` and `opponent_digest` are keyed digests of normalised names (see `filing.names`). `mediation_*` tell of
    mediation before filing: consent (empty: not recorded), sent, signed for by the mediator, ended, agreed by both sides to last
    until. `case_number` is as the sheet has it; `case` is found by it once the case is here. `received_on` is the day of `first_received_at` here. The clock's block is computed: the limit of the receipt, that of
    the mediation and that of handing the filed case over.
    """

    receipt_no = models.CharField(_("收件编号"), max_length=40, unique=True)
    kind = models.CharField(_("收件类别"), max_length=12, choices=words.filing_limits)
    first_received_at = models.DateTimeField(_("首次收到材料时间"))
    received_on = models.DateField(_("收到材料日期"), null=True, editable=False)
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
    case_number = models.CharField(_("案号"), max_length=60, blank=True)
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, editable=False, related_name="receipts", verbose_name=_("案件"))
    mediation_consent = models.BooleanField(_("同意诉前调解"), null=True, blank=True)
    mediation_sent_on = models.DateField(_("委派调解日期"), null=True, blank=True)
    mediation_signed_on = models.DateField(_("调解组织签收日期"), null=True, blank=True)
    mediation_ended_on = models.DateField(_("诉前调解结束日期"), null=True, blank=True)

    mediation_until = models.DateField(_("各方同意延长调解至"), null=True, blank=True)

    trigger_on = models.DateField(_("起算日"), null=True, editable=False)
    raw_due = models.DateField(_("未顺延届满日"), null=True, editable=False)
    due_on = models.DateField(_("届满日"), null=True, editable=False)
    length_days = models.PositiveIntegerField(_("期限天数"), null=True, editable=False)
    provisional = models.BooleanField(_("放假安排未公布"), default=False, editable=False)
    paused_now = models.BooleanField(_("暂停中"), default=False, editable=False)
    hidden_days = models.PositiveIntegerField(_("清单外暂停天数"), default=0, editable=False)
    mediation_due_on = models.DateField(_("诉前调解届满日"), null=True, editable=False)
    transfer_due_on = models.DateField(_("移送审判庭届满日"), null=True, editable=False)
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
            InOrder(name="receipt_outcome_in_order", earlier="received_on", later="outcome_on",
                    message=_("处理日期早于收到材料的日期，请核对。"), standing=True),
            InOrder(name="receipt_mediation_in_order", earlier="mediation_sent_on", later="mediation_ended_on",
                    message=_("诉前调解结束日期早于委派日期，请核对。")),
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index(fields=["due_on"], name="receipt_open_due", condition=Q(outcome="", voided_at__isnull=True)),
            models.Index(fields=["applicant_digest", "first_received_at"], name="receipt_applicant"),
        ]

    def __str__(self) -> str:
        return self.receipt_no

    def clean(self) -> None:
        """The day of receipt is that of the court's own time zone; nothing is received or settled on a day to come. Raises ValidationError."""
        if self.first_received_at is not None:
            self.received_on = timezone.localtime(self.first_received_at).date()
        wrong = to_come(self, "outcome_on", "received_on")
        if "received_on" in wrong:
            wrong["first_received_at"] = wrong.pop("received_on")
        if wrong:
            raise ValidationError(wrong)

    @property
    def closed_on(self) -> dt.date | None:
        """The day of the outcome: lamps ask by this name."""
        return self.outcome_on

    @property
    def expires_on(self) -> dt.date | None:
        """The day on which the limit ends: lamps ask by this name."""
        return self.due_on


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
    """A complaint about filing (不立案投诉): to be found out and answered within fifteen days (登记立案规定13).

    `accused` is whom it is about, where it names somebody; that person never looks into it. `person` looks into it.
    """

    no = models.CharField(_("登记号"), max_length=30, unique=True)
    receipt = models.ForeignKey(Receipt, models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name=_("收件编号"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("被投诉部门"))
    accused = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("被投诉人"))
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("查办人"))
    accepted_on = models.DateField(_("受理投诉日期"))
    ground = models.CharField(_("投诉事由"), max_length=20, choices=ComplaintGround.choices)
    content = models.CharField(_("投诉内容"), max_length=500, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=ComplaintState.choices, default=ComplaintState.ACCEPTED, editable=False)
    finding = models.CharField(_("查明情况"), max_length=10, choices=ComplaintFinding.choices, blank=True)
    found_on = models.DateField(_("查明日期"), null=True, blank=True)
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
            ),
            models.CheckConstraint(
                name="complaint_not_by_accused", condition=Q(person__isnull=True) | Q(accused__isnull=True) | ~Q(person=F("accused")),
                violation_error_message=_("查办人不能是被投诉人，请另行指定。"),
            ),
            models.CheckConstraint(name="complaint_state_known", condition=Q(state__in=ComplaintState.values)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.no

    def clean(self) -> None:
        """Neither the person complained of nor whoever handled the receipt looks into the complaint."""
        if self.person_id is not None and self.person_id == self.accused_id:
            raise ValidationError({"person": _("查办人不能是被投诉人，请另行指定。")})
        if self.receipt is not None and self.person_id is not None and self.person_id == self.receipt.person_id:
            raise ValidationError({"person": _("查办人是所涉收件的经办人，请另行指定。")})
