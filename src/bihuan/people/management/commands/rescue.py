"""`bihuan rescue`: let a locked-out administrator in again, from the machine's console, with an entry in the log."""

from __future__ import annotations

import getpass
import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.management.base import ChineseCommand
from bihuan.people.services import rescue


class Command(ChineseCommand):
    """Rescue an administrator."""

    help = _("救援：给登录不了的管理员一个新的初始密码；写入日志并通知全体管理员")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--username", required=True, help=_("管理员的用户名"))
        parser.add_argument("--reason", default="", help=_("事由，写入日志（在终端上不写则询问）"))
        parser.add_argument(
            "--second-factor", action="store_true", help=_("同时解除双因素认证（丢了验证设备）")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        translation.activate("zh-hans")
        reason = options["reason"].strip()
        if not reason and sys.stdin.isatty():
            reason = input(_("救援事由（写入日志）：")).strip()
        if not reason:
            raise CommandError(_("请用 --reason 写明救援事由，它会写入日志并通知全体管理员。"))
        try:
            done = rescue.rescue(
                username=options["username"],
                reason=reason,
                os_user=_os_user(),
                terminal=_terminal(),
                second_factor=options["second_factor"],
            )
        except Refused as refusal:
            raise CommandError("\n".join(map(str, refusal.reasons))) from refusal
        self.stdout.write(
            _("已重置“%(name)s”（%(username)s）的密码，该账号的会话已结束，登录锁定已解除。")
            % {"name": done.person.name, "username": done.person.username}
        )
        if done.enabled:
            self.stdout.write(_("该账号原已停用，现已启用：同类管理员没有其他在用的。"))
        if done.factors_cleared:
            self.stdout.write(_("双因素认证已解除，下次登录须重新绑定。"))
        self.stdout.write(_("初始密码（只显示这一次，首次登录必须修改）：%(password)s") % {"password": done.password})
        self.stdout.write(_("本次救援已写入审计日志，并已通知全体管理员。"))


def _os_user() -> str:
    """Who runs this: the account before `sudo`, where there was one."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = str(os.getuid())
    before = os.environ.get("SUDO_USER", "")
    return f"{before} → {user}" if before and before != user else user


def _terminal() -> str:
    try:
        return os.ttyname(sys.stdin.fileno())
    except (OSError, ValueError, AttributeError):
        return "—"
