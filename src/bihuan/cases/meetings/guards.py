"""What stands against a step of a meeting, an item or a defect."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel import clock
from bihuan.kernel.wording import Message
from bihuan.kernel.workflow import Context

from ..models import AgendaItem, Body, DefectState, ItemState, Meeting, MeetingDefect, Remedy
from . import terms
from . import wordings as w


def roll_of(meeting: Meeting) -> tuple[int, int, int]:
    """(members, present, fewest that must be there) as the roll has it now; of a meeting that took place, as it was counted."""
    if meeting.sat:
        return meeting.members_total or 0, meeting.present_total or 0, meeting.least or 0
    present = list(meeting.members.values_list("present", flat=True))
    members = len(present)
    return members, sum(present), terms.least(members, committee=meeting.is_committee, on=meeting.held_on)


def against_quorum(meeting: Meeting) -> Message | None:
    """The refusal below quorum, with the article; None when enough are there."""
    members, present, least = roll_of(meeting)
    if present >= least and members:
        return None
    told: dict[str, Any] = {"meeting": meeting.no, "total": members, "present": present, "least": least}
    if meeting.is_committee:
        return Message(w.QUORUM_COMMITTEE, {**told, "basis": terms.cited(terms.QUORUM, meeting.held_on)})
    basis = _("本院规定的最少到会人数（法发〔2021〕2号第三条）")
    return Message(w.QUORUM_PROFESSIONAL, {**told, "basis": basis})


def day_has_come(context: Context) -> Message | None:
    """Nothing is recorded of a meeting to come."""
    meeting: Meeting = context.obj
    if meeting.held_on > clock.today():
        return Message(w.NOT_YET, {"meeting": meeting.no, "day": meeting.held_on.isoformat()})
    return None


def roll_is_called(context: Context) -> list[Message]:
    """Presence is recorded, with a chair who is there and the grades of all who are."""
    meeting: Meeting = context.obj
    members = list(meeting.members.select_related("person"))
    present = [member for member in members if member.present]
    if not present:
        return [Message(w.NO_ROLL, {"meeting": meeting.no})]
    found = []
    if meeting.chair_id not in {member.person_id for member in present}:
        found.append(Message(w.NO_CHAIR, {"meeting": meeting.no}))
    bare = [str(member.person) for member in present if member.grade is None]
    if bare:
        found.append(Message(w.NO_GRADE, {"names": bare}))
    return found


def has_quorum(context: Context) -> Message | None:
    """Enough members are there."""
    return against_quorum(context.obj)


def lacks_quorum(context: Context) -> Message | None:
    """A meeting fails for want of members only."""
    meeting: Meeting = context.obj
    if against_quorum(meeting) is not None:
        return None
    _members, present, least = roll_of(meeting)
    return Message(w.ENOUGH, {"meeting": meeting.no, "present": present, "least": least})


def has_items(context: Context) -> Message | None:
    """Something to discuss."""
    if context.obj.items.filter(voided_at=None, state=ItemState.LISTED).exists():
        return None
    return Message(w.NO_ITEMS, {"meeting": context.obj.no})


def items_are_done(context: Context) -> Message | None:
    """No item is left without a result."""
    left = context.obj.items.filter(voided_at=None, state=ItemState.LISTED).count()
    return Message(w.ITEMS_OPEN, {"count": left}) if left else None


def meeting_sat(context: Context) -> Message | None:
    """Results are recorded of a meeting that took place; below quorum none can, and the article is named."""
    meeting: Meeting = context.obj.meeting
    if meeting.sat:
        return None
    lacking = against_quorum(meeting) if meeting.state == "failed" or meeting.members.filter(present=True).exists() else None
    return lacking or Message(w.NOT_SAT, {"meeting": meeting.no, "state": str(meeting.get_state_display())})


def nothing_to_repeat(context: Context) -> Message | None:
    """A decision is carried out only if nothing asks for another discussion."""
    item: AgendaItem = context.obj
    rows = MeetingDefect.objects.filter(meeting=item.meeting_id, remedy=Remedy.REDISCUSS, state=DefectState.OPEN)
    held = [str(row.get_code_display()) for row in rows if row.item_id in (None, item.pk)]
    return Message(w.AGAIN_FIRST, {"defects": held}) if held else None


def is_correctable(context: Context) -> Message | None:
    """Some defects are healed by another discussion alone."""
    row: MeetingDefect = context.obj
    if row.remedy == Remedy.CORRECT:
        return None
    told = {"defect": str(row.get_code_display()), "body": str(Body(row.meeting.body).label)}
    return Message(w.CANNOT_CORRECT, told)
