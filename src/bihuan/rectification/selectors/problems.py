"""The problems of a round, page by page: all, those not done, those with something overdue."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access, clock
from bihuan.kernel.models import Person
from bihuan.kernel.paging import COUNT_CAP, CheapPaginator, capped, found_by_ids, is_there, walk

from ..models import CLOSED_STATES, Measure, Problem, Result
from ..rates import late
from .progress import PlanProgress

ORDER = ("-feedback_on", "order", "pk")
SHOWS = {"": _("全部"), "open": _("未完成"), "late": _("有超期")}


def problem_pages(
    person: Person, progress: PlanProgress, size: int, *, show: str = "", on: dt.date | None = None
) -> CheapPaginator:
    """Pages of the problems of a round that the person sees, in the order of the plan. `show`: a key of SHOWS."""
    day = on or clock.today()
    rows = access.visible(person, Problem).filter(round=progress.round, voided_at__isnull=True)
    measures = access.visible(person, Measure).filter(round=progress.round, voided_at__isnull=True)
    if show == "late":
        rows = _with(rows, measures.filter(late(day)), progress.overdue)
    elif show == "open":
        done = progress.rates.measures
        undone = measures.exclude(Q(light__in=CLOSED_STATES, outcome=Result.DONE, light__isnull=False))
        rows = _with(rows, undone, done.denominator - done.numerator)
    shown = access.visible(None, Problem).select_related("leader")  # of ids that the person may see
    if found_by_ids(rows):
        return CheapPaginator(list(rows.order_by(*ORDER).values_list("pk", flat=True)), size, shown=shown)
    count = progress.rates.problems.denominator if not show else capped(rows)
    chosen = walk(rows, *ORDER) if count > COUNT_CAP else rows.order_by(*ORDER)
    return CheapPaginator(chosen, size, shown=shown, at_least=min(count, COUNT_CAP + 1))


def _with(rows: QuerySet[Problem], measures: QuerySet[Any], count: int) -> QuerySet[Problem]:
    """The problems that have one of the measures: found by these where they are few, else looked at one by one."""
    if count <= COUNT_CAP:
        return rows.filter(pk__in=measures.order_by().values("problem_id"))
    return rows.filter(is_there(measures.filter(problem=OuterRef("pk"))))


def problems_in_work() -> QuerySet[Problem]:
    """The problems that stand, of rounds in work: to choose from. Whoever offers them narrows them to what the person sees."""
    rows: QuerySet[Problem] = Problem.objects.filter(voided_at=None, round__is_backfilled=False, round__voided_at=None)
    return rows
