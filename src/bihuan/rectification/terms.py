"""The dated parameters of the ledger, turned into days."""

from __future__ import annotations

import datetime as dt
from typing import Any

from bihuan.law.dated import current_parameters
from bihuan.law.periods import Due, due, ends_on
from bihuan.law.terms import Period

CONCENTRATED = "rectification.concentrated-period"
PLAN_DUE = "rectification.plan-due"
REPORTS_DUE = "rectification.reports-due"
MILESTONES = "rectification.milestones"
LOOK_BACK = "rectification.look-back"
REBOUND_VERIFY = "rectification.rebound-verification"
REBOUND_CONFIRM = "rectification.rebound-confirmation"
PROGRESS_SILENCE = "rectification.progress-silence"
BUNCHED = "rectification.bunched-closures"
DUE_SOON = "alert.due-soon"


def due_by(code: str, trigger: dt.date, *, key: str = "term", on: dt.date | None = None) -> tuple[Due, str]:
    """When the term of parameter `code` from `trigger` ends, and the version that said so ("code@version").

    The value in force on `on` (default: the trigger day) decides. Raises the errors of bihuan.law.
    """
    held = current_parameters().version_on(code, on or trigger)
    term = held.term() if key == "term" else Period.parse(str(held.values[key]))
    found = due(trigger, term)
    return found, f"{code}@{held.version}/{found.calendar_version}"[:120]


def back_from(code: str, on: dt.date, key: str = "term") -> dt.date:
    """The day one `code` term before `on`, for "nothing since" questions in calendar time (workdays by the calendar)."""
    held = current_parameters().version_on(code, on)
    term = held.term() if key == "term" else Period.parse(str(held.values[key]))
    reach = (ends_on(on, term) - on).days
    return on - dt.timedelta(days=reach)


def ahead_of(code: str, on: dt.date) -> dt.date:
    """The day one `code` term after `on`."""
    return ends_on(on, current_parameters().version_on(code, on).term())


def values(code: str, on: dt.date) -> dict[str, Any]:
    """The values of `code` in force on `on`."""
    return current_parameters().value_on(code, on)
