"""Checks on days shared by posts and duty."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.models import Dated
from bihuan.kernel.wording import Message, wording

D = TypeVar("D", bound=Dated)
ENDS_EARLY = wording("people.ends_early", _("结束日期 %(ends)s 早于开始日期 %(starts)s，请核对。"))
NEEDS_REASON = wording("people.needs_reason", _("请填写理由：该操作写入日志，不能没有理由。"))


def check_order(starts: dt.date, ends: dt.date | None) -> None:
    """Refused when the span ends before it starts."""
    if ends is not None and ends < starts:
        raise Refused(Message(ENDS_EARLY, {"starts": starts.isoformat(), "ends": ends.isoformat()}))


def check_reason(reason: str) -> str:
    """The reason without blanks around it; Refused when nothing is left."""
    said = reason.strip()
    if not said:
        raise Refused(Message(NEEDS_REASON))
    return said


def overlapping(rows: QuerySet[D], starts: dt.date, ends: dt.date | None) -> QuerySet[D]:
    """The rows that share a day with the span (no end means still)."""
    later = Q(ends__isnull=True) | Q(ends__gte=starts)
    return rows.filter(later) if ends is None else rows.filter(later, starts__lte=ends)
