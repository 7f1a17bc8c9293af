"""Making a backup while the service runs, reading one back, and keeping the newest of several."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import bihuan

from .. import checkpoints, clock, keys, log
from ..errors import Refused
from ..wording import Message, wording
from ..work import unit_of_work
from . import archive, files, standing
from .rows import Unsupported
from .snapshot import Snapshot, look

AUTOMATIC = re.compile(r"bihuan-\d{8}T\d{6}Z(-\d+)?\.tar")
RESERVE = 64 * 1024 * 1024
"""Bytes that must stay free on the disk besides what is written."""
READING, WRITING = "reading", "writing"

NO_DATABASE = wording("operations.no_database", _("%(home)s 里还没有数据库，没有可备份的内容。"))
NO_COURT = wording(
    "operations.no_court",
    _("%(home)s 的数据库里还没有法院：bihuan init 没有做完。没有可备份的内容；请重新运行 bihuan init，做完再备份。"),
)
UNREADABLE = wording("operations.unreadable", _("数据库读不出来，没有做成备份：%(why)s"))
NO_ROOM = wording(
    "operations.no_room",
    _("“%(folder)s”所在的磁盘空间不够：约需 %(needed)s MB，可用 %(free)s MB。请腾出空间或换一个位置；没有写入任何内容。"),
)
UNSUPPORTED = wording("operations.unsupported", _("数据库里有备份不支持的列：%(column)s。请与开发者联系；没有写入任何内容。"))
GONE = wording("operations.content_gone", _("%(name)s 在存储中缺失"))
CHANGED = wording("operations.content_changed", _("%(name)s 的内容与登记的校验值不符"))
BAD = wording("operations.bad_backup", _("“%(path)s”不能用作备份："))

log.event("system.backed_up", _("制作备份：%(file)s（日志至第 %(size)s 条）"), any_time=True)

README = """这是闭环 Bihuan 的备份文件。请不要解开或改动其中的内容。

恢复：在已安装同一版本或更新版本的机器上运行
    bihuan restore 本文件 --keys 密钥备份文件 --reason 事由
核对：bihuan backup --verify 本文件
其中不含密钥。没有密钥备份，验证器须重新绑定，受限内容的摘要不能再核对。详见《运维》。
"""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Made:
    """A backup that was made. `faults` are contents that rows name and that the store has lost or holds altered."""

    path: Path
    size: int
    rows: int
    contents: int
    log_size: int
    faults: tuple[Message, ...]


def make(target: Path, progress: Progress | None = None, *, read_back: bool = True) -> Made:
    """Make a backup as the file `target`, or under a name of its own in it when it is a folder.

    Nothing is kept waiting. The file is read back and every digest compared before it counts (`read_back`). Refused when
    there is no database, no room, or the file cannot be written; nothing is left behind then.
    """
    target = target.expanduser()
    if target.is_dir():
        archive.sweep_partials(target)
        target = _free_name(target)
    try:
        with look() as seen:
            return _make(seen, target, progress, read_back)
    except Unsupported as error:
        raise Refused(Message(UNSUPPORTED, {"column": str(error)})) from error
    except (DatabaseError, sqlite3.Error) as error:
        raise Refused(Message(UNREADABLE, {"why": str(error).strip()})) from error


def _free_name(folder: Path) -> Path:
    """A name of the moment, in the folder; they sort by time."""
    stem = f"bihuan-{clock.now().astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    names = (f"{stem}{'' if number == 1 else f'-{number}'}.tar" for number in itertools.count(1))
    return next(folder / name for name in names if not (folder / name).exists())


def _make(seen: Snapshot, target: Path, progress: Progress | None, read_back: bool) -> Made:
    if not seen.has("kernel_logentry"):
        raise Refused(Message(NO_DATABASE, {"home": str(settings.BIHUAN_HOME)}))
    end = seen.log_end()
    if end is None:  # whoever set up a court is in its log
        raise Refused(Message(NO_COURT, {"home": str(settings.BIHUAN_HOME)}))
    contents = list(files.contents(seen))
    database_bytes = _database_size()
    needed = database_bytes // 2 + sum(one.size for one in contents)
    check_room(target.parent, needed)
    done = 0

    def passed(count: int) -> None:
        nonlocal done
        done += count
        if progress is not None:
            progress(WRITING, min(done, needed), needed)

    faults: list[Message] = []
    with archive.writing(target, passed) as out:
        out.add_bytes("README.txt", README.encode())
        tables: dict[str, Any] = {}
        for table in seen.tables:
            count = out.add_rows(archive.table_member(table.name), seen.values(table))
            tables[table.name] = {"columns": [[c.name, c.kind] for c in table.columns], "rows": count}
        for one in contents:
            faults += _add_content(out, one)
        for name, path in files.own():
            with path.open("rb") as source:
                out.add(name, source, path.stat().st_size)
        out.add_bytes("checkpoint.jsonl", checkpoints.statement(*end).encode() + b"\n")
        public = checkpoints.public_key()
        out.add_bytes("checkpoint.pub", public)
        out.finish(
            {
                "program": bihuan.__version__,
                "made_at": clock.now().astimezone(dt.UTC).isoformat(timespec="seconds"),
                "database": seen.version,
                "demo": bool(settings.BIHUAN_DEMO),
                "installation": checkpoints.fingerprint(public),
                "migrations": seen.migrations(),
                "tables": tables,
                "counters": seen.counters(),
                "log": dict(zip(("size", "head", "head2"), end, strict=True)) if end else {"size": 0},
                "bytes": database_bytes,
                "contents": len(contents),
                "faults": [fault.as_json() for fault in faults],
            }
        )
    if read_back:
        check(target, public, progress)
    rows = sum(about["rows"] for about in tables.values())
    return Made(target, target.stat().st_size, rows, len(contents), end[0] if end else 0, tuple(faults))


def _add_content(out: archive.Writer, one: files.Content) -> list[Message]:
    """Add a content; one that is lost or altered is said, and does not keep the rest from being saved."""
    try:
        source = one.path.open("rb")
    except OSError:
        return [Message(GONE, {"name": one.name})]
    with source:
        if one.path.stat().st_size != one.size:
            return [Message(CHANGED, {"name": one.name})]
        made = out.add(one.name, source, one.size)
    same = made.sm3 == one.sm3 and one.sha256 in {"", made.sha256}
    return [] if same else [Message(CHANGED, {"name": one.name})]


def check(path: Path, public_key: bytes | None, progress: Progress | None = None) -> dict[str, Any]:
    """Read a backup back; returns its manifest. Refused names everything that is wrong with it."""

    def passed(done: int, total: int) -> None:
        if progress is not None:
            progress(READING, done, total)

    with archive.Backup(path) as found:
        problems = found.problems(public_key, passed)
        if problems:
            raise Refused([Message(BAD, {"path": str(path)}), *problems])
        return found.manifest


def check_room(folder: Path, needed: int) -> None:
    """Refused when the disk of the folder has no room for that many bytes and a reserve."""
    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < needed + RESERVE:
        told = {"folder": str(folder), "needed": (needed + RESERVE) >> 20, "free": free >> 20}
        raise Refused(Message(NO_ROOM, told))


def record(made: Made) -> None:
    """Write the backup into the log: who takes the data away leaves a trace. Only on a database of this very version."""
    with unit_of_work(None, job="backup") as uow:
        apart = made.path.stat().st_dev != Path(settings.BIHUAN_HOME).stat().st_dev
        params = {"file": made.path.name, "size": made.log_size, "bytes": made.size, "other_disk": apart}
        uow.record("system.backed_up", params={**params, "faults": len(made.faults)})


def can_record() -> bool:
    """Whether the database is of this very version, so that an entry can be written."""
    return standing.standing().current


def keep(folder: Path, newest: int) -> list[Path]:
    """Remove all but the newest backups that were named automatically in the folder; returns those removed."""
    held = sorted(path for path in folder.iterdir() if AUTOMATIC.fullmatch(path.name))
    over = held[: max(len(held) - max(newest, 1), 0)]
    for path in over:
        path.unlink()
    return over


def estimate() -> int:
    """About how many bytes a backup of what is there now takes; 0 where it cannot be read."""
    try:
        with look() as seen:
            return _database_size() // 2 + sum(one.size for one in files.contents(seen))
    except (DatabaseError, sqlite3.Error, Unsupported):
        return 0


def _database_size() -> int:
    """Bytes of the database as it is stored."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
    path = Path(connection.settings_dict["NAME"])
    beside = [path, path.with_name(path.name + "-wal")]
    return sum(one.stat().st_size for one in beside if one.exists())


def local(moment: str) -> str:
    """A moment of a manifest in the court's time, as people write it."""
    return timezone.localtime(dt.datetime.fromisoformat(moment)).strftime("%Y-%m-%d %H:%M:%S")


def public_key_here() -> bytes | None:
    """This installation's public key, where it has keys; none are made by asking."""
    if not (keys.key_folder() / checkpoints.KEY).exists():
        return None
    return checkpoints.public_key()
