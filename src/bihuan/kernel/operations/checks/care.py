"""The daily care: log, evidence, sources, patrol, checkpoints, backups, jobs, calendar."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_q.models import Failure, Schedule

from bihuan.law.calendar import current_calendar

from ... import checkpoints, clock, evidence, parameters, soundness, sources, verify
from ...log import canonical, digest
from ...models.alerts import RuleRun, RunOutcome
from ...models.evidence import EvidenceFile
from ...models.log import LogEntry
from ...wording import Message
from .. import service
from ..archive import Digesting
from ..backup import AUTOMATIC
from . import Answers, Level, area
from .machine import shown, told

OK, WARN, FAIL = Level.OK, Level.WARN, Level.FAIL
TAIL = 1000
SAMPLE = 200
HASHED = 20
DAY = dt.timedelta(days=1)

TAIL_SOUND = told("log.tail", _("日志 %(count)s 条，最近 %(tail)s 条首尾相接（全部校验用 --deep）"))
SOUND = told("log", _("日志 %(count)s 条首尾相接，与本机检查点一致；流程状态、销号决定与日志相符"))
UNSOUND = told("log.unsound", _("%(what)s 请审计管理员用外存的检查点校验，并查明原因。"))
EMPTY_LOG = told("log.empty", _("日志是空的：还没有建立法院"))


@area("log", _("日志"), of_court=True)
def log_(deep: bool) -> Answers:
    """The chain: its tail, or all of it with the stored checkpoints and the comparison with the tables."""
    count = LogEntry.objects.count()
    if not count:
        return [(WARN, Message(EMPTY_LOG))]
    if deep:
        points, faults = checkpoints.stored()
        signed = checkpoints.signed_line(checkpoints.public_key())
        verdict = verify.verify(verify.stored(), points, signed=signed)
        wrong = [*verdict.problems, *faults, *soundness.problems()]
        if wrong:
            return [(FAIL, Message(UNSOUND, {"what": problem.as_json()})) for problem in wrong[:10]]
        return [(OK, Message(SOUND, {"count": count}))]
    tail = list(LogEntry.objects.order_by("-seq")[:TAIL])
    for later, entry in zip([None, *tail], tail, strict=False):
        if later is not None and (later.prev != entry.hash or later.seq != entry.seq + 1):
            return [(FAIL, Message(UNSOUND, {"what": Message(verify.BROKEN, {"seq": later.seq}).as_json()}))]
        if digest(hashes.SM3(), canonical(entry)) != entry.hash:
            return [(FAIL, Message(UNSOUND, {"what": Message(verify.ALTERED, {"seq": entry.seq}).as_json()}))]
    return [(OK, Message(TAIL_SOUND, {"count": count, "tail": len(tail)}))]


CONTENTS = told("evidence", _("佐证材料 %(count)s 个文件，抽查 %(looked)s 个在库，核对内容 %(hashed)s 个"))
ALL_CONTENTS = told("evidence.all", _("佐证材料 %(count)s 个文件全部在库，内容未变"))
LOST = told("evidence.lost", _("佐证材料缺失或大小不符 %(count)s 个（如 %(name)s）。请从备份找回（《运维》第七节“佐证材料丢了或坏了几个文件”）。"))
ALTERED = told("evidence.altered", _("佐证材料内容被改动 %(count)s 个（如 %(name)s）。请查明原因，从备份找回。"))


@area("evidence", _("佐证材料"), of_court=True)
def evidence_(deep: bool) -> Answers:
    """Whether the contents that rows name are there and unaltered: the newest and a sample, or all."""
    rows = EvidenceFile.objects.order_by("-pk").values_list("sha256", "size")
    count = rows.count()
    if deep:
        looked = list(rows.iterator(chunk_size=2000))
        hashed = looked
    else:
        dice = random.Random(clock.real_today().toordinal())  # another sample every day
        looked = list(rows[: SAMPLE // 2])
        if count > len(looked):
            places = dice.sample(range(len(looked), count), min(SAMPLE // 2, count - len(looked)))
            looked += [rows[place] for place in places]
        hashed = dice.sample(looked, min(HASHED, len(looked)))
    lost = [sha256 for sha256, size in looked if not _there(sha256, size)]
    altered = [sha256 for sha256, _size in hashed if sha256 not in lost and _hash(sha256) != sha256]
    found: list[tuple[Level, Message]] = []
    if lost:
        found.append((FAIL, Message(LOST, {"count": len(lost), "name": lost[0][:16]})))
    if altered:
        found.append((FAIL, Message(ALTERED, {"count": len(altered), "name": altered[0][:16]})))
    if not found:
        said = {"count": count, "looked": len(looked), "hashed": len(hashed)}
        found.append((OK, Message(ALL_CONTENTS if deep else CONTENTS, said)))
    return found


def _there(sha256: str, size: int) -> bool:
    path = evidence.path_of(sha256)
    return path.is_file() and path.stat().st_size == size


def _hash(sha256: str) -> str:
    with evidence.path_of(sha256).open("rb") as file:
        reader = Digesting(file)
        reader.drain()
        return reader.member().sha256


FRESH = told("sources", _("数据来源 %(count)s 个，均在更新期限内"))
STALE = told("sources.stale", _("数据来源 %(stale)s 个（共 %(count)s 个）逾期未更新或从未导入。由各来源的责任人导入，见“数据来源与巡查”。"))


@area("sources", pgettext_lazy("check", "数据来源"), of_court=True)
def sources_(deep: bool) -> Answers:
    """How many sources are stale; which ones is their owners' to see."""
    found = sources.states(on=clock.real_today())
    stale = sum(state.stale for state in found.values())
    if stale:
        return [(WARN, Message(STALE, {"stale": stale, "count": len(found)}))]
    return [(OK, Message(FRESH, {"count": len(found)}))]


PATROLLED = told("patrol", _("最近一次巡查：%(day)s"))
NEVER_PATROLLED = told("patrol.never", _("还没有巡查过。每天 01:10 自动巡查，也可运行 bihuan patrol --progress。"))
PATROL_LATE = told("patrol.late", _("最近一次巡查是 %(day)s（%(days)s 天前）。请查看“定时任务”一项，并运行 bihuan patrol --progress 补上。"))
RULES_FAILED = told("patrol.failed", _("最近一次巡查有 %(count)s 条规则执行失败。请运行 bihuan patrol --progress 查看，并与开发者联系。"))


@area("patrol", pgettext_lazy("check", "巡查"), of_court=True)
def patrol_(deep: bool) -> Answers:
    """The last patrol and its failures."""
    last = RuleRun.objects.order_by("-on").values_list("on", flat=True).first()
    if last is None:
        return [(WARN, Message(NEVER_PATROLLED))]
    found: list[tuple[Level, Message]] = []
    days = (clock.real_today() - last).days
    if days > 1:
        found.append((FAIL if days > 3 else WARN, Message(PATROL_LATE, {"day": last.isoformat(), "days": days})))
    failed = RuleRun.objects.filter(on=last, outcome=RunOutcome.FAILED).values("rule").distinct().count()
    if failed:
        found.append((WARN, Message(RULES_FAILED, {"count": failed})))
    return found or [(OK, Message(PATROLLED, {"day": last.isoformat()}))]


POINTED = told("checkpoint", _("最近一个检查点：%(at)s"))
NO_POINT = told("checkpoint.none", _("%(folder)s 里还没有检查点。每天 02:00 自动签发，也可运行 bihuan log checkpoint。"))
POINT_LATE = told("checkpoint.late", _("最近一个检查点是 %(at)s 签发的。请查看“定时任务”一项，并运行 bihuan log checkpoint。"))
SAME_DISK = told(
    "checkpoint.same_disk",
    _("检查点与数据在同一块盘上（%(folder)s）：能改数据的人也能改它。请让 BIHUAN_CHECKPOINTS 指向另一台机器的目录，或每天复制出去。"),
)


@area("checkpoint", _("检查点"), of_court=True)
def checkpoint_(deep: bool) -> Answers:
    """Age of the newest checkpoint, and whether it lies on another disk than the data."""
    folder = Path(settings.BIHUAN_CHECKPOINT_FOLDER)
    points, _faults = checkpoints.stored()
    if not points:
        return [(WARN, Message(NO_POINT, {"folder": str(folder)}))]
    found: list[tuple[Level, Message]] = []
    newest = max(point.moment for point in points)
    age = clock.now() - newest
    said = {"at": shown(newest)}
    if age > 1.25 * DAY:
        found.append((FAIL if age > 3 * DAY else WARN, Message(POINT_LATE, said)))
    if folder.stat().st_dev == Path(settings.BIHUAN_HOME).stat().st_dev:
        found.append((WARN, Message(SAME_DISK, {"folder": str(folder)})))
    return found or [(OK, Message(POINTED, said))]


BACKED_UP = told("backup", _("最近一次备份：%(at)s（%(file)s）"))
NO_BACKUP = told("backup.none", _("还没有备份过。请运行 bihuan backup 目录，并启用定时备份（《运维》第五节）。"))
BACKUP_LATE = told("backup.late", _("最近一次备份是 %(at)s（%(days)s 天前）。请运行 bihuan backup 目录，并检查定时备份。"))
BACKUP_SAME_DISK = told("backup.same_disk", _("最近一次备份写在数据所在的盘上，磁盘损坏会一起失去。请备份到另一块盘或另一台机器。"))
BACKUP_FAULTS = told("backup.faults", _("最近一次备份发现 %(count)s 个文件缺失或被改动。请看“佐证材料”一项，从更早的备份找回。"))


@area("backup", _("备份"), of_court=True)
def backup_(deep: bool) -> Answers:
    """Age and place of the newest backup: the one that the log recorded last, or a newer file in the folder of backups (after a
    restore the log is the older one)."""
    entry = LogEntry.objects.filter(type="system.backed_up").order_by("-seq").first()
    params: dict[str, Any] = entry.data["params"] if entry else {}
    at = entry.at if entry else None
    newest = _newest_file(Path(settings.BIHUAN_BACKUP_FOLDER))
    if newest is not None and (at is None or newest[0] > at):
        at, path = newest
        apart = path.stat().st_dev != Path(settings.BIHUAN_HOME).stat().st_dev
        params = {"file": path.name, "other_disk": apart}
    if at is None:
        return [(WARN, Message(NO_BACKUP))]
    found: list[tuple[Level, Message]] = []
    age = clock.now() - at
    said = {"at": shown(at), "file": params["file"]}
    if age > 1.25 * DAY:
        found.append((FAIL if age > 7 * DAY else WARN, Message(BACKUP_LATE, {**said, "days": age.days})))
    if not params.get("other_disk"):
        found.append((WARN, Message(BACKUP_SAME_DISK)))
    if params.get("faults"):
        found.append((FAIL, Message(BACKUP_FAULTS, {"count": params["faults"]})))
    return found or [(OK, Message(BACKED_UP, said))]


def _newest_file(folder: Path) -> tuple[dt.datetime, Path] | None:
    try:
        files = [path for path in folder.iterdir() if AUTOMATIC.fullmatch(path.name)]
        dated = [(dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC), path) for path in files]
    except OSError:
        return None
    return max(dated, default=None)


RUNNING = told("jobs", _("服务在运行，定时任务准时"))
STOPPED = told("jobs.stopped", _("服务没有运行。请启动：systemctl start bihuan（或 bihuan serve）。"))
OVERDUE = told("jobs.overdue", _("定时任务 %(names)s 过了时间没有执行。服务是否用了 --no-jobs？请重启服务，再查看系统日志。"))
FAILED = told("jobs.failed", _("最近 7 天有 %(count)s 次定时任务失败。请查看系统日志（journalctl -u bihuan）。"))


@area("jobs", _("定时任务"), of_court=True)
def jobs_(deep: bool) -> Answers:
    """Whether the service runs and does its jobs in time."""
    found: list[tuple[Level, Message]] = []
    if not service.is_serving():
        found.append((WARN, Message(STOPPED)))
    now = clock.now()
    late = list(
        Schedule.objects.filter(next_run__lt=now - dt.timedelta(hours=1)).order_by("name").values_list("name", flat=True)
    )
    if late:
        found.append((FAIL, Message(OVERDUE, {"names": late})))
    failed = Failure.objects.filter(stopped__gte=now - 7 * DAY).count()
    if failed:
        found.append((WARN, Message(FAILED, {"count": failed})))
    return found or [(OK, Message(RUNNING))]


PUBLISHED = told("calendar", _("节假日安排已到 %(year)s 年"))
THIS_YEAR = told("calendar.this", _("没有 %(year)s 年的节假日安排，期限只按周末推算。请把该年的文件放入 %(folder)s（《待与法院确认》）。"))
NEXT_YEAR = told("calendar.next", _("%(year)s 年的节假日安排通常已经公布，还没有放入。请把该年的文件放入 %(folder)s（《待与法院确认》）。"))
BAD_CALENDAR = told("calendar.bad", _("%(what)s"))


@area("calendar", _("工作日历"))
def calendar_(deep: bool) -> Answers:
    """Whether this year is published, and from the middle of November the next one."""
    wrong = parameters.calendar_fault()
    if wrong is not None:
        return [(FAIL, Message(BAD_CALENDAR, {"what": wrong.as_json()}))]
    today, folder = clock.today(), str(settings.BIHUAN_CALENDAR_FOLDER)
    years = current_calendar().published_years()
    if today.year not in years:
        return [(FAIL, Message(THIS_YEAR, {"year": today.year, "folder": folder}))]
    if (today.month, today.day) >= (11, 15) and today.year + 1 not in years:
        return [(WARN, Message(NEXT_YEAR, {"year": today.year + 1, "folder": folder}))]
    return [(OK, Message(PUBLISHED, {"year": max(years)}))]
