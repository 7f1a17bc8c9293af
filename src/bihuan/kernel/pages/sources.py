"""Sources and coverage: how current the data are, and on which days each rule really ran."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import access, clock, sources
from ..errors import NotAllowed, Refused
from ..models.alerts import RuleRun, RunOutcome
from ..models.org import Assignment, Person
from ..models.sources import Source, SourceIntake
from ..rules import Rule, rules
from .base import PersonView, row_id

WINDOW = 30
LATEST = 8
EVERY = {
    "live": gettext_lazy("在本平台办理，实时"),
    "weekly": gettext_lazy("每周"),
    "monthly": gettext_lazy("每月"),
    "quarterly": gettext_lazy("每季度"),
}
OUTCOME_TONES = {"ok": "good", "stale": "wait", "failed": "bad"}


@dataclass(frozen=True)
class Covered:
    """A rule's latest run, and the days of the window without a run that can be relied on."""

    rule: Rule
    last: RuleRun | None
    missing: tuple[dt.date, ...]


class SourceList(PersonView):
    """All sources, stale ones first; the latest batches; the coverage of all rules."""

    template = "sources/list.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        today = clock.today()
        intakes = access.visible(self.person, SourceIntake).select_related("source", "actor")[:LATEST]
        return self.show(
            {
                "states": sorted(sources.states(on=today).values(), key=lambda s: (s.fresh, s.code)),
                "intakes": intakes,
                "names": {code: spec.name for code, spec in sources.specs().items()},
                "coverage": covered(self.person, today),
                "window": WINDOW,
                "tones": OUTCOME_TONES,
            }
        )


class SourceDetail(PersonView):
    """One source: how it stands, its latest batches, the rules that stand on it; POST names who keeps it current."""

    template = "sources/detail.html"

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """The page."""
        return self._page(code)

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Set the owner; nobody chosen gives it back to the registered role. A refusal keeps what was typed."""
        spec = self._spec(code)
        given = {"person": request.POST.get("person", ""), "reason": request.POST.get("reason", "")}
        chosen = self._people().filter(pk=row_id(given["person"])).first()
        if given["person"] and chosen is None:
            return self._page(code, given, [_("所选人员不存在或已停用，请重新选择。")])
        try:
            sources.set_owner(actor=self.person, code=code, person=chosen, reason=given["reason"])
        except NotAllowed:
            raise
        except Refused as refusal:
            return self._page(code, given, [str(reason) for reason in refusal.reasons])
        name = chosen or access.role_name(spec.owner_role)
        self.done(_("“%(source)s”由%(person)s负责更新。") % {"source": spec.name, "person": name})
        return HttpResponseRedirect(reverse("source_detail", args=[code]))

    def _spec(self, code: str) -> sources.SourceSpec:
        spec = sources.specs().get(code)
        if spec is None or not access.viewer(self.person).roles:
            raise Http404(f"no source {code}")
        return spec

    def _people(self) -> QuerySet[Person]:
        day = clock.today()
        posted = Assignment.objects.filter(Assignment.on(day)).order_by().values("person")
        seen = access.visible(self.person, Person).filter(is_active=True, admin_role="", pk__in=posted)
        return seen.order_by("name", "pk")

    def _page(self, code: str, given: dict[str, str] | None = None, reasons: list[str] | None = None) -> HttpResponse:
        spec = self._spec(code)
        row = access.visible(self.person, Source).select_related("owner").filter(code=code).first()
        taken = access.visible(self.person, SourceIntake).filter(source__code=code).select_related("actor")
        may_set = access.may(self.person, "sources.manage")
        context = {
            "spec": spec,
            "state": sources.state(code),
            "every": str(EVERY[spec.every]) if spec.every in EVERY else spec.every,
            "live": spec.every == sources.LIVE,
            "named": row.owner if row else None,
            "role": access.role_name(spec.owner_role),
            "rules": [rule for rule in rules().values() if code in rule.sources],
            "page_obj": self.page(taken, 20),
            "may_set": may_set,
            "people": self._people() if may_set else (),
            "given": given or {"person": str(row.owner_id or "") if row else ""},
            "reasons": reasons or [],
        }
        return self.show(context, status=409 if reasons else 200)


def covered(person: Any, today: dt.date) -> list[Covered]:
    """The coverage of every rule over the last thirty days before today, in one statement."""
    since = today - dt.timedelta(days=WINDOW)
    last: dict[str, RuleRun] = {}
    good: dict[str, set[dt.date]] = {}
    runs = access.visible(person, RuleRun).filter(on__gte=since, on__lte=today).order_by("on", "started_at", "pk")
    for run in runs:
        last[run.rule] = run
        if run.outcome == RunOutcome.OK:
            good.setdefault(run.rule, set()).add(run.on)
    days = [since + dt.timedelta(days=n) for n in range(WINDOW)]
    return [
        Covered(rule, last.get(code), tuple(d for d in days if d not in good.get(code, set())))
        for code, rule in rules().items()
    ]
