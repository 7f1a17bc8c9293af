"""The event log and its erasable side table."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..facts import Fact


class LogEntry(models.Model):
    """One event. Rows are only ever inserted, by `kernel.log.append`; triggers refuse the rest.

    `hash` is SM3 over the entry's canonical bytes, which include `prev`; `hash2` is SHA-256 over the same bytes.
    """

    seq = models.PositiveBigIntegerField(_("序号"), primary_key=True)
    at = models.DateTimeField(_("时间"), db_index=True)
    actor = models.ForeignKey(
        "kernel.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("操作人"), db_index=False
    )
    actor_name = models.CharField(_("操作人"), max_length=40)
    type = models.CharField(_("类型"), max_length=60)
    kind = models.CharField(_("对象类别"), max_length=60, blank=True)
    object_id = models.CharField(_("对象"), max_length=40, blank=True)
    unit_id = models.PositiveBigIntegerField(_("部门"), null=True)
    data = models.JSONField(_("内容"), default=dict)
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    hash2 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("日志")
        ordering: ClassVar = ["-seq"]
        indexes: ClassVar = [
            models.Index(fields=["kind", "object_id", "-seq"], name="log_object"),
            models.Index(fields=["actor", "-seq"], name="log_actor"),
            models.Index(fields=["type", "-seq"], name="log_type"),
        ]

    def __str__(self) -> str:
        return f"#{self.seq} {self.type}"


class RestrictedText(Fact):
    """The text behind a keyed digest in the log: readable on need to know, erasable when the law asks for it."""

    digest = models.CharField(max_length=64, unique=True)
    seq = models.PositiveBigIntegerField()
    name = models.CharField(max_length=40)
    text = models.TextField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("受限内容")

    def __str__(self) -> str:
        return f"{self.name} #{self.seq}"
