"""What the patrols covered, and what may be concluded from their silence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from bihuan.law.dated import current_parameters

from .criteria import Finding, met, undeterminable, unmet
from .models.alerts import STANDING, Alert, BreachState, RuleRun, RunOutcome
from .rules import get
from .wording import Message, wording

_ONE_DAY = dt.timedelta(days=1)
GAP_DAYS = "local.alerts.coverage-gap"
MOST = 200
"""How many alerts a window is judged by at most."""

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
    return _covered(rule, since, until, _runs(rule, since, until))


def _runs(rule: str, since: dt.date, until: dt.date) -> list[_Run]:
    rows = RuleRun.objects.filter(rule=rule, on__gte=since, on__lte=until).order_by("on", "started_at", "pk")
    return [_Run(*row) for row in rows.values_list("on", "outcome", "parameters")]


def _covered(rule: str, since: dt.date, until: dt.date, runs: Iterable[_Run]) -> Coverage:
    sound = [run for run in runs if run.outcome == RunOutcome.OK and since <= run.on <= until]
    good = {run.on for run in sound}
    days = [since + _ONE_DAY * n for n in range((until - since).days + 1)]
    return Coverage(
        rule,
        tuple(d for d in days if d in good),
        tuple(d for d in days if d not in good),
        tuple(run.parameters for run in sound),
    )


class _Run(NamedTuple):
    """One run of the rule."""

    on: dt.date
    outcome: str
    parameters: dict[str, str]


@dataclass(frozen=True)
class Window:
    """The `days` days that end with `on`, in a department (None: the whole court), and how they are judged (see `quiet`)."""

    days: int
    on: dt.date
    unit_id: int | None = None
    start: dt.date | None = None
    gap: int | None = None

    @property
    def since(self) -> dt.date:
        """The first day."""
        return self.on - _ONE_DAY * (self.days - 1)

    @property
    def looked_from(self) -> dt.date:
        """The first day that counts."""
        return max(self.since, self.start) if self.start else self.since


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
    return quiet_many(rule, [Window(days, on, unit_id, start, gap)])[0]


def quiet_many(rule: str, windows: Sequence[Window]) -> list[Finding]:
    """As `quiet`, for many windows of one rule, in two statements."""
    found = get(rule)
    if found is None:
        return [undeterminable(Message(UNKNOWN, {"rule": rule})) for _window in windows]
    different = list(dict.fromkeys(windows))
    stood = _stood(rule, different)
    runs = _runs(rule, min(w.since for w in different), max(w.on for w in different))
    title = {"code": found.title_code, "params": {}}
    findings = {window: _quiet(rule, title, window, stood[window], runs) for window in different}
    return [findings[window] for window in windows]


def _quiet(
    rule: str, title: Mapping[str, Any], window: Window, rows: Sequence[Alert], runs: Sequence[_Run]
) -> Finding:
    since, on, start = window.since, window.on, window.start
    told: dict[str, Any] = {"since": since.isoformat(), "until": on.isoformat(), "days": window.days, "rule": dict(title)}
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
        return unmet(Message(BREACHED, told | {"count": len(sure)}), facts)
    if rows:
        return undeterminable(Message(UNDETERMINED, told | {"count": len(rows)}), facts)
    if start is not None and since < start:
        have = max((on - start).days + 1, 0)
        return undeterminable(Message(SHORT, told | {"start": start.isoformat(), "have": have}))
    gap = window.gap or int(current_parameters().value_on(GAP_DAYS, on)["days"])
    mine = [run for run in runs if since <= run.on <= on]
    return _silence(_covered(rule, since, on, mine), mine, told, gap)


def _stood(rule: str, windows: Sequence[Window]) -> dict[Window, list[Alert]]:
    """The alerts of the rule that stood on some day of each window, MOST at most, the oldest first."""
    first, last = min(w.looked_from for w in windows), max(w.on for w in windows)
    alerts = Alert.objects.filter(rule=rule, first_seen__lte=last)
    alerts = alerts.exclude(breach_state=BreachState.CLEARED, cleared_on__lte=first).order_by("first_seen", "pk")
    units = {window.unit_id for window in windows}
    if None not in units:
        alerts = alerts.filter(unit_id__in=units)
    alerts = alerts.only("subject", "breach_state", "unit_id", "first_seen", "last_seen", "cleared_on")
    of_unit: dict[int | None, list[Alert]] = {None: list(alerts[:MOST] if len(windows) == 1 else alerts)}
    for alert in of_unit[None]:
        of_unit.setdefault(alert.unit_id if alert.unit_id is not None else -1, []).append(alert)
    return {w: list(islice((a for a in of_unit.get(w.unit_id, ()) if _stood_in(a, w)), MOST)) for w in windows}


def _stood_in(alert: Alert, window: Window) -> bool:
    cleared = alert.cleared_on if alert.breach_state == BreachState.CLEARED else None
    return alert.first_seen <= window.on and (cleared is None or cleared > window.looked_from)


def _silence(seen: Coverage, runs: Sequence[_Run], window: Mapping[str, Any], gap: int) -> Finding:
    """What the absence of alerts in a window is worth."""
    facts = [
        {
            "covered": len(seen.covered),
            "since": window["since"],
            "until": window["until"],
            "missing": [d.isoformat() for d in seen.missing[:60]],
        }
    ]
    last = runs[-1] if runs else None
    if last is not None and last.outcome != RunOutcome.OK:
        said = {"on": last.on.isoformat(), "outcome": str(RunOutcome(last.outcome).label)}
        return undeterminable(Message(UNSOUND, {**window, **said}), facts)
    said_gap = {"missing": len(seen.missing), "gap": gap}
    if not seen.covered or seen.longest_gap > gap:
        example = {"example": seen.missing[-1].isoformat()}
        return undeterminable(Message(GAP, {**window, **said_gap, **example}), facts)
    if not seen.steady:
        return undeterminable(Message(CHANGED, window), facts)
    return met(Message(QUIET if seen.complete else QUIET_BUT, {**window, **said_gap}), facts)


def standing(rule: str, unit_id: int | None = None) -> int:
    """How many alerts of the rule stand now (in the unit)."""
    rows = Alert.objects.filter(rule=rule, breach_state__in=STANDING)
    return rows.filter(unit_id=unit_id).count() if unit_id is not None else rows.count()
