"""What the shell around every page needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

import bihuan
from bihuan.kernel import access, clock, inbox, menu, org
from bihuan.law.calendar import current_calendar

FOLDED = "bihuan_folded"
"""The cookie in which the browser keeps the menu groups a person has folded, joined by dots (see app.js)."""
ROOM = 24
"""So many entries stand in the menu without folding."""


@dataclass(frozen=True)
class Entry:
    """A menu entry ready to draw."""

    label: str
    url: str
    icon: str
    active: bool


_KEPT = "_bihuan_shell"


def shell(request: HttpRequest) -> dict[str, Any]:
    """The shell for the templates: looked up when one first asks for it, and once a request, however many templates are drawn."""
    if not hasattr(request, _KEPT):
        setattr(request, _KEPT, SimpleLazyObject(partial(_shell, request)))
    return {"shell": getattr(request, _KEPT)}


def _shell(request: HttpRequest) -> dict[str, Any]:
    """Court, day, theme, menu and inbox count."""
    choice = request.COOKIES.get("bihuan_theme", "auto")
    theme = choice if choice in {"light", "dark"} else "light"
    data: dict[str, Any] = {
        "court": court_name(),
        "version": bihuan.__version__,
        "today": clock.today(),
        "workday": current_calendar().is_workday(clock.today()),
        "demo": settings.BIHUAN_DEMO,
        "simulated": clock.simulated_day(),
        "simulation_writes": settings.BIHUAN_SIMULATION_WRITES,
        "theme": theme,
        "theme_choice": choice if choice in {"light", "dark"} else "auto",
        "next_theme": "light" if theme == "dark" else "dark",
    }
    person = getattr(request, "user", None)
    if person is not None and person.is_authenticated:
        data["menu"] = _menu(request)
        data["searches"] = not access.viewer(person).admin_role
        data["unread"] = inbox.unread(person)
    return data


def court_name() -> str:
    """The court is the unit at the top of the tree."""
    return org.top_name() or "闭环"


def _menu(request: HttpRequest) -> list[dict[str, Any]]:
    groups = menu.for_viewer(access.viewer(request.user))  # type: ignore[arg-type]
    folded = request.COOKIES.get(FOLDED)
    roomy = sum(len(items) for _group, items in groups) <= ROOM
    drawn: list[dict[str, Any]] = []
    for group, items in groups:
        entries = []
        for item in items:
            url = reverse(item.url_name, args=item.url_args)
            here = request.path == url if url == "/" else request.path.startswith(url)
            entries.append(Entry(str(item.label), url, item.icon, here))
        longest = max((e.url for e in entries if e.active), key=len, default="")
        entries = [Entry(e.label, e.url, e.icon, e.url == longest) for e in entries]
        # The group of the page stands open; the others as the person left them, or folded where the menu would be long.
        unfolded = group.code not in folded.split(".") if folded is not None else roomy
        made = {"code": group.code, "label": str(group.label), "items": entries, "open": bool(longest) or unfolded, "groups": []}
        if not group.under:
            drawn.append(made)
            continue
        drawn[-1]["groups"].append(made)  # those beneath a heading follow it
        drawn[-1]["open"] |= bool(longest)
    return drawn
