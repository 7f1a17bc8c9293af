"""Who sees what the ledger engine itself keeps."""

from __future__ import annotations

from django.db.models import Q

from .. import access
from ..access import Viewer
from ..models.saved import SavedFilter


@access.scope(SavedFilter)
def saved_filters(viewer: Viewer) -> Q:
    """One's own."""
    return Q(person=viewer.person.pk)
