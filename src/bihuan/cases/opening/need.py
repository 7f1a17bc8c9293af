"""The records about a case, on need to know as the case itself: what of each is node data, and whose contents are open to whom.

Nodes are what says where a case stands in time: its number, days, kinds, persons in charge, states. Beyond them is what tells of the
matter: reasons, papers, grounds in words, what was searched for and found. Records of supervision itself (marks and measures, readings,
causes of long pending, meetings) are written for those who oversee and stand under the scopes of their own; so is, for the office that
runs it, a review.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.urls import reverse

from bihuan.kernel.access import EVERYTHING, Viewer
from bihuan.kernel.ledger.need import Need
from bihuan.kernel.wording import Message

from ..models import Case
from ..pages.sealed import SEALED
from ..scopes import TRIAL_MANAGEMENT, is_open_to
from ..tracks import SEALED as SEALED_TRACK
from .scopes import may_give_reason, whole
from .services import WANTED

COMMON = ("case", "case__number", "case__judge")


def about_whole(viewer: Viewer, path: str = "case") -> Q:
    """Rows about the cases all of which is open to the viewer now; `path` leads from the row to its case."""
    read = Case.objects.filter(whole(viewer)).order_by().values("pk")
    found = Q(**{f"{path}__in": read})
    if viewer.has(TRIAL_MANAGEMENT) and viewer.knows(SEALED_TRACK):
        found |= ~Q(**{f"{path}__sealed": ""})
    return found


def about_case(*nodes: str, path: str = "case", more: Callable[[Viewer], Q] | None = None) -> Need:
    """What of the records about cases is open to whom: the `nodes`, and with them the number and the judge of the case, to all who
    see the record; the rest with the rest of the case, and of rows that fulfil `more(viewer)`."""

    def opened(viewer: Viewer) -> Q:
        own = more(viewer) if more is not None else None
        if own is None:
            return about_whole(viewer, path)
        return EVERYTHING if own == EVERYTHING else about_whole(viewer, path) | own

    def case(row: Any) -> Case:
        for step in path.split("__"):
            row = getattr(row, step)
        return row  # type: ignore[no-any-return]

    return _need(frozenset((*COMMON, *nodes)), opened, case)


def of_cases(*nodes: str) -> Need:
    """The same of the cases themselves."""

    def opened(viewer: Viewer) -> Q:
        sealed = viewer.has(TRIAL_MANAGEMENT) and viewer.knows(SEALED_TRACK)
        return whole(viewer) | ~Q(sealed="") if sealed else whole(viewer)

    return _need(frozenset(nodes), opened, lambda row: row)


def _need(nodes: frozenset[str], opened: Callable[[Viewer], Q], case: Callable[[Any], Case]) -> Need:
    def refusal(viewer: Viewer, row: Any) -> Message:
        found = case(row)
        if not is_open_to(viewer, found):
            return Message(SEALED, {"number": found.number})
        return Message(WANTED, {"case": found.number})

    def way(viewer: Viewer, row: Any) -> str:
        found = case(row)
        return reverse("cases:open_whole", args=[found.pk]) if may_give_reason(viewer, found) else ""

    return Need(opened, nodes, refusal, way)
