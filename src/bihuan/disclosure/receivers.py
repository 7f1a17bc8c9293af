"""Who receives opinions on a day: whom the court named, else the head of the side, else whoever holds its role longest."""

from __future__ import annotations

import datetime as dt

from bihuan.kernel import clock, org
from bihuan.kernel.access import Viewer
from bihuan.kernel.models import Person, Post

from .models import Receiver, Side

ROLES = {Side.INSPECTION: "inspection_office", Side.STATIONED: "stationed_discipline"}
"""The role a receiver of the side must hold."""


def receiver(side: str, on: dt.date | None = None) -> Person | None:
    """The one receiver of a side on a day (today). None while nobody holds the role."""
    day = on or clock.today()
    held = org.holders(ROLES[Side(side)], day)
    named = Receiver.objects.filter(side=side, starts__lte=day, voided_at=None, person__in=held)
    row = named.select_related("person").order_by("-starts", "-id").first()
    if row is not None:
        found: Person = row.person
        return found
    heads = org.heads(units(side), day).values()
    return next((person for person in held if person in heads), held[0] if held else None)


def units(side: str) -> list[int]:
    """The units where the side's role is held."""
    return list(Post.objects.filter(role=ROLES[Side(side)]).values_list("unit_id", flat=True).distinct())


def sides(viewer: Viewer) -> list[str]:
    """The sides whose receiver the viewer is, or stands in for, now. Asked once a request."""
    if "opinion sides" not in viewer.memo:
        found = []
        for side, role in ROLES.items():
            who = receiver(side, viewer.day) if viewer.has(role) else None
            if who is not None and viewer.is_me(who.pk):
                found.append(side.value)
        viewer.memo["opinion sides"] = found
    return list(viewer.memo["opinion sides"])


def receives(viewer: Viewer, opinion: object) -> bool:
    """Whether the opinion lies with the viewer: the present receiver of its side."""
    return getattr(opinion, "side", "") in sides(viewer)
