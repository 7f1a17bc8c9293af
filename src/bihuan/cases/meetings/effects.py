"""What the steps of meetings write besides the state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from bihuan.kernel import clock, inbox
from bihuan.kernel.errors import Refused
from bihuan.kernel.files.inspection import digests
from bihuan.kernel.wording import Message
from bihuan.kernel.workflow import Context

from ..models import CONCLUDED, AgendaItem, Body, DefectState, ItemState, MeetingDefect, Remedy, Result
from . import defects, terms
from . import wordings as w
from .guards import roll_of

ONLY = {Result.COMMITTEE: Body.PROFESSIONAL, Result.SUPERIOR: Body.COMMITTEE}
"""Results that one body alone may come to."""


def opened(context: Context) -> Mapping[str, Any]:
    """The roll is counted, and stays."""
    members, present, least = roll_of(context.obj)
    return {"members_total": members, "present_total": present, "least": least}


def look(context: Context) -> None:
    """Find what is wrong with the meeting."""
    defects.check(context.obj)


def put_off(context: Context) -> None:
    """What a meeting that did not take place was to discuss waits for another."""
    from .flows import ITEM_FLOW

    for item in context.obj.items.filter(voided_at=None, state=ItemState.LISTED):
        ITEM_FLOW.perform(item, "fall", actor=None)


def minutes(context: Context) -> Mapping[str, Any]:
    """The digest of the minutes; the file itself is not kept."""
    file = context.data.get("minutes")
    if file is None:
        raise Refused(Message(w.NO_FILE))
    sha256, sm3 = digests(file)
    return {"minutes_sha256": sha256, "minutes_sm3": sm3, "minutes_on": clock.today()}


def concluded(context: Context) -> Mapping[str, Any]:
    """The result, the votes for it, and the day by which it is to be carried out."""
    item: AgendaItem = context.obj
    meeting, data = item.meeting, context.data
    result, votes, by = data["result"], data.get("votes_for"), data.get("execute_by")
    only = ONLY.get(result)
    if only is not None and only != meeting.body:
        told = {"result": str(Result(result).label), "body": str(Body(meeting.body).label)}
        raise Refused(Message(w.RESULT_BODY, told))
    if meeting.is_committee and votes is None:
        raise Refused(Message(w.VOTES_NEEDED))
    if votes is not None and votes > (meeting.present_total or 0):
        raise Refused(Message(w.VOTES_MANY, {"votes": votes, "present": meeting.present_total}))
    if by is not None and by < meeting.held_on:
        raise Refused(Message(w.EXECUTE_PAST, {"day": by.isoformat(), "held": meeting.held_on.isoformat()}))
    if meeting.is_committee and by is None:
        by = terms.after(terms.EXECUTE_DUE, meeting.held_on)
    elif not meeting.is_committee:
        votes, by = None, terms.after(terms.ANSWER_DUE, meeting.held_on)
    return {"result": result, "votes_for": votes, "execute_by": by, "concluded_on": meeting.held_on}


def settle(context: Context) -> None:
    """Find what is wrong with the item; if nothing asks for yet another discussion, it heals what earlier ones lacked."""
    item: AgendaItem = context.obj
    defects.check(item.meeting)
    if item.case.judge is not None:
        told = {"case": item.case.number, "meeting": str(Body(item.meeting.body).label)}
        inbox.send(item.case.judge, Message(w.TOLD_CONCLUDED, told))
    rows = MeetingDefect.objects.filter(meeting=item.meeting_id, remedy=Remedy.REDISCUSS)
    if any(row.item_id in (None, item.pk) for row in rows):
        return
    earlier = AgendaItem.objects.filter(
        case=item.case_id, meeting__body=item.meeting.body, state__in=CONCLUDED, voided_at=None, concluded_on__lte=item.concluded_on
    )
    for old in earlier.exclude(pk=item.pk).select_related("meeting"):
        _heal(old, item)


def _heal(old: AgendaItem, new: AgendaItem) -> None:
    from .flows import DEFECT_FLOW, ITEM_FLOW

    asked = MeetingDefect.objects.filter(meeting=old.meeting_id, remedy=Remedy.REDISCUSS, state=DefectState.OPEN)
    of_meeting = [row for row in asked if row.item_id is None]
    own = [row for row in asked if row.item_id == old.pk]
    if not own and not of_meeting:
        return
    ITEM_FLOW.perform(old, "supersede", actor=None)
    if AgendaItem.objects.filter(meeting=old.meeting_id, state__in=CONCLUDED, voided_at=None).exists():
        of_meeting = []  # the rest of the agenda is still to be discussed again
    for row in (*own, *of_meeting):
        DEFECT_FLOW.perform(row, "again", actor=None, data={"again": new.pk})


def within(day: dt.date, first: dt.date) -> dt.date:
    """`day`, which lies between `first` and today. Raises Refused."""
    if not first <= day <= clock.today():
        raise Refused(Message(w.DAY_WRONG, {"day": day.isoformat(), "first": first.isoformat()}))
    return day


def executed(context: Context) -> Mapping[str, Any]:
    """How and when the decision was carried out."""
    day = within(context.data["executed_on"], context.obj.concluded_on)
    return {"execution": context.data["execution"], "executed_on": day}


def answered(context: Context) -> Mapping[str, Any]:
    """What the panel did with the advice, and when."""
    day = within(context.data["answered_on"], context.obj.concluded_on)
    return {"answer": context.data["answer"], "answered_on": day}


def corrected(context: Context) -> Mapping[str, Any]:
    """How the defect was put right."""
    return {"settled_on": clock.today(), "how": context.note[:300]}


def settled(context: Context) -> Mapping[str, Any]:
    """Put right by a fact, or by another discussion."""
    again = context.data.get("again")
    return {"settled_on": clock.today()} | ({"again_id": again} if again else {})


