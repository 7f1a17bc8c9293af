"""A person's calendar feed: off until switched on. Of the secret in its address only the digest is kept."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.facts import Kept
from bihuan.kernel.models import Person


class CalendarFeed(Kept):
    """An address under which a calendar program reads a person's due dates. Switched off by voiding it; never switched on again."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("订阅人"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    since = models.DateTimeField(_("开通时间"))

    class Meta:
        verbose_name = _("日历订阅")
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="calendar_feed_once", fields=["person"], condition=Q(voided_at__isnull=True))
        ]

    def __str__(self) -> str:
        return str(self.person)
