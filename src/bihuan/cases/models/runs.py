"""The record of clock runs: over which cases, under which texts. A run that changed nothing is a fact too."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.facts import Fact


class ClockRun(Fact):
    """One run of the clock. `whole`: over all cases, as after a change of calendar, limits or parameters (`version`)."""

    on = models.DateField(_("计算日"))
    whole = models.BooleanField(_("全部案件"), default=False)
    version = models.CharField(_("所用文本"), max_length=16)
    cases = models.PositiveIntegerField(_("案件数"))
    changed = models.PositiveIntegerField(_("变动数"))
    unanswered = models.PositiveIntegerField(_("不能计算数"))
    ended_at = models.DateTimeField(_("完成时间"))

    class Meta:
        verbose_name = _("期限计算记录")
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.on} {self.cases}"
