"""Figures announced by the upper court (上级口径): as its document says them, beside and never among what we count ourselves."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..facts import Kept

CENT = Decimal("0.01")


def _codes() -> list[tuple[str, str]]:
    from ..indicators.sets import known

    return [(code, str(title)) for code, title in known()]


class AnnouncedFigure(Kept):
    """What the upper court's document says of an indicator over starts..ends. `value` is in the indicator's unit; numerator and
    denominator where the document gives them. `cut_short`: they give the value only when digits are dropped, not rounded."""

    code = models.CharField(_("指标"), max_length=60, choices=_codes)
    starts = models.DateField(_("自"))
    ends = models.DateField(_("至"))
    value = models.DecimalField(_("公布值"), max_digits=16, decimal_places=4)
    numerator = models.BigIntegerField(_("分子"), null=True, blank=True)
    denominator = models.BigIntegerField(_("分母"), null=True, blank=True)
    document = models.CharField(_("文件名称、文号"), max_length=160)
    announced_on = models.DateField(_("公布日期"))
    note = models.CharField(_("备注"), max_length=300, blank=True)
    cut_short = models.BooleanField(_("截尾"), default=False, editable=False)

    class Meta:
        verbose_name = _("上级公布数")
        ordering: ClassVar = ["-ends", "code", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="announced_once",
                fields=["code", "starts", "ends"],
                condition=Q(voided_at__isnull=True),
                violation_error_message=_("该指标这一期间已有公布数；上级更正的，请更正原来那一条。"),
            ),
            models.CheckConstraint(
                name="announced_in_order",
                condition=Q(ends__gte=F("starts")),
                violation_error_message=_("截止日早于起始日，请核对。"),
            ),
            models.CheckConstraint(
                name="announced_both_counts",
                condition=Q(numerator__isnull=True, denominator__isnull=True)
                | Q(numerator__isnull=False, denominator__isnull=False, numerator__gte=0, denominator__gt=0),
                violation_error_message=_("分子、分母要么都填，要么都不填；分母大于零。"),
            ),
            models.CheckConstraint(name="announced_document", condition=~Q(document="")),
        ]

    def __str__(self) -> str:
        from ..indicators.sets import title_of

        return f"{title_of(self.code)} {self.starts:%Y-%m-%d}–{self.ends:%Y-%m-%d}"

    def clean(self) -> None:
        """The counts give the value: by rounding, or by dropping digits, which is noted. Raises ValidationError by field."""
        self.cut_short = False
        if self.announced_on and self.ends and self.announced_on < self.ends:
            raise ValidationError({"announced_on": gettext("公布日期 %(given)s 早于期间截止日 %(ends)s，请核对。")
                                   % {"given": self.announced_on, "ends": self.ends}})  # fmt: skip
        kind = _kind_of(self.code)
        if self.numerator is None or not self.denominator or self.value is None or kind not in {"percent", "ratio"}:
            return
        exact = Decimal(self.numerator) * (100 if kind == "percent" else 1) / Decimal(self.denominator)
        if exact.quantize(CENT) == self.value.quantize(CENT) or abs(exact - self.value) <= CENT / 2:
            return
        if exact.quantize(CENT, ROUND_DOWN) == self.value:
            self.cut_short = True
            return
        told = {
            "above": self.numerator,
            "below": self.denominator,
            "exact": f"{exact:.2f}",
            "given": f"{self.value.normalize():f}",
        }
        raise ValidationError(
            {"value": gettext("%(above)s ÷ %(below)s 是 %(exact)s，不是 %(given)s，请对照文件核对。") % told}
        )


def _kind_of(code: str) -> str:
    from ..indicators import get
    from ..indicators.sets import open_ones

    found = get(code) or open_ones().get(code)
    return found.kind if found else ""
