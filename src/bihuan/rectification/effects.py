"""What the steps of the flows bring about besides the new state: columns, closures, new attempts, notices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Max

from bihuan.kernel import clock, inbox, org
from bihuan.kernel.errors import Refused
from bihuan.kernel.models import Person
from bihuan.kernel.wording import Message
from bihuan.kernel.work import current
from bihuan.kernel.workflow import Context

from . import closure
from . import wordings as w
from .actions import INSPECTORS
from .models import (
    Attempt,
    Criterion,
    ExternalReview,
    InspectionRound,
    Measure,
    PartyGroupMeeting,
    Problem,
    Rebound,
    Result,
    SubProblem,
)
from .terms import REBOUND_CONFIRM, due_by


def tell(people: Iterable[Person | None], message: Message, url: str = "") -> None:
    """Put a notice into the inbox of those who exist."""
    known = [person for person in people if person is not None]
    if known:
        inbox.send(known, message, url=url)


def measure_url(measure_id: int) -> str:
    """Where a measure is shown: the pages register their address under this name."""
    from django.urls import NoReverseMatch, reverse

    try:
        return reverse("rectification:measure", args=[measure_id])
    except NoReverseMatch:
        return ""


def meeting_of(context: Context, *, required: bool) -> PartyGroupMeeting | None:
    """The party group meeting named in the step's data. Raises Refused when it is needed and missing."""
    given = context.data.get("meeting")
    pk = given.pk if isinstance(given, PartyGroupMeeting) else given
    found: PartyGroupMeeting | None = (
        PartyGroupMeeting.objects.filter(pk=pk, voided_at__isnull=True).first() if pk else None
    )
    if found is None and required:
        raise Refused(Message(w.MEETING_NEEDED))
    if found is not None and found.held_on > clock.today():
        told = {"field": str(PartyGroupMeeting._meta.get_field("held_on").verbose_name)}
        raise Refused(Message(w.FUTURE, told | {"day": found.held_on.isoformat()}))
    return found


# ---- the plan ------------------------------------------------------------------------------------------------


def approve_plan(context: Context) -> Mapping[str, Any]:
    """The day of approval and the meeting, where one is named."""
    meeting = meeting_of(context, required=False)
    return {"approved_on": clock.today(), "plan_meeting": meeting}


def freeze_plan(context: Context) -> None:
    """Freeze wording, dates and criteria; open the first attempt of every measure."""
    round_: InspectionRound = context.obj
    at, day, uow = clock.now(), clock.today(), current()
    alive = {"voided_at__isnull": True}
    problems = Problem.objects.filter(round=round_, **alive)
    measures = list(Measure.objects.filter(round=round_, **alive).select_related("person"))
    frozen = {
        "problems": problems.update(frozen_at=at),
        "sub_problems": SubProblem.objects.filter(problem__round=round_, **alive).update(frozen_at=at),
        "measures": Measure.objects.filter(round=round_, **alive).update(frozen_at=at),
        "criteria": Criterion.objects.filter(measure__round=round_, **alive).update(frozen_at=at),
    }
    because = Message(w.BECAUSE_PLAN, {"day": day.isoformat()}).as_json()
    Attempt.objects.bulk_create(
        [
            Attempt(measure=m, number=1, opened_on=day, opened_because=because, facts_since=round_.feedback_on)
            for m in measures
        ]
    )
    uow.record(
        "rectification.plan.frozen",
        round_,
        params={"round": str(round_), **frozen},
        covers=[Problem, SubProblem, Measure, Criterion, Attempt],
    )
    counts: dict[Person, int] = {}
    for measure in measures:
        if measure.person is not None:
            counts[measure.person] = counts.get(measure.person, 0) + 1
    for person, count in counts.items():
        inbox.send(person, Message(w.TOLD_PLAN_APPROVED, {"round": str(round_), "count": count}))


# ---- the attempt ---------------------------------------------------------------------------------------------


def started(context: Context) -> Mapping[str, Any]:
    """The day the work began."""
    return {"started_on": clock.today()}


def applied(context: Context) -> Mapping[str, Any]:
    """Who applied and when; an earlier verifier no longer counts."""
    return {"applicant": context.actor, "applied_on": clock.today(), "verifier": None}


def verified(context: Context) -> Mapping[str, Any]:
    """Who verified."""
    return {"verifier": context.actor}


def decide(context: Context) -> Mapping[str, Any]:
    """Write verdicts and closure from the step's data: {"meeting": id, "result": done | staged | long_term}."""
    attempt: Attempt = context.obj
    meeting = meeting_of(context, required=True)
    result = str(context.data.get("result", "") or "")
    if result not in {Result.DONE, Result.STAGED, Result.LONG_TERM}:
        known = [str(r.label) for r in (Result.DONE, Result.STAGED, Result.LONG_TERM)]
        raise Refused(Message(w.RESULT_NEEDED, {"known": known}))
    against = closure.against_result(attempt, result)
    if against:
        raise Refused(against)
    assert meeting is not None
    proof = closure.passed_check(attempt, attempt.verifier_id)
    if proof is not None and meeting.held_on < proof.on:
        told = {"day": meeting.held_on.isoformat(), "measure": attempt.measure.code, "other": proof.on.isoformat()}
        raise Refused(Message(w.MEETING_EARLY, told | {"what": str(proof._meta.verbose_name)}))
    assert context.actor is not None
    closure.close(attempt, actor=context.actor, meeting=meeting, result=result)
    return {"result": result, "closed_on": meeting.held_on}


def tell_next(context: Context) -> None:
    """Tell those who have to act next."""
    attempt: Attempt = context.obj
    measure = attempt.measure
    day = clock.today()
    people: list[Person | None] = []
    if attempt.state == "applied":
        people = [org.head_of(measure.lead_unit_id, day)]
    elif attempt.state == "head_passed":
        people = [measure.leader or org.leader_of(measure.lead_unit_id, day)]
    elif attempt.state == "leader_passed":
        roles = ("stationed_discipline",) if closure.needs_outside(measure) else INSPECTORS[:2]
        people = [person for role in roles for person in org.holders(role, day)]
    elif attempt.state == "verified":
        people = list(org.holders("office", day))
    from .flows import ATTEMPT_FLOW

    step = {"code": ATTEMPT_FLOW.say_state(attempt.state), "params": {}}
    message = Message(w.TOLD_STEP, {"measure": str(measure), "step": step})
    tell([p for p in people if p != context.actor], message, measure_url(measure.pk))


def tell_returned(context: Context) -> None:
    """Tell the applicant why it came back."""
    attempt: Attempt = context.obj
    message = Message(w.TOLD_RETURNED, {"measure": str(attempt.measure), "note": context.note})
    tell([attempt.applicant], message, measure_url(attempt.measure_id))


def tell_closed(context: Context) -> None:
    """Tell applicant and owner that it is closed."""
    attempt: Attempt = context.obj
    told = {"measure": str(attempt.measure), "minutes": attempt.closure.minutes_no}
    people = {attempt.applicant, attempt.measure.person}
    tell(people, Message(w.TOLD_CLOSED, told), measure_url(attempt.measure_id))


def open_attempt(measure: Measure, because: Message, *, facts_since: dt.date | None = None) -> Attempt:
    """Open the next attempt of a measure, in progress at once. Inside the current unit of work; the database refuses a second
    open one."""
    uow, day = current(), clock.today()
    if Attempt.objects.filter(measure=measure).exclude(state__in=closed_states()).exists():
        raise Refused(Message(w.STILL_OPEN, {"measure": measure.code}))
    number = (Attempt.objects.filter(measure=measure).aggregate(n=Max("number"))["n"] or 0) + 1
    attempt: Attempt = Attempt.objects.create(
        measure=measure,
        number=number,
        state="in_progress",
        opened_on=day,
        opened_because=because.as_json(),
        facts_since=facts_since or day,
        started_on=day,
    )
    told = {"measure": measure.code, "number": number, "because": because.as_json()}
    uow.record("rectification.attempt.opened", attempt, params=told)
    message = Message(w.TOLD_REOPENED, {"measure": str(measure), "reason": because.as_json()})
    tell({measure.person, measure.leader, org.head_of(measure.lead_unit_id, day)}, message, measure_url(measure.pk))
    return attempt


def closed_states() -> tuple[str, ...]:
    """The states in which an attempt is over."""
    from .models import ENDED_STATES

    return ENDED_STATES


def record_review(context: Context, result: str) -> ExternalReview:
    """The review from outside, from the step's data: {"by", "on", "document_no", "note"}."""
    attempt: Attempt = context.obj
    by, document = str(context.data.get("by", "")).strip(), str(context.data.get("document_no", "")).strip()
    on = as_day(context.data.get("on"))
    if not (by and document and on) or (result == "refused" and not context.note):
        raise Refused(Message(w.REVIEW_NEEDED))
    field = str(ExternalReview._meta.get_field("on").verbose_name)
    if on > clock.today():
        raise Refused(Message(w.FUTURE, {"field": field, "day": on.isoformat()}))
    if attempt.closed_on is not None and on < attempt.closed_on:
        first = str(Attempt._meta.get_field("closed_on").verbose_name)
        told = {"first": first, "first_day": attempt.closed_on.isoformat()}
        raise Refused(Message(w.DATES, told | {"second": field, "second_day": on.isoformat()}))
    review: ExternalReview = ExternalReview.objects.create(
        attempt=attempt, by=by, on=on, document_no=document, result=result, note=context.note
    )
    told = {"measure": attempt.measure.code, "by": by, "document": document, "result": result}
    current().record("rectification.external_review", review, params=told, unit_id=attempt.lead_unit_id)
    return review


def as_day(value: Any) -> dt.date | None:
    """A day given as a date or in ISO form."""
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None


def accept(context: Context) -> Mapping[str, Any]:
    """Record the recognition."""
    record_review(context, "accepted")
    return {}


def refuse(context: Context) -> Mapping[str, Any]:
    """Record the refusal."""
    record_review(context, "refused")
    return {}


def back_to_work(context: Context) -> None:
    """A refusal from outside opens a new attempt."""
    attempt: Attempt = context.obj
    review = attempt.reviews.filter(voided_at__isnull=True).get()
    because = Message(w.BECAUSE_REFUSED, {"by": review.by, "document": review.document_no})
    open_attempt(attempt.measure, because, facts_since=review.on)


# ---- the rebound ----------------------------------------------------------------------------------------------


def rebound_verified(context: Context) -> Mapping[str, Any]:
    """Who verified, what they said, and until when the party group has to confirm."""
    day = clock.today()
    due, _version = due_by(REBOUND_CONFIRM, day)
    return {
        "verified_by": context.actor,
        "verified_on": day,
        "verdict": context.note,
        "confirm_due": due.due,
    }


def rebound_dismissed(context: Context) -> Mapping[str, Any]:
    """Who found that it is none, and why."""
    meeting = meeting_of(context, required=context.obj.state == "found")
    if meeting is not None:
        return {"meeting": meeting}
    return {"verified_by": context.actor, "verified_on": clock.today(), "verdict": context.note}


def rebound_confirmed(context: Context) -> Mapping[str, Any]:
    """The meeting that confirmed, and the new attempt."""
    rebound: Rebound = context.obj
    meeting = meeting_of(context, required=True)
    assert meeting is not None
    told = {"minutes": meeting.minutes_no, "reason": rebound.finding.get("reason", "")}
    attempt = open_attempt(rebound.attempt.measure, Message(w.BECAUSE_REBOUND, told))
    return {"meeting": meeting, "reopened": attempt}


def rebound_silent(context: Context) -> Mapping[str, Any]:
    """Nobody answered in time: the new attempt opens by itself."""
    rebound: Rebound = context.obj
    waiting = rebound.state == "found"
    due = rebound.confirm_due if waiting else rebound.verify_due
    what = {"code": w.WHAT_CONFIRMED if waiting else w.WHAT_VERIFIED, "params": {}}
    told = {"what": what, "due": due.isoformat() if due else "", "reason": rebound.finding.get("reason", "")}
    return {"reopened": open_attempt(rebound.attempt.measure, Message(w.BECAUSE_SILENCE, told))}
