"""Hand-over of open items: nothing is orphaned when a post changes hands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q, QuerySet

from bihuan.kernel import access, clock, inbox
from bihuan.kernel.errors import NotAllowed
from bihuan.kernel.models import HandOver, Person, Unit
from bihuan.kernel.wording import Message
from bihuan.kernel.work import unit_of_work

from .. import actions as a
from .. import wordings as w
from ..models import ENDED_STATES, OPEN_STATES, Attempt, Measure, Problem
from .common import Actor


def open_items(person: Person, unit: Unit | None = None) -> QuerySet[Measure]:
    """The measures a person is in charge of (as person or leader) that are not done: drafts, open or closed by stages."""
    rows = Measure.objects.filter(Q(person=person) | Q(leader=person), voided_at__isnull=True)
    if unit is not None:
        rows = rows.filter(lead_unit=unit)
    ended = rows.filter(attempts__state__in=ENDED_STATES).exclude(attempts__in=_open_attempts())
    return rows.exclude(pk__in=ended.values("pk")).distinct()


def _open_attempts() -> Any:
    return Attempt.objects.filter(state__in=OPEN_STATES).values("pk")


def hand_over(
    *,
    actor: Actor,
    giver: Person,
    taker: Person,
    reason: str,
    unit: Unit | None = None,
    items: Iterable[Measure] | None = None,
    hand_over: HandOver | None = None,
) -> list[Measure]:
    """Move a person's open measures (all, or those given) and problems they lead to another, recorded.

    Called on its own (rectification office, political department, the department's head), or by the hand-over of a post, which
    passes its own record as `hand_over` and has been allowed already. Returns the measures moved.
    """
    rows = list(open_items(giver, unit))
    if items is not None:
        wanted = {m.pk for m in items}
        rows = [m for m in rows if m.pk in wanted]
    if hand_over is None and actor is not None and not access.viewer(actor).has(*_OFFICES):
        if not rows:
            raise NotAllowed(Message(access.NOT_ALLOWED, {"person": str(actor), "action": reason}))
        for row in rows:
            access.require(actor, a.HAND_OVER, row)
    if not rows and not Problem.objects.filter(leader=giver).exists():
        return []
    with unit_of_work(actor, reason=reason) as uow:
        pks = [m.pk for m in rows]
        for name in ("person", "leader"):
            mine = Measure.objects.filter(pk__in=pks, **{name: giver})
            for row in mine:
                params, changes = {"measure": row.code}, {name: (giver.pk, taker.pk)}
                uow.record("rectification.owner.changed", row, params=params, changes=changes)
            mine.update(**{name: taker, "revision": F("revision") + 1})
        led = Problem.objects.filter(leader=giver, voided_at__isnull=True) if items is None else Problem.objects.none()
        led_codes = list(led.values_list("code", flat=True))
        led.update(leader=taker, revision=F("revision") + 1)
        if hand_over is None:
            hand_over = HandOver.objects.create(
                giver=giver,
                taker=taker,
                unit=unit,
                on=clock.today(),
                reason=reason,
                items=[{"kind": "rectification.measure", "id": pk} for pk in pks],
            )
        params = {"count": len(rows), "giver": str(giver), "taker": str(taker), "problems": led_codes}
        uow.record("rectification.handed_over", hand_over, params=params, covers=[Problem, Measure])
        inbox.send(taker, Message(w.TOLD_HANDED_OVER, {"giver": str(giver), "count": len(rows)}))
    return rows


_OFFICES = (a.RECTIFICATION_OFFICE, "political")
