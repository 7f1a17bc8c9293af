"""Which open receipts, mediations and complaints another calendar moves; shown before a holiday notice is loaded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import numpy as np
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access
from bihuan.kernel.models import Person
from bihuan.law.arrays.tables import LimitTable
from bihuan.law.calendar import WorkCalendar

from ..models import FilingComplaint, Receipt
from ..notices.preview import Listed, Lister, Preview, mover, previewed
from . import columns as c
from .ledgers import RECEIPTS
from .ledgers_supervision import COMPLAINTS

ANEW = "bihuan.cases.filing.clock.afterwards"


def of_receipts(before: WorkCalendar, after: WorkCalendar, on: dt.date) -> Preview:
    """Receipts without an outcome whose limit moves from one calendar to the other as of a day."""

    def rows(start: dt.date) -> QuerySet[Any]:
        return Receipt.objects.filter(Q(due_on__gte=start) | Q(provisional=True), outcome="", voided_at=None)

    return previewed(rows, lambda part, table: _columns(c.read(part, table), "receipts"), before, after, on)


def of_mediations(before: WorkCalendar, after: WorkCalendar, on: dt.date) -> Preview:
    """Mediations before filing that still run, of receipts without an outcome."""

    def rows(start: dt.date) -> QuerySet[Any]:
        return Receipt.objects.filter(mediation_due_on__gte=start, mediation_ended_on=None, outcome="", voided_at=None)

    return previewed(rows, lambda part, table: _columns(c.read(part, table), "mediations"), before, after, on)


def of_complaints(before: WorkCalendar, after: WorkCalendar, on: dt.date) -> Preview:
    """Complaints not yet answered."""

    def rows(start: dt.date) -> QuerySet[Any]:
        return FilingComplaint.objects.filter(Q(due_on__gte=start) | Q(provisional=True), replied_on=None, voided_at=None)

    def read(part: QuerySet[Any], table: LimitTable) -> Any:
        held = list(part.order_by("pk").values_list("pk", "accepted_on"))
        return _ids(pk for pk, _day in held), c.replies([day for _pk, day in held], [None] * len(held), table)

    return previewed(rows, read, before, after, on)


def _columns(held: c.Read, name: str) -> Any:
    return _ids(row.pk for row in held.rows), getattr(held, name)


def _ids(pks: Iterable[int]) -> Any:
    return np.array(list(pks), dtype=np.int64)


def _lister(ledger: Any) -> Lister:
    def rows(person: Person, found: Preview) -> list[Listed]:
        moves = {move.pk: move for move in found.farthest}
        seen = access.visible(person, ledger.model).filter(pk__in=list(moves)).select_related("unit").in_bulk()
        return [
            Listed(str(seen[pk]), str(seen[pk].unit), ledger.url("detail", pk), move)
            for pk, move in moves.items()
            if pk in seen
        ]

    return rows


mover("cases.receipts", _("立案收件届满日变动"), of_receipts, rows=_lister(RECEIPTS), job=ANEW)
mover("cases.mediations", _("诉前调解届满日变动"), of_mediations, rows=_lister(RECEIPTS), job=ANEW)
mover("cases.complaints", _("投诉答复届满日变动"), of_complaints, rows=_lister(COMPLAINTS), job=ANEW)
