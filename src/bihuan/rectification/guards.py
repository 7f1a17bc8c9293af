"""Guards of the flows: each returns the reasons that stand against a step, naming what and saying what to do."""

from __future__ import annotations

from collections.abc import Iterable

from bihuan.kernel.access import viewer
from bihuan.kernel.wording import Message
from bihuan.kernel.workflow import Context

from . import closure
from . import wordings as w
from .models import ENDED_STATES, Attempt, ChangeRequest, InspectionRound, Measure, Problem, ProblemKind, Rebound


def _codes(rows: Iterable[str]) -> list[str]:
    return list(rows)


def plan_is_whole(context: Context) -> list[Message]:
    """Every problem has measures, every measure owners, a standard and criteria; long-term items have stages."""
    round_: InspectionRound = context.obj
    if round_.is_backfilled:
        return [Message(w.PLAN_BACKFILLED, {"round": str(round_)})]
    problems = Problem.objects.filter(round=round_, voided_at__isnull=True)
    if not problems.exists():
        return [Message(w.PLAN_EMPTY, {"round": str(round_)})]
    measures = Measure.objects.filter(round=round_, voided_at__isnull=True)
    live = {"voided_at__isnull": True}
    long_term = ProblemKind.LONG_TERM
    lacking = [
        (w.PLAN_NO_MEASURE, problems.exclude(pk__in=measures.values("problem_id"))),
        (w.PLAN_NO_OWNER, measures.filter(person__isnull=True) | measures.filter(leader__isnull=True)),
        (w.PLAN_NO_STANDARD, measures.filter(completion_standard="")),
        (w.PLAN_NO_CRITERION, measures.exclude(pk__in=_having("criteria"))),
        (w.PLAN_LATE, measures.filter(due__gt=round_.period_end).exclude(problem__kind=long_term)),
        (w.PLAN_NO_TARGET, measures.filter(problem__kind=long_term, **live).exclude(pk__in=_having("targets"))),
    ]
    reasons = []
    for code, rows in lacking:
        codes = _codes(rows.values_list("code", flat=True)[:30])
        if codes:
            reasons.append(Message(code, {"codes": codes, "round": str(round_), "end": round_.period_end.isoformat()}))
    return reasons


def _having(relation: str) -> object:
    """Ids of measures with a standing row of the relation."""
    rows = Measure.objects.filter(**{f"{relation}__voided_at__isnull": True, f"{relation}__isnull": False})
    return rows.values("pk")


def round_is_backfilled(context: Context) -> Message | None:
    """Only an old round is filed without a plan."""
    if context.obj.is_backfilled:
        return None
    return Message(w.PLAN_NOT_BACKFILLED, {"round": str(context.obj)})


# ---- the attempt ---------------------------------------------------------------------------------------------


def has_outcome_evidence(context: Context) -> list[Message]:
    """At least one piece of evidence shows a result."""
    return closure.against_evidence(context.obj)


def no_change_pending(context: Context) -> list[Message]:
    """No change of what was agreed is under way."""
    return closure.against_changes(context.obj)


def criteria_met_so_far(context: Context) -> list[Message]:
    """All criteria that do not wait for the verification are met."""
    return closure.against_criteria(context.obj, deferred=False)


def criteria_met(context: Context) -> list[Message]:
    """All criteria are met."""
    return closure.against_criteria(context.obj, deferred=True)


def stage_assessed(context: Context) -> list[Message]:
    """A long-term item goes nowhere before its first staged target was assessed."""
    return closure.against_result(context.obj, "")


def not_the_applicant(context: Context) -> Message | None:
    """Whoever applied, and whoever stands in for them, decides nothing about the application."""
    attempt: Attempt = context.obj
    if context.actor is None or not viewer(context.actor).is_me(attempt.applicant_id):
        return None
    from .flows import ATTEMPT_FLOW

    step = {"code": ATTEMPT_FLOW.say_state(attempt.state), "params": {}}
    return Message(w.OWN_APPLICATION, {"person": str(context.actor), "step": step})


def may_verify(context: Context) -> list[Message]:
    """The verifier comes from elsewhere."""
    from .flows import ATTEMPT_FLOW

    step = str(ATTEMPT_FLOW.transition("verify_pass").label)
    return closure.against_verifier(context.obj, context.actor, step)


def has_own_check(context: Context) -> Message | None:
    """An on-site check of their own that passed stands behind the verifier."""
    attempt: Attempt = context.obj
    if context.actor is None or closure.passed_check(attempt, context.actor.pk) is not None:
        return None
    return Message(w.NO_CHECK, {"measure": attempt.measure.code, "person": str(context.actor)})


def has_check(context: Context) -> Message | None:
    """An on-site check of the verifier stands."""
    attempt: Attempt = context.obj
    if closure.passed_check(attempt, attempt.verifier_id) is not None:
        return None
    return Message(w.NO_CHECK_AT_ALL, {"measure": attempt.measure.code})


def is_latest(context: Context) -> Message | None:
    """Once a later attempt is open, what was recognised or not stays as it is."""
    attempt: Attempt = context.obj
    if Attempt.objects.filter(measure=attempt.measure_id, number__gt=attempt.number).exists():
        return Message(w.NOT_LATEST, {"measure": attempt.measure.code})
    return None


# ---- changes and rebounds --------------------------------------------------------------------------------------


def not_the_requester(context: Context) -> Message | None:
    """Whoever asked for the change, and whoever stands in for them, does not decide on it."""
    request: ChangeRequest = context.obj
    if context.actor is None or not viewer(context.actor).is_me(request.requested_by_id):
        return None
    return Message(w.CHANGE_OWN, {"person": str(context.actor), "step": request.get_kind_display()})


def work_is_under_way(context: Context) -> Message | None:
    """What is under review or closed is not changed."""
    request: ChangeRequest = context.obj
    rows = Attempt.objects.filter(measure=request.measure_id, state__in=("not_started", "in_progress"))
    if rows.exists():
        return None
    return Message(w.CHANGE_IN_REVIEW, {"measure": request.measure.code})


def may_judge_rebound(context: Context) -> Message | None:
    """The applicant of the closure and the responsible departments do not judge its rebound."""
    rebound: Rebound = context.obj
    attempt = rebound.attempt
    if context.actor is None:
        return None
    who = viewer(context.actor)
    measure = attempt.measure
    outsider = who.has("stationed_discipline")
    if who.is_me(attempt.applicant_id) or who.is_me(measure.person_id) or who.is_me(measure.leader_id):
        return Message(w.REBOUND_SELF, {"person": str(context.actor)})
    if not outsider and who.units & closure.responsible_units(measure):
        return Message(w.REBOUND_SELF, {"person": str(context.actor)})
    return None


def nothing_open(context: Context) -> Message | None:
    """No other attempt of the measure is open."""
    measure = context.obj.attempt.measure
    if Attempt.objects.filter(measure=measure).exclude(state__in=ENDED_STATES).exists():
        return Message(w.STILL_OPEN, {"measure": measure.code})
    return None
