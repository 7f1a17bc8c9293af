"""What the patrols covered, and what may be concluded from their silence."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from .criteria import Finding, met, undeterminable, unmet
from .models.alerts import STANDING, Alert, BreachState, RuleRun, RunOutcome
from .rules import get
from .wording import Message, wording

_ONE_DAY = dt.timedelta(days=1)

QUIET = wording("coverage.quiet", _("%(since)s 至 %(until)s 共 %(days)s 天，“%(rule)s”未再发生。"))
BREACHED = wording("coverage.breached", _("%(since)s 至 %(until)s，“%(rule)s”发生 %(count)s 次。"))
GAP = wording(
    "coverage.gap",
    _("%(since)s 至 %(until)s 有 %(missing)s 天未有效巡查“%(rule)s”（如 %(example)s），无法判断。"),
)
CHANGED = wording("coverage.changed", _("%(since)s 至 %(until)s 期间“%(rule)s”的参数有变动，前后口径不一，无法判断。"))
UNDETERMINED = wording("coverage.undetermined", _("“%(rule)s”有 %(count)s 条预警无法判断是否仍存在。"))
UNKNOWN = wording("coverage.unknown_rule", _("没有编号为“%(rule)s”的规则，可能所属模块未启用，无法判断。"))


@dataclass(frozen=True)
class Coverage:
    """The days of a window on which a rule ran and could be relied on, and those on which not."""

    rule: str
    covered: tuple[dt.date, ...]
    missing: tuple[dt.date, ...]
    parameters: tuple[dict[str, str], ...]

    @property
    def complete(self) -> bool:
        """Whether no day is missing."""
        return not self.missing

    @property
    def steady(self) -> bool:
        """Whether all runs used the same versions of the rule's parameters."""
        return len({tuple(sorted(p.items())) for p in self.parameters}) <= 1


def coverage(rule: str, since: dt.date, until: dt.date) -> Coverage:
    """The coverage of `rule` on since..until, both included. A day counts only if a run of that very day went well on
    sources that were fresh; a later run says nothing about an earlier day."""
    runs = RuleRun.objects.filter(rule=rule, on__gte=since, on__lte=until, outcome=RunOutcome.OK)
    rows = list(runs.order_by("on").values_list("on", "parameters"))
    good = {day for day, _parameters in rows}
    days = [since + _ONE_DAY * n for n in range((until - since).days + 1)]
    return Coverage(
        rule,
        tuple(d for d in days if d in good),
        tuple(d for d in days if d not in good),
        tuple(parameters for _day, parameters in rows),
    )


def quiet(rule: str, *, days: int, on: dt.date, unit_id: int | None = None) -> Finding:
    """Whether the rule was not breached (in the unit) during the `days` days that end with `on`.

    Unmet as soon as a breach stood in the window, covered or not; met only when every day was patrolled and the
    parameters stayed the same; else undeterminable.
    """
    since = on - _ONE_DAY * (days - 1)
    found = get(rule)
    window: dict[str, Any] = {"since": since.isoformat(), "until": on.isoformat(), "days": days}
    if found is None:
        return undeterminable(Message(UNKNOWN, {"rule": rule}))
    window["rule"] = {"code": found.title_code, "params": {}}
    alerts = Alert.objects.filter(rule=rule, first_seen__lte=on)
    if unit_id is not None:
        alerts = alerts.filter(unit_id=unit_id)
    stood = alerts.exclude(breach_state=BreachState.CLEARED, cleared_on__lte=since)
    rows = list(stood.order_by("first_seen", "pk")[:200])
    sure = [a for a in rows if a.breach_state != BreachState.UNDETERMINED or a.last_seen >= since]
    facts = [
        {
            "alert": a.pk,
            "subject": a.subject,
            "first_seen": a.first_seen.isoformat(),
            "cleared_on": a.cleared_on.isoformat() if a.cleared_on else None,
            "state": a.breach_state,
        }
        for a in rows[:20]
    ]
    if sure:
        return unmet(Message(BREACHED, window | {"count": len(sure)}), facts)
    if rows:
        return undeterminable(Message(UNDETERMINED, window | {"count": len(rows)}), facts)
    seen = coverage(rule, since, on)
    if not seen.complete:
        gap = {"missing": len(seen.missing), "example": seen.missing[-1].isoformat()}
        return undeterminable(Message(GAP, window | gap), [{"missing": [d.isoformat() for d in seen.missing[:60]]}])
    if not seen.steady:
        return undeterminable(Message(CHANGED, window))
    return met(
        Message(QUIET, window), [{"covered": len(seen.covered), "since": since.isoformat(), "until": on.isoformat()}]
    )


def standing(rule: str, unit_id: int | None = None) -> int:
    """How many alerts of the rule stand now (in the unit)."""
    rows = Alert.objects.filter(rule=rule, breach_state__in=STANDING)
    return rows.filter(unit_id=unit_id).count() if unit_id is not None else rows.count()
