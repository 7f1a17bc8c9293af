"""The merge row by row: for ledgers that have services of their own, restricted fields, or no revision. An entry for each row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from .. import access, bulk
from ..errors import Stale
from ..ledger import service
from ..ledger.declaration import Ledger
from ..models.imports import ImportRow, RowAction
from ..models.org import Person
from ..wording import Message
from ..work import UnitOfWork
from . import messages as say
from .existing import Existing
from .rights import may_add, may_change
from .staging import Bound, Staged
from .values import attach, differing, held, put, restored

BATCH = 500
NAMED = 10


@dataclass
class Row:
    """A staged row with its values brought back."""

    staged: Staged
    values: dict[str, Any]


class RowByRow:
    """What is to be written, all of it in memory: such an import is limited."""

    def __init__(self, ledger: Ledger, actor: Person, reason: str) -> None:
        self.ledger, self.actor, self.reason = ledger, actor, reason
        self.rows: list[Row] = []

    def add(self, staged: Sequence[Staged], bound: Bound) -> None:
        """What can be prepared is prepared before the transaction takes the writer's lock."""
        self.rows += [Row(row, restored(self.ledger.model, row.values)) for row in staged]

    def look(self) -> None:
        """Nothing is asked before the transaction: inside it every row is."""

    def write(self, uow: UnitOfWork) -> list[Any]:
        """All rows, checked against the ledger as it is inside this transaction. Returns the saved objects. Raises Stale."""
        ledger, actor = self.ledger, self.actor
        new = [row for row in self.rows if row.staged.action == RowAction.NEW]
        changed = [row for row in self.rows if row.staged.action == RowAction.CHANGED]
        existing = Existing(ledger, actor)
        existing.fetch([row.staged.object_id for row in changed], lock=True)
        existing.load([self._key(row) for row in new])
        moved = [row for row in changed if not _as_judged(existing, row)]
        moved += [row for row in new if existing.matching(self._key(row))]
        if moved:
            raise Stale(Message(say.MOVED, {"rows": names_of(row.staged for row in moved)}))
        # Judged before anything is written: another row of this batch must not change what this one may do.
        self._still_allowed(existing, changed)
        return self._add(uow, new) + self._correct(uow, existing, changed)

    def _still_allowed(self, existing: Existing, rows: Iterable[Row]) -> None:
        assert self.ledger.sheet is not None
        held_back = []
        for row in rows:
            obj = existing.objects[row.staged.object_id]
            names = set(differing(obj, row.values, self.ledger.sheet.key))
            if names & set(self.ledger.frozen_now(obj)) or not may_change(self.actor, self.ledger, obj):
                held_back.append(row.staged)
        if held_back:
            raise Stale(Message(say.NOW_FROZEN, {"rows": names_of(held_back)}))

    def _add(self, uow: UnitOfWork, rows: Sequence[Row]) -> list[Any]:
        ledger = self.ledger
        if not rows:
            return []
        if "create" in ledger.services:
            return [service.create(ledger, actor=self.actor, values=_related(ledger, row.values)) for row in rows]
        made: list[Any] = []
        for row in rows:
            obj = ledger.model()
            put(obj, row.values)
            made.append(obj)
        attach(made)
        refused = [row.staged for obj, row in zip(made, rows, strict=True) if not may_add(self.actor, ledger, obj)]
        if refused:
            raise Stale(Message(say.NOW_FROZEN, {"rows": names_of(refused)}))
        ledger.model._default_manager.bulk_create(made, batch_size=BATCH)
        for obj, row in zip(made, rows, strict=True):
            changes = {name: (None, held(obj, name)) for name in row.values}
            service.record_row(ledger, uow, "created", obj, changes, "")
        return made

    def _correct(self, uow: UnitOfWork, existing: Existing, rows: Sequence[Row]) -> list[Any]:
        ledger = self.ledger
        assert ledger.sheet is not None
        saved: list[Any] = []
        ready: dict[Any, tuple[int, dict[str, Any]]] = {}
        for row in rows:
            obj = existing.objects[row.staged.object_id]
            names = differing(obj, row.values, ledger.sheet.key)
            values = {name: row.values[name] for name in names}
            if "change" in ledger.services:
                wanted = _related(ledger, values)
                saved.append(service.change(ledger, actor=self.actor, obj=obj, values=wanted, reason=self.reason))
                continue
            before = {name: held(obj, name) for name in names}
            put(obj, values)
            ready[obj.pk] = (getattr(obj, "revision", 0), values)
            if hasattr(obj, "revision"):
                obj.revision += 1
            changes = {name: (value, held(obj, name)) for name, value in before.items()}
            service.record_row(ledger, uow, "changed", obj, changes, self.reason)
            saved.append(obj)
        if ready:
            with bulk.Update(ledger.model, {name for _revision, values in ready.values() for name in values}) as update:
                update.add((pk, revision, values) for pk, (revision, values) in ready.items())
                if update.write() != update.count:
                    raise Stale(Message(say.MOVED, {"rows": [ledger.name_of(row) for row in saved[:NAMED]]}))
        return saved

    def _key(self, row: Row) -> tuple[Any, ...]:
        assert self.ledger.sheet is not None
        return tuple(row.values.get(name) for name in self.ledger.sheet.key)


def names_of(rows: Iterable[ImportRow | Staged]) -> list[str]:
    """What people call the first of these rows."""
    rows = list(rows)
    shown = [row.key or str(row.number) for row in rows[:NAMED]]
    return [*shown, "…"] if len(rows) > NAMED else shown


def _as_judged(existing: Existing, row: Row) -> bool:
    obj = existing.objects.get(row.staged.object_id)
    return obj is not None and obj.pk in existing.visible and service.version_of(obj) == row.staged.version


def _related(ledger: Ledger, values: dict[str, Any]) -> dict[str, Any]:
    """With rows in the place of their ids, as a service of the ledger's own takes them."""
    out: dict[str, Any] = {}
    for name, value in values.items():
        target: Any = ledger.model._meta.get_field(name)
        if target.is_relation and value is not None:
            out[name] = access.visible(None, target.related_model).get(pk=value)
        else:
            out[name] = value
    return out
