"""Notices to a person inside the platform."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..facts import Fact
from ..wording import say


class InboxItem(Fact):
    """One notice to one person: a sentence (code and parameters) and where it leads. Read once, kept for good."""

    person = models.ForeignKey(
        "kernel.Person", models.PROTECT, related_name="inbox", verbose_name=_("收件人"), db_index=False
    )
    code = models.CharField(_("内容"), max_length=80)
    params = models.JSONField(_("参数"), default=dict)
    url = models.CharField(_("链接"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(_("已读时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("消息")
        ordering: ClassVar = ["-created_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["person", "-created_at"], name="inbox_person"),
            models.Index(fields=["person"], condition=Q(read_at__isnull=True), name="inbox_unread"),
        ]

    def __str__(self) -> str:
        return say(self.code, self.params)
