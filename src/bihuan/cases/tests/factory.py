"""A small court with cases for tests: facts as the case system would have exported them.

court = Court()                                             # persons, posts, units
case = court.case("2025-01-10", procedure="summary")        # filed on that day, open, due date computed
court.pause(case, "appraisal", "2025-03-01", "2025-04-14")  # computed anew after each fact
court.grant(case, "2025-06-20", decided="2025-07-01", term="6m")
court.receipt("2026-05-06")
"""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from django.test import Client
from django.utils import timezone

from bihuan.cases.clock import refresh
from bihuan.cases.filing import clock as filing_clock
from bihuan.cases.meetings import services
from bihuan.cases.meetings.flows import ITEM_FLOW, MEETING_FLOW
from bihuan.cases.models import (
    AgendaItem,
    Appeal,
    Case,
    CaseGrant,
    CaseParty,
    CasePause,
    CaseTurn,
    FilingComplaint,
    Hearing,
    Meeting,
    Receipt,
    ReceiptSupplement,
    SearchRecord,
)
from bihuan.kernel import clock, log, sources
from bihuan.kernel.models import Assignment, Grant, Lead, Person, Post, Unit
from bihuan.kernel.work import unit_of_work

from .factory_watch import Watch

log.event("test.made", "%(what)s")

TODAY = dt.date(2026, 5, 20)
COURT = "鄂0000"
UNITS = {
    "civil": "民一庭",
    "criminal": "刑庭",
    "enforcement": "执行局",
    "filing": "立案庭",
    "trial": "审管办",
    "stationed": "派驻组",
    "leaders": "院领导",
}
POSTS = {
    "president": ("leaders", "president"),
    "leader": ("leaders", "leader"),
    "head": ("civil", "head"),
    "judge": ("civil", "judge"),
    "second": ("civil", "judge"),
    "assistant": ("civil", "clerk"),
    "office_clerk": ("civil", "dept_clerk"),
    "criminal_head": ("criminal", "head"),
    "criminal_judge": ("criminal", "judge"),
    "enforcer": ("enforcement", "judge"),
    "enforcement_head": ("enforcement", "enforcement_head"),
    "filing_head": ("filing", "filing_head"),
    "filing_judge": ("filing", "judge"),
    "supervisor": ("filing", "filing_supervisor"),
    "keeper": ("trial", "trial_management"),
    "stationed": ("stationed", "stationed_discipline"),
    "member": ("leaders", "committee_member"),
    "committee_secretary": ("trial", "committee_secretary"),
}
START = dt.date(2020, 1, 1)


def day(value: Any) -> Any:
    """A day written as text; anything else as it is."""
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def moment(value: Any) -> Any:
    """A moment written as text ("2026-05-06 09:30", or a day: at nine), aware."""
    if not isinstance(value, str):
        return value
    text = value if len(value) > 10 else f"{value} 09:00"
    return timezone.make_aware(dt.datetime.fromisoformat(text))


class Court(Watch):
    """Persons by name (`court.head`, `court.judge`, `court.keeper` ...), units by code."""

    president: Person
    leader: Person
    head: Person
    judge: Person
    second: Person
    assistant: Person
    office_clerk: Person
    criminal_head: Person
    criminal_judge: Person
    enforcer: Person
    enforcement_head: Person
    filing_head: Person
    filing_judge: Person
    supervisor: Person
    keeper: Person
    stationed: Person
    member: Person
    committee_secretary: Person

    def __init__(self) -> None:
        self.count = 0
        self.on_committee: list[Person] = []
        self.units: dict[str, Unit] = {}
        with unit_of_work(None) as uow:
            for order, (code, name) in enumerate(UNITS.items()):
                self.units[code] = Unit.objects.create(code=code, name=name, order=order)
            for name, (unit, role) in POSTS.items():
                setattr(self, name, self.person(name, unit, role))
            leader = Post.objects.get(role="leader")
            for code in ("civil", "filing"):
                Lead.objects.create(post=leader, unit=self.units[code], starts=START)
            uow.record("test.made", covers=[Unit, Person, Post, Assignment, Lead], params={"what": "court"})

    def person(self, name: str, unit: str, role: str) -> Person:
        """A person with a post."""
        with unit_of_work(None) as uow:
            person: Person = Person.objects.create(username=name, name=name)
            post, _made = Post.objects.get_or_create(unit=self.units[unit], role=role, title=role)
            Assignment.objects.create(person=person, post=post, starts=START)
            uow.record("test.made", person, covers=[Post, Assignment], params={"what": name})
        return person

    def let_see_sealed(self, person: Person) -> None:
        """An explicit grant of the closed track."""
        with unit_of_work(None) as uow:
            made = Grant.objects.create(
                person=person, track="sealed", reason="办案需要", granted_by=self.stationed, starts=START
            )
            uow.record("test.made", made, params={"what": "grant"})
        person.__dict__.pop("_viewer", None)

    def let_be_supervisor(self, person: Person) -> None:
        """A further post among those who watch over filing."""
        with unit_of_work(None) as uow:
            Assignment.objects.create(person=person, post=Post.objects.get(role="filing_supervisor"), starts=START)
            uow.record("test.made", person, covers=[Assignment], params={"what": "supervisor"})
        person.__dict__.pop("_viewer", None)

    def intake(self, cut_off: dt.date = TODAY) -> None:
        """The case data and the receipts are complete up to a day."""
        with unit_of_work(None):
            sources.record_intake("cases", cut_off=cut_off)
            sources.record_intake("filing", cut_off=cut_off)

    def case(self, filed: Any = "2026-03-02", *, type: str = "民初", number: str = "", **values: Any) -> Case:
        """A case of the civil division's judge, ordinary procedure unless said otherwise; closed where `closed_on` is given."""
        self.count += 1
        given: dict[str, Any] = {
            "number": number or f"（{(day(filed) or TODAY).year}）{COURT}{type}{self.count}号",
            "filed_on": day(filed),
            "procedure": "ordinary" if type in {"民初", "刑初", "行初"} else "only",
            "cause": "买卖合同纠纷",
            "parties": f"原告甲{self.count}公司，被告乙{self.count}",
            "division": self.units["civil"],
            "judge": self.judge,
            "judge_name": self.judge.name,
        }
        panel = values.pop("panel", ())
        made = self._made(Case, given | values)
        if panel:
            with unit_of_work(None) as uow:
                made.panel.set(panel)
                uow.record("test.made", made, params={"what": "panel"})
        return self.clocked(made)

    def pause(self, case: Case, ground: str, first: Any, last: Any = None, **values: Any) -> CasePause:
        """Days that are said not to count."""
        made: CasePause = self._made(CasePause, {"case": case, "ground": ground, "first": first, "last": last} | values)
        self.clocked(case)
        return made

    def grant(self, case: Case, applied: Any, *, decided: Any = None, **values: Any) -> CaseGrant:
        """An extension by the president."""
        given = {"case": case, "by": "president", "applied_on": applied, "decided_on": decided}
        made: CaseGrant = self._made(CaseGrant, given | values)
        self.clocked(case)
        return made

    def turn(self, case: Case, to: str, on: Any = None, **values: Any) -> CaseTurn:
        """A conversion of procedure (give `was`) or a restart; the case is then in the procedure converted to."""
        made: CaseTurn = self._made(CaseTurn, {"case": case, "to": to, "on": on} | values)
        if made.kind == "convert":
            with unit_of_work(None) as uow:
                Case.objects.filter(pk=case.pk).update(procedure=to)
                uow.record("test.made", case, params={"what": "procedure"})
        self.clocked(case)
        return made

    def hearing(self, case: Case, at: Any, **values: Any) -> Hearing:
        """A sitting; `adjourned` says why it was put off."""
        made: Hearing = self._made(Hearing, {"case": case, "at": moment(at)} | values)
        self.clocked(case)
        return made

    def appeal(self, case: Case, appealed_on: Any, **values: Any) -> Appeal:
        """An appeal."""
        made: Appeal = self._made(Appeal, {"case": case, "appealed_on": appealed_on} | values)
        return made

    def party(self, case: Case, name: str, role: str = "claimant", **values: Any) -> CaseParty:
        """A party of the case."""
        made: CaseParty = self._made(CaseParty, {"case": case, "name": name, "role": role} | values)
        return made

    def receipt(self, received: Any = "2026-05-06", **values: Any) -> Receipt:
        """A civil complaint received at the window of the filing division, recorded on the last of its days where that is after today."""
        self.count += 1
        given = {
            "receipt_no": f"收{self.count}",
            "kind": "F-01",
            "first_received_at": moment(received),
            "unit": self.units["filing"],
            "person": self.filing_judge,
        }
        row = given | values
        days = [clock.today(), timezone.localtime(row["first_received_at"]).date(), day(row.get("outcome_on"))]
        with clock.simulate(max(one for one in days if one is not None)):
            made: Receipt = self._made(Receipt, row)
        return self.filed(made)

    def supplement(self, receipt: Receipt, notice_on: Any, received_on: Any = None, **values: Any) -> ReceiptSupplement:
        """What was asked to be supplemented."""
        given = {"receipt": receipt, "notice_on": notice_on, "received_on": received_on}
        made: ReceiptSupplement = self._made(ReceiptSupplement, given | values)
        self.filed(receipt)
        return made

    def complaint(self, accepted_on: Any = "2026-05-06", **values: Any) -> FilingComplaint:
        """A complaint about the filing division."""
        self.count += 1
        given = {"no": f"投{self.count}", "accepted_on": accepted_on, "ground": "not_filed", "unit": self.units["filing"]}
        made: FilingComplaint = self._made(FilingComplaint, given | values)
        filing_clock.refresh_complaints([made.pk])
        made.refresh_from_db()
        return made

    def filed(self, receipt: Receipt) -> Receipt:
        """The receipt fresh from the database, its days computed."""
        filing_clock.refresh([receipt.pk])
        receipt.refresh_from_db()
        return receipt

    def search(self, case: Case, searched: Any = "2026-05-11", *, written: Any = "2026-05-12", **values: Any) -> SearchRecord:
        """A full search before a meeting, written into the report; `gate="library"` makes it one of the library."""
        given: dict[str, Any] = {
            "case": case,
            "gate": "full",
            "searched_on": searched,
            "by": case.judge or self.judge,
            "platform": "library",
            "method": "keywords",
            "terms": "买卖合同 逾期付款 违约金",
            "result": "none",
        }
        given |= {"ground": "meeting", "written_on": written} if values.get("gate", "full") == "full" else {}
        made: SearchRecord = self._made(SearchRecord, given | values)
        return made

    def committee(self, size: int = 5) -> list[Person]:
        """So many members of the committee, the president among them; the president is of the highest grade."""
        known = self.on_committee or [self.president, self.member]
        while len(known) < size:
            known.append(self.person(f"member{len(known)}", "leaders", "committee_member"))
        self.on_committee = known
        with unit_of_work(None) as uow:
            post, _made = Post.objects.get_or_create(unit=self.units["leaders"], role="committee_member", title="committee_member")
            Assignment.objects.get_or_create(person=self.president, post=post, defaults={"starts": START})
            uow.record("test.made", self.president, covers=[Post, Assignment], params={"what": "committee"})
        return known[:size]

    def meeting(self, body: str = "committee", held: Any = "2026-05-14", *, size: int = 5, cases: Any = (), **more: Any) -> Meeting:
        """A planned meeting with its roll prefilled and the cases on its agenda, searched for where they were not."""
        self.count += 1
        people = self.committee(size) if body == "committee" else [self.head, self.judge, self.second, self.criminal_judge, self.enforcer]
        made = services.convene(
            actor=self.committee_secretary, body=body, no=f"第{self.count}次", held_on=day(held), persons=people[:size]
        )
        for case in cases:
            self.listed(made, case, **more)
        return made

    def listed(self, meeting: Meeting, case: Case, *, report: Any = b"report", **more: Any) -> AgendaItem:
        """A case on the agenda."""
        if services.search_for(case) is None:
            self.search(case, day(max(case.filed_on, dt.date(2026, 5, 4))), written="2026-05-12")
        if meeting.is_committee:
            more = {"prior_exempt": "special"} | more
        file = io.BytesIO(report) if report else None
        trigger = "ten_months" if meeting.is_committee else "six_months"
        return services.list_case(actor=self.committee_secretary, meeting=meeting, case=case, trigger=trigger, report=file, **more)

    def roll(self, meeting: Meeting, *, present: int | None = None, chair_first: bool = False, **more: Any) -> Meeting:
        """Call the roll: the lowest speak first, the chair last; `present` of them are there, the chair among these."""
        members = list(meeting.members.select_related("person").order_by("pk"))
        chair = self.president if meeting.is_committee else self.head
        members.sort(key=lambda m: m.person_id != chair.pk)
        there = members[: len(members) if present is None else present]
        rows = {}
        for rank, member in enumerate(members):
            is_there = member in there
            last = (1 if rank == 0 else rank + 1) if chair_first else len(there) - rank
            rows[member.pk] = services.Row(
                grade=5 + rank, present=is_there, spoke_order=last if is_there else None, gave_reason=is_there
            )
        return services.call_roll(actor=self.committee_secretary, meeting=meeting, rows=rows, chair=chair if there else None, **more)

    def hold(self, meeting: Meeting, **roll: Any) -> Meeting:
        """Call the roll and open the meeting."""
        held: Meeting = MEETING_FLOW.perform(self.roll(meeting, **roll), "hold", actor=self.committee_secretary)
        return held

    def conclude(self, item: AgendaItem, result: str = "agreed", votes: int | None = 5) -> AgendaItem:
        """Record what came of an item."""
        item.refresh_from_db()
        data = {"result": result} | ({"votes_for": votes} if item.meeting.is_committee else {})
        done: AgendaItem = ITEM_FLOW.perform(item, "conclude", actor=self.committee_secretary, data=data)
        return done

    def clocked(self, case: Case) -> Case:
        """The case fresh from the database, its days computed."""
        refresh([case.pk])
        case.refresh_from_db()
        return case

    def _made(self, model: Any, values: dict[str, Any]) -> Any:
        """A row, cleaned as an import would, written in a unit of work."""
        days = {"DateField"}
        for name, value in values.items():
            if model._meta.get_field(name).get_internal_type() in days:
                values[name] = day(value)
        row = model(**values)
        row.clean()
        with unit_of_work(None) as uow:
            row.save(force_insert=True)
            uow.record("test.made", row, params={"what": str(model._meta.label)})
        return row


def signed_in(person: Person) -> Any:
    """A browser of the person's, on the business day of the tests."""
    client = Client()
    client.force_login(Person.objects.get(pk=person.pk))
    session = client.session
    session["simulated_day"] = clock.today().isoformat()
    session.save()
    return client
