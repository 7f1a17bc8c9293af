"""Why somebody opened another's case beyond its node data: every such look leaves a reason."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Person

from .clocks import CaseFact


class AccessReason(CaseFact):
    """Who opened which case, why, from when until when. Moments are real ones, never of a simulated day."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("查看人"))
    reason = models.CharField(_("查看理由"), max_length=300)
    at = models.DateTimeField(_("查看时间"))
    until = models.DateTimeField(_("有效至"))

    class Meta:
        verbose_name = _("查看案件的理由")
        ordering: ClassVar = ["-at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="access_reason_told", condition=~Q(reason="")),
            models.CheckConstraint(name="access_reason_in_order", condition=Q(until__gt=F("at"))),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "case", "until"], name="access_reason_live")]

    def __str__(self) -> str:
        return f"{self.case} {self.person} {timezone.localtime(self.at):%Y-%m-%d %H:%M}"
