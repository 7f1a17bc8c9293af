"""Finding persons through posts: heads, leaders in charge, stand-ins, the next in line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from .access import roles
from .models.org import Assignment, Delegation, Lead, Leave, Person, Unit


def top_name() -> str:
    """The organisation itself: the unit at the top of the tree; "" before there is one."""
    return Unit.objects.filter(parent=None).order_by("order", "pk").values_list("name", flat=True).first() or ""


def holders(role: str, day: dt.date, unit: Unit | int | None = None) -> list[Person]:
    """The persons who hold posts of `role` on `day`, in `unit` if given, longest-serving first."""
    rows = Assignment.objects.filter(Assignment.on(day), post__role=role, person__is_active=True)
    if unit is not None:
        rows = rows.filter(post__unit=unit)
    return [row.person for row in rows.select_related("person").order_by("starts", "id")]


def head_of(unit: Unit | int, day: dt.date) -> Person | None:
    """The head of a unit, or None while the post is empty."""
    return heads([unit if isinstance(unit, int) else unit.pk], day).get(unit if isinstance(unit, int) else unit.pk)


def heads(units: Iterable[int] | None, day: dt.date) -> dict[int, Person]:
    """Unit id -> head, for the units given (None: all), in one statement."""
    codes = [code for code, role in roles().items() if role.heads]
    rows = Assignment.objects.filter(Assignment.on(day), post__role__in=codes, person__is_active=True)
    if units is not None:
        rows = rows.filter(post__unit_id__in=list(units))
    found: dict[int, Person] = {}
    for row in rows.select_related("person", "post").order_by("starts", "id"):
        found.setdefault(row.post.unit_id, row.person)
    return found


def leaders(units: Iterable[int] | None, day: dt.date) -> dict[int, Person]:
    """Unit id -> leader in charge, for the units given (None: all), in two statements."""
    leads = Lead.objects.filter(Lead.on(day))
    if units is not None:
        leads = leads.filter(unit_id__in=list(units))
    by_post = {lead.post_id: [] for lead in leads}  # type: dict[int, list[int]]
    for lead in leads:
        by_post[lead.post_id].append(lead.unit_id)
    rows = Assignment.objects.filter(Assignment.on(day), post_id__in=list(by_post), person__is_active=True)
    found: dict[int, Person] = {}
    for row in rows.select_related("person").order_by("starts", "id"):
        for unit in by_post[row.post_id]:
            found.setdefault(unit, row.person)
    return found


def leader_of(unit: Unit | int, day: dt.date) -> Person | None:
    """The leader in charge of a unit."""
    pk = unit if isinstance(unit, int) else unit.pk
    return leaders([pk], day).get(pk)


def is_away(person: Person, day: dt.date) -> bool:
    """Whether a leave covers the day."""
    return Leave.objects.filter(Leave.on(day), person=person).exists()


def deputies(day: dt.date) -> dict[int, Person]:
    """Person id -> deputy on the day."""
    rows = Delegation.objects.filter(Delegation.on(day), deputy__is_active=True).select_related("deputy")
    return {row.person_id: row.deputy for row in rows}
