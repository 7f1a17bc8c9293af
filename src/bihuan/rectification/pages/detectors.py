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
from bihuan.kernel.models.alerts import Alert, RuleRun
from bihuan.kernel.pages.base import PersonView
from bihuan.kernel.paging import capped, found_by_ids, in_order, walk

from ..models import InspectionRound, Measure, Problem

CODES: dict[str, Any] = {
    "rect.paper-only": _("纸面整改：佐证只有方案、纪要、制度，没有反映成效的材料和成果。"),
    "rect.closures-bunched": _("前松后紧：销号申请集中在期满前几天。"),
    "rect.half-done": _("半截子整改：同一问题的部分措施已销号，其余逾期未完成。"),
    "rect.owner.gone": _("责任脱节：责任人已离岗，没有移交记录。"),
    "rect.cause-again": _("问题反复：以往轮次整改过的同类原因再次出现。"),
    "rect.rebound.suspected": _("问题反弹：销号依据的数据又不达标。"),
}
MOST = 10
COUNTED = 500
ORDER = ("gravity", "due", "first_seen", "pk")


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
    count: int = 0

    @property
    def more(self) -> bool:
        """Whether there are more than are shown."""
        return self.count > len(self.hits)

    @property
    def shown_count(self) -> str:
        """How many there are, as people read it."""
        return f"{COUNTED}+" if self.count > COUNTED else str(self.count)


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
    """The detectors with the first of the standing alerts the person may see; a statement or three a detector."""
    known = [code for code in CODES if rules.get(code) is not None]
    seen = access.visible(person, Alert).filter(rule__in=known, cleared_on__isnull=True)
    first: dict[str, list[int]] = {code: [] for code in known}
    counts: dict[str, int] = dict.fromkeys(known, 0)
    if found_by_ids(seen):
        for pk, code in seen.order_by(*ORDER).values_list("pk", "rule"):
            counts[code] += 1
            first[code] += [pk] if counts[code] <= MOST else []
    else:
        for code in known:
            rows = access.visible(person, Alert).filter(rule=code, cleared_on__isnull=True)
            first[code] = list(walk(rows, *ORDER).values_list("pk", flat=True)[:MOST])
            counts[code] = capped(rows, COUNTED) if len(first[code]) == MOST else len(first[code])
    read = access.visible(None, Alert).select_related("owner", "unit", "campaign")  # of ids that the person may see
    alerts = in_order(read, [pk for pks in first.values() for pk in pks])
    subjects = _subjects(person, alerts)
    found = []
    for code in known:
        run = RuleRun.objects.filter(rule=code, on__lte=clock.today()).order_by("-on", "-pk").first()
        hits = [_hit(alert, subjects) for alert in alerts if alert.rule == code]
        found.append(Detector(code, _title(code), CODES[code], hits, run, counts[code]))
    return found


def _title(code: str) -> str:
    rule = rules.get(code)
    return str(rule.title) if rule is not None else code


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
