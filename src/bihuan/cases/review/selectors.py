"""The two readings of "the share of enterprise cases in reviews", side by side, each with numerator and denominator."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from bihuan.kernel import access
from bihuan.kernel.models import Person
from bihuan.kernel.rate import Rate

from ..models import Case, CaseReview


@dataclass(frozen=True)
class Shares:
    """Both readings: of the reviews opened in the period, those of enterprise cases; of the enterprise cases closed in the period,
    those reviewed up to now."""

    of_reviews: Rate
    of_cases: Rate


def shares(person: Person | None, first: dt.date, last: dt.date) -> Shares:
    """Both readings over what the person may see, from `first` to `last`, both included."""
    reviews = access.visible(person, CaseReview).filter(voided_at=None)
    opened = reviews.filter(opened_on__gte=first, opened_on__lte=last)
    cases = access.visible(person, Case).filter(voided_at=None, enterprise=True, closed_on__gte=first, closed_on__lte=last)
    if person is not None:
        cases = cases.filter(sealed="")  # what is sealed is in no count of contents
        opened = opened.filter(case__sealed="")
    reviewed = cases.filter(Exists(CaseReview.objects.filter(case=OuterRef("pk"), voided_at=None)))
    return Shares(
        Rate(opened.filter(case__enterprise=True).count(), opened.count()),
        Rate(reviewed.count(), cases.count()),
    )
