"""The clock of filing: the days of receipts, of mediation before filing, of hand-over and of replies to complaints.

After an import, each night, and when a row was corrected. Only what changed is written; no date is computed here.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import clock, log
from bihuan.law.arrays.columns import PROBLEMS, DueColumns
from bihuan.law.arrays.engine import BIT, limit_table, reckon_columns
from bihuan.law.arrays.tables import LimitTable

from ..clock import version
from ..clock.jobs import AT_ONCE, as_of, later
from ..clock.run import OF_THE_DAY, Ran, again, portions, write
from ..models import FilingComplaint, Receipt
from . import columns as c

log.event("cases.filing.clock", _("计算立案期限：%(rows)s 件，变动 %(changed)s 件"))

CHUNK = 20_000
NAMED = 2_000
BLOCK = (
    "trigger_on", "raw_due", "due_on", "length_days", "provisional", "paused_now", "hidden_days", "mediation_due_on",
    "transfer_due_on", "findings", "clock_problem", "clock_digest", "clock_version", "clocked_at",
)  # fmt: skip
REPLY = ("raw_due", "due_on", "provisional")
_KEPT = ~np.uint64(sum(int(BIT[code]) for code in OF_THE_DAY))


def nightly(on: dt.date | None = None) -> Ran:
    """What moves with the day or with the texts: open receipts, those never computed, those computed under other texts."""
    day, told = on or clock.today(), version()
    moving = Receipt.objects.filter(Q(outcome="") | Q(clock_digest="") | ~Q(clock_version=told), voided_at=None)
    done = refresh(moving.values_list("pk", flat=True), on=day)
    refresh_complaints(None, on=day)
    return done


def came_in(ids: Iterable[int]) -> None:
    """These receipts or their supplements were written in this unit of work: compute at once, or have it done if they are many."""
    wanted = sorted(set(ids))
    if len(wanted) <= AT_ONCE:
        refresh(wanted)
        return
    later("bihuan.cases.filing.clock.afterwards")


def afterwards(day: str = "") -> None:
    """What the job worker does after a large import or a new calendar. It may be delivered twice."""
    with as_of(day):
        refresh()
        refresh_complaints()


def refresh(ids: Iterable[int] | None = None, *, on: dt.date | None = None) -> Ran:
    """Compute the days of the receipts `ids` (None: all that stand) as of `on` and write those that changed."""
    day, table, told = on or clock.today(), limit_table(), version()
    done = Ran()
    for rows in _portions(Receipt, ids):
        done.add(again(_chunk, rows, day, table, told))
    return done


def refresh_complaints(ids: Iterable[int] | None = None, *, on: dt.date | None = None) -> int:
    """The days by which complaints are to be answered; returns how many changed."""
    day, table, changed = on or clock.today(), limit_table(), 0
    for rows in _portions(FilingComplaint, ids):
        changed += again(_replies, rows, day, table)
    return changed


def _portions(model: Any, ids: Iterable[int] | None) -> Iterator[QuerySet[Any]]:
    return portions(model.objects.filter(voided_at=None), CHUNK, ids, NAMED)


def _replies(rows: QuerySet[Any], day: dt.date, table: LimitTable) -> int:
    held = list(rows.order_by("pk").values_list("pk", "revision", "accepted_on", "replied_on", *REPLY))
    asked = c.replies([row[2] for row in held], [row[3] for row in held], table)
    answer = reckon_columns(asked, on=day, table=table)
    raw, due = answer.raw.tolist(), answer.due.tolist()
    new = [(raw[n], due[n], bool(answer.provisional[n])) for n in range(len(held))]
    moved = [(row[0], row[1], dict(zip(REPLY, new[n], strict=True))) for n, row in enumerate(held) if row[4:] != new[n]]
    return _write(FilingComplaint, REPLY, moved, len(held))


def _chunk(rows: QuerySet[Any], day: dt.date, table: LimitTable, told: str) -> Ran:
    held = c.read(rows, table)
    if not held.rows:
        return Ran()
    changed = list(_values(held, day, table, told))
    _write(Receipt, BLOCK, changed, len(held.rows))
    return Ran(len(held.rows), len(changed), sum(bool(values["clock_problem"]) for *_key, values in changed))


def _values(held: c.Read, day: dt.date, table: LimitTable, told: str) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """The rows to write: id, revision, the block. Rows whose answer and texts are the same are left out."""
    answer = reckon_columns(held.receipts, on=day, table=table)
    mediation = reckon_columns(held.mediations, on=day, table=table).due.tolist()
    transfer = reckon_columns(held.transfers, on=day, table=table).due.tolist()
    raw, due, trigger, findings = answer.raw.tolist(), answer.due.tolist(), answer.trigger.tolist(), _findings(answer, held)
    for n, row in enumerate(held.rows):
        problem = PROBLEMS[answer.problem[n]]
        fine = not problem
        block: dict[str, Any] = {
            "trigger_on": trigger[n] if fine else None,
            "raw_due": raw[n],
            "due_on": due[n],
            "length_days": (raw[n] - trigger[n]).days if fine and raw[n] else None,
            "provisional": fine and bool(answer.provisional[n]),
            "paused_now": fine and bool(answer.stopped[n]),
            "hidden_days": int(answer.hidden_days[n]) if fine else 0,
            "mediation_due_on": mediation[n],
            "transfer_due_on": transfer[n],
            "findings": findings[n],
            "clock_problem": problem,
        }
        digest = hashlib.sha256(repr(list(block.values())).encode()).hexdigest()[:16]
        if (digest, told) != (row.clock_digest, row.clock_version):
            yield row.pk, row.revision, block | {"clock_digest": digest, "clock_version": told, "clocked_at": clock.now()}


def _findings(answer: DueColumns, held: c.Read) -> list[int]:
    assert held.receipts.closed is not None
    kept = np.where(np.isnat(held.receipts.closed), answer.findings & _KEPT, answer.findings)
    return [int(found) for found in np.where(answer.problem != 0, np.uint64(0), kept)]


def _write(model: Any, names: Sequence[str], changed: Sequence[tuple[int, int, dict[str, Any]]], seen: int) -> int:
    return write(model, names, changed, job="cases.filing", event="cases.filing.clock", params={"rows": seen})
