"""Cases from SQL as the columns of `law.arrays`: a statement for the cases of a chunk, and one for each kind of clock fact."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from numpy.typing import NDArray

from bihuan.law.arrays.columns import CaseColumns, GrantColumns, PauseColumns, TurnColumns, offsets_of
from bihuan.law.arrays.tables import Length, LimitTable
from bihuan.law.terms import Period

from ..models import CaseGrant, CasePause, CaseTurn, Decision, TurnKind
from .choose import chooser

CASE = (
    "pk", "revision", "clock_digest", "type_code", "procedure", "custody", "foreign", "under", "trigger_given", "filed_on",
    "received_on", "closed_on", "limit_given",
)  # fmt: skip
FEW = 2000
"""Up to so many cases are named one by one; more are read as a stretch of ids."""
_DAY = "datetime64[D]"


@dataclass(frozen=True)
class Read:
    """The cases of a chunk: their ids, revisions and digests as they were read, and their columns."""

    ids: NDArray[np.int64]
    revisions: tuple[int, ...]
    digests: tuple[str, ...]
    columns: CaseColumns


def read(rows: QuerySet[Any], table: LimitTable) -> Read:
    """Read the cases of `rows` (a chunk, ordered by id here) with their facts."""
    wanted = rows.order_by("pk").values_list(*CASE, Cast("facts", TextField()), Cast("dates", TextField()))
    return of(list(wanted), table)


def of(held: Sequence[tuple[Any, ...]], table: LimitTable, *, new: bool = False) -> Read:
    """The columns of cases given as tuples of `CASE`, their facts and dates as JSON, in the order of their ids. `new`: no other row
    speaks of them yet."""
    if not held:
        empty = np.zeros(0, np.int64)
        return Read(empty, (), (), CaseColumns(np.zeros(0, np.int16), _days([])))
    (ids, revisions, digests, types, procedures, custody, foreign, under, given, filed, received, closed, limits, facts,
     dates) = zip(*held, strict=True)  # fmt: skip
    keys = np.array(ids, dtype=np.int64)
    named = _Facts(table)
    bits = [named.of_case(text, bool(c), f) for text, c, f in zip(facts, custody, foreign, strict=True)]
    began = [u or g or f or r for u, g, f, r in zip(under, given, filed, received, strict=True)]
    turns = [] if new else _rows(CaseTurn, keys, ("kind", "was", "to", "on", "sent_on"))
    turns = [turn for turn in turns if turn[1] == TurnKind.RESTART or not limits[_place(keys, turn[0])]]
    first = _first_procedures(turns)
    trigger = _days([g or f for g, f in zip(given, filed, strict=True)])
    place = {id_: number for number, id_ in enumerate(table.ids)}
    choose = chooser(table.book).limit
    codes = np.zeros(len(keys), np.int16)
    for row, key in enumerate(ids):
        if limits[row]:
            codes[row] = place.get(limits[row], -1)
        elif began[row] is not None and (not np.isnat(trigger[row]) or dates[row] != "{}"):
            found = choose(types[row], first.get(key) or procedures[row], named.held[bits[row]], began[row])
            codes[row] = place.get(found, -1)
    columns = CaseColumns(
        limit=codes,
        trigger=trigger,
        facts=np.array([named.masks[b] for b in bits], dtype=np.uint64),
        custody=np.array([bool(c) for c in custody]),
        under=_days(under),
        closed=_days(closed),
        dates=_events(dates, given, codes, table),
        pauses=None if new else _pauses(keys, table, named),
        grants=None if new else _grants(keys, table, named),
        turns=_turns(turns, keys, types, [named.held[b] for b in bits], table),
    )
    fallback = np.isnat(columns.trigger)
    if fallback.any() and columns.dates:
        columns.trigger[fallback] = np.fmin.reduce([column[fallback] for column in columns.dates.values()])
    return Read(keys, revisions, digests, columns)


class _Facts:
    """Lists of facts as they stand in the database, each read once: a number, its codes, its bits."""

    def __init__(self, table: LimitTable) -> None:
        self.table = table
        self.held: list[frozenset[str]] = []
        self.masks: list[int] = []
        self._known: dict[tuple[str, bool, bool], int] = {}

    def of_case(self, text: str, custody: bool, foreign: bool) -> int:
        """The number of a case's facts, those with columns of their own among them."""
        asked = (text, custody, foreign)
        number = self._known.get(asked)
        if number is None:
            own = {name for name, holds in (("custody", custody), ("foreign", foreign)) if holds}
            facts = frozenset(json.loads(text)) | own
            number = self._known[asked] = len(self.held)
            self.held.append(facts)
            self.masks.append(self.table.mask(fact for fact in facts if fact in self.table.facts))
        return number

    def bits(self, texts: Sequence[str]) -> NDArray[np.uint64]:
        """The bits of facts of pauses or grants."""
        return np.array([self.masks[self.of_case(text, False, False)] for text in texts], dtype=np.uint64)


def _days(values: Sequence[dt.date | None]) -> Any:
    return np.array(values, dtype=_DAY)


def _place(keys: NDArray[np.int64], key: int) -> int:
    return int(np.searchsorted(keys, key))


def _rows(model: Any, keys: NDArray[np.int64], names: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Standing facts of the cases, in the order of cases; the first value of each is the case."""
    rows = model.objects.filter(voided_at=None)
    few = len(keys) <= FEW
    rows = rows.filter(case__in=keys.tolist()) if few else rows.filter(case__gte=int(keys[0]), case__lte=int(keys[-1]))
    if model is CaseGrant:
        rows = rows.exclude(decision=Decision.REFUSED)
    held = list(rows.order_by("case", "pk").values_list("case", *names))
    if few or not held:
        return held
    at = np.array([row[0] for row in held], dtype=np.int64)
    ours = keys[np.minimum(np.searchsorted(keys, at), len(keys) - 1)] == at
    return held if ours.all() else [row for row, mine in zip(held, ours, strict=True) if mine]


def _offsets(held: Sequence[tuple[Any, ...]], keys: NDArray[np.int64]) -> Any:
    return offsets_of(np.searchsorted(keys, np.array([row[0] for row in held], dtype=np.int64)), len(keys))


def _first_procedures(turns: Sequence[tuple[Any, ...]]) -> dict[int, str]:
    """What each converted case was before its first conversion."""
    first: dict[int, tuple[dt.date, str]] = {}
    for case, kind, was, _to, on, _sent in turns:
        if kind == TurnKind.CONVERT and (case not in first or on < first[case][0]):
            first[case] = (on, was)
    return {case: was for case, (_on, was) in first.items()}


def _events(texts: Sequence[str], given: Sequence[Any], codes: Any, table: LimitTable) -> dict[str, Any]:
    """Days of rarer events by event. A day given for the start overrules those that would start the limit."""
    found: dict[str, Any] = {}
    for row, text in enumerate(texts):
        if text == "{}":
            continue
        starts = set()
        if given[row] is not None and codes[row] >= 0:
            starts = {start.event for start in table.book.limits[table.ids[codes[row]]].starts}
        for event, day in json.loads(text).items():
            if event not in starts:
                column = found.setdefault(event, np.full(len(texts), "NaT", dtype=_DAY))
                column[row] = np.datetime64(day)
    return found


def _pauses(keys: NDArray[np.int64], table: LimitTable, named: _Facts) -> PauseColumns | None:
    held = _rows(CasePause, keys, ("ground", "first", "last", Cast("facts", TextField())))
    if not held:
        return None
    _cases, grounds, first, last, facts = zip(*held, strict=True)
    place = {ground: number for number, ground in enumerate(table.grounds)}
    codes = np.array([place.get(ground, -1) for ground in grounds], dtype=np.int32)
    return PauseColumns(_offsets(held, keys), codes, _days(first), _days(last), named.bits(facts))


def _grants(keys: NDArray[np.int64], table: LimitTable, named: _Facts) -> GrantColumns | None:
    names = ("by", "term", "until", "applied_on", "decided_on", Cast("facts", TextField()))
    held = _rows(CaseGrant, keys, names)
    if not held:
        return None
    _cases, by, terms, until, applied, decided, facts = zip(*held, strict=True)
    place = {name: number for number, name in enumerate(table.approvers)} | {"": -1}
    lengths = {text: Length.of(Period.parse(text)) if text else Length() for text in set(terms)}
    return GrantColumns(
        offsets=_offsets(held, keys),
        by=np.array([place.get(name, len(place)) for name in by], dtype=np.int32),
        months=np.array([lengths[text].months for text in terms], dtype=np.int32),
        days=np.array([lengths[text].days for text in terms], dtype=np.int32),
        until=_days(until),
        applied=_days(applied),
        decided=_days(decided),
        facts=named.bits(facts),
    )


def _turns(
    held: Sequence[tuple[Any, ...]],
    keys: NDArray[np.int64],
    types: Sequence[str],
    facts: Sequence[frozenset[str]],
    table: LimitTable,
) -> TurnColumns | None:
    if not held:
        return None
    place = {id_: number for number, id_ in enumerate(table.ids)}
    restarts = {id_: number for number, id_ in enumerate(table.restarts)}
    choose, to = chooser(table.book).limit, []
    for case, kind, _was, code, on, _sent in held:
        row = _place(keys, case)
        restart = kind == TurnKind.RESTART
        to.append(restarts.get(code, -1) if restart else place.get(choose(types[row], code, facts[row], on), -1))
    return TurnColumns(
        offsets=_offsets(held, keys),
        restart=np.array([kind == TurnKind.RESTART for _case, kind, *_more in held]),
        to=np.array(to, dtype=np.int32),
        on=_days([row[4] for row in held]),
        sent=_days([row[5] for row in held]),
    )
