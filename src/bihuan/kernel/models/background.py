"""Long work that a person asked for and the job worker does."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class JobState(models.TextChoices):
    """Where a job stands."""

    WAITING = "waiting", pgettext_lazy("background", "等待办理")
    RUNNING = "running", pgettext_lazy("background", "正在办理")
    DONE = "done", pgettext_lazy("background", "已完成")
    FAILED = "failed", pgettext_lazy("background", "未完成")
    CANCELLED = "cancelled", pgettext_lazy("background", "已取消")


ACTIVE = (JobState.WAITING, JobState.RUNNING)


class BackgroundJob(models.Model):
    """One piece of long work: what it is about, how far it has come, and its last sign of life.

    No fact: it decides nothing, what it does is logged by what it writes, and finished ones are cleared away. `attempt` counts
    the workers that took it up; `beat_at` is the last sign of life of the last of them; `faults` are stored messages.
    """

    kind = models.CharField(_("类别"), max_length=40)
    about = models.CharField(_("对象类别"), max_length=60)
    object_id = models.PositiveBigIntegerField(_("对象"))
    person = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+", verbose_name=_("交办人"))
    args = models.JSONField(_("参数"), default=dict)
    state = models.CharField(_("状态"), max_length=10, choices=JobState.choices, default=JobState.WAITING)
    phase = models.CharField(_("步骤"), max_length=20, blank=True)
    done = models.PositiveIntegerField(_("已办"), default=0)
    total = models.PositiveIntegerField(_("共计"), default=0)
    attempt = models.PositiveIntegerField(_("次数"), default=0)
    faults = models.JSONField(_("原因"), default=list)
    asked_at = models.DateTimeField(_("交办时间"))
    beat_at = models.DateTimeField(_("最近进展时间"), null=True, blank=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("后台办理")
        ordering: ClassVar = ["-asked_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["about", "object_id", "-id"], name="background_about")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="background_one_at_a_time", fields=["about", "object_id"], condition=Q(state__in=["waiting", "running"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"

    @property
    def percent(self) -> int:
        """How much of it is done, 0 to 100."""
        return min(100, self.done * 100 // self.total) if self.total else 0
