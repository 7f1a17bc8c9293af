"""What waits for whom: own work, reviews, verification, decisions, the president's page. Lists show the first of what there is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet

from bihuan.kernel import access, clock
from bihuan.kernel.models import Person
from bihuan.kernel.models.alerts import Alert, Severity
from bihuan.kernel.paging import walk

from .. import terms
from ..models import (
    OPEN_REBOUNDS,
    OPEN_STATES,
    WORK_STATES,
    Attempt,
    ChangeRequest,
    InspectionRound,
    LookBack,
    Measure,
    Milestone,
    Rebound,
    SupervisionLetter,
)
from .lights import Some, in_approved_rounds, leaf, some, with_rebounds

SHOWN = 20


def _running(person: Person) -> QuerySet[Measure]:
    """Measures of approved plans that the person sees and that are not closed."""
    rows = access.visible(person, Measure).filter(voided_at__isnull=True, open_due__isnull=False, light__in=OPEN_STATES)
    return in_approved_rounds(rows)


def _lit(rows: QuerySet[Measure]) -> QuerySet[Any]:
    """With what a light needs, the nearest day first."""
    return with_rebounds(walk(rows, "open_due", "pk")).select_related("lead_unit", "problem", "person")


def my_measures(person: Person, on: dt.date | None = None) -> QuerySet[Any]:
    """Measures that wait for work by the person (or those they stand in for), the nearest day first."""
    who = access.viewer(person, on)
    rows = _running(person).filter(person__in=who.acts_for).order_by("open_due", "pk")
    return with_rebounds(rows).select_related("lead_unit", "problem", "person")


def due_soon(person: Person, on: dt.date | None = None) -> QuerySet[Any]:
    """Measures the person sees that fall due within the term of notice or are overdue, with work still to do."""
    day = on or clock.today()
    rows = _running(person).filter(light__in=WORK_STATES)
    return _lit(rows).filter(open_due__lte=terms.ahead_of(terms.DUE_SOON, day))


def overdue(person: Person, on: dt.date | None = None) -> QuerySet[Any]:
    """Measures the person sees past their day with work still to do, the longest overdue first."""
    day = on or clock.today()
    return _lit(_running(person).filter(light__in=WORK_STATES)).filter(open_due__lt=day)


def department_pending(person: Person) -> QuerySet[Any]:
    """Open measures of the departments the person heads, by due day: a list of work, never a ranking of people."""
    who = access.viewer(person)
    return _lit(_running(person).filter(lead_unit__in=who.headed))


def own_field(person: Person) -> QuerySet[Any]:
    """Open measures of a leader in charge: named in them, or in charge of their department."""
    who = access.viewer(person)
    return _lit(_running(person).filter(Q(lead_unit__in=who.led) | Q(leader__in=who.acts_for)))


def pending_attempts(person: Person, states: Sequence[str]) -> QuerySet[Attempt]:
    """Attempts the person sees in the given states, the longest waiting first."""
    rows = access.visible(person, Attempt).filter(state__in=states)
    related = ("measure__problem", "measure__lead_unit", "measure__person", "applicant")
    return rows.select_related(*related).order_by("applied_on", "pk")


def to_review(person: Person, most: int = SHOWN) -> Some:
    """What waits for the person's own review as department head or leader in charge."""
    who = access.viewer(person)
    mine = Q(state="applied", measure__lead_unit__in=who.headed) | Q(state="head_passed") & (
        Q(measure__lead_unit__in=who.led) | Q(measure__leader__in=who.acts_for)
    )
    return some(pending_attempts(person, ("applied", "head_passed")).filter(mine), most)


@dataclass
class VerificationQueue:
    """What waits for the verifiers, the first of each."""

    attempts: Some
    rebounds: Some
    look_backs: Some


def verification_queue(person: Person, most: int = SHOWN) -> VerificationQueue:
    """Applications to verify on site, rebounds to verify, look-backs to do: three statements."""
    rebounds = access.visible(person, Rebound).filter(state="suspected").select_related("attempt__measure__lead_unit")
    backs = access.visible(person, LookBack).filter(done_on__isnull=True, voided_at__isnull=True)
    return VerificationQueue(
        attempts=some(pending_attempts(person, ("leader_passed",)), most),
        rebounds=some(rebounds.order_by("verify_due", "pk"), most),
        look_backs=some(backs.select_related("measure__lead_unit").order_by("planned_on", "pk"), most),
    )


def to_decide(person: Person) -> QuerySet[Attempt]:
    """What waits for the party group."""
    return pending_attempts(person, ("verified",))


@dataclass
class PresidentSheet:
    """What the president has to know and sign."""

    plans: list[InspectionRound]
    changes: Some
    to_decide: Some
    rebounds: Some
    red: Some
    alerts: Some
    milestones: list[Milestone]


def president_sheet(person: Person, on: dt.date | None = None, limit: int = SHOWN) -> PresidentSheet:
    """To sign, red items, next milestones: a handful of statements, for the screen and the printed page."""
    day = on or clock.today()
    alerts = access.visible(person, Alert).filter(domain="rectification", cleared_on__isnull=True, severity=Severity.SERIOUS)
    milestones = access.visible(person, Milestone).filter(
        done_on__isnull=True, voided_at__isnull=True, round__is_backfilled=False
    )
    changes = access.visible(person, ChangeRequest).filter(state="agreed")
    rebounds = access.visible(person, Rebound).filter(state__in=OPEN_REBOUNDS)
    late = some(overdue(person, day), limit)
    red = Some(leaf(measure, day) for measure in late)
    red.more = late.more
    return PresidentSheet(
        plans=list(access.visible(person, InspectionRound).filter(state="submitted")),
        changes=some(changes.select_related("measure__lead_unit", "requested_by").order_by("requested_on", "pk"), limit),
        to_decide=some(to_decide(person), limit),
        rebounds=some(rebounds.select_related("attempt__measure__lead_unit").order_by("verify_due", "pk"), limit),
        red=red,
        alerts=some(walk(alerts.select_related("owner", "unit"), "gravity", "due", "first_seen", "pk"), limit),
        milestones=list(milestones.select_related("round").order_by(F("due").asc(nulls_last=True))[:limit]),
    )


def changes_to_decide(person: Person, most: int = SHOWN) -> Some:
    """Change requests that wait for the person as leader in charge."""
    who = access.viewer(person)
    rows = access.visible(person, ChangeRequest).filter(
        Q(measure__lead_unit__in=who.led) | Q(measure__leader__in=who.acts_for), state="requested"
    )
    return some(rows.select_related("measure__lead_unit", "requested_by").order_by("requested_on", "pk"), most)


def letters_open(person: Person, most: int = SHOWN) -> Some:
    """Letters to the person's departments that wait for receipt or answer."""
    rows = access.visible(person, SupervisionLetter).filter(replied_on__isnull=True, voided_at__isnull=True)
    return some(rows.select_related("to_unit", "issued_by").order_by("due", "pk"), most)

