"""Units, posts, assignments, leaders in charge, grants: the security administrator's; nobody grants to themselves."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access, clock
from bihuan.kernel.errors import Refused
from bihuan.kernel.models import Assignment, Grant, Lead, Person, Post, Unit
from bihuan.kernel.wording import Message, wording
from bihuan.kernel.work import unit_of_work

from ..scopes import MANAGE_POSTS
from ..tracks import track_name, tracks
from . import open_duty
from .spans import check_order, check_reason, overlapping

UNKNOWN_ROLE = wording("people.unknown_role", _("没有“%(role)s”这个岗位角色。可用的有：%(known)s。"))
ADMIN_NO_POST = wording("people.admin_no_post", _("“%(name)s”是管理员，不能担任业务岗位：三员须分立。"))
ADMIN_NO_GRANT = wording("people.admin_no_grant", _("“%(name)s”是管理员，不接触业务数据，不能获得专项授权。"))
HELD = wording("people.post_held", _("“%(person)s”已担任“%(post)s”，任期重叠。请先结束原任职。"))
IN_CHARGE = wording("people.in_charge", _("“%(post)s”已分管“%(unit)s”，日期重叠。请先结束原分管。"))
GRANTED = wording("people.granted", _("“%(person)s”已有“%(track)s”的授权，日期重叠。请先收回原授权。"))
NO_TRACK = wording("people.no_track", _("没有“%(track)s”这个限定范围。可用的有：%(known)s。"))
SELF_GRANT = wording("people.self_grant", _("不能给自己授权。"))
UNIT_TAKEN = wording("people.unit_taken", _("部门编号“%(code)s”已被使用，请换一个。"))


def make_unit(*, actor: Person | None, code: str, name: str, parent: Unit | None = None, order: int = 100) -> Unit:
    """Set up a unit."""
    access.require(actor, MANAGE_POSTS)
    if Unit.objects.filter(code=code).exists():
        raise Refused(Message(UNIT_TAKEN, {"code": code}))
    with unit_of_work(actor) as uow:
        unit = Unit.objects.create(code=code, name=name, parent=parent, order=order)
        uow.record("unit.made", unit, params={"name": name}, unit_id=unit.pk)
    return unit


def make_post(*, actor: Person | None, unit: Unit, role: str, title: str) -> Post:
    """Set up a post in a unit, or return the one that is there."""
    access.require(actor, MANAGE_POSTS)
    if role not in access.roles():
        known = "、".join(str(r.name) for r in access.roles().values())
        raise Refused(Message(UNKNOWN_ROLE, {"role": role, "known": known}))
    with unit_of_work(actor) as uow:
        post, new = Post.objects.get_or_create(unit=unit, role=role, title=title)
        if new:
            uow.record("post.made", post, params={"name": str(post)})
        else:
            uow.covered.add(Post._meta.label)
    return post


def assign(
    *, actor: Person | None, person: Person, post: Post, starts: dt.date, ends: dt.date | None = None
) -> Assignment:
    """Put a person on a post. Administrators are refused (and by the database)."""
    access.require(actor, MANAGE_POSTS)
    if person.admin_role:
        raise Refused(Message(ADMIN_NO_POST, {"name": person.name}))
    check_order(starts, ends)
    if overlapping(Assignment.objects.filter(person=person, post=post), starts, ends).exists():
        raise Refused(Message(HELD, {"person": person.name, "post": str(post)}))
    with unit_of_work(actor) as uow:
        row = Assignment.objects.create(person=person, post=post, starts=starts, ends=ends)
        params = {"person": person.name, "post": str(post)}
        uow.record("post.assigned", row, params=params, unit_id=post.unit_id, changes={"starts": (None, starts)})
    access.forget(person)
    return row


def end_assignment(*, actor: Person | None, assignment: Assignment, ends: dt.date, reason: str) -> None:
    """End an assignment with the day given (its last)."""
    access.require(actor, MANAGE_POSTS)
    check_order(assignment.starts, ends)
    with unit_of_work(actor, reason=check_reason(reason)) as uow:
        before, assignment.ends = assignment.ends, ends
        assignment.save(update_fields=["ends"])
        params = {"person": assignment.person.name, "post": str(assignment.post)}
        uow.record(
            "post.ended",
            assignment,
            params=params,
            changes={"ends": (before, ends)},
            unit_id=assignment.post.unit_id,
        )
        if ends <= clock.today():
            open_duty.warn(assignment.person)
    access.forget(assignment.person)


def put_in_charge(
    *, actor: Person | None, post: Post, unit: Unit, starts: dt.date, ends: dt.date | None = None
) -> Lead:
    """Put a leader's post in charge of a unit."""
    access.require(actor, MANAGE_POSTS)
    check_order(starts, ends)
    if overlapping(Lead.objects.filter(post=post, unit=unit), starts, ends).exists():
        raise Refused(Message(IN_CHARGE, {"post": str(post), "unit": unit.name}))
    with unit_of_work(actor) as uow:
        row = Lead.objects.create(post=post, unit=unit, starts=starts, ends=ends)
        uow.record("lead.made", row, params={"post": str(post), "unit": unit.name}, unit_id=unit.pk)
    return row


def end_charge(*, actor: Person | None, lead: Lead, ends: dt.date) -> None:
    """The leader's post is no longer in charge after the day given."""
    access.require(actor, MANAGE_POSTS)
    check_order(lead.starts, ends)
    with unit_of_work(actor) as uow:
        before, lead.ends = lead.ends, ends
        lead.save(update_fields=["ends"])
        uow.record(
            "lead.ended",
            lead,
            params={"post": str(lead.post), "unit": lead.unit.name},
            changes={"ends": (before, ends)},
        )


def grant(
    *, actor: Person, person: Person, track: str, reason: str, starts: dt.date, ends: dt.date | None = None
) -> Grant:
    """Open a closed track to a person, for a reason."""
    access.require(actor, MANAGE_POSTS)
    check_order(starts, ends)
    if actor.pk == person.pk:
        raise Refused(Message(SELF_GRANT))
    if person.admin_role:
        raise Refused(Message(ADMIN_NO_GRANT, {"name": person.name}))
    if track not in tracks():
        known = "、".join(str(name) for name in tracks().values())
        raise Refused(Message(NO_TRACK, {"track": track, "known": known}))
    if overlapping(Grant.objects.filter(person=person, track=track), starts, ends).exists():
        raise Refused(Message(GRANTED, {"person": person.name, "track": track_name(track)}))
    with unit_of_work(actor, reason=check_reason(reason)) as uow:
        row = Grant.objects.create(
            person=person, track=track, reason=reason.strip(), starts=starts, ends=ends, granted_by=actor
        )
        uow.record("grant.made", row, params={"person": person.name, "track": track_name(track)})
    access.forget(person)
    return row


def end_grant(*, actor: Person, row: Grant, ends: dt.date, reason: str) -> None:
    """Close the track again after the day given."""
    access.require(actor, MANAGE_POSTS)
    check_order(row.starts, ends)
    with unit_of_work(actor, reason=check_reason(reason)) as uow:
        before, row.ends = row.ends, ends
        row.save(update_fields=["ends"])
        uow.record(
            "grant.ended",
            row,
            params={"person": row.person.name, "track": track_name(row.track)},
            changes={"ends": (before, ends)},
        )
    access.forget(row.person)
