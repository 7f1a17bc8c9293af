"""Upgrading: a backup first, then the migrations, then everything that proves the database whole again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.utils.translation import gettext_lazy as _

import bihuan

from .. import checkpoints, log, soundness, triggers, verify
from ..errors import Refused
from ..models.log import LogEntry
from ..wording import Message, wording
from ..work import unit_of_work
from . import afterwards, backup, homes, roles, service, standing

UPGRADED = log.event("system.upgraded", _("升级：%(before)s → %(version)s，升级步骤 %(count)s 个，升级前备份 %(backup)s"))
INSTALLED = log.event("system.installed", _("安装：版本 %(version)s"))

NOTHING = wording("operations.nothing", _("%(place)s 里还没有数据库。真实法院请先运行 bihuan init，演示请运行 bihuan run。"))
TOO_NEW = wording(
    "operations.too_new",
    _(
        "数据库出自较新的版本%(recorded)s：本程序 %(program)s 没有 %(names)s，不能使用它，也没有改动它。请重新安装原来的版本；"
        "确要退回本版本的，用升级前的备份恢复：bihuan restore 备份文件 --replace --reason 事由。"
    ),
)
BROKE = wording(
    "operations.broke",
    _(
        "升级失败，停在 %(step)s：%(why)s 退回的办法：重新安装升级前的版本，再运行 bihuan restore %(backup)s --replace --reason 升级失败退回。"
        "升级前的数据都在这份备份里。"
    ),
)
TRIGGERS_LACK = wording("operations.upgrade_triggers", _("缺少保护触发器 %(names)s"))

Progress = Callable[[str, int, int], None]


@dataclass
class Upgraded:
    """What was done; `problems` were found afterwards in log and tables."""

    before: str
    version: str
    backup: Path | None = None
    migrated: tuple[standing.Name, ...] = ()
    steps: list[str] = field(default_factory=list)
    problems: list[Message] = field(default_factory=list)


def run(folder: Path | None = None, progress: Progress | None = None) -> Upgraded:
    """Upgrade the database to this program. Refused while somebody uses it, or when it is of a newer program."""
    with service.alone():
        roles.check_owner(connection)
        now = standing.standing()
        check_known(now)
        if now.empty:
            raise Refused(Message(NOTHING, {"place": homes.database()}))
        before = recorded_version()
        done = Upgraded(before, bihuan.__version__, migrated=now.pending)
        if now.pending or before != done.version:
            done.backup = _save(folder, progress)
            connections.close_all()
            _migrate(done.backup)
            done.steps = afterwards.run()
            with unit_of_work(None, job="upgrade") as uow:
                params = {"before": before or "—", "version": done.version, "backup": done.backup.name}
                steps = [f"{app}.{name}" for app, name in done.migrated]
                uow.record(UPGRADED, params={**params, "count": len(steps), "steps": steps})
        missing = triggers.missing(connection)
        if missing:
            triggers.install(connection)
        done.problems = [*verify.verify(verify.stored()).problems, *soundness.problems()]
        if done.backup is not None:
            checkpoints.store()
        connections.close_all()
    return done


def check_known(now: standing.Standing) -> None:
    """Refused when the database is of a newer program than this one."""
    if not now.unknown:
        return
    version = recorded_version()
    told = {
        "recorded": f" {version}" if version and version != bihuan.__version__ else "",
        "program": bihuan.__version__,
        "names": standing.shown(now.unknown),
    }
    raise Refused(Message(TOO_NEW, told))


def recorded_version() -> str:
    """The version the log last recorded as installed or upgraded to; "" where it recorded none, or cannot be read."""
    if "kernel_logentry" not in connection.introspection.table_names():
        return ""
    found = (
        LogEntry.objects.filter(type__in=[UPGRADED, INSTALLED]).order_by("-seq").values_list("data", flat=True).first()
    )
    return str(found["params"].get("version", "")) if found else ""


def _save(folder: Path | None, progress: Progress | None) -> Path:
    place = folder or Path(settings.BIHUAN_BACKUP_FOLDER)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    # SQLite makes changed tables anew beside the old ones: room for the database once more.
    backup.check_room(Path(settings.BIHUAN_HOME), 2 * backup.estimate())
    return backup.make(place, progress).path


def _migrate(saved: Path) -> None:
    """Run the migrations; what they say of themselves is not for the screen."""
    try:
        call_command("migrate", verbosity=0, interactive=False)
        if missing := triggers.missing(connection):
            raise Refused(Message(TRIGGERS_LACK, {"names": missing}))
    except Exception as error:
        why = " ".join(map(str, error.reasons)) if isinstance(error, Refused) else f"{type(error).__name__}: {error}"
        now = standing.standing()
        step = standing.shown(now.pending[:1]) or "—"
        raise Refused(Message(BROKE, {"step": step, "why": why.strip(), "backup": str(saved)})) from error
