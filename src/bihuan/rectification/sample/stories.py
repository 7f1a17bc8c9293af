"""Walk the story of each measure as a replay would: states, persons in post, separation, verdicts, end. No Django."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal

from bihuan.people.sample.load import HEAD_ROLES, Court

from .load import Sample
from .shapes import Measure, Problem, Step
from .verdicts import MET, OPEN, UNMET, facts_since, known, newest_import, whole

OPEN_STATES = ("not_started", "in_progress", "applied", "head_passed", "leader_passed", "verified")
CLOSED_STATES = ("internally_closed", "accepted")
REVIEW = ("applied", "head_passed", "leader_passed", "verified")
MOVES: dict[str, tuple[tuple[str, ...], str]] = {  # step -> states it starts from, state it leads to
    "start": (("not_started",), "in_progress"),
    "apply": (("in_progress",), "applied"),
    "head_approve": (("applied",), "head_passed"),
    "leader_approve": (("head_passed",), "leader_passed"),
    "verify": (("leader_passed",), "verified"),
    "decide": (("verified",), "internally_closed"),
    "return": (REVIEW, "in_progress"),
    "reopen": (CLOSED_STATES, "in_progress"),
}
RESTING: dict[str, tuple[str, ...]] = {  # steps that leave the state as it is, and the states they may be taken in
    "progress": ("in_progress", *REVIEW, *CLOSED_STATES),
    "evidence": ("in_progress",),
    "outcome": ("in_progress",),
    "target": ("in_progress",),
    "change_request": ("in_progress",),
    "change_agree": ("in_progress",),
    "change_approve": ("in_progress", *REVIEW),
    "lookback": CLOSED_STATES,
    "suspect": CLOSED_STATES,
    "rebound_verify": CLOSED_STATES,
}
INSPECTORS = ("inspection_office", "party_discipline", "stationed_discipline")
ANSWERABLE = {"inspection", "discipline"}  # they verify others; they are verified from outside
NEEDS_NOTE = {"start", "progress", "apply", "head_approve", "leader_approve", "verify", "decide", "external"} | {
    "return", "reopen", "lookback", "rebound_verify", "change_agree", "target", "suspect",
}  # fmt: skip


def story_faults(sample: Sample, problem: Problem, measure: Measure) -> Iterator[str]:
    """What keeps the story from being replayed, or ends elsewhere than `end` says."""
    yield from _Walk(sample, problem, measure).faults()


class _Walk:
    def __init__(self, sample: Sample, problem: Problem, measure: Measure) -> None:
        self.sample, self.problem, self.measure = sample, problem, measure
        self.court: Court = sample.court
        self.state, self.attempt, self.result = "not_started", 1, ""
        self.due = measure.due
        self.applicant: str | None = None
        self.acted: dict[str, str] = {}  # step of this attempt -> person
        self.asked: dt.date | None = None  # the due day a change request asks for
        self.flags: set[str] = set()

    def faults(self) -> Iterator[str]:
        here = f"measure {self.measure.code}"
        last = self.sample.round[self.problem.round].plan.approved_on
        for step in self.measure.story:
            for fault in self._step(step, last):
                yield f"{here}, {step.do} on {step.day}: {fault}"
            last = step.day
        yield from (f"{here}: {fault}" for fault in self._end())

    def _step(self, step: Step, last: dt.date) -> Iterator[str]:
        if step.day < last:
            yield f"comes after a step of {last}"
        if step.day > self.sample.as_of:
            yield "lies in the future of the sample"
        if step.do in NEEDS_NOTE and not step.note:
            yield "has no note"
        yield from self._person(step)
        if step.do in MOVES:
            sources, target = MOVES[step.do]
            if self.state not in sources:
                yield f"cannot be done while {self.state}"
            self.state = target
        elif step.do == "external":
            yield from self._external(step)
        elif step.do not in RESTING:
            yield "is no known step"
        elif self.state not in RESTING[step.do]:
            yield f"cannot be done while {self.state}"
        check: Callable[[Step], Iterator[str]] | None = getattr(self, f"_do_{step.do}", None)
        if check is not None:
            yield from check(step)
        if step.by:
            self.acted[step.do] = step.by

    def _person(self, step: Step) -> Iterator[str]:
        if step.by is None:
            if step.do != "suspect":
                yield "names nobody"
            return
        if step.by not in self.court.person:
            yield f"person {step.by} does not exist"
        elif not self.court.in_court(step.by, step.day):
            yield f"{step.by} holds no post on that day"
        elif self.court.away(step.by, step.day):
            yield f"{step.by} is on leave"

    def _own(self, step: Step, *, helpers: bool = False) -> Iterator[str]:
        """The person in charge, or head or clerk of the lead unit (of a helping unit too, for work on the measure)."""
        if step.by is None or step.by in (self.measure.person, self.owner(step.day)):
            return
        units = {self.measure.lead_unit, *(self.measure.co_units if helpers else ())}
        posts = self.court.posts_of(step.by, step.day)
        if not any(post.unit in units and {*HEAD_ROLES, "dept_clerk"} & set(post.roles) for post in posts):
            yield f"{step.by} is neither in charge of it nor head or clerk of {sorted(units)}"

    def owner(self, day: dt.date) -> str:
        """The person in charge on the day, hand-overs counted."""
        owner = self.measure.person
        for given in self.court.handovers:
            if given.giver == owner and given.unit == self.measure.lead_unit and given.day <= day:
                owner = given.taker
        return owner

    _do_start = _own

    def _do_progress(self, step: Step) -> Iterator[str]:
        yield from self._own(step, helpers=True)
        if "figure" not in step.data:
            return
        code = step.data["figure"]
        if code not in self.sample.figure:
            yield f"figure {code} does not exist"
            return
        seen = known(self.sample, code, newest_import(self.sample, step.day), step.day)
        if Decimal(str(step.data["value"])) != seen:
            yield f"says {step.data['value']} of {code}, the newest reading known by then says {seen}"

    def _do_evidence(self, step: Step) -> Iterator[str]:
        yield from self._own(step, helpers=True)
        if step.data["kind"] not in {row.code for row in self.sample.evidence_kinds}:
            yield f"evidence kind {step.data['kind']} does not exist"
        if step.data.get("effective_on", step.day) > step.day:
            yield "the evidence is of a later day than it was filed"

    def _do_outcome(self, step: Step) -> Iterator[str]:
        yield from self._own(step, helpers=True)
        carries = {row.code: row.carries for row in self.sample.outcome_kinds}.get(step.data["kind"])
        if carries is None or not step.data.get(carries):
            yield f"outcome {step.data['kind']} does not exist or lacks its {carries}"

    def _do_target(self, step: Step) -> Iterator[str]:
        if not self.court.roles_of(step.by or "", step.day) & {"rectification_office", *INSPECTORS}:
            yield f"{step.by} may not assess targets"
        if step.data["target"] not in {target.key for target in self.measure.targets}:
            yield f"target {step.data['target']} does not exist"

    def _do_change_request(self, step: Step) -> Iterator[str]:
        yield from self._own(step)
        self.asked = step.data["due"]
        if step.data["due"] <= self.due:
            yield "asks for a day that is no later than the present one"

    def _do_change_agree(self, step: Step) -> Iterator[str]:
        yield from self._leads(step)

    def _do_change_approve(self, step: Step) -> Iterator[str]:
        meeting = self.sample.meeting.get(step.data["meeting"])
        if meeting is None or meeting.day != step.day:
            yield f"meeting {step.data['meeting']} does not exist or is of another day"
        if "president" not in self.court.roles_of(step.by or "", step.day):
            yield f"{step.by} is not the president"
        if self.asked is None:
            yield "approves what nobody asked for"
        else:
            self.due, self.asked = self.asked, None

    def _do_apply(self, step: Step) -> Iterator[str]:
        yield from self._own(step)
        yield from self._met(step, deferred=False)
        if self.asked:
            yield "a change is still asked for"
        if self.measure.targets and not any(s.do == "target" for s in self._past(step)):
            yield "no staged target was assessed"
        outcomes = {row.code for row in self.sample.evidence_kinds if row.outcome}
        since = facts_since(self.sample, self.problem, self.measure.story, step.day)
        filed = [s for s in self.measure.story if s.do == "evidence" and since <= s.day <= step.day]
        if not any(s.data["kind"] in outcomes for s in filed):
            yield "no evidence of a result stands behind it"
        self.applicant = step.by
        self.flags.discard("returned")

    def _do_head_approve(self, step: Step) -> Iterator[str]:
        head = self.court.head_of(self.measure.lead_unit, step.day)
        deputy = step.data.get("acting_for") == head and self.court.acts_for(step.by or "", head or "", step.day)
        if step.by != head and not deputy:
            yield f"the head is {head}"
        yield from self._not_applicant(step)

    def _do_leader_approve(self, step: Step) -> Iterator[str]:
        yield from self._leads(step)
        yield from self._not_applicant(step)

    def _do_verify(self, step: Step) -> Iterator[str]:
        yield from self._not_applicant(step)
        yield from self._met(step)
        roles, units = self.court.roles_of(step.by or "", step.day), self.court.units_of(step.by or "", step.day)
        responsible = {self.measure.lead_unit, *self.measure.co_units}
        if responsible & ANSWERABLE:
            if "stationed_discipline" not in roles:
                yield "has to be verified from outside, by the stationed discipline team"
        elif not roles & {"inspection_office", "party_discipline"}:
            yield f"{step.by} belongs neither to the inspection office nor to party discipline"
        if responsible & units:
            yield "is verified by a responsible department"
        if step.by in (self.measure.person, self.measure.leader) or step.by in self.acted.values():
            yield f"{step.by} owns it or acted on it before"

    def _do_decide(self, step: Step) -> Iterator[str]:
        yield from self._meets(step)
        yield from self._met(step)
        self.result = step.data["result"]
        long_term = self.problem.kind == "long_term"
        if (self.result == "done") == long_term:
            yield f"result {self.result} does not go with a problem that is {self.problem.kind}"
        assessed = any(s.do == "target" and s.data["result"] == MET for s in self._past(step))
        if long_term and not assessed:
            yield "closes a stage before a staged target was assessed"

    def _external(self, step: Step) -> Iterator[str]:
        if self.state != "internally_closed":
            yield f"cannot be done while {self.state}"
        review = self.sample.review.get(step.data["review"])
        if review is None or review.day != step.day:
            yield f"review {step.data['review']} does not exist or is of another day"
        if step.data["result"] == "accepted":
            self.state = "accepted"
        else:
            self._again()

    def _do_reopen(self, step: Step) -> Iterator[str]:
        yield from self._meets(step)
        if "rebound_verify" not in self.acted:
            yield "nobody verified the rebound"
        self._again()
        self.flags.add("reopened")

    def _do_rebound_verify(self, step: Step) -> Iterator[str]:
        if "inspection_office" not in self.court.roles_of(step.by or "", step.day):
            yield f"{step.by} does not belong to the inspection office"
        if whole(self.sample, self.problem, self.measure, step.day) != UNMET:
            yield "the criteria are not unmet on that day"

    def _do_return(self, step: Step) -> Iterator[str]:
        yield from self._not_applicant(step)
        self.flags.add("returned")

    def _do_lookback(self, step: Step) -> Iterator[str]:
        if (step.data["method"] == "reverse") != ("persons_asked" in step.data):
            yield "a reverse check names whom it asked, and no other does"
        verdict = whole(self.sample, self.problem, self.measure, step.day)
        if step.data["result"] == "consolidated" and verdict == UNMET:
            yield "found consolidated what the facts of that day say is unmet"

    def _again(self) -> None:
        self.state, self.result, self.applicant = "in_progress", "", None
        self.attempt += 1
        self.acted.clear()

    def _leads(self, step: Step) -> Iterator[str]:
        leader = self.court.leader_of(self.measure.lead_unit, step.day)
        if step.by != leader:
            yield f"the leader in charge is {leader}"

    def _meets(self, step: Step) -> Iterator[str]:
        meeting = self.sample.meeting.get(step.data["meeting"])
        if meeting is None or meeting.day != step.day or meeting.recorder != step.by:
            yield f"meeting {step.data['meeting']} does not exist, is of another day or has another recorder"

    def _met(self, step: Step, *, deferred: bool = True) -> Iterator[str]:
        done = self.measure.story.index(step) + 1
        verdict = whole(self.sample, self.problem, self.measure, step.day, done=done, deferred=deferred)
        if verdict != MET:
            yield f"the criteria are {verdict} on that day"

    def _past(self, step: Step) -> tuple[Step, ...]:
        return self.measure.story[: self.measure.story.index(step)]

    def _not_applicant(self, step: Step) -> Iterator[str]:
        if step.by == self.applicant:
            yield f"{step.by} applied"

    def _end(self) -> Iterator[str]:
        end, as_of = self.measure.end, self.sample.as_of
        if (self.state, self.attempt, self.result) != (end.state, end.attempt, end.result):
            yield f"ends {self.state} #{self.attempt} {self.result}, not {end.state} #{end.attempt} {end.result}"
        verdict = whole(self.sample, self.problem, self.measure, as_of)
        if verdict != end.verdict:
            yield f"is {verdict} on {as_of}, not {end.verdict}"
        self.flags |= set(self._standing(verdict))
        if self.flags != set(end.flags):
            yield f"has the flags {sorted(self.flags)}, not {sorted(end.flags)}"

    def _standing(self, verdict: str) -> Iterator[str]:
        as_of, is_open = self.sample.as_of, self.state in OPEN_STATES
        if not is_open:
            self.flags.discard("returned")
            if verdict == UNMET:
                yield "suspected_rebound"
            return
        if self.due < as_of:
            yield "overdue"
        if self.state == "not_started" and self.measure.starts < as_of:
            yield "late_start"
        if self.state == "leader_passed" and verdict == OPEN:
            yield "blocked"
        if self.attempt > 1 and "reopened" not in self.flags:
            yield "refused"
        if not self.court.in_court(self.owner(as_of), as_of):
            yield "owner_gone"
        outcomes = {row.code for row in self.sample.evidence_kinds if row.outcome}
        kinds = {s.data["kind"] for s in self.measure.story if s.do == "evidence"}
        if kinds and not kinds & outcomes:
            yield "paper_only"
