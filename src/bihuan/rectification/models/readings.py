"""Readings: monthly figures imported from sheets, the independent facts that criteria stand on."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.facts import Kept
from bihuan.kernel.models import Unit

from .choices import Direction


class Figure(Kept):
    """A figure that is read month by month. `owner_role` is the role that has to deliver it."""

    code = models.CharField(_("数据项编号"), max_length=40, unique=True)
    name = models.CharField(_("数据项名称"), max_length=80, unique=True)
    unit_of_measure = models.CharField(_("计量单位"), max_length=20)
    direction = models.CharField(_("方向"), max_length=10, choices=Direction.choices, default=Direction.RANGE)
    owner_role = models.CharField(_("报送岗位"), max_length=40, default="trial_management")
    definition = models.TextField(_("口径"), blank=True)

    class Meta:
        verbose_name = _("数据项")
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name


class Reading(Kept):
    """A figure of a month (`period` is the month's first day), for a department or (no unit) the whole court."""

    figure = models.ForeignKey(Figure, models.PROTECT, related_name="readings", verbose_name=_("数据项"))
    period = models.DateField(_("期间"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("部门"))
    numerator = models.DecimalField(
        _("分子"), max_digits=18, decimal_places=4, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    denominator = models.DecimalField(
        _("分母"), max_digits=18, decimal_places=4, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    value = models.DecimalField(
        _("数值"), max_digits=18, decimal_places=4, blank=True, help_text=_("有分子、分母时可不填，由系统算出。")
    )
    source = models.CharField(_("数据来源"), max_length=120, blank=True)
    intake_id = models.PositiveBigIntegerField(_("导入批次"), null=True, blank=True, editable=False, db_index=True)

    class Meta:
        verbose_name = _("数据读数")
        ordering: ClassVar = ["figure", "-period", "unit"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="reading_once_unit", fields=["figure", "period", "unit"], condition=Q(unit__isnull=False)
            ),
            models.UniqueConstraint(
                name="reading_once_court", fields=["figure", "period"], condition=Q(unit__isnull=True)
            ),
            models.CheckConstraint(name="reading_period_is_month", condition=Q(period__day=1)),
            models.CheckConstraint(
                name="reading_denominator_positive",
                condition=Q(denominator__isnull=True) | Q(denominator__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.figure} {self.period:%Y-%m}"

    def clean(self) -> None:
        """Fill the value from its parts where it is left out; say what disagrees, in a form and in a sheet's dry run alike."""
        from ..services.readings import check

        if self.figure_id is None or self.period is None:
            return
        try:
            check(self)
        except Refused as refusal:
            raise ValidationError([str(reason) for reason in refusal.reasons]) from refusal
