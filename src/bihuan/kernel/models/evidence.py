"""Evidence (佐证材料): files by content, and what each is filed for."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..facts import Fact, Kept


class ScanState(models.TextChoices):
    """What the inspection of the content said."""

    CLEAN = "clean", _("已检查")
    REMARKS = "remarks", _("已检查，有提示")


class EvidenceFile(Fact):
    """One content, stored once under its SHA-256, however often it is filed. Only ever inserted."""

    sha256 = models.CharField("SHA-256", max_length=64, unique=True)
    sm3 = models.CharField("SM3", max_length=64)
    size = models.PositiveBigIntegerField(_("大小"))
    kind = models.CharField(_("文件类型"), max_length=16)
    mime = models.CharField("MIME", max_length=100)
    stored_at = models.DateTimeField(_("入库时间"))

    class Meta:
        verbose_name = _("佐证文件")
        constraints: ClassVar = [models.CheckConstraint(name="evidence_file_not_empty", condition=Q(size__gt=0))]

    def __str__(self) -> str:
        return f"{self.sha256[:12]} {self.kind}"


class Evidence(Kept):
    """A file filed for an object. `effective_on` is the day the content speaks of, `received_at` when it came in.

    A new version of the same material is a new row with `revision_of` naming the first version.
    """

    object_kind = models.CharField(_("对象类别"), max_length=60)
    object_id = models.PositiveBigIntegerField(_("对象"))
    kind = models.CharField(_("材料类别"), max_length=32)
    title = models.CharField(_("材料名称"), max_length=200)
    file = models.ForeignKey(EvidenceFile, models.PROTECT, related_name="filings", verbose_name=_("文件"))
    filename = models.CharField(_("原文件名"), max_length=255)
    effective_on = models.DateField(_("形成日期"))
    received_at = models.DateTimeField(_("上传时间"))
    uploaded_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+", verbose_name=_("上传人"))
    unit = models.ForeignKey(
        "kernel.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("部门")
    )
    revision_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="revisions", verbose_name=_("原版本")
    )
    scan_state = models.CharField(_("检查结果"), max_length=10, choices=ScanState.choices)
    remarks = models.JSONField(_("检查提示"), default=list)

    class Meta:
        verbose_name = _("佐证材料")
        ordering: ClassVar = ["-received_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["object_kind", "object_id", "kind"], name="evidence_object")]
        constraints: ClassVar = [
            models.CheckConstraint(name="evidence_not_own_revision", condition=~Q(revision_of=F("id"))),
            models.CheckConstraint(
                name="evidence_void_has_reason", condition=Q(voided_at__isnull=True) | ~Q(void_reason="")
            ),
        ]

    def __str__(self) -> str:
        return self.title
