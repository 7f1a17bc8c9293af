"""The first screen, by role: what is mine and due, then what my post has to look after."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from bihuan.kernel import access, clock, sources
from bihuan.kernel.models import AdminRole, Alert, InboxItem, Person
from bihuan.rectification import actions as a
from bihuan.rectification import selectors

from .dashboard.fields import has_dashboard

CONSOLES = {
    AdminRole.SYSTEM.value: "people:accounts",
    AdminRole.SECURITY.value: "people:posts",
    AdminRole.AUDIT.value: "people:log",
}
SHOWN = 8


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The first screen. An administrator goes to their own console: there is no business for them here."""
    person = request.user
    assert isinstance(person, Person)
    viewer = access.viewer(person)
    if viewer.admin_role:
        return HttpResponseRedirect(reverse(CONSOLES[viewer.admin_role]))
    return render(request, "shell/home.html", {"viewer": viewer, "glance": has_dashboard(viewer), **_mine(person), **_by_post(person, viewer)})


def _mine(person: Person) -> dict[str, Any]:
    """What everyone sees: own work by due day, own alerts, latest messages."""
    me = access.viewer(person).acts_for
    standing = access.visible(person, Alert).filter(owner__in=me, cleared_on__isnull=True)
    return {
        "mine": _lit(selectors.my_measures(person), SHOWN + 1),
        "reviews": selectors.to_review(person, SHOWN),
        "my_alerts": list(standing.select_related("unit").order_by("-level", "due")[:SHOWN]),
        "messages_new": list(access.visible(person, InboxItem).filter(read_at=None)[:SHOWN]),
        "letters": selectors.letters_open(person, SHOWN),
    }


def _by_post(person: Person, viewer: access.Viewer) -> dict[str, Any]:
    """What the post has to look after besides."""
    found: dict[str, Any] = {}
    if viewer.has(a.PRESIDENT):
        found["sheet"] = selectors.president_sheet(person, limit=SHOWN)
    if viewer.headed and not viewer.has(a.PRESIDENT):
        found["department"] = _lit(selectors.department_pending(person), SHOWN * 2)
    if viewer.led and not viewer.has(a.PRESIDENT):
        found["field"] = _lit(selectors.own_field(person), SHOWN * 2)
        found["changes"] = selectors.changes_to_decide(person, SHOWN)
    if viewer.has(*a.INSPECTORS):
        found["queue"] = selectors.verification_queue(person, SHOWN)
    if viewer.has(a.RECTIFICATION_OFFICE, a.OFFICE, a.PRESIDENT):
        found["rounds"] = [selectors.plan_progress(person, r) for r in selectors.current_rounds(person)[:1]]
        found["decide"] = selectors.some(selectors.to_decide(person), SHOWN)
    if viewer.has("trial_management", a.RECTIFICATION_OFFICE):
        found["source_states"] = list(sources.states(on=clock.today()).values())
    return found


def _lit(rows: Any, most: int) -> selectors.Some:
    """The first of the measures, with their lights."""
    first = selectors.some(rows, most)
    lit = selectors.Some(selectors.leaf(row, clock.today()) for row in first)
    lit.more = first.more
    return lit
