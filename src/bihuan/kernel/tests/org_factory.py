"""A small organisation for the engine's tests; each write in a unit of work, as everywhere."""

from __future__ import annotations

import datetime as dt
import itertools

from bihuan.kernel.models import Assignment, Lead, Person, Post, Unit
from bihuan.kernel.work import unit_of_work

_number = itertools.count(1)
START = dt.date(2024, 1, 1)


def unit(name: str = "民一庭", parent: Unit | None = None) -> Unit:
    """A unit."""
    with unit_of_work(None) as uow:
        made = Unit.objects.create(code=f"u{next(_number)}", name=name, parent=parent)
        uow.record("test.made", made)
    return made


def person(name: str = "甲", *, admin_role: str = "", active: bool = True) -> Person:
    """A person without a post."""
    with unit_of_work(None) as uow:
        made = Person(username=f"p{next(_number)}", name=name, admin_role=admin_role, is_active=active)
        made.set_password("Test-pass-12345")
        made.save()
        uow.record("test.made", made)
    return made


def post(holder: Person, role: str, where: Unit, *, starts: dt.date = START, ends: dt.date | None = None) -> Post:
    """A post in a unit, held by a person."""
    with unit_of_work(None) as uow:
        made, _new = Post.objects.get_or_create(unit=where, role=role, title=role)
        Assignment.objects.create(person=holder, post=made, starts=starts, ends=ends)
        uow.record("test.made", made, covers=[Assignment])
    if hasattr(holder, "_viewer"):
        del holder._viewer
    return made


def leads(held: Post, where: Unit) -> Lead:
    """The post is in charge of the unit."""
    with unit_of_work(None) as uow:
        made = Lead.objects.create(post=held, unit=where, starts=START)
        uow.record("test.made", made)
    return made
