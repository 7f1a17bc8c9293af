"""Whose contents are open without a reason, whose with one that still holds, and who sees the reasons that were given."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from bihuan.kernel import clock
from bihuan.kernel.access import NOTHING, Viewer, scope

from ..models import AccessReason, Case, CaseParty, OversightMark
from ..scopes import PRESIDENT, TRIAL_MANAGEMENT, about_open_cases, cases, handled, is_open_to
from ..tracks import SEALED


def live(viewer: Viewer) -> QuerySet[Any]:
    """The viewer's own reasons that still hold; a deputy's reason is the deputy's own."""
    now = clock.now()
    return AccessReason.objects.filter(person=viewer.person.pk, at__lte=now, until__gt=now, voided_at=None)


def overseen(viewer: Viewer) -> Q:
    """Cases the viewer oversees under a confirmed mark."""
    marked = Exists(OversightMark.objects.filter(case=OuterRef("pk"), state="confirmed", voided_at=None).order_by())
    if viewer.has(PRESIDENT):
        return Q(marked)
    units = viewer.headed | viewer.led
    return Q(division__in=units) & Q(marked) if units else NOTHING


def whole(viewer: Viewer) -> Q:
    """Of the cases a viewer sees that are not sealed, those all of which is open to them now: `is_whole_to` as a condition."""
    return handled(viewer) | overseen(viewer) | Q(pk__in=live(viewer).order_by().values("case"))


def needs_reason(viewer: Viewer, case: Case) -> bool:
    """Whether the viewer, who sees the case and to whom it is open, needs a reason for more than its nodes: they neither work on it
    nor oversee it under a confirmed mark. A grant for sealed cases was itself given with a reason. One statement at most."""
    if case.sealed and viewer.has(TRIAL_MANAGEMENT) and viewer.knows(SEALED):
        return False
    if viewer.is_me(case.judge_id) or viewer.is_me(case.assistant_id):
        return False
    return not Case.objects.filter(handled(viewer) | overseen(viewer), pk=case.pk).exists()


def is_whole_to(viewer: Viewer, case: Case) -> bool:
    """Whether all of the case is open to the viewer now: without a reason, or with one that still holds."""
    return is_open_to(viewer, case) and (not needs_reason(viewer, case) or live(viewer).filter(case=case.pk).exists())


def may_give_reason(viewer: Viewer, obj: Any) -> bool:
    """Whether a reason opens the case to the viewer. A sealed one that is not open to them stays shut, whatever the reason."""
    seen = Case.objects.filter(cases(viewer), pk=obj.pk).exists()
    return seen and is_open_to(viewer, obj) and needs_reason(viewer, obj)


@scope(CaseParty)
def parties(viewer: Viewer) -> Q:
    """Parties of the cases whose contents are open to the viewer now; never one of a sealed case, whoever asks: its own page names them
    to those it is open to. An import of the trial management office finds all it brought in; its pages show no more than others'."""
    if not viewer.roles:
        return NOTHING
    if viewer.has(TRIAL_MANAGEMENT):
        return Q(case__sealed="")
    return shown_parties(viewer)


def shown_parties(viewer: Viewer) -> Q:
    """The parties that pages show to the viewer."""
    read = Case.objects.filter(whole(viewer)).order_by()
    return about_open_cases(viewer) & Q(case__sealed="", case__in=read.values("pk"))


@scope(AccessReason)
def reasons(viewer: Viewer) -> Q:
    """One's own, and those about the cases one is the judge of."""
    return Q(person=viewer.person.pk) | Q(case__judge__in=viewer.acts_for) if viewer.roles else NOTHING
