"""Recurring duties and their occurrences."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..facts import Fact, Kept


class Roll(models.TextChoices):
    """Where an occurrence on a rest day goes."""

    NONE = "none", pgettext_lazy("roll", "不顺延")
    NEXT = "next", pgettext_lazy("roll", "顺延至下一工作日")
    PREVIOUS = "previous", pgettext_lazy("roll", "提前至上一工作日")


class Duty(Kept):
    """A duty that recurs by an RFC 5545 rule; `grace_days` are working days after the due day."""

    code = models.CharField(_("编号"), max_length=60, unique=True)
    title = models.CharField(_("工作要求"), max_length=120)
    domain = models.CharField(_("业务领域"), max_length=40, blank=True)
    rrule = models.CharField(_("周期规则"), max_length=200, help_text=_("RFC 5545 周期规则，例如 FREQ=WEEKLY;BYDAY=FR"))
    starts = models.DateField(_("开始日期"))
    ends = models.DateField(_("结束日期"), null=True, blank=True)
    roll = models.CharField(_("遇休息日"), max_length=10, choices=Roll.choices, default=Roll.NEXT)
    owner_role = models.CharField(_("责任岗位"), max_length=40)
    unit = models.ForeignKey(
        "kernel.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("责任部门")
    )
    grace_days = models.PositiveSmallIntegerField(_("宽限（工作日）"), default=0)
    record_kind = models.CharField(_("履行凭证类别"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("定期工作")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="duty_ends_after_start", condition=Q(ends__isnull=True) | Q(ends__gte=models.F("starts"))
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("duty_detail", args=[self.pk])


class DutyOccurrence(Fact):
    """One time the duty falls due. `nominal_on` is the day of the rule, `due_on` after the roll, `deadline` with grace."""

    duty = models.ForeignKey(Duty, models.PROTECT, related_name="occurrences", verbose_name=_("定期工作"))
    nominal_on = models.DateField(_("周期日"))
    due_on = models.DateField(_("应完成日"))
    deadline = models.DateField(_("最后期限"))
    unit = models.ForeignKey(
        "kernel.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("责任部门")
    )
    fulfilled_on = models.DateField(_("完成日期"), null=True, blank=True)
    registered_on = models.DateField(_("登记日期"), null=True, blank=True)
    fulfilled_by = models.ForeignKey(
        "kernel.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("登记人")
    )
    record_kind = models.CharField(_("凭证类别"), max_length=60, blank=True)
    record_id = models.PositiveBigIntegerField(_("凭证"), null=True, blank=True)
    note = models.CharField(_("完成情况"), max_length=500, blank=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("定期工作到期项")
        ordering: ClassVar = ["due_on", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="duty_occurrence_once", fields=["duty", "nominal_on"]),
            models.CheckConstraint(name="duty_deadline_after_due", condition=Q(deadline__gte=models.F("due_on"))),
        ]
        indexes: ClassVar = [
            models.Index(fields=["deadline"], condition=Q(fulfilled_on__isnull=True), name="duty_open")
        ]

    def __str__(self) -> str:
        return f"{self.duty} {self.due_on}"

    def get_absolute_url(self) -> str:
        """The page of its duty, which lists it."""
        return reverse("duty_detail", args=[self.duty_id])
