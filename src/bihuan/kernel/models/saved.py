"""Filters a person keeps for a ledger."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedFilter(models.Model):
    """A person's own query string for a ledger. A preference and no fact: it is replaced and deleted freely.

    It never widens rights: it is read by the same list view as any other query string.
    """

    person = models.ForeignKey("kernel.Person", models.CASCADE, related_name="+", verbose_name=_("人员"))
    ledger = models.CharField(_("台账"), max_length=80)
    name = models.CharField(_("名称"), max_length=30)
    query = models.CharField(_("筛选条件"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("常用筛选")
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="saved_filter_name_once", fields=["person", "ledger", "name"])
        ]

    def __str__(self) -> str:
        return self.name
