"""Staged rows: how they are written down, and how they are bound into the log.

The dry run stages its rows a chunk at a time and logs each chunk with a digest over what merging would write. The merge takes
the rows back only if they still have that digest, and logs it once more with the rows that were written: so a row of the ledger
that came in by import can be held against its staged row, and that against the chain, for ever.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from cryptography.hazmat.primitives import hashes

from .. import access
from ..models.imports import ImportDraft, ImportRow, RowAction
from ..models.log import LogEntry

#: Rows a chunk: each is judged with a few statements and staged in a short transaction of its own.
STAGED = 1000
TAKEN = (RowAction.NEW, RowAction.CHANGED)
#: Letters of each row's digest that the entry keeps, to name the row when the whole does not agree.
MARK = 8
KIND = ImportDraft._meta.label_lower
STARTED, CHUNK = "import.started", "import.staged"


@dataclass(frozen=True)
class Chunk:
    """Rows `first` to `last` of a dry run, with the digest they were staged under."""

    first: int
    last: int
    digest: str


@dataclass(frozen=True)
class Bound:
    """The rows of a chunk that merging writes. `numbers` and `marks` name them one by one; `digest` binds them all."""

    numbers: tuple[int, ...]
    marks: str
    digest: str

    def as_params(self) -> dict[str, Any]:
        """As they stand in a log entry."""
        return {"numbers": spans(self.numbers), "marks": self.marks, "digest": self.digest}


class Staged(NamedTuple):
    """A staged row as merging sees it: the columns of `ImportRow` it is made of, without a model's weight. `values` and `before`
    may stand as JSON already, sorted and without spaces."""

    number: int
    key: str
    action: str
    object_id: int | None
    version: str
    before: Any
    values: Any


as_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_SM3 = hashes.SM3()


def canonical(row: ImportRow | Staged) -> bytes:
    """The bytes that stand for a staged row: what merging writes, and where. A JSON list of number, key, action, object, version,
    what was there before and what comes."""
    before = row.before if type(row.before) is str else as_json(row.before) if row.before else "{}"
    values = row.values if type(row.values) is str else as_json(row.values)
    at = "null" if row.object_id is None else int(row.object_id)
    version = as_json(row.version) if row.version else '""'
    return f'[{row.number},{as_json(row.key)},"{row.action!s}",{at},{version},{before},{values}]'.encode()


def bound(rows: Iterable[ImportRow | Staged]) -> Bound:
    """Bind rows: an SM3 over the SM3 of each, in the order of their numbers."""
    whole = hashes.Hash(_SM3)
    numbers, marks = [], []
    for row in rows:
        one = hashes.Hash(_SM3)
        one.update(canonical(row))
        sum_ = one.finalize()
        whole.update(sum_)
        numbers.append(row.number)
        marks.append(sum_[: MARK // 2].hex())
    return Bound(tuple(numbers), "".join(marks), whole.finalize().hex())


def taken(draft_id: Any, check_no: int) -> Any:
    """The rows of a dry run that merging writes, in the sheet's order."""
    rows = access.visible(None, ImportRow).filter(draft=draft_id, check_no=check_no, action__in=TAKEN)
    return rows.order_by("number")


def rows_of(draft: ImportDraft, chunk: Chunk) -> list[Staged]:
    """The rows of a chunk that merging writes."""
    rows = taken(draft.pk, draft.check_no).filter(number__gte=chunk.first, number__lte=chunk.last)
    return list(map(Staged._make, rows.values_list(*Staged._fields)))


def chunks_of(draft: ImportDraft) -> list[Chunk]:
    """The chunks that the draft's present dry run staged, as the log knows them."""
    return [
        Chunk(p["first"], p["last"], p["digest"])
        for p in _params(draft, CHUNK)
        if p.get("check_no") == draft.check_no and "digest" in p
    ]


def started(draft: ImportDraft) -> tuple[int, int]:
    """When the draft's present dry run began: the number of its log entry, and the highest id the ledger had then. What stands in
    the log before was seen by the dry run, what comes after may not have been. (0, 0) where the log does not know."""
    entries = LogEntry.objects.filter(kind=KIND, object_id=str(draft.pk), type=STARTED).order_by("-seq")
    for seq, data in entries.values_list("seq", "data"):
        params = data.get("params", {})
        if params.get("check_no") == draft.check_no:
            return int(seq), int(params.get("last_id", 0))
    return 0, 0


def spans(numbers: Sequence[int]) -> str:
    """Numbers in a short form: "2-1001,1003"."""
    out: list[list[int]] = []
    for number in numbers:
        if out and number == out[-1][1] + 1:
            out[-1][1] = number
        else:
            out.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in out)


def numbers_of(text: str) -> Iterator[int]:
    """The numbers of that form."""
    for part in text.split(",") if text else []:
        first, _dash, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def _params(draft: ImportDraft, kind: str) -> Iterator[Mapping[str, Any]]:
    entries = LogEntry.objects.filter(kind=KIND, object_id=str(draft.pk), type=kind).order_by("seq")
    return (data.get("params", {}) for data in entries.values_list("data", flat=True))
