"""Values of rows: stored as plain JSON, put onto rows, compared with what the ledger holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import Model, prefetch_related_objects

from ..work import plain
from .reading import CellError, to_text

_AS_IT_IS = frozenset({str, int, bool, type(None)})
"""What JSON holds as it is."""


def stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON holds them: a float as text, since not every database gives back the very number it was given; a decimal without
    the zeros that only its column adds."""
    return {name: value if type(value) in _AS_IT_IS else _stored(value) for name, value in values.items()}


def restored(model: type[Model], values: Mapping[str, Any]) -> dict[str, Any]:
    """From JSON back to what the fields hold; relations stay ids."""
    return {name: _restored(model._meta.get_field(name), value) for name, value in values.items()}


def put(obj: Any, values: Mapping[str, Any], names: Iterable[str] | None = None) -> None:
    """Set the values (all, or those of `names`) on the row."""
    model: Any = type(obj)
    for name in values if names is None else names:
        setattr(obj, attname_of(model, name), values[name])


def attach(rows: Sequence[Any]) -> None:
    """Load what the rows' foreign keys point at, one statement a key, so that rules and names ask nothing row by row."""
    if rows:
        names = [f.name for f in rows[0]._meta.fields if f.is_relation and f.many_to_one]
        prefetch_related_objects(rows, *(n for n in names if any(getattr(r, f"{n}_id", None) for r in rows)))


class Leading:
    """What the foreign keys of a model's new rows point at, chunk after chunk: a row many point at is loaded once."""

    MOST = 5000

    def __init__(self, model: type[Model]) -> None:
        self.keys: list[Any] = [f for f in model._meta.fields if f.is_relation and f.many_to_one]
        self.held: dict[str, dict[Any, Any]] = {field.name: {} for field in self.keys}

    def attach(self, rows: Sequence[Any]) -> None:
        """Put what they point at into the rows: a statement a key for what is not known yet."""
        for field in self.keys:
            named = {value for row in rows if (value := row.__dict__.get(field.attname)) is not None}
            held = self.held[field.name]
            missing = [value for value in named if value not in held]
            if missing:
                if len(held) + len(missing) > self.MOST:
                    held.clear()
                    missing = list(named)
                target = field.target_field.attname
                found = field.related_model._default_manager.filter(**{f"{target}__in": missing})
                held.update((getattr(one, target), one) for one in found)
            if named:
                for row in rows:
                    one = held.get(row.__dict__.get(field.attname))
                    if one is not None:
                        row._state.fields_cache[field.name] = one


def differing(obj: Any, values: Mapping[str, Any], apart: Iterable[str] = ()) -> list[str]:
    """The fields (but those `apart`) whose value in the ledger is another one."""
    skipped = set(apart)
    return [name for name, value in values.items() if name not in skipped and not _same(obj, name, value)]


def held(obj: Any, name: str) -> Any:
    """What the row holds: for a relation the id."""
    model: Any = type(obj)
    return getattr(obj, attname_of(model, name))


@cache
def attname_of(model: type[Model], name: str) -> str:
    """The attribute that holds the field's own column: for a relation the id."""
    target: Any = model._meta.get_field(name)
    return str(target.attname)


def _stored(value: Any) -> Any:
    if isinstance(value, float):
        return repr(value)
    return f"{value.normalize():f}" if isinstance(value, Decimal) else plain(value)


def _restored(target: Any, value: Any) -> Any:
    return value if target.is_relation else target.to_python(value)


def _same(obj: Any, name: str, value: Any) -> bool:
    now = held(obj, name)
    if now in (None, "") or value in (None, ""):
        return (now in (None, "")) == (value in (None, ""))
    if isinstance(now, str) and isinstance(value, str):
        return now == value or _text(now) == value
    if isinstance(now, float):
        return Decimal(f"{now:.15g}") == Decimal(f"{float(value):.15g}")
    if isinstance(now, dt.datetime):
        return bool(now.replace(microsecond=0) == value)
    return bool(now == value)


def _text(value: str) -> str | None:
    """The text as a sheet gives it back: ends trimmed, line ends alike."""
    try:
        return to_text(value)
    except CellError:
        return None
