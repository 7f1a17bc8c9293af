"""Close-out: on-site check, party group meeting, closure with its verdicts, review from outside.

A closure is insert-only. Its verdict rows are written first; the closure is refused by the database unless every standing
criterion has a verdict "met" and an on-site check that passed stands behind its verifier (see triggers.py).
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.facts import Fact, Kept
from bihuan.kernel.models import Person

from .choices import ExternalResult, OnSite, Result
from .doing import Attempt
from .items import Criterion


class Verification(Kept):
    """An on-site check of an attempt: by whom, when, how, whom they asked, what they found."""

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="verifications", verbose_name=_("整改过程"))
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("验收人"))
    on = models.DateField(_("验收日期"))
    method = models.CharField(_("验收方式"), max_length=200)
    persons_asked = models.CharField(_("询问人员"), max_length=300, blank=True)
    result = models.CharField(_("验收结论"), max_length=10, choices=OnSite.choices)
    note = models.TextField(_("验收情况"))

    class Meta:
        verbose_name = _("实地验收记录")
        ordering: ClassVar = ["-on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="verification_says_what", condition=~Q(note="") & ~Q(method=""))
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.by} {self.get_result_display()}"


class PartyGroupMeeting(Kept):
    """A meeting of the party group. One meeting, one minutes number, many items."""

    held_on = models.DateField(_("会议日期"))
    minutes_no = models.CharField(_("会议纪要编号"), max_length=60, unique=True)
    title = models.CharField(_("会议名称"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("党组会议")
        ordering: ClassVar = ["-held_on", "-id"]
        constraints: ClassVar = [models.CheckConstraint(name="meeting_has_minutes", condition=~Q(minutes_no=""))]

    def __str__(self) -> str:
        return f"{self.minutes_no}（{self.held_on:%Y-%m-%d}）"


class ClosureVerdict(Fact):
    """What one criterion found when the party group decided. Insert-only, and only before its closure."""

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="verdicts", verbose_name=_("整改过程"))
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+", verbose_name=_("销号标准"))
    kind = models.CharField(_("标准类别"), max_length=40)
    params = models.JSONField(_("参数"), default=dict)
    verdict = models.CharField(_("结论"), max_length=20)
    finding = models.JSONField(_("依据的事实"), default=dict)

    class Meta:
        verbose_name = _("销号判定")
        ordering: ClassVar = ["attempt", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="verdict_once", fields=["attempt", "criterion"]),
            models.CheckConstraint(name="verdict_met", condition=Q(verdict="met")),
        ]

    def __str__(self) -> str:
        return f"{self.attempt} {self.kind} {self.verdict}"


class Closure(Fact):
    """The decision to close an attempt. Insert-only."""

    attempt = models.OneToOneField(Attempt, models.PROTECT, related_name="closure", verbose_name=_("整改过程"))
    result = models.CharField(_("结果"), max_length=12, choices=Result.choices)
    applied_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("申请人"))
    verifier = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("验收人"))
    verification = models.ForeignKey(Verification, models.PROTECT, related_name="+", verbose_name=_("实地验收记录"))
    decided_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("登记人"))
    decided_on = models.DateField(_("审定日期"))
    meeting = models.ForeignKey(PartyGroupMeeting, models.PROTECT, related_name="closures", verbose_name=_("党组会议"))
    minutes_no = models.CharField(_("会议纪要编号"), max_length=60)
    total = models.PositiveSmallIntegerField(_("标准数"))
    met = models.PositiveSmallIntegerField(_("达标数"))
    digest = models.CharField(_("判定摘要"), max_length=64)
    at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("销号决定")
        ordering: ClassVar = ["-decided_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="closure_total_positive", condition=Q(total__gt=0)),
            models.CheckConstraint(name="closure_all_met", condition=Q(met=F("total"))),
            models.CheckConstraint(name="closure_verifier_not_applicant", condition=~Q(verifier=F("applied_by"))),
            models.CheckConstraint(name="closure_minutes_given", condition=~Q(minutes_no="")),
            models.CheckConstraint(
                name="closure_result_given", condition=Q(result__in=["done", "staged", "long_term"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt} {self.minutes_no}"


class ExternalReview(Kept):
    """What the inspection office, discipline and organisation bodies recognised, with their document."""

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="reviews", verbose_name=_("整改过程"))
    by = models.CharField(_("认定机关"), max_length=120)
    on = models.DateField(_("认定日期"))
    document_no = models.CharField(_("认定文号"), max_length=80)
    result = models.CharField(_("认定结果"), max_length=10, choices=ExternalResult.choices)
    note = models.TextField(_("意见"), blank=True)

    class Meta:
        verbose_name = _("外部认定")
        ordering: ClassVar = ["-on", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="external_review_once", fields=["attempt"], condition=Q(voided_at__isnull=True)
            ),
            models.CheckConstraint(name="external_review_document", condition=~Q(document_no="") & ~Q(by="")),
            models.CheckConstraint(name="external_refusal_says_why", condition=~Q(result="refused") | ~Q(note="")),
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.document_no}"
