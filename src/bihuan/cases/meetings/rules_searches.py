"""The first gate: every case decided since the library's rules came into force was searched for in it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import sources
from bihuan.kernel.rules import Params, carrying, rule

from ..models import Case, ClosingManner, SearchGate, SearchRecord
from ..sources import CASES

DOMAIN = "cases"
SEARCHES = "similar-searches"
LIBRARY, LINES = "cases.search.library", "local.search.library-lines"

sources.register_source(
    SEARCHES, name=_("类案检索记录"), owner_role="trial_management", every=sources.LIVE, models=("cases.SearchRecord",)
)


def decided(on: dt.date) -> QuerySet[Case]:
    """Cases that stand and were closed by a judgment."""
    return Case.objects.filter(voided_at=None, closing_manner=ClosingManner.JUDGMENT, closed_on__isnull=False, closed_on__lte=on)


@rule(
    "cases.search.library-missing",
    title=_("判决案件未检索人民法院案例库"),
    says=_("%(due)s 判决结案，没有登记结案前的案例库检索"),
    about="cases.Case",
    severity="notice",
    domain=DOMAIN,
    sources=(CASES, SEARCHES),
    basis=(LIBRARY, LINES),
    population=decided,
)
def library_missing(on: dt.date, p: Params) -> QuerySet[Any]:
    """Cases closed by judgment since the duty began, of the supervised lines, without a search of the library before closing."""
    lines = p.of(LINES)["lines"]
    p.of(LIBRARY)
    since = p.used[LIBRARY].start
    done = SearchRecord.objects.filter(
        case=OuterRef("pk"), gate=SearchGate.LIBRARY, voided_at=None, searched_on__lte=OuterRef("closed_on")
    )
    rows = decided(on).filter(closed_on__gte=since, line__in=lines).filter(~Exists(done.order_by()))
    return carrying(rows, alert_due=F("closed_on"), alert_unit_id=F("division_id"), alert_person_id=F("judge_id"))
