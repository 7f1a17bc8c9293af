"""Alerts: the lists (mine, my departments', all I may see), one alert with its "why?", and what may be done about it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from .. import access, alerts, clock
from ..alerts_campaigns import domain_name, domains
from ..alerts_ladder import PAUSE, PROMISE, limit_of
from ..alerts_trace import subject_of, trace_lines
from ..errors import NotAllowed, Refused
from ..ledger.registry import address_of
from ..models.alerts import GRAVITY, Alert, AlertStep, BreachState, HandlingState, Level, Severity, StepKind
from ..models.org import Person
from ..paging import SIFTED, listed
from ..rules import get, rules
from ..search.matching import ask_rows
from ..supervision_access import units_of
from .base import PER_PAGE, PersonView, choice_of, day_of

TONES = {"serious": "bad", "warning": "warn", "notice": "idle"}
BREACH_TONES = {"open": "bad", "cleared": "good", "undetermined": "wait"}
HANDLING_TONES = {"new": "warn", "seen": "idle", "handling": "active", "data_error": "wait", "paused": "wait"}


class AlertList(PersonView):
    """Alerts by whose they are; standing ones unless asked otherwise."""

    template = "alerts/list.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list."""
        asked = request.GET
        scope = choice_of(asked.get("scope"), ("mine", "units", "all"), "mine")
        state = choice_of(asked.get("state"), (*BreachState.values, "standing", "every"), "standing")
        severity = choice_of(asked.get("severity"), Severity.values)
        rule = choice_of(asked.get("rule"), rules())
        domain = choice_of(asked.get("domain"), domains())
        text = asked.get("q", "").strip()[:60]
        rows = _scoped(access.visible(self.person, Alert), self.person, scope)
        if state == "standing":
            rows = rows.filter(cleared_on__isnull=True)
        elif state == BreachState.CLEARED:
            rows = rows.filter(cleared_on__isnull=False)
        elif state != "every":
            rows = rows.filter(cleared_on__isnull=True, breach_state=state)
        order = order_of(state)
        if severity:
            rows = rows.filter(gravity=GRAVITY[severity])
            order = tuple(term for term in order if term != "gravity")
        if rule:
            rows = rows.filter(rule=rule)
        if domain:
            rows = rows.filter(domain=domain)
        search = ask_rows(Alert, text)
        if search is not None:
            rows = search.narrow(rows)
        page = listed(rows, order, search, PER_PAGE, "owner", "unit", "campaign").get_page(asked.get("page", 1))
        for alert in page.object_list:
            alert.rule_title = _title(alert)
        return self.show(
            {
                "page_obj": page,
                "scope": scope,
                "scopes": _scopes(self.person),
                "state": state,
                "states": [("standing", _("未消除")), *BreachState.choices, ("every", _("全部"))],
                "severity": severity,
                "severities": Severity.choices,
                "rule": rule,
                "rules": [(code, str(r.title)) for code, r in rules().items()],
                "domain": domain,
                "domains": [(code, domain_name(code)) for code in domains()],
                "q": text,
                "search": search,
                "filtered": bool(severity or rule or domain or text or state != "standing"),
                "tones": TONES,
                "breach_tones": BREACH_TONES,
                "handling_tones": HANDLING_TONES,
                "today": clock.today(),
            }
        )


class AlertDetail(PersonView):
    """One alert: what, whose, until when, why; what happened to it; what the person may do."""

    template = "alerts/detail.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The page."""
        return self.show(self.context(self.seen(Alert, pk, "owner", "unit", "campaign")))

    def context(self, alert: Alert) -> dict[str, Any]:
        """What the page shows."""
        today = clock.today()
        return {
            "alert": alert,
            "title": _title(alert),
            "trace": trace_lines(alert),
            "subject_url": address_of(subject_of(alert, self.person)),
            "steps": alert.steps.select_related("person", "actor"),
            "acts": acts_of(self.person, alert),
            "note_required": alert.level > Level.OWNER,
            "tomorrow": today + dt.timedelta(days=1),
            "promise_limit": limit_of(PROMISE, today),
            "pause_limit": limit_of(PAUSE, today),
            "tones": TONES,
            "breach_tones": BREACH_TONES,
            "handling_tones": HANDLING_TONES,
            "today": today,
        }


class AlertAct(AlertDetail):
    """What a person does about an alert. A refusal keeps what was typed."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do the act named in the form."""
        alert = self.seen(Alert, pk, "owner", "unit", "campaign")
        note = request.POST.get("note", "")
        act = request.POST.get("act", "")
        try:
            alert.revision = int(request.POST.get("revision", ""))
            day = day_of(request.POST.get("day"))
        except ValueError:
            return self._again(pk, act, [_("日期或页面内容无法识别，请刷新页面后重新填写。")])
        try:
            said = self._do(act, alert, note, day)
        except NotAllowed:
            raise
        except Refused as refusal:
            return self._again(pk, act, [str(reason) for reason in refusal.reasons])
        self.done(said)
        return HttpResponseRedirect(reverse("alert_detail", args=[pk]))

    def _do(self, act: str, alert: Alert, note: str, day: dt.date | None) -> str:
        if act == "see":
            alerts.see(actor=self.person, alert=alert)
            return _("已标记为已查看。")
        if act == "handle":
            alerts.handle(actor=self.person, alert=alert, note=note, handle_by=day)
            return _("处理情况已登记。预警在事实改正、下次巡查后自动消除。")
        if act == "report":
            alerts.report_data_error(actor=self.person, alert=alert, note=note)
            return _("已报告数据有误，等待审管办核实。")
        if act == "confirm":
            alerts.confirm_data_error(actor=self.person, alert=alert, note=note, until=day)
            return _("已确认数据有误，预警暂停。请在数据来源处更正。")
        alerts.refuse_data_error(actor=self.person, alert=alert, note=note)
        return _("已认定数据无误，预警继续。")

    def _again(self, pk: int, act: str, reasons: list[str]) -> HttpResponse:
        fresh = self.seen(Alert, pk, "owner", "unit", "campaign")
        given = {"act": act, "note": self.request.POST.get("note", ""), "day": self.request.POST.get("day", "")}
        return self.show({**self.context(fresh), "reasons": reasons, "given": given}, status=409)


def acts_of(person: Any, alert: Alert) -> frozenset[str]:
    """The acts open to the person on the alert as it stands: see, handle, report, judge."""
    if not alert.stands:
        return frozenset()
    found = set()
    state = alert.handling_state
    if state in {HandlingState.NEW, HandlingState.SEEN, HandlingState.HANDLING}:
        if access.may(person, "alert.handle", alert):
            found |= {"handle"} | ({"see"} if state == HandlingState.NEW else set())
        if access.may(person, "alert.report", alert):
            found.add("report")
    reporter = AlertStep.objects.filter(alert=alert, kind=StepKind.REPORTED).order_by("-at").values_list("actor_id")
    if state == HandlingState.DATA_ERROR and access.may(person, "alert.judge", alert):
        last = reporter.first()
        found |= {"judge"} if last is None or last[0] != person.pk else set()
    return frozenset(found)


def panel(person: Any, obj: Any) -> dict[str, Any]:
    """Context of `alerts/panel.html`: the alerts about an object that the person may see. A ledger's Panel takes it."""
    rows = access.visible(person, Alert).filter(about=obj._meta.label_lower, object_id=obj.pk)
    found = list(rows.select_related("owner").order_by("-first_seen", "-pk")[:20])
    for alert in found:
        alert.rule_title = _title(alert)  # type: ignore[attr-defined]
    return {"alerts": found, "tones": TONES, "breach_tones": BREACH_TONES}


def _scopes(person: Any) -> list[tuple[str, str]]:
    shown = [("mine", _("我的")), ("units", _("本部门及分管")), ("all", _("我可查看的全部"))]
    return shown if units_of(access.viewer(person)) else [shown[0], shown[2]]


def _scoped(seen: QuerySet[Alert], person: Person, scope: str) -> QuerySet[Alert]:
    who = access.viewer(person)
    if scope == "mine":
        told = AlertStep.objects.filter(kind=StepKind.CLIMBED, person__in=who.acts_for).order_by().values("alert_id")
        mine = Alert.objects.filter(owner__in=who.acts_for).order_by().values("pk").union(told, all=True)
        if mine[: SIFTED + 1].count() <= SIFTED:
            return seen.filter(pk__in=mine)
        return seen.filter(Q(owner__in=who.acts_for) | Q(pk__in=told))
    return seen.filter(unit__in=units_of(who)) if scope == "units" else seen


def order_of(state: str) -> tuple[str, ...]:
    """Standing alerts: the gravest and most overdue first; cleared ones and all of them: the latest first."""
    if state == BreachState.CLEARED:
        return "-cleared_on", "-pk"
    return ("-first_seen", "-pk") if state == "every" else ("gravity", "due", "first_seen", "pk")


def _title(alert: Alert) -> str:
    rule = get(alert.rule)
    return str(rule.title) if rule else alert.rule
