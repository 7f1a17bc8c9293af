"""Owners of open items: moved at a hand-over of duty, or one by one, always on record. Nothing is orphaned."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F, Q, QuerySet

from bihuan.kernel import inbox
from bihuan.kernel.errors import Refused, Stale
from bihuan.kernel.models import Person, Unit
from bihuan.kernel.wording import Message
from bihuan.kernel.work import current, unit_of_work
from bihuan.kernel.workflow import CHANGED

from .. import actions as a
from .. import wordings as w
from ..effects import measure_url
from ..models import ENDED_STATES, OPEN_STATES, Attempt, Measure, Problem
from . import common
from .common import Actor


def open_items(person: Person, unit: Unit | None = None) -> QuerySet[Measure]:
    """The measures a person is in charge of (as person or leader) that are not over: of a draft plan, or with an open attempt."""
    rows = Measure.objects.filter(Q(person=person) | Q(leader=person), voided_at__isnull=True)
    if unit is not None:
        rows = rows.filter(lead_unit=unit)
    ended = Attempt.objects.filter(state__in=ENDED_STATES).values("measure_id")
    running = Attempt.objects.filter(state__in=OPEN_STATES).values("measure_id")
    return rows.filter(~Q(pk__in=ended) | Q(pk__in=running))


def open_problems(person: Person, unit: Unit | None = None) -> QuerySet[Problem]:
    """The problems a person leads. They belong to no department, so a hand-over of one department leaves them."""
    if unit is not None:
        return Problem.objects.none()
    return Problem.objects.filter(leader=person, voided_at__isnull=True, round__is_backfilled=False)


def count_items(giver: Person, unit: Unit | None = None) -> int:
    """How many measures and problems a hand-over would move."""
    return open_items(giver, unit).count() + open_problems(giver, unit).count()


def move_items(giver: Person, taker: Person, unit: Unit | None, on: dt.date) -> list[str]:
    """Move the open measures and led problems of `giver` to `taker` inside the running unit of work; a label for each.

    Called by the hand-over of duty (people.services), which has checked the right to do it.
    """
    labels = []
    for measure in open_items(giver, unit).order_by("pk").select_for_update(of=("self",), no_key=True):
        fields = [name for name in ("person", "leader") if getattr(measure, f"{name}_id") == giver.pk]
        _set(measure, dict.fromkeys(fields, taker))
        labels.append(str(measure))
    uow = current()
    for problem in open_problems(giver, unit):
        Problem.objects.filter(pk=problem.pk).update(leader=taker, revision=F("revision") + 1)
        params = {"item": str(problem)}
        uow.record("rectification.problem.changed", problem, params=params, changes={"leader": (giver.pk, taker.pk)})
        labels.append(str(problem))
    return labels


def _set(measure: Measure, owners: dict[str, Person]) -> None:
    changes: dict[str, tuple[Any, Any]] = {
        name: (getattr(measure, f"{name}_id"), person.pk) for name, person in owners.items()
    }
    rows = Measure.objects.filter(pk=measure.pk, revision=measure.revision)
    if not rows.update(**owners, revision=F("revision") + 1):
        raise Stale(Message(CHANGED))
    current().record("rectification.owner.changed", measure, params={"measure": measure.code}, changes=changes)


def change_owner(
    *,
    actor: Actor,
    measure: Measure,
    reason: str,
    person: Person | None = None,
    leader: Person | None = None,
) -> Measure:
    """Give one measure another person and/or leader in charge, with a reason; both are told.

    For the department's head, the rectification office and the political department. Raises NotAllowed, Refused, Stale when
    the measure changed since it was read.
    """
    common.require(actor, a.HAND_OVER, measure)
    reason = reason.strip()
    held = Measure.objects.get(pk=measure.pk)
    if held.revision != measure.revision:
        raise Stale(Message(CHANGED))
    named = {"person": person, "leader": leader}
    owners = {n: p for n, p in named.items() if p is not None and getattr(held, f"{n}_id") != p.pk}
    if not owners or not reason:
        field = common.label(Measure, "person") if not owners else str(Message(w.REASON))
        raise Refused(Message(w.EMPTY, {"field": field}))
    with unit_of_work(actor, reason=reason):
        _set(held, owners)
        told = {"giver": str(held.person or held.lead_unit), "count": 1}
        inbox.send(owners.values(), Message(w.TOLD_HANDED_OVER, told), url=measure_url(held.pk))
    held.refresh_from_db()
    return held
