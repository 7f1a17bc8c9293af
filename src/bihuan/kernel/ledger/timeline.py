"""What happened to a row, newest first: its log entries, and its flow steps with what people wrote."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from .. import access, log
from ..models.log import LogEntry
from ..models.org import Person
from ..models.steps import FlowStep
from . import imports
from .cells import show_value
from .declaration import Ledger
from .registry import field_of


@dataclass(frozen=True)
class Change:
    """A field that changed, both values as people read them."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Item:
    """One event of the timeline. `tone` is the tone of the state a step led to."""

    at: dt.datetime
    actor: str
    sentence: str
    note: str = ""
    acted_for: str = ""
    changes: tuple[Change, ...] = ()
    tone: str = ""
    seq: int | None = None


def timeline(ledger: Ledger, person: Person, obj: Any, limit: int = 20) -> tuple[list[Item], bool]:
    """The newest `limit` events of a row the person may see, and whether there are more.

    `obj` must have been read through `access.visible`: the events of a row are as visible as the row.
    """
    own = LogEntry.objects.filter(kind=ledger.model._meta.label_lower, object_id=str(obj.pk))
    entries = list(own.select_related("actor").order_by("-seq")[: limit + 1])
    imported = imports.of_row(ledger, obj, limit + 1)
    entries = sorted([*entries, *imported], key=lambda entry: -entry.seq)
    more = len(entries) > limit
    entries = entries[:limit]
    names = _names(ledger, person, entries)
    steps: dict[Any, list[FlowStep]] = {}
    if ledger.flow is not None:
        for taken in ledger.flow.steps(obj):
            steps.setdefault((taken.transition, taken.actor_id), []).append(taken)
    items = []
    for entry in entries:
        params = entry.data.get("params", {})
        mine = ledger.flow is not None and entry.type == f"flow.{ledger.flow.code}"
        step = _take(steps, params.get("step", ""), entry) if mine else None
        target = entry.data.get("changes", {}).get("state", ["", ""])[1] if mine else ""
        items.append(
            Item(
                at=entry.at,
                actor=str(entry.actor) if entry.actor else _system(entry.actor_name),
                sentence=log.sentence(entry),
                note=(step.note if step else "") or entry.data.get("reason", ""),
                acted_for=str(step.acted_for) if step and step.acted_for else "",
                changes=() if mine else tuple(_changes(ledger, entry.data.get("changes", {}), names)),
                tone=_tone(ledger, target),
                seq=entry.seq,
            )
        )
    return items, more


def _take(steps: dict[Any, list[FlowStep]], code: str, entry: LogEntry) -> FlowStep | None:
    """The flow step that the entry tells of: the latest of that kind not later than the entry."""
    held = [s for s in steps.get((code, entry.actor_id), []) if s.at <= entry.at]
    return held[-1] if held else None


def _system(name: str) -> str:
    return gettext("系统") if name == "system" else name


def _tone(ledger: Ledger, state: str) -> str:
    if ledger.flow is None or not state:
        return ""
    return next((s.tone for s in ledger.flow.states if s.code == state), "")


def _changes(ledger: Ledger, stored: Mapping[str, Any], names: Mapping[tuple[str, Any], str]) -> list[Change]:
    found = []
    for name, (before, after) in stored.items():
        field = field_of(ledger.model, name)
        label = str(getattr(field, "verbose_name", name))
        found.append(Change(label, _value(field, name, before, names), _value(field, name, after, names)))
    return found


def _value(field: Any, name: str, value: Any, names: Mapping[tuple[str, Any], str]) -> str:
    if isinstance(value, list):
        return gettext("、").join(_value(field, name, one, names) for one in value) or "—"
    if (name, value) in names:
        return names[name, value]
    choices = dict(getattr(field, "flatchoices", None) or [])
    if not isinstance(value, dict) and value in choices:
        return str(choices[value])
    kind = field.get_internal_type() if field is not None and hasattr(field, "get_internal_type") else ""
    if isinstance(value, str) and kind == "DateField":
        value = dt.date.fromisoformat(value[:10])
    elif isinstance(value, str) and kind == "DateTimeField":
        value = dt.datetime.fromisoformat(value)
    return show_value(value)


def _names(ledger: Ledger, person: Person, entries: list[LogEntry]) -> dict[tuple[str, Any], str]:
    """What related rows named by id in the changes are called, one query a field, as far as the person may see them."""
    wanted: dict[str, set[Any]] = {}
    for entry in entries:
        for name, pair in entry.data.get("changes", {}).items():
            field = field_of(ledger.model, name)
            if field is not None and field.related_model is not None:
                for value in pair:
                    wanted.setdefault(name, set()).update(value if isinstance(value, list) else [value])
    found: dict[tuple[str, Any], str] = {}
    for name, ids in wanted.items():
        related: Any = field_of(ledger.model, name)
        ids.discard(None)
        if ids and related.related_model in access.scoped_models():
            rows = access.visible(person, related.related_model).filter(pk__in=ids)
            found.update({(name, row.pk): str(row) for row in rows})
    return found
