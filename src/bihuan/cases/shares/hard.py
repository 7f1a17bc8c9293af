"""Which closed cases are hard (重大、疑难、复杂): dated data of the court says by what a case is known to be one.

No text for all courts says it. The court's own list names kinds of marks of oversight, bodies that discussed a case, and facts of the case
that bear on its limit; a case is hard by any one of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from bihuan.law.dated import current_parameters

from ..models import SAT, AgendaItem, Case, OversightMark

HARD = "local.shares.hard"


def ways(on: dt.date) -> Mapping[str, Any]:
    """The list of the day: codes under hard_marks, hard_bodies, hard_facts; empty before there was one."""
    held = current_parameters().get(HARD).find_on(on)
    return held.content if held is not None else {"hard_marks": [], "hard_bodies": [], "hard_facts": []}


def hard_cases(first: dt.date, last: dt.date) -> frozenset[int]:
    """Ids of the hard ones among the cases closed from `first` to `last`, by the list of `last`: at most three statements."""
    listed = ways(last)
    closed = {"case__closed_on__gte": first, "case__closed_on__lte": last, "voided_at": None}
    found: set[int] = set()
    if listed["hard_marks"]:
        marks = OversightMark.objects.filter(kind__in=listed["hard_marks"], state__in=("confirmed", "ended"), **closed)
        found.update(marks.values_list("case_id", flat=True))
    if listed["hard_bodies"]:
        items = AgendaItem.objects.filter(
            meeting__body__in=listed["hard_bodies"], meeting__state__in=SAT, meeting__voided_at=None, **closed
        )
        found.update(items.values_list("case_id", flat=True))
    if listed["hard_facts"]:
        wanted = frozenset(listed["hard_facts"])
        rows = Case.objects.filter(voided_at=None, closed_on__gte=first, closed_on__lte=last).order_by()
        if "foreign" in wanted:
            found.update(rows.filter(foreign=True).values_list("pk", flat=True))
        with_facts = rows.exclude(facts=[]).values_list("pk", "facts")
        found.update(pk for pk, facts in with_facts if not wanted.isdisjoint(facts))
    return frozenset(found)
