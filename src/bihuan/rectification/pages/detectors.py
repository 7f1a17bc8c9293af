"""The detectors of the usual failings: what looks done and may not be. They point; people judge. Nobody is ranked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access, clock, rules, sources
from bihuan.kernel.alerts_trace import trace_lines
from bihuan.kernel.ledger import of_model
from bihuan.kernel.models import Person
from bihuan.kernel.models.alerts import STANDING, Alert, RuleRun
from bihuan.kernel.pages.base import PersonView

from ..models import InspectionRound, Measure, Problem

CODES: dict[str, Any] = {
    "rect.paper-only": _("纸面整改：佐证只有方案、纪要、制度，没有反映成效的材料和成果。"),
    "rect.closures-bunched": _("前松后紧：销号申请集中在期满前几天。"),
    "rect.half-done": _("半截子整改：同一问题的部分措施已销号，其余逾期未完成。"),
    "rect.owner.gone": _("责任脱节：责任人已离岗，没有移交记录。"),
    "rect.cause-again": _("问题反复：以往轮次整改过的同类原因再次出现。"),
    "rect.rebound.suspected": _("问题反弹：销号依据的数据又不达标。"),
}
MOST = 100


@dataclass
class Hit:
    """An object a detector points at."""

    alert: Alert
    name: str
    url: str
    says: list[str]


@dataclass
class Detector:
    """A detector with what it points at, and how far its silence means anything."""

    code: str
    title: str
    about: Any
    hits: list[Hit] = field(default_factory=list)
    run: RuleRun | None = None
    more: bool = False


class DetectorList(PersonView):
    """All detectors on one page."""

    template = "rectification/detectors.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them. Administrators have no business here."""
        if access.viewer(self.person).admin_role:
            raise Http404("administrators see no business")
        found = detectors(self.person)
        states = sources.for_models([Measure, InspectionRound])
        context = {"detectors": found, "today": clock.today(), "states": states, "source_url": reverse("source_list")}
        return self.show(context)


def detectors(person: Person) -> list[Detector]:
    """The detectors with the standing alerts the person may see; a handful of statements whatever their number."""
    known = [code for code in CODES if rules.get(code) is not None]
    rows = access.visible(person, Alert).filter(rule__in=known, breach_state__in=STANDING)
    alerts = list(rows.select_related("owner", "unit", "campaign").order_by("due", "first_seen")[: MOST * len(CODES)])
    subjects = _subjects(person, alerts)
    runs: dict[str, RuleRun] = {}
    for run in RuleRun.objects.filter(rule__in=known, on__lte=clock.today()).order_by("on", "pk"):
        runs[run.rule] = run
    found = []
    for code in known:
        rule = rules.get(code)
        assert rule is not None, "known holds registered rules only"
        mine = [alert for alert in alerts if alert.rule == code]
        hits = [_hit(alert, subjects) for alert in mine[:MOST]]
        found.append(Detector(code, str(rule.title), CODES[code], hits, runs.get(code), len(mine) > MOST))
    return found


def _subjects(person: Person, alerts: list[Alert]) -> dict[tuple[str, int], Any]:
    """The objects the alerts are about, as far as the person may see them: one statement a kind."""
    found: dict[tuple[str, int], Any] = {}
    for model in (Measure, InspectionRound, Problem):
        label = model._meta.label
        pks = [alert.object_id for alert in alerts if alert.about.lower() == label.lower()]
        if pks:
            for row in access.visible(person, model).filter(pk__in=pks):
                found[(label.lower(), row.pk)] = row
    return found


def _hit(alert: Alert, subjects: dict[tuple[str, int], Any]) -> Hit:
    row = subjects.get((alert.about.lower(), alert.object_id))
    ledger = of_model(type(row)) if row is not None else None
    url = ledger.url("detail", alert.object_id) if ledger is not None else reverse("alert_detail", args=[alert.pk])
    return Hit(alert, str(row) if row is not None else alert.subject, url, [str(line) for line in trace_lines(alert)])
