"""The append-only, hash-chained event log: appending, canonical bytes, sentences.

What it promises and what not is said to the user in `docs/` and by `bihuan log verify`: a chain shows an altered,
removed, reordered or inserted entry; only a checkpoint kept outside shows a cut tail or a complete recompute.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any, Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC
from django.db import connection
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import bulk, clock, keys
from .blank import blank
from .errors import Refused
from .models.log import LogEntry, RestrictedText
from .wording import Message, wording

if TYPE_CHECKING:
    from .work import UnitOfWork

GENESIS = "0" * 64
_COLUMNS = ("seq", "at", "actor_id", "actor_name", "type", "kind", "object_id", "unit_id", "data", "prev", "hash", "hash2")
_APPEND_LOCK = 0x42_49_48  # PostgreSQL advisory lock; taken last, so it is held for a moment only
STEPS_BACK = frozenset({"system.restored", "system.clock"})
"""Events that turn the log's time back and say so (see `rewinds`)."""
TOLERANCE = dt.timedelta(minutes=5)
"""How far the clock may have been set back before business is refused."""
_events: dict[str, str] = {}
_any_time: set[str] = set()

CLOCK_BEHIND = wording(
    "log.clock_behind",
    _(
        "服务器时钟（%(now)s）早于最近一条日志（%(last)s），为避免记下错误的时间，本次操作没有保存。请联系系统管理员校准服务器时间后"
        "再提交。"
    ),
)


class ClockBehind(Refused):
    """The server's clock stands before the newest entry: what would be written now would carry a wrong time."""


def event(type: str, template: str | Promise, *, any_time: bool = False) -> str:
    """Register an event type with its sentence, e.g. event("measure.started", _("启动整改：%(measure)s")).

    `any_time`: no business fact depends on its time (signing in, looking, checking); it is recorded also while the server's
    clock is wrong.
    """
    _events[type] = wording(f"log.{type}", template)
    if any_time:
        _any_time.add(type)
    return type


def sentence(entry: LogEntry) -> str:
    """What happened, in the reader's language."""
    return str(Message(f"log.{entry.type}", entry.data.get("params", {})))


def known_events() -> frozenset[str]:
    """All registered event types."""
    return frozenset(_events)


class Sealed(Protocol):
    """What of an entry is hashed: a row of the table, or its columns alone (reading a million of them as rows takes twice
    the time)."""

    @property
    def seq(self) -> int: ...
    @property
    def at(self) -> dt.datetime: ...
    @property
    def actor_id(self) -> int | None: ...
    @property
    def actor_name(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def object_id(self) -> str: ...
    @property
    def unit_id(self) -> int | None: ...
    @property
    def data(self) -> dict[str, Any]: ...
    @property
    def prev(self) -> str: ...


_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def canonical(entry: Sealed, data: str = "") -> bytes:
    """The bytes that are hashed: JSON with sorted keys and no spaces, time in UTC with microseconds. `data`: the entry's data in that
    form, where somebody has it.

    Put together here key by key, in their order: an encoder for the whole takes twice as long.
    """
    at = entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    actor = "null" if entry.actor_id is None else entry.actor_id
    unit = "null" if entry.unit_id is None else entry.unit_id
    return (
        f'{{"actor":{actor},"actor_name":{_json(entry.actor_name)},"at":"{at}","data":{data or _json(entry.data)},'
        f'"kind":{_json(entry.kind)},"object":{_json(entry.object_id)},"prev":{_json(entry.prev)},"seq":{entry.seq},'
        f'"type":{_json(entry.type)},"unit":{unit}}}'
    ).encode()


def digest(algorithm: hashes.HashAlgorithm, content: bytes) -> str:
    """Hex digest of `content`."""
    h = hashes.Hash(algorithm)
    h.update(content)
    return h.finalize().hex()


_SM3 = hashes.SM3()


def digests(content: bytes) -> tuple[str, str]:
    """(SM3, SHA-256) of an entry's canonical bytes."""
    return digest(_SM3, content), hashlib.sha256(content).hexdigest()


def seal(entry: LogEntry) -> None:
    """Compute and set both hashes."""
    entry.hash, entry.hash2 = digests(canonical(entry))


def keyed_digest(text: str) -> str:
    """HMAC-SM3 of a restricted text under the installation's log key: equal texts can be matched, not guessed."""
    mac = HMAC(keys.log_key(), hashes.SM3())
    mac.update(text.encode())
    return mac.finalize().hex()


def same_text(digest_hex: str, text: str) -> bool:
    """Whether `text` is what the keyed digest stands for."""
    return hmac.compare_digest(digest_hex, keyed_digest(text))


def hold() -> None:
    """Let nobody else append until this transaction ends; so to be called late in it. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_APPEND_LOCK])


def append(uow: UnitOfWork) -> None:
    """Chain and insert the drafts of a unit of work. Called inside its transaction, last."""
    hold()
    last = LogEntry.objects.order_by("-seq").values_list("seq", "hash", "at").first()
    seq, prev, last_at = last or (0, GENESIS, None)
    at, now = _moment(last_at, [draft.type for draft in uow.drafts])
    entries: list[LogEntry] = []
    said: list[str] = []
    texts: list[RestrictedText] = []
    alike = {
        "at": at,
        "actor_id": uow.actor.pk if uow.actor else None,
        "actor_name": uow.actor.username if uow.actor else "system",
    }
    make = blank(LogEntry)
    for draft in uow.drafts:
        seq += 1
        data: dict[str, Any] = dict(draft.data)
        if uow.job:
            data["job"] = uow.job
        if now is not None:
            data["clock"] = now.isoformat()
        if draft.restricted:
            data["restricted"] = {}
            for name, text in draft.restricted.items():
                key = keyed_digest(f"{seq}:{name}:{text}")
                data["restricted"][name] = key
                texts.append(RestrictedText(digest=key, seq=seq, name=name, text=text))
        text = _json(data)
        what = {"type": draft.type, "kind": draft.kind, "object_id": draft.object_id, "unit_id": draft.unit_id}
        entry: LogEntry = make(alike | what | {"seq": seq, "data": data, "prev": prev})
        entry.hash, entry.hash2 = digests(canonical(entry, text))
        prev = entry.hash
        entries.append(entry)
        said.append(text)
    if len(entries) < bulk.MANY:
        LogEntry.objects.bulk_create(entries)
    else:
        moment = bulk.readying(LogEntry._meta.get_field("at"))(at)
        common = (moment, alike["actor_id"], alike["actor_name"])
        rows = (
            (e.seq, *common, e.type, e.kind, e.object_id, e.unit_id, text, e.prev, e.hash, e.hash2)
            for e, text in zip(entries, said, strict=True)
        )
        bulk.write_rows(LogEntry, _COLUMNS, rows)
    if texts:
        RestrictedText.objects.bulk_create(texts, batch_size=500)


def _moment(last: dt.datetime | None, types: list[str]) -> tuple[dt.datetime, dt.datetime | None]:
    """The time of the new entries, never before the last one's; and the clock's own time where that differs by a second or more.

    Raises ClockBehind where the clock was set back further than is tolerated and a business fact would carry its time.
    """
    now = clock.now()
    if last is None or now >= last or types[0] in STEPS_BACK:
        return now, None
    if last - now > TOLERANCE and not _any_time.issuperset(types):
        told = {"now": _local(now), "last": _local(last)}
        raise ClockBehind(Message(CLOCK_BEHIND, told))
    return last, now if last - now >= dt.timedelta(seconds=1) else None


def _local(moment: dt.datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S")


event("restricted.erased", "%(name)s")
