"""Indicators as they were counted on a day, so that it stays known what a figure was before the facts were corrected. The pages count
anew from the facts of today and do not read these rows; they are there to be read beside them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..facts import Fact


class IndicatorSnapshot(Fact):
    """A figure counted on the day `on` over starts..ends, for the court (`unit` empty) or a division. Counting the day again
    replaces it; `version` names the parameters it stood on."""

    code = models.CharField(_("指标"), max_length=60)
    on = models.DateField(_("统计日"))
    starts = models.DateField(_("自"))
    ends = models.DateField(_("至"))
    unit = models.ForeignKey("kernel.Unit", models.PROTECT, null=True, related_name="+", verbose_name=_("部门"))
    numerator = models.BigIntegerField(_("分子"))
    denominator = models.BigIntegerField(_("分母"), null=True)
    version = models.CharField(_("参数版本"), max_length=40, blank=True)
    taken_at = models.DateTimeField(_("计算时间"))

    class Meta:
        verbose_name = _("指标快照")
        ordering: ClassVar = ["code", "on", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="indicator_snapshot_unit", fields=["code", "on", "starts", "unit"], condition=Q(unit__isnull=False)
            ),
            models.UniqueConstraint(
                name="indicator_snapshot_court", fields=["code", "on", "starts"], condition=Q(unit__isnull=True)
            ),
            models.CheckConstraint(name="indicator_snapshot_order", condition=Q(ends__gte=F("starts"))),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.on}"
