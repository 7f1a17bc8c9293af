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
from bihuan.kernel.pages.base import choice_of
from bihuan.kernel.wording import Message

from .. import actions as a
from .. import selectors
from ..models import InspectionRound

PROBLEMS_A_PAGE = 20
MOST, MOST_ALONE = 20, 120
"""Measures shown of a column of the board: beside the others, and alone."""


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
    """Where a round stands: rates at both levels, milestones, its problems page by page, each a line with its light."""
    person = _person(request)
    rounds = list(access.visible(person, InspectionRound).filter(voided_at=None))
    chosen = _round(request, rounds)
    context: dict[str, Any] = {"rounds": rounds, "round": chosen}
    if chosen is not None:
        show = choice_of(request.GET.get("show"), selectors.SHOWS)
        progress = selectors.plan_progress(person, chosen)
        pages = selectors.problem_pages(person, progress, PROBLEMS_A_PAGE, show=show)
        page = pages.get_page(request.GET.get("page", 1))
        context |= {
            "progress": progress,
            "page_obj": page,
            "show": show,
            "shows": selectors.SHOWS.items(),
            "trees": selectors.trees(person, page.object_list),
            "source_states": sources.for_models(["rectification.reading", "rectification.measure"], clock.today()),
        }
    return render(request, "rectification/overview.html", context)


@login_required
def board(request: HttpRequest) -> HttpResponse:
    """The measures the person sees, in columns by state; one column alone, further down, by `?state=`."""
    person = _person(request)
    rounds = list(access.visible(person, InspectionRound).filter(voided_at=None))
    chosen = _round(request, rounds)
    only = choice_of(request.GET.get("state"), selectors.BOARD)
    columns = selectors.board(person, chosen, only=only, most=MOST_ALONE if only else MOST) if chosen else []
    context = {"rounds": rounds, "round": chosen, "columns": columns, "only": only}
    return render(request, "rectification/board.html", context)


@login_required
def president(request: HttpRequest) -> HttpResponse:
    """One printable A4 page: to sign, red items, next milestones."""
    person = _person(request)
    if not access.viewer(person).has(a.PRESIDENT, a.RECTIFICATION_OFFICE, a.OFFICE):
        raise NotAllowed(Message(access.NOT_ALLOWED, {"person": str(person), "action": _("院长一页纸")}))
    sheet = selectors.president_sheet(person)
    running = [r for r in selectors.current_rounds(person) if r.state in {"approved", "submitted"}]
    rounds = [selectors.plan_progress(person, r) for r in running[:2]]
    context = {"sheet": sheet, "rounds": rounds, "upcoming": selectors.due_soon(person)[:12]}
    return render(request, "rectification/president.html", context)
