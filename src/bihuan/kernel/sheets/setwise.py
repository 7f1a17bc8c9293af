"""The merge as a whole: rows are made ready outside the lock and written by one statement each way, with an entry for each chunk.

Inside the transaction only the difference is looked at: rows that are no longer of their revision, keys that the log says were
written since the dry run, and whether the person is still who they were when the rows were judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from types import TracebackType
from typing import Any, Self

from django.db import connection

from .. import access, bulk, log, turns
from ..errors import Stale
from ..ledger.declaration import Ledger
from ..models.imports import ImportDraft, RowAction
from ..models.org import Person
from ..wording import Message
from ..work import UnitOfWork
from . import messages as say
from .cells import CHUNK, chunks, folded
from .drafts import name_of
from .existing import Existing
from .fresh import Fresh
from .meanwhile import keys_taken, newest, touched
from .rights import import_action, in_any_case, may_add, may_change, require_import
from .rowwise import NAMED, names_of
from .staging import Bound, Staged, started, taken
from .values import attach, restored


@dataclass(frozen=True)
class _Part:
    """What the entry of one chunk says."""

    bound: Bound
    new: int
    changed: int


class AsAWhole:
    """All rows of an import, ready to be written; a block, after which nothing of them is left in this process."""

    def __init__(self, ledger: Ledger, actor: Person, draft: ImportDraft, reason: str) -> None:
        assert ledger.sheet is not None
        self.ledger, self.actor, self.draft, self.reason = ledger, actor, draft, reason
        self.model: Any = ledger.model
        self.key = ledger.sheet.key
        self.began, self.last_id = started(draft)
        self.mark = newest()  # what the rows are judged by below is as of this entry or later
        self.viewer = access.viewer(actor)
        self.asks_to_add = not in_any_case(actor, import_action(ledger))
        self.asks_to_change = ledger.frozen is not None or not in_any_case(actor, ledger.change or ledger.sheet.action)
        self.keys: dict[tuple[Any, ...], int] = {}
        self.parts: list[_Part] = []
        self.held_back: list[Staged] = []
        self.fresh = Fresh(self.model)
        self.ahead = ledger.services["ahead"]() if "ahead" in ledger.services else None
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        names = [name for name in self.draft.mapping.values() if name]
        self.new = self._stack.enter_context(bulk.Insert(self.model))
        self.changed = self._stack.enter_context(bulk.Update(self.model, names))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stack.__exit__(kind, error, trace)

    def add(self, staged: Sequence[Staged], bound: Bound) -> None:
        """Make the rows of a chunk ready."""
        new = [row for row in staged if row.action == RowAction.NEW]
        changed = [row for row in staged if row.action == RowAction.CHANGED]
        self._add_new(new)
        self._add_changed(changed)
        self.parts.append(_Part(bound, len(new), len(changed)))

    def look(self) -> None:
        """All rows are ready: whether they can be written at all is asked before anybody has to wait. Raises Stale, naming rows."""
        self._nothing_moved()
        if self.held_back:
            raise Stale(Message(say.NOW_FROZEN, {"rows": names_of(self.held_back)}))

    def write(self, uow: UnitOfWork) -> Merged:
        """Write the rows, if nothing has moved since the dry run. Raises NotAllowed, Stale naming rows, and what the database says."""
        turns.hold(turns.IMPORT, self.ledger.code)  # imports into the same ledger take turns
        self._same_person()
        self.changed.lock()
        self._nothing_moved()
        self._still_allowed()
        looked = newest()
        if (self.new.write(), self.changed.write()) != (self.new.count, self.changed.count):
            raise RuntimeError(f"{self.model._meta.label}: a row that was held was not written")
        if connection.vendor == "postgresql":
            # From here on nobody else commits; whoever did since the look above is in the log by now.
            log.hold()
            self._no_key_taken(looked, None)
        self._record(uow)
        complete = self.ahead is not None and self.ahead.written()
        return Merged(self.model, self.new.ids, self.changed.ids, complete)

    def _add_new(self, rows: Sequence[Staged]) -> None:
        for row in rows:
            self.keys[folded(self.fresh.value(name, row.values.get(name)) for name in self.key)] = row.number
        if self.asks_to_add:
            made = [self.fresh.object(row) for row in rows]
            attach(made)
            pairs = zip(rows, made, strict=True)
            self._hold_back(row for row, obj in pairs if not may_add(self.actor, self.ledger, obj))
        ids: list[Any] = [row.object_id for row in rows]
        if self.ahead is None:
            self.new.add_ready(ids, map(self.fresh.row, rows))
            return
        more = self.ahead.fill([(row.object_id, self.fresh.held(row)) for row in rows])
        self.new.add_ready(ids, map(self.fresh.row, rows, more))

    def _add_changed(self, rows: Sequence[Staged]) -> None:
        if not rows:
            return
        by_id: dict[Any, Staged] = {row.object_id: row for row in rows}
        if self.asks_to_change:
            self._hold_back(self._frozen(by_id))
        else:
            seen = access.visible(self.actor, self.model).order_by().filter(pk__in=list(by_id)).values_list("pk", flat=True)
            self._hold_back(by_id[pk] for pk in sorted(set(by_id) - set(seen)))
        ready = ((row, {name: row.values[name] for name in row.before}) for row in rows)
        self.changed.add((row.object_id, int(row.version), restored(self.model, values)) for row, values in ready)

    def _hold_back(self, rows: Iterable[Staged]) -> None:
        """Remember rows that may not be written: as many as are named."""
        self.held_back += islice(rows, max(0, NAMED + 1 - len(self.held_back)))

    def _frozen(self, rows: Mapping[Any, Any]) -> list[Any]:
        """Those of the rows that the person does not see, may not change, or of which a field is frozen by now."""
        existing = Existing(self.ledger, self.actor)
        existing.fetch(rows)
        out = []
        for pk, row in rows.items():
            obj = existing.objects.get(pk) if pk in existing.visible else None
            frozen = self.ledger.frozen_now(obj)
            if obj is None or set(row.before) & set(frozen) or not may_change(self.actor, self.ledger, obj):
                out.append(row)
        return out

    def _same_person(self) -> None:
        now = Person.objects.get(pk=self.actor.pk)
        require_import(now, self.ledger)
        if access.viewer(now) != self.viewer:
            raise Stale(Message(say.OTHER_RIGHTS))

    def _nothing_moved(self) -> None:
        moved = self.changed.moved(NAMED + 1)
        if moved:
            raise Stale(Message(say.MOVED, {"rows": self._names("object_id", moved)}))
        self._no_key_taken(self.began, self.last_id)

    def _still_allowed(self) -> None:
        if not self.asks_to_change or not self.changed.count:
            return
        ids = touched(self.ledger, self.mark) & set(self.changed.ids)
        for part in chunks(sorted(ids), CHUNK):
            held_back = self._frozen({row.object_id: row for row in self._staged().filter(object_id__in=part)})
            if held_back:
                raise Stale(Message(say.NOW_FROZEN, {"rows": names_of(held_back)}))

    def _no_key_taken(self, since: int, last_id: int | None) -> None:
        if not self.keys:
            return
        own = set(self.new.ids)
        found = [self.keys[key] for pk, key in keys_taken(self.ledger, since, last_id) if key in self.keys and pk not in own]
        if found:
            raise Stale(Message(say.MOVED, {"rows": self._names("number", sorted(set(found)))}))

    def _record(self, uow: UnitOfWork) -> None:
        for part in self.parts:
            numbers = part.bound.numbers
            uow.record(
                f"{self.ledger.code}.imported",
                self.draft,
                params={
                    "ledger": name_of(self.ledger),
                    "file": self.draft.filename,
                    "check_no": self.draft.check_no,
                    "first": numbers[0],
                    "last": numbers[-1],
                    "new": part.new,
                    "changed": part.changed,
                    **part.bound.as_params(),
                },
                reason=self.reason if part.changed else "",
                covers=[self.model],
            )

    def _staged(self) -> Any:
        return taken(self.draft.pk, self.draft.check_no)

    def _names(self, field: str, values: Sequence[int]) -> list[str]:
        return names_of(self._staged().filter(**{f"{field}__in": list(values[: NAMED + 1])}))


class Merged:
    """The rows that were written, read in pieces as they are gone through. `complete`: what follows from the new ones was written with
    them (see the service `ahead`)."""

    def __init__(self, model: Any, new: Sequence[Any], changed: Sequence[Any], complete: bool = False) -> None:
        self.model, self.ids, self.changed, self.complete = model, [*new, *changed], changed, complete

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[Any]:
        for part in chunks(self.ids, CHUNK):
            rows = access.visible(None, self.model).in_bulk(list(part))
            yield from (rows[pk] for pk in part)

