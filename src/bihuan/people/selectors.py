"""The organisation as it stood on a day, and what is known of one person: a fixed number of statements each."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from bihuan.kernel import access, org
from bihuan.kernel.models import Assignment, Delegation, Lead, Leave, Person, Post, Unit


@dataclass
class PostOn:
    """A post on a day: who holds it, and (as far as the viewer may know) who is away and who stands in."""

    post: Post
    held: list[Assignment] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)

    @property
    def vacant(self) -> bool:
        """Whether nobody holds it."""
        return not self.held


@dataclass
class UnitOn:
    """A unit on a day, `depth` steps below the court."""

    unit: Unit
    depth: int
    posts: list[PostOn] = field(default_factory=list)
    led_by: list[Lead] = field(default_factory=list)
    leader: Person | None = None
    head: Person | None = None
    persons: int = 0


def organisation(viewer: Person, day: dt.date) -> list[UnitOn]:
    """The units of the court in the order of the tree, with posts, holders and leaders in charge on `day`."""
    posts: dict[int, PostOn] = {}
    by_unit: dict[int, list[PostOn]] = defaultdict(list)
    for post in access.visible(viewer, Post).select_related("unit"):
        posts[post.pk] = PostOn(post)
        by_unit[post.unit_id].append(posts[post.pk])
    rows = access.visible(viewer, Assignment).filter(Assignment.on(day)).select_related("person")
    for row in rows.order_by("starts", "id"):
        posts[row.post_id].held.append(row)
    led_by: dict[int, list[Lead]] = defaultdict(list)
    for lead in access.visible(viewer, Lead).filter(Lead.on(day)).select_related("post", "post__unit", "unit"):
        led_by[lead.unit_id].append(lead)
        posts[lead.post_id].leads.append(lead)
    heads, leaders = org.heads(None, day), org.leaders(None, day)
    units = access.visible(viewer, Unit).order_by("order", "code")
    found = []
    for unit, depth in _tree([u for u in units if u.closed_on is None or u.closed_on >= day]):
        entry = UnitOn(unit, depth, by_unit[unit.pk], led_by[unit.pk], leaders.get(unit.pk), heads.get(unit.pk))
        entry.persons = len({row.person_id for post in entry.posts for row in post.held})
        found.append(entry)
    return found


def _tree(units: list[Unit]) -> Iterable[tuple[Unit, int]]:
    """Units below their parents, with their depth; one whose parent was closed stands at the top."""
    known = {unit.pk for unit in units}
    below: dict[int | None, list[Unit]] = defaultdict(list)
    for unit in units:
        below[unit.parent_id if unit.parent_id in known else None].append(unit)

    def walk(parent: int | None, depth: int) -> Iterable[tuple[Unit, int]]:
        for unit in below[parent]:
            yield unit, depth
            yield from walk(unit.pk, depth + 1)

    return walk(None, 0)


@dataclass(frozen=True)
class Standing:
    """Who is away and who stands in on a day, as far as the viewer may know."""

    away: frozenset[int]
    deputies: dict[int, Person]


def standing(viewer: Person, day: dt.date) -> Standing:
    """Leaves and stand-ins of the day that the viewer may see."""
    away = access.visible(viewer, Leave).filter(Leave.on(day)).values_list("person_id", flat=True)
    rows = access.visible(viewer, Delegation).filter(Delegation.on(day)).select_related("deputy")
    return Standing(frozenset(away), {row.person_id: row.deputy for row in rows})


def watches(viewer: Person, person: Person, day: dt.date) -> bool:
    """Whether the viewer answers for the person: themselves, head or leader of one of their units, or personnel staff."""
    who = access.viewer(viewer)
    if who.is_me(person.pk) or access.may(viewer, "people.hand_over", person):
        return True
    units = Assignment.objects.filter(Assignment.on(day), person=person).values_list("post__unit_id", flat=True)
    return not (who.headed | who.led).isdisjoint(units)
