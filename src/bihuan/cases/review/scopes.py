"""Who sees reviews: the judge it is about, the reviewer, the trial management office and the president those of cases open to them,
the committee's secretary what is before the committee, and what it decided of cases that are not sealed. Colleagues and heads of divisions do not: a review is no ranking.
"""

from __future__ import annotations

from django.db.models import Q

from bihuan.kernel.access import EVERYTHING, NOTHING, Viewer, scope

from ..meetings.scopes import SECRETARY, either
from ..models import CaseReview, ConductInstance, ReviewDraw, ReviewFinding
from ..scopes import OVERSEERS, TRIAL_MANAGEMENT, about_open_cases


@scope(CaseReview)
def reviews(viewer: Viewer) -> Q:
    """One's own as judge or reviewer; overseers those of open cases."""
    if not viewer.roles:
        return NOTHING
    mine = Q(judge=viewer.person) | Q(reviewer=viewer.person)
    if viewer.has(*OVERSEERS):
        return either(about_open_cases(viewer), mine)
    return mine | before_committee() if viewer.has(SECRETARY) else mine


def before_committee() -> Q:
    """What the committee's secretary has to do with: what was handed in and is not decided; afterwards, what the committee decided, but
    not of sealed cases, for there is nothing left to do."""
    return Q(state="submitted") | Q(meeting__isnull=False, case__sealed="")


def part_in(viewer: Viewer) -> Q:
    """Reviews whose contents are open to the viewer without more: to judge and reviewer, to the office that runs them, to the secretary
    while they are before the committee."""
    if viewer.has(TRIAL_MANAGEMENT):
        return EVERYTHING
    mine = Q(judge=viewer.person) | Q(reviewer=viewer.person)
    return mine | Q(state="submitted") if viewer.has(SECRETARY) else mine


def part_in_finding(viewer: Viewer) -> Q:
    """As the review."""
    if viewer.has(TRIAL_MANAGEMENT):
        return EVERYTHING
    return Q(review__in=CaseReview.objects.filter(part_in(viewer)).order_by().values("pk"))


def recorded(viewer: Viewer) -> Q:
    """Instances that the viewer recorded."""
    return Q(recorded_by=viewer.person)


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
