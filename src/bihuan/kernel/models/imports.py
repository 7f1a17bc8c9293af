"""Imports under way: an uploaded sheet, what its dry run found row by row, and how headings were mapped before."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..facts import Fact


class ImportState(models.TextChoices):
    """Where an import stands."""

    UPLOADED = "uploaded", pgettext_lazy("import", "待对应列")
    CHECKED = "checked", pgettext_lazy("import", "待合并")
    MERGED = "merged", pgettext_lazy("import", "已合并")
    DROPPED = "dropped", pgettext_lazy("import", "已放弃")


class RowAction(models.TextChoices):
    """What merging does with a row."""

    NEW = "new", pgettext_lazy("import row", "新增")
    CHANGED = "changed", pgettext_lazy("import row", "更新")
    SAME = "same", pgettext_lazy("import row", "未变")
    REFUSED = "refused", pgettext_lazy("import row", "不能导入")


class ImportDraft(Fact):
    """One upload to a ledger, from the file to its merge.

    `headings` are those of the chosen `sheet`, `mapping` says which field each stands for ("" for none). `check_no` counts the
    dry runs; only the rows staged under the present number matter. `intake_id` is the batch of the source it became. `reading` is
    what the sheet looked like when it was opened (see `sheets.looks`), so that no page has to open it again.
    """

    ledger = models.CharField(_("台账"), max_length=80)
    person = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+", verbose_name=_("上传人"))
    filename = models.CharField(_("文件名"), max_length=255)
    sm3 = models.CharField("SM3", max_length=64)
    size = models.PositiveBigIntegerField(_("大小（字节）"))
    path = models.CharField(_("存储位置"), max_length=120)
    sheet = models.CharField(_("工作表"), max_length=120, blank=True)
    heading_rows = models.CharField(_("表头所在行"), max_length=9, blank=True)
    headings = models.JSONField(_("表头"), default=list)
    reading = models.JSONField(_("读取情况"), default=dict)
    mapping = models.JSONField(_("对应关系"), default=dict)
    cut_off = models.DateField(_("数据截止日"), null=True, blank=True)
    cut_off_reason = models.CharField(_("截止日回退理由"), max_length=300, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=ImportState.choices, default=ImportState.UPLOADED)
    check_no = models.PositiveIntegerField(_("试导入次数"), default=0)
    counts = models.JSONField(_("行数"), default=dict)
    intake_id = models.PositiveBigIntegerField(_("导入批次"), null=True, blank=True)
    at = models.DateTimeField(_("上传时间"))
    merged_at = models.DateTimeField(_("合并时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("导入")
        ordering: ClassVar = ["-at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["ledger", "person", "-at"], name="import_mine"),
            models.Index(fields=["ledger", "sm3"], name="import_file"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="import_state_known", condition=Q(state__in=ImportState.values)),
            models.CheckConstraint(
                name="import_merged_has_time", condition=~Q(state="merged") | Q(merged_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def taken(self) -> int:
        """How many rows merging writes."""
        return int(self.counts.get("new", 0)) + int(self.counts.get("changed", 0))

    @property
    def refused(self) -> int:
        """How many rows cannot be imported."""
        return int(self.counts.get("refused", 0))


class ImportRow(Fact):
    """One row of the sheet as the dry run judged it. Only ever inserted, and deleted only with a dry run that was given up.

    `number` is the spreadsheet's; `values` maps fields to plain values (rows to their ids), `before` those it corrects to what
    they were; `object_id` is the ledger's row, reserved already for a new one where the ledger is merged as a whole; `version`
    that of the row it corrects; `problems` are {"column", "value", "why", "accepted"}, `why` a stored message.
    """

    draft = models.ForeignKey(
        ImportDraft, models.PROTECT, related_name="rows", verbose_name=_("导入"), db_index=False
    )
    check_no = models.PositiveIntegerField(_("试导入次数"))
    number = models.PositiveIntegerField(_("行号"))
    key = models.CharField(_("行"), max_length=200, blank=True)
    action = models.CharField(_("结果"), max_length=10, choices=RowAction.choices)
    values = models.JSONField(_("内容"), default=dict)
    before = models.JSONField(_("原内容"), default=dict)
    object_id = models.PositiveBigIntegerField(_("台账行"), null=True, blank=True)
    version = models.CharField(_("台账行版本"), max_length=64, blank=True)
    problems = models.JSONField(_("问题"), default=list)

    class Meta:
        verbose_name = _("导入行")
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="import_row_once", fields=["draft", "check_no", "number"])
        ]
        indexes: ClassVar = [
            models.Index(fields=["draft", "check_no", "action"], name="import_row_action"),
            models.Index(fields=["object_id"], name="import_row_object", condition=Q(object_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.key}"


class ColumnMapping(Fact):
    """How the headings of a kind of sheet were mapped to a ledger's fields the last time; `signature` stands for the headings."""

    ledger = models.CharField(_("台账"), max_length=80)
    signature = models.CharField(_("表头特征"), max_length=64)
    mapping = models.JSONField(_("对应关系"), default=dict)
    person = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+", verbose_name=_("最近使用人"))
    used_at = models.DateTimeField(_("最近使用时间"))

    class Meta:
        verbose_name = _("列对应关系")
        ordering: ClassVar = ["-used_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="column_mapping_once", fields=["ledger", "signature"])
        ]

    def __str__(self) -> str:
        return self.ledger
