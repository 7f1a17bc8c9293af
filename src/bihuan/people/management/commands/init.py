"""`bihuan init`: set up a real court. No default password: everyone's first one is random and shown once."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.management.base import ChineseCommand
from bihuan.kernel.operations import roles
from bihuan.people.services import setup

REAL = "real"
"""Marks a home as a real court's, also where its database is elsewhere: `bihuan run` leaves it alone."""


class Command(ChineseCommand):
    """Set up a real court."""

    help = _(
        "建立真实法院：三名管理员，以及一张表里的部门、人员、岗位。没有默认密码。\n\n"
        "例：bihuan init --template 人员.xlsx                          先导出空白表填写\n"
        "    bihuan init --court 某某人民法院 --people 人员.xlsx --passwords 初始密码.txt"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--court", help=_("法院全称"))
        parser.add_argument("--people", type=Path, metavar="FILE", help=_("填好的人员表（.xlsx、.xls、.csv）"))
        parser.add_argument("--template", type=Path, metavar="FILE", help=_("把空白人员表写到这个文件，然后结束"))
        parser.add_argument(
            "--passwords", type=Path, metavar="FILE", help=_("把初始密码写到这个文件（权限 600），不显示在屏幕上")
        )
        for kind, title in setup.ADMIN_NAMES:
            parser.add_argument(f"--{kind}", metavar="NAME:username", help=_("%(role)s，写作 姓名:用户名") % {"role": title})

    def handle(self, *args: Any, **options: Any) -> None:
        translation.activate("zh-hans")
        if options["template"]:
            self._template(options["template"])
            return
        if settings.BIHUAN_DEMO:
            raise CommandError(
                _("%(home)s 是演示环境，不能用于真实法院。请用 BIHUAN_HOME 另指一个目录。")
                % {"home": settings.BIHUAN_HOME}
            )
        if not options["court"]:
            raise CommandError(_("请用 --court 写明法院全称。人员表可先用 --template 文件名.xlsx 导出空白表填写。"))
        try:
            # The sheet first: a wrong one leaves not even an empty database behind.
            staff = setup.read_staff(options["people"]) if options["people"] else []
            with self._passwords_file(options["passwords"]) as file:
                roles.check_owner(connection)
                call_command("migrate", verbosity=0, interactive=False)
                result = setup.set_up(court=options["court"], admins=setup.admin_names(options), staff=staff)
                home = Path(settings.BIHUAN_HOME)
                (home / REAL).touch(mode=0o600)
                home.chmod(0o700)  # database and evidence are for the account that serves them alone
                self._report(result, file, options["passwords"])
        except Refused as refusal:
            raise CommandError("\n".join([_("没有写入任何内容："), *map(str, refusal.reasons)])) from refusal

    def _template(self, path: Path) -> None:
        if path.suffix.lower() != ".xlsx":
            raise CommandError(_("空白表是 .xlsx 文件，请把“%(path)s”的扩展名改为 .xlsx。") % {"path": path})
        if path.exists():
            raise CommandError(_("“%(path)s”已存在，没有覆盖。请换一个文件名。") % {"path": path})
        if not path.parent.is_dir():
            raise CommandError(_("没有“%(folder)s”这个目录，请先建立。") % {"folder": path.parent})
        setup.write_template(path)
        self.stdout.write(_("空白表已写入 %(path)s。") % {"path": path})

    @contextmanager
    def _passwords_file(self, path: Path | None) -> Iterator[IO[str] | None]:
        """Open the file before anything is set up: passwords that cannot be written afterwards would be lost."""
        if path is None:
            yield None
            return
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as error:
            if path.is_file() and not path.stat().st_size:
                raise CommandError(
                    _("“%(path)s”已存在，是空的：多半是没有做完的一次 init 留下的。确认没有别的 init 在运行，删去它再运行一次。")
                    % {"path": path}
                ) from error
            raise CommandError(_("“%(path)s”已存在，没有覆盖。请换一个文件名。") % {"path": path}) from error
        except OSError as error:
            raise CommandError(
                _("“%(path)s”写不进去（%(why)s），请换一个位置。") % {"path": path, "why": error.strerror}
            ) from error
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                yield file
        finally:
            if not path.stat().st_size:
                path.unlink()

    def _report(self, result: setup.Result, file: IO[str] | None, path: Path | None) -> None:
        self.stdout.write(
            _("%(court)s：部门 %(units)s 个，人员 %(persons)s 名，岗位 %(posts)s 个，管理员 3 名。")
            % {"court": result.court, "units": result.units, "persons": result.persons, "posts": result.posts}
        )
        text = "\n".join(f"{name}\t{username}\t{password}" for name, username, password in result.passwords)
        if file is not None:
            try:
                file.write(text + "\n")
                file.flush()
            except OSError:
                file = None  # the court is set up: its passwords are then shown rather than lost
            else:
                self.stdout.write(_("初始密码已写入 %(path)s，分发后请删除。首次登录必须修改。") % {"path": path})
        if file is None:
            self.stdout.write(_("初始密码（只显示这一次，首次登录必须修改）："))
            self.stdout.write(text)
        self.stdout.write(_("下一步：运行 bihuan serve，请三名管理员各自登录，修改密码并启用双因素认证。"))
