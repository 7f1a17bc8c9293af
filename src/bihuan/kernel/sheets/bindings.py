"""Rows that came in by an import, held against the log: an altered, a removed and an added staged row are named.

The rows of the ledger itself are compared with nothing here: they are corrected later, each correction with its own entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from django.utils.translation import gettext_lazy as _

from .. import access, soundness
from ..models.imports import ImportDraft, ImportState
from ..models.log import LogEntry
from ..wording import Message, wording
from .staging import KIND, MARK, bound, numbers_of, taken

ALTERED = wording(
    "import.soundness.altered",
    _("导入“%(file)s”第 %(row)s 行的留存内容与第 %(seq)s 条日志的摘要不符：有人绕过平台改动了数据库。"),
)
REMOVED = wording(
    "import.soundness.removed",
    _("第 %(seq)s 条日志记录了导入“%(file)s”的第 %(row)s 行，数据库中已没有：有人绕过平台删除了数据。"),
)
ADDED = wording(
    "import.soundness.added",
    _("导入“%(file)s”的第 %(row)s 行在日志中没有记录：是绕过平台直接写入数据库的。"),
)
CHUNK = wording(
    "import.soundness.chunk",
    _("导入“%(file)s”第 %(first)s 至 %(last)s 行的留存内容与第 %(seq)s 条日志的摘要不符：有人绕过平台改动了数据库。"),
)


def problems() -> Iterable[Message]:
    """Every import that was merged as a whole, chunk after chunk. The entries of one merge stand together: they are one unit of
    work."""
    entries = LogEntry.objects.filter(kind=KIND, type__endswith=".imported").order_by("seq")
    rows = entries.values_list("seq", "object_id", "data").iterator(chunk_size=100)
    for (draft, check_no), parts in groupby(rows, lambda row: (row[1], row[2]["params"]["check_no"])):
        known: set[int] = set()
        file = ""
        for seq, _draft, data in parts:
            params = data["params"]
            file = params["file"]
            numbers = list(numbers_of(params["numbers"]))
            known.update(numbers)
            yield from _chunk(seq, draft, params, numbers)
        for number in taken(draft, check_no).values_list("number", flat=True).iterator(chunk_size=2000):
            if number not in known:
                yield Message(ADDED, {"file": file, "row": number})


def rows() -> int:
    """How many staged rows there are to compare."""
    merged = access.visible(None, ImportDraft).filter(state=ImportState.MERGED).values_list("counts", flat=True)
    return sum(int(counts.get("new", 0)) + int(counts.get("changed", 0)) for counts in merged)


def _chunk(seq: int, draft: str, params: dict[str, Any], numbers: list[int]) -> Iterator[Message]:
    told = {"seq": seq, "file": params["file"]}
    staged = taken(draft, params["check_no"]).filter(number__gte=params["first"], number__lte=params["last"])
    there = {row.number: row for row in staged}
    held = bound(there[number] for number in numbers if number in there)
    if held.numbers == tuple(numbers) and held.digest == params["digest"]:
        return
    found = False
    marks = {number: held.marks[at * MARK : (at + 1) * MARK] for at, number in enumerate(held.numbers)}
    for at, number in enumerate(numbers):
        if number not in there:
            found = True
            yield Message(REMOVED, {**told, "row": number})
        elif marks[number] != params["marks"][at * MARK : (at + 1) * MARK]:
            found = True
            yield Message(ALTERED, {**told, "row": number})
    if not found:
        yield Message(CHUNK, {**told, "first": params["first"], "last": params["last"]})


soundness.register("imports", problems, rows)
