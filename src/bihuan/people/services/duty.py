"""Standing in, being away, handing over: duty goes with the post, so no item is left without an owner."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access, clock, inbox
from bihuan.kernel.errors import Refused
from bihuan.kernel.models import Delegation, HandOver, Leave, Person, Unit
from bihuan.kernel.wording import Message, wording
from bihuan.kernel.work import unit_of_work

from ..scopes import DELEGATE, HAND_OVER

TO_SELF = wording("people.to_self", _("“%(name)s”不能委托或移交给自己，请另选一人。"))
NOT_ACTIVE = wording("people.not_active", _("“%(name)s”的账号已停用，不能接收委托或移交。"))
NO_BUSINESS = wording("people.no_business", _("“%(name)s”是管理员，不能承担业务事项。"))
TAKEN_OVER = wording("people.inbox.taken_over", _("%(giver)s 向您移交了 %(count)s 项工作，移交日期 %(on)s。"))
DEPUTY = wording("people.inbox.deputy", _("%(person)s 委托您自 %(starts)s 起代理其岗位职责。"))


@dataclass(frozen=True)
class Items:
    """A kind of open item that moves at a hand-over.

    `count(giver, unit)` says how many are open; `move(giver, taker, unit, on)` moves them inside the running unit of work,
    records each, and returns a short label per item.
    """

    code: str
    name: str | Promise
    count: Callable[[Person, Unit | None], int]
    move: Callable[[Person, Person, Unit | None, dt.date], list[str]]


_items: dict[str, Items] = {}


def register_items(items: Items) -> None:
    """Register a kind of item that a hand-over moves."""
    _items[items.code] = items


def open_items(giver: Person, unit: Unit | None = None) -> list[tuple[Items, int]]:
    """What a hand-over would move, by kind."""
    return [(items, items.count(giver, unit)) for items in _items.values()]


def hand_over(
    *, actor: Person | None, giver: Person, taker: Person, on: dt.date, reason: str, unit: Unit | None = None
) -> HandOver:
    """Move all open items of `giver` (in `unit`, if given) to `taker`, recorded item by item, all or nothing."""
    access.require(actor, HAND_OVER, giver)
    _check_taker(giver, taker)
    with unit_of_work(actor, reason=reason) as uow:
        moved = [
            {"kind": items.code, "label": label}
            for items in _items.values()
            for label in items.move(giver, taker, unit, on)
        ]
        row = HandOver.objects.create(giver=giver, taker=taker, unit=unit, on=on, reason=reason, items=moved)
        params = {"giver": giver.name, "taker": taker.name, "count": len(moved)}
        uow.record("hand_over.made", row, params=params)
        if moved:
            inbox.send(taker, Message(TAKEN_OVER, {"giver": giver.name, "count": len(moved), "on": on.isoformat()}))
    return row


def delegate(
    *, actor: Person | None, person: Person, deputy: Person, starts: dt.date, ends: dt.date | None, reason: str
) -> Delegation:
    """Let `deputy` act for `person` for the days given."""
    access.require(actor, DELEGATE, person)
    _check_taker(person, deputy)
    with unit_of_work(actor, reason=reason) as uow:
        row = Delegation.objects.create(person=person, deputy=deputy, starts=starts, ends=ends, reason=reason)
        uow.record("delegation.made", row, params={"person": person.name, "deputy": deputy.name})
        inbox.send(deputy, Message(DEPUTY, {"person": person.name, "starts": starts.isoformat()}))
    access.forget(deputy)
    return row


def end_delegation(*, actor: Person | None, row: Delegation) -> None:
    """End a delegation with today."""
    access.require(actor, DELEGATE, row.person)
    with unit_of_work(actor) as uow:
        before, row.ends = row.ends, max(clock.today(), row.starts)
        row.save(update_fields=["ends"])
        params = {"person": row.person.name, "deputy": row.deputy.name}
        uow.record("delegation.ended", row, params=params, changes={"ends": (before, row.ends)})
    access.forget(row.deputy)


def be_away(
    *, actor: Person | None, person: Person, kind: str, starts: dt.date, ends: dt.date | None, note: str = ""
) -> Leave:
    """Register a leave; alerts go to the deputy meanwhile."""
    access.require(actor, DELEGATE, person)
    with unit_of_work(actor) as uow:
        row = Leave.objects.create(person=person, kind=kind, starts=starts, ends=ends, note=note)
        uow.record("leave.made", row, params={"person": person.name})
    return row


def _check_taker(giver: Person, taker: Person) -> None:
    if giver.pk == taker.pk:
        raise Refused(Message(TO_SELF, {"name": giver.name}))
    if not taker.is_active:
        raise Refused(Message(NOT_ACTIVE, {"name": taker.name}))
    if taker.admin_role:
        raise Refused(Message(NO_BUSINESS, {"name": taker.name}))
