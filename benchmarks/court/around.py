"""What stands around the ledger: figures with readings, a duty, earlier patrols, cleared alerts, notices."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from typing import Any

from bihuan.kernel.models import Alert, AlertStep, Duty, DutyOccurrence, InboxItem, RuleRun, Source
from bihuan.kernel.rules import rules
from bihuan.law.calendar import current_calendar
from bihuan.rectification.models import Figure, Reading

from ..sizes import Size
from .items import DUTY, FIGURES, TODAY, Item
from .loading import Block
from .people import People

DAY = dt.timedelta(days=1)
MOMENT = "2021-08-01 00:00:00"
MONTHS = 36
CUT_OFF = dt.date(2026, 4, 30)
IMPORTED = 12
"""Figures that hold no reading yet: what the measured sheets fill."""
PATROLLED = 120


def blocks(size: Size, people: People, all_items: Sequence[Item]) -> list[Block]:
    """The rows."""
    return [*_readings(people), *_duty(), _runs(), *_alerts(all_items, people), _notices(people)]


def figure_name(number: int) -> str:
    """What the figure is called in sheets, its number counted from 1."""
    return f"数据项{number:02}"


def _readings(people: People) -> list[Block]:
    figures = [(n, f"F{n:02}", figure_name(n), "%", "lower") for n in range(1, FIGURES + IMPORTED + 1)]
    rows = (
        (figure, f"{2023 + (month + 4) // 12}-{(month + 4) % 12 + 1:02}-01", unit, value(figure, month, unit))
        for figure in range(1, FIGURES + 1) for month in range(MONTHS) for unit in (None, *people.divisions)
    )  # fmt: skip
    return [
        Block(Figure, ("id", "code", "name", "unit_of_measure", "direction"), figures),
        Block(Reading, ("figure_id", "period", "unit_id", "value"), rows),
        Block(Source, ("code", "cut_off", "last_intake_at"), [("readings", CUT_OFF.isoformat(), MOMENT)]),
    ]


def value(figure: int, month: int, unit: int | None) -> str:
    """A reading, within range except of one figure in one division in the newest month."""
    if unit is not None and figure == 4 and unit % 5 == 0 and month == MONTHS - 1:
        return "7.5"
    return f"{(figure * 7 + month * 3 + (unit or 0)) % 45 / 10 + 0.5:.1f}"


def _duty() -> list[Block]:
    calendar = current_calendar()
    rows = []
    for month in range(17):
        nominal = dt.date(2025 + month // 12, month % 12 + 1, 5)
        due = calendar.next_workday_on_or_after(nominal)
        done = due.isoformat() if due < TODAY else None
        rows.append((1, nominal.isoformat(), due.isoformat(), calendar.add_workdays(due, 3).isoformat(), done, done))
    duty = (1, DUTY, "整改工作月调度", "FREQ=MONTHLY;BYMONTHDAY=5", "2025-01-05", "rectification_office", 3)
    return [
        Block(Duty, ("id", "code", "title", "rrule", "starts", "owner_role", "grace_days"), [duty]),
        Block(DutyOccurrence, ("duty_id", "nominal_on", "due_on", "deadline", "fulfilled_on", "registered_on"), rows),
    ]


def _runs() -> Block:
    """Every rule, every day before today: what silence is worth something by."""
    rows = (
        (code, (TODAY - DAY * n).isoformat(), "ok", MOMENT, "{}", "{}")
        for n in range(PATROLLED, 0, -1) for code in rules()
    )  # fmt: skip
    return Block(RuleRun, ("rule", "on", "outcome", "started_at", "sources", "parameters"), rows)


def _alerts(all_items: Sequence[Item], people: People) -> list[Block]:
    """Alerts that stood once and are gone; those that stand the patrol opens."""
    chosen = [i for i in all_items if i.number % 10 in (0, 3, 6)]
    columns = (
        "id", "rule", "domain", "about", "object_id", "subject", "severity", "breach_state", "owner_id", "unit_id", "due",
        "first_seen", "last_seen", "cleared_on", "trace",
    )  # fmt: skip
    trace = json.dumps({"rule": "rule.rect.measure.due-soon", "message": {"code": "rule.rect.measure.due-soon.says", "params": {}}})

    def gone() -> Iterator[tuple[Any, ...]]:
        for n, i in enumerate(chosen, 1):
            seen = min(i.due, TODAY - DAY * 20) - DAY * 10
            yield (
                n, "rect.measure.due-soon", "rectification", "rectification.measure", i.pk, f"{i.code}-01", "notice", "cleared",
                i.person, i.unit, i.due.isoformat(), seen.isoformat(), (seen + DAY * 8).isoformat(), (seen + DAY * 9).isoformat(), trace,
            )  # fmt: skip

    steps = (
        (n, kind, 0, i.person, (TODAY - DAY * 30).isoformat(), MOMENT)
        for n, i in enumerate(chosen, 1) for kind in ("opened", "cleared")
    )  # fmt: skip
    return [
        Block(Alert, columns, gone()),
        Block(AlertStep, ("alert_id", "kind", "level", "person_id", "day", "at"), steps),
    ]


def _notices(people: People) -> Block:
    params = json.dumps({"subject": "00001-01", "rule": {"code": "rule.rect.measure.overdue", "params": {}}})
    rows = (
        (person, "alert.notice.opened", params, "/alerts/", f"2021-08-{n % 28 + 1:02} 00:00:00", MOMENT if n % 4 else None)
        for person, _name, _called, admin in people.persons if not admin for n in range(100)
    )  # fmt: skip
    return Block(InboxItem, ("person_id", "code", "params", "url", "created_at", "read_at"), rows)
