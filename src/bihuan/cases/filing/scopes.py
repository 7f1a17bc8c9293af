"""Who sees regular checks of filing: those who watch over filing."""

from __future__ import annotations

from django.db.models import Q

from bihuan.kernel.access import EVERYTHING, NOTHING, Viewer, scope

from ..models import FilingCheck, FilingCheckItem
from ..scopes import FILING_OVERSEERS


@scope(FilingCheck)
@scope(FilingCheckItem)
def checks(viewer: Viewer) -> Q:
    """The president, the trial management office, the head of filing and the supervisors."""
    return EVERYTHING if viewer.has(*FILING_OVERSEERS) else NOTHING
