"""The merge: all rows of a checked import in one short unit of work, or none."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError
from django.urls import get_resolver

from .. import background, clock, inbox, journal, sources
from ..background import Progress
from ..errors import Refused, Stale
from ..heap import many_rows
from ..ledger.declaration import Ledger
from ..models.background import BackgroundJob
from ..models.imports import ImportDraft, ImportState, RowAction
from ..models.org import Person
from ..models.sources import SourceIntake
from ..wording import Message
from ..work import unit_of_work
from . import messages as say
from .drafts import check_cut_off, forget_file, held_cut_off, ledger_of, mine, name_of, not_open, unnamed
from .rights import require_import
from .rowwise import RowByRow
from .setwise import AsAWhole
from .staging import bound, chunks_of, rows_of
from .ways import as_a_whole

KIND = "import.merge"
SAID = 300
"""Letters of what the database says of a refused row."""
logger = logging.getLogger("bihuan.imports")


@dataclass(frozen=True)
class Outcome:
    """What a merge did. `again`: it had been done before (a second click), and nothing was written now. `held`: how long its
    transaction took, in seconds."""

    draft: ImportDraft
    written: int = 0
    again: bool = False
    held: float = 0.0


def brings_news(draft: ImportDraft) -> bool:
    """Whether merging would record anything: rows to write, or a new cut-off day of the source."""
    ledger = ledger_of(draft)
    if draft.taken:
        return True
    fresh = bool(ledger.sheet and ledger.sheet.source and draft.cut_off != held_cut_off(ledger))
    return fresh and bool(draft.counts.get(RowAction.SAME))


def merge(
    *, actor: Person, draft: ImportDraft, reason: str = "", partial: bool = False, progress: Progress | None = None
) -> Outcome:
    """Write the new and changed rows of a checked draft. `partial`: yes, leave out the rows that cannot be imported.

    Raises NotAllowed; Refused when nothing is to be written, rows cannot be imported and `partial` was not said, a
    correction has no reason, the database refuses a row, or the staged rows are not those the log knows; Stale, naming rows, when
    the ledger changed since the dry run; Cancelled when the job it is was given up. Nothing is written then. A merge that was done
    before is answered with `again`.
    """
    ledger = ledger_of(draft)
    require_import(actor, ledger)
    done = _before(actor, draft)
    if done is not None:
        return done
    reason = reason.strip()
    _need_choices(draft, reason, partial)
    check_cut_off(ledger, draft.cut_off, draft.cut_off_reason)
    progress = progress or Progress()
    way: Any = AsAWhole(ledger, actor, draft, reason) if as_a_whole(ledger) else nullcontext(RowByRow(ledger, actor, reason))
    try:
        with many_rows(), way as ready:
            _prepare(draft, ready, progress)
            ready.look()
            progress.report(draft.taken, draft.taken, "writing")
            return _write(actor, draft, ledger, ready, reason, progress)
    except Stale:
        done = _before(actor, draft)
        if done is not None:
            return done
        raise


def merge_later(*, actor: Person, draft: ImportDraft, reason: str, partial: bool) -> BackgroundJob | None:
    """Have the job worker merge the draft; None when it was merged before. Raises as `merge` does for what can be said at once."""
    require_import(actor, ledger_of(draft))
    if _before(actor, draft) is not None:
        return None
    _need_choices(draft, reason.strip(), partial)
    args = {"reason": reason.strip(), "partial": partial, "check_no": draft.check_no}
    return background.ask(KIND, actor=actor, obj=draft, args=args, total=draft.taken)


def _prepare(draft: ImportDraft, ready: Any, progress: Progress) -> None:
    """Bring the staged rows back, chunk after chunk, if they are still those the log knows. Nobody waits for it."""
    done = 0
    chunks = chunks_of(draft)
    if not chunks:
        raise Refused(Message(say.NOT_CHECKED))
    for chunk in chunks:
        progress.report(done, draft.taken, "preparing")
        rows = rows_of(draft, chunk)
        held = bound(rows)
        if held.digest != chunk.digest:
            raise Refused(Message(say.TAMPERED, {"first": chunk.first, "last": chunk.last}))
        if rows:
            ready.add(rows, held)
        done += len(rows)
    if done != draft.taken:
        raise Refused(Message(say.TAMPERED, {"first": chunks[0].first, "last": chunks[-1].last}))


def _write(actor: Person, draft: ImportDraft, ledger: Ledger, ready: Any, reason: str, progress: Progress) -> Outcome:
    """The transaction. On SQLite it holds the writer's lock from its beginning to its end."""
    _ = get_resolver().url_patterns  # the first address a process makes loads every page of the house: not within the lock
    began, path = time.monotonic(), draft.path
    with _refusals(), unit_of_work(actor, job=progress.job) as uow:
        waiting = mine(actor, draft).filter(state=ImportState.CHECKED, check_no=draft.check_no)
        if waiting.select_for_update(no_key=True).first() is None:
            raise Stale(not_open(draft))
        began = time.monotonic()
        saved = ready.write(uow)
        intake = _intake(ledger, draft)
        values = {"state": ImportState.MERGED, "merged_at": clock.now(), "intake_id": intake.pk if intake else None, **unnamed(ledger)}
        mine(actor, draft).update(**values)
        params = {"ledger": name_of(ledger), "file": draft.filename, "sm3": draft.sm3, **draft.counts}
        uow.record("import.merged", draft, params=params, reason=reason)
        if "merged" in ledger.services:
            ledger.services["merged"](actor=actor, rows=saved, intake=intake)
        if progress.tells:
            told = Message(say.MERGED, {"file": draft.filename, **draft.counts})
            inbox.send(actor, told, url=ledger.url("import_result", draft.pk))
        progress.settle()
    held = time.monotonic() - began
    logger.info("import merged; seconds the lock was held", extra=journal.told(count=len(saved), seconds=round(held, 2)))
    _after(actor, ledger, saved, intake)
    forget_file(ledger, path)
    draft.refresh_from_db()
    return Outcome(draft, len(saved), held=held)


def _after(actor: Person, ledger: Ledger, saved: Any, intake: SourceIntake | None) -> None:
    """What a ledger has done once its rows are in, and nobody need wait for. A failure is not the import's, which is done."""
    if "after" not in ledger.services:
        return
    try:
        ledger.services["after"](actor=actor, rows=saved, intake=intake)
    except Exception:
        logger.exception("what follows an import failed; the rows are in")


@contextmanager
def _refusals() -> Iterator[None]:
    """What the database's constraints and triggers refuse becomes a refusal in words; nothing of the unit of work stays."""
    try:
        yield
    except (OperationalError, InterfaceError):
        raise
    except DatabaseError as error:
        logger.warning("an import was refused by the database", exc_info=True)
        raise Refused(Message(say.CONSTRAINT, {"why": " ".join(str(error).split())[:SAID]})) from error


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


def _intake(ledger: Ledger, draft: ImportDraft) -> SourceIntake | None:
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
