"""Queries that rules, pages and services share."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from ..models import CONCLUDED, SAT, AgendaItem, DefectState, MeetingDefect, Remedy


def must_be_discussed_again(outer: str = "pk") -> Exists:
    """The item, or its meeting, has a defect that only another discussion heals, and that has not been healed."""
    of_item = MeetingDefect.objects.filter(item=OuterRef(outer), remedy=Remedy.REDISCUSS).exclude(state=DefectState.REDISCUSSED)
    return Exists(of_item.order_by())


def meeting_must_be_repeated() -> Exists:
    """The item's meeting as a whole has a defect that only another discussion heals."""
    found = MeetingDefect.objects.filter(meeting=OuterRef("meeting"), item__isnull=True, remedy=Remedy.REDISCUSS)
    return Exists(found.exclude(state=DefectState.REDISCUSSED).order_by())


def standing(rows: QuerySet[Any] | None = None) -> QuerySet[Any]:
    """Items that were properly discussed: the meeting took place, a result stands, nothing asks for another discussion."""
    items: QuerySet[Any] = (rows if rows is not None else AgendaItem.objects.all()).filter(
        voided_at=None, state__in=CONCLUDED, meeting__state__in=SAT
    )
    return items.filter(~must_be_discussed_again(), ~meeting_must_be_repeated())
