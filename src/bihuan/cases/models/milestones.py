"""Milestones of bankruptcy cases (破产案件节点): what, due when, done when. The law sets no limit to the whole."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from .choices import Line
from .clocks import CaseFact
from .order import to_come


class MilestoneKind(models.TextChoices):
    """The milestones, in their usual order. Those with a limit of the law are dated data."""

    ACCEPT = "accept", _("裁定是否受理")
    TRUSTEE = "trustee", _("指定管理人")
    NOTICE = "notice", _("通知已知债权人并公告")
    CLAIMS = "claims", _("债权申报期满")
    FIRST_MEETING = "first_meeting", _("第一次债权人会议")
    AUDIT = "audit", _("审计、评估完成")
    PLAN = "plan", _("提交重整计划草案")
    SALE = "sale", _("财产变价")
    DISTRIBUTION = "distribution", _("分配完毕")
    CLOSE = "close", pgettext_lazy("bankruptcy", "裁定终结")


class Milestone(CaseFact):
    """One milestone of a bankruptcy case. A change of the due day is a correction with its reason, and stays in the log."""

    kind = models.CharField(_("节点"), max_length=14, choices=MilestoneKind.choices)
    due_on = models.DateField(_("应完成日期"))
    done_on = models.DateField(_("完成日期"), null=True, blank=True)
    reference = models.CharField(_("文书或者依据"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("破产案件节点")
        ordering: ClassVar = ["case", "due_on", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="bankruptcy_node_once", fields=["case", "kind"], condition=Q(voided_at__isnull=True),
                violation_error_message=_("这件案件已登记过同一节点，请更正原记录。"),
            ),
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index(fields=["due_on"], name="bankruptcy_node_open", condition=Q(done_on__isnull=True, voided_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.get_kind_display()}"

    def clean(self) -> None:
        """A bankruptcy case; nothing done on a day to come or before the case was received. Raises ValidationError by field."""
        if self.case_id and self.case.line != Line.BANKRUPTCY:
            raise ValidationError({"case": gettext("%(case)s 不是破产、强制清算案件，不登记破产节点。") % {"case": self.case.number}})
        wrong = to_come(self, "done_on")
        begun = self.case.begun_on if self.case_id else None
        if begun is not None and self.done_on is not None and self.done_on < begun:
            wrong["done_on"] = gettext("完成日期早于收案、立案日期 %(day)s，请核对。") % {"day": begun}
        if wrong:
            raise ValidationError(wrong)
