"""The pages: one's own card, a division, balanced closing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel import access, clock
from bihuan.kernel.errors import NotAllowed
from bihuan.kernel.ledger.registry import address_of
from bihuan.kernel.models import Unit
from bihuan.kernel.pages.base import PersonView
from bihuan.kernel.wording import Message
from bihuan.law.limits.clocks import PREFIX

from ..clock import lamp_of
from ..ledgers import CASES
from ..ledgers.cases import TIERS
from ..ledgers.pending import tier_name
from ..scopes import OVERSEERS
from . import selectors
from .chart import chart

COURT = "court"


class _Page(PersonView):
    """What the pages share: who may look, which division is asked for."""

    what: Any = ""

    def refuse_unless(self, allowed: bool) -> None:
        """Raise NotAllowed."""
        if not allowed:
            raise NotAllowed(Message(access.NOT_ALLOWED, {"person": str(self.person), "action": str(self.what)}))

    def division(self, units: list[Unit]) -> Unit | None:
        """The division asked for, else the first; None where there is none. Raises Http404 for one that is not the person's to see."""
        asked = self.request.GET.get("unit", "")
        if not asked or asked == COURT:
            return units[0] if units else None
        found = next((unit for unit in units if str(unit.pk) == asked), None)
        if found is None:
            raise Http404
        return found


def overview(person: Any, rows: QuerySet[Any], on: dt.date, narrowed: str) -> dict[str, Any]:
    """How a set of cases stands. `narrowed`: the query of the list of cases that holds them."""
    counted = selectors.tiers(rows, on)
    codes = {PREFIX + name: months for months, name in TIERS.items()}
    passed = {code: sum(counted.get(other, 0) for other in list(codes)[place:]) for place, code in enumerate(codes)}
    months = selectors.months(rows, on)
    return {
        "lamps": [(one, f"{CASES.url()}?{narrowed}&{one.query}") for one in selectors.lamps(rows, on)],
        "tiers": [
            (tier_name(code), passed[code], f"{CASES.url()}?{narrowed}&tier={number}&state=open")
            for code, number in codes.items()
        ],
        "missing": selectors.missing_reasons(rows, on),
        "meetings": selectors.meetings_due(rows, on),
        "requests": [(row, address_of(row)) for row in selectors.requests(person, rows)],
        "soonest": [(case, lamp_of(case, on), CASES.url("detail", case.pk)) for case in selectors.soonest(rows)],
        **trend(months),
    }


def trend(months: list[selectors.Month]) -> dict[str, Any]:
    """The months with their two drawings."""
    return {"months": months, "moving": chart(months, ("filed", "closed")), "standing": chart(months, ("open",))}


class OwnCard(_Page):
    """One's own cases: lamps, duties, trend. Nothing of anybody else."""

    template = "cases/work.html"
    what: Any = gettext_lazy("查看自己的办案情况")

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it."""
        self.refuse_unless(bool(access.viewer(self.person).roles))
        on = clock.today()
        rows = selectors.own(self.person)
        title = {
            "title": _("我的办案"),
            "lede": _("自己承办的案件：期限、待办和近十二个月的收结。只有本人看得到，不与他人比较。"),
        }
        return self.show(title | overview(self.person, rows, on, "judge=me"))


class DivisionPage(_Page):
    """A division for whoever sees its whole work."""

    template = "cases/work.html"
    what: Any = gettext_lazy("查看部门的办案情况")

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it."""
        self.refuse_unless(selectors.looks_after(access.viewer(self.person)))
        units = selectors.divisions(self.person)
        unit = self.division(units)
        if unit is None:
            return self.show({"title": _("部门办案"), "lede": "", "units": units})
        rows = selectors.all_of(self.person).filter(division=unit)
        title = {
            "title": unit.name, "lede": _("本部门的案件：提示灯、长期未结、待批申请、应上会案件和近十二个月的收结。"),
            "units": units, "unit": unit, "balance": reverse("cases:balance") + f"?unit={unit.pk}",
        }  # fmt: skip
        return self.show(title | overview(self.person, rows, clock.today(), f"division={unit.pk}"))


class BalancePage(_Page):
    """均衡结案: filed, closed and open by month, of the court or of one division at a time."""

    template = "cases/balance.html"
    what: Any = gettext_lazy("查看均衡结案")

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it."""
        viewer = access.viewer(self.person)
        self.refuse_unless(selectors.looks_after(viewer))
        units = selectors.divisions(self.person)
        whole = viewer.has(*OVERSEERS) and request.GET.get("unit", COURT) in {"", COURT}
        unit = None if whole else self.division(units)
        rows = selectors.all_of(self.person)
        if not whole:
            rows = rows.filter(division=unit) if unit is not None else rows.none()
        on = clock.today()
        months = selectors.months(rows, on, 24)
        context: dict[str, Any] = {
            "units": units, "unit": unit, "whole": whole, "may_whole": viewer.has(*OVERSEERS), "list": months[::-1], "on": on,
            "year": [m for m in months if m.first.year == on.year],
        }  # fmt: skip
        context["sums"] = {name: sum(getattr(m, name) for m in context["year"]) for name in ("filed", "closed")}
        return self.show(context | trend(months[-12:]))
