"""How values show: dates, choices, relations, states, due dates with the working days that remain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils import formats, timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.law.calendar import current_calendar

from .. import clock
from ..wording import Message
from .declaration import Column, Due, Ledger, StateColumn, Why
from .registry import field_of

EMPTY = "—"
SOON = 5
"""Working days before a due date from which it shows as near."""


@dataclass(frozen=True)
class Badge:
    """A state in words and tone."""

    tone: str
    label: str

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True)
class DueText:
    """A due date, what remains of it in working days, and why it is this date."""

    day: dt.date
    remains: str
    tone: str
    why: tuple[Message, ...] = ()

    def __str__(self) -> str:
        return show_value(self.day)


def value_at(obj: Any, path: str) -> Any:
    """The value at the end of a path over relations; None as soon as a part is empty."""
    for part in path.split("__"):
        if obj is None:
            return None
        obj = getattr(obj, part, None)
    return obj() if callable(obj) and not hasattr(obj, "all") else obj


def label_of(model: type[Model], path: str) -> Any:
    """What a field, path or property is called."""
    field = field_of(model, path)
    if field is None:
        held = getattr(model, path, None)
        return getattr(getattr(held, "fget", held), "short_description", path)
    if hasattr(field, "verbose_name"):
        return field.verbose_name
    return field.related_model._meta.verbose_name if field.related_model else path


def show(obj: Any, path: str) -> str:
    """The field's value as people read it."""
    *way, last = path.split("__")
    owner = value_at(obj, "__".join(way)) if way else obj
    spoken = getattr(owner, f"get_{last}_display", None)
    value = value_at(owner, last) if owner is not None else None
    if spoken is not None and value not in (None, ""):
        return str(spoken())
    return show_value(value)


def show_value(value: Any) -> str:
    """A bare value as people read it; a dash for nothing."""
    if value is None or value == "":
        return EMPTY
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, dt.datetime):
        return formats.date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, dt.date):
        return formats.date_format(value, "DATE_FORMAT")
    if isinstance(value, Decimal):
        return formats.number_format(value.normalize() if value == value.to_integral_value() else value)
    if hasattr(value, "all"):
        return _("、").join(str(row) for row in value.all()) or EMPTY
    if isinstance(value, list | tuple):
        return _("、").join(show_value(one) for one in value) or EMPTY
    return str(value)


def cell(ledger: Ledger, column: Column, obj: Any) -> Any:
    """What the column holds for the row: text, Badge, DueText, or what its `value` returns."""
    if isinstance(column, StateColumn):
        return state_of(ledger, obj, column)
    if isinstance(column, Due):
        return due_of(ledger, obj, column)
    if column.value is not None:
        found = column.value(obj)
        return found if isinstance(found, Badge | SafeString | Message) else show_value(found)
    return show(obj, column.name)


def state_of(ledger: Ledger, obj: Any, column: StateColumn | None = None) -> Badge | None:
    """The row's state as a badge; 作废 comes before every other state."""
    if getattr(obj, "is_void", False):
        return Badge("idle", _("已作废"))
    name = column.name if column else "state"
    value = getattr(obj, name, None)
    if value in (None, ""):
        return None
    if ledger.flow is not None and name == "state" and any(s.code == value for s in ledger.flow.states):
        state = ledger.flow.state(obj)
        return Badge(state.tone, str(state.label))
    return Badge(column.tones.get(value, "idle") if column else "idle", show(obj, name))


def is_done(ledger: Ledger, obj: Any, column: Due | None = None) -> bool:
    """Whether the row's due dates no longer run."""
    if getattr(obj, "is_void", False):
        return True
    if column is not None and column.done is not None:
        return column.done(obj)
    if ledger.flow is not None and hasattr(obj, "state"):
        return any(s.code == obj.state and s.final for s in ledger.flow.states)
    return False


def due_of(ledger: Ledger, obj: Any, column: Due) -> DueText | None:
    """The due date as it stands on the business day; None when there is none."""
    day = column.value(obj) if column.value else value_at(obj, column.name)
    if day is None:
        return None
    why = answers(column.why, obj)
    if is_done(ledger, obj, column):
        return DueText(day, "", "", why)
    return DueText(day, *remaining(day), why)


def remaining(day: dt.date) -> tuple[str, str]:
    """(how many working days remain until `day`, or how many days have passed since, in words; tone)."""
    today = clock.today()
    if day == today:
        return _("今日到期"), "warn"
    if day > today:
        left = current_calendar().workdays_between(today, day)
        text = ngettext("剩余%(n)s个工作日", "剩余%(n)s个工作日", left) % {"n": left}
        return text, "warn" if left <= SOON else ""
    late = (today - day).days
    return _("超期 %(n)s 天") % {"n": late}, "bad"


def answers(why: Why | None, obj: Any) -> tuple[Message, ...]:
    """The sentences that answer "why?"."""
    found = why(obj) if why else None
    if found is None:
        return ()
    return tuple(found) if isinstance(found, Sequence) else (found,)


def relations(ledger: Ledger, paths: Sequence[str]) -> tuple[list[str], list[str]]:
    """What the paths need loaded with the rows: (for select_related, for prefetch_related)."""
    joined: list[str] = []
    fetched: list[str] = []
    for path in paths:
        parts = path.split("__")
        way: list[str] = []
        for part in parts:
            field = field_of(ledger.model, "__".join([*way, part]))
            if field is None or not field.is_relation:
                break
            way.append(part)
            if field.many_to_many or field.one_to_many:
                fetched.append("__".join(way))
                break
            joined.append("__".join(way))
    return list(dict.fromkeys(joined)), list(dict.fromkeys(fetched))
