"""Work on a measure: starting, progress, outcomes, staged targets, new situations, on-site checks, meetings."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from bihuan.kernel import clock, criteria
from bihuan.kernel.access import viewer
from bihuan.kernel.criteria import Verdict
from bihuan.kernel.errors import Refused
from bihuan.kernel.wording import Message
from bihuan.kernel.work import unit_of_work
from bihuan.kernel.workflow import WRONG_STATE

from .. import actions as a
from .. import closure
from .. import wordings as w
from ..choice_words import chosen
from ..flows import ATTEMPT_FLOW
from ..models import (
    OPEN_STATES,
    Assessment,
    Attempt,
    Criterion,
    Figure,
    Measure,
    NewSituation,
    OnSite,
    Outcome,
    OutcomeKind,
    PartyGroupMeeting,
    Problem,
    Progress,
    StagedTarget,
    Verification,
)
from . import common
from .common import Actor


def open_attempt_of(measure: Measure) -> Attempt:
    """The measure's open attempt. Raises Refused when none is open (not approved yet, or closed)."""
    found: Attempt | None = (
        Attempt.objects.filter(measure=measure, state__in=OPEN_STATES)
        .select_related("measure__problem", "measure__lead_unit")
        .first()
    )
    if found is None:
        raise Refused(Message(w.NO_OPEN_ATTEMPT, {"measure": measure.code}))
    return found


def start(*, actor: Actor, attempt: Attempt) -> Attempt:
    """Begin the work."""
    found: Attempt = ATTEMPT_FLOW.perform(attempt, "start", actor=actor)
    return found


def add_progress(
    *,
    actor: Actor,
    measure: Measure,
    text: str,
    day: dt.date | None = None,
    figure: Figure | None = None,
    value: Decimal | None = None,
) -> Progress:
    """Note what was done. The first note of an attempt that was not started starts it. Raises NotAllowed, Refused."""
    common.require(actor, a.PROGRESS, measure)
    day = common.not_future(Progress, "day", day or clock.today())
    text = common.text(Progress, "text", text)
    if value is not None and figure is None:
        raise Refused(Message(w.EMPTY, {"field": common.label(Progress, "figure")}))
    if not Measure.objects.filter(pk=measure.pk, frozen_at__isnull=False).exists():
        raise Refused(Message(w.NOT_FROZEN, {"measure": measure.code}))
    with unit_of_work(actor) as uow:
        row: Progress = Progress.objects.create(
            measure=measure, day=day, text=text, figure=figure, value=value, author=common.author(actor)
        )
        params = {"measure": measure.code, "day": day, "value": value}
        uow.record("rectification.progress.added", row, params=params, unit_id=measure.lead_unit_id)
        waiting = Attempt.objects.filter(measure=measure, state="not_started").first()
        if waiting is not None and a.responsible(viewer(common.author(actor)), measure):
            ATTEMPT_FLOW.perform(waiting, "start", actor=actor)
    return row


def add_outcome(
    *,
    actor: Actor,
    measure: Measure,
    kind: str,
    title: str,
    day: dt.date | None = None,
    number: int = 1,
    amount: Decimal | None = None,
    document: str = "",
) -> Outcome:
    """Record an outcome; recovered money needs its amount in yuan. Raises NotAllowed, Refused."""
    common.require(actor, a.OUTCOME, measure)
    day = common.not_future(Outcome, "day", day or clock.today())
    kind = OutcomeKind(kind)
    if kind == OutcomeKind.MONEY_RECOVERED and (amount is None or amount <= 0):
        raise Refused(Message(w.EMPTY, {"field": common.label(Outcome, "amount")}))
    if number < 1:
        raise Refused(Message(w.EMPTY, {"field": common.label(Outcome, "number")}))
    with unit_of_work(actor) as uow:
        row: Outcome = Outcome.objects.create(
            measure=measure,
            kind=kind,
            day=day,
            title=common.text(Outcome, "title", title),
            number=number,
            amount=amount if kind == OutcomeKind.MONEY_RECOVERED else None,
            document=document.strip(),
        )
        params = {"measure": measure.code, "title": row.title, "kind": kind, "amount": amount, "number": number}
        uow.record("rectification.outcome.added", row, params=params, unit_id=measure.lead_unit_id)
    return row


def add_situation(
    *, actor: Actor, problem: Problem, text: str, measure: Measure | None = None, day: dt.date | None = None
) -> NewSituation:
    """Note a new situation about a problem, at any time, closed or not. Raises NotAllowed, Refused."""
    common.require(actor, a.SITUATION, measure or problem)
    if measure is not None and measure.problem_id != problem.pk:
        raise Refused(Message(w.WRONG_ROUND, {"item": str(measure), "round": str(problem)}))
    day = common.not_future(NewSituation, "day", day or clock.today())
    with unit_of_work(actor) as uow:
        row: NewSituation = NewSituation.objects.create(
            problem=problem,
            measure=measure,
            day=day,
            text=common.text(NewSituation, "text", text),
            author=common.author(actor),
        )
        uow.record("rectification.situation.added", row, params={"problem": str(problem)})
    return row


def add_target(
    *, actor: Actor, measure: Measure, due: dt.date, text: str, criterion: Criterion | None = None
) -> StagedTarget:
    """Set a staged target of a long-term item. Allowed after approval too: a further stage asks for more, not for less.

    Raises NotAllowed, Refused.
    """
    common.require(actor, a.PLAN_EDIT, measure)
    if criterion is not None and criterion.measure_id != measure.pk:
        raise Refused(Message(w.CHANGE_FOREIGN_CRITERION, {"id": criterion.pk, "measure": measure.code}))
    with unit_of_work(actor) as uow:
        row: StagedTarget = StagedTarget.objects.create(
            measure=measure, due=due, text=common.text(StagedTarget, "text", text), criterion=criterion
        )
        params = {"measure": measure.code, "due": due}
        uow.record("rectification.target.added", row, params=params, unit_id=measure.lead_unit_id)
    return row


def assess_target(
    *, actor: Actor, target: StagedTarget, result: str, note: str, day: dt.date | None = None
) -> StagedTarget:
    """Assess a staged target ("met" or "unmet"). Where it names a criterion, "met" needs the facts to say so.

    Raises NotAllowed, Refused, Stale.
    """
    common.require(actor, a.TARGET, target)
    day = common.not_future(StagedTarget, "assessed_on", day or clock.today())
    result = Assessment(result)
    if result == Assessment.NONE:
        raise Refused(Message(w.EMPTY, {"field": common.label(StagedTarget, "result")}))
    if target.assessed_on is not None:
        raise Refused(Message(w.TARGET_DONE))
    note = common.text(StagedTarget, "note", note)
    finding = None
    if target.criterion is not None:
        attempt = open_attempt_of(target.measure)
        row = target.criterion
        finding = criteria.evaluate(row.kind, row.params, closure.scope_of(attempt, day))
        if result == Assessment.MET and finding.verdict is not Verdict.MET:
            told = {"verdict": str(finding.verdict.label), "reason": finding.reason.as_json()}
            raise Refused(Message(w.TARGET_CRITERION, told))
    found: StagedTarget = common.write(
        actor=actor,
        obj=target,
        values={
            "assessed_on": day,
            "assessed_by": common.author(actor),
            "result": result,
            "note": note[:300],
            "finding": finding.as_json() if finding else {},
        },
        event="rectification.target.assessed",
        params={"measure": target.measure.code, "result": chosen(Assessment(result))},
        reason=note,
    )
    return found


def record_verification(
    *,
    actor: Actor,
    attempt: Attempt,
    result: str,
    method: str,
    note: str,
    on: dt.date | None = None,
    persons_asked: str = "",
) -> Verification:
    """Record an on-site check by the actor, "passed" or "failed". The verifier comes from elsewhere.

    Raises NotAllowed, Refused (own application, own department, outsider needed, wrong state).
    """
    common.require(actor, a.VERIFY, attempt)
    on = common.not_future(Verification, "on", on or clock.today())
    attempt = Attempt.objects.select_related("measure__problem", "measure__lead_unit").get(pk=attempt.pk)
    step = str(ATTEMPT_FLOW.transition("verify_pass").label)
    if attempt.state != "leader_passed":
        raise Refused(Message(WRONG_STATE, {"state": ATTEMPT_FLOW.label(attempt.state), "transition": step}))
    against = closure.against_verifier(attempt, actor, step)
    if against:
        raise Refused(against)
    if attempt.applied_on is not None:
        common.in_order(Attempt, "applied_on", "applied_on", attempt.applied_on, on)
    with unit_of_work(actor) as uow:
        row: Verification = Verification.objects.create(
            attempt=attempt,
            by=common.author(actor),
            on=on,
            method=common.text(Verification, "method", method),
            persons_asked=persons_asked.strip(),
            result=OnSite(result),
            note=common.text(Verification, "note", note),
        )
        params = {"measure": attempt.measure.code, "result": chosen(OnSite(result)), "on": on}
        uow.record(
            "rectification.verification.recorded",
            row,
            params=params,
            restricted={"persons_asked": row.persons_asked} if row.persons_asked else None,
            unit_id=attempt.lead_unit_id,
        )
    return row


def record_meeting(*, actor: Actor, held_on: dt.date, minutes_no: str, title: str = "") -> PartyGroupMeeting:
    """Record a party group meeting. Raises NotAllowed, Refused (minutes number taken, day in the future)."""
    common.require(actor, a.MEETING)
    common.not_future(PartyGroupMeeting, "held_on", held_on)
    minutes_no = common.text(PartyGroupMeeting, "minutes_no", minutes_no)
    with common.unique_code(minutes_no), unit_of_work(actor) as uow:
        row: PartyGroupMeeting = PartyGroupMeeting.objects.create(
            held_on=held_on, minutes_no=minutes_no, title=title.strip()
        )
        uow.record("rectification.meeting.recorded", row, params={"minutes": minutes_no, "held_on": held_on})
    return row
