"""Replay the demo court's two years through the same services people use, each step on its day under its own name.

Nothing is written past a service: what a story cannot do, a court could not do either.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bihuan.kernel import clock, evidence
from bihuan.kernel.models import Person
from bihuan.people.sample.fill import Filled

from .. import services as s
from ..models import Attempt, Measure, PartyGroupMeeting, Rebound, StagedTarget
from . import load
from .papers import paper

EVIDENCE = {
    "plan": "plan", "minutes": "minutes", "rule": "rule_text", "training": "other", "ledger": "ledger_extract",
    "record": "check_record", "data": "statistics", "voucher": "payment_record", "photo": "photo",
    "survey": "interview_record",
}  # fmt: skip
RULES = {"rectification.measure_overdue": "rect.measure.overdue", "rectification.progress_silent": "rect.progress.silent"}
RETURNS: dict[str, Callable[..., Any]] = {
    "applied": lambda **k: s.head_review(passed=False, **k),
    "head_passed": lambda **k: s.leader_review(passed=False, **k),
    "leader_passed": lambda **k: s.verify(passed=False, **k),
    "verified": s.decide_return,
}


def criterion_params(kind: str, params: dict[str, Any]) -> dict[str, Any]:
    """A criterion's parameters in the codes the registries know."""
    known = dict(params)
    if kind == "evidence_kind":
        known["kind"] = EVIDENCE[known["kind"]]
    if kind == "rule_quiet":
        known["rule"] = RULES[known["rule"]]
    return known


@dataclass
class Replay:
    """Walks through the stories. `people` and `units` are the filled court; rows made on the way are found by code."""

    sample: load.Sample
    court: Filled
    meetings: dict[str, PartyGroupMeeting] = field(default_factory=dict)
    measures: dict[tuple[str, str], Measure] = field(default_factory=dict)
    targets: dict[tuple[int, str], StagedTarget] = field(default_factory=dict)

    def person(self, username: str | None) -> Person | None:
        """The person, fresh: posts held on the simulated day are read anew."""
        if username is None:
            return None
        found = self.court.people[username]
        fresh: Person = Person.objects.get(pk=found.pk)
        return fresh

    def events(self) -> Iterator[tuple[dt.date, Callable[[], None]]]:
        """All steps of all stories with their days, in order."""
        for problem, measure, step in self.sample.steps():
            key = (problem.round, measure.code)
            yield step.day, lambda key=key, step=step: self.step(self.measures[key], step)  # type: ignore[misc]

    def meeting(self, code: str) -> PartyGroupMeeting:
        """The party group meeting, recorded when it is first needed."""
        if code not in self.meetings:
            row = self.sample.meeting[code]
            self.meetings[code] = s.record_meeting(
                actor=self.person(row.recorder), held_on=row.day, minutes_no=row.minutes_no, title=row.topic
            )
        return self.meetings[code]

    def step(self, measure: Measure, step: Any) -> None:
        """One step, by the person named, on the present (simulated) day."""
        measure = Measure.objects.select_related("problem", "lead_unit", "person", "leader").get(pk=measure.pk)
        getattr(self, f"do_{step.do}")(self.person(step.by), measure, step.data, step.note)

    def attempt(self, measure: Measure) -> Attempt:
        """The newest attempt."""
        rows = Attempt.objects.filter(measure=measure).select_related("measure__problem", "measure__lead_unit")
        newest: Attempt = rows.order_by("-number")[0]
        return newest

    def do_start(self, by: Person, measure: Measure, data: Any, note: str) -> None:
        """Begin."""
        s.start(actor=by, attempt=self.attempt(measure))
        if note:
            s.add_progress(actor=by, measure=measure, text=note)

    def do_progress(self, by: Person, measure: Measure, data: Any, note: str) -> None:
        """Note progress; a figure of the register goes with its value."""
        from ..models import Figure

        figure = Figure.objects.filter(code=data.get("figure", "")).first()
        s.add_progress(actor=by, measure=measure, text=note, figure=figure, value=data.get("value") if figure else None)

    def do_evidence(self, by: Person, measure: Measure, data: Any, note: str) -> None:
        """File a piece of evidence."""
        day = data.get("effective_on") or clock.today()
        file, name = paper(data["kind"], data["title"], measure.code, day)
        evidence.add(
            actor=by, obj=measure, file=file, filename=name, kind=EVIDENCE[data["kind"]], title=data["title"],
            effective_on=day,
        )  # fmt: skip

    def do_outcome(self, by: Person, measure: Measure, data: Any, note: str) -> None:
        """Record an outcome."""
        s.add_outcome(
            actor=by, measure=measure, kind=data["kind"], title=data["title"], number=data.get("number", 1),
            amount=data.get("amount"), document=data.get("document", ""),
        )  # fmt: skip

    def do_target(self, by: Person, measure: Measure, data: Any, note: str) -> None:
        """Assess a staged target."""
        target = self.targets[measure.pk, data["target"]]
        s.assess_target(actor=by, target=target, result=data["result"], note=note)

    def do_change_request(self, by: Person, measure: Measure, data: Any, note: str) -> None:
        """Ask for an extension."""
        s.request_change(
            actor=by, measure=measure, changes={"due": data["due"]}, reason=data["reason"], kind="extension"
        )

    def do_change_agree(self, by: Person, measure: Measure, data: Any, note: str) -> None:
        """The leader agrees."""
        s.agree(actor=by, request=measure.change_requests.latest("pk"), agreed=True, note=note)

    def do_change_approve(self, by: Person, measure: Measure, data: Any, note: str) -> None:
        """The president approves after the meeting."""
        meeting = self.meeting(data["meeting"])
        s.approve(actor=by, request=measure.change_requests.latest("pk"), approved=True, meeting=meeting, note=note)

    def do_apply(self, by: Person, measure: Measure, data: Any, note: str) -> None:
        """Apply for close-out."""
        s.apply(actor=by, attempt=self.attempt(measure), note=note)

    def do_head_approve(self, by: Person, measure: Measure, data: Any, note: str) -> None:
        """The head passes it on."""
        s.head_review(actor=by, attempt=self.attempt(measure), passed=True, note=note)

    def do_leader_approve(self, by: Person, measure: Measure, data: Any, note: str) -> None:
        """The leader passes it on."""
        s.leader_review(actor=by, attempt=self.attempt(measure), passed=True, note=note)

    def do_verify(self, by: Person, measure: Measure, data: Any, note: str) -> None:
        """Check on the spot, then judge."""
        attempt = self.attempt(measure)
        passed = data["result"] == "passed"
        s.record_verification(
            actor=by, attempt=attempt, result=data["result"], method=data["method"], note=note,
            persons_asked=data.get("persons_asked", ""),
        )  # fmt: skip
        s.verify(actor=by, attempt=self.attempt(measure), passed=passed, note="" if passed else note)

    def do_return(self, by: Person, measure: Measure, data: Any, note: str) -> None:
        """Returned from the stage it stands in."""
        attempt = self.attempt(measure)
        RETURNS[attempt.state](actor=by, attempt=attempt, note=note)

    def do_decide(self, by: Person, measure: Measure, data: Any, note: str) -> None:
        """The party group decides."""
        meeting = self.meeting(data["meeting"])
        done = s.decide(actor=by, attempts=[self.attempt(measure)], meeting=meeting, result=data["result"], note=note)
        if done.refused:
            raise RuntimeError(f"{measure.code}: {[str(r) for _a, reasons in done.refused for r in reasons]}")

    def do_external(self, by: Person, measure: Measure, data: Any, note: str) -> None:
        """The outside assessment, with its document."""
        review = self.sample.review[data["review"]]
        s.external_review(
            actor=by, attempt=self.attempt(measure), accepted=data["result"] == "accepted", by=review.body,
            on=review.day, document_no=review.document, note=note,
        )  # fmt: skip

    def do_lookback(self, by: Person, measure: Measure, data: Any, note: str) -> None:
        """Look again at a closed item."""
        row = s.plan_look_back(actor=by, measure=measure, planned_on=clock.today(), method=data["method"])
        s.record_look_back(
            actor=by, look_back=row, result=data["result"], note=note, persons_asked=data.get("persons_asked", "")
        )

    def do_suspect(self, by: Person | None, measure: Measure, data: Any, note: str) -> None:
        """The system saw a worse reading: nothing to do but to have seen it."""
        s.sweep(clock.today())

    def do_rebound_verify(self, by: Person, measure: Measure, data: Any, note: str) -> None:
        """Verified."""
        s.verify_rebound(actor=by, rebound=self.rebound(measure), found=data["result"] == "confirmed", note=note)

    def do_reopen(self, by: Person, measure: Measure, data: Any, note: str) -> None:
        """The party group confirms the new attempt."""
        s.confirm_rebound(actor=by, rebound=self.rebound(measure), meeting=self.meeting(data["meeting"]), note=note)

    def rebound(self, measure: Measure) -> Rebound:
        """The newest suspicion."""
        newest: Rebound = Rebound.objects.filter(attempt__measure=measure).latest("pk")
        return newest
