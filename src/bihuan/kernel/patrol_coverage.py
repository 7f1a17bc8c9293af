"""What the patrols covered, and what may be concluded from their silence."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.law.dated import current_parameters

from .criteria import Finding, met, undeterminable, unmet
from .models.alerts import STANDING, Alert, BreachState, RuleRun, RunOutcome
from .rules import get
from .wording import Message, wording

_ONE_DAY = dt.timedelta(days=1)
GAP_DAYS = "local.alerts.coverage-gap"

QUIET = wording("coverage.quiet", _("%(since)s 至 %(until)s 共 %(days)s 天，“%(rule)s”未再发生。"))
BREACHED = wording("coverage.breached", _("%(since)s 至 %(until)s，“%(rule)s”发生 %(count)s 次。"))
QUIET_BUT = wording(
    "coverage.quiet_but",
    _(
        "%(since)s 至 %(until)s 共 %(days)s 天，历次巡查“%(rule)s”未再发生（%(missing)s 天未巡查，间隔在 %(gap)s 天以内）。"
    ),
)
GAP = wording(
    "coverage.gap",
    _(
        "%(since)s 至 %(until)s 有 %(missing)s 天未有效巡查“%(rule)s”（如 %(example)s），没有记录不等于没有发生，无法判断。"
    ),
)
UNSOUND = wording("coverage.unsound", _("“%(rule)s”最近一次巡查（%(on)s）未得出可靠结果：%(outcome)s，无法判断。"))
SHORT = wording("coverage.short", _("自 %(start)s 起算至 %(until)s 只有 %(have)s 天，需要 %(days)s 天，请待后续巡查。"))
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
    def longest_gap(self) -> int:
        """Days from one covered day to the next where they lie furthest apart, as if the days before and after the
        window were covered: 1 means every day."""
        longest = run = 0
        missing = set(self.missing)
        for day in sorted([*self.covered, *self.missing]):
            run = run + 1 if day in missing else 0
            longest = max(longest, run)
        return longest + 1

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


def quiet(
    rule: str,
    *,
    days: int,
    on: dt.date,
    unit_id: int | None = None,
    start: dt.date | None = None,
    gap: int | None = None,
) -> Finding:
    """Whether the rule was not breached (in the unit) during the `days` days that end with `on`.

    Unmet as soon as a breach stood in the window, covered or not. Met only when no two patrols lie more than `gap` days
    apart (None: the dated parameter; 1: every day), the last one could be relied on and the parameters stayed the same;
    else undeterminable. Nothing before `start` counts: a window that reaches behind it is too short yet.
    """
    since = on - _ONE_DAY * (days - 1)
    found = get(rule)
    window: dict[str, Any] = {"since": since.isoformat(), "until": on.isoformat(), "days": days}
    if found is None:
        return undeterminable(Message(UNKNOWN, {"rule": rule}))
    window["rule"] = {"code": found.title_code, "params": {}}
    rows = _stood(rule, max(since, start) if start else since, on, unit_id)
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
    sure = [a for a in rows if a.breach_state != BreachState.UNDETERMINED or a.last_seen >= since]
    if sure:
        return unmet(Message(BREACHED, window | {"count": len(sure)}), facts)
    if rows:
        return undeterminable(Message(UNDETERMINED, window | {"count": len(rows)}), facts)
    if start is not None and since < start:
        have = max((on - start).days + 1, 0)
        return undeterminable(Message(SHORT, window | {"start": start.isoformat(), "have": have}))
    return _silence(rule, since, on, window, gap or int(current_parameters().value_on(GAP_DAYS, on)["days"]))


def _stood(rule: str, since: dt.date, on: dt.date, unit_id: int | None) -> list[Alert]:
    """The alerts of the rule that stood on some day of since..on."""
    alerts = Alert.objects.filter(rule=rule, first_seen__lte=on)
    if unit_id is not None:
        alerts = alerts.filter(unit_id=unit_id)
    stood = alerts.exclude(breach_state=BreachState.CLEARED, cleared_on__lte=since)
    return list(stood.order_by("first_seen", "pk")[:200])


def _silence(rule: str, since: dt.date, on: dt.date, window: dict[str, Any], gap: int) -> Finding:
    """What the absence of alerts in since..on is worth."""
    seen = coverage(rule, since, on)
    facts = [
        {
            "covered": len(seen.covered),
            "since": since.isoformat(),
            "until": on.isoformat(),
            "missing": [d.isoformat() for d in seen.missing[:60]],
        }
    ]
    last = RuleRun.objects.filter(rule=rule, on__gte=since, on__lte=on).order_by("on", "started_at", "pk").last()
    if last is not None and last.outcome != RunOutcome.OK:
        said = {"on": last.on.isoformat(), "outcome": str(RunOutcome(last.outcome).label)}
        return undeterminable(Message(UNSOUND, window | said), facts)
    said_gap = {"missing": len(seen.missing), "gap": gap}
    if not seen.covered or seen.longest_gap > gap:
        return undeterminable(Message(GAP, window | said_gap | {"example": seen.missing[-1].isoformat()}), facts)
    if not seen.steady:
        return undeterminable(Message(CHANGED, window), facts)
    return met(Message(QUIET if seen.complete else QUIET_BUT, window | said_gap), facts)


def standing(rule: str, unit_id: int | None = None) -> int:
    """How many alerts of the rule stand now (in the unit)."""
    rows = Alert.objects.filter(rule=rule, breach_state__in=STANDING)
    return rows.filter(unit_id=unit_id).count() if unit_id is not None else rows.count()
