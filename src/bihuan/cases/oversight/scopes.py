"""Who sees oversight.

Marks, measures and readings are seen by whoever the contents of the case are open to. One exception: a mark because somebody reported
misconduct of the judge is not shown to those who work on the case; the measures taken are addressed to them and are.
"""

from __future__ import annotations

from django.db.models import Q

from bihuan.kernel.access import NOTHING, Viewer, scope

from ..models import Case, OversightKind, OversightMark, OversightMeasure, ReadingRecord
from ..scopes import about_open_cases, handled


@scope(OversightMark)
def marks(viewer: Viewer) -> Q:
    """Those of open cases, without reports about the viewer's own cases."""
    if not viewer.roles:
        return NOTHING
    own = Case.objects.filter(handled(viewer)).values("pk")
    return about_open_cases(viewer) & ~Q(kind=OversightKind.MISCONDUCT, case__in=own)


scope(OversightMeasure)(about_open_cases)
scope(ReadingRecord)(about_open_cases)
