"""What is read of meetings: the cases that must be put before one, and what stands against it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce

from bihuan.kernel.rules import carrying
from bihuan.law.dated import current_parameters
from bihuan.law.limits.clocks import cutoff

from ..models import OPEN, AgendaItem, Body, Case, ItemState, SearchGate, SearchRecord
from . import terms
from .queries import standing
from .sql import MonthsAfter, months_of

TRIGGERS = {
    Body.PROFESSIONAL: "local.long-pending.professional-judges-meeting",
    Body.COMMITTEE: "local.long-pending.judicial-committee",
}


def in_scope(on: dt.date) -> QuerySet[Any]:
    """Open cases of the lines the house triggers cover."""
    rows: QuerySet[Any] = Case.objects.filter(OPEN, line__in=terms.lines(on))
    return rows.filter(filed_on__isnull=False, filed_on__lte=on)


def must_go(body: Body, on: dt.date) -> QuerySet[Any]:
    """Open cases past the body's threshold that it has not properly discussed, with `trigger_since`, the first day past it.

    Calendar time from the filing, nothing deducted. What the committee discussed needs no advice any more.
    """
    held = current_parameters().version_on(TRIGGERS[body], on)
    bodies = [Body.COMMITTEE] if body is Body.COMMITTEE else [Body.COMMITTEE, Body.PROFESSIONAL]
    done = standing(AgendaItem.objects.filter(case=OuterRef("pk"), meeting__body__in=bodies))
    rows = in_scope(on).filter(filed_on__lte=cutoff(TRIGGERS[body], on)).filter(~Exists(done.order_by()))
    days = 1 if held.content["boundary"] == "over" else 0
    return carrying(rows, trigger_since=MonthsAfter("filed_on", months_of(held.term()), days))


def agenda(body: Body, on: dt.date) -> QuerySet[Any]:
    """The 上会清单 of a body: what must go, the longest pending first, with what has been searched and where it is listed."""
    searched = SearchRecord.objects.filter(case=OuterRef("pk"), gate=SearchGate.FULL, voided_at=None)
    listed = AgendaItem.objects.filter(case=OuterRef("pk"), meeting__body=body, state=ItemState.LISTED, voided_at=None)
    rows = carrying(
        must_go(body, on),
        searched=Exists(searched.order_by()),
        in_report=Exists(searched.filter(written_on__lte=on).order_by()),
        listed_in=Coalesce(listed.order_by("-pk").values("meeting__no")[:1], Value("")),
    )
    return rows.select_related("division", "judge").order_by("filed_on", "pk")


def planned(body: Body) -> QuerySet[Any]:
    """Meetings of the body still to be held."""
    from ..models import Meeting

    rows: QuerySet[Any] = Meeting.objects.filter(body=body, state="planned").order_by("held_on", "pk")
    return rows


