"""The rule of the share: a quarter ended, and fewer of its closed enterprise cases were reviewed than the court asks for."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, DateField, Exists, F, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Unit
from bihuan.kernel.rules import Params, carrying, rule

from ..meetings.terms import back
from ..models import Case, CaseReview
from ..shares.services import ended, quarter_end
from ..sources import CASES
from .rules import DOMAIN, REVIEWS, office

SHARE, DUE = "local.review.enterprise-share", "local.review.enterprise-due"


def court(on: dt.date) -> QuerySet[Unit]:
    """The court itself, the first unit at the top: the rule speaks of no division and of nobody."""
    top = Unit.objects.filter(parent=None, closed_on=None).order_by("order", "pk").values("pk")[:1]
    return Unit.objects.filter(pk=Subquery(top))


def looked_at(on: dt.date) -> tuple[dt.date, dt.date]:
    """The days of the quarter whose reviews were due by now, the latest."""
    year, quarter = ended(back(DUE, on))
    return dt.date(year, quarter * 3 - 2, 1), quarter_end(year, quarter)


def _number(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().annotate(all=Value(1)).values("all").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


@rule(
    "cases.review.enterprise-share",
    title=_("已结涉企案件的评查比例不足"),
    says=_("截至 %(due)s 的季度结案 %(closed)s 件公开涉企案件，评查了 %(reviewed)s 件，不足 %(percent)s%%"),
    about="kernel.Unit",
    severity="notice",
    domain=DOMAIN,
    sources=(CASES, REVIEWS),
    basis=(SHARE, DUE),
    population=court,
)
def too_few(on: dt.date, p: Params) -> QuerySet[Any]:
    """The court, where of the enterprise cases closed in the quarter, those that are not sealed, too few were ever reviewed."""
    percent = p.of(SHARE)["percent"]
    p.of(DUE)
    first, last = looked_at(on)
    closed = Case.objects.filter(voided_at=None, sealed="", enterprise=True, closed_on__gte=first, closed_on__lte=last)
    done = closed.filter(Exists(CaseReview.objects.filter(case=OuterRef("pk"), voided_at=None).order_by()))
    rows = court(on).annotate(closed=_number(closed), reviewed=_number(done))
    rows = rows.annotate(had=F("reviewed") * 100, owed=F("closed") * percent).filter(closed__gt=0, had__lt=F("owed"))
    return carrying(
        rows,
        alert_due=Value(last, output_field=DateField()),
        alert_unit_id=Value(None, output_field=IntegerField(null=True)),
        alert_person_id=office(on),
        alert_params=JSONObject(closed=F("closed"), reviewed=F("reviewed"), percent=Value(percent)),
    )
