"""What imports did to a row, for its timeline. An import that was merged as a whole has an entry for each chunk of rows, about the
import; what it did to the single row is kept with the row as it was staged, which that entry binds.
"""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from .. import access
from ..models.imports import ImportDraft, ImportRow, ImportState, RowAction
from ..models.log import LogEntry
from ..wording import wording
from . import registry
from .declaration import Ledger

ROW = "import.row"
wording(f"log.{ROW}", _("由%(person)s导入（“%(file)s”，第 %(number)s 行）"))


def of_row(ledger: Ledger, obj: Any, limit: int) -> list[LogEntry]:
    """The last imports that wrote the row, newest first: entries made up for reading, with the number, time and person of the
    entry that binds the row. None for imports that left an entry of the row's own."""
    codes = {one.code for one in registry.ledgers().values() if one.model is ledger.model}
    staged = access.visible(None, ImportRow).filter(
        object_id=obj.pk,
        action__in=(RowAction.NEW, RowAction.CHANGED),
        check_no=F("draft__check_no"),
        draft__state=ImportState.MERGED,
        draft__ledger__in=codes,
    )
    found = [_entry(ledger, row) for row in staged.select_related("draft").order_by("-draft__merged_at", "-pk")[:limit]]
    return [entry for entry in found if entry is not None]


def _entry(ledger: Ledger, row: ImportRow) -> LogEntry | None:
    kept = (
        LogEntry.objects.filter(
            kind=ImportDraft._meta.label_lower,
            object_id=str(row.draft_id),
            type=f"{row.draft.ledger}.imported",
            data__params__first__lte=row.number,
            data__params__last__gte=row.number,
        )
        .select_related("actor")
        .first()
    )
    if kept is None:
        return None
    new = row.action == RowAction.NEW
    changes = {
        name: [None if new else row.before[name], row.values[name]]
        for name in (row.values if new else row.before)
        if name not in ledger.restricted
    }
    params = {"person": str(kept.actor or kept.actor_name), "file": row.draft.filename, "number": row.number}
    data: dict[str, Any] = {"params": params, "changes": changes}
    if kept.data.get("reason") and not new:
        data["reason"] = kept.data["reason"]
    kept.type, kept.data = ROW, data
    return kept
