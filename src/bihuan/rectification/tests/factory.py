"""A small court for tests, and short ways to an item in any state. Every step goes through the services.

court = Court()                       # persons, posts, one round
measure = court.measure()             # of a draft plan
attempt = court.approved()            # its plan approved
attempt = court.at("verified")        # any state of the attempt flow
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from bihuan.kernel import clock, evidence, log, sources
from bihuan.kernel.models import Assignment, Lead, Person, Post, Unit
from bihuan.kernel.work import unit_of_work
from bihuan.rectification import services as s
from bihuan.rectification.models import (
    Attempt,
    Figure,
    InspectionRound,
    Measure,
    PartyGroupMeeting,
    Problem,
    ProblemKind,
)
from tests.support.again import written

log.event("test.made", "%(what)s")

FEEDBACK = dt.date(2026, 1, 12)
APPROVED = dt.date(2026, 2, 10)
TODAY = dt.date(2026, 5, 20)

UNITS = {
    "civil": "民一庭",
    "filing": "立案庭",
    "inspection": "督察室",
    "committee": "机关党委",
    "rectify": "整改办",
    "office": "办公室",
    "stationed": "派驻组",
    "trial": "审管办",
    "leaders": "院领导",
}
POSTS = {
    "president": ("leaders", "president"),
    "leader": ("leaders", "leader"),
    "head": ("civil", "head"),
    "judge": ("civil", "judge"),
    "clerk": ("civil", "dept_clerk"),
    "stranger": ("filing", "filing_head"),
    "inspector": ("inspection", "inspection_office"),
    "disciplinarian": ("committee", "party_discipline"),
    "rectifier": ("rectify", "rectification_office"),
    "secretary": ("office", "office"),
    "stationed": ("stationed", "stationed_discipline"),
    "keeper": ("trial", "trial_management"),
    "political": ("leaders", "political"),
}
WAY = ("start", "apply", "head_pass", "leader_pass", "verify_pass", "decide", "external_accept")
STATES = {
    "not_started": 0,
    "in_progress": 1,
    "applied": 2,
    "head_passed": 3,
    "leader_passed": 4,
    "verified": 5,
    "internally_closed": 6,
    "accepted": 7,
}
ONSITE: tuple[str, Mapping[str, Any]] = ("onsite_check", {})


class Court:
    """Persons by role name (`court.head`, `court.inspector` ...), units by name, and a round."""

    president: Person
    leader: Person
    head: Person
    judge: Person
    clerk: Person
    stranger: Person
    inspector: Person
    disciplinarian: Person
    rectifier: Person
    secretary: Person
    stationed: Person
    keeper: Person
    political: Person

    @written
    def __init__(self) -> None:
        self.count = 0
        self.units: dict[str, Unit] = {}
        with unit_of_work(None) as uow:
            for order, (code, name) in enumerate(UNITS.items()):
                self.units[code] = Unit.objects.create(code=code, name=name, order=order)
            for name, (unit, role) in POSTS.items():
                setattr(self, name, self.person(name, unit, role))
            post = Post.objects.get(role="leader")
            for code in ("civil", "filing", "inspection"):
                Lead.objects.create(post=post, unit=self.units[code], starts=dt.date(2020, 1, 1))
            uow.record("test.made", covers=[Unit, Person, Post, Assignment, Lead], params={"what": "court"})

    def person(self, name: str, unit: str, role: str) -> Person:
        """A person with a post."""
        with unit_of_work(None) as uow:
            person: Person = Person.objects.create(username=name, name=name)
            post, _made = Post.objects.get_or_create(unit=self.units[unit], role=role, title=role)
            Assignment.objects.create(person=person, post=post, starts=dt.date(2020, 1, 1))
            uow.record("test.made", person, covers=[Post, Assignment], params={"what": name})
        return person

    @cached_property
    @written
    def round(self) -> InspectionRound:
        """The round, its plan a draft."""
        return self._new_round()

    def _new_round(self) -> InspectionRound:
        self.count += 1
        given = {"name": "2026 年巡察", "body": "市委第一巡察组", "feedback_on": FEEDBACK}
        return s.create_round(actor=self.rectifier, code=f"2026-{self.count}", **given)

    @written
    def problem(self, kind: str = ProblemKind.CONCENTRATED, **more: Any) -> Problem:
        """A problem of the draft plan."""
        self.count += 1
        given = {"title": "办案时限管理不严", "verbatim": "部分案件办理时限管理不严。"} | more
        return s.create_problem(actor=self.rectifier, round=self.round, code=f"二-{self.count}", kind=kind, **given)

    def measure(
        self,
        problem: Problem | None = None,
        criteria: Iterable[tuple[str, Mapping[str, Any]]] = (ONSITE,),
        unit: str = "civil",
        **more: Any,
    ) -> Measure:
        """A measure of the draft plan, owned by the civil division."""
        self.count += 1
        given: dict[str, Any] = {
            "text": "逐案核查并建立节点提醒",
            "due": dt.date(2026, 6, 30),
            "starts": dt.date(2026, 2, 1),
            "completion_standard": "超期案件清零",
            "leader": self.leader,
            "person": self.judge,
        }
        return s.create_measure(
            actor=self.rectifier,
            problem=problem or self.problem(),
            code=f"M{self.count}",
            lead_unit=self.units[unit],
            criteria=criteria,
            **(given | more),
        )

    @written
    def approve(self) -> InspectionRound:
        """Submit and approve the plan on the day of approval."""
        with clock.simulate(APPROVED):
            s.submit_plan(actor=self.rectifier, round=self.round)
            s.approve_plan(actor=self.president, round=self.round)
        return self.round

    @written
    def approved(self, **more: Any) -> Attempt:
        """The first attempt of a new measure whose plan was approved (in a round of its own after the first)."""
        if self.round.state != "draft":
            self.__dict__["round"] = self._new_round()
        measure = self.measure(**more)
        self.approve()
        return self.attempt(measure)

    def attempt(self, measure: Measure) -> Attempt:
        """The newest attempt of a measure, fresh."""
        found: Attempt = Attempt.objects.filter(measure=measure).order_by("-number")[0]
        return found

    def file(self, measure: Measure, kind: str = "statistics", day: dt.date | None = None) -> None:
        """Evidence for a measure, by its clerk."""
        self.count += 1
        evidence.add(
            actor=self.clerk,
            obj=measure,
            file=io.BytesIO(f"结案统计第 {self.count} 份".encode()),
            filename="结案统计.txt",
            kind=kind,
            title="结案统计",
            effective_on=day or clock.today(),
        )

    def check_on_site(self, attempt: Attempt, by: Person | None = None, result: str = "passed") -> None:
        """An on-site check."""
        s.record_verification(
            actor=by or self.inspector, attempt=attempt, result=result, method="查阅卷宗、现场核对", note="逐案核对"
        )

    @written
    def meeting(self, no: str = "", day: dt.date | None = None) -> PartyGroupMeeting:
        """A party group meeting today."""
        self.count += 1
        return s.record_meeting(
            actor=self.secretary, held_on=day or clock.today(), minutes_no=no or f"纪要〔2026〕{self.count}号"
        )

    def step(self, attempt: Attempt, code: str, **more: Any) -> Attempt:
        """Take one step of the ordinary way."""
        match code:
            case "start":
                return s.start(actor=self.judge, attempt=attempt)
            case "apply":
                self.file(attempt.measure)
                return s.apply(actor=self.clerk, attempt=attempt)
            case "head_pass":
                return s.head_review(actor=self.head, attempt=attempt, passed=True)
            case "leader_pass":
                return s.leader_review(actor=self.leader, attempt=attempt, passed=True)
            case "verify_pass":
                self.check_on_site(attempt)
                return s.verify(actor=self.inspector, attempt=attempt, passed=True)
            case "decide":
                done = s.decide(
                    actor=self.secretary, attempts=[attempt], meeting=self.meeting(), **({"result": "done"} | more)
                )
                assert not done.refused, [str(r) for _a, reasons in done.refused for r in reasons]
                return done.closed[0]
            case _:
                return s.external_review(
                    actor=self.rectifier,
                    attempt=attempt,
                    accepted=True,
                    by="市委巡察办",
                    on=clock.today(),
                    document_no="巡办〔2026〕3号",
                )

    @written
    def at(self, state: str, attempt: Attempt | None = None, **more: Any) -> Attempt:
        """An attempt brought to the state by the ordinary way."""
        if state == "externally_refused":
            closed = self.at("internally_closed", attempt, **more)
            return s.external_review(
                actor=self.rectifier, attempt=closed, accepted=False, by="市委巡察办", on=clock.today(),
                document_no="巡办〔2026〕4号", note="成效不明显",
            )  # fmt: skip
        attempt = attempt or self.approved(**more)
        done = STATES[attempt.state]
        for code in WAY[done : STATES[state]]:
            attempt = self.step(attempt, code)
        return attempt

    # ---- readings

    @cached_property
    @written
    def figure(self) -> Figure:
        """A figure in percent."""
        return s.create_figure(actor=self.keeper, code="overdue", name="超期率", unit_of_measure="%", direction="lower")

    @written
    def read(self, *values: tuple[str, str | Decimal], unit: str = "civil") -> s.Merged:
        """Import readings ((month, value) ...), complete up to the end of the newest month."""
        figure = self.figure
        rows = [
            {"figure": figure, "period": dt.date.fromisoformat(f"{month}-01"), "unit": self.units[unit], "value": v}
            for month, v in values
        ]
        newest = max(row["period"] for row in rows)
        cut_off = (newest + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
        with unit_of_work(self.keeper):
            intake = sources.record_intake("readings", cut_off=cut_off, rows={"new": len(rows)})
        return s.merge_readings(rows, intake, self.keeper)

    @property
    def in_range(self) -> tuple[str, dict[str, Any]]:
        """A criterion: the figure at most 5 % for two months in the department."""
        params = {"figure": self.figure.code, "level": "unit", "high": "5", "periods": 2}
        return "reading_range", params
