"""Put the demo court's people into an empty database, through the same services a real court uses."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from bihuan.kernel import clock
from bihuan.kernel.models import Person, Post, Unit
from bihuan.kernel.work import unit_of_work
from bihuan.people import demo
from bihuan.people.services import accounts, duty, posts

from .load import Court


@dataclass(frozen=True)
class Filled:
    """The demo court's rows by the codes its data use. A post with two roles is two rows."""

    top: Unit
    units: dict[str, Unit]
    posts: dict[str, list[Post]]
    people: dict[str, Person]


def fill(court: Court) -> Filled:
    """Units, posts, people, administrators, leaders in charge and stand-ins, in one unit of work."""
    first = min(held.since for person in court.people for held in person.posts)
    encoded = make_password(demo.password())
    with clock.simulate(first), unit_of_work(None, job="demo"):
        top = posts.make_unit(actor=None, code=court.code, name=court.name, order=0)
        units = {
            unit.code: posts.make_unit(actor=None, code=unit.code, name=unit.name, parent=top, order=unit.order)
            for unit in court.units
        }
        made = {
            post.code: [
                posts.make_post(actor=None, unit=units[post.unit], role=role, title=post.title) for role in post.roles
            ]
            for post in court.posts
        }
        people = {
            admin.username: _account(encoded, admin.username, admin.name, admin.number, admin.admin_role)
            for admin in court.administrators
        }
        for row in court.people:
            person = people[row.username] = _account(encoded, row.username, row.name, row.number)
            for held in row.posts:
                for post in made[held.post]:
                    posts.assign(actor=None, person=person, post=post, starts=held.since, ends=held.until)
        for lead in court.leads:
            for post in made[lead.post][:1]:
                for unit in lead.units:
                    posts.put_in_charge(actor=None, post=post, unit=units[unit], starts=lead.since, ends=lead.until)
        for span in court.delegations:
            duty.delegate(
                actor=None,
                person=people[span.person],
                deputy=people[span.deputy],
                starts=span.since,
                ends=span.until,
                reason=span.reason,
            )
        for leave in court.leaves:
            duty.be_away(
                actor=None,
                person=people[leave.person],
                kind=leave.kind,
                starts=leave.since,
                ends=leave.until,
                note=leave.note,
            )
    return Filled(top, units, made, people)


def _account(encoded: str, username: str, name: str, number: str, admin_role: str = "") -> Person:
    return accounts.make(
        actor=None,
        username=username,
        name=name,
        number=number,
        admin_role=admin_role,
        password=demo.password(),
        encoded=encoded,
        must_change=False,
        is_demo=True,
    )
