"""Where facts come from: the state of each source and each batch taken in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..facts import Fact


class Source(Fact):
    """The state of a registered source. `cut_off` is the day up to which its facts are complete; `owner` overrides the
    holder of the registered role."""

    code = models.CharField(_("数据来源"), max_length=40, unique=True)
    cut_off = models.DateField(_("数据截止日"), null=True, blank=True)
    owner = models.ForeignKey(
        "kernel.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("责任人")
    )
    last_intake_at = models.DateTimeField(_("最近导入时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("数据来源")
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.code


class SourceIntake(Fact):
    """One batch taken in: which file, up to which day, and what it changed. Only ever inserted."""

    source = models.ForeignKey(
        Source, models.PROTECT, related_name="intakes", verbose_name=_("数据来源"), db_index=False
    )
    filename = models.CharField(_("文件名"), max_length=255, blank=True)
    sm3 = models.CharField("SM3", max_length=64, blank=True)
    cut_off = models.DateField(_("数据截止日"))
    rows_new = models.PositiveIntegerField(_("新增"), default=0)
    rows_changed = models.PositiveIntegerField(_("更新"), default=0)
    rows_same = models.PositiveIntegerField(_("未变"), default=0)
    actor = models.ForeignKey("kernel.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("导入人"))
    at = models.DateTimeField(_("导入时间"))
    reason = models.CharField(_("截止日回退理由"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("导入批次")
        ordering: ClassVar = ["-at", "-id"]
        indexes: ClassVar = [models.Index(fields=["source", "-at"], name="intake_source")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.cut_off}"
