"""Verifying the log: streaming, with words for what is wrong and for how far the vouching goes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from .log import GENESIS, canonical, digests
from .models.log import LogEntry
from .wording import Message, wording

ALTERED = wording("log.altered", _("第 %(seq)s 条日志的内容与其校验值不符：内容或校验值被改动过。"))
BROKEN = wording("log.broken", _("第 %(seq)s 条日志与前一条接不上：前一条被替换，或整段被重算过。"))
GAP = wording("log.gap", _("第 %(expected)s 条日志缺失（其后为第 %(seq)s 条）：日志被删除过。"))
DISORDER = wording("log.disorder", _("第 %(seq)s 条日志的时间早于前一条：顺序被调换，或服务器时钟被回拨。"))
CUT = wording(
    "log.cut", _("检查点记有 %(size)s 条，现仅有 %(found)s 条：末尾的日志被截去，或数据库被恢复到更早的时间。")
)
RECOMPUTED = wording("log.recomputed", _("第 %(seq)s 条日志的校验值与检查点不同：该条及以前的日志被重算过。"))
FORGED = wording("log.forged", _("检查点的签名不符：检查点文件被改动，或不是用这把密钥签发的。"))
UNREADABLE = wording("log.unreadable", _("%(name)s 无法读取：%(why)s。"))

class Entry(NamedTuple):
    """An entry's columns. A log of a million entries is walked through as these, one chunk in memory at a time."""

    seq: int
    at: dt.datetime
    actor_id: int | None
    actor_name: str
    type: str
    kind: str
    object_id: str
    unit_id: int | None
    data: dict[str, Any]
    prev: str
    hash: str
    hash2: str


FIELDS = Entry._fields
CHUNK = 2000
STEP = 10_000
"""How many entries lie between two words of progress."""


@dataclass(frozen=True)
class Checkpoint:
    """A signed statement: at `at`, entry number `size` had the hash `head` (SM3) and `head2` (SHA-256)."""

    size: int
    head: str
    head2: str
    at: str


@dataclass(frozen=True)
class Verdict:
    """The outcome: `sound_to` is the last entry vouched for, `problems` what was found, first one first."""

    sound_to: int
    found: int
    problems: tuple[Message, ...]
    outside_to: int

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.problems


def stored() -> Iterator[Entry]:
    """The entries of the database, oldest first, streamed."""
    return map(Entry._make, LogEntry.objects.order_by("seq").values_list(*FIELDS).iterator(chunk_size=CHUNK))


def exported(file: IO[str]) -> Iterator[Entry]:
    """The entries of an export (one JSON object a line). ValueError names the line that cannot be read."""
    for number, line in enumerate(file, 1):
        try:
            values: dict[str, Any] = json.loads(line)
            values["at"] = dt.datetime.fromisoformat(values["at"])
            yield Entry(**{name: values[name] for name in FIELDS})
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"line {number}: {error}") from error


def export(path: Path) -> int:
    """Write all entries to `path`, one JSON object a line; returns how many."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for entry in stored():
            row = entry._asdict()
            row["at"] = entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds")
            file.write(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n")
            count += 1
    return count


def told(entries: Iterable[Entry], progress: Callable[[int], None]) -> Iterator[Entry]:
    """The entries again; `progress(seq)` is called now and then on the way."""
    for entry in entries:
        if entry.seq % STEP == 0:
            progress(entry.seq)
        yield entry


def verify(entries: Iterable[Entry], checkpoints: Iterable[Checkpoint] = ()) -> Verdict:
    """Walk the chain; stop at the first bad entry and name it.

    Checkpoints (their signatures checked before) add what a chain alone cannot see: a cut tail, a complete recompute.
    """
    expected = {point.size: point for point in checkpoints}
    prev, last, last_at = GENESIS, 0, None
    problem: Message | None = None
    outside = 0
    for entry in entries:
        if entry.seq != last + 1:
            problem = Message(GAP, {"expected": last + 1, "seq": entry.seq})
            break
        if digests(canonical(entry)) != (entry.hash, entry.hash2):
            problem = Message(ALTERED, {"seq": entry.seq})
            break
        if entry.prev != prev:
            problem = Message(BROKEN, {"seq": entry.seq})
            break
        if last_at is not None and entry.at < last_at and entry.type != "system.restored":
            problem = Message(DISORDER, {"seq": entry.seq})
            break
        point = expected.get(entry.seq)
        if point is not None:
            if (point.head, point.head2) != (entry.hash, entry.hash2):
                problem = Message(RECOMPUTED, {"seq": entry.seq})
                break
            outside = max(outside, entry.seq)
        prev, last, last_at = entry.hash, entry.seq, entry.at
    problems = [problem] if problem else []
    longest = max(expected, default=0)
    if not problem and longest > last:
        problems.append(Message(CUT, {"size": longest, "found": last}))
    return Verdict(last, last, tuple(problems), outside)
