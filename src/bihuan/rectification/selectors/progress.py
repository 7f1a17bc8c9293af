"""Where a round stands: rates, counts, milestones."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from bihuan.kernel import access, clock
from bihuan.kernel.models import Person

from ..models import OPEN_REBOUNDS, InspectionRound, Measure, Milestone, Rebound
from ..rates import rates_of, tally


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
    """Counts by state, overdue, milestones and rates of a round as the person sees it: six statements."""
    day = on or clock.today()
    rows = access.visible(person, Measure).filter(round=round_, voided_at__isnull=True)
    counted = tally(rows, day)
    by_state: dict[str, int] = {}
    for (light, _outcome), n in counted.lights.items():
        by_state[light or ""] = by_state.get(light or "", 0) + n
    milestones = access.visible(person, Milestone).filter(round=round_, voided_at__isnull=True)
    rebounds = access.visible(person, Rebound).filter(attempt__measure__round=round_, state__in=OPEN_REBOUNDS)
    return PlanProgress(
        round=round_,
        by_state=by_state,
        overdue=counted.overdue,
        milestones=list(milestones.order_by(F("due").asc(nulls_last=True), "id")),
        rates=rates_of(round_, rows, counted, person=person),
        rebounds=rebounds.count(),
    )


def current_rounds(person: Person) -> list[InspectionRound]:
    """Rounds in work, the newest first."""
    rows = access.visible(person, InspectionRound).filter(is_backfilled=False, voided_at__isnull=True)
    return list(rows)
