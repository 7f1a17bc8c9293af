"""Regular checks of filing by the head of the filing division (立案庭庭长定期检查): receipts drawn by a seed, one finding each."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.facts import Kept
from bihuan.kernel.models import Person

from .filing_choices import CheckFinding, CheckState
from .order import InOrder
from .receipts import Receipt


class FilingCheck(Kept):
    """One check: `size` receipts received within the period, drawn by `seed`, so that anybody can draw the same again."""

    no = models.CharField(_("检查编号"), max_length=40, unique=True)
    first = models.DateField(_("收件日期自"))
    last = models.DateField(_("收件日期至"))
    size = models.PositiveSmallIntegerField(_("抽取件数"))
    seed = models.CharField(_("随机种子"), max_length=40)
    population = models.PositiveIntegerField(_("期间收件总数"), editable=False)
    drawn_on = models.DateField(_("抽取日期"), editable=False)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("检查人"))
    state = models.CharField(_("状态"), max_length=10, choices=CheckState.choices, default=CheckState.DRAWN, editable=False)
    checked_on = models.DateField(_("检查完成日期"), null=True, blank=True, editable=False)
    conclusion = models.CharField(_("检查结论与整改要求"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("立案定期检查")
        ordering: ClassVar = ["-drawn_on", "-id"]
        constraints: ClassVar = [
            InOrder(name="filing_check_in_order", earlier="first", later="last", message=_("截止日期早于开始日期，请核对。")),
            models.CheckConstraint(name="filing_check_state_known", condition=Q(state__in=CheckState.values)),
            models.CheckConstraint(
                name="filing_check_done_says", condition=~Q(state="done") | (Q(checked_on__isnull=False) & ~Q(conclusion=""))
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.no


class FilingCheckItem(Kept):
    """One receipt drawn for a check, and what was found of it."""

    check_of = models.ForeignKey(FilingCheck, models.PROTECT, related_name="items", verbose_name=_("立案定期检查"))
    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="checked", verbose_name=_("收件编号"))
    place = models.PositiveSmallIntegerField(_("次序"))
    finding = models.CharField(_("检查情况"), max_length=20, choices=CheckFinding.choices, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("检查的收件")
        ordering: ClassVar = ["check_of", "place"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="filing_check_item_once", fields=["check_of", "receipt"]),
            models.UniqueConstraint(name="filing_check_item_place", fields=["check_of", "place"]),
            models.CheckConstraint(name="filing_check_item_known", condition=Q(finding="") | Q(finding__in=CheckFinding.values)),
        ]

    def __str__(self) -> str:
        return f"{self.check_of} {self.place}"
