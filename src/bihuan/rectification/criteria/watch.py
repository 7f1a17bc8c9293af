"""What the engine watches: a rule that stays quiet, a duty that is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from dateutil.rrule import rrulestr
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import rules
from bihuan.kernel.criteria import CriterionKind, Finding, Param, Scope, met, undeterminable, unmet
from bihuan.kernel.models.alerts import Alert, BreachState, RuleRun, RunOutcome
from bihuan.kernel.models.duties import Duty, DutyOccurrence
from bihuan.kernel.wording import Message

from .words import (
    BREACH_UNKNOWN,
    BREACHED,
    DESCRIBE_DUTY,
    DESCRIBE_QUIET,
    DUTY_BEHIND,
    DUTY_BROKEN,
    DUTY_KEPT,
    LEVELS,
    NEVER_RUN,
    NO_DUTY,
    PARAMS_MOVED,
    QUIET,
    RULE_GONE,
    RUN_FAILED,
    TOO_EARLY,
    WINDOW_SHORT,
    level_name,
)

COVERAGE_GAP = 3  # days between two runs of a rule that may pass without its silence losing its meaning


def _rules() -> Iterable[tuple[str, str | Promise]]:
    return [(code, rule.title) for code, rule in rules.rules().items()]


class RuleQuiet(CriterionKind):
    """No breach of a rule in a department for N days, and the rule was really looked at."""

    code = "rule_quiet"
    label = _("规则在考察期内未触发")
    fields = (
        Param("rule", _("规则"), "choice", choices=_rules),
        Param("level", _("统计范围"), "choice", choices=lambda: LEVELS),
        Param("days", _("连续天数"), "integer", least=1),
    )

    def describe(self, params: Mapping[str, Any]) -> Message:
        told = {"rule": _rule_title(str(params.get("rule"))), "level": level_name(str(params.get("level")))}
        return Message(DESCRIBE_QUIET, told | {"days": params.get("days")})

    def evaluate(self, params: Mapping[str, Any], scope: Scope) -> Finding:
        code, days = str(params["rule"]), int(params["days"])
        told: dict[str, Any] = {"rule": _rule_title(code)}
        if rules.get(code) is None:
            return undeterminable(Message(RULE_GONE, told))
        first = scope.on - dt.timedelta(days=days - 1)
        alerts = Alert.objects.filter(rule=code, first_seen__lte=scope.on).filter(
            Q(breach_state__in=[BreachState.OPEN, BreachState.UNDETERMINED]) | Q(cleared_on__gt=first)
        )
        if scope.since is not None:
            alerts = alerts.exclude(cleared_on__lt=scope.since)
        if params["level"] == "unit":
            alerts = alerts.filter(unit=scope.unit_id)
        rows = list(alerts.values("pk", "breach_state", "first_seen", "cleared_on", "subject")[:50])
        facts = [{k: v.isoformat() if isinstance(v, dt.date) else v for k, v in row.items()} for row in rows]
        open_ = [row for row in rows if row["breach_state"] != BreachState.UNDETERMINED]
        if open_:
            return unmet(Message(BREACHED, told | {"count": len(open_)}), facts)
        against = self._uncovered(code, first, scope, told)
        if against is not None:
            return undeterminable(against, facts)
        if rows:
            return undeterminable(Message(BREACH_UNKNOWN, told | {"count": len(rows)}), facts)
        span = {"first": first.isoformat(), "last": scope.on.isoformat()}
        return met(Message(QUIET, told | span), [{"rule": code, **span}])

    def _uncovered(self, code: str, first: dt.date, scope: Scope, told: dict[str, Any]) -> Message | None:
        """Why the absence of breaches says nothing, if it does not."""
        if scope.since is not None and first < scope.since:
            short = {"since": scope.since.isoformat(), "on": scope.on.isoformat()}
            have = (scope.on - scope.since).days + 1
            return Message(WINDOW_SHORT, short | {"have": have, "need": (scope.on - first).days + 1})
        gap = dt.timedelta(days=COVERAGE_GAP)
        runs = list(RuleRun.objects.filter(rule=code, on__gte=first - gap, on__lte=scope.on).order_by("on", "id"))
        if runs and runs[-1].outcome != RunOutcome.OK:
            outcome = str(RunOutcome(runs[-1].outcome).label)
            return Message(RUN_FAILED, told | {"on": runs[-1].on.isoformat(), "outcome": outcome})
        good = [run for run in runs if run.outcome == RunOutcome.OK]
        span = {"first": first.isoformat(), "last": scope.on.isoformat()}
        days = [first, *(run.on for run in good if run.on > first), scope.on]
        if not good:
            return Message(NEVER_RUN, told | span | {"gap": [first.isoformat(), scope.on.isoformat()]})
        for before, after in pairwise(days):
            if after - before > gap:
                return Message(NEVER_RUN, told | span | {"gap": [before.isoformat(), after.isoformat()]})
        if any(run.parameters != good[0].parameters for run in good[1:]):
            return Message(PARAMS_MOVED, told)
        return None


def _rule_title(code: str) -> Any:
    rule = rules.get(code)
    return {"code": rule.title_code, "params": {}} if rule is not None else code


def _duties() -> Iterable[tuple[str, str]]:
    return list(Duty.objects.filter(voided_at__isnull=True).values_list("code", "title"))


class DutyKept(CriterionKind):
    """A recurring duty was fulfilled in time for N periods."""

    code = "duty_kept"
    label = _("定期工作按时完成")
    fields = (
        Param("duty", _("定期工作"), "choice", choices=_duties),
        Param("periods", _("连续期数"), "integer", least=1),
    )

    def describe(self, params: Mapping[str, Any]) -> Message:
        title = Duty.objects.filter(code=params.get("duty")).values_list("title", flat=True).first()
        return Message(DESCRIBE_DUTY, {"duty": title or params.get("duty"), "periods": params.get("periods")})

    def evaluate(self, params: Mapping[str, Any], scope: Scope) -> Finding:
        duty = Duty.objects.filter(code=params["duty"], voided_at__isnull=True).first()
        if duty is None:
            return undeterminable(Message(NO_DUTY, {"duty": params["duty"]}))
        need, told = int(params["periods"]), {"duty": duty.title, "periods": params["periods"]}
        last = DutyOccurrence.objects.filter(duty=duty).order_by("-nominal_on").first()
        start = last.nominal_on if last else duty.starts - dt.timedelta(days=1)
        rule = rrulestr(duty.rrule, dtstart=dt.datetime.combine(duty.starts, dt.time()))
        following = rule.after(dt.datetime.combine(start, dt.time()))
        grace = dt.timedelta(days=duty.grace_days * 2 + 10)  # rest days and grace: not yet due for sure
        runs = following is not None and (duty.ends is None or following.date() <= duty.ends)
        if following is not None and runs and following.date() + grace < scope.on:
            return undeterminable(Message(DUTY_BEHIND, told | {"last": start.isoformat()}))
        rows = DutyOccurrence.objects.filter(duty=duty, deadline__lt=scope.on)
        if scope.since is not None:
            rows = rows.filter(nominal_on__gte=scope.since)
        latest = list(rows.order_by("-nominal_on")[:need])
        facts = [
            {
                "occurrence": row.pk,
                "due": row.due_on.isoformat(),
                "deadline": row.deadline.isoformat(),
                "fulfilled": row.fulfilled_on.isoformat() if row.fulfilled_on else None,
            }
            for row in latest
        ]
        broken = [r for r in latest if r.fulfilled_on is None or r.fulfilled_on > r.deadline]
        if broken:
            days = [r.due_on.isoformat() for r in broken]
            return unmet(Message(DUTY_BROKEN, told | {"count": len(broken), "days": days}), facts)
        if len(latest) < need:
            since = scope.since.isoformat() if scope.since else ""
            return undeterminable(Message(TOO_EARLY, {"since": since, "have": len(latest), "need": need}), facts)
        return met(Message(DUTY_KEPT, told), facts)
