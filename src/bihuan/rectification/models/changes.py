"""Changes of what was agreed: an extension or a change of content, by a flow of its own."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.facts import Fact
from bihuan.kernel.models import Person

from .choices import ChangeKind
from .items import Measure


class ChangeRequest(Fact):
    """A request to change a frozen measure.

    `changes` maps a field name to [before, after]; "criteria" maps to {"add": [{"kind", "params"}], "void": [criterion ids]}.
    Triggers let a frozen row change only while it names a request that is approved and not yet applied.
    """

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="change_requests", verbose_name=_("整改措施"))
    kind = models.CharField(_("类别"), max_length=10, choices=ChangeKind.choices)
    changes = models.JSONField(_("变更内容"), default=dict)
    reason = models.TextField(_("理由"))
    requested_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("申请人"))
    requested_on = models.DateField(_("申请日期"))
    state = models.CharField(_("状态"), max_length=20, default="requested")
    revision = models.PositiveIntegerField(default=0, editable=False)
    meeting = models.ForeignKey(
        "rectification.PartyGroupMeeting",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="changes",
        verbose_name=_("党组会议"),
    )
    applied_at = models.DateTimeField(_("生效时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("变更申请")
        ordering: ClassVar = ["-requested_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="change_says_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="change_state_known",
                condition=Q(state__in=["requested", "agreed", "approved", "refused", "withdrawn"]),
            ),
            models.CheckConstraint(
                name="change_applied_when_approved",
                condition=Q(applied_at__isnull=True) | Q(state="approved"),
            ),
            models.UniqueConstraint(
                name="change_open_once", fields=["measure"], condition=Q(state__in=["requested", "agreed"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure.code} {self.get_kind_display()}"

    @property
    def lead_unit_id(self) -> int:
        """The department answerable, for the log."""
        return self.measure.lead_unit_id
