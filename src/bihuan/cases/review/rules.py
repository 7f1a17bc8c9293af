"""Reversals without a review, and reviews whose present step is overdue."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import BigIntegerField, Exists, F, OuterRef, QuerySet, Subquery, When
from django.db.models import Case as Choose
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import sources
from bihuan.kernel.models import Assignment
from bihuan.kernel.rules import Params, carrying, rule

from ..models import CaseReview
from ..sources import CASES
from .flows import TERMS
from .services import REVERSED, reversals

DOMAIN = "cases"
REVIEWS = "case-reviews"

sources.register_source(
    REVIEWS,
    name=_("案件评查登记"),
    owner_role="trial_management",
    every=sources.LIVE,
    models=("cases.CaseReview", "cases.ReviewFinding", "cases.ReviewDraw"),
)


def office(on: dt.date) -> Subquery:
    """Who is in the trial management office on the day, the longest there."""
    held = Assignment.objects.filter(Assignment.on(on), post__role="trial_management", person__is_active=True)
    return Subquery(held.order_by("starts", "id").values("person_id")[:1])


@rule(
    "cases.review.missing",
    title=_("改判、发回重审案件未评查"),
    says=_("二审于 %(due)s 改判或者发回重审，至今没有评查"),
    about="cases.Appeal",
    severity="warning",
    domain=DOMAIN,
    sources=(CASES, REVIEWS),
    basis=REVERSED,
    population=reversals,
)
def without_review(on: dt.date, p: Params) -> QuerySet[Any]:
    """Reversals since the house reviews all of them, whose review was not opened or was voided."""
    p.of(REVERSED)
    done = CaseReview.objects.filter(appeal=OuterRef("pk"), voided_at=None)
    return carrying(
        reversals(on).filter(~Exists(done.order_by())),
        alert_due=F("decided_on"),
        alert_unit_id=F("case__division_id"),
        alert_person_id=office(on),
        alert_subject=F("case__number"),
    )


@rule(
    "cases.review.overdue",
    title=_("案件评查逾期"),
    says=_("本环节应于 %(due)s 前办理，至今没有"),
    about="cases.CaseReview",
    severity="notice",
    domain=DOMAIN,
    sources=(REVIEWS,),
    basis=tuple(TERMS.values()),
    population=lambda on: CaseReview.objects.filter(voided_at=None).exclude(state="graded"),
)
def overdue(on: dt.date, p: Params) -> QuerySet[Any]:
    """Reviews past the day of their step; it falls to whoever the step waits for. A judge who does not answer loses a right and owes
    nothing: that falls to the office, which may go on.
    """
    rows = CaseReview.objects.filter(voided_at=None, due_on__lt=on).exclude(state="graded")
    return carrying(
        rows,
        alert_due=F("due_on"),
        alert_unit_id=F("case__division_id"),
        alert_person_id=Choose(
            When(state="opened", then=F("judge_id")),
            When(state="checked", reviewer__isnull=False, then=F("reviewer_id")),
            default=office(on),
            output_field=BigIntegerField(null=True),
        ),
        alert_subject=F("case__number"),
    )
