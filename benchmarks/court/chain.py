"""The log of the large court: an entry for what each item went through, sealed and chained as `kernel.log` does it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from typing import Any

from bihuan.kernel import log
from bihuan.kernel.models import LogEntry

from ..sizes import Size
from .items import STATES, Item
from .loading import Block
from .people import People
from .plan import meeting_of, minutes_of
from .work import REBOUND_STEPS, Work, result_of

BEGIN = dt.datetime(2021, 1, 1, tzinfo=dt.UTC)
PACE = dt.timedelta(seconds=1)
Event = tuple[str, str, int, int | None, int, dict[str, Any]]
"""(type, kind of object, its id, unit, actor, data)."""


def block(size: Size, people: People, all_items: Sequence[Item], work: Work) -> Block:
    """The entries: what the facts need, then sign-ins until there are as many as wanted."""
    columns = ("seq", "at", "actor_id", "actor_name", "type", "kind", "object_id", "unit_id", "data", "prev", "hash", "hash2")
    return Block(LogEntry, columns, _sealed(_padded(_events(size, people, all_items, work), size, people), people))


def _sealed(events: Iterator[Event], people: People) -> Iterator[tuple[Any, ...]]:
    prev = log.GENESIS
    for seq, (type_, kind, object_id, unit, actor, data) in enumerate(events, 1):
        name = people.name(actor)
        at = BEGIN + PACE * seq
        entry = LogEntry(
            seq=seq, at=at, actor_id=actor, actor_name=name, type=type_, kind=kind, object_id=str(object_id), unit_id=unit,
            data=data, prev=prev,
        )  # fmt: skip
        log.seal(entry)
        text = json.dumps(data, ensure_ascii=False)
        shown = at.strftime("%Y-%m-%d %H:%M:%S")
        yield (seq, shown, actor, name, type_, kind, str(object_id), unit, text, prev, entry.hash, entry.hash2)
        prev = entry.hash


def _padded(events: Iterator[Event], size: Size, people: People) -> Iterator[Event]:
    count = 0
    for event in events:
        count += 1
        yield event
    persons = len(people.persons)
    for number in range(count, size.entries):
        who = number % persons + 1
        yield ("account.signed_in", "kernel.person", who, None, who, {})


def _events(size: Size, people: People, all_items: Sequence[Item], work: Work) -> Iterator[Event]:
    rectifier, president = people.by_name["rectifier1"], people.by_name["president"]
    for number in range(1, size.rounds + 1):
        for step, source, target, actor in (
            ("submit", "draft", "submitted", rectifier),
            ("approve", "submitted", "approved", president),
        ):
            data = _step("rectification.plan", step, source, target)
            yield ("flow.rectification.plan", "rectification.inspectionround", number, None, actor, data)
    closures = {item.pk: number for number, item in enumerate(work.closed, 1)}
    for item in all_items:
        yield from _of(item, rectifier, work, closures)
    for number, _item in enumerate(work.reopened, 1):
        for step, source, target in REBOUND_STEPS:
            data = _step("rectification.rebound", step, source, target)
            yield ("flow.rectification.rebound", "rectification.rebound", number, None, work.inspector, data)


def _of(item: Item, rectifier: int, work: Work, closures: dict[int, int]) -> Iterator[Event]:
    code = f"{item.code}-01"
    yield ("rectification.problem.created", "rectification.problem", item.pk, None, rectifier, {"params": {"item": item.code, "parts": 1}})
    yield ("rectification.measure.created", "rectification.measure", item.pk, item.unit, rectifier, {"params": {"item": code, "co_units": []}})
    for place, step in enumerate(item.steps):
        actor = work.actor(item, step)
        data = _step("rectification.attempt", step, STATES[place], STATES[place + 1])
        yield ("flow.rectification.attempt", "rectification.attempt", item.pk, item.unit, actor, data)
    if item.closed:
        params = {
            "measure": code, "result": result_of(item), "minutes": minutes_of(meeting_of(item)), "total": len(item.criteria),
            "digest": work.digest(item), "closure": closures[item.pk],
        }  # fmt: skip
        yield ("rectification.closed", "rectification.attempt", item.pk, item.unit, work.secretary, {"params": params})


def _step(flow: str, step: str, source: str, target: str) -> dict[str, Any]:
    return {
        "changes": {"state": [source, target]},
        "params": {
            "transition": {"code": f"flow.{flow}.step.{step}", "params": {}},
            "source": {"code": f"flow.{flow}.state.{source}", "params": {}},
            "target": {"code": f"flow.{flow}.state.{target}", "params": {}},
            "step": step,
        },
    }
