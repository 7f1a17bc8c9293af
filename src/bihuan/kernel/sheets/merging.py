"""The merge: all rows of a checked import in one short unit of work, with an entry each, or none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError

from .. import access, clock, sources
from ..errors import Refused, Stale
from ..ledger import service
from ..ledger.declaration import Ledger
from ..models.imports import ImportDraft, ImportRow, ImportState, RowAction
from ..models.org import Person
from ..models.sources import SourceIntake
from ..wording import Message
from ..work import UnitOfWork, unit_of_work
from . import messages as say
from .drafts import held_cut_off, ledger_of, mine, name_of, not_open
from .existing import Existing
from .rights import may_add, may_change, require_import
from .updating import update_rows
from .values import attach, differing, held, put, restored

BATCH = 500
NAMED = 10


@dataclass(frozen=True)
class Outcome:
    """What a merge did. `again`: it had been done before (a second click), and nothing was written now."""

    draft: ImportDraft
    written: int = 0
    again: bool = False


@dataclass
class _Row:
    """A staged row with its values brought back."""

    staged: ImportRow
    values: dict[str, Any]


def brings_news(draft: ImportDraft) -> bool:
    """Whether merging would record anything: rows to write, or a new cut-off day of the source."""
    ledger = ledger_of(draft)
    if draft.taken:
        return True
    fresh = bool(ledger.sheet and ledger.sheet.source and draft.cut_off != held_cut_off(ledger))
    return fresh and bool(draft.counts.get(RowAction.SAME))


def merge(*, actor: Person, draft: ImportDraft, reason: str = "", partial: bool = False) -> Outcome:
    """Write the new and changed rows of a checked draft. `partial`: yes, leave out the rows that cannot be imported.

    Raises NotAllowed; Refused when nothing is to be written, rows cannot be imported and `partial` was not said, or a
    correction has no reason; Stale, naming rows, when the ledger changed since the dry run. Nothing is written then. A merge
    that was done before is answered with `again`.
    """
    ledger = ledger_of(draft)
    require_import(actor, ledger)
    done = _before(actor, draft)
    if done is not None:
        return done
    reason = reason.strip()
    _need_choices(draft, reason, partial)
    staged = access.visible(actor, ImportRow).filter(draft=draft, check_no=draft.check_no)
    taken = staged.filter(action__in=(RowAction.NEW, RowAction.CHANGED)).order_by("number")
    # What can be prepared is prepared before the transaction takes the writer's lock.
    rows = [_Row(row, restored(ledger.model, row.values)) for row in taken]
    try:
        with unit_of_work(actor) as uow:
            open_now = mine(actor, draft).filter(state=ImportState.CHECKED, check_no=draft.check_no)
            at = clock.now()
            if not open_now.update(state=ImportState.MERGED, merged_at=at):
                raise Stale(not_open(draft))
            intake = _intake(ledger, draft, reason)
            saved = _write(ledger, actor, uow, rows, reason)
            if intake is not None:
                mine(actor, draft).update(intake_id=intake.pk)
            params = {"ledger": name_of(ledger), "file": draft.filename, "sm3": draft.sm3, **draft.counts}
            uow.record("import.merged", draft, params=params, reason=reason)
            if "merged" in ledger.services:
                ledger.services["merged"](actor=actor, rows=saved, intake=intake)
    except IntegrityError as error:
        raise Refused(Message(say.CONSTRAINT)) from error
    except Stale:
        done = _before(actor, draft)
        if done is not None:
            return done
        raise
    draft.refresh_from_db()
    return Outcome(draft, len(saved))


def _before(actor: Person, draft: ImportDraft) -> Outcome | None:
    """The outcome of an earlier click, if there was one. Raises Refused unless the draft waits to be merged."""
    now = mine(actor, draft).first()
    if now is not None and now.state == ImportState.MERGED:
        return Outcome(now, again=True)
    if now is None or now.state == ImportState.DROPPED:
        raise Refused(not_open(now or draft))
    if now.state != ImportState.CHECKED or now.check_no != draft.check_no:
        raise Refused(Message(say.NOT_CHECKED))
    return None


def _need_choices(draft: ImportDraft, reason: str, partial: bool) -> None:
    if not brings_news(draft):
        raise Refused(Message(say.NOTHING))
    if draft.refused and not partial:
        raise Refused(Message(say.CHOOSE, {"refused": draft.refused, "taken": draft.taken}))
    changed = int(draft.counts.get(RowAction.CHANGED, 0))
    if changed and not reason:
        raise Refused(Message(say.NEEDS_REASON, {"changed": changed}))


def _intake(ledger: Ledger, draft: ImportDraft, reason: str) -> SourceIntake | None:
    if ledger.sheet is None or not ledger.sheet.source or draft.cut_off is None:
        return None
    return sources.record_intake(
        ledger.sheet.source,
        cut_off=draft.cut_off,
        rows=draft.counts,
        filename=draft.filename,
        sm3=draft.sm3,
        reason=draft.cut_off_reason,
    )


def _write(ledger: Ledger, actor: Person, uow: UnitOfWork, rows: Sequence[_Row], reason: str) -> list[Any]:
    """All rows, checked against the ledger as it is inside this transaction. Returns the saved objects."""
    new = [row for row in rows if row.staged.action == RowAction.NEW]
    changed = [row for row in rows if row.staged.action == RowAction.CHANGED]
    existing = Existing(ledger, actor)
    existing.fetch([row.staged.object_id for row in changed], lock=True)
    existing.load([_key(ledger, row) for row in new])
    moved = [row for row in changed if not _as_judged(existing, row)]
    moved += [row for row in new if existing.matching(_key(ledger, row))]
    if moved:
        raise Stale(Message(say.MOVED, {"rows": _names(moved)}))
    # Judged before anything is written: another row of this batch must not change what this one may do.
    _still_allowed(ledger, actor, existing, changed)
    saved = _add(ledger, actor, uow, new)
    saved += _correct(ledger, actor, uow, existing, changed, reason)
    return saved


def _as_judged(existing: Existing, row: _Row) -> bool:
    obj = existing.objects.get(row.staged.object_id)
    return obj is not None and obj.pk in existing.visible and service.version_of(obj) == row.staged.version


def _still_allowed(ledger: Ledger, actor: Person, existing: Existing, rows: Iterable[_Row]) -> None:
    assert ledger.sheet is not None
    held_back = []
    for row in rows:
        obj = existing.objects[row.staged.object_id]
        names = set(differing(obj, row.values, ledger.sheet.key))
        if names & set(ledger.frozen_now(obj)) or not may_change(actor, ledger, obj):
            held_back.append(row)
    if held_back:
        raise Stale(Message(say.NOW_FROZEN, {"rows": _names(held_back)}))


def _add(ledger: Ledger, actor: Person, uow: UnitOfWork, rows: Sequence[_Row]) -> list[Any]:
    if not rows:
        return []
    if "create" in ledger.services:
        return [service.create(ledger, actor=actor, values=_related(ledger, row.values)) for row in rows]
    made: list[Any] = []
    for row in rows:
        obj = ledger.model()
        put(obj, row.values)
        made.append(obj)
    attach(made)
    refused = [row for obj, row in zip(made, rows, strict=True) if not may_add(actor, ledger, obj)]
    if refused:
        raise Stale(Message(say.NOW_FROZEN, {"rows": _names(refused)}))
    ledger.model._default_manager.bulk_create(made, batch_size=BATCH)
    for obj, row in zip(made, rows, strict=True):
        changes = {name: (None, held(obj, name)) for name in row.values}
        service.record_row(ledger, uow, "created", obj, changes, "")
    return made


def _correct(
    ledger: Ledger, actor: Person, uow: UnitOfWork, existing: Existing, rows: Sequence[_Row], reason: str
) -> list[Any]:
    assert ledger.sheet is not None
    saved: list[Any] = []
    alike: dict[tuple[str, ...], list[Any]] = defaultdict(list)
    for row in rows:
        obj = existing.objects[row.staged.object_id]
        names = differing(obj, row.values, ledger.sheet.key)
        if "change" in ledger.services:
            values = _related(ledger, {name: row.values[name] for name in names})
            saved.append(service.change(ledger, actor=actor, obj=obj, values=values, reason=reason))
            continue
        before = {name: held(obj, name) for name in names}
        put(obj, row.values, names)
        changes = {name: (value, held(obj, name)) for name, value in before.items()}
        alike[tuple(names)].append(obj)
        if hasattr(obj, "revision"):
            obj.revision += 1
        service.record_row(ledger, uow, "changed", obj, changes, reason)
        saved.append(obj)
    for names_of, objects in alike.items():
        update_rows(ledger, objects, names_of)
    return saved


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


def _key(ledger: Ledger, row: _Row) -> tuple[Any, ...]:
    assert ledger.sheet is not None
    return tuple(row.values.get(name) for name in ledger.sheet.key)


def _names(rows: Sequence[_Row]) -> list[str]:
    shown = [row.staged.key or str(row.staged.number) for row in rows[:NAMED]]
    return [*shown, "…"] if len(rows) > NAMED else shown
