"""Who sees reviews: the judge it is about, the reviewer, the trial management office and the president those of cases open to them,
the committee's secretary what is before the committee. Colleagues and heads of divisions do not: a review is no ranking.
"""

from __future__ import annotations

from django.db.models import Q

from bihuan.kernel.access import EVERYTHING, NOTHING, Viewer, scope

from ..meetings.scopes import SECRETARY, either
from ..models import CaseReview, ConductInstance, ReviewDraw, ReviewFinding
from ..scopes import OVERSEERS, about_open_cases


@scope(CaseReview)
def reviews(viewer: Viewer) -> Q:
    """One's own as judge or reviewer; overseers those of open cases."""
    if not viewer.roles:
        return NOTHING
    mine = Q(judge=viewer.person) | Q(reviewer=viewer.person)
    if viewer.has(*OVERSEERS):
        return either(about_open_cases(viewer), mine)
    return mine | Q(meeting__isnull=False) | Q(state="submitted") if viewer.has(SECRETARY) else mine


@scope(ReviewFinding)
def findings(viewer: Viewer) -> Q:
    """As the review."""
    if not viewer.roles:
        return NOTHING
    return Q(review__in=CaseReview.objects.filter(reviews(viewer)).values("pk"))


@scope(ReviewDraw)
def draws(viewer: Viewer) -> Q:
    """The trial management office and the president."""
    return EVERYTHING if viewer.has(*OVERSEERS) else NOTHING


scope(ConductInstance)(about_open_cases)
