"""Values the court set over the shipped dated parameters."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..facts import Kept


class ParameterOverride(Kept):
    """A dated value of the court's own: it holds on its days over the shipped one, by an approval with a number."""

    parameter = models.CharField(_("参数"), max_length=80)
    starts = models.DateField(_("自"))
    ends = models.DateField(_("至"), null=True, blank=True)
    values = models.JSONField(_("取值"))
    reference = models.CharField(_("批准文号"), max_length=120)
    reason = models.CharField(_("理由"), max_length=300)
    set_by = models.ForeignKey("kernel.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("登记人"))

    class Meta:
        verbose_name = _("参数调整")
        ordering: ClassVar = ["parameter", "starts", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="override_ends_after_start", condition=Q(ends__isnull=True) | Q(ends__gte=F("starts"))
            ),
            models.CheckConstraint(name="override_says_why", condition=~Q(reference="") & ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.parameter} {self.starts}"
