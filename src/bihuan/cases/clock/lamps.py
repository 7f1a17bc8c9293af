"""Lamps as conditions on the days of the clock's block: the same answers as `law.limits.lamps`, for one case and asked of the
database. Thresholds are those of the day (`law.lamps`); nothing of a lamp is stored."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import clock
from bihuan.law.dated import current_parameters
from bihuan.law.limits.lamps import thresholds

NEAR = "near"
NAMES = {
    "overdue": _("超期"),
    "past_ordinary": _("已过通常期限"),
    "stopped": _("暂停中"),
    "green": _("正常"),
    "none": _("没有届满日"),
    "closed_late": _("超期办结"),
    "closed_in_time": _("期限内办结"),
}
TONES = {
    "overdue": "bad", "past_ordinary": "warn", "stopped": "idle", "green": "good", "none": "idle",
    "closed_late": "bad", "closed_in_time": "idle",
}  # fmt: skip
OPEN = Q(closed_on=None, voided_at=None)


@dataclass(frozen=True)
class CaseLamp:
    """The lamp of a case: `code` as in NAMES, or near with its `step`; `days` to the raw end (negative: past)."""

    code: str
    days: int | None = None
    step: int | None = None

    @property
    def key(self) -> str:
        """The value of the filter: `near5`, else the code."""
        return f"{NEAR}{self.step}" if self.step is not None else self.code

    @property
    def name(self) -> str:
        """In a few words."""
        return near_name(self.step) if self.step is not None else str(NAMES[self.code])

    @property
    def tone(self) -> str:
        """The colour, which never stands without the words."""
        if self.step is None:
            return TONES[self.code]
        return "bad" if self.step == min(steps()) else "warn"


def near_name(step: int) -> str:
    """A threshold passed."""
    return gettext("%(days)s 日内届满") % {"days": step}


def steps(on: dt.date | None = None) -> tuple[int, ...]:
    """The thresholds in days, farthest first."""
    return thresholds(on or clock.today(), current_parameters())


def choices() -> list[tuple[str, str]]:
    """What the list can be narrowed to."""
    near = [(f"{NEAR}{step}", near_name(step)) for step in sorted(steps())]
    told = [(code, str(name)) for code, name in NAMES.items()]
    return [told[0], told[1], *near, *told[2:]]


def lamp_of(case: Any, on: dt.date) -> CaseLamp:
    """The lamp of a case on a day."""
    if case.due_on is None or case.raw_due is None or case.expires_on is None:
        return CaseLamp("none")
    if case.closed_on is not None:
        return CaseLamp(
            "closed_in_time" if case.closed_on <= case.expires_on else "closed_late",
            (case.raw_due - case.closed_on).days,
        )
    days = (case.raw_due - on).days
    if on > case.expires_on:
        return CaseLamp("overdue", (case.expires_on - on).days)
    if case.paused_now:
        return CaseLamp("stopped", days)
    if on > case.due_on:
        return CaseLamp("past_ordinary", (case.expires_on - on).days)
    passed = [step for step in steps(on) if days <= step < (case.length_days or 0)]
    return CaseLamp(NEAR, days, min(passed)) if passed else CaseLamp("green", days)


def condition(key: str, on: dt.date) -> Q:
    """The cases whose lamp is `key` on a day. Raises KeyError for an unknown one."""
    dated = Q(due_on__isnull=False)
    if key == "none":
        return Q(due_on=None)
    if key == "closed_in_time":
        return dated & Q(closed_on__isnull=False, closed_on__lte=F("expires_on"))
    if key == "closed_late":
        return dated & Q(closed_on__isnull=False, closed_on__gt=F("expires_on"))
    if key == "overdue":
        return OPEN & Q(expires_on__lt=on)
    running = OPEN & Q(expires_on__gte=on)
    if key == "stopped":
        return running & Q(paused_now=True)
    if key == "past_ordinary":
        return running & Q(paused_now=False, due_on__lt=on)
    running &= Q(paused_now=False, due_on__gte=on)
    near = {f"{NEAR}{step}": _near(step, on) for step in steps(on)}
    if key == "green":
        passed = Q()
        for one in near.values():
            passed |= one
        return running & ~passed
    return running & near[key]


def _near(step: int, on: dt.date) -> Q:
    """Within `step` days and not within a nearer threshold; limits no longer than it are passed over."""
    found = Q(raw_due__lte=on + dt.timedelta(days=step), length_days__gt=step)
    nearer = [other for other in steps(on) if other < step]
    return found & Q(raw_due__gt=on + dt.timedelta(days=max(nearer))) if nearer else found
