"""`bihuan upgrade`: backup, migrate, prove the database whole."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from bihuan.kernel.operations import standing, upgrade

from ..base import HouseCommand


class Command(HouseCommand):
    """Bring the database to this program's version."""

    help = _(
        "升级数据库到本程序的版本：先备份，再执行升级步骤，重装并核对保护触发器，校验日志。\n"
        "须先停止服务。失败时会写明怎样退回。\n\n"
        "例：systemctl stop bihuan；安装新版本；bihuan upgrade；systemctl start bihuan"
    )

    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--backup-folder", type=Path, metavar="FOLDER", help=_("升级前的备份放在哪里（默认 BIHUAN_BACKUPS）")
        )

    def act(self, options: dict[str, Any]) -> None:
        done = upgrade.run(options["backup_folder"], lambda _what, done, total: self.bar(_("升级前备份"), done, total))
        if done.backup is None:
            self.tell(_("数据库已是版本 %(version)s，无须升级；保护触发器完好。") % {"version": done.version})
        else:
            self.tell(_("升级前的备份：%(path)s") % {"path": done.backup})
            told = {"before": done.before or "—", "version": done.version, "n": len(done.migrated)}
            self.tell(_("已升级：%(before)s → %(version)s，升级步骤 %(n)s 个。") % told)
            if done.migrated:
                self.tell(standing.shown(done.migrated))
        if done.problems:
            for problem in done.problems:
                self.stderr.write(str(problem))
            raise CommandError(_("升级已完成，但日志或数据的核对发现问题（见上），请先查明再启动服务。"))
        self.tell(_("日志和数据核对无误，可以启动服务。"))
