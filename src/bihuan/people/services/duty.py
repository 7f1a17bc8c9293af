"""Standing in, being away, handing over: duty goes with the post, so no item is left without an owner."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access, clock, inbox
from bihuan.kernel.errors import Refused
from bihuan.kernel.models import Delegation, HandOver, Leave, Person, Unit
from bihuan.kernel.wording import Message, wording
from bihuan.kernel.work import unit_of_work

from ..scopes import DELEGATE, HAND_OVER
from .open_duty import Items, kinds, open_items, register_items
from .spans import check_order, check_reason, overlapping

__all__ = [
    "Items",
    "be_away",
    "delegate",
    "end_delegation",
    "end_leave",
    "hand_over",
    "open_items",
    "register_items",
]

TO_SELF = wording("people.to_self", _("“%(name)s”不能委托或移交给自己，请另选一人。"))
NOT_ACTIVE = wording("people.not_active", _("“%(name)s”的账号已停用，不能接收委托或移交。"))
NO_BUSINESS = wording("people.no_business", _("“%(name)s”是管理员，不能承担业务事项。"))
TAKEN_OVER = wording("people.inbox.taken_over", _("%(giver)s 向您移交了 %(count)s 项工作，移交日期 %(on)s。"))
GIVEN = wording("people.inbox.given", _("%(actor)s 已将您名下的 %(count)s 项工作移交给 %(taker)s，移交日期 %(on)s。"))
DEPUTY = wording("people.inbox.deputy", _("%(person)s 委托您自 %(starts)s 起代理其岗位职责。"))
SET_FOR_YOU = wording(
    "people.inbox.set_for_you", _("%(actor)s 为您登记了委托代理：自 %(starts)s 起由 %(deputy)s 代理。")
)
NO_LONGER = wording("people.inbox.no_longer", _("您代理 %(person)s 的职责至 %(ends)s 止。"))
HAS_DEPUTY = wording(
    "people.has_deputy",
    _("“%(person)s”自 %(starts)s 起已由“%(deputy)s”代理，同一时间只能有一名代理人。请先结束原委托。"),
)
OVER = wording("people.delegation_over", _("该委托已于 %(ends)s 结束，无须再办理。"))
AWAY_ALREADY = wording(
    "people.away_already", _("“%(person)s”自 %(starts)s 起已登记离岗，日期重叠。请先办理销假或调整日期。")
)


def hand_over(
    *, actor: Person | None, giver: Person, taker: Person, on: dt.date, reason: str, unit: Unit | None = None
) -> HandOver:
    """Move all open items of `giver` (in `unit`, if given) to `taker`, recorded item by item, all or nothing."""
    access.require(actor, HAND_OVER, giver)
    _check_taker(giver, taker)
    with unit_of_work(actor, reason=check_reason(reason)) as uow:
        moved = [
            {"kind": items.code, "label": label} for items in kinds() for label in items.move(giver, taker, unit, on)
        ]
        row = HandOver.objects.create(giver=giver, taker=taker, unit=unit, on=on, reason=reason.strip(), items=moved)
        params = {"giver": giver.name, "taker": taker.name, "count": len(moved)}
        uow.record("hand_over.made", row, params=params)
        if moved:
            url, said = reverse("people:hand_over_done", args=[row.pk]), {**params, "on": on.isoformat()}
            inbox.send(taker, Message(TAKEN_OVER, said), url=url)
            if actor is not None and actor.pk != giver.pk:
                inbox.send(giver, Message(GIVEN, {**said, "actor": actor.name}), url=url)
    return row


def delegate(
    *, actor: Person | None, person: Person, deputy: Person, starts: dt.date, ends: dt.date | None, reason: str
) -> Delegation:
    """Let `deputy` act for `person` for the days given; one deputy at a time."""
    access.require(actor, DELEGATE, person)
    _check_taker(person, deputy)
    check_order(starts, ends)
    held = overlapping(Delegation.objects.filter(person=person), starts, ends).select_related("deputy").first()
    if held is not None:
        params = {"person": person.name, "deputy": held.deputy.name, "starts": held.starts.isoformat()}
        raise Refused(Message(HAS_DEPUTY, params))
    with unit_of_work(actor, reason=check_reason(reason)) as uow:
        row = Delegation.objects.create(person=person, deputy=deputy, starts=starts, ends=ends, reason=reason.strip())
        uow.record("delegation.made", row, params={"person": person.name, "deputy": deputy.name})
        url = reverse("people:delegations")
        inbox.send(deputy, Message(DEPUTY, {"person": person.name, "starts": starts.isoformat()}), url=url)
        if actor is not None and actor.pk != person.pk:
            said = {"actor": actor.name, "deputy": deputy.name, "starts": starts.isoformat()}
            inbox.send(person, Message(SET_FOR_YOU, said), url=url)
    access.forget(deputy)
    return row


def end_delegation(*, actor: Person | None, row: Delegation) -> None:
    """End a delegation with today (with its first day, if it has not begun)."""
    access.require(actor, DELEGATE, row.person)
    today = clock.today()
    if row.ends is not None and row.ends <= today:
        raise Refused(Message(OVER, {"ends": row.ends.isoformat()}))
    with unit_of_work(actor) as uow:
        before, row.ends = row.ends, max(today, row.starts)
        row.save(update_fields=["ends"])
        params = {"person": row.person.name, "deputy": row.deputy.name}
        uow.record("delegation.ended", row, params=params, changes={"ends": (before, row.ends)})
        inbox.send(row.deputy, Message(NO_LONGER, {"person": row.person.name, "ends": row.ends.isoformat()}))
    access.forget(row.deputy)


def be_away(
    *, actor: Person | None, person: Person, kind: str, starts: dt.date, ends: dt.date | None, note: str = ""
) -> Leave:
    """Register a leave; alerts go to the deputy meanwhile."""
    access.require(actor, DELEGATE, person)
    check_order(starts, ends)
    held = overlapping(Leave.objects.filter(person=person), starts, ends).first()
    if held is not None:
        raise Refused(Message(AWAY_ALREADY, {"person": person.name, "starts": held.starts.isoformat()}))
    with unit_of_work(actor) as uow:
        row = Leave.objects.create(person=person, kind=kind, starts=starts, ends=ends, note=note)
        uow.record("leave.made", row, params={"person": person.name})
    return row


def end_leave(*, actor: Person | None, row: Leave, ends: dt.date) -> None:
    """The person is back after the day given (销假): the last day of the leave is corrected."""
    access.require(actor, DELEGATE, row.person)
    check_order(row.starts, ends)
    with unit_of_work(actor) as uow:
        before, row.ends = row.ends, ends
        row.save(update_fields=["ends"])
        uow.record("leave.ended", row, params={"person": row.person.name}, changes={"ends": (before, ends)})


def _check_taker(giver: Person, taker: Person) -> None:
    if giver.pk == taker.pk:
        raise Refused(Message(TO_SELF, {"name": giver.name}))
    if not taker.is_active:
        raise Refused(Message(NOT_ACTIVE, {"name": taker.name}))
    if taker.admin_role:
        raise Refused(Message(NO_BUSINESS, {"name": taker.name}))
