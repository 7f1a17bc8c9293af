"""What is indexed: for each model one index over some of its text fields.

Ledgers declare theirs by `search=(...)`, also of the rows these lead to; what has no ledger calls `declare` when the application starts. An index is data
beside the rows: it is made after a migration, kept in the transaction that writes the row, and can be made anew at any time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Model

from . import tokens

PREFIX = "search_"


@dataclass(frozen=True)
class Index:
    """The index of a model over `fields`, in their order."""

    model: type[Model]
    fields: tuple[str, ...]

    @cached_property
    def table(self) -> str:
        """Its table. The name says how it was made: other fields or other tokens are another table."""
        made_of = "|".join((tokens.VERSION, *self.fields))
        mark = hashlib.sha256(made_of.encode()).hexdigest()[:6]
        return f"{PREFIX}{self.model._meta.db_table}"[:56] + f"_{mark}"


_declared: dict[type[Model], Index] = {}


def declare(model: type[Model], paths: Iterable[str]) -> None:
    """Index these fields too: of the model, or of the one a path over relations leads to. A field that holds no text is passed
    over."""
    for path in paths:
        try:
            owner, name = target(model, path)
        except (FieldDoesNotExist, AttributeError):
            continue  # the check of the declarations says so
        held = _declared[owner].fields if owner in _declared else ()
        if name not in held and is_text(owner, name):
            _declared[owner] = Index(owner, (*held, name))


def target(model: type[Model], path: str) -> tuple[type[Model], str]:
    """The model at the end of a path over relations, and the name of its field."""
    *way, name = path.split("__")
    owner: Any = model
    for part in way:
        owner = owner._meta.get_field(part).related_model
    return owner, name


def is_text(model: type[Model], name: str) -> bool:
    """Whether the name is a field of the model that holds text."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return isinstance(field, models.CharField | models.TextField)


def indexes() -> tuple[Index, ...]:
    """All indexes."""
    return tuple(_declared.values())


def of(model: type[Model]) -> Index | None:
    """The index of the model, if it has one."""
    return _declared.get(model)


def holds_any(model: type[Model], names: Iterable[str]) -> bool:
    """Whether one of the fields is in the model's index."""
    index = of(model)
    return index is not None and not set(index.fields).isdisjoint(names)


@contextmanager
def open_for_tests() -> Iterator[None]:
    """Forget afterwards what was declared within."""
    kept = dict(_declared)
    try:
        yield
    finally:
        _declared.clear()
        _declared.update(kept)
