"""`bihuan restore`: put a backup in place, all of it or nothing."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.operations import keyfile, restore, standing

from ..base import HouseCommand
from .backup import ask_known


class Command(HouseCommand):
    """Restore from a backup."""

    help = _(
        "恢复：先核对备份的每一项，在旁边建好、校验过，最后才换上；中途出错则一切照旧。\n"
        "备份可以在 SQLite 和 PostgreSQL 之间互换：恢复到 DATABASE_URL 所指的数据库。\n"
        "恢复会写入日志并通知全体管理员。\n\n"
        "例：bihuan restore 某备份.tar --reason 磁盘损坏\n"
        "    bihuan restore 某备份.tar --reason 换机器 --keys bihuan.keys          （新机器）\n"
        "    bihuan restore 某备份.tar --reason 误操作 --replace                   （替换现有数据）"
    )

    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=_("备份文件"))
        parser.add_argument("--reason", default="", help=_("事由（必填），写入日志"))
        parser.add_argument("--replace", action="store_true", help=_("替换现有数据；先把现有数据另做一份备份"))
        parser.add_argument("--keys", type=Path, metavar="FILE", help=_("密钥备份文件（本机没有原来的密钥时）"))
        parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help=_("从文件第一行读密钥备份的口令"))
        parser.add_argument("--without-keys", action="store_true", help=_("密钥已丢失：不用原来的密钥恢复"))
        parser.add_argument(
            "--checkpoint",
            type=Path,
            action="append",
            default=[],
            metavar="FILE",
            help=_("外存的检查点文件，可写多次：核对备份，并在日志中写明失去了哪些条目"),
        )
        parser.add_argument("--public-key", type=Path, metavar="FILE", help=_("检查点的公钥（默认随密钥）"))
        parser.add_argument(
            "--save-to", type=Path, metavar="FOLDER", help=_("--replace 时现有数据的备份放在哪里（默认 BIHUAN_BACKUPS）")
        )

    def act(self, options: dict[str, Any]) -> None:
        plan = restore.Plan(
            options["file"],
            options["reason"],
            replace=options["replace"],
            without_keys=options["without_keys"],
            outside=options["checkpoint"],
            public_key=options["public_key"].read_bytes() if options["public_key"] else None,
            save_to=options["save_to"],
        )
        if options["keys"]:
            passphrase = ask_known(options["keys"], options["passphrase_file"])
            plan.keys, plan.keys_path = keyfile.read(options["keys"], passphrase), options["keys"]
        done = restore.run(plan, self._progress)
        if done.saved is not None:
            self.tell(_("被替换的数据已另存为备份：%(path)s") % {"path": done.saved})
        told = {"rows": done.rows, "files": done.contents, "size": done.size, "at": done.made_at}
        self.tell(_("已恢复：%(rows)s 行数据，%(files)s 个文件；日志退回到第 %(size)s 条（备份制作于 %(at)s）。") % told)
        if done.other_line:
            self.tell(_("被替换的日志不是备份的延续（其间另有恢复）：失去了哪些条目，请对照上面另存的备份。"))
        if done.lost:
            self.tell(_("因恢复失去的日志：%(n)s 条。其中记载的事项须重新办理。") % {"n": done.lost})
        if done.migrated:
            self.tell(_("备份出自较早的版本，已升级到本版本：%(steps)s") % {"steps": standing.shown(done.migrated)})
        for path in done.put_aside:
            self.tell(_("原有的 %(name)s 已改名保留，核对后请自行删除。") % {"name": path})
        if done.given_up:
            self.tell(_("没有原来的密钥：所有人的验证器已解除，下次登录须重新绑定；检查点改用新的密钥，公钥请重新存到外面。"))
        for problem in done.problems:
            self.stderr.write(_("注意，备份里的日志或数据有问题：%(what)s") % {"what": problem})
        self.tell(_("所有人须重新登录。请运行 bihuan log verify 和 bihuan check，再启动服务。"))

    def _progress(self, what: str, done: int, total: int) -> None:
        labels = {
            restore.CHECKING: _("核对备份"),
            restore.SAVING: _("备份现有数据"),
            restore.FILES: _("放回文件"),
            restore.ROWS: _("放回数据"),
        }
        self.bar(labels.get(what, what), done, total)
