"""Who is at work on this installation: a lock in BIHUAN_HOME for the service, and a look at the database's other users.

Restore and upgrade work alone. The service holds its lock shared, so several may serve one home; the lock is the
operating system's and falls with the process, however that ended.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import OperationalError, connection, connections
from django.utils.translation import gettext_lazy as _

from ..errors import Refused
from ..wording import Message, wording

LOCK = "service.lock"
PATIENCE = 20  # tenths of a second: somebody who only looks holds the lock for a moment

SERVES = wording(
    "operations.serves",
    _("服务正在使用 %(home)s，不能进行这项操作。请先停止服务（如 systemctl stop bihuan），再运行一次。"),
)
ALONE = wording("operations.alone", _("正在对 %(home)s 进行恢复或升级，请等它完成后再启动服务。"))
SESSIONS = wording(
    "operations.sessions",
    _("数据库还有 %(count)s 个连接（%(who)s），不能进行这项操作。请停止服务，关闭其他使用该数据库的程序，再运行一次。"),
)
IN_USE = wording(
    "operations.in_use", _("数据库文件 %(path)s 正被其他程序使用，不能进行这项操作。请停止服务和其他 bihuan 命令，再运行一次。")
)


@contextmanager
def serving() -> Iterator[None]:
    """Hold the service's lock. Refused while a restore or upgrade is at work."""
    with _lock(fcntl.LOCK_SH, ALONE):
        yield


@contextmanager
def alone() -> Iterator[None]:
    """Keep the service out. Refused while it runs, or while the database has other users."""
    with _lock(fcntl.LOCK_EX, SERVES):
        check_unused()
        yield


def is_serving() -> bool:
    """Whether a service holds the lock of this home."""
    path = _path()
    if not path.exists():
        return False
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def check_unused() -> None:
    """Refused when somebody else is connected to the database. A SQLite database leaves the WAL mode until it is next opened."""
    if connection.vendor == "postgresql":
        _check_sessions()
    else:
        _check_file(Path(connection.settings_dict["NAME"]))


def _path() -> Path:
    return Path(settings.BIHUAN_HOME) / LOCK


@contextmanager
def _lock(kind: int, refusal: str) -> Iterator[None]:
    path = _path()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("ab") as file:
        for attempt in range(PATIENCE + 1):
            try:
                fcntl.flock(file, kind | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if attempt == PATIENCE:
                    raise Refused(Message(refusal, {"home": str(settings.BIHUAN_HOME)})) from None
                time.sleep(0.1)
        yield


def _check_sessions() -> None:
    with connection.cursor() as cursor:
        # What a session does is hidden from ordinary roles, its user is not; the server's own workers have none.
        cursor.execute(
            "SELECT usename FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND usename IS NOT NULL"
        )
        users = [row[0] for row in cursor.fetchall()]
    if users:
        raise Refused(Message(SESSIONS, {"count": len(users), "who": "、".join(sorted(set(users)))}))


def _check_file(path: Path) -> None:
    """SQLite leaves the WAL mode only for one who is alone; that also empties the files beside the database."""
    connections.close_all()
    if not path.exists():
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 2000")
            cursor.execute("PRAGMA journal_mode = DELETE")
            mode = cursor.fetchone()[0]
    except OperationalError as error:
        if "locked" not in str(error):
            raise
        mode = "locked"
    finally:
        connection.close()
    if mode != "delete":
        raise Refused(Message(IN_USE, {"path": str(path)}))
