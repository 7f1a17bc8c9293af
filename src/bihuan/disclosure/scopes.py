"""Who sees which opinions: the receiver with whom they lie; departments see only what was handed to them, without the sender."""

from __future__ import annotations

from django.db.models import Q

from bihuan.kernel.access import EVERYTHING, NOTHING, Viewer, scope

from . import actions as a
from .models import NoticeSection, Opinion, OpinionTask, PublicNotice, Receiver, VettingReply
from .receivers import sides

SEES_TASKS = ("president", "rectification_office")
"""Who oversees that every opinion is answered: what was handed on, never who wrote."""


SEES_NOTICES = ("president", "leader", "inspection_office", "party_discipline", "stationed_discipline", *a.OFFICE)
"""Who sees notices before they are public."""


@scope(Receiver)
def receivers(viewer: Viewer) -> Q:
    """Who receives opinions is known to all who hold a post."""
    return EVERYTHING if viewer.roles else NOTHING


@scope(Opinion)
def opinions(viewer: Viewer) -> Q:
    """Those of the sides whose receiver one is."""
    found = sides(viewer)
    return Q(side__in=found) if found else NOTHING


@scope(OpinionTask)
def tasks(viewer: Viewer) -> Q:
    """The receiver's; those of departments one heads, leads or keeps; to who oversees, all but those of the other side."""
    own = viewer.units if viewer.has(a.CLERK) else frozenset()
    seen = Q(opinion__side__in=sides(viewer)) | Q(unit__in=viewer.headed | viewer.led | own)
    if viewer.has(*SEES_TASKS):
        seen |= Q(opinion__side="inspection")
    return seen if viewer.roles else NOTHING


@scope(PublicNotice)
@scope(NoticeSection)
@scope(VettingReply)
def notices(viewer: Viewer) -> Q:
    """Who draws the notice up, who decides, who supervises."""
    return EVERYTHING if viewer.has(*SEES_NOTICES) else NOTHING
