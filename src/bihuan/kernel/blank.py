"""Rows of a model that are nowhere yet, many of them: what is the same for each is found out once.

Making a row asks every field for its default, and `clean_fields` judges every field of every row; most of a sheet's rows say the
same in most of their columns, and nothing in the columns the sheet does not have.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Field, ImageField, Model
from django.db.models.base import ModelState

REMEMBERED = 5000
"""Values of a field whose judgement is remembered."""
_SAME = frozenset({str, int, bool, dt.date, type(None)})
"""Types whose equal values are judged equally."""


class Blank:
    """New rows with the model's defaults."""

    def __init__(self, model: type[Model]) -> None:
        self.model: Any = model
        # Nobody listens to rows being made: the house has no such signals, and of Django's fields only pictures do.
        self.plain = model.__init__ is Model.__init__ and not any(isinstance(f, ImageField) for f in model._meta.concrete_fields)
        self.fixed: dict[str, Any] = {}
        self.asked: list[tuple[str, Any]] = []
        for field in model._meta.concrete_fields:
            if getattr(field, "generated", False):
                continue
            if (field.has_default() and callable(field.default)) or field.has_db_default():
                self.asked.append((field.attname, field.get_default))
            else:
                self.fixed[field.attname] = field.get_default()

    def __call__(self, values: Mapping[str, Any], **leads: Any) -> Any:
        """A row with these values by the attribute that holds the column; `leads`: rows that foreign keys among them point at."""
        if not self.plain:
            made = self.model(**values)
            made._state.fields_cache.update(leads)
            return made
        made = self.model.__new__(self.model)
        made._state = ModelState()
        held = made.__dict__
        held.update(self.fixed)
        for name, default in self.asked:
            held[name] = default()
        held.update(values)
        if leads:
            made._state.fields_cache.update(leads)
        return made


@lru_cache(maxsize=64)
def blank(model: type[Model]) -> Blank:
    """The new rows of a model of the house."""
    return Blank(model)


class Cleaning:
    """What a model's `clean_fields` does, each value of a field judged once."""

    def __init__(self, model: type[Model], skipped: Collection[str] = ()) -> None:
        self.model = model
        self.own = model.clean_fields is not Model.clean_fields
        self.skipped = set(skipped)
        self.fields: dict[str, Any] = {}
        for field in model._meta.fields:
            if field.name not in self.skipped and not getattr(field, "generated", False):
                self.fields[field.name] = field
        self._known: dict[str, dict[Any, Any]] = {name: {} for name in self.fields}
        self._alike = {name for name, field in self.fields.items() if _judges_the_value_alone(field)}

    def settled(self, blank: Blank, given: Collection[str]) -> list[str]:
        """The fields that must be looked at in a new row with the values `given`: they, and those whose default is not the same in each
        row or is not well as it is."""
        return [name for name in self.fields if name in given or not self._well(blank, name)]

    def clean(self, obj: Any, names: Iterable[str]) -> None:
        """Judge these fields of the row and put their clean values into it. Raises ValidationError by field."""
        if self.own:
            obj.clean_fields(exclude={f.name for f in self.model._meta.fields} - set(names))
            return
        errors: dict[str, Any] = {}
        held = obj.__dict__
        for name in names:
            field = self.fields.get(name)
            if field is None:
                continue
            raw = held[field.attname] if field.attname in held else getattr(obj, field.attname)
            if name in self._alike and type(raw) in _SAME:
                known = self._known[name]
                asked = raw if type(raw) is str else (type(raw), raw)
                found = known.get(asked)
                if found is None:
                    found = self._judged(field, raw, obj)
                    if len(known) < REMEMBERED:
                        known[asked] = found
            else:
                found = self._judged(field, raw, obj)
            value, wrong = found
            if wrong is not None:
                errors[name] = wrong
            elif value is not raw:
                setattr(obj, field.attname, value)
        if errors:
            raise ValidationError(errors)

    def _judged(self, field: Any, raw: Any, obj: Any) -> tuple[Any, Any]:
        """The clean value, and what is wrong with the raw one."""
        if field.blank and raw in field.empty_values:
            return raw, None
        try:
            return field.clean(raw, obj), None
        except ValidationError as error:
            return raw, error.error_list

    def _well(self, blank: Blank, name: str) -> bool:
        field = self.fields[name]
        if self.own or field.attname not in blank.fixed or name not in self._alike:
            return False
        raw = blank.fixed[field.attname]
        value, wrong = self._judged(field, raw, None)
        return wrong is None and type(value) is type(raw) and bool(value == raw)


def _judges_the_value_alone(field: Field[Any, Any]) -> bool:
    """Whether the field is one of Django's own, whose `clean` looks at nothing of the row but the value."""
    return type(field).__module__.startswith("django.db.models.fields") and not field.is_relation
