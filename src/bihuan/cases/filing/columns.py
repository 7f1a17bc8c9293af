"""Receipts and complaints from SQL as the columns of `law.arrays`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from bihuan.law.arrays.columns import CaseColumns, GrantColumns, PauseColumns, TurnColumns, offsets_of
from bihuan.law.arrays.tables import LimitTable

from ..models import Receipt, ReceiptSupplement
from .history import COMPLAINT, FILED, GROUND, MEDIATION, RESTART, TRANSFER, came_in_time, proved

NEEDED = (
    "pk", "revision", "clock_digest", "clock_version", "kind", "received_on", "outcome", "outcome_on", "mediation_consent",
    "mediation_sent_on", "mediation_signed_on", "mediation_ended_on", "mediation_until",
)  # fmt: skip
_DAY = "datetime64[D]"


@dataclass(frozen=True)
class Read:
    """Receipts of a chunk as they were read, and the columns of their three limits."""

    rows: list[Receipt]
    receipts: CaseColumns
    mediations: CaseColumns
    transfers: CaseColumns


def read(rows: QuerySet[Any], table: LimitTable) -> Read:
    """The receipts of `rows` with their supplements: two statements."""
    held: list[Receipt] = list(rows.order_by("pk").only(*NEEDED))
    return Read(held, _receipts(held, table), _mediations(held, table), _transfers(held, table))


def days(values: Sequence[dt.date | None]) -> Any:
    """Days as a column; None where there is none."""
    return np.array(values, dtype=_DAY)


def replies(accepted: Sequence[dt.date | None], replied: Sequence[dt.date | None], table: LimitTable) -> CaseColumns:
    """The limits of replies to complaints."""
    return CaseColumns(codes([COMPLAINT] * len(accepted), table), days(accepted), closed=days(replied))


def codes(ids: Sequence[str], table: LimitTable) -> NDArray[np.int16]:
    """Limits as numbers of the table; -1 for none."""
    place = {id_: number for number, id_ in enumerate(table.ids)}
    return np.array([place.get(id_, -1) for id_ in ids], dtype=np.int16)


def _at(rows: Sequence[int], count: int) -> Any:
    return offsets_of(np.array(rows, dtype=np.int64), count)


def _receipts(held: Sequence[Receipt], table: LimitTable) -> CaseColumns:
    return CaseColumns(
        limit=codes([row.kind for row in held], table),
        trigger=days([row.received_on for row in held]),
        closed=days([row.outcome_on for row in held]),
        pauses=_pauses(held, table),
        turns=_turns(held, table),
    )


def _pauses(held: Sequence[Receipt], table: LimitTable) -> PauseColumns | None:
    sent = [(place, row) for place, row in enumerate(held) if row.mediation_sent_on is not None]
    if not sent:
        return None
    return PauseColumns(
        offsets=_at([place for place, _row in sent], len(held)),
        ground=np.full(len(sent), list(table.grounds).index(GROUND), dtype=np.int32),
        first=days([row.mediation_sent_on for _place, row in sent]),
        last=days([row.mediation_ended_on for _place, row in sent]),
        facts=np.array([table.mask(proved(row)) for _place, row in sent], dtype=np.uint64),
    )


def _turns(held: Sequence[Receipt], table: LimitTable) -> TurnColumns | None:
    if not held:
        return None
    place = {row.pk: number for number, row in enumerate(held)}
    found = ReceiptSupplement.objects.filter(
        receipt__gte=held[0].pk, receipt__lte=held[-1].pk, voided_at=None, received_on__isnull=False
    )
    pairs = found.order_by("receipt", "received_on").values_list("receipt", "received_on").distinct()
    came = [(place[receipt], day) for receipt, day in pairs if receipt in place and came_in_time(held[place[receipt]], day)]
    if not came:
        return None
    code = [rule.id for rule in table.book.restarts].index(RESTART)
    assert list(table.restarts)[code] == RESTART
    return TurnColumns(
        offsets=_at([row for row, _day in came], len(held)),
        restart=np.ones(len(came), dtype=bool),
        to=np.full(len(came), code, dtype=np.int32),
        on=days([day for _row, day in came]),
        sent=days([None] * len(came)),
    )


def _mediations(held: Sequence[Receipt], table: LimitTable) -> CaseColumns:
    agreed = [(place, row) for place, row in enumerate(held) if row.mediation_until is not None and row.mediation_signed_on is not None]
    grants = None
    if agreed:
        none = np.zeros(len(agreed), dtype=np.int32)
        grants = GrantColumns(
            offsets=_at([place for place, _row in agreed], len(held)),
            by=np.full(len(agreed), list(table.approvers).index("parties"), dtype=np.int32),
            months=none,
            days=none,
            until=days([row.mediation_until for _place, row in agreed]),
            applied=days([None] * len(agreed)),
            decided=days([row.mediation_signed_on for _place, row in agreed]),
        )
    return CaseColumns(
        limit=codes([MEDIATION if row.mediation_signed_on else "" for row in held], table),
        trigger=days([row.mediation_signed_on for row in held]),
        closed=days([row.mediation_ended_on for row in held]),
        grants=grants,
    )


def _transfers(held: Sequence[Receipt], table: LimitTable) -> CaseColumns:
    filed = [row.outcome_on if row.outcome in FILED else None for row in held]
    return CaseColumns(limit=codes([TRANSFER if day else "" for day in filed], table), trigger=days(filed))
