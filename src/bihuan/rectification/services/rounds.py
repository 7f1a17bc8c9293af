"""Rounds, their milestones and the approval of their plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from bihuan.kernel.errors import Refused
from bihuan.kernel.wording import Message
from bihuan.kernel.work import unit_of_work
from bihuan.law.errors import LawError

from .. import actions as a
from .. import terms
from .. import wordings as w
from ..choice_words import chosen
from ..flows import PLAN_FLOW
from ..models import InspectionRound, Milestone, MilestoneKind, PartyGroupMeeting, RoundKind
from . import common
from .common import Actor

EDITABLE = ("name", "body", "kind", "inspected_from", "inspected_to", "feedback_on", "note")


def create_round(
    *,
    actor: Actor,
    code: str,
    name: str,
    body: str,
    feedback_on: dt.date,
    kind: str = RoundKind.ROUTINE,
    inspected_from: dt.date | None = None,
    inspected_to: dt.date | None = None,
    is_backfilled: bool = False,
    note: str = "",
) -> InspectionRound:
    """Register a round with its milestones, their due days computed by the dated rules in force on the feedback day.

    Raises NotAllowed, Refused (empty text, days out of order, code taken, no rule for that day).
    """
    common.require(actor, a.ROUND)
    model = InspectionRound
    code = common.text(model, "code", code)
    name, body = common.text(model, "name", name), common.text(model, "body", body)
    _days(inspected_from, inspected_to, feedback_on)
    period = _period(feedback_on)
    with common.unique_code(code), unit_of_work(actor) as uow:
        round_: InspectionRound = model.objects.create(
            code=code,
            name=name,
            body=body,
            kind=RoundKind(kind),
            inspected_from=inspected_from,
            inspected_to=inspected_to,
            feedback_on=feedback_on,
            is_backfilled=is_backfilled,
            note=note.strip(),
            **period,
        )
        dues = _milestones(feedback_on, period["period_end"])
        Milestone.objects.bulk_create(
            [Milestone(round=round_, kind=kind, due=due, due_version=version) for kind, (due, version) in dues.items()]
        )
        params = {"round": name, "period_end": round_.period_end, "digest": round_.period_digest}
        uow.record("rectification.round.created", round_, params=params, covers=[Milestone])
    return round_


def _days(first: dt.date | None, last: dt.date | None, feedback_on: dt.date) -> None:
    common.in_order(InspectionRound, "inspected_from", "inspected_to", first, last)
    common.in_order(InspectionRound, "inspected_from", "feedback_on", first, feedback_on)
    common.not_future(InspectionRound, "feedback_on", feedback_on)


def _period(feedback_on: dt.date) -> dict[str, Any]:
    try:
        found, version = terms.due_by(terms.CONCENTRATED, feedback_on)
    except LawError as error:
        told = {"day": feedback_on.isoformat(), "detail": str(error)}
        raise Refused(Message(w.NO_TERM, told)) from error
    return {
        "period_end": found.due,
        "period_digest": found.digest,
        "period_version": version,
        "period_trace": [step.as_json() for step in found.trace],
    }


def _milestones(feedback_on: dt.date, period_end: dt.date) -> dict[str, tuple[dt.date, str]]:
    kinds = MilestoneKind
    asked = {
        kinds.LEADING_GROUP: (terms.MILESTONES, feedback_on, "leading_group_term"),
        kinds.PLAN_FILED: (terms.PLAN_DUE, feedback_on, "term"),
        kinds.DEMOCRATIC_LIFE: (terms.MILESTONES, feedback_on, "democratic_life_meeting_term"),
        kinds.PROGRESS_REPORT: (terms.REPORTS_DUE, period_end, "term"),
        kinds.LEADER_REPORT: (terms.REPORTS_DUE, period_end, "term"),
        kinds.PUBLICATION: (terms.MILESTONES, period_end, "publication_term"),
    }
    found = {}
    for kind, (code, trigger, key) in asked.items():
        due, version = terms.due_by(code, trigger, key=key, on=feedback_on)
        found[str(kind)] = (due.due, version)
    return found


def change_round(
    *, actor: Actor, round: InspectionRound, values: Mapping[str, Any], reason: str = ""
) -> InspectionRound:
    """Correct a round whose plan is still a draft; a new feedback day moves the computed days with it.

    Raises NotAllowed, Refused, Stale.
    """
    common.require(actor, a.ROUND, round)
    unknown = [name for name in values if name not in EDITABLE]
    if unknown:
        known = [common.label(InspectionRound, name) for name in EDITABLE]
        raise Refused(Message(w.NOT_A_FIELD, {"field": unknown[0], "known": known}))
    if round.state != "draft":
        told = {"round": str(round), "state": PLAN_FLOW.label(round.state)}
        raise Refused(Message(w.PLAN_CLOSED, told))
    held = {name: values.get(name, getattr(round, name)) for name in EDITABLE}
    _days(held["inspected_from"], held["inspected_to"], held["feedback_on"])
    wanted = dict(values)
    moved = held["feedback_on"] != round.feedback_on
    if moved:
        wanted |= _period(held["feedback_on"])
    with unit_of_work(actor, reason=reason):
        round = common.write(
            actor=actor,
            obj=round,
            values=wanted,
            event="rectification.round.changed",
            params={"round": str(round)},
            reason=reason,
            covers=[Milestone],
        )
        if moved:
            for kind, (due, version) in _milestones(round.feedback_on, round.period_end).items():
                Milestone.objects.filter(round=round, kind=kind, done_on=None).update(due=due, due_version=version)
    return round


def record_milestone(
    *, actor: Actor, round: InspectionRound, kind: str, done_on: dt.date, document: str, note: str = ""
) -> Milestone:
    """Record that a milestone was passed, with the document that proves it. Raises NotAllowed, Refused, Stale."""
    common.require(actor, a.MILESTONE, round)
    common.not_future(Milestone, "done_on", done_on)
    common.in_order(InspectionRound, "feedback_on", "feedback_on", round.feedback_on, done_on)
    name = str(MilestoneKind(kind).label)
    if not document.strip():
        raise Refused(Message(w.DOCUMENT_NEEDED, {"item": name}))
    row = Milestone.objects.get(round=round, kind=kind, voided_at__isnull=True)
    found: Milestone = common.write(
        actor=actor,
        obj=row,
        values={"done_on": done_on, "document": document.strip(), "note": note.strip()},
        event="rectification.milestone.recorded",
        params={"round": str(round), "kind": chosen(MilestoneKind(kind))},
    )
    return found


def submit_plan(*, actor: Actor, round: InspectionRound, note: str = "") -> InspectionRound:
    """Submit the plan for approval."""
    return _step(round, "submit", actor, note)


def return_plan(*, actor: Actor, round: InspectionRound, note: str) -> InspectionRound:
    """Return the plan with a reason."""
    return _step(round, "return", actor, note)


def approve_plan(
    *, actor: Actor, round: InspectionRound, meeting: PartyGroupMeeting | None = None, note: str = ""
) -> InspectionRound:
    """Approve the plan: wording, dates and criteria freeze, every measure's first attempt opens."""
    return _step(round, "approve", actor, note, {"meeting": meeting.pk if meeting else None})


def file_round(*, actor: Actor, round: InspectionRound, note: str = "") -> InspectionRound:
    """File a back-filled round for reference: nothing in it is worked on."""
    return _step(round, "file", actor, note)


def _step(
    round_: InspectionRound, code: str, actor: Actor, note: str, data: Mapping[str, Any] | None = None
) -> InspectionRound:
    found: InspectionRound = PLAN_FLOW.perform(round_, code, actor=actor, note=note, data=data)
    return found
