"""One unit of work: facts and their log entries are written together or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings
from django.db import models, transaction

from . import clock

if TYPE_CHECKING:
    from .models.org import Person

T = TypeVar("T")
Changes = Mapping[str, tuple[Any, Any]]


class OutsideWork(RuntimeError):
    """A fact was to be written outside a unit of work."""


class Unrecorded(RuntimeError):
    """A unit of work wrote facts and recorded nothing about them."""


class SimulatedReadOnly(RuntimeError):
    """The day is simulated; outside the demo and the tests a simulated day is for looking only."""


@dataclass
class Draft:
    """A log entry to be: chained and stored when the unit of work ends."""

    type: str
    kind: str
    object_id: str
    unit_id: int | None
    data: dict[str, Any]
    restricted: dict[str, str]


@dataclass
class UnitOfWork:
    """Collects the entries of one transaction. `actor` is None for the system's own jobs."""

    actor: Person | None
    reason: str = ""
    job: str = ""
    drafts: list[Draft] = field(default_factory=list)
    written: set[str] = field(default_factory=set)
    covered: set[str] = field(default_factory=set)

    def record(
        self,
        type: str,
        obj: models.Model | None = None,
        *,
        changes: Changes | None = None,
        params: Mapping[str, Any] | None = None,
        reason: str = "",
        restricted: Mapping[str, str] | None = None,
        unit_id: int | None = None,
        covers: Iterable[type[models.Model]] = (),
    ) -> None:
        """Record one event about `obj`.

        `type` is a dotted code registered with `log.event`; `changes` maps field names to (before, after);
        `params` fill the event's sentence; values of `restricted` are stored as keyed digests, their text in an
        erasable side table; `covers` names further models whose rows this same event wrote.
        """
        data: dict[str, Any] = {}
        if changes:
            data["changes"] = {name: [plain(before), plain(after)] for name, (before, after) in changes.items()}
        if params:
            data["params"] = {name: plain(value) for name, value in params.items()}
        if reason or self.reason:
            data["reason"] = reason or self.reason
        kind = obj._meta.label_lower if obj is not None else ""
        if unit_id is None and obj is not None:
            unit_id = getattr(obj, "unit_id", None) or getattr(obj, "lead_unit_id", None)
        self.drafts.append(
            Draft(type, kind, str(obj.pk) if obj is not None else "", unit_id, data, dict(restricted or {}))
        )
        if obj is not None:
            self.covered.add(obj._meta.label)
        self.covered.update(model._meta.label for model in covers)


_current: ContextVar[UnitOfWork | None] = ContextVar("bihuan_unit_of_work", default=None)


def current() -> UnitOfWork:
    """The unit of work under way. Raises OutsideWork when there is none."""
    uow = _current.get()
    if uow is None:
        raise OutsideWork("facts are written inside unit_of_work(); use a service")
    return uow


def running() -> bool:
    """Whether a unit of work is under way."""
    return _current.get() is not None


def note_write(model: type[models.Model], ids: Iterable[int] = ()) -> None:
    """Called by `facts.Fact` at every write path, and by `bulk`; `ids` are the rows written, where they are known."""
    current().written.add(model._meta.concrete_model._meta.label if model._meta.concrete_model else model._meta.label)


@contextmanager
def unit_of_work(actor: Person | None, *, reason: str = "", job: str = "") -> Iterator[UnitOfWork]:
    """Run a write. Entries are appended last, in the same transaction; a unit within a unit joins the outer one.

    Raises Unrecorded if a model was written that no entry covers, SimulatedReadOnly on a simulated day outside the
    demo and the tests. Any exception rolls back facts and entries alike.
    """
    outer = _current.get()
    if outer is not None:
        yield outer
        return
    if clock.simulated_day() is not None and not settings.BIHUAN_SIMULATION_WRITES:
        raise SimulatedReadOnly("the day is simulated: leave the simulation before changing anything")
    uow = UnitOfWork(actor, reason, job)
    token = _current.set(uow)
    try:
        with transaction.atomic():
            yield uow
            missing = uow.written - uow.covered if uow.drafts else uow.written
            if missing:
                raise Unrecorded(f"written without a log entry: {', '.join(sorted(missing))}")
            if uow.drafts:
                from . import log

                log.append(uow)
    finally:
        _current.reset(token)


def batches(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """`rows` in lists of at most `size`: what one short transaction writes."""
    source = iter(rows)
    while part := list(islice(source, size)):
        yield part


def plain(value: Any) -> Any:
    """`value` as JSON can hold it: dates in ISO form, decimals as text, rows as their id."""
    if value is None or isinstance(value, bool | int | str | float):
        return value
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v) for v in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value)


def changes_of(before: models.Model, after: models.Model, fields: Iterable[str]) -> dict[str, tuple[Any, Any]]:
    """The named fields that differ between two states of a row, as (before, after)."""
    found: dict[str, tuple[Any, Any]] = {}
    for name in fields:
        column = str(getattr(before._meta.get_field(name), "attname", name))
        old, new = getattr(before, column), getattr(after, column)
        if old != new:
            found[name] = (old, new)
    return found
