"""Verifying the log: streaming, with words for what is wrong and for how far the vouching goes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from cryptography.hazmat.primitives import hashes
from django.utils.translation import gettext_lazy as _

from . import rewinds
from .log import GENESIS, STEPS_BACK, canonical, digest
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

FIELDS = (
    "seq",
    "at",
    "actor_id",
    "actor_name",
    "type",
    "kind",
    "object_id",
    "unit_id",
    "data",
    "prev",
    "hash",
    "hash2",
)


class Checkpoint(rewinds.Point):
    """A signed statement: at `at`, entry number `size` had the hash `head` (SM3) and `head2` (SHA-256)."""


@dataclass(frozen=True)
class Verdict:
    """The outcome: `sound_to` is the last entry vouched for, `problems` what was found, first one first; `notes` are what the
    log itself says of restores and of a clock put right, and checkpoints explained by them."""

    sound_to: int
    found: int
    problems: tuple[Message, ...]
    outside_to: int
    notes: tuple[Message, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.problems


def stored() -> Iterator[LogEntry]:
    """The entries of the database, oldest first, streamed."""
    return LogEntry.objects.order_by("seq").iterator(chunk_size=2000)


def exported(file: IO[str]) -> Iterator[LogEntry]:
    """The entries of an export (one JSON object a line). ValueError names the line that cannot be read."""
    for number, line in enumerate(file, 1):
        try:
            values: dict[str, Any] = json.loads(line)
            values["at"] = dt.datetime.fromisoformat(values["at"])
            yield LogEntry(**{name: values[name] for name in FIELDS})
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"line {number}: {error}") from error


def export(path: Path) -> int:
    """Write all entries to `path`, one JSON object a line; returns how many."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for entry in stored():
            row = {name: getattr(entry, name) for name in FIELDS}
            row["at"] = entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds")
            file.write(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n")
            count += 1
    return count


def verify(
    entries: Iterable[LogEntry],
    checkpoints: Iterable[Checkpoint] = (),
    *,
    signed: Callable[[str], bool] | None = None,
) -> Verdict:
    """Walk the chain; stop at the first bad entry and name it.

    Checkpoints (their signatures checked before) add what a chain alone cannot see: a cut tail, a complete recompute.
    `signed` tells whether a checkpoint line was signed by this installation; with it the entries of restores are held to it.
    """
    walk = _Walk(checkpoints, signed)
    problem: Message | None = None
    for entry in entries:
        problem = walk.step(entry)
        if problem:
            break
    problems = [problem] if problem else walk.beyond()
    return Verdict(walk.last, walk.last, tuple(problems), max(walk.agreed, default=0), tuple(walk.notes))


class _Walk:
    """Where the walk stands."""

    def __init__(self, checkpoints: Iterable[Checkpoint], signed: Callable[[str], bool] | None) -> None:
        self.expected: dict[int, list[Checkpoint]] = {}
        for point in checkpoints:
            self.expected.setdefault(point.size, []).append(point)
        self.signed = signed
        self.prev, self.last, self.last_at = GENESIS, 0, None
        self.agreed: list[int] = []
        self.rewinds: list[rewinds.Rewind] = []
        self.notes: list[Message] = []

    last_at: dt.datetime | None

    def step(self, entry: LogEntry) -> Message | None:
        """Take one entry; what is wrong with it."""
        if entry.seq != self.last + 1:
            return Message(GAP, {"expected": self.last + 1, "seq": entry.seq})
        content = canonical(entry)
        if digest(hashes.SM3(), content) != entry.hash or digest(hashes.SHA256(), content) != entry.hash2:
            return Message(ALTERED, {"seq": entry.seq})
        if entry.prev != self.prev:
            return Message(BROKEN, {"seq": entry.seq})
        steps_back = entry.type in STEPS_BACK
        if self.last_at is not None and entry.at < self.last_at and not steps_back:
            return Message(DISORDER, {"seq": entry.seq})
        if steps_back and (wrong := self._turned_back(entry)):
            return wrong
        for point in self.expected.get(entry.seq, ()):
            if (point.head, point.head2) == (entry.hash, entry.hash2):
                self.agreed.append(entry.seq)
            elif wrong := self._astray(point, Message(RECOMPUTED, {"seq": entry.seq})):
                return wrong
        self.prev, self.last, self.last_at = entry.hash, entry.seq, entry.at
        return None

    def beyond(self) -> list[Message]:
        """What the checkpoints say of entries that are not there; the furthest one speaks for those like it."""
        for size in sorted((size for size in self.expected if size > self.last), reverse=True):
            for point in self.expected[size]:
                wrong = self._astray(point, Message(CUT, {"size": size, "found": self.last}))
                if wrong:
                    return [wrong]
        return []

    def _turned_back(self, entry: LogEntry) -> Message | None:
        rewind = rewinds.rewind_of(entry)
        if rewind is not None:
            if wrong := rewinds.wrong_with(rewind, self.prev, self.signed):
                return wrong
            self.rewinds.append(rewind)
        note = rewinds.note_of(entry, rewind)
        self.notes += [note] if note else []
        return None

    def _astray(self, point: Checkpoint, otherwise: Message) -> Message | None:
        """What to say of a checkpoint that does not match: nothing where a restore explains it (that is a note)."""
        note, problem = rewinds.explain(point, self.rewinds, self.agreed)
        if note:
            self.notes.append(note)
            return None
        return problem or otherwise
