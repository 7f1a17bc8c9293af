"""Who sees shares and targets: each their own, and the targets of the post they hold; the president and the trial management office all. Nobody stands in for another here."""

from __future__ import annotations

from django.db.models import Q

from bihuan.kernel.access import EVERYTHING, NOTHING, Viewer, scope
from bihuan.kernel.models import Assignment

from ..models import ShareRecord, ShareTarget
from ..scopes import OVERSEERS


@scope(ShareTarget)
def of_post(viewer: Viewer) -> Q:
    """Those of the posts one holds, and those said of oneself; overseers all."""
    if viewer.has(*OVERSEERS):
        return EVERYTHING
    held = Assignment.objects.filter(Assignment.on(viewer.day), person=viewer.person.pk).values("post")
    return Q(person=viewer.person) | Q(post__in=held) if viewer.roles else NOTHING


@scope(ShareRecord)
def own(viewer: Viewer) -> Q:
    """One's own; overseers all."""
    if viewer.has(*OVERSEERS):
        return EVERYTHING
    return Q(person=viewer.person) if viewer.roles else NOTHING
