"""Who sees shares and targets: each their own; the president and the trial management office all. Nobody stands in for another here."""

from __future__ import annotations

from django.db.models import Q

from bihuan.kernel.access import EVERYTHING, NOTHING, Viewer, scope

from ..models import ShareRecord, ShareTarget
from ..scopes import OVERSEERS


@scope(ShareRecord)
@scope(ShareTarget)
def own(viewer: Viewer) -> Q:
    """One's own; overseers all."""
    if viewer.has(*OVERSEERS):
        return EVERYTHING
    return Q(person=viewer.person) if viewer.roles else NOTHING
