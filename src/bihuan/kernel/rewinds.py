"""Entries that turn the log back honestly: a restore from a backup, a clock that was put right.

A restore cuts the log where the backup was made and says so in the very next entry: which backup, which signed checkpoint it
went back to, from where. A checkpoint signed before that restore and beyond its point belongs to the entries that were cut off:
it is explained, not held against the log, but only where what lies before the point is shown to be the same.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import log
from .wording import Message, wording

RESTORED = log.event(
    "system.restored", _("从备份 %(backup)s 恢复，退回到第 %(size)s 条（%(made_at)s 制作），失去 %(lost)s 条")
)
CLOCK = log.event("system.clock", _("服务器时钟更正：%(before)s → %(after)s"), any_time=True)

MISPLACED = wording(
    "log.misplaced", _("第 %(seq)s 条自称恢复到第 %(size)s 条，与它前面的日志不符：不是一次真实的恢复。")
)
UNSIGNED = wording(
    "log.unsigned_restore", _("第 %(seq)s 条的恢复所依据的检查点签名不符：该条是伪造的，或签名密钥已更换。")
)
UNPROVEN = wording(
    "log.unproven",
    _(
        "检查点记有 %(size)s 条（%(at)s 签发），晚于第 %(seq)s 条所记恢复的退回点（第 %(to)s 条），但没有更早的检查点可以证明"
        "退回点以前未变。请把退回点以前签发的检查点一并提供。"
    ),
)
REWOUND = wording(
    "log.rewound",
    _("第 %(seq)s 条：%(at)s 从备份 %(backup)s 恢复，日志退回到第 %(to)s 条。事由：%(reason)s"),
)
EXPLAINED = wording(
    "log.explained",
    _("检查点记有 %(size)s 条（%(at)s 签发）：第 %(first)s 至 %(size)s 条因第 %(seq)s 条所记的恢复不在本日志中。"),
)
SET_BACK = wording("log.set_back", _("第 %(seq)s 条：%(at)s 服务器时钟被更正，此前的日志时间偏晚。事由：%(reason)s"))


@dataclass(frozen=True)
class Point:
    """A checkpoint as far as it is compared here."""

    size: int
    head: str
    head2: str
    at: str

    @property
    def moment(self) -> dt.datetime:
        """When it was signed."""
        return dt.datetime.fromisoformat(self.at)


@dataclass(frozen=True)
class Rewind:
    """A restore: the entry at `seq` says that the log went back to entry `to`."""

    seq: int
    to: int
    at: dt.datetime
    params: dict[str, Any]

    def names(self, point: Point) -> bool:
        """Whether the entry itself says that it came from this very checkpoint."""
        before = self.params.get("before") or {}
        return (before.get("size"), before.get("head"), before.get("head2")) == (point.size, point.head, point.head2)

    def before_it(self, point: Point) -> bool:
        """Whether the checkpoint was signed before the restore, of entries that the restore cut off."""
        return point.size > self.to and point.moment <= self.at


def rewind_of(entry: log.Sealed) -> Rewind | None:
    """What a restore's entry says; None for any other entry."""
    if entry.type != RESTORED:
        return None
    params = dict(entry.data.get("params") or {})
    return Rewind(entry.seq, entry.seq - 1, entry.at, params)


def wrong_with(rewind: Rewind, prev: str, signed: Callable[[str], bool] | None) -> Message | None:
    """Why the entry cannot be a restore's: it names another place, or its checkpoint was not signed by this installation."""
    params = rewind.params
    if (params.get("size"), params.get("head")) != (rewind.to, prev):
        return Message(MISPLACED, {"seq": rewind.seq, "size": params.get("size")})
    if signed is None or params.get("new_keys"):
        return None
    try:
        line = json.loads(params["checkpoint"])
        same = (line["size"], line["head"]) == (rewind.to, prev) and signed(params["checkpoint"])
    except (KeyError, ValueError, TypeError):
        same = False
    return None if same else Message(UNSIGNED, {"seq": rewind.seq})


def explain(point: Point, rewinds: Iterable[Rewind], agreed: Iterable[int]) -> tuple[Message | None, Message | None]:
    """What a checkpoint that does not match says: (a note) where a restore explains it, (None, a problem) where one would but
    nothing proves what lies before, (None, None) where none does. `agreed`: sizes of checkpoints that do match."""
    sizes = list(agreed)
    unproven: Message | None = None
    for rewind in sorted(rewinds, key=lambda one: one.seq):
        if not rewind.before_it(point):
            continue
        told = {"size": point.size, "at": _local(point.moment), "seq": rewind.seq}
        if rewind.names(point) or any(size <= rewind.to for size in sizes):
            return Message(EXPLAINED, {**told, "first": rewind.seq}), None
        unproven = Message(UNPROVEN, {**told, "to": rewind.to})
    return None, unproven


def _local(moment: dt.datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S")


def note_of(entry: log.Sealed, rewind: Rewind | None) -> Message | None:
    """What a reader of the verification is told of an entry that turned the log back."""
    if entry.type not in log.STEPS_BACK:
        return None
    told = {"seq": entry.seq, "at": _local(entry.at), "reason": entry.data.get("reason") or "—"}
    if rewind is None:
        return Message(SET_BACK, told)
    return Message(REWOUND, {**told, "backup": rewind.params.get("backup", "—"), "to": rewind.to})
