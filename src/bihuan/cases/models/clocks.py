"""What stops, extends and turns the clock of a case, as the case system exports it."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.facts import Kept
from bihuan.law.errors import TermError
from bihuan.law.terms import Period

from .. import words
from .cases import Case
from .choices import Adjourned, AppealOutcome, Decision, HearingKind, TurnKind
from .order import InOrder


class CaseFact(Kept):
    """Abstract: a fact of one case; seen by whoever works on the case."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="%(class)s_rows", verbose_name=_("案号"))

    class Meta:
        abstract = True

    @property
    def unit_id(self) -> int | None:
        """The division, for log entries."""
        return self.case.division_id


class CasePause(CaseFact):
    """Days that somebody says do not count (扣除、中止、暂停). The law's closed list decides whether they do.

    `ground_text` is the ground as the sheet writes it, where it is none of the list; `reference` the paper it stands on. `last` is
    empty while it runs; both days are included. `facts` are what is proved of it (all_parties_consent, longer_agreed).
    """

    ground = models.CharField(_("事由"), max_length=30, choices=words.grounds)
    ground_text = models.CharField(_("事由原文"), max_length=120, blank=True)
    first = models.DateField(_("开始日期"))
    last = models.DateField(_("结束日期"), null=True, blank=True)
    facts = models.JSONField(_("已证明的情形"), default=list, blank=True)
    reference = models.CharField(_("依据的文书或材料"), max_length=120, blank=True)
    approved_by = models.CharField(_("审批人"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("扣除、中止")
        ordering: ClassVar = ["case", "first", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="case_pause_once", fields=["case", "ground", "first"]),
            InOrder(name="case_pause_in_order", earlier="first", later="last", message=_("结束日期早于开始日期，请核对。")),
        ]
        indexes: ClassVar = [models.Index(fields=["last"], name="case_pause_last", condition=Q(voided_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.case} {self.get_ground_display()} {self.first}"


class CaseGrant(CaseFact):
    """An extension asked for and decided in the case system: a `term` (6m, 30d) or an approved end `until`.

    `decided_on` is empty while it is not decided. A refusal is kept too: it answers a request.
    """

    by = models.CharField(_("批准人"), max_length=20, choices=words.approvers, blank=True)
    term = models.CharField(_("延长期限"), max_length=12, blank=True)
    until = models.DateField(_("延长至"), null=True, blank=True)
    applied_on = models.DateField(_("申请日期"), null=True, blank=True)
    decided_on = models.DateField(_("批准日期"), null=True, blank=True)
    decision = models.CharField(_("审批结果"), max_length=10, choices=Decision.choices, default=Decision.GRANTED)
    facts = models.JSONField(_("所据情形"), default=list, blank=True)
    reason = models.CharField(_("延长理由"), max_length=300, blank=True)
    reference = models.CharField(_("审批文号"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("延长审限")
        ordering: ClassVar = ["case", "decided_on", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="case_grant_once", fields=["case", "applied_on"]),
            models.CheckConstraint(name="case_grant_decision_known", condition=Q(decision__in=Decision.values)),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.applied_on or self.decided_on or ''}".strip()

    def clean(self) -> None:
        """A term is a length of time of the law's own writing."""
        if self.term:
            try:
                self.term = str(Period.parse(self.term))
            except TermError as error:
                raise ValidationError({"term": _("读不懂“%(text)s”，请写成 6m、30d，或六个月、三十日。") % {"text": self.term}}) from error


class CaseTurn(CaseFact):
    """The clock turned: a conversion from the procedure `was` to the procedure `to`, or a restart (its code in `to`).

    `on` is the day of the conversion or of the return (empty while the case is away); `sent_on` when it went away.
    """

    kind = models.CharField(_("类别"), max_length=10, choices=TurnKind.choices, blank=True)
    was = models.CharField(_("原程序"), max_length=30, choices=words.procedures, blank=True)
    to = models.CharField(_("转为程序、重新计算事由"), max_length=30, choices=words.turns)
    on = models.DateField(_("转换、收回日期"), null=True, blank=True)
    sent_on = models.DateField(_("移送、退回日期"), null=True, blank=True)
    reference = models.CharField(_("文书"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("程序转换、重新计算")
        ordering: ClassVar = ["case", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="case_turn_once", fields=["case", "to", "on", "sent_on"]),
            InOrder(name="case_turn_in_order", earlier="sent_on", later="on", message=_("收回日期早于移送日期，请核对。")),
            models.CheckConstraint(name="case_turn_kind_known", condition=Q(kind__in=TurnKind.values)),
            models.CheckConstraint(
                name="case_turn_has_day", condition=Q(on__isnull=False) | Q(kind="restart", sent_on__isnull=False),
                violation_error_message=_("程序转换须有日期；补充侦查等尚未收回的，须有移送日期。"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.case} {self.get_to_display()}"

    def clean(self) -> None:
        """What it turns to says of which kind it is."""
        converted = self.to in dict(words.procedures())
        self.kind = TurnKind.CONVERT if converted else TurnKind.RESTART


class Hearing(CaseFact):
    """A sitting; `adjourned` says why it was put off, empty where it was not."""

    at = models.DateTimeField(_("开庭时间"))
    kind = models.CharField(_("庭次类别"), max_length=16, choices=HearingKind.choices, default=HearingKind.TRIAL)
    adjourned = models.CharField(_("延期事由"), max_length=16, choices=Adjourned.choices, default=Adjourned.NO, blank=True)
    approved = models.BooleanField(_("院长批准延期"), null=True, blank=True)
    consent = models.BooleanField(_("当事人同意间隔"), default=False)
    place = models.CharField(_("法庭"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("开庭")
        ordering: ClassVar = ["case", "at", "id"]
        constraints: ClassVar = [models.UniqueConstraint(name="case_hearing_once", fields=["case", "at"])]
        indexes: ClassVar = [
            models.Index(fields=["case"], name="case_hearing_adjourned", condition=~Q(adjourned="") & Q(voided_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.at:%Y-%m-%d}"


class Appeal(CaseFact):
    """An appeal against the case's judgment, and how it ended."""

    appealed_on = models.DateField(_("上诉日期"))
    upper_number = models.CharField(_("二审案号"), max_length=60, blank=True)
    outcome = models.CharField(_("二审结果"), max_length=12, choices=AppealOutcome.choices, blank=True)
    decided_on = models.DateField(_("二审结案日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("上诉")
        ordering: ClassVar = ["case", "appealed_on", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="case_appeal_once", fields=["case", "appealed_on"]),
            InOrder(name="case_appeal_in_order", earlier="appealed_on", later="decided_on",
                    message=_("二审结案日期早于上诉日期，请核对。")),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.case} {self.appealed_on}"
