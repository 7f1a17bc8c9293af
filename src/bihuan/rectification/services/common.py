"""What the services share: checks that name their input, and writes that lose no update."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError
from django.db.models import F, Model

from bihuan.kernel import access, clock
from bihuan.kernel.errors import Refused, Stale
from bihuan.kernel.models import Person
from bihuan.kernel.wording import Message
from bihuan.kernel.work import Changes, changes_of, unit_of_work
from bihuan.kernel.workflow import CHANGED

from .. import wordings as w

Actor = Person | None


def label(model: type[Model], field: str) -> str:
    """A field's label in the reader's language."""
    return str(getattr(model._meta.get_field(field), "verbose_name", field))


def text(model: type[Model], field: str, value: str, *, required: bool = True) -> str:
    """`value` without outer blanks. Raises Refused when it is empty and required."""
    cleaned = value.strip()
    if required and not cleaned:
        raise Refused(Message(w.EMPTY, {"field": label(model, field)}))
    return cleaned


def not_future(model: type[Model], field: str, day: dt.date) -> dt.date:
    """`day`, which must not lie after the business day."""
    if day > clock.today():
        raise Refused(Message(w.FUTURE, {"field": label(model, field), "day": day.isoformat()}))
    return day


def in_order(model: type[Model], first: str, second: str, a: dt.date | None, b: dt.date | None) -> None:
    """Raises Refused when the first day lies after the second."""
    if a is not None and b is not None and a > b:
        told = {"first": label(model, first), "first_day": a.isoformat()}
        raise Refused(Message(w.DATES, told | {"second": label(model, second), "second_day": b.isoformat()}))


@contextmanager
def unique_code(code: str) -> Iterator[None]:
    """Turn a doubled key into a refusal that names it."""
    try:
        yield
    except IntegrityError as error:
        if "unique" in str(error).lower():
            raise Refused(Message(w.CODE_TAKEN, {"code": code})) from error
        raise


def write(
    *,
    actor: Actor,
    obj: Any,
    values: Mapping[str, Any],
    event: str,
    params: Mapping[str, Any],
    reason: str = "",
    covers: Iterable[type[Model]] = (),
) -> Any:
    """Change columns of a kept row by compare-and-set on its revision, with a log entry; returns it fresh.

    Raises Stale when somebody else changed it since `obj` was read. Nothing changed writes nothing.
    """
    model = type(obj)
    with unit_of_work(actor, reason=reason) as uow:
        before = model._default_manager.get(pk=obj.pk)
        if before.revision != obj.revision:
            raise Stale(Message(CHANGED))
        after = model._default_manager.get(pk=obj.pk)
        for name, value in values.items():
            setattr(after, name, value)
        changes: Changes = changes_of(before, after, values)
        if not changes:
            return before
        rows = model._default_manager.filter(pk=obj.pk, revision=obj.revision)
        columns = {name: getattr(after, model._meta.get_field(name).attname) for name in changes}
        attnames = {model._meta.get_field(name).attname: value for name, value in columns.items()}
        if not rows.update(revision=F("revision") + 1, **attnames):
            raise Stale(Message(CHANGED))
        uow.record(event, obj, params=params, changes=changes, covers=covers)
        obj.refresh_from_db()
    return obj


def require(actor: Actor, action: str, obj: Any = None) -> None:
    """As access.require."""
    access.require(actor, action, obj)


def author(actor: Actor) -> Person:
    """The person who acts; some rows have to name one."""
    if actor is None:
        raise TypeError("this service records who did it: give a person")
    return actor
