"""Lamps (提示灯): green, near (with the step passed), overdue; stopped, none, closed in time or late; floors."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from ..dated import Parameters

LAMPS = "law.lamps"

Light = Literal["green", "near", "past_ordinary", "overdue", "stopped", "closed_in_time", "closed_late", "not_yet", "allowed", "none"]


@dataclass(frozen=True, slots=True)
class Lamp:
    """A light; `days` to the unrolled end (negative: past), `step` the threshold passed when near."""

    light: Light
    days: int | None = None
    step: int | None = None


def thresholds(on: dt.date, parameters: Parameters) -> tuple[int, ...]:
    """The thresholds in days before the raw end, farthest first, in force on `on`."""
    return tuple(sorted((int(day) for day in parameters.value_on(LAMPS, on)["days"]), reverse=True))


def lamp(
    on: dt.date, *, trigger: dt.date, raw: dt.date, due: dt.date, hard_raw: dt.date | None, hard_due: dt.date | None,
    stopped: bool, steps: tuple[int, ...],
) -> Lamp:
    """The lamp of an open case on `on`. A threshold that is not shorter than the whole limit is passed over."""
    last_raw, last_due = hard_raw or raw, hard_due or due
    if on > last_due:
        return Lamp("overdue", (last_raw - on).days)
    if stopped:
        return Lamp("stopped", (raw - on).days)
    if on > due:
        return Lamp("past_ordinary", (last_raw - on).days)
    days, length = (raw - on).days, (raw - trigger).days
    passed = [step for step in steps if days <= step < length]
    return Lamp("near", days, min(passed)) if passed else Lamp("green", days)
