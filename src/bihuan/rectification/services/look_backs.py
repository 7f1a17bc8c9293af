"""Look-backs at closed items: scheduled, drawn at random, or asked of the persons named."""

from __future__ import annotations

import datetime as dt
import secrets

from bihuan.kernel import clock
from bihuan.kernel.draws import by_seed
from bihuan.kernel.errors import Refused
from bihuan.kernel.wording import Message
from bihuan.kernel.work import unit_of_work

from .. import actions as a
from .. import terms
from .. import wordings as w
from ..choice_words import chosen
from ..models import (
    CLOSED_STATES,
    Attempt,
    InspectionRound,
    LookBack,
    LookBackMethod,
    LookBackResult,
    Measure,
    ReboundOrigin,
)
from . import common, rebounds
from .common import Actor


def _closed(measure: Measure) -> Attempt:
    last: Attempt | None = Attempt.objects.filter(measure=measure).order_by("-number").first()
    if last is None or last.state not in CLOSED_STATES:
        step = str(LookBack._meta.verbose_name)
        raise Refused(Message(w.NOT_CLOSED, {"measure": measure.code, "step": step}))
    return last


def plan_look_back(
    *, actor: Actor, measure: Measure, planned_on: dt.date | None = None, method: str = LookBackMethod.SCHEDULED
) -> LookBack:
    """Plan a look-back at a closed measure; without a day, the dated interval after its closing decides.

    Raises NotAllowed, Refused (not closed).
    """
    common.require(actor, a.LOOK_BACK, measure)
    attempt = _closed(measure)
    base = attempt.closed_on or clock.today()
    day = planned_on or terms.due_by(terms.LOOK_BACK, base, key="first_term")[0].due
    with unit_of_work(actor) as uow:
        row: LookBack = LookBack.objects.create(
            measure=measure, attempt=attempt, planned_on=day, method=LookBackMethod(method)
        )
        params = {"measure": measure.code, "planned_on": day, "method": method}
        uow.record("rectification.look_back.planned", row, params=params, unit_id=measure.lead_unit_id)
    return row


def draw_sample(
    *,
    actor: Actor,
    round: InspectionRound,
    planned_on: dt.date | None = None,
    count: int | None = None,
    method: str = LookBackMethod.RANDOM,
    seed: str = "",
) -> list[LookBack]:
    """Draw closed measures of a round at random and plan look-backs at them.

    The draw can be repeated by anybody: measures are ordered by SHA-256 of seed and code, the first `count` are taken (default:
    the dated percentage, at least the dated number). Measures with a look-back planned and not done are left out.
    Raises NotAllowed, Refused (nothing to draw from).
    """
    common.require(actor, a.LOOK_BACK, round)
    day = planned_on or clock.today()
    held = terms.values(terms.LOOK_BACK, clock.today())
    newest: dict[int, Attempt] = {}
    rows = Attempt.objects.filter(measure__round=round, measure__voided_at__isnull=True).select_related("measure")
    for attempt in rows.order_by("number"):
        newest[attempt.measure_id] = attempt
    waiting = set(
        LookBack.objects.filter(measure__round=round, done_on=None, voided_at=None).values_list("measure", flat=True)
    )
    pool = [t for t in newest.values() if t.state in CLOSED_STATES and t.measure_id not in waiting]
    if not pool:
        raise Refused(Message(w.SAMPLE_NONE))
    seed = seed or secrets.token_hex(8)
    size = count or max(-(-len(pool) * int(held["sample_percent"]) // 100), int(held["sample_at_least"]))
    drawn = by_seed(pool, seed, size, name=lambda t: t.measure.code)
    draw = {"seed": seed, "pool": len(pool), "taken": len(drawn)}
    with unit_of_work(actor) as uow:
        made: list[LookBack] = LookBack.objects.bulk_create(
            [
                LookBack(measure=t.measure, attempt=t, planned_on=day, method=LookBackMethod(method), draw=draw)
                for t in drawn
            ]
        )
        params = {"count": len(made), "total": len(pool), "seed": seed, "codes": [t.measure.code for t in drawn]}
        uow.record("rectification.look_back.sampled", round, params=params, covers=[LookBack])
    return made


def record_look_back(
    *,
    actor: Actor,
    look_back: LookBack,
    result: str,
    note: str,
    persons_asked: str = "",
    done_on: dt.date | None = None,
) -> LookBack:
    """Record what a look-back found. A rebound raises a suspicion at once. A reverse check names whom it asked.

    Raises NotAllowed, Refused, Stale.
    """
    common.require(actor, a.LOOK_BACK, look_back)
    if look_back.done_on is not None:
        raise Refused(Message(w.LOOK_BACK_DONE))
    result = LookBackResult(result)
    if result == LookBackResult.NONE:
        raise Refused(Message(w.EMPTY, {"field": common.label(LookBack, "result")}))
    if look_back.method == LookBackMethod.REVERSE and not persons_asked.strip():
        raise Refused(Message(w.LOOK_BACK_ASK))
    note = common.text(LookBack, "note", note)
    day = common.not_future(LookBack, "done_on", done_on or clock.today())
    with unit_of_work(actor):
        row: LookBack = common.write(
            actor=actor,
            obj=look_back,
            values={
                "done_on": day,
                "by": common.author(actor),
                "result": result,
                "note": note,
                "persons_asked": persons_asked.strip(),
            },
            event="rectification.look_back.recorded",
            params={"measure": look_back.measure.code, "result": chosen(LookBackResult(result))},
            reason=note,
        )
        newest = Attempt.objects.filter(measure=row.measure_id).order_by("-number").first()
        open_now = newest is not None and newest.rebounds.filter(state__in=("suspected", "found")).exists()
        if result == LookBackResult.REBOUNDED and newest and newest.state in CLOSED_STATES and not open_now:
            rebounds.raise_rebound(actor=actor, attempt=newest, reason=note, origin=ReboundOrigin.LOOK_BACK)
    return row
