"""`bihuan init`: set up a real court. No default password: everyone's first one is random and shown once."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.sheets.reading import SheetRefused
from bihuan.people.services import setup


class Command(BaseCommand):
    """Set up a real court."""

    help = "set up a real court: three administrators, departments and people from a sheet"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--court", help="the court's full name")
        parser.add_argument("--people", type=Path, help="the sheet of departments and people (.xlsx, .xls, .csv)")
        parser.add_argument("--template", type=Path, help="write the empty sheet to this file and stop")
        parser.add_argument(
            "--passwords", type=Path, help="write first passwords to this file (mode 600) instead of the screen"
        )
        for kind, title in setup.ADMIN_NAMES:
            parser.add_argument(f"--{kind}", help=f"{title} as NAME:username")

    def handle(self, *args: Any, **options: Any) -> None:
        translation.activate("zh-hans")
        if options["template"]:
            setup.write_template(options["template"])
            self.stdout.write(_("空白表已写入 %(path)s。") % {"path": options["template"]})
            return
        if settings.BIHUAN_DEMO:
            raise CommandError(
                _("%(home)s 是演示环境，不能用于真实法院。请用 BIHUAN_HOME 另指一个目录。")
                % {"home": settings.BIHUAN_HOME}
            )
        if not options["court"]:
            raise CommandError(_("请用 --court 写明法院全称。"))
        call_command("migrate", verbosity=0, interactive=False)
        try:
            staff = setup.read_staff(options["people"]) if options["people"] else []
            result = setup.set_up(court=options["court"], admins=setup.admin_names(options), staff=staff)
        except (Refused, SheetRefused) as refusal:
            reasons = getattr(refusal, "reasons", None) or [refusal]
            raise CommandError("\n".join([_("没有写入任何内容："), *map(str, reasons)])) from refusal
        self.stdout.write(
            _("%(court)s：部门 %(units)s 个，人员 %(persons)s 名，岗位 %(posts)s 个，管理员 3 名。")
            % {"court": result.court, "units": result.units, "persons": result.persons, "posts": result.posts}
        )
        self._passwords(result, options["passwords"])

    def _passwords(self, result: setup.Result, path: Path | None) -> None:
        lines = [f"{name}\t{username}\t{password}" for name, username, password in result.passwords]
        if path:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write("\n".join(lines) + "\n")
            self.stdout.write(_("初始密码已写入 %(path)s，分发后请删除。首次登录必须修改。") % {"path": path})
        else:
            self.stdout.write(_("初始密码（只显示这一次，首次登录必须修改）："))
            self.stdout.write("\n".join(lines))
