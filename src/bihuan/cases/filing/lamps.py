"""Lamps of receipts: those of cases, asked of the columns of receipts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from ..clock import CaseLamp, lamp_of, lamps

NAMES = {
    "overdue": _("超期立案"),
    "stopped": _("诉前调解中"),
    "closed_late": _("超期处理"),
    "closed_in_time": _("期限内处理"),
}
"""What a lamp is called where a receipt's differs from a case's."""
CODES = ("overdue", "stopped", "green", "none", "closed_late", "closed_in_time")


def name_of(lamp: CaseLamp) -> str:
    """The lamp in a few words."""
    return str(NAMES.get(lamp.code, lamp.name))


def choices() -> list[tuple[str, str]]:
    """What the list can be narrowed to; a receipt's limit is short, so few thresholds can come."""
    near = [(f"{lamps.NEAR}{step}", lamps.near_name(step)) for step in sorted(lamps.steps()) if step < 30]
    told = [(code, str(NAMES.get(code, lamps.NAMES[code]))) for code in CODES]
    return [told[0], *near, *told[1:]]


def with_lamp(rows: QuerySet[Any], key: str, on: dt.date) -> QuerySet[Any]:
    """The receipts whose lamp is `key` on the day."""
    found: QuerySet[Any] = rows.alias(closed_on=F("outcome_on"), expires_on=F("due_on")).filter(lamps.condition(key, on))
    return found


__all__ = ["choices", "lamp_of", "name_of", "with_lamp"]
