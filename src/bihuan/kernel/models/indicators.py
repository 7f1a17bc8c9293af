"""Indicators as they were counted on a day, so that it stays known what a figure was before the facts were corrected. The pages count
anew from the facts of today; these rows are read beside them, and where a page has to be quick."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..facts import Fact


class IndicatorSnapshot(Fact):
    """A figure counted for the day `on` over starts..ends, for the court (`unit` empty) or a division; `version` names the parameters
    it stood on. What was counted on the day itself stands; a count made later is `afterwards` and a row of its own."""

    code = models.CharField(_("指标"), max_length=60)
    on = models.DateField(_("统计日"))
    starts = models.DateField(_("自"))
    ends = models.DateField(_("至"))
    unit = models.ForeignKey("kernel.Unit", models.PROTECT, null=True, related_name="+", verbose_name=_("部门"))
    numerator = models.BigIntegerField(_("分子"))
    denominator = models.BigIntegerField(_("分母"), null=True)
    version = models.CharField(_("参数版本"), max_length=40, blank=True)
    taken_at = models.DateTimeField(_("计算时间"))
    afterwards = models.BooleanField(_("事后补算"), default=False)

    class Meta:
        verbose_name = _("指标快照")
        ordering: ClassVar = ["code", "on", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="indicator_snapshot_unit",
                fields=["code", "on", "starts", "unit", "afterwards"],
                condition=Q(unit__isnull=False),
            ),
            models.UniqueConstraint(
                name="indicator_snapshot_court",
                fields=["code", "on", "starts", "afterwards"],
                condition=Q(unit__isnull=True),
            ),
            models.CheckConstraint(name="indicator_snapshot_order", condition=Q(ends__gte=F("starts"))),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.on}"


class AlertTally(Fact):
    """The standing alerts of a division (`unit` empty: of none) on a day, counted by domain, gravity and age.

    `counts` is a list of [domain, severity, age, number]; `age` is a key of `tallies.AGES`. Alerts of closed tracks are in none. Every
    counted day has a row of each division, so these rows also tell which days were counted.
    """

    on = models.DateField(_("统计日"))
    unit = models.ForeignKey("kernel.Unit", models.PROTECT, null=True, related_name="+", verbose_name=_("部门"))
    counts = models.JSONField(_("件数"), default=list)
    taken_at = models.DateTimeField(_("计算时间"))
    afterwards = models.BooleanField(_("事后补算"), default=False)

    class Meta:
        verbose_name = _("预警统计")
        ordering: ClassVar = ["on", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="alert_tally_unit", fields=["on", "unit"], condition=Q(unit__isnull=False)),
            models.UniqueConstraint(name="alert_tally_court", fields=["on"], condition=Q(unit__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.on}"
