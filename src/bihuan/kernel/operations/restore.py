"""Restoring a backup: everything is checked first, built aside, and takes the old place at the end or not at all.

A restore turns the log back. Its first act in the restored log is to say so: from which backup, to which signed checkpoint, from
where, why. See `rewinds` for how a verification reads it.
"""

from __future__ import annotations

import datetime as dt
import getpass
import os
import shutil
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, connections
from django.utils.translation import gettext_lazy as _

from .. import checkpoints, inbox, log, parameters, rewinds, soundness, triggers, verify
from ..errors import Refused
from ..models.log import LogEntry
from ..models.org import Person
from ..wording import Message, wording
from ..work import unit_of_work
from . import afterwards, archive, backup, files, homes, keyfile, loading, roles, service, standing

CHECKING, SAVING, FILES, ROWS, VERIFYING = "checking", "saving", "files", "rows", "verifying"

NOT_EMPTY = wording(
    "operations.not_empty",
    _("%(place)s 里已有数据。要用备份替换它，请加 --replace（会先把现有数据另做一份备份）；没有改动任何内容。"),
)
NO_KEYS = wording(
    "operations.no_keys",
    _(
        "本机没有这份备份的密钥。请用 --keys 指定密钥备份文件。密钥确已丢失的，用 --without-keys：所有人的验证器须重新绑定，"
        "受限内容的摘要不能再核对，检查点改用新的签名密钥。没有改动任何内容。"
    ),
)
OTHER_KEYS = wording(
    "operations.other_keys", _("密钥备份文件“%(path)s”是另一套系统的，与这份备份不配。没有改动任何内容。")
)
NEWER = wording(
    "operations.newer_backup",
    _("备份出自较新的版本 %(version)s（本程序 %(program)s 没有 %(names)s）。请安装 %(version)s 或更新的版本再恢复。"),
)
CONTRADICTED = wording(
    "operations.contradicted", _("备份里的日志与外存的检查点不符，这份备份不能用：%(why)s 请换一份备份，并查明原因。")
)
CANNOT_SAVE = wording(
    "operations.cannot_save",
    _(
        "现有数据做不成备份，因此没有替换：%(why)s 确要放弃现有数据的，请自行移走数据库（SQLite：移走 %(path)s；PostgreSQL：另建空库），"
        "再不带 --replace 运行一次。"
    ),
)
NEEDS_REASON = wording("operations.needs_reason", _("请用 --reason 写明恢复的事由，它会写入日志并通知全体管理员。"))
FAILED = wording(
    "operations.restore_failed", _("“%(path)s”恢复不了：%(why)s。没有改动任何数据；请换一份备份，或与开发者联系。")
)
TRIGGERS_LACK = wording("operations.triggers_lack", _("恢复后的数据库缺少保护触发器：%(names)s。没有改动任何内容。"))
TOLD = wording(
    "operations.restored_told",
    _("系统已从备份 %(backup)s 恢复，退回到 %(made_at)s。此后所办的事项须重新录入。事由：%(reason)s"),
)

Progress = Callable[[str, int, int], None]


@dataclass
class Plan:
    """What is to be restored, and how."""

    path: Path
    reason: str
    replace: bool = False
    keys: keyfile.Keys | None = None
    keys_path: Path | None = None
    without_keys: bool = False
    outside: list[Path] = field(default_factory=list)
    public_key: bytes | None = None
    save_to: Path | None = None


@dataclass
class Restored:
    """What was done."""

    backup: str
    size: int
    made_at: str
    """When the backup was made, in the court's time."""
    rows: int
    contents: int = 0
    saved: Path | None = None
    lost: int | None = None
    """Entries of the log that the restore cut off; None where nobody can say."""
    other_line: bool = False
    """The log that was there is no continuation of the backup's: another restore lies between."""
    migrated: tuple[standing.Name, ...] = ()
    given_up: list[str] = field(default_factory=list)
    put_aside: list[Path] = field(default_factory=list)
    problems: list[Message] = field(default_factory=list)


def run(plan: Plan, progress: Progress | None = None) -> Restored:
    """Restore the backup. Raises Refused, with everything as it was, when anything speaks against it."""

    def told(what: str) -> Callable[[int, int], None]:
        return lambda done, total: progress(what, done, total) if progress is not None else None

    if not plan.reason.strip():
        raise Refused(Message(NEEDS_REASON))
    try:
        return _run(plan, told)
    except (DatabaseError, ValueError) as error:
        why = f"{type(error).__name__}: {error}"
        raise Refused(Message(FAILED, {"path": str(plan.path), "why": why.strip()})) from error


def _run(plan: Plan, told: Callable[[str], Callable[[int, int], None]]) -> Restored:
    with archive.Backup(plan.path) as found, service.alone():
        roles.check_owner(connection)
        public = _check(plan, found, told(CHECKING))
        points = _points(plan, public or found.read("checkpoint.pub"))
        count = sum(about["rows"] for about in found.manifest["tables"].values())
        done = Restored(plan.path.name, found.manifest["log"]["size"], backup.local(found.manifest["made_at"]), count)
        before = _old_end(found.manifest)
        if plan.replace and not loading.is_empty():
            done.saved = _save(plan, told(SAVING))
        done.contents = _put_contents(found, told(FILES))
        connections.close_all()
        with ExitStack() as undo:
            with loading.aside():
                loading.fill(found, told(ROWS))
                done.migrated = standing.finish()
                loading.announce()
                if missing := triggers.missing(connection):
                    raise Refused(Message(TRIGGERS_LACK, {"names": missing}))
                afterwards.run()
                done.problems = _verify(points, done.size)
                done.put_aside, worthless = homes.switch(found, plan.keys, undo)
                _record(plan, found, done, before, points)
            undo.pop_all()
    for path in worthless:
        shutil.rmtree(path, ignore_errors=True)
    _after()
    return done


def _check(plan: Plan, found: archive.Backup, progress: Callable[[int, int], None]) -> bytes | None:
    """Everything that can be known before anything is touched; returns the public key of the backup's installation."""
    manifest = found.manifest
    names = standing.strange([(app, name) for app, name in manifest["migrations"]])
    if names:
        told = {"version": manifest["program"], "program": homes.program(), "names": standing.shown(names)}
        raise Refused(Message(NEWER, told))
    if not plan.replace and not loading.is_empty():
        raise Refused(Message(NOT_EMPTY, {"place": homes.database()}))
    here = backup.public_key_here()
    public: bytes | None = None
    if here is not None and checkpoints.fingerprint(here) == manifest["installation"]:
        public = here
    if plan.keys is not None:
        if plan.keys.installation != manifest["installation"]:
            raise Refused(Message(OTHER_KEYS, {"path": str(plan.keys_path)}))
        public = plan.keys.public
    if public is None and not plan.without_keys:
        raise Refused(Message(NO_KEYS))
    problems = found.problems(public, progress)
    if problems:
        raise Refused([Message(backup.BAD, {"path": str(plan.path)}), *problems])
    held = 0 if loading.is_empty() else backup.estimate()
    backup.check_room(Path(settings.BIHUAN_HOME), int(manifest.get("bytes", 0)) + found.size + held)
    return public


def _points(plan: Plan, public: bytes) -> list[verify.Checkpoint]:
    return [point for path in plan.outside for point in checkpoints.read(path, plan.public_key or public)]


def _old_end(manifest: dict[str, Any]) -> dict[str, Any] | None:
    """The end of the log that is about to be replaced, where it can be read: what the restore turns back from."""
    if loading.is_empty():
        return None
    try:
        last = LogEntry.objects.order_by("-seq").values("seq", "hash", "hash2", "at").first()
        if last is None:
            return None
        there = LogEntry.objects.filter(seq=manifest["log"]["size"]).values_list("hash", flat=True).first()
    except DatabaseError:
        return None
    finally:
        connection.close()
    same_line = there == manifest["log"].get("head")
    at = last["at"].astimezone(dt.UTC).isoformat(timespec="seconds")
    return {"size": last["seq"], "head": last["hash"], "head2": last["hash2"], "at": at, "same_line": same_line}


def _save(plan: Plan, progress: Callable[[int, int], None]) -> Path:
    """A backup of what is there, before it is replaced."""
    folder = plan.save_to or Path(settings.BIHUAN_BACKUP_FOLDER)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return backup.make(folder, lambda _what, done, total: progress(done, total)).path
    except (Refused, OSError) as error:
        why = " ".join(map(str, error.reasons)) if isinstance(error, Refused) else str(error)
        raise Refused(Message(CANNOT_SAVE, {"why": why, "path": homes.database()})) from error


def _put_contents(found: archive.Backup, progress: Callable[[int, int], None]) -> int:
    """Contents go to their place before the rows that name them: one without a row does no harm."""
    lost = {str(fault["params"].get("name")) for fault in found.manifest.get("faults", [])}
    names = [name for name in found.members if files.is_content(name) and name not in lost]
    for number, name in enumerate(names, 1):
        files.put(name, found.open(name), found.members[name].size)
        progress(number, len(names))
    return len(names)


def _verify(points: Iterable[verify.Checkpoint], size: int) -> list[Message]:
    """What is wrong with the restored log and tables: said, but no reason to be left with nothing. A checkpoint from outside
    that contradicts the backup is one."""
    before = [point for point in points if point.size <= size]
    verdict = verify.verify(verify.stored(), before)
    against = [problem for problem in verdict.problems if problem.code in {verify.RECOMPUTED, verify.CUT}]
    if against:
        raise Refused(Message(CONTRADICTED, {"why": " ".join(map(str, against))}))
    return [*verdict.problems, *soundness.problems()]


def _record(
    plan: Plan,
    found: archive.Backup,
    done: Restored,
    before: dict[str, Any] | None,
    points: Iterable[verify.Checkpoint],
) -> None:
    """The entry that names the backup, the checkpoint the log went back to, and from where; all administrators are told."""
    newest = max((p for p in points if p.size > done.size), key=lambda p: p.size, default=None)
    if newest is not None and (before is None or newest.size > before["size"]):
        before = {"size": newest.size, "head": newest.head, "head2": newest.head2, "at": newest.at, "same_line": True}
    params: dict[str, Any] = {
        "backup": done.backup,
        "made_at": done.made_at,
        "size": done.size,
        "head": found.manifest["log"].get("head", log.GENESIS),
        "checkpoint": found.read("checkpoint.jsonl").decode("ascii").strip() if done.size else "",
        "version": found.manifest["program"],
        "database": found.manifest["database"],
        "os_user": os_user(),
    }
    if before is not None:
        params["before"] = before
        if before["same_line"]:
            params["lost"] = done.lost = max(before["size"] - done.size, 0)
        done.other_line = not before["same_line"]
    if done.saved is not None:
        params["saved"] = done.saved.name
    if plan.without_keys and plan.keys is None:
        params["new_keys"] = True
    with unit_of_work(None, job="restore", reason=plan.reason.strip()) as uow:
        uow.record(rewinds.RESTORED, params=params)  # the first entry after the point, before anything else is done
        if "new_keys" in params:
            done.given_up = afterwards.give_up()
        administrators = list(Person.objects.filter(is_active=True).exclude(admin_role=""))
        inbox.send(administrators, Message(TOLD, {**params, "reason": plan.reason.strip()}))


def _after() -> None:
    """The restored installation works on: parameters are read anew, and a checkpoint stands on the new line of the log."""
    connections.close_all()
    parameters.touch()
    checkpoints.store()


def os_user() -> str:
    """The operating system's name of who runs this."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
