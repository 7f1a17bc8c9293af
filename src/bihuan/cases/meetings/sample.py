"""Meetings of the demo court over cases that are there: what every situation looks like, each once, all of it fictional.

`fill` walks through eight open cases past the thresholds: a committee meeting without quorum, one held with a defect to be corrected, one
whose vote must be repeated and is, advice answered and advice still waited for, and one meeting being planned. Two cases at the end are left
to the list: one searched for but not in its report, one not searched for at all.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence

from bihuan.kernel import clock
from bihuan.kernel.ledger.service import create
from bihuan.kernel.models import Person
from bihuan.law.calendar import current_calendar

from ..models import Body, Case, Meeting, Trigger
from . import services
from .flows import ITEM_FLOW, MEETING_FLOW
from .searches import SEARCHES

CASES = 8
"""So many cases are needed, in the order in which they are used."""


def _workday(on: dt.date, back: int) -> dt.date:
    return current_calendar().add_workdays(on, -back)


def search(case: Case, on: dt.date, *, written: bool = True) -> None:
    """A full search by the judge in charge, written into the report on the same day."""
    create(
        SEARCHES, actor=None, values={
            "case": case, "gate": "full", "ground": "meeting", "searched_on": on, "by": case.judge, "platform": "library",
            "method": "keywords", "terms": f"{case.cause or '—'}", "result": "none",
            "written_on": on if written else None,
        },
    )  # fmt: skip


class Meetings:
    """The demo's meetings, kept by `secretary`; `professional` are the judges asked to the advising one."""

    def __init__(self, secretary: Person, professional: Sequence[Person], year: int) -> None:
        self.secretary, self.professional, self.year = secretary, list(professional), year
        self.count = {Body.COMMITTEE: 0, Body.PROFESSIONAL: 0}

    def convene(self, body: Body, on: dt.date, cases: Sequence[Case], *, report: bool = True) -> Meeting:
        """Plan a meeting and put the cases on its agenda."""
        self.count[body] += 1
        short = "审委会" if body is Body.COMMITTEE else "专业法官会议"
        made = services.convene(
            actor=self.secretary, body=body, no=f"{short}〔{self.year}〕第{self.count[body]}次", held_on=on, persons=self.professional
        )
        trigger = Trigger.TEN_MONTHS if body is Body.COMMITTEE else Trigger.SIX_MONTHS
        for case in cases:
            paper = io.BytesIO(f"{case.number} 审理报告".encode()) if report else None
            services.list_case(actor=self.secretary, meeting=made, case=case, trigger=trigger, report=paper, report_on=on)
        return made

    def roll(self, meeting: Meeting, chair: Person, absent: int = 0) -> Meeting:
        """Call the roll in good order: the lowest grade first, the chair last; the last `absent` of the members are away."""
        members = list(meeting.members.order_by("pk"))
        grades = {m.pk: m.grade or min(6 + place, 12) for place, m in enumerate(members)}
        members.sort(key=lambda m: (m.person_id != chair.pk, grades[m.pk], m.pk))
        there = len(members) - absent
        rows = {m.pk: self._row(grades[m.pk], rank, there) for rank, m in enumerate(members)}
        return services.call_roll(actor=self.secretary, meeting=meeting, rows=rows, chair=chair)

    def _row(self, grade: int, rank: int, there: int) -> services.Row:
        present = rank < there
        return services.Row(grade=grade, present=present, spoke_order=there - rank if present else None, gave_reason=present)

    def hold(self, meeting: Meeting, chair: Person, absent: int = 0) -> Meeting:
        """Call the roll and open the meeting."""
        held: Meeting = MEETING_FLOW.perform(self.roll(meeting, chair, absent), "hold", actor=self.secretary)
        return held

    def conclude(self, meeting: Meeting, result: str, votes: int | None = None) -> None:
        """Record the same result for every item."""
        for item in meeting.items.select_related("meeting", "case").order_by("place"):
            ITEM_FLOW.perform(item, "conclude", actor=self.secretary, data={"result": result, "votes_for": votes})

    def close(self, meeting: Meeting, on: dt.date) -> None:
        """File the minutes, signed by all who were there."""
        meeting.refresh_from_db()
        paper = io.BytesIO(f"{meeting.no} 会议记录".encode())
        MEETING_FLOW.perform(meeting, "minute", actor=self.secretary, data={"minutes": paper})
        services.sign(actor=self.secretary, meeting=meeting, members=meeting.members.filter(present=True), on=on)


def fill(
    *, secretary: Person, president: Person, head: Person, professional: Sequence[Person], cases: Sequence[Case], as_of: dt.date
) -> None:
    """Write the meetings as of `as_of`. `cases` are open, past both thresholds, each with a judge; `head` chairs the advising meeting."""
    if len(cases) < CASES:
        raise ValueError(f"the sample's meetings need {CASES} cases, {len(cases)} were given")
    first, second, third, fourth, fifth, sixth, seventh, _eighth = cases[:CASES]
    kept = Meetings(secretary, professional, as_of.year)
    days = [_workday(as_of, back) for back in (40, 32, 26, 20, 12, 4)]
    with clock.simulate(_workday(as_of, 45)):
        for case in (first, second, third, fourth, fifth):
            search(case, _workday(as_of, 47))
    with clock.simulate(days[0]):  # advice, answered and not
        advised = kept.hold(kept.convene(Body.PROFESSIONAL, days[0], [first, second, third, fourth]), head)
        kept.conclude(advised, "speed_up")
        kept.close(advised, days[0])
        for item in advised.items.order_by("place")[:3]:
            ITEM_FLOW.perform(item, "answer", actor=item.case.judge, data={"answer": "taken", "answered_on": days[0]})
    with clock.simulate(days[1]):  # not enough came
        failed = kept.convene(Body.COMMITTEE, days[1], [first, second])
        total = failed.members.count()
        MEETING_FLOW.perform(kept.roll(failed, president, absent=total - total // 2), "fail", actor=secretary)
    with clock.simulate(days[2]):  # held, carried out
        held = kept.hold(kept.convene(Body.COMMITTEE, days[2], [first]), president)
        kept.conclude(held, "agreed", held.present_total)
        kept.close(held, days[2])
        item = held.items.get()
        if not held.defects.filter(remedy="rediscuss").exists():
            ITEM_FLOW.perform(item, "execute", actor=item.case.judge, data={"execution": "procedure", "executed_on": days[2]})
    with clock.simulate(days[3]):  # no majority of all members
        short = kept.hold(kept.convene(Body.COMMITTEE, days[3], [second, third]), president, absent=1)
        kept.conclude(short, "agreed", (short.members_total or 0) // 2)
        kept.close(short, days[3])
    with clock.simulate(days[4]):  # one of them again; and one without advice before, which stays to be corrected
        again = kept.hold(kept.convene(Body.COMMITTEE, days[4], [second, fifth]), president)
        kept.conclude(again, "speed_up", again.present_total)
        kept.close(again, days[4])
    with clock.simulate(days[5]):
        search(sixth, days[5])
        search(seventh, days[5], written=False)
    with clock.simulate(as_of):
        kept.convene(Body.COMMITTEE, current_calendar().add_workdays(as_of, 3), [third, sixth], report=False)
