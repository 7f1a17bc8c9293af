"""Who sees which cases, receipts and requests.

Judges and assistants see their own cases and those they sit on; a head the division's; a leader those of the divisions they lead;
the president and the trial management office all. More than the nodes of another's case is open with a reason (`opening`). A sealed case (未成年人、隐私) is open only to those who work on it, to the head of
its division, and to the trial management office with an explicit grant: others see its number and its days (`opened`).
"""

from __future__ import annotations

from django.db.models import Q

from bihuan.kernel.access import EVERYTHING, NOTHING, Viewer, scope
from bihuan.people.tracks import register_track

from .models import (
    Appeal,
    Case,
    CaseGrant,
    CasePause,
    CaseTurn,
    ExclusionRequest,
    ExtensionRequest,
    FilingComplaint,
    Hearing,
    PendingReason,
    Receipt,
    ReceiptSupplement,
)
from .tracks import SEALED, SEALED_NAME

register_track(SEALED, SEALED_NAME)

TRIAL_MANAGEMENT = "trial_management"
PRESIDENT = "president"
OVERSEERS = (PRESIDENT, TRIAL_MANAGEMENT)
"""Roles that see all cases."""
FILING_OVERSEERS = (*OVERSEERS, "filing_head", "filing_supervisor")
"""Roles that see all receipts."""
CLERK = "dept_clerk"


def handled(viewer: Viewer) -> Q:
    """Cases the viewer works on: as judge, as assistant, on the panel."""
    sits = Case.panel.through.objects.filter(person__in=viewer.acts_for).values("case_id")
    return Q(judge__in=viewer.acts_for) | Q(assistant__in=viewer.acts_for) | Q(pk__in=sits)


def units_of(viewer: Viewer) -> frozenset[int]:
    """Divisions whose whole work the viewer sees."""
    own = viewer.units if viewer.has(CLERK) else frozenset()
    return viewer.headed | viewer.led | own


@scope(Case)
def cases(viewer: Viewer) -> Q:
    """The cases a viewer sees at all; of a sealed one perhaps only the number and the days."""
    if viewer.has(*OVERSEERS):
        return EVERYTHING
    if not viewer.roles:
        return NOTHING
    units = units_of(viewer)
    if units:
        return handled(viewer) | Q(division__in=units)
    return Q(pk__in=Case.objects.filter(handled(viewer)).values("pk"))  # few rows, found before anything is sorted


def opened(viewer: Viewer) -> Q:
    """Of the cases a viewer sees, those whose contents are open to them."""
    if viewer.has(TRIAL_MANAGEMENT) and viewer.knows(SEALED):
        return EVERYTHING
    own = handled(viewer)
    if viewer.headed:
        own |= Q(division__in=viewer.headed)
    return Q(sealed="") | own


def is_open_to(viewer: Viewer, case: Case) -> bool:
    """Whether the contents of a case the viewer sees are open to them; one statement at most, and only for a sealed case."""
    if not case.sealed or (viewer.has(TRIAL_MANAGEMENT) and viewer.knows(SEALED)):
        return True
    if viewer.is_me(case.judge_id) or viewer.is_me(case.assistant_id) or case.division_id in viewer.headed:
        return True
    return Case.panel.through.objects.filter(case=case.pk, person__in=viewer.acts_for).exists()


def about_open_cases(viewer: Viewer) -> Q:
    """Rows about cases whose contents are open to the viewer."""
    if not viewer.roles:
        return NOTHING
    if viewer.has(TRIAL_MANAGEMENT) and viewer.knows(SEALED):
        return EVERYTHING
    if viewer.has(*OVERSEERS):
        return Q(case__sealed="") | Q(case__in=Case.objects.filter(handled(viewer)).values("pk"))
    return Q(case__in=Case.objects.filter(cases(viewer) & opened(viewer)).values("pk"))


for _model in (CasePause, CaseGrant, CaseTurn, Hearing, Appeal, ExtensionRequest, ExclusionRequest, PendingReason):
    scope(_model)(about_open_cases)


def _receipts(viewer: Viewer, unit: str, person: str) -> Q:
    if viewer.has(*FILING_OVERSEERS):
        return EVERYTHING
    if not viewer.roles:
        return NOTHING
    mine = Q(**{f"{person}__in": viewer.acts_for})
    units = units_of(viewer)
    return mine | Q(**{f"{unit}__in": units}) if units else mine


@scope(Receipt)
def receipts(viewer: Viewer) -> Q:
    """Those one handles; all for those who watch over filing."""
    return _receipts(viewer, "unit", "person")


@scope(ReceiptSupplement)
def supplements(viewer: Viewer) -> Q:
    """Those of the receipts a viewer sees."""
    return _receipts(viewer, "receipt__unit", "receipt__person")


@scope(FilingComplaint)
def complaints(viewer: Viewer) -> Q:
    """Those one looks into; all for those who watch over filing. Whom a complaint is about does not see it."""
    if viewer.has(*OVERSEERS):
        return EVERYTHING
    return _receipts(viewer, "unit", "person") & ~Q(accused__in=viewer.acts_for)
