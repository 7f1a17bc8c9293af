"""The dry run: every row is converted and judged, and what was found is staged; the ledger is not touched."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from typing import Any

from ..errors import Refused, Stale
from ..ledger.declaration import Ledger
from ..models.imports import ColumnMapping, ImportDraft, ImportRow, ImportState, RowAction
from ..models.org import Person
from ..wording import Message
from ..work import unit_of_work
from . import messages as say
from .cells import Converter, chunks
from .columns import given, remember
from .constraints import Verdict
from .drafts import OPEN, ledger_of, mine, name_of, not_open, read
from .judging import Judge, mark_doubles
from .reading import Table
from .rights import require_import
from .values import stored

#: Rows a chunk: each is judged with a few statements and staged in a short transaction of its own.
STAGED = 1000


def most_rows() -> int:
    """How many rows one import may hold: its merge is one transaction, everybody else's writes wait for it, and that is to take
    five seconds at most."""
    return int(os.environ.get("BIHUAN_MAX_IMPORT_ROWS", 15_000))


def check(
    *,
    actor: Person,
    draft: ImportDraft,
    mapping: Mapping[str, str] | None = None,
    sheet: str | None = None,
    heading_rows: str | None = None,
) -> ImportDraft:
    """Try the import. `mapping` has a field name (or "") for each heading; by default the draft's own, as for another try after
    the ledger changed. Returns the draft with its counts.

    Raises NotAllowed, Refused (a key column is missing, no rows ...), Stale when the draft is merged, dropped or checked elsewhere.
    """
    ledger = ledger_of(draft)
    require_import(actor, ledger)
    table = read(draft, sheet, heading_rows)
    matched = given(ledger, table.headings, draft.mapping if mapping is None else mapping)
    matched.require()
    data = list(table.data_rows())
    if not data:
        raise Refused(Message(say.NO_ROWS, {"file": draft.filename, "sheet": table.sheet}))
    if len(data) > most_rows():
        raise Refused(Message(say.TOO_MANY, {"rows": len(data), "limit": most_rows()}))
    chosen = dict(matched.mapping)
    rows = Converter(ledger, actor, matched.fields, table, chosen).convert(data)
    mark_doubles(rows)
    number = _begin(actor, draft, ledger, table, chosen, heading_rows)
    judge = Judge(ledger, actor, matched.fields, matched.used)
    counts: Counter[str] = Counter()
    for chunk in chunks(rows, STAGED):
        verdicts = judge.judge(chunk)
        counts.update(v.action for v in verdicts)
        _stage(actor, draft, ledger, number, verdicts)
    return _finish(actor, draft, ledger, number, counts)


def _begin(
    actor: Person,
    draft: ImportDraft,
    ledger: Ledger,
    table: Table,
    mapping: Mapping[str, str],
    heading_rows: str | None,
) -> int:
    """Claim the next number, so that two tries at once do not mix, and remember the mapping."""
    number = draft.check_no + 1
    place = {"sheet": table.sheet[:120], "headings": table.headings, "mapping": dict(mapping)}
    if heading_rows is not None:
        place["heading_rows"] = heading_rows.strip()
    with unit_of_work(actor) as uow:
        rows = mine(actor, draft).filter(check_no=draft.check_no, state__in=OPEN)
        if not rows.update(check_no=number, state=ImportState.UPLOADED, counts={}, **place):
            raise Stale(_moved_on(actor, draft))
        remember(ledger, table.headings, mapping, actor)
        params = {"ledger": name_of(ledger), "file": draft.filename}
        uow.record("import.started", draft, params=params, covers=[ColumnMapping])
    return number


def _moved_on(actor: Person, draft: ImportDraft) -> Message:
    now = mine(actor, draft).first() or draft
    return not_open(now) if now.state not in OPEN else Message(say.NOT_CHECKED)


def _stage(actor: Person, draft: ImportDraft, ledger: Ledger, number: int, verdicts: list[Verdict]) -> None:
    made = [
        ImportRow(
            draft=draft,
            check_no=number,
            number=v.row.number,
            key=v.row.label,
            action=v.action,
            values=stored(v.row.values) if v.action in (RowAction.NEW, RowAction.CHANGED) else {},
            object_id=v.object_id,
            version=v.version,
            problems=[p.as_json() for p in v.row.problems],
        )
        for v in verdicts
    ]
    with unit_of_work(actor) as uow:
        ImportRow.objects.bulk_create(made, batch_size=500)
        params: dict[str, Any] = {"ledger": name_of(ledger), "file": draft.filename}
        params |= {"first": made[0].number, "last": made[-1].number}
        uow.record("import.staged", draft, params=params, covers=[ImportRow])


def _finish(actor: Person, draft: ImportDraft, ledger: Ledger, number: int, counts: Mapping[str, int]) -> ImportDraft:
    totals = {action: int(counts.get(action, 0)) for action in RowAction.values}
    with unit_of_work(actor) as uow:
        rows = mine(actor, draft).filter(check_no=number, state=ImportState.UPLOADED)
        if not rows.update(state=ImportState.CHECKED, counts=totals):
            raise Stale(_moved_on(actor, draft))
        params = {"ledger": name_of(ledger), "file": draft.filename, **totals}
        uow.record("import.checked", draft, params=params)
    draft.refresh_from_db()
    return draft
