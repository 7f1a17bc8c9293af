"""The clock over many cases: read in chunks, computed by columns, written only where the answer is another one.

Nothing is locked while it is read and computed; the write checks that no case was changed meanwhile, and a chunk of which one was
is computed again. The digest covers everything that is written, so an unchanged case costs no write.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

import numpy as np
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import bulk, clock, log
from bihuan.kernel.work import batches, running, unit_of_work
from bihuan.law.arrays.columns import PROBLEMS, DueColumns
from bihuan.law.arrays.engine import BIT, limit_table, reckon_columns
from bihuan.law.arrays.tables import LimitTable
from bihuan.law.calendar import current_calendar
from bihuan.law.limits import findings as f
from bihuan.law.periods import ENGINE_VERSION

from ..models import Case, ClockRun
from .columns import Read, of, read

log.event("cases.clock.run", _("计算期限：%(cases)s 件，变动 %(changed)s 件，不能计算 %(unanswered)s 件"))

CHUNK = 50_000
NAMED = 10_000
"""Cases named one by one in a statement: databases take no more than some ten thousand values."""
TRIES = 3
BLOCK = (
    "limit_id", "trigger_on", "raw_due", "due_on", "expires_on", "length_days", "provisional", "paused_now", "hidden_days",
    "extended_times", "findings", "clock_problem", "clock_digest", "clock_version", "clocked_at",
)  # fmt: skip
#: What follows from the days and the day of asking: told by conditions, not stored, or every case would be written every day.
OF_THE_DAY = (f.EXCEEDED, f.AT_EXPIRY, f.PAST_ORDINARY)
_NO_TRIGGER = "no_trigger"
P = ParamSpec("P")
T = TypeVar("T")


class Moved(Exception):
    """A row was changed while its days were computed."""


@dataclass
class Ran:
    """What a run did: how many cases it looked at, how many answers changed, how many cases have none."""

    cases: int = 0
    changed: int = 0
    unanswered: int = 0

    def add(self, other: Ran) -> None:
        """Take in what was done for another chunk."""
        self.cases += other.cases
        self.changed += other.changed
        self.unanswered += other.unanswered


def version() -> str:
    """The texts the clock goes by: engine, limits, parameters, calendar. Equal versions answer equally."""
    table = limit_table()
    told = f"{ENGINE_VERSION} {table.book.digest} {table.parameters.digest} {current_calendar().digest}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def refresh(ids: Iterable[int] | None = None, *, on: dt.date | None = None) -> Ran:
    """Compute the days of the cases `ids` (None: all that stand) as of the day `on` and write those that changed.

    Within a unit of work it joins it, and a case changed by another transaction meanwhile raises Moved; else each chunk is a unit of
    work of its own, and such a chunk is computed again. Running it twice writes nothing twice.
    """
    day, table, told = on or clock.today(), limit_table(), version()
    done = Ran()
    for rows in portions(Case.objects.filter(voided_at=None), CHUNK, ids, NAMED):
        done.add(again(_chunk, rows, day, table, told))
    if ids is None or done.changed:
        with unit_of_work(None, job="cases.clock") as uow:
            run = ClockRun.objects.create(
                on=day, whole=ids is None, version=told, cases=done.cases, changed=done.changed,
                unanswered=done.unanswered, ended_at=clock.now(),
            )  # fmt: skip
            params = {"cases": done.cases, "changed": done.changed, "unanswered": done.unanswered, "version": told}
            uow.record("cases.clock.run", run, params=params)
    return done


def computed(rows: QuerySet[Any], on: dt.date) -> tuple[Read, DueColumns]:
    """The cases of `rows` and their days, nothing written."""
    table = limit_table()
    held = read(rows, table)
    return held, reckon_columns(held.columns, on=on, table=table)


def portions(
    rows: QuerySet[Any], size: int, ids: Iterable[int] | None = None, named: int = NAMED
) -> Iterator[QuerySet[Any]]:
    """All rows in portions of `size` in the order of their ids; or those `ids` names, so many `named` in a statement."""
    if ids is not None:
        for part in batches(sorted(set(ids)), named):
            yield rows.filter(pk__in=part)
        return
    last = 0
    while True:
        pks = list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:size])
        if not pks:
            return
        yield rows.filter(pk__gt=last, pk__lte=pks[-1])
        last = pks[-1]


def again(step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do `step`, which reads, computes and writes; anew where a row was changed meanwhile. Within a unit of work it raises Moved."""
    for _left in range(TRIES - 1):
        try:
            return step(*args, **kwargs)
        except Moved:
            if running():
                raise
    return step(*args, **kwargs)


def write(
    model: Any, names: Sequence[str], changed: Sequence[tuple[int, int, dict[str, Any]]], *, job: str, event: str, params: dict[str, Any]
) -> int:
    """Write the computed columns `names` of the rows (id, revision, values), with one entry; returns how many. Raises Moved."""
    if changed:
        with bulk.Update(model, names, computed=True) as ready:
            ready.add(changed)
            with unit_of_work(None, job=job) as uow:
                ready.lock()
                if ready.write() < ready.count:
                    raise Moved(f"{ready.count} rows, some changed meanwhile")
                uow.record(event, params=params | {"changed": len(changed)}, covers=[model])
    return len(changed)


def _chunk(rows: QuerySet[Any], day: dt.date, table: LimitTable, told: str) -> Ran:
    held = read(rows, table)
    if not len(held.ids):
        return Ran()
    answer = reckon_columns(held.columns, on=day, table=table)
    digests = _digests(answer, held, table)
    places = np.flatnonzero(digests != np.array([int(text or "0", 16) for text in held.digests], dtype=np.uint64))
    changed = list(_values(held, answer, digests, places, told, table))
    params = {"cases": len(held.ids), "unanswered": sum(bool(v["clock_problem"]) for *_k, v in changed)}
    write(Case, BLOCK, changed, job="cases.clock", event="cases.clock.run", params=params)
    return Ran(len(held.ids), len(changed), int((answer.problem != 0).sum()))


def of_new(held: Sequence[tuple[Any, ...]], day: dt.date, table: LimitTable, told: str) -> list[dict[str, Any]]:
    """The block of cases that are not written yet, given as tuples of `columns.CASE` with their facts and dates as JSON, in the order of
    their ids."""
    read_ = of(held, table, new=True)
    answer = reckon_columns(read_.columns, on=day, table=table)
    places = np.arange(len(read_.ids))
    return [block for _pk, _revision, block in _values(read_, answer, _digests(answer, read_, table), places, told, table)]


def _expires(answer: DueColumns) -> Any:
    return np.where(np.isnat(answer.hard_due), answer.due, answer.hard_due)


def _findings(answer: DueColumns, held: Read) -> Any:
    assert held.columns.closed is not None
    of_the_day = np.uint64(sum(int(BIT[code]) for code in OF_THE_DAY))
    kept = np.where(np.isnat(held.columns.closed), answer.findings & ~of_the_day, answer.findings)
    return np.where(answer.problem != 0, np.uint64(0), kept)


def _digests(answer: DueColumns, held: Read, table: LimitTable) -> Any:
    """A number a case, of everything that is written of it but the version and the moment. Never 0."""
    ids = np.array([int(hashlib.sha256(id_.encode()).hexdigest()[:8], 16) for id_ in table.ids], dtype=np.uint64)
    fine = answer.problem == 0
    days = [answer.trigger, answer.raw, answer.due, _expires(answer)]
    columns = [column.astype("datetime64[D]").astype(np.int64) for column in days]
    whole = [answer.provisional, answer.stopped, answer.hidden_days, answer.extensions]
    columns += [np.where(fine, column, 0).astype(np.int64) for column in whole]
    limits = np.where(answer.limit >= 0, ids[np.maximum(answer.limit, 0)], np.uint64(0))
    mixed = np.full(len(answer), 0x9E3779B97F4A7C15, dtype=np.uint64)
    for column in (limits, _findings(answer, held), answer.problem.astype(np.int64), *columns):
        mixed = (mixed ^ column.astype(np.int64).view(np.uint64)) * np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(29)
    return np.maximum(mixed, np.uint64(1))


def _values(
    held: Read, answer: DueColumns, digests: Any, places: Any, told: str, table: LimitTable
) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """The rows to write: id, revision, the block."""
    now = clock.now()
    raw, due, last, trigger = (c[places].tolist() for c in (answer.raw, answer.due, _expires(answer), answer.trigger))
    findings = _findings(answer, held)[places].tolist()
    for number, place in enumerate(places.tolist()):
        problem = PROBLEMS[answer.problem[place]]
        code = int(answer.limit[place])
        known = problem != _NO_TRIGGER and problem != "unknown_limit" and code >= 0
        fine = not problem
        yield int(held.ids[place]), held.revisions[place], {
            "limit_id": table.ids[code] if known else "",
            "trigger_on": trigger[number],
            "raw_due": raw[number],
            "due_on": due[number],
            "expires_on": last[number],
            "length_days": (raw[number] - trigger[number]).days if raw[number] and trigger[number] else None,
            "provisional": fine and bool(answer.provisional[place]),
            "paused_now": fine and bool(answer.stopped[place]),
            "hidden_days": int(answer.hidden_days[place]) if fine else 0,
            "extended_times": int(answer.extensions[place]) if fine else 0,
            "findings": findings[number],
            "clock_problem": problem,
            "clock_digest": f"{int(digests[place]):016x}",
            "clock_version": told,
            "clocked_at": now,
        }  # fmt: skip
