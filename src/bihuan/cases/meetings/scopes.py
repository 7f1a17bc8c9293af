"""Who sees searches and meetings.

A search: whoever the contents of its case are open to, and the secretary who puts it on an agenda.
"""

from __future__ import annotations

from django.db.models import Q

from bihuan.kernel.access import EVERYTHING, NOTHING, Viewer, scope

from ..models import Case, SearchRecord
from ..scopes import OVERSEERS, TRIAL_MANAGEMENT, cases, handled, opened
from ..tracks import SEALED

SECRETARY = "committee_secretary"


def about_open_cases(viewer: Viewer) -> Q:
    """Rows about cases whose contents are open to the viewer."""
    if not viewer.roles:
        return NOTHING
    if viewer.has(TRIAL_MANAGEMENT) and viewer.knows(SEALED):
        return EVERYTHING
    if viewer.has(*OVERSEERS):
        return Q(case__sealed="") | Q(case__in=Case.objects.filter(handled(viewer)).values("pk"))
    return Q(case__in=Case.objects.filter(cases(viewer) & opened(viewer)).values("pk"))


@scope(SearchRecord)
def searches(viewer: Viewer) -> Q:
    """Those of the cases open to the viewer; the secretary also those of cases that are not sealed."""
    if viewer.has(SECRETARY):
        return about_open_cases(viewer) | Q(case__sealed="")
    return about_open_cases(viewer)
