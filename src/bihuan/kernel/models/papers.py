"""The court's own templates of official papers, version after version."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..facts import Fact


class PaperTemplate(Fact):
    """A version of the template of a kind of paper, in use from `active_from` until a later version is. Only ever inserted: going
    back is a new version with the old content (`restores`), or without a file, which is the house's own template again."""

    kind = models.CharField(_("文书"), max_length=60)
    version = models.PositiveIntegerField(_("版本"))
    file = models.ForeignKey("kernel.EvidenceFile", models.PROTECT, null=True, related_name="+", verbose_name=_("文件"))
    filename = models.CharField(_("原文件名"), max_length=255, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    restores = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", verbose_name=_("恢复自"))
    uploaded_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+", verbose_name=_("上传人"))
    checked_at = models.DateTimeField(_("检查时间"))
    active_from = models.DateField(_("启用日期"))

    class Meta:
        verbose_name = _("文书模板")
        ordering: ClassVar = ["kind", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="paper_template_version", fields=["kind", "version"]),
            models.CheckConstraint(name="paper_template_counts_from_one", condition=Q(version__gt=0)),
            models.CheckConstraint(
                name="paper_template_file_has_name",
                condition=Q(file__isnull=True, filename="") | Q(file__isnull=False) & ~Q(filename=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"
