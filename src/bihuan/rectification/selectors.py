"""Reads for the pages: each starts from access.visible and costs a handful of statements whatever the number of rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery

from bihuan.kernel import access, clock
from bihuan.kernel.models import Person
from bihuan.kernel.models.alerts import STANDING, Alert, Severity
from bihuan.kernel.workflow import State

from . import terms
from .flows import ATTEMPT_FLOW
from .models import (
    CLOSED_STATES,
    OPEN_REBOUNDS,
    OPEN_STATES,
    Attempt,
    ChangeRequest,
    InspectionRound,
    LookBack,
    Measure,
    Milestone,
    Problem,
    Rebound,
    Result,
    SubProblem,
    SupervisionLetter,
)

NOT_APPROVED = State("draft", ATTEMPT_FLOW.state(Attempt(state="not_started")).label, "idle")
BOARD = (
    "not_started", "in_progress", "applied", "head_passed", "leader_passed", "verified",
    "internally_closed", "accepted", "externally_refused",
)  # fmt: skip


def newest_attempt(path: str = "pk") -> QuerySet[Attempt]:
    """The newest attempt of the measure reached by `path` from an outer query."""
    return Attempt.objects.filter(measure=OuterRef(path)).order_by("-number")


def with_light(rows: QuerySet[Measure]) -> QuerySet[Any]:
    """Measures with `light` (state of the newest attempt, or null), `outcome` (its result), `rebounding`, `attempt_id`,
    `attempt_number`: what a light needs, in the same statement."""
    newest = newest_attempt()
    suspected = Rebound.objects.filter(attempt__measure=OuterRef("pk"), state__in=OPEN_REBOUNDS).order_by()
    return rows.annotate(
        light=Subquery(newest.values("state")[:1]),
        outcome=Subquery(newest.values("result")[:1]),
        attempt_id=Subquery(newest.values("pk")[:1]),
        attempt_number=Subquery(newest.values("number")[:1], output_field=IntegerField()),
        rebounding=Exists(suspected),
    )


def tone_of(measure: Any, on: dt.date) -> str:
    """The colour of a measure's light: bad (overdue, rebounding, refused), warn (due soon), else that of its state."""
    if measure.rebounding or measure.light == "externally_refused":
        return "bad"
    if measure.light is None:
        return "idle"
    if measure.light in ("not_started", "in_progress"):
        if measure.due < on:
            return "bad"
        if measure.due <= terms.ahead_of(terms.DUE_SOON, on):
            return "warn"
    if measure.light in CLOSED_STATES and measure.outcome != Result.DONE:
        return "warn"
    return str(next(s.tone for s in ATTEMPT_FLOW.states if s.code == measure.light))


def is_done(measure: Any) -> bool:
    """Whether a measure counts as done: closed with the result "done", and no attempt since."""
    return measure.light in CLOSED_STATES and measure.outcome == Result.DONE


_WORST = ("bad", "warn", "wait", "active", "idle", "good")


@dataclass
class Leaf:
    """A measure with its light."""

    measure: Measure
    tone: str
    label: str
    done: bool


@dataclass
class Branch:
    """A sub-problem (or a problem) with what hangs below it; its light is the worst below."""

    item: Any
    leaves: list[Leaf] = field(default_factory=list)
    branches: list[Branch] = field(default_factory=list)

    @property
    def all_leaves(self) -> list[Leaf]:
        """All measures below."""
        return [*self.leaves, *(leaf for branch in self.branches for leaf in branch.all_leaves)]

    @property
    def tone(self) -> str:
        """The worst light below."""
        tones = {leaf.tone for leaf in self.all_leaves}
        return next((tone for tone in _WORST if tone in tones), "idle")

    @property
    def done(self) -> bool:
        """All measures are done: only then is the problem."""
        leaves = self.all_leaves
        return bool(leaves) and all(leaf.done for leaf in leaves)

    @property
    def counts(self) -> tuple[int, int]:
        """(measures done, measures)."""
        leaves = self.all_leaves
        return sum(leaf.done for leaf in leaves), len(leaves)


def leaf(measure: Any, on: dt.date) -> Leaf:
    """A measure (read with its light) as a leaf."""
    label = ATTEMPT_FLOW.label(measure.light) if measure.light else str(NOT_APPROVED.label)
    return Leaf(measure, tone_of(measure, on), label, is_done(measure))


def trees(person: Person | None, problems: Iterable[Problem], on: dt.date | None = None) -> list[Branch]:
    """Problems with their parts and the measures the person may see, as lights: three statements for any number."""
    day = on or clock.today()
    wanted = list(problems)
    pks = [problem.pk for problem in wanted]
    subs: dict[int, list[SubProblem]] = {}
    for sub in SubProblem.objects.filter(problem__in=pks, voided_at__isnull=True):
        subs.setdefault(sub.problem_id, []).append(sub)
    rows = with_light(access.visible(person, Measure).filter(problem__in=pks, voided_at__isnull=True))
    leaves: dict[int, list[Leaf]] = {}
    for measure in rows.select_related("lead_unit", "person", "leader"):
        leaves.setdefault(measure.sub_problem_id, []).append(leaf(measure, day))
    return [
        Branch(problem, branches=[Branch(sub, leaves.get(sub.pk, [])) for sub in subs.get(problem.pk, [])])
        for problem in wanted
    ]


def tree(person: Person | None, problem: Problem, on: dt.date | None = None) -> Branch:
    """One problem as a tree with lights."""
    return trees(person, [problem], on)[0]


@dataclass
class BoardColumn:
    """A column of the board."""

    code: str
    label: str
    tone: str
    leaves: list[Leaf] = field(default_factory=list)


def board(person: Person, round_: InspectionRound | None = None, on: dt.date | None = None) -> list[BoardColumn]:
    """The measures the person sees, by state of their newest attempt: one statement."""
    day = on or clock.today()
    rows = with_light(access.visible(person, Measure).filter(voided_at__isnull=True))
    if round_ is not None:
        rows = rows.filter(round=round_)
    states = {s.code: s for s in ATTEMPT_FLOW.states}
    columns = {code: BoardColumn(code, ATTEMPT_FLOW.label(code), states[code].tone) for code in BOARD}
    for measure in rows.filter(light__isnull=False).select_related("lead_unit", "person", "problem").order_by("due"):
        columns[measure.light].leaves.append(leaf(measure, day))
    return list(columns.values())


def my_measures(person: Person, on: dt.date | None = None) -> QuerySet[Any]:
    """Measures that wait for work by the person (or those they stand in for), the nearest day first."""
    who = access.viewer(person, on)
    rows = access.visible(person, Measure).filter(
        Q(person__in=who.acts_for), voided_at__isnull=True, round__state="approved"
    )
    return (
        with_light(rows).filter(light__in=OPEN_STATES).select_related("lead_unit", "problem", "person").order_by("due")
    )


def due_soon(person: Person, on: dt.date | None = None) -> QuerySet[Any]:
    """Measures the person sees that fall due within the term of notice or are overdue, with work still to do."""
    day = on or clock.today()
    rows = access.visible(person, Measure).filter(
        due__lte=terms.ahead_of(terms.DUE_SOON, day), voided_at__isnull=True, round__state="approved"
    )
    lit = with_light(rows).filter(light__in=("not_started", "in_progress"))
    return lit.select_related("lead_unit", "problem", "person").order_by("due")


def pending_attempts(person: Person, states: Sequence[str]) -> QuerySet[Attempt]:
    """Attempts the person sees in the given states, the longest waiting first."""
    rows = access.visible(person, Attempt).filter(state__in=states)
    related = ("measure__problem", "measure__lead_unit", "measure__person", "applicant")
    return rows.select_related(*related).order_by("applied_on", "measure__due")


def to_review(person: Person) -> list[Attempt]:
    """What waits for the person's own review as department head or leader in charge."""
    who = access.viewer(person)
    mine = Q(state="applied", measure__lead_unit__in=who.headed) | Q(state="head_passed") & (
        Q(measure__lead_unit__in=who.led) | Q(measure__leader__in=who.acts_for)
    )
    return list(pending_attempts(person, ("applied", "head_passed")).filter(mine))


def department_pending(person: Person) -> QuerySet[Any]:
    """Open measures of the departments the person heads, by due day: a list of work, never a ranking of people."""
    who = access.viewer(person)
    rows = access.visible(person, Measure).filter(
        lead_unit__in=who.headed, voided_at__isnull=True, round__state="approved"
    )
    lit = with_light(rows).filter(light__in=OPEN_STATES)
    return lit.select_related("lead_unit", "problem", "person").order_by("due", "order")


def own_field(person: Person) -> QuerySet[Any]:
    """Open measures of a leader in charge: named in them, or in charge of their department."""
    who = access.viewer(person)
    rows = access.visible(person, Measure).filter(
        Q(lead_unit__in=who.led) | Q(leader__in=who.acts_for), voided_at__isnull=True, round__state="approved"
    )
    lit = with_light(rows).filter(light__in=OPEN_STATES)
    return lit.select_related("lead_unit", "problem", "person").order_by("due", "order")


@dataclass
class VerificationQueue:
    """What waits for the verifiers."""

    attempts: list[Attempt]
    rebounds: list[Rebound]
    look_backs: list[LookBack]


def verification_queue(person: Person) -> VerificationQueue:
    """Applications to verify on site, rebounds to verify, look-backs to do: three statements."""
    rebounds = access.visible(person, Rebound).filter(state="suspected")
    backs = access.visible(person, LookBack).filter(done_on__isnull=True, voided_at__isnull=True)
    return VerificationQueue(
        attempts=list(pending_attempts(person, ("leader_passed",))),
        rebounds=list(rebounds.select_related("attempt__measure__lead_unit").order_by("verify_due")),
        look_backs=list(backs.select_related("measure__lead_unit").order_by("planned_on")),
    )


def to_decide(person: Person) -> list[Attempt]:
    """What waits for the party group."""
    return list(pending_attempts(person, ("verified",)))


@dataclass
class PlanProgress:
    """Where a round stands."""

    round: InspectionRound
    by_state: dict[str, int]
    overdue: int
    milestones: list[Milestone]
    rates: Any
    rebounds: int


def plan_progress(person: Person, round_: InspectionRound, on: dt.date | None = None) -> PlanProgress:
    """Counts by state, overdue, milestones and rates of a round as the person sees it: five statements."""
    from .rates import rates

    day = on or clock.today()
    rows = with_light(access.visible(person, Measure).filter(round=round_, voided_at__isnull=True))
    counts = dict(rows.order_by().values_list("light").annotate(n=Count("pk")))
    overdue = rows.filter(due__lt=day, light__in=("not_started", "in_progress")).count()
    milestones = access.visible(person, Milestone).filter(round=round_, voided_at__isnull=True)
    rebounds = access.visible(person, Rebound).filter(attempt__measure__round=round_, state__in=OPEN_REBOUNDS)
    return PlanProgress(
        round=round_,
        by_state={str(code or ""): n for code, n in counts.items()},
        overdue=overdue,
        milestones=list(milestones.order_by(F("due").asc(nulls_last=True), "id")),
        rates=rates(round_, person=person),
        rebounds=rebounds.count(),
    )


@dataclass
class PresidentSheet:
    """What the president has to know and sign."""

    plans: list[InspectionRound]
    changes: list[ChangeRequest]
    to_decide: list[Attempt]
    rebounds: list[Rebound]
    red: list[Leaf]
    alerts: list[Alert]
    milestones: list[Milestone]


def president_sheet(person: Person, on: dt.date | None = None, limit: int = 20) -> PresidentSheet:
    """To sign, red items, next milestones: a handful of statements, for the screen and the printed page."""
    day = on or clock.today()
    red = with_light(access.visible(person, Measure).filter(voided_at__isnull=True, round__state="approved")).filter(
        Q(rebounding=True) | Q(due__lt=day, light__in=("not_started", "in_progress"))
    )
    alerts = access.visible(person, Alert).filter(
        domain="rectification", severity=Severity.SERIOUS, breach_state__in=STANDING
    )
    milestones = access.visible(person, Milestone).filter(
        done_on__isnull=True, voided_at__isnull=True, round__is_backfilled=False
    )
    return PresidentSheet(
        plans=list(access.visible(person, InspectionRound).filter(state="submitted")),
        changes=list(
            access.visible(person, ChangeRequest)
            .filter(state="agreed")
            .select_related("measure__lead_unit", "requested_by")
        ),
        to_decide=to_decide(person),
        rebounds=list(
            access.visible(person, Rebound)
            .filter(state__in=OPEN_REBOUNDS)
            .select_related("attempt__measure__lead_unit")
            .order_by("verify_due")[:limit]
        ),
        red=[
            leaf(m, day) for m in red.select_related("lead_unit", "person", "leader", "problem").order_by("due")[:limit]
        ],
        alerts=list(alerts.select_related("owner", "unit").order_by("due")[:limit]),
        milestones=list(milestones.select_related("round").order_by(F("due").asc(nulls_last=True))[:limit]),
    )


def changes_to_decide(person: Person) -> list[ChangeRequest]:
    """Change requests that wait for the person as leader in charge."""
    who = access.viewer(person)
    rows = access.visible(person, ChangeRequest).filter(
        Q(measure__lead_unit__in=who.led) | Q(measure__leader__in=who.acts_for), state="requested"
    )
    return list(rows.select_related("measure__lead_unit", "requested_by"))


def letters_open(person: Person) -> list[SupervisionLetter]:
    """Letters to the person's departments that wait for receipt or answer."""
    rows = access.visible(person, SupervisionLetter).filter(replied_on__isnull=True, voided_at__isnull=True)
    return list(rows.select_related("to_unit", "issued_by").order_by("due"))


def measure_page(person: Person, pk: int) -> Measure | None:
    """A measure with what its page shows, as the person may see it; None when they may not."""
    attempts = Attempt.objects.select_related("applicant", "verifier", "closure__meeting").order_by("-number")
    rows = with_light(access.visible(person, Measure).filter(pk=pk))
    related = ("problem__round", "sub_problem", "lead_unit", "person", "leader", "round", "change")
    found: Measure | None = (
        rows.select_related(*related)
        .prefetch_related(
            "co_units",
            "criteria",
            "targets",
            "outcomes",
            Prefetch("attempts", attempts),
            Prefetch("progress"),
        )
        .first()
    )
    return found


def current_rounds(person: Person) -> list[InspectionRound]:
    """Rounds in work, the newest first."""
    rows = access.visible(person, InspectionRound).filter(is_backfilled=False, voided_at__isnull=True)
    return list(rows)
