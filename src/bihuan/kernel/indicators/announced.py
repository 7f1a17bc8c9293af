"""The announced figures (上级口径) beside ours (本院测算): which one stands beside a span, and by how much they differ."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .. import access
from ..errors import Refused
from ..ledger import Column, Filter, Ledger, Menu, Sheet, SheetColumn, register
from ..models.announced import AnnouncedFigure
from ..models.org import Person
from ..supervision_access import DATA_ROLE, TOP_ROLE
from ..wording import Message, wording
from . import sets
from .declaring import UNITS, get
from .figures import Figure, rounded

SEE = access.action("indicators.announced", _("查看上级公布数"), roles=(TOP_ROLE, DATA_ROLE))
ANNOUNCE = access.action("indicators.announce", _("登记上级公布数"), roles=(DATA_ROLE,))


@access.scope(AnnouncedFigure)
def see_announced(viewer: access.Viewer) -> Q:
    """Figures of the whole court are for those who see the whole court."""
    return access.EVERYTHING if not viewer.admin_role and viewer.has(TOP_ROLE, DATA_ROLE) else access.NOTHING


@dataclass(frozen=True)
class Beside:
    """An announced figure, and ours of the same span (None: we cannot count it)."""

    row: AnnouncedFigure
    ours: Figure | None

    @property
    def shown(self) -> str:
        """The announced value with its unit, digits as in the document."""
        return f"{trimmed(self.row.value)}{unit_of(self.row.code)}".strip()

    @property
    def gap(self) -> str:
        """Ours less theirs: in points for a percent, else in the unit; "" where ours is none."""
        if self.ours is None or self.ours.exact is None:
            return ""
        gap = rounded(self.ours.exact - self.row.value)
        sign = "+" if gap > 0 else "−" if gap < 0 else "±"
        unit = gettext("个百分点") if self.ours.indicator.kind == "percent" else str(self.ours.indicator.unit)
        return f"{sign}{trimmed(abs(gap), 0 if self.ours.indicator.kind == 'count' else 2)} {unit}".strip()

    @property
    def same(self) -> bool:
        """Whether both say the same to two decimals."""
        return (
            self.ours is not None
            and self.ours.exact is not None
            and rounded(self.ours.exact) == rounded(self.row.value)
        )


def trimmed(value: Decimal, least: int = 0) -> str:
    """A number without the noughts the column adds, with at least so many decimals."""
    text = f"{value.normalize():f}"
    decimals = len(text.partition(".")[2])
    return f"{value:,.{max(decimals, least)}f}"


def unit_of(code: str) -> str:
    """The unit of an indicator, computed or open, as it stands behind a number."""
    one = get(code)
    if one is not None:
        return "%" if one.kind == "percent" else f" {one.unit}"
    waits = sets.open_ones().get(code)
    return "" if waits is None else "%" if waits.kind == "percent" else f" {UNITS.get(waits.kind, '')}"


def standing(person: Person | None, codes: Iterable[str], by: dt.date) -> dict[str, AnnouncedFigure]:
    """The newest announced figure of each indicator whose span ended by a day: one statement."""
    rows = access.visible(person, AnnouncedFigure).filter(voided_at=None, code__in=list(codes), ends__lte=by)
    return {row.code: row for row in rows.order_by("ends", "announced_on", "pk")}


def all_of(person: Person | None, code: str, most: int = 12) -> list[AnnouncedFigure]:
    """The announced figures of an indicator, the newest span first."""
    rows = access.visible(person, AnnouncedFigure).filter(voided_at=None, code=code)
    return list(rows.order_by("-ends", "starts")[:most])


def _value(row: AnnouncedFigure) -> str:
    return f"{trimmed(row.value)}{unit_of(row.code)}".strip()


def _code(cell: Any) -> str:
    text = str(cell).strip()
    for code, title in sets.known():
        if text in {code, str(title)}:
            return code
    raise Refused(Message(UNKNOWN, {"given": text}))


UNKNOWN = wording(
    "indicators.announced.unknown", _("没有名为“%(given)s”的指标，请按导入模板“填写说明”中的名称或编号填写。")
)

ANNOUNCED = register(
    Ledger(
        code="kernel.announced",
        path="indicators/announced",
        model=AnnouncedFigure,
        key="pk",
        row_title="code",
        title=_("上级公布数"),
        about=_("上级法院文件公布的本院数据，逐条登记文号；与本院测算并列比较，不混用。更正要写理由。"),
        menu=Menu("figures", icon="building-bank", order=20),
        view=SEE,
        columns=(
            Column("code", _("指标"), value=lambda row: str(sets.title_of(row.code)), sort=""),
            "starts",
            "ends",
            Column("value", value=_value, css="num", sort=""),
            Column("document", css="clip"),
            Column("announced_on", minor=True),
        ),
        filters=(Filter("code", _("指标"), choices=lambda: [(code, str(title)) for code, title in sets.known()]), Filter("ends", kind="dates")),
        search=("document", "note"),
        ordering=("-ends", "code", "id"),
        form=("code", "starts", "ends", "value", "numerator", "denominator", "document", "announced_on", "note"),
        facts=("code", "starts", "ends", "value", "numerator", "denominator", "cut_short", "document", "announced_on", "note"),
        add=ANNOUNCE,
        change=ANNOUNCE,
        void=ANNOUNCE,
        sheet=Sheet(
            key=("code", "starts", "ends"),
            action=ANNOUNCE,
            columns=(
                SheetColumn("code", required=True, reads=_code, value=lambda row: str(sets.title_of(row.code)), width=30,
                            aliases=("指标名称",), help=_("指标的名称或编号")),
                "starts",
                "ends",
                SheetColumn("value", required=True, aliases=("数值", "上级数值"), help=_("按指标的单位填写，百分比填 95.5 或 95.5%"), kind="percent"),
                "numerator",
                "denominator",
                "document",
                "announced_on",
                "note",
            ),
        ),
    )
)  # fmt: skip

__all__ = ["ANNOUNCED", "Beside", "all_of", "standing"]
