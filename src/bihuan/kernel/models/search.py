"""Rows that the full-text index has still to take in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class SearchPending(models.Model):
    """A row whose text was written together with very many others: indexed in short transactions right after theirs.

    No fact: what is to do, gone when it is done. It is written in the transaction that writes the row, so a crash loses nothing.
    """

    table = models.CharField(_("索引"), max_length=63)
    object_id = models.PositiveBigIntegerField(_("对象"))

    class Meta:
        verbose_name = _("待建立的检索索引")
        indexes: ClassVar = [models.Index(fields=["table", "id"], name="search_pending_table")]

    def __str__(self) -> str:
        return f"{self.table} {self.object_id}"
