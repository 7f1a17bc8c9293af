"""What kind of failure of the machine an error is: the person at the form is told what happened and what to do."""

from __future__ import annotations

import errno
import sqlite3
from enum import StrEnum

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext_lazy as _

from .. import journal


class Fault(StrEnum):
    """A failure that is nobody's mistake at the keyboard."""

    FULL = "full"
    READ_ONLY = "read_only"
    BUSY = "busy"
    DAMAGED = "damaged"
    AWAY = "away"


TITLES = {
    Fault.FULL: _("服务器磁盘已满"),
    Fault.READ_ONLY: _("服务器数据目录不能写入"),
    Fault.BUSY: _("数据库正忙"),
    Fault.DAMAGED: _("读写数据出错"),
    Fault.AWAY: _("数据库暂时不可用"),
}
TEXTS = {
    Fault.FULL: _("没有空间写入，本次操作没有保存，已有数据不受影响。请联系系统管理员清理磁盘，然后再试。"),
    Fault.READ_ONLY: _("数据目录或数据库是只读的，本次操作没有保存，已有数据不受影响。请联系系统管理员检查目录权限和磁盘，然后再试。"),
    Fault.BUSY: _("等候其他写入超时，本次操作没有保存，已有数据不受影响。请稍候再试；反复出现请联系系统管理员。"),
    Fault.DAMAGED: _("数据库或磁盘报告读写错误，本次操作没有保存。请立即联系系统管理员检查，必要时从备份恢复。"),
    Fault.AWAY: _("数据库连接中断，本次操作没有保存，已有数据不受影响。请稍后重试；持续出现请联系系统管理员。"),
}
_SYSTEM = {
    errno.ENOSPC: Fault.FULL,
    errno.EDQUOT: Fault.FULL,
    errno.EFBIG: Fault.FULL,
    errno.EROFS: Fault.READ_ONLY,
    errno.EACCES: Fault.READ_ONLY,
    errno.EPERM: Fault.READ_ONLY,
    errno.EIO: Fault.DAMAGED,
}
_SQLITE = (
    ("SQLITE_FULL", Fault.FULL),
    ("SQLITE_READONLY", Fault.READ_ONLY),
    ("SQLITE_PERM", Fault.READ_ONLY),
    ("SQLITE_BUSY", Fault.BUSY),
    ("SQLITE_LOCKED", Fault.BUSY),
    ("SQLITE_CORRUPT", Fault.DAMAGED),
    ("SQLITE_NOTADB", Fault.DAMAGED),
    ("SQLITE_IOERR", Fault.DAMAGED),
)
_POSTGRES = (
    ("53100", Fault.FULL),
    ("25006", Fault.READ_ONLY),
    ("40001", Fault.BUSY),
    ("40P01", Fault.BUSY),
    ("55P03", Fault.BUSY),
    ("57014", Fault.BUSY),
    ("58", Fault.DAMAGED),
    ("XX00", Fault.DAMAGED),
)


def of(error: BaseException | None) -> Fault | None:
    """The kind of failure; None for an error of the program."""
    chain = journal.chain_of(error)
    for one in chain:
        if isinstance(one, OSError) and one.errno in _SYSTEM:
            return _SYSTEM[one.errno]
        code = journal.code_of(one)
        for start, fault in _SQLITE if isinstance(one, sqlite3.Error) else _POSTGRES:
            if code.startswith(start):
                return fault
    return Fault.AWAY if chain and isinstance(chain[0], OperationalError | InterfaceError) else None
