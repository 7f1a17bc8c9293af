"""What is wrong with a meeting, found from the facts alone: nobody enters a defect, and nobody takes one away.

`find` says what is wrong as the facts stand; `check` writes what is new and settles what a later fact put right (minutes that came
in, signatures). Everything else waits for a correction or another discussion.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from bihuan.kernel import clock
from bihuan.kernel.models import Assignment
from bihuan.kernel.work import unit_of_work

from ..models import CONCLUDED, SAT, AgendaItem, DefectCode, Meeting, MeetingDefect, MeetingMember, Remedy
from . import terms

BY_FACTS = (DefectCode.MINUTES_MISSING, DefectCode.UNSIGNED)
"""Defects that a later fact settles: what was late came in."""
ALWAYS_CORRECT = {DefectCode.COMPOSITION_EVEN, DefectCode.PRIOR_MISSING, *BY_FACTS}


@dataclass(frozen=True)
class Found:
    """One defect as found: about the meeting, or one item of it."""

    code: DefectCode
    detail: dict[str, Any]
    basis: str
    item: AgendaItem | None = None

    def remedy(self, committee: bool) -> Remedy:
        """What it asks for: what touches how the committee came to its decision asks for another discussion."""
        return Remedy.REDISCUSS if committee and self.code not in ALWAYS_CORRECT else Remedy.CORRECT


def find(meeting: Meeting, on: dt.date) -> list[Found]:
    """All that is wrong with a meeting that took place, as of a day."""
    if not meeting.sat:
        return []
    members = list(meeting.members.select_related("person").order_by("pk"))
    items = list(meeting.items.filter(voided_at=None, state__in=CONCLUDED).select_related("search"))
    found = [*_body(meeting), *_speaking(meeting, members), *_minutes(meeting, members, on)]
    for item in items:
        found.extend(_item(meeting, item))
    return found


def _body(meeting: Meeting) -> Iterator[Found]:
    day, committee = meeting.held_on, meeting.is_committee
    total = meeting.members_total or 0
    if committee and total % 2 == 0 and terms.applies(terms.COMPOSITION, day):
        yield Found(DefectCode.COMPOSITION_EVEN, {"total": total}, terms.COMPOSITION)
    rule = terms.CHAIR if committee else terms.PROFESSIONAL_CHAIR
    if terms.applies(rule, day) and not _may_chair(meeting):
        yield Found(DefectCode.CHAIR_WRONG, {"chair": str(meeting.chair)}, rule)


def _may_chair(meeting: Meeting) -> bool:
    held = Assignment.objects.filter(Assignment.on(meeting.held_on), person=meeting.chair_id)
    roles = set(held.values_list("post__role", flat=True))
    if meeting.is_committee:
        return "president" in roles or (meeting.delegated and "leader" in roles)
    return bool(roles & {"president", "leader", "head", "filing_head", "enforcement_head"})


def _speaking(meeting: Meeting, members: Iterable[MeetingMember]) -> Iterator[Found]:
    rule = terms.ORDER[meeting.is_committee]
    if not terms.applies(rule, meeting.held_on):
        return
    present = [member for member in members if member.present]
    silent = [str(member.person) for member in present if member.spoke_order is None]
    if silent:
        yield Found(DefectCode.NOT_SPOKEN, {"names": silent}, rule)
    bare = [str(m.person) for m in present if m.spoke_order is not None and not m.gave_reason]
    if bare:
        yield Found(DefectCode.REASON_MISSING, {"names": bare}, rule)
    spoke = sorted((m for m in present if m.spoke_order is not None), key=lambda m: m.spoke_order or 0)
    others = [m for m in spoke if m.person_id != meeting.chair_id]
    for first, second in pairwise(others):
        if lower(second, first):
            yield Found(DefectCode.ORDER_WRONG, {"first": str(first.person), "second": str(second.person)}, rule)
            break
    chair = next((m for m in spoke if m.person_id == meeting.chair_id), None)
    if chair is not None and spoke[-1] is not chair:
        later = sum(1 for m in spoke if (m.spoke_order or 0) > (chair.spoke_order or 0))
        yield Found(DefectCode.CHAIR_NOT_LAST, {"chair": str(chair.person), "count": later}, rule)


def lower(one: MeetingMember, other: MeetingMember) -> bool:
    """Whether `one` is to speak before `other`: of a lower grade, or of the same for a shorter time (where both days are known)."""
    if one.grade != other.grade:
        return (one.grade or 0) > (other.grade or 0)
    return one.grade_since is not None and other.grade_since is not None and one.grade_since > other.grade_since


def _minutes(meeting: Meeting, members: Iterable[MeetingMember], on: dt.date) -> Iterator[Found]:
    rule = terms.MINUTES[meeting.is_committee]
    if not terms.applies(rule, meeting.held_on):
        return
    due = terms.after(terms.MINUTES_DUE, meeting.held_on)
    if on <= due:
        return
    if not meeting.minutes_sm3:
        yield Found(DefectCode.MINUTES_MISSING, {"due": due.isoformat()}, rule)
    unsigned = [str(m.person) for m in members if m.present and m.signed_on is None]
    if unsigned:
        yield Found(DefectCode.UNSIGNED, {"due": due.isoformat(), "names": unsigned}, rule)


def _item(meeting: Meeting, item: AgendaItem) -> Iterator[Found]:
    day, committee, total = meeting.held_on, meeting.is_committee, meeting.members_total or 0
    if committee and terms.applies(terms.MAJORITY, day):
        needed = terms.majority(total, day)
        if (item.votes_for or 0) < needed:
            told = {"votes": item.votes_for, "total": total, "least": needed}
            yield Found(DefectCode.NO_MAJORITY, told, terms.MAJORITY, item)
    if not item.report_sm3 and terms.applies(terms.REPORT[committee], day):
        yield Found(DefectCode.REPORT_MISSING, {}, terms.REPORT[committee], item)
    search = item.search
    if search.is_void or search.written_on is None or search.written_on > day:
        yield Found(DefectCode.SEARCH_LOST, {"day": search.searched_on.isoformat()}, terms.SEARCH, item)
    if committee and item.prior_id is None and not item.prior_exempt and terms.applies(terms.PRIOR, day):
        yield Found(DefectCode.PRIOR_MISSING, {}, terms.PRIOR, item)


def check(meeting: Meeting, on: dt.date | None = None) -> int:
    """Record what is newly wrong and settle what a fact put right; returns how many were found anew. Safe to repeat."""
    from .flows import DEFECT_FLOW

    day = on or clock.today()
    known = {(row.item_id, row.code): row for row in meeting.defects.all()}
    wrong = {(one.item.pk if one.item else None, one.code): one for one in find(meeting, day)}
    new = [one for key, one in wrong.items() if key not in known]
    healed = [row for key, row in known.items() if row.state == "open" and row.code in BY_FACTS and key not in wrong]
    if not new and not healed:
        return 0
    with unit_of_work(None, job="meetings") as uow:
        for one in new:
            MeetingDefect.objects.create(
                meeting=meeting, item=one.item, code=one.code, detail=one.detail, basis=one.basis,
                remedy=one.remedy(meeting.is_committee), found_on=day, due_on=terms.after(terms.DEFECT_DUE, day),
            )  # fmt: skip
        if new:
            told = {"meeting": meeting.no, "found": len(new)}
            uow.record("cases.meeting.defects", meeting, params=told, covers=[MeetingDefect])
        for row in healed:
            DEFECT_FLOW.perform(row, "facts", actor=None)
    return len(new)


def watch(on: dt.date) -> int:
    """Before a patrol: what has become wrong since. Meetings of the last year whose minutes or signatures may still be missing, or
    whose searches were voided.
    """
    rows = Meeting.objects.filter(state__in=SAT, held_on__gt=on - dt.timedelta(days=366))
    late = rows.filter(minutes_sm3="") | rows.filter(members__present=True, members__signed_on__isnull=True)
    waiting = late | rows.filter(items__search__voided_at__isnull=False)
    return sum(check(meeting, on) for meeting in waiting.distinct().select_related("chair").order_by("pk"))
