"""The steps a flow took: who moved what from where to where, and with what in hand."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..facts import Fact


class FlowStep(Fact):
    """One transition performed. Only ever inserted; separation of persons is read from here."""

    flow = models.CharField(_("流程"), max_length=40)
    object_id = models.PositiveBigIntegerField(_("对象"))
    transition = models.CharField(_("步骤"), max_length=40)
    source = models.CharField(_("原状态"), max_length=40)
    target = models.CharField(_("新状态"), max_length=40)
    actor = models.ForeignKey("kernel.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("办理人"))
    acted_for = models.ForeignKey(
        "kernel.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("被代理人")
    )
    day = models.DateField(_("业务日期"))
    at = models.DateTimeField(_("办理时间"))
    note = models.TextField(_("意见"), blank=True)
    data = models.JSONField(_("内容"), default=dict)

    class Meta:
        verbose_name = _("办理记录")
        ordering: ClassVar = ["at", "id"]
        indexes: ClassVar = [models.Index(fields=["flow", "object_id", "at"], name="flow_step_object")]

    def __str__(self) -> str:
        return f"{self.flow} {self.object_id} {self.transition}"
