"""An inspection round and its milestones."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.facts import Kept

from .choices import MilestoneKind, RoundKind


class InspectionRound(Kept):
    """One inspection of the court, from the feedback on. `state` is the state of the plan (see flows.PLAN_FLOW).

    `period_end` is computed from the feedback day by a dated rule; `period_digest` and `period_version` name its inputs,
    `period_trace` answers "why this day?".
    """

    code = models.CharField(_("编号"), max_length=30, unique=True)
    name = models.CharField(_("名称"), max_length=120)
    body = models.CharField(_("巡察机构"), max_length=80)
    kind = models.CharField(_("巡察方式"), max_length=20, choices=RoundKind.choices, default=RoundKind.ROUTINE)
    inspected_from = models.DateField(_("进驻日期"), null=True, blank=True)
    inspected_to = models.DateField(_("撤离日期"), null=True, blank=True)
    feedback_on = models.DateField(_("反馈日期"))
    period_end = models.DateField(_("集中整改期满日"), editable=False)
    period_digest = models.CharField(max_length=64, editable=False)
    period_version = models.CharField(max_length=120, editable=False)
    period_trace = models.JSONField(default=list, editable=False)
    state = models.CharField(_("方案状态"), max_length=20, default="draft", editable=False)
    approved_on = models.DateField(_("方案批准日期"), null=True, blank=True, editable=False)
    plan_meeting = models.ForeignKey(
        "rectification.PartyGroupMeeting",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="plans",
        verbose_name=_("审定方案的党组会"),
        editable=False,
    )
    is_backfilled = models.BooleanField(_("历史轮次补录"), default=False)
    note = models.TextField(_("备注"), blank=True)

    class Meta:
        verbose_name = _("巡察轮次")
        ordering: ClassVar = ["-feedback_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="round_inspection_in_order",
                condition=Q(inspected_to__isnull=True)
                | Q(inspected_from__isnull=True)
                | Q(inspected_to__gte=F("inspected_from")),
            ),
            models.CheckConstraint(
                name="round_feedback_after_inspection",
                condition=Q(inspected_from__isnull=True) | Q(feedback_on__gte=F("inspected_from")),
            ),
            models.CheckConstraint(name="round_period_after_feedback", condition=Q(period_end__gt=F("feedback_on"))),
            models.CheckConstraint(
                name="round_state_known", condition=Q(state__in=["draft", "submitted", "approved", "filed"])
            ),
            models.CheckConstraint(
                name="round_filed_is_backfilled", condition=~Q(state="filed") | Q(is_backfilled=True)
            ),
            models.CheckConstraint(
                name="round_approved_on_known", condition=~Q(state="approved") | Q(approved_on__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def plan_state(self) -> str:
        """The state of the plan."""
        return self.state


class Milestone(Kept):
    """A node of the round: due on a day, done on a day, with the document that proves it."""

    round = models.ForeignKey(InspectionRound, models.PROTECT, related_name="milestones", verbose_name=_("巡察轮次"))
    kind = models.CharField(_("节点"), max_length=20, choices=MilestoneKind.choices)
    due = models.DateField(_("应完成日期"), null=True, blank=True)
    due_version = models.CharField(max_length=120, blank=True, editable=False)
    done_on = models.DateField(_("完成日期"), null=True, blank=True)
    document = models.CharField(_("文件或文号"), max_length=120, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("关键节点")
        ordering: ClassVar = ["round", "due", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="milestone_once", fields=["round", "kind"], condition=Q(voided_at__isnull=True)
            ),
            models.CheckConstraint(
                name="milestone_done_names_document", condition=Q(done_on__isnull=True) | ~Q(document="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} {self.get_kind_display()}"
