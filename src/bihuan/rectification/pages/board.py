"""The overview of the rounds in work, the board by state, the president's page."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from bihuan.kernel import access, clock, sources
from bihuan.kernel.errors import NotAllowed
from bihuan.kernel.models import Person
from bihuan.kernel.wording import Message

from .. import actions as a
from .. import selectors
from ..models import InspectionRound, Problem


def _person(request: HttpRequest) -> Person:
    person = request.user
    assert isinstance(person, Person)
    if access.viewer(person).admin_role:
        raise NotAllowed(Message(access.NOT_ALLOWED, {"person": str(person), "action": _("巡察整改")}))
    return person


def _round(request: HttpRequest, rounds: list[InspectionRound]) -> InspectionRound | None:
    """The round asked for by code, else the newest in work, else the newest."""
    wanted = request.GET.get("round", "")
    found = next((r for r in rounds if r.code == wanted), None)
    return found or next((r for r in rounds if r.state == "approved"), rounds[0] if rounds else None)


@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """Where a round stands: rates at both levels, milestones, every problem as a line with its light."""
    person = _person(request)
    rounds = list(access.visible(person, InspectionRound).filter(voided_at=None))
    chosen = _round(request, rounds)
    context: dict[str, Any] = {"rounds": rounds, "round": chosen}
    if chosen is not None:
        problems = access.visible(person, Problem).filter(round=chosen, voided_at=None).order_by("order", "pk")
        context |= {
            "progress": selectors.plan_progress(person, chosen),
            "trees": selectors.trees(person, problems),
            "source_states": sources.for_models(["rectification.reading", "rectification.measure"], clock.today()),
        }
    return render(request, "rectification/overview.html", context)


@login_required
def board(request: HttpRequest) -> HttpResponse:
    """The measures the person sees, in columns by state."""
    person = _person(request)
    rounds = list(access.visible(person, InspectionRound).filter(voided_at=None))
    chosen = _round(request, rounds)
    columns = selectors.board(person, chosen) if chosen else []
    context = {"rounds": rounds, "round": chosen, "columns": columns}
    return render(request, "rectification/board.html", context)


@login_required
def president(request: HttpRequest) -> HttpResponse:
    """One printable A4 page: to sign, red items, next milestones."""
    person = _person(request)
    if not access.viewer(person).has(a.PRESIDENT, a.RECTIFICATION_OFFICE, a.OFFICE):
        raise NotAllowed(Message(access.NOT_ALLOWED, {"person": str(person), "action": _("院长一页纸")}))
    sheet = selectors.president_sheet(person)
    rounds = [
        selectors.plan_progress(person, r) for r in selectors.current_rounds(person) if r.state in {"approved", "submitted"}
    ]
    context = {"sheet": sheet, "rounds": rounds[:2], "upcoming": selectors.due_soon(person)[:12]}
    return render(request, "rectification/president.html", context)
