"""Uploads: a sheet is checked, stored by its digest and kept as a draft until it is merged or dropped."""

from __future__ import annotations

import datetime as dt
import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from .. import access, background, clock, sources
from ..errors import Refused, Stale
from ..files import SHEET_ALLOWED, digests, inspect_upload
from ..ledger import registry
from ..ledger.declaration import Ledger
from ..models.imports import ImportDraft, ImportState
from ..models.org import Person
from ..models.sources import Source
from ..wording import Message
from ..work import unit_of_work
from . import messages as say
from .columns import expected_names
from .looks import Look, kept, look_at
from .reading import Limits, Opened, open_table
from .rights import require_import

OPEN = (ImportState.UPLOADED, ImportState.CHECKED)
_ROWS = re.compile(r"(\d{1,4})(?:\s*[-－–—~至]\s*(\d{1,4}))?")


def receive(
    *,
    actor: Person,
    ledger: Ledger,
    file: IO[bytes] | Any,
    filename: str,
    cut_off: dt.date | None = None,
    cut_off_reason: str = "",
    heading_rows: str = "",
) -> ImportDraft:
    """Take an upload in: it is inspected, read and stored; nothing goes to the ledger yet.

    `cut_off` is the day up to which its rows are complete, asked where the ledger's sheet names a source; one before the day held
    needs a reason. `heading_rows`: "2" or "2-3", found by themselves when empty. Raises NotAllowed, Refused, FileRefused, SheetRefused.
    """
    require_import(actor, ledger)
    check_cut_off(ledger, cut_off, cut_off_reason)
    rows = parse_heading_rows(heading_rows)
    inspection = inspect_upload(
        file, filename=filename, allow=SHEET_ALLOWED, max_bytes=settings.BIHUAN_MAX_UPLOAD, loose_names=True
    )
    file.seek(0)
    table = open_table(file, filename, header_rows=rows, expected=expected_names(ledger), limits=_limits())
    look = look_at(table, sealed=is_sealed(ledger))
    path = _store(file, inspection.sm3)
    with unit_of_work(actor) as uow:
        draft = ImportDraft.objects.create(
            ledger=ledger.code,
            person=actor,
            filename=filename[:255],
            sm3=inspection.sm3,
            size=inspection.size,
            path=path,
            sheet=look.sheet[:120],
            heading_rows=heading_rows.strip()[:9] if rows else "",
            headings=look.headings,
            reading=look.as_json(),
            cut_off=cut_off,
            cut_off_reason=cut_off_reason.strip()[:300],
            at=clock.now(),
        )
        params = {"ledger": name_of(ledger), "file": draft.filename, "sm3": draft.sm3}
        uow.record("import.uploaded", draft, params=params)
    return draft


def drop(*, actor: Person | None, draft: ImportDraft, job: str = "") -> None:
    """Give an import up, and what the job worker does about it; the ledger was not touched. `job`: the nightly task that does it for
    nobody. Raises Refused when it is merged or dropped already."""
    ledger = ledger_of(draft)
    working = background.under_way(draft)
    if working is not None:
        background.cancel(working)
    with unit_of_work(actor, job=job) as uow:
        if not mine(actor, draft).filter(state__in=OPEN).update(state=ImportState.DROPPED, **unnamed(ledger)):
            raise Stale(not_open(mine(actor, draft).first() or draft))
        draft.state = ImportState.DROPPED
        uow.record("import.dropped", draft, params={"ledger": name_of(ledger), "file": draft.filename})
    forget_file(ledger, draft.path)


def look(draft: ImportDraft, sheet: str | None = None) -> Look:
    """The upload at a glance; only another `sheet` than the draft's is opened for it. Raises Refused as `read` does."""
    held = kept(draft.reading)
    if held is not None and (not sheet or sheet == draft.sheet):
        return held
    return look_at(read(draft, sheet), sealed=is_sealed(ledger_of(draft)))


def read(draft: ImportDraft, sheet: str | None = None, heading_rows: str | None = None) -> Opened:
    """The upload's rows again, from what was stored; `sheet` and `heading_rows` look at another place of it.

    Raises Refused when the stored file is missing or another one.
    """
    path = Path(settings.BIHUAN_HOME) / draft.path
    try:
        with path.open("rb") as file:
            if digests(file)[1] != draft.sm3:
                raise Refused(Message(say.LOST, {"file": draft.filename}))
    except OSError as error:
        raise Refused(Message(say.LOST, {"file": draft.filename})) from error
    rows = parse_heading_rows(draft.heading_rows if heading_rows is None else heading_rows)
    wanted = draft.sheet if sheet is None else sheet
    names = expected_names(ledger_of(draft))
    return open_table(
        path, draft.filename, sheet=wanted or None, header_rows=rows, expected=names, limits=_limits()
    )


def _limits() -> Limits:
    """Room for the rows of one import, their heading, totals and remarks."""
    usual = Limits()
    room = max(usual.rows, settings.BIHUAN_MAX_IMPORT_ROWS + 100)
    return replace(usual, rows=room, file_bytes=max(usual.file_bytes, settings.BIHUAN_MAX_UPLOAD))


def merged_before(draft: ImportDraft) -> ImportDraft | None:
    """The latest merge of the very same file into the same ledger, whoever did it."""
    same = access.visible(None, ImportDraft).filter(ledger=draft.ledger, sm3=draft.sm3, state=ImportState.MERGED)
    return same.exclude(pk=draft.pk).select_related("person").order_by("-merged_at").first()


def mine(actor: Person | None, draft: ImportDraft) -> Any:
    """The draft as a query, limited to what the person may see."""
    return access.visible(actor, ImportDraft).filter(pk=draft.pk)


def ledger_of(draft: ImportDraft) -> Ledger:
    """The ledger it goes to; KeyError when there is none of that code any more."""
    return registry.get(draft.ledger)


def is_sealed(ledger: Ledger) -> bool:
    """Whether nothing of the ledger's sheets is kept beside what was merged."""
    return ledger.sheet is not None and ledger.sheet.sealed


def unnamed(ledger: Ledger) -> dict[str, str]:
    """What else is written to a draft that is merged or given up: of a sealed sheet the row names its file no more, so that no backup
    looks for it."""
    return {"path": ""} if is_sealed(ledger) else {}


def forget_file(ledger: Ledger, path: str) -> None:
    """Remove the file of a sealed sheet once no draft names it; called after the transaction that said so."""
    if is_sealed(ledger) and path and not ImportDraft.objects.filter(path=path).exists():
        (Path(settings.BIHUAN_HOME) / path).unlink(missing_ok=True)


def name_of(ledger: Ledger) -> dict[str, Any]:
    """The ledger's title as a parameter of log sentences."""
    return {"code": f"ledger.{ledger.code}", "params": {}}


def not_open(draft: ImportDraft) -> Message:
    """Why nothing more can be done with the draft."""
    return Message(say.NOT_OPEN, {"state": str(draft.get_state_display())})


def held_cut_off(ledger: Ledger) -> dt.date | None:
    """The cut-off day the ledger's source has now."""
    if ledger.sheet is None or not ledger.sheet.source:
        return None
    row = access.visible(None, Source).filter(code=ledger.sheet.source).first()
    return row.cut_off if row is not None else None


def check_cut_off(ledger: Ledger, cut_off: dt.date | None, reason: str) -> None:
    """Raise Refused for a cut-off that is missing, after today, or before the one held without a reason."""
    if ledger.sheet is None or not ledger.sheet.source:
        return
    name = str(sources.specs()[ledger.sheet.source].name)
    if cut_off is None:
        raise Refused(Message(say.CUT_OFF_MISSING))
    if cut_off > clock.today():
        raise Refused(Message(sources.FUTURE, {"source": name, "given": cut_off.isoformat()}))
    now = held_cut_off(ledger)
    if now is not None and cut_off < now and not reason.strip():
        params = {"source": name, "held": now.isoformat(), "given": cut_off.isoformat()}
        raise Refused(Message(sources.BACKWARDS, params))


def parse_heading_rows(text: str) -> Sequence[int] | None:
    """Row numbers of "2-3"; None for an empty text. Raises Refused."""
    if not text.strip():
        return None
    found = _ROWS.fullmatch(text.strip())
    first = int(found[1]) if found else 0
    last = int(found[2] or first) if found else 0
    if not 1 <= first <= last <= first + 2:
        raise Refused(Message(say.BAD_HEADING_ROWS))
    return list(range(first, last + 1))


def _store(file: IO[bytes] | Any, sm3: str) -> str:
    """Keep the content under its digest, on the disk before the row that names it. Returns the path below BIHUAN_HOME."""
    home = Path(settings.BIHUAN_HOME)
    folder = home / "imports" / sm3[:2]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / sm3
    if target.exists():
        os.utime(target)  # in use again: files of imports given up long ago are cleared away by their age
    else:
        descriptor, name = tempfile.mkstemp(dir=folder, prefix=".new-")
        try:
            with os.fdopen(descriptor, "wb") as out:
                file.seek(0)
                while piece := file.read(1 << 20):
                    out.write(piece)
                out.flush()
                os.fsync(out.fileno())
            Path(name).replace(target)
        finally:
            Path(name).unlink(missing_ok=True)
    return str(target.relative_to(home))
