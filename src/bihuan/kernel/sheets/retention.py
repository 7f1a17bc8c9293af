"""What need not be kept of imports: rows staged for one that was given up, or for a dry run that another one replaced, and the
files of those given up. What was merged is kept for good: the log binds it.
"""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from .. import access, background, bulk, clock
from ..errors import Stale
from ..ledger import registry
from ..models.imports import ImportDraft, ImportRow, ImportState
from ..work import unit_of_work
from . import drafts

#: Rows that are deleted in one transaction: others wait for it.
BATCH = 5000
JOB = "imports"
SEALED = dt.timedelta(days=1)
"""How long the file of a sealed sheet, which names persons in the clear, waits for somebody to go on with it."""


def purge() -> int:
    """Clear away; returns how many staged rows went. May run twice, and may be broken off anywhere."""
    _give_up_sealed(clock.now() - SEALED)
    before = clock.now() - dt.timedelta(days=settings.BIHUAN_IMPORT_KEEP_DAYS)
    rows = access.visible(None, ImportRow)
    pairs = rows.order_by().values_list("draft_id", "check_no").distinct()
    gone = 0
    for draft_id, check_no in list(pairs):
        draft = access.visible(None, ImportDraft).get(pk=draft_id)
        given_up = draft.state == ImportState.DROPPED and draft.at < before
        if given_up or check_no < draft.check_no:
            gone += _discard(draft, check_no)
    _clear_files(before)
    background.clear(before)
    return gone


def _give_up_sealed(before: dt.datetime) -> None:
    """Imports of sealed sheets that nobody went on with: given up, and their files with them. Who still wants it uploads it again."""
    sealed = [code for code, ledger in registry.ledgers().items() if drafts.is_sealed(ledger)]
    left = access.visible(None, ImportDraft).filter(ledger__in=sealed, state__in=drafts.OPEN, at__lt=before)
    for draft in left:
        with suppress(Stale):  # merged or given up by its owner meanwhile
            drafts.drop(actor=None, draft=draft, job=JOB)


def _discard(draft: ImportDraft, check_no: int) -> int:
    gone = 0
    rows = access.visible(None, ImportRow).filter(draft=draft, check_no=check_no).order_by("number")
    while ids := list(rows.values_list("pk", flat=True)[:BATCH]):
        with unit_of_work(None, job=JOB) as uow:
            count = bulk.discard(access.visible(None, ImportRow).filter(pk__in=ids).order_by())
            uow.record("import.purged", draft, params={"rows": count, "check_no": check_no}, covers=[ImportRow])
        gone += count
    return gone


def _clear_files(before: dt.datetime) -> None:
    """Files that no import but such as were given up stands on. One that is uploaded again is stored, or marked as new, first."""
    folder = Path(settings.BIHUAN_HOME) / "imports"
    old = [path for path in folder.glob("??/*") if path.stat().st_mtime < before.timestamp()]
    kept = access.visible(None, ImportDraft).exclude(state=ImportState.DROPPED)
    for path in old:
        if not kept.filter(sm3=path.name).exists():
            path.unlink(missing_ok=True)

