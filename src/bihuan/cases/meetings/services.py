"""Writes of meetings: convening, the roll, putting a case on the agenda, signatures. Steps are taken through the flows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError
from django.db.models import F, Max

from bihuan.kernel import access, clock, inbox, org
from bihuan.kernel.errors import Refused, Stale
from bihuan.kernel.files.inspection import digests
from bihuan.kernel.models import Person
from bihuan.kernel.wording import Message
from bihuan.kernel.work import unit_of_work
from bihuan.kernel.workflow import CHANGED

from .. import actions as a
from ..models import AgendaItem, Body, Case, ItemState, Meeting, MeetingMember, SearchGate, SearchRecord
from . import defects, terms
from . import wordings as w
from .queries import standing

Actor = Person | None
MEMBER_ROLE = "committee_member"


@dataclass(frozen=True)
class Row:
    """What the roll says of one member."""

    grade: int | None = None
    grade_since: dt.date | None = None
    present: bool = False
    spoke_order: int | None = None
    gave_reason: bool = False


def convene(*, actor: Actor, body: str, no: str, held_on: dt.date, persons: Iterable[Person] = ()) -> Meeting:
    """Plan a meeting. The committee's members are those who hold the office on the day; `persons` are the judges asked to the
    other. Grades are taken from each person's last meeting. Raises NotAllowed, Refused (number taken, nobody).
    """
    access.require(actor, a.MEETING)
    people = list(dict.fromkeys(org.holders(MEMBER_ROLE, held_on) if body == Body.COMMITTEE else persons))
    if not people:
        raise Refused(Message(w.NOBODY))
    if Meeting.objects.filter(no=no.strip()).exists():
        raise Refused(Message(w.NUMBER_TAKEN, {"no": no}))
    known = _last_grades(people)
    try:
        with unit_of_work(actor) as uow:
            made: Meeting = Meeting.objects.create(body=body, no=no.strip(), held_on=held_on, recorded_by=actor)
            for person in people:
                grade, since = known.get(person.pk, (None, None))
                MeetingMember.objects.create(meeting=made, person=person, grade=grade, grade_since=since)
            told = {"meeting": made.no, "day": held_on, "members": len(people)}
            uow.record("cases.meeting.convened", made, params=told, covers=[MeetingMember])
    except IntegrityError as error:
        raise Refused(Message(w.NUMBER_TAKEN, {"no": no})) from error
    return made


def _last_grades(people: Sequence[Person]) -> dict[int, tuple[int | None, dt.date | None]]:
    rows = MeetingMember.objects.filter(person__in=people, grade__isnull=False).order_by("meeting__held_on", "pk")
    return {row.person_id: (row.grade, row.grade_since) for row in rows}


def call_roll(
    *, actor: Actor, meeting: Meeting, rows: Mapping[int, Row], chair: Person | None, delegated: bool = False,
    more: Iterable[Person] = (),
) -> Meeting:  # fmt: skip
    """Record who was there, in which order they spoke and whether they gave a reason; `rows` by member row, `more` are judges who
    came besides. Only until the meeting is opened. Raises NotAllowed, Refused (closed, order twice, an absent one spoke), Stale.
    """
    access.require(actor, a.MEETING, meeting)
    require_planned(meeting)
    members = {member.pk: member for member in meeting.members.select_related("person")}
    _check_roll(members, rows, chair)
    with unit_of_work(actor) as uow:
        moved = Meeting.objects.filter(pk=meeting.pk, state="planned", revision=meeting.revision)
        if not moved.update(chair=chair, delegated=delegated, revision=F("revision") + 1):
            raise Stale(Message(CHANGED))
        MeetingMember.objects.filter(meeting=meeting).update(spoke_order=None)  # so that two may change places
        for pk, row in rows.items():
            MeetingMember.objects.filter(pk=pk, meeting=meeting).update(
                grade=row.grade, grade_since=row.grade_since, present=row.present, spoke_order=row.spoke_order,
                gave_reason=row.gave_reason, revision=F("revision") + 1,
            )  # fmt: skip
        if not meeting.is_committee:
            there = {member.person_id for member in members.values()}
            for person in more:
                if person.pk not in there:
                    MeetingMember.objects.create(meeting=meeting, person=person)
        told = {"meeting": meeting.no, "present": sum(row.present for row in rows.values())}
        uow.record("cases.meeting.rolled", meeting, params=told, covers=[MeetingMember])
    meeting.refresh_from_db()
    return meeting


def _check_roll(members: Mapping[int, MeetingMember], rows: Mapping[int, Row], chair: Person | None) -> None:
    wrong: list[Message] = []
    orders = [row.spoke_order for row in rows.values() if row.spoke_order is not None]
    wrong += [Message(w.ORDER_TWICE, {"order": n}) for n in sorted({n for n in orders if orders.count(n) > 1})]
    for pk, row in rows.items():
        if not row.present and (row.spoke_order is not None or row.gave_reason):
            wrong.append(Message(w.ABSENT_SPOKE, {"name": str(members[pk].person)}))
    there = {members[pk].person_id for pk, row in rows.items() if row.present}
    if chair is not None and chair.pk not in there:
        wrong.append(Message(w.CHAIR_ABSENT, {"name": str(chair)}))
    if wrong:
        raise Refused(wrong)


def search_for(case: Case) -> SearchRecord | None:
    """The newest full search of the case that was written into its report."""
    rows = SearchRecord.objects.filter(case=case, gate=SearchGate.FULL, voided_at=None, written_on__lte=clock.today())
    found: SearchRecord | None = rows.order_by("-searched_on", "-pk").first()
    return found


def prior_of(case: Case) -> AgendaItem | None:
    """The case's last item before the professional judges' meeting that stands."""
    rows = standing().filter(case=case, meeting__body=Body.PROFESSIONAL)
    found: AgendaItem | None = rows.order_by("-meeting__held_on", "-pk").first()
    return found


def against_listing(case: Case, meeting: Meeting) -> list[Message]:
    """Why the case cannot be put on the agenda of the meeting."""
    found = []
    if meeting.state != "planned":
        found.append(Message(w.ROLL_CLOSED, {"meeting": meeting.no, "state": str(meeting.get_state_display())}))
    if case.closed_on is not None:
        found.append(Message(w.CASE_CLOSED, {"case": case.number, "day": case.closed_on.isoformat()}))
    if search_for(case) is None:
        basis = terms.cited(terms.SEARCH, max(meeting.held_on, clock.today()))
        found.append(Message(w.NO_SEARCH, {"case": case.number, "basis": basis}))
    waiting = AgendaItem.objects.filter(
        case=case, meeting__body=meeting.body, state=ItemState.LISTED, voided_at=None
    ).select_related("meeting").first()  # fmt: skip
    if waiting is not None:
        found.append(Message(w.LISTED_ALREADY, {"case": case.number, "meeting": waiting.meeting.no}))
    return found


def list_case(
    *, actor: Actor, meeting: Meeting, case: Case, trigger: str, report: Any = None, report_on: dt.date | None = None,
    prior_exempt: str = "",
) -> AgendaItem:  # fmt: skip
    """Put a case on the agenda. A case without a search written into its report is refused; `report` is the hearing report, of
    which the digest is kept. Raises NotAllowed, Refused.
    """
    access.require(actor, a.MEETING, meeting)
    with unit_of_work(actor) as uow:
        meeting = Meeting.objects.select_for_update(of=("self",), no_key=True).get(pk=meeting.pk)
        against, search = against_listing(case, meeting), search_for(case)
        if against or search is None:
            raise Refused(against)
        place = (meeting.items.aggregate(n=Max("place"))["n"] or 0) + 1
        made: AgendaItem = AgendaItem.objects.create(
            meeting=meeting, case=case, place=place, trigger=trigger, search=search,
            report_sm3=digests(report)[1] if report is not None else "", report_on=report_on,
            prior=prior_of(case) if meeting.is_committee else None, prior_exempt=prior_exempt if meeting.is_committee else "",
        )  # fmt: skip
        uow.record("cases.meeting.listed", made, params={"meeting": meeting.no, "case": case.number})
        if case.judge is not None:
            told = {"case": case.number, "day": meeting.held_on.isoformat(), "meeting": str(Body(meeting.body).label)}
            inbox.send(case.judge, Message(w.TOLD_LISTED, told))
    return made


def sign(*, actor: Actor, meeting: Meeting, members: Iterable[MeetingMember], on: dt.date) -> Meeting:
    """Record whose signature stands under the minutes. What was signed stays signed. Raises NotAllowed, Refused."""
    access.require(actor, a.MEETING, meeting)
    chosen = list(members)
    if not meeting.sat:
        raise Refused(Message(w.NOT_SAT, {"meeting": meeting.no, "state": str(meeting.get_state_display())}))
    absent = [str(member.person) for member in chosen if not member.present]
    if absent:
        raise Refused(Message(w.NOT_PRESENT, {"names": absent}))
    if not meeting.held_on <= on <= clock.today():
        raise Refused(Message(w.DAY_WRONG, {"day": on.isoformat(), "first": meeting.held_on.isoformat()}))
    with unit_of_work(actor) as uow:
        rows = MeetingMember.objects.filter(meeting=meeting, pk__in=[m.pk for m in chosen], signed_on=None)
        count = rows.update(signed_on=on, revision=F("revision") + 1)
        uow.record("cases.meeting.signed", meeting, params={"meeting": meeting.no, "count": count}, covers=[MeetingMember])
        defects.check(meeting)
    return meeting


def require_planned(meeting: Meeting) -> None:
    """Raise Refused once the roll is closed."""
    if meeting.state != "planned":
        raise Refused(Message(w.ROLL_CLOSED, {"meeting": meeting.no, "state": str(meeting.get_state_display())}))
