"""The pages of reviews that are not a ledger's: the acts above the lists, drawing a sample and drawing it again, the two shares."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel import access, clock
from bihuan.kernel.ledger.views import LedgerDetail
from bihuan.kernel.pages.base import PersonView
from bihuan.kernel.pages.form_page import ActList, FormPage, HouseForm
from bihuan.law.dated import current_parameters

from .. import actions as a
from ..ledgers import CASES
from ..models import CaseReview
from . import selectors, services
from .forms import DaysForm, DrawForm
from .ledgers import DRAWS, REVIEWS

SHARE = "local.review.enterprise-share"


class ReviewList(ActList):
    """The list of reviews, with the ways to a sample and to the shares."""

    acts = (
        (a.REVIEW_KEEP, gettext_lazy("抽取评查案件"), "checklist", "reviews:draw"),
        (a.REVIEW_RATES, gettext_lazy("涉企评查占比"), "chart-pie", "reviews:rates"),
    )


class DrawList(ActList):
    """The list of samples, with the way to a new one."""

    acts = ((a.REVIEW_KEEP, gettext_lazy("抽取评查案件"), "checklist", "reviews:draw"),)


class DrawDetail(LedgerDetail):
    """A sample: what was drawn, and what the seed draws from the same cases now."""

    template_name = "cases/review_draw.html"

    def detail_context(self, obj: Any) -> dict[str, Any]:
        """Adds the drawn cases and the second drawing."""
        rows = access.visible(self.person, CaseReview).filter(draw=obj).select_related("case", "judge")
        taken = sorted(obj.reviews.values_list("case__number", flat=True))
        same, again = services.drawn_again(obj)
        return super().detail_context(obj) | {
            "reviews": [{"row": row, "url": REVIEWS.url("detail", row.pk)} for row in rows.order_by("case__number")],
            "same": same,
            "matches": sorted(again) == taken,
        }


class Draw(FormPage):
    """Draw a sample and open its reviews."""

    heading = gettext_lazy("抽取评查案件")
    lede = gettext_lazy("可抽的是期间内结案、没有评查过的公开案件；按种子与案号的 SHA-256 排序，取前若干件。")
    button = gettext_lazy("抽取并启动评查")
    ledger = DRAWS
    icon = "checklist"

    def prepare(self, **kwargs: Any) -> None:
        """Only who keeps reviews."""
        access.require(self.person, a.REVIEW_KEEP)

    def form(self, *args: Any, **kwargs: Any) -> HouseForm:
        """Its form."""
        first, last = quarter(clock.today())
        return DrawForm(*args[:1], person=self.person, initial={"first": first, "last": last, "size": 10})

    def save(self, form: Any) -> str:
        """Draw."""
        made = services.draw(actor=self.person, **form.values())
        self.done(_("已自 %(population)s 件中抽取 %(size)s 件，并启动评查。") % {"population": made.population, "size": made.size})
        return DRAWS.url("detail", made.pk)


def quarter(on: dt.date) -> tuple[dt.date, dt.date]:
    """The first day of the quarter the day is in, and the day."""
    return dt.date(on.year, (on.month - 1) // 3 * 3 + 1, 1), on


class Rates(PersonView):
    """The two readings side by side."""

    template = "cases/review_rates.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them for the period asked for, else this quarter."""
        access.require(self.person, a.REVIEW_RATES)
        first, last = quarter(clock.today())
        form = DaysForm(request.GET if request.GET.get("first") else None, person=self.person, initial={"first": first, "last": last})
        if form.is_bound and form.is_valid():
            first, last = form.cleaned_data["first"], form.cleaned_data["last"]
        held = current_parameters().get(SHARE).find_on(last)
        span = f"opened_on_from={first}&opened_on_to={last}"
        closed = f"closed_on_from={first}&closed_on_to={last}"
        return self.show({
            "form": form, "first": first, "last": last, "shares": selectors.shares(self.person, first, last),
            "target": held.values["percent"] if held is not None else None, "ledger": REVIEWS,
            "reviews_url": f"{REVIEWS.url('list')}?{span}", "enterprise_url": f"{REVIEWS.url('list')}?{span}&enterprise=yes",
            "cases_url": f"{CASES.url('list')}?state=closed&enterprise=true&{closed}",
        })  # fmt: skip
