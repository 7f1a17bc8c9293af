"""The light of a measure: where its newest attempt stands, how that is called and coloured on a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from bihuan.kernel.workflow import State

from .. import terms
from ..flows import ATTEMPT_FLOW
from ..models import CLOSED_STATES, OPEN_REBOUNDS, WORK_STATES, Attempt, InspectionRound, Measure, Rebound, Result

NOT_APPROVED = State("draft", ATTEMPT_FLOW.state(Attempt(state="not_started")).label, "idle")
WORST = ("bad", "warn", "wait", "active", "idle", "good")


def with_rebounds(rows: QuerySet[Measure]) -> QuerySet[Any]:
    """Measures with `rebounding`: whether a suspicion against one of their attempts is under way."""
    suspected = Rebound.objects.filter(attempt__measure=OuterRef("pk"), state__in=OPEN_REBOUNDS).order_by()
    lit: QuerySet[Any] = rows.annotate(rebounding=Exists(suspected))
    return lit


def in_approved_rounds(rows: QuerySet[Measure]) -> QuerySet[Measure]:
    """Those of rounds whose plan is approved."""
    return rows.filter(round__in=InspectionRound.objects.filter(state="approved").order_by().values("pk"))


def tone_of(measure: Any, on: dt.date) -> str:
    """The colour of a measure's light: bad (overdue, rebounding, refused), warn (due soon), else that of its state."""
    if measure.rebounding or measure.light == "externally_refused":
        return "bad"
    if measure.light is None:
        return "idle"
    if measure.light in WORK_STATES:
        if measure.due < on:
            return "bad"
        if measure.due <= terms.ahead_of(terms.DUE_SOON, on):
            return "warn"
    if measure.light in CLOSED_STATES and measure.outcome != Result.DONE:
        return "warn"
    return str(ATTEMPT_FLOW.named(measure.light).tone)


def is_done(measure: Any) -> bool:
    """Whether a measure counts as done: closed with the result "done", and no attempt since."""
    return measure.light in CLOSED_STATES and measure.outcome == Result.DONE


@dataclass
class Leaf:
    """A measure with its light."""

    measure: Measure
    tone: str
    label: str
    done: bool


def leaf(measure: Any, on: dt.date) -> Leaf:
    """A measure (read with its rebounds) as a leaf."""
    label = ATTEMPT_FLOW.label(measure.light) if measure.light else str(NOT_APPROVED.label)
    return Leaf(measure, tone_of(measure, on), label, is_done(measure))


class Some(list[Any]):
    """The first of what there is; `more`: there is more than is shown."""

    more: bool = False


def some(rows: QuerySet[Any], most: int) -> Some:
    """The first `most` of the rows, in their order."""
    found = list(rows[: most + 1])
    shown = Some(found[:most])
    shown.more = len(found) > most
    return shown
