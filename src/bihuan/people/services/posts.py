"""Units, posts, assignments, leaders in charge, grants: the security administrator's; nobody grants to themselves."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access
from bihuan.kernel.errors import Refused
from bihuan.kernel.models import Assignment, Grant, Lead, Person, Post, Unit
from bihuan.kernel.wording import Message, wording
from bihuan.kernel.work import unit_of_work

from ..scopes import MANAGE_POSTS

UNKNOWN_ROLE = wording("people.unknown_role", _("没有“%(role)s”这个岗位角色。可用的有：%(known)s。"))
ADMIN_NO_POST = wording("people.admin_no_post", _("“%(name)s”是管理员，不能担任业务岗位：三员须分立。"))
ENDS_EARLY = wording("people.ends_early", _("结束日期 %(ends)s 早于开始日期 %(starts)s，请核对。"))


def make_unit(*, actor: Person | None, code: str, name: str, parent: Unit | None = None, order: int = 100) -> Unit:
    """Set up a unit."""
    access.require(actor, MANAGE_POSTS)
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
    _check_order(starts, ends)
    with unit_of_work(actor) as uow:
        row = Assignment.objects.create(person=person, post=post, starts=starts, ends=ends)
        params = {"person": person.name, "post": str(post)}
        uow.record("post.assigned", row, params=params, unit_id=post.unit_id, changes={"starts": (None, starts)})
    access.forget(person)
    return row


def end_assignment(*, actor: Person | None, assignment: Assignment, ends: dt.date, reason: str = "") -> None:
    """End an assignment with the day given (its last)."""
    access.require(actor, MANAGE_POSTS)
    _check_order(assignment.starts, ends)
    with unit_of_work(actor, reason=reason) as uow:
        before, assignment.ends = assignment.ends, ends
        assignment.save(update_fields=["ends"])
        params = {"person": assignment.person.name, "post": str(assignment.post)}
        uow.record("post.ended", assignment, params=params, changes={"ends": (before, ends)})


def put_in_charge(
    *, actor: Person | None, post: Post, unit: Unit, starts: dt.date, ends: dt.date | None = None
) -> Lead:
    """Put a leader's post in charge of a unit."""
    access.require(actor, MANAGE_POSTS)
    _check_order(starts, ends)
    with unit_of_work(actor) as uow:
        row = Lead.objects.create(post=post, unit=unit, starts=starts, ends=ends)
        uow.record("lead.made", row, params={"post": str(post), "unit": unit.name}, unit_id=unit.pk)
    return row


def end_charge(*, actor: Person | None, lead: Lead, ends: dt.date) -> None:
    """The leader's post is no longer in charge after the day given."""
    access.require(actor, MANAGE_POSTS)
    _check_order(lead.starts, ends)
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
    _check_order(starts, ends)
    with unit_of_work(actor, reason=reason) as uow:
        row = Grant.objects.create(
            person=person, track=track, reason=reason, starts=starts, ends=ends, granted_by=actor
        )
        uow.record("grant.made", row, params={"person": person.name, "track": track})
    access.forget(person)
    return row


def end_grant(*, actor: Person, row: Grant, ends: dt.date, reason: str) -> None:
    """Close the track again after the day given."""
    access.require(actor, MANAGE_POSTS)
    _check_order(row.starts, ends)
    with unit_of_work(actor, reason=reason) as uow:
        before, row.ends = row.ends, ends
        row.save(update_fields=["ends"])
        uow.record(
            "grant.ended", row, params={"person": row.person.name, "track": row.track}, changes={"ends": (before, ends)}
        )
    access.forget(row.person)


def _check_order(starts: dt.date, ends: dt.date | None) -> None:
    if ends is not None and ends < starts:
        raise Refused(Message(ENDS_EARLY, {"starts": starts.isoformat(), "ends": ends.isoformat()}))
