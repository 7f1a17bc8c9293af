"""Problems, sub-problems, measures and criteria while the plan is a draft. What is frozen changes by request only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Max

from bihuan.kernel import access, clock, criteria
from bihuan.kernel.errors import Refused
from bihuan.kernel.models import Person, Unit
from bihuan.kernel.wording import Message
from bihuan.kernel.work import unit_of_work

from .. import actions as a
from .. import wordings as w
from ..flows import PLAN_FLOW
from ..models import (
    Category,
    Criterion,
    InspectionRound,
    Measure,
    Problem,
    ProblemKind,
    SubProblem,
)
from . import common
from .common import Actor

LEADS = ("lead", "leads", "问题线索", "线索")
PROBLEM_FIELDS = (
    "code", "order", "title", "verbatim", "category", "grade", "kind", "root_cause", "root_cause_code", "leader",
)  # fmt: skip
SUB_FIELDS = ("no", "order", "title", "verbatim")
MEASURE_FIELDS = (
    "code", "order", "text", "leader", "lead_unit", "person", "starts", "due", "completion_standard", "sub_problem",
)  # fmt: skip
FREE_AFTER_FREEZING = {"order", "title", "category", "root_cause", "root_cause_code"}
"""Notes of our own on a problem; neither wording nor dates of what was agreed. Owners move by hand-over."""
_FIELDS: dict[type[Any], Sequence[str]] = {
    Problem: PROBLEM_FIELDS,
    SubProblem: SUB_FIELDS,
    Measure: MEASURE_FIELDS,
}


def refuse_leads(given: str) -> None:
    """Leads (问题线索) never enter the ledger: raises Refused, saying where they go."""
    if given.strip().lower() in LEADS:
        raise Refused(Message(w.LEADS_REFUSED, {"given": given.strip()}))


def draft_of(round_: InspectionRound) -> None:
    """Raises Refused unless the round's plan is still a draft."""
    if round_.state != "draft":
        raise Refused(Message(w.PLAN_CLOSED, {"round": str(round_), "state": PLAN_FLOW.label(round_.state)}))


def create_problem(
    *,
    actor: Actor,
    round: InspectionRound,
    code: str,
    title: str,
    verbatim: str,
    category: str = Category.OTHER,
    grade: int = 2,
    kind: str = ProblemKind.CONCENTRATED,
    root_cause: str = "",
    root_cause_code: str = "",
    leader: Person | None = None,
    order: int | None = None,
    subs: Iterable[Mapping[str, Any]] = (),
) -> Problem:
    """Enter a problem in the feedback's own words, with its parts (mappings of no, title, verbatim); without any it gets
    one unnamed part.

    Raises NotAllowed, Refused (a lead, empty wording, code taken, plan no draft).
    """
    common.require(actor, a.PLAN_EDIT, round)
    refuse_leads(category)
    refuse_leads(kind)
    code = common.text(Problem, "code", code)
    with common.unique_code(code), unit_of_work(actor) as uow:
        round.refresh_from_db()
        draft_of(round)
        problem: Problem = Problem.objects.create(
            round=round,
            code=code,
            order=_next(Problem, order, round=round),
            title=common.text(Problem, "title", title),
            verbatim=common.text(Problem, "verbatim", verbatim),
            category=Category(category),
            grade=grade,
            kind=ProblemKind(kind),
            root_cause=root_cause.strip(),
            root_cause_code=root_cause_code.strip(),
            leader=leader,
        )
        parts = list(subs) or [{}]
        for order_, part in enumerate(parts, 1):
            SubProblem.objects.create(
                problem=problem,
                no=str(part.get("no", "")).strip(),
                order=order_,
                title=str(part.get("title", "")).strip(),
                verbatim=str(part.get("verbatim", "")).strip(),
            )
        params = {"item": str(problem), "parts": len(parts)}
        uow.record("rectification.problem.created", problem, params=params, covers=[SubProblem])
    return problem


def create_sub_problem(
    *, actor: Actor, problem: Problem, no: str = "", title: str = "", verbatim: str = "", order: int | None = None
) -> SubProblem:
    """Enter a part of a problem. Raises NotAllowed, Refused."""
    common.require(actor, a.PLAN_EDIT, problem)
    with common.unique_code(no), unit_of_work(actor) as uow:
        draft_of(InspectionRound.objects.get(pk=problem.round_id))
        sub: SubProblem = SubProblem.objects.create(
            problem=problem,
            no=no.strip(),
            order=_next(SubProblem, order, problem=problem),
            title=title.strip(),
            verbatim=verbatim.strip(),
        )
        uow.record("rectification.subproblem.created", sub, params={"item": str(sub)})
    return sub


def create_measure(
    *,
    actor: Actor,
    problem: Problem,
    code: str,
    text: str,
    lead_unit: Unit,
    due: dt.date,
    sub_problem: SubProblem | None = None,
    leader: Person | None = None,
    person: Person | None = None,
    co_units: Iterable[Unit] = (),
    starts: dt.date | None = None,
    completion_standard: str = "",
    criteria: Iterable[tuple[str, Mapping[str, Any]]] = (),
    order: int | None = None,
) -> Measure:
    """Enter a measure with its criteria (pairs of kind and parameters). Without a part it belongs to the problem's first.

    Raises NotAllowed, Refused (empty text, days out of order, code taken, unknown criterion, plan no draft).
    """
    common.require(actor, a.PLAN_EDIT, problem)
    code = common.text(Measure, "code", code)
    common.in_order(Measure, "starts", "due", starts, due)
    with common.unique_code(code), unit_of_work(actor) as uow:
        draft_of(InspectionRound.objects.get(pk=problem.round_id))
        part = sub_problem or problem.subs.filter(voided_at__isnull=True).first()
        if part is None or part.problem_id != problem.pk:
            raise Refused(Message(w.WRONG_ROUND, {"item": str(part or ""), "round": str(problem)}))
        measure: Measure = Measure.objects.create(
            round_id=problem.round_id,
            problem=problem,
            sub_problem=part,
            code=code,
            order=_next(Measure, order, round=problem.round_id),
            text=common.text(Measure, "text", text),
            leader=leader,
            lead_unit=lead_unit,
            person=person,
            starts=starts,
            due=due,
            completion_standard=completion_standard.strip(),
        )
        helpers = [unit for unit in co_units if unit.pk != lead_unit.pk]
        measure.co_units.set(helpers)
        params = {"item": str(measure), "co_units": [unit.pk for unit in helpers]}
        uow.record("rectification.measure.created", measure, params=params)
        for kind, given in criteria:
            add_criterion(actor=actor, measure=measure, kind=kind, params=given)
    return measure


def change_item(
    *, actor: Actor, obj: Problem | SubProblem | Measure, values: Mapping[str, Any], reason: str = ""
) -> Any:
    """Correct a problem, part or measure. After the plan froze only notes of our own may be corrected.

    `co_units` may be given for a measure. Raises NotAllowed, Refused (frozen field, unknown field), Stale.
    """
    common.require(actor, a.PLAN_EDIT, obj)
    model = type(obj)
    known = _FIELDS[model]
    wanted = dict(values)
    helpers = wanted.pop("co_units", None)
    for name in wanted:
        if name not in known:
            raise Refused(Message(w.NOT_A_FIELD, {"field": name, "known": [common.label(model, f) for f in known]}))
        if obj.is_frozen and (name not in FREE_AFTER_FREEZING or isinstance(obj, SubProblem)):
            raise Refused(Message(w.FROZEN, {"item": str(obj), "field": common.label(model, name)}))
    for name in ("category", "kind"):
        if name in wanted:
            refuse_leads(str(wanted[name]))
    for name in ("text", "verbatim", "code"):
        if name in wanted and not (isinstance(obj, SubProblem) and name == "verbatim"):
            wanted[name] = common.text(model, name, str(wanted[name]))
    if isinstance(obj, Measure):
        starts, due = wanted.get("starts", obj.starts), wanted.get("due", obj.due)
        common.in_order(Measure, "starts", "due", starts, due)
    if not obj.is_frozen:
        draft_of(obj.problem.round if not isinstance(obj, Problem) else obj.round)
    kind = model._meta.model_name
    with common.unique_code(str(wanted.get("code", ""))), unit_of_work(actor, reason=reason) as uow:
        changed = common.write(
            actor=actor,
            obj=obj,
            values=wanted,
            event=f"rectification.{kind}.changed",
            params={"item": str(obj)},
            reason=reason,
        )
        if helpers is not None and isinstance(obj, Measure):
            before = sorted(obj.co_units.values_list("pk", flat=True))
            obj.co_units.set(helpers)
            after = sorted(unit.pk for unit in helpers)
            if before != after:
                params, changes = {"item": str(obj)}, {"co_units": (before, after)}
                uow.record("rectification.measure.changed", obj, params=params, changes=changes)
    return changed


def void_item(*, actor: Actor, obj: Problem | SubProblem | Measure, reason: str) -> Any:
    """Void (作废) a row of a draft plan with a reason; a frozen row stays. Parts and measures of a voided row go with it.

    Raises NotAllowed, Refused, Stale.
    """
    common.require(actor, a.PLAN_EDIT, obj)
    reason = common.text(type(obj), "void_reason", reason)
    if obj.is_frozen:
        told = {"item": str(obj), "field": common.label(type(obj), "voided_at")}
        raise Refused(Message(w.FROZEN, told))
    round_ = obj.round if isinstance(obj, Problem) else obj.problem.round
    draft_of(round_)
    voiding = {"voided_at": clock.now(), "void_reason": reason[:300]}
    with unit_of_work(actor, reason=reason):
        if isinstance(obj, Problem | SubProblem):
            below = Measure.objects.filter(
                **{"problem" if isinstance(obj, Problem) else "sub_problem": obj}, voided_at__isnull=True
            )
            for row in below:
                void_item(actor=actor, obj=row, reason=reason)
        if isinstance(obj, Problem):
            for row in SubProblem.objects.filter(problem=obj, voided_at__isnull=True):
                void_item(actor=actor, obj=row, reason=reason)
        return common.write(
            actor=actor,
            obj=obj,
            values=voiding,
            event=f"rectification.{type(obj)._meta.model_name}.voided",
            params={"item": str(obj)},
            reason=reason,
        )


def _next(model: type[Any], order: int | None, **within: Any) -> int:
    if order is not None:
        return order
    return int(model.objects.filter(**within).aggregate(n=Max("order"))["n"] or 0) + 1


# ---- criteria -------------------------------------------------------------------------------------------------


def add_criterion(
    *, actor: Actor, measure: Measure, kind: str, params: Mapping[str, Any], order: int | None = None
) -> Criterion:
    """Set a criterion for a measure of a draft plan. Raises NotAllowed, Refused (wrong parameters, frozen)."""
    common.require(actor, a.PLAN_EDIT, measure)
    cleaned = criteria.kind(kind).clean(params)
    _not_frozen(measure)
    with unit_of_work(actor) as uow:
        row: Criterion = Criterion.objects.create(
            measure=measure, kind=kind, params=cleaned, order=_next(Criterion, order, measure=measure)
        )
        _told(uow, "rectification.criterion.added", row)
    return row


def change_criterion(*, actor: Actor, criterion: Criterion, params: Mapping[str, Any]) -> Criterion:
    """Correct a criterion's parameters while the plan is a draft. Raises NotAllowed, Refused, Stale."""
    common.require(actor, a.PLAN_EDIT, criterion)
    _not_frozen(criterion.measure)
    found: Criterion = common.write(
        actor=actor,
        obj=criterion,
        values={"params": criteria.kind(criterion.kind).clean(params)},
        event="rectification.criterion.changed",
        params={"measure": criterion.measure.code, "criterion": criterion.sentence.as_json()},
    )
    return found


def void_criterion(*, actor: Actor, criterion: Criterion, reason: str) -> Criterion:
    """Void a criterion while the plan is a draft. Raises NotAllowed, Refused, Stale."""
    common.require(actor, a.PLAN_EDIT, criterion)
    _not_frozen(criterion.measure)
    reason = common.text(Criterion, "void_reason", reason)
    found: Criterion = common.write(
        actor=actor,
        obj=criterion,
        values={"voided_at": clock.now(), "void_reason": reason[:300]},
        event="rectification.criterion.voided",
        params={"measure": criterion.measure.code, "criterion": criterion.sentence.as_json()},
        reason=reason,
    )
    return found


def add_default_criteria(*, actor: Actor, round: InspectionRound) -> int:
    """Give every measure of a draft plan that has no criterion an on-site check; returns how many."""
    access.require(actor, a.PLAN_EDIT, round)
    draft_of(round)
    bare = Measure.objects.filter(round=round, voided_at__isnull=True).exclude(
        pk__in=Criterion.objects.filter(measure__round=round, voided_at__isnull=True).values("measure_id")
    )
    with unit_of_work(actor) as uow:
        rows = [Criterion(measure=m, kind="onsite_check", params={}, order=1) for m in bare]
        if rows:
            Criterion.objects.bulk_create(rows)
            params = {"count": len(rows), "round": str(round)}
            uow.record("rectification.criterion.defaults", round, params=params, covers=[Criterion])
    return len(rows)


def _not_frozen(measure: Measure) -> None:
    fresh = Measure.objects.select_related("round").get(pk=measure.pk)
    if fresh.is_frozen:
        told = {"item": str(fresh), "field": str(Criterion._meta.verbose_name)}
        raise Refused(Message(w.FROZEN, told))
    draft_of(fresh.round)


def _told(uow: Any, event: str, row: Criterion) -> None:
    params = {"measure": row.measure.code, "criterion": row.sentence.as_json(), "kind": row.kind}
    uow.record(event, row, params=params | {"params": row.params}, unit_id=row.measure.lead_unit_id)
