"""What the test court's oversight and reviews are made of; mixed into its `Court`."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from bihuan.cases.models import (
    AccessReason,
    Case,
    CaseReview,
    Meeting,
    Milestone,
    OversightMark,
    OversightMeasure,
    ReadingRecord,
)
from bihuan.cases.opening.services import open_whole
from bihuan.cases.oversight.flows import MARK_FLOW
from bihuan.cases.review.flows import REVIEW_FLOW
from bihuan.cases.review.services import open_review
from bihuan.kernel import clock
from bihuan.kernel.models import Person
from bihuan.kernel.work import unit_of_work

REVIEW_DATA: dict[str, dict[str, Any]] = {
    "self_check": {"self_grade": "qualified"},
    "review": {"proposed": "flawed"},
    "submit": {"proposed": "flawed"},
    "grade": {"grade": "qualified"},
    "decide": {"grade": "flawed"},
}


class Watch:
    """Marks, measures, readings, reviews."""

    if TYPE_CHECKING:
        keeper: Person
        leader: Person
        criminal_head: Person

        def case(self, filed: Any = ..., **values: Any) -> Case: ...
        def hold(self, meeting: Meeting, **roll: Any) -> Meeting: ...
        def meeting(self, body: str = ..., held: Any = ..., *, size: int = ..., cases: Any = ..., **more: Any) -> Meeting: ...
        def _made(self, model: Any, values: dict[str, Any]) -> Any: ...

    def reason(self, person: Person, case: Case, reason: str = "核对结案数据") -> AccessReason:
        """Why the person opens another's case."""
        return open_whole(actor=person, case=case, reason=reason)

    def mark(self, case: Case, state: str = "confirmed", kind: str = "difficult", on: Any = "2026-05-06") -> OversightMark:
        """A mark, proposed by the trial management office, confirmed and ended by the leader on the same day."""
        with clock.simulate(dt.date.fromisoformat(on) if isinstance(on, str) else on):
            given = {"case": case, "kind": kind, "ground": "当事人众多", "proposed_by": self.keeper, "proposed_on": on}
            made: OversightMark = self._made(OversightMark, given)
            steps = {"proposed": (), "declined": ("decline",), "confirmed": ("confirm",), "ended": ("confirm", "end")}[state]
            for step in steps:
                data = {"end_reason": "passed"} if step == "end" else {}
                made = MARK_FLOW.perform(made, step, actor=self.leader, note="情形已消除", data=data)
        return made

    def measure(self, case: Case, kind: str = "report", on: Any = "2026-05-18", **values: Any) -> OversightMeasure:
        """A measure by the leader in charge."""
        given = {"case": case, "kind": kind, "taken_by": self.leader, "taken_on": on, "reference": "平台留痕（虚构）"}
        made: OversightMeasure = self._made(OversightMeasure, given | values)
        return made

    def read(self, case: Case, on: Any = "2026-05-18", **values: Any) -> ReadingRecord:
        """A judgment read by the leader in charge."""
        given = {"case": case, "document": "judgment", "by": self.leader, "sent_on": on, "read_on": on, "outcome": "agreed"}
        made: ReadingRecord = self._made(ReadingRecord, given | values)
        return made

    def review(self, case: Case | None = None, state: str = "opened", *, reviewer: Person | None = None, **more: Any) -> CaseReview:
        """A review, walked to the state: the second head of a division reviews, the office grades."""
        case = case or self.case("2026-01-05", closed_on="2026-03-02", closing_manner="judgment")
        made = open_review(case=case, actor=self.keeper, ground=more.pop("ground", "special"), **more)
        with unit_of_work(None) as uow:
            CaseReview.objects.filter(pk=made.pk).update(reviewer=reviewer or self.criminal_head)
            uow.record("test.made", made, params={"what": "reviewer"})
        made.refresh_from_db()
        order = ["opened", "checked", "reviewed", "answered", "submitted", "graded"]
        for step in ["self_check", "review", "answer", "submit", "decide"][: order.index(state)]:
            made = self.review_step(made, step)
        return made

    def review_step(self, made: CaseReview, step: str, **data: Any) -> CaseReview:
        """One step by whoever takes it."""
        people = {"self_check": made.judge, "answer": made.judge, "review": made.reviewer}
        given = REVIEW_DATA.get(step, {}) | data
        if step == "decide" and "meeting" not in given:
            given["meeting"] = Meeting.objects.filter(body="committee", state="held").first() or self.hold(
                self.meeting(cases=[self.case("2025-06-02")])
            )
        actor = people.get(step, self.keeper)
        done: CaseReview = REVIEW_FLOW.perform(made, step, actor=actor, note="情况属实", data=given)
        return done

    def milestone(self, case: Case | None = None, kind: str = "plan", due: Any = "2026-05-19", **values: Any) -> Milestone:
        """A milestone of a bankruptcy case."""
        given = {"case": case or self.case("2026-01-05", type="破"), "kind": kind, "due_on": due}
        made: Milestone = self._made(Milestone, given | values)
        return made
