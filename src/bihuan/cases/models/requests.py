"""Requests made here and decided in the case system: an extension, an exclusion. And why a case has been pending for long.

Nobody decides twice: a request is checked beforehand, printed, and reconciled when the decision arrives by import.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Person

from .. import words
from .choices import PendingCause, RequestState
from .clocks import CaseFact, CaseGrant, CasePause
from .order import InOrder


class Request(CaseFact):
    """Abstract: what was asked, on which day, by whom; the answer of the check as it was then; how it was decided."""

    asked_on = models.DateField(_("申请日期"))
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("申请人"))
    reason = models.CharField(_("理由"), max_length=500)
    checked = models.JSONField(_("申请时的核查"), default=list)
    raw_due = models.DateField(_("申请时的未顺延届满日"), null=True, blank=True)
    due_on = models.DateField(_("申请时的届满日"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=RequestState.choices, default=RequestState.OPEN)
    settled_on = models.DateField(_("核对日期"), null=True, blank=True)
    difference = models.JSONField(_("与申请不同之处"), default=list)

    class Meta:
        abstract = True

    @property
    def kind_name(self) -> str:
        """What is asked for, in a word or two."""
        return str(self._meta.verbose_name)


class ExtensionRequest(Request):
    """An extension to be asked for: `rule` is the code of the extension in the law's data, with a `term` or a day `until`."""

    rule = models.CharField(_("延长种类"), max_length=20)
    by = models.CharField(_("批准人"), max_length=20, choices=words.approvers)
    term = models.CharField(_("延长期限"), max_length=12, blank=True)
    until = models.DateField(_("延长至"), null=True, blank=True)
    facts = models.JSONField(_("所据情形"), default=list, blank=True)
    late = models.BooleanField(_("迟延申请"), default=False)
    late_reason = models.CharField(_("迟延的原因"), max_length=300, blank=True)
    grant = models.ForeignKey(CaseGrant, models.PROTECT, null=True, blank=True, related_name="requests", verbose_name=_("审批结果"))

    class Meta:
        verbose_name = _("延长审限申请")
        ordering: ClassVar = ["-asked_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="extension_late_reason", condition=Q(late=False) | ~Q(late_reason="")),
            models.CheckConstraint(name="extension_has_length", condition=~Q(term="") | Q(until__isnull=False)),
            models.UniqueConstraint(name="extension_open_once", fields=["case"], condition=Q(state="open", voided_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.asked_on}"


class ExclusionRequest(Request):
    """An exclusion (扣除、中止) to be asked for, on a ground of the closed list of the case's line."""

    ground = models.CharField(_("事由"), max_length=30, choices=words.grounds)
    first = models.DateField(_("开始日期"))
    last = models.DateField(_("预计结束日期"), null=True, blank=True)
    facts = models.JSONField(_("已证明的情形"), default=list, blank=True)
    reference = models.CharField(_("依据的文书或材料"), max_length=120)
    pause = models.ForeignKey(CasePause, models.PROTECT, null=True, blank=True, related_name="requests", verbose_name=_("登记结果"))

    class Meta:
        verbose_name = _("扣除审限申请")
        ordering: ClassVar = ["-asked_on", "-id"]
        constraints: ClassVar = [
            InOrder(name="exclusion_in_order", earlier="first", later="last", message=_("结束日期早于开始日期，请核对。")),
            models.UniqueConstraint(
                name="exclusion_open_once", fields=["case", "ground", "first"], condition=Q(state="open", voided_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.get_ground_display()}"


class PendingReason(CaseFact):
    """Why a case has passed a tier of long-pending cases, and what is done about it; `tier` is the id of the parameter."""

    tier = models.CharField(_("档次"), max_length=60)
    cause = models.CharField(_("原因"), max_length=16, choices=PendingCause.choices)
    detail = models.CharField(_("原因说明"), max_length=500)
    solution = models.CharField(_("解决措施"), max_length=500)
    plan_on = models.DateField(_("计划结案日期"), null=True, blank=True)
    recorded_on = models.DateField(_("登记日期"))
    recorded_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("登记人"))

    class Meta:
        verbose_name = _("长期未结原因")
        ordering: ClassVar = ["-recorded_on", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="pending_reason_once", fields=["case", "tier"], condition=Q(voided_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.tier}"


