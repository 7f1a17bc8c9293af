"""The machine and its settings: program, configuration, folders, disk, clock, fonts."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.core import checks as django_checks
from django.db import DatabaseError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

import bihuan

from ... import clock, keys
from ...log import TOLERANCE
from ...models.log import LogEntry
from ...official.fonts import installed
from ...wording import Message, wording
from .. import loading, upgrade
from . import Answers, Level, area

T = TypeVar("T")
OK, WARN, FAIL = Level.OK, Level.WARN, Level.FAIL
MB = 1024 * 1024
TIGHT, LOW = 256 * MB, 0.10
FONTS = ("仿宋", "方正小标宋简体", "黑体", "楷体", "宋体")
"""The faces that official documents name (GB/T 9704); readers' machines hold them."""
OPENERS = ("soffice", "libreoffice", "wps")


def told(code: str, text: str | Promise) -> str:
    """Register a sentence of the checks."""
    return wording(f"check.{code}", text)


PROGRAM = told("program", _("版本 %(version)s，程序自检通过"))
PROGRAM_FAULT = told("program.fault", _("程序自检：%(what)s"))
VERSION = told("version", _("程序是 %(program)s，日志记载的是 %(recorded)s。请停止服务后运行 bihuan upgrade。"))


@area("program", _("程序"))
def program(deep: bool) -> Answers:
    """Django's own checks, and the version that the log recorded."""
    faults = django_checks.run_checks()
    for fault in faults:
        yield (FAIL if fault.is_serious() else WARN), Message(PROGRAM_FAULT, {"what": f"{fault.id} {fault.msg}"})
    recorded = _of_database(upgrade.recorded_version) or ""
    if recorded and recorded != bihuan.__version__:
        yield WARN, Message(VERSION, {"program": bihuan.__version__, "recorded": recorded})
    elif not faults:
        yield OK, Message(PROGRAM, {"version": bihuan.__version__})


def _of_database(asked: Callable[[], T]) -> T | None:
    """What the database says; None where there is none: its own area says that."""
    try:
        return None if loading.is_empty() else asked()
    except DatabaseError:
        return None


CONFIGURED = told("configured", _("访问地址、加密通道、密钥均已设置"))
DEMO = told("demo", _("这是演示环境：账号密码是公开的，数据是虚构的。真实法院请另设数据目录，运行 bihuan init。"))
DEBUG = told("debug", _("设了 BIHUAN_DEBUG。真实法院不理会它，请从环境变量中删去。"))
NO_TLS = told("no_tls", _("没有设 BIHUAN_TLS=1：密码和数据在网络上可被窃听。请在前面设置 TLS 反向代理（《运维》第四节）。"))
HOSTS = told("hosts", _("BIHUAN_HOSTS 里只有本机地址：其他机器访问会得到 400。请写入访问所用的域名或地址。"))
ANY_HOST = told("any_host", _("BIHUAN_HOSTS 含“*”：任何域名都能访问。请只写实际使用的域名。"))
ORIGINS = told("origins", _("设了 BIHUAN_TLS 而 BIHUAN_ORIGINS 是空的：提交表单会被拒绝。请写入完整地址，如 https://bihuan.court.example。"))
BAD_ORIGIN = told("bad_origin", _("BIHUAN_ORIGINS 里的“%(value)s”不对，须是 https:// 开头、不带路径的完整地址。"))
SHORT_KEY = told("short_key", _("BIHUAN_SECRET_KEY 太短（%(length)s 个字符）。请删去它，由程序自动生成，或换成 50 个以上的随机字符。"))
OPEN_KEY = told("open_key", _("密钥 %(names)s 可被其他账号读取。请运行 chmod -R go= %(folder)s，并视为已泄露：更换可更换的密钥。"))


@area("configuration", _("配置"))
def configuration(deep: bool) -> Answers:
    """What the environment sets."""
    found = list(_settings()) + list(_keys())
    return found or [(OK, Message(CONFIGURED))]


def _settings() -> Iterator[tuple[Level, Message]]:
    demo, hosts = settings.BIHUAN_DEMO, set(settings.ALLOWED_HOSTS)
    if demo:
        yield WARN, Message(DEMO)
    elif os.environ.get("BIHUAN_DEBUG"):
        yield WARN, Message(DEBUG)
    if "*" in hosts:
        yield FAIL, Message(ANY_HOST)
    if not settings.BIHUAN_TLS:
        if not demo:
            yield WARN, Message(NO_TLS)
    else:
        if hosts <= {"127.0.0.1", "localhost", "[::1]"}:
            yield WARN, Message(HOSTS)
        if not settings.CSRF_TRUSTED_ORIGINS:
            yield WARN, Message(ORIGINS)
    for origin in settings.CSRF_TRUSTED_ORIGINS:
        if not origin.startswith("https://") or "/" in origin.removeprefix("https://"):
            yield FAIL, Message(BAD_ORIGIN, {"value": origin})
    if len(settings.SECRET_KEY) < 40:
        yield FAIL, Message(SHORT_KEY, {"length": len(settings.SECRET_KEY)})


def _keys() -> Iterator[tuple[Level, Message]]:
    folder = keys.key_folder()
    open_ones = [one.name for one in [folder, *sorted(folder.iterdir())] if one.suffix != ".pub" and _others(one)]
    if open_ones:
        yield FAIL, Message(OPEN_KEY, {"names": open_ones, "folder": str(folder)})


def _others(path: Path) -> bool:
    """Whether accounts other than the owner's may read it."""
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


FOLDERS = told("folders", _("%(home)s 只有服务账号能进，可以写入"))
OPEN_HOME = told("open_home", _("%(home)s 可被其他账号进入。请运行 chmod 700 %(home)s。"))
FOREIGN = told("foreign", _("%(names)s 属于别的账号，服务可能打不开。请运行 chown -R %(owner)s %(home)s。"))
NOT_WRITABLE = told("not_writable", _("%(path)s 不能写入：%(why)s。请检查权限，以及磁盘是否被挂成只读。"))


@area("folders", _("目录与权限"))
def folders(deep: bool) -> Answers:
    """BIHUAN_HOME is the service's alone, and can be written; so can the folders of checkpoints and backups where they are set."""
    home = Path(settings.BIHUAN_HOME)
    found: list[tuple[Level, Message]] = []
    if _others(home):
        found.append((FAIL, Message(OPEN_HOME, {"home": str(home)})))
    owner = home.stat().st_uid
    foreign = [path.name for path in home.iterdir() if path.lstat().st_uid != owner]
    if foreign:
        found.append((FAIL, Message(FOREIGN, {"names": foreign[:10], "owner": owner, "home": str(home)})))
    for folder in _places():
        try:
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(b"x")
        except OSError as error:
            found.append((FAIL, Message(NOT_WRITABLE, {"path": str(folder), "why": error.strerror or str(error)})))
    return found or [(OK, Message(FOLDERS, {"home": str(home)}))]


def _places() -> list[Path]:
    """The folders that are written to, as far as they are there."""
    wanted = [
        Path(settings.BIHUAN_HOME),
        Path(settings.BIHUAN_EVIDENCE_FOLDER),
        Path(settings.BIHUAN_CHECKPOINT_FOLDER),
        Path(settings.BIHUAN_BACKUP_FOLDER),
    ]
    return [path for path in wanted if path.is_dir()]


ROOM = told("room", _("%(path)s：可用 %(free)s GB（%(share)s%%）"))
LITTLE_ROOM = told("little_room", _("%(path)s 所在的磁盘只剩 %(free)s GB（%(share)s%%）。请清理，或扩容。"))
NO_ROOM = told("no_room", _("%(path)s 所在的磁盘只剩 %(free)s GB（%(share)s%%），随时会写不进去。请立即清理。"))
NO_INODES = told("no_inodes", _("%(path)s 所在的磁盘快没有空闲的文件节点（剩 %(share)s%%）。请清理小文件。"))


@area("disk", _("磁盘"))
def disk(deep: bool) -> Answers:
    """Room on each disk that is written to."""
    seen: set[int] = set()
    for path in _places():
        if path.stat().st_dev in seen:
            continue
        seen.add(path.stat().st_dev)
        usage, nodes = shutil.disk_usage(path), os.statvfs(path)
        share = usage.free / usage.total
        said = {"path": str(path), "free": f"{usage.free / 1e9:.1f}", "share": round(share * 100)}
        if usage.free < TIGHT or share < 0.02:
            yield FAIL, Message(NO_ROOM, said)
        elif share < LOW and usage.free < 20e9:
            yield WARN, Message(LITTLE_ROOM, said)
        else:
            yield OK, Message(ROOM, said)
        if nodes.f_files and nodes.f_favail / nodes.f_files < 0.02:
            yield WARN, Message(NO_INODES, {"path": str(path), "share": round(nodes.f_favail / nodes.f_files * 100)})


CLOCK = told("clock", _("时钟不早于最近一条日志，与文件系统一致"))
BEHIND = told(
    "clock.behind",
    _(
        "时钟早于最近一条日志（%(last)s）%(minutes)s 分钟：业务写入会被拒绝。请校准服务器时间；若时钟现在是对的，"
        "运行 bihuan log clock --reason 事由。"
    ),
)
APART = told("clock.apart", _("%(path)s 的文件系统时间与本机相差 %(seconds)s 秒。该目录若在网络存储上，请为两边校时。"))
NO_NTP = told("clock.ntp", _("系统没有与时间服务器同步。请启用 NTP（内网用法院的时间服务器）：timedatectl set-ntp true。"))


@area("clock", _("时钟"))
def clock_(deep: bool) -> Answers:
    """Against the newest log entry, the file system, and the system's own synchronisation."""
    found: list[tuple[Level, Message]] = []
    last = _of_database(lambda: LogEntry.objects.order_by("-seq").values_list("at", flat=True).first())
    now = clock.now()
    if last is not None and last > now:
        minutes = round((last - now).total_seconds() / 60, 1)
        level = FAIL if last - now > TOLERANCE else WARN
        found.append((level, Message(BEHIND, {"last": shown(last), "minutes": minutes})))
    home = Path(settings.BIHUAN_HOME)
    with tempfile.NamedTemporaryFile(dir=home) as file:
        file.write(b"x")
        file.flush()
        apart = abs(Path(file.name).stat().st_mtime - clock.now().timestamp())
    if apart > 5:
        found.append((WARN, Message(APART, {"path": str(home), "seconds": round(apart)})))
    if _synchronised() is False:
        found.append((WARN, Message(NO_NTP)))
    return found or [(OK, Message(CLOCK))]


def _synchronised() -> bool | None:
    """Whether the system keeps its clock by NTP; None where nobody can say."""
    program = shutil.which("timedatectl")
    if program is None:
        return None
    try:
        done = subprocess.run(
            [program, "show", "-p", "NTPSynchronized", "--value"], capture_output=True, text=True, timeout=5, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return {"yes": True, "no": False}.get(done.stdout.strip()) if done.returncode == 0 else None


def shown(moment: dt.datetime) -> str:
    """A moment in the court's time."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


NO_FONTS_NEEDED = told("fonts", _("文书在使用者的电脑上打开，本机不需要字体；使用者电脑上须有 %(names)s"))
ALL_FONTS = told("fonts.all", _("公文字体齐全"))
LACKING_FONTS = told(
    "fonts.lacking", _("本机装有办公软件，但缺少字体 %(names)s：在本机打开、转换的文书版式会变。请安装法院有授权的字体。")
)


@area("fonts", _("文书字体"))
def fonts(deep: bool) -> Answers:
    """Documents are opened on people's own machines; where this one can open them, it needs the faces too."""
    if not any(shutil.which(name) for name in OPENERS):
        return [(OK, Message(NO_FONTS_NEEDED, {"names": list(FONTS)}))]
    lacking = [name for name in FONTS if not _has_font(name)]
    return [(WARN, Message(LACKING_FONTS, {"names": lacking}))] if lacking else [(OK, Message(ALL_FONTS))]


def _has_font(name: str) -> bool:
    held = installed()
    return held is not None and name.lower() in held
