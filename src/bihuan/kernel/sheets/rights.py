"""Who may import, and who sees an import under way."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from .. import access
from ..access import NOTHING, Viewer
from ..errors import NotAllowed
from ..ledger.declaration import Ledger
from ..models.imports import ColumnMapping, ImportDraft, ImportRow
from ..models.org import Person
from ..wording import Message
from .messages import NO_SHEET


@access.scope(ImportDraft)
def see_drafts(viewer: Viewer) -> Q:
    """One's own: what was uploaded is nobody else's before it is merged."""
    return NOTHING if viewer.admin_role else Q(person=viewer.person.pk)


@access.scope(ImportRow)
def see_rows(viewer: Viewer) -> Q:
    """Those of one's own imports."""
    return NOTHING if viewer.admin_role else Q(draft__person=viewer.person.pk)


@access.scope(ColumnMapping)
def see_mappings(viewer: Viewer) -> Q:
    """All: headings are no business data, and who imports next wants what the last one chose."""
    return NOTHING if viewer.admin_role or not viewer.roles else Q()


def import_action(ledger: Ledger) -> str:
    """The action that lets a person import: the sheet's own, else the ledger's `add`; "" when nobody imports."""
    return (ledger.sheet.action or ledger.add) if ledger.sheet is not None else ""


def require_import(actor: Person | None, ledger: Ledger) -> None:
    """Raise NotAllowed unless the person may import into the ledger."""
    action = import_action(ledger)
    if not action:
        raise NotAllowed(Message(NO_SHEET, {"ledger": str(ledger.title)}))
    access.require(actor, action)


def may_add(actor: Person | None, ledger: Ledger, obj: Any) -> bool:
    """Whether the person may add this row by import."""
    return access.may(actor, import_action(ledger), obj)


def may_change(actor: Person | None, ledger: Ledger, obj: Any = None) -> bool:
    """Whether the person may correct this row by import: the ledger's `change`; where it declares none, its sheet's own
    action (a ledger that is kept by import alone). None asks about some row."""
    assert ledger.sheet is not None
    action = ledger.change or ledger.sheet.action
    return bool(action) and access.may(actor, action, obj)


def in_any_case(actor: Person | None, action: str) -> bool:
    """Whether the person may do the action whatever row it is about: then no row need be asked for."""
    return actor is None or (bool(action) and access.viewer(actor).has(*access.actions()[action].roles))
