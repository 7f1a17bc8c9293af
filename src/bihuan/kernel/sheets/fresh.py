"""New rows of a ledger from what was staged, column by column as the database takes them, with no model in between."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import CharField, Model, TextField

from .. import bulk
from ..blank import REMEMBERED, Blank
from .staging import Staged
from .values import attname_of, restored

_SIMPLE = frozenset({str, int, bool, type(None)})
"""Types of staged values that are made ready once for all rows that hold them."""


_NOTHING: Mapping[str, Any] = {}


class Fresh:
    """Makes them. Columns a row says nothing of hold the model's defaults."""

    def __init__(self, model: type[Model]) -> None:
        self.model: Any = model
        self.blank = Blank(model)
        fields = bulk.insertable(model)
        self.place: dict[str, int] = {field.name: place for place, field in enumerate(fields)}
        self.pk = next(place for place, field in enumerate(fields) if field.primary_key)
        self._ready: list[Callable[[Any], Any]] = [bulk.readying(field) for field in fields]
        self._text = {field.name for field in fields if type(field) in (CharField, TextField)}
        self._known: dict[str, dict[Any, Any]] = {field.name: {} for field in fields}
        self._held: dict[str, dict[Any, Any]] = {field.name: {} for field in fields}
        self.asked: list[tuple[int, Callable[[], Any]]] = []
        self.usual: list[Any] = []
        for place, field in enumerate(fields):
            fixed = not field.primary_key and (field.attname in self.blank.fixed or field.default in (list, dict))
            self.usual.append(self._ready[place](field.get_default()) if fixed else None)
            if not fixed and not field.primary_key:
                self.asked.append((place, field.get_default))

    def row(self, staged: Staged, more: Mapping[str, Any] = _NOTHING) -> list[Any]:
        """Its columns, in the order of `bulk.insertable`; `more`: values of further fields."""
        made = self.usual.copy()
        made[self.pk] = staged.object_id
        given = staged.values
        for place, default in self.asked:
            made[place] = self._ready[place](default())
        for name, value in given.items():
            if name in self._text and type(value) is str:
                made[self.place[name]] = value
                continue
            if type(value) not in _SIMPLE:
                made[self.place[name]] = self._made(name, value)
                continue
            known = self._known[name]
            asked = (type(value), value)
            if asked not in known:
                if len(known) >= REMEMBERED:
                    known.clear()
                known[asked] = self._made(name, value)
            made[self.place[name]] = known[asked]
        for name, value in more.items():
            place = self.place[name]
            made[place] = self._ready[place](value)
        return made

    def held(self, staged: Staged) -> dict[str, Any]:
        """What its fields hold."""
        out: dict[str, Any] = {}
        for name, value in staged.values.items():
            if type(value) not in _SIMPLE or name in self._text:
                out[name] = self.value(name, value)
                continue
            known, asked = self._held[name], (type(value), value)
            if asked not in known:
                if len(known) >= REMEMBERED:
                    known.clear()
                known[asked] = self.value(name, value)
            out[name] = known[asked]
        return out

    def object(self, staged: Staged) -> Any:
        """The row as the model has it, for rules that ask a row."""
        made = self.blank({attname_of(self.model, name): value for name, value in self.held(staged).items()})
        made.pk = staged.object_id
        return made

    def value(self, name: str, value: Any) -> Any:
        """What the field holds for a staged value."""
        if name in self._text and type(value) is str:
            return value
        return restored(self.model, {name: value})[name]

    def _made(self, name: str, value: Any) -> Any:
        return self._ready[self.place[name]](self.value(name, value))
