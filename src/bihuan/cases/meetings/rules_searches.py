"""The two gates: every case decided since the library's rules came into force was searched for in it; a search that whoever oversees the
case asked for was made."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import sources
from bihuan.kernel.rules import Params, carrying, rule

from ..models import Case, ClosingManner, MeasureKind, OversightMeasure, SearchGate, SearchRecord
from ..sources import CASES
from . import terms

DOMAIN = "cases"
SEARCHES = "similar-searches"
LIBRARY, LINES = "cases.search.library", "local.search.library-lines"
ASKED_DUE = "local.search.asked-due"

sources.register_source(
    SEARCHES, name=_("类案检索记录"), owner_role="trial_management", every=sources.LIVE, models=("cases.SearchRecord",)
)


def decided(on: dt.date) -> QuerySet[Case]:
    """Cases that stand and were closed by a judgment."""
    return Case.objects.filter(
        voided_at=None, closing_manner=ClosingManner.JUDGMENT, closed_on__isnull=False, closed_on__lte=on
    )


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


def asked(on: dt.date) -> QuerySet[Any]:
    """Measures that ask for a search, of cases that still run."""
    rows: QuerySet[Any] = OversightMeasure.objects.filter(
        kind=MeasureKind.SEARCH, voided_at=None, taken_on__lte=on, case__voided_at=None, case__closed_on=None
    )
    return rows


@rule(
    "cases.search.asked-missing",
    title=_("院庭长要求的类案检索没有进行"),
    says=_("%(due)s 要求提供类案裁判文书或者类案检索报告，至今没有登记类案检索，也没有登记答复"),
    about="cases.OversightMeasure",
    severity="notice",
    domain=DOMAIN,
    sources=(SEARCHES, "case-oversight"),
    basis=(ASKED_DUE, terms.SEARCH),
    population=asked,
)
def asked_missing(on: dt.date, p: Params) -> QuerySet[Any]:
    """Searches asked for more than a term ago, of which neither a full search nor an answer of the panel is recorded."""
    p.of(ASKED_DUE)
    made = SearchRecord.objects.filter(case=OuterRef("case"), gate=SearchGate.FULL, voided_at=None, searched_on__lte=on)
    rows = asked(on).filter(taken_on__lt=terms.back(ASKED_DUE, on), answered_on=None).filter(~Exists(made.order_by()))
    return carrying(
        rows,
        alert_due=F("taken_on"),
        alert_unit_id=F("case__division_id"),
        alert_person_id=F("case__judge_id"),
        alert_subject=F("case__number"),
    )
