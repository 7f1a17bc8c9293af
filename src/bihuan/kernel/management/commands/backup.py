"""`bihuan backup`: one file with everything but the keys, made while the service runs; and reading one back."""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.operations import archive, backup, keyfile

from ..base import HouseCommand


class Command(HouseCommand):
    """Make a backup, check one, or list what is in it."""

    help = _(
        "备份：把数据库、佐证材料、上传的表格、本院模板和日历写成一个文件，不必停服务。\n"
        "密钥不在其中，用 --keys 另写一个文件，另处保管。\n\n"
        "例：bihuan backup /backup                         在目录 /backup 下自动命名\n"
        "    bihuan backup /backup --keep 14               只留最新的 14 份\n"
        "    bihuan backup --keys /安全介质/bihuan.keys     只备份密钥\n"
        "    bihuan backup --verify /backup/某备份.tar      逐项核对校验值"
    )

    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("target", nargs="?", type=Path, help=_("备份文件名（.tar），或已有的目录（自动命名）"))
        parser.add_argument("--keep", type=int, metavar="N", help=_("目标是目录时，成功后只保留最新的 N 份"))
        parser.add_argument("--keys", type=Path, metavar="FILE", help=_("把密钥另写到这个文件，用口令加密"))
        parser.add_argument(
            "--passphrase-file", type=Path, metavar="FILE", help=_("从文件第一行读口令（默认在终端上询问）")
        )
        parser.add_argument("--keys-in-plain", action="store_true", help=_("密钥文件不加密；只写到锁在柜里的介质"))
        parser.add_argument("--verify", type=Path, metavar="FILE", help=_("核对一份已有的备份：逐项比对校验值和签名"))
        parser.add_argument("--list-contents", type=Path, metavar="FILE", help=_("列出一份已有的备份里有什么"))
        parser.add_argument("--public-key", type=Path, metavar="FILE", help=_("核对签名所用的公钥（默认本机的）"))
        parser.add_argument("--no-read-back", action="store_true", help=_("写完不再读回核对（默认核对）"))

    def act(self, options: dict[str, Any]) -> None:
        if options["verify"]:
            self._verify(options)
        elif options["list_contents"]:
            self._list(options["list_contents"])
        elif options["target"] is None and options["keys"] is None:
            raise CommandError(_("请写明备份文件名或目录；只备份密钥请用 --keys。运行 bihuan backup --help 查看用法。"))
        else:
            self._make(options)

    def _make(self, options: dict[str, Any]) -> None:
        target, kept = options["target"], options["keep"]
        if kept is not None and (kept < 1 or target is None or not target.is_dir()):
            raise CommandError(_("--keep 用于目标是已有目录的情形，份数至少为 1。"))
        if options["keys"]:
            passphrase = None if options["keys_in_plain"] else ask_new(options["passphrase_file"])
            count = keyfile.write(options["keys"], passphrase)
            self.tell(_("密钥 %(n)s 个已写入 %(path)s，请与数据备份分开保管。") % {"n": count, "path": options["keys"]})
            if passphrase is None:
                self.stderr.write(_("注意：密钥文件没有加密，得到它和数据备份的人可以读出受保护的内容、伪造检查点。"))
        if target is None:
            return
        made = backup.make(target, self._progress, read_back=not options["no_read_back"])
        told = {"path": made.path, "mb": f"{made.size / 1e6:.1f}", "rows": made.rows, "files": made.contents}
        self.tell(_("备份已写入 %(path)s（%(mb)s MB）：%(rows)s 行数据，%(files)s 个文件。") % told)
        self.tell(_("检查点：日志至第 %(n)s 条，已签名，在备份内。") % {"n": made.log_size})
        if backup.can_record():
            backup.record(made)
        for path in backup.keep(target, kept) if kept else []:
            self.tell(_("已删除较早的备份 %(name)s。") % {"name": path.name})
        if made.faults:
            for fault in made.faults:
                self.stderr.write(str(fault))
            raise CommandError(
                _("备份已完成，但有 %(n)s 个佐证材料或上传文件缺失或被改动（见上），请尽快核查。") % {"n": len(made.faults)}
            )

    def _verify(self, options: dict[str, Any]) -> None:
        given = options["public_key"]
        public = given.read_bytes() if given else backup.public_key_here()
        told = backup.check(options["verify"], public, self._progress)
        self.tell(_("%(path)s 完好：%(n)s 项与清单的校验值一致。") % {"path": options["verify"], "n": len(told["members"])})
        if public is None:
            self.tell(_("没有核对签名：本机没有密钥，可用 --public-key 指定公钥。"))
        else:
            self.tell(_("清单的签名有效：由持有本套密钥的系统制作。"))

    def _list(self, path: Path) -> None:
        with archive.Backup(path) as found:
            told = found.manifest
            self.tell(_("制作时间 %(at)s，程序版本 %(program)s，数据库 %(database)s") % {"at": backup.local(told["made_at"]), **told})
            self.tell(_("日志至第 %(size)s 条，系统标识 %(installation)s") % {**told["log"], **told})
            self.tell(_("升级步骤 %(n)s 个") % {"n": len(told["migrations"])})
            for name, about in told["tables"].items():
                self.tell(f"  {about['rows']:>9}  {name}")
            others: dict[str, tuple[int, int]] = {}
            for name, member in found.members.items():
                first = name.partition("/")[0]
                if first != "tables":
                    count, size = others.get(first, (0, 0))
                    others[first] = (count + 1, size + member.size)
            for name, (count, size) in others.items():
                self.tell(f"  {count:>9}  {name}  {size / 1e6:.1f} MB")
            for fault in told["faults"]:
                self.tell(f"  ! {fault['code']} {fault['params'].get('name', '')}")

    def _progress(self, what: str, done: int, total: int) -> None:
        self.bar(_("写备份") if what == backup.WRITING else _("核对"), done, total)


def read_passphrase(path: Path) -> str:
    """The first line of a file. Raises CommandError when there is none."""
    try:
        text = path.read_text(encoding="utf-8").partition("\n")[0].strip()
    except OSError as error:
        raise CommandError(_("口令文件 %(path)s 读不出来：%(why)s") % {"path": path, "why": error.strerror}) from error
    if not text:
        raise CommandError(_("口令文件 %(path)s 是空的。") % {"path": path})
    return text


def ask_new(file: Path | None) -> str:
    """A new passphrase, from a file or twice from the terminal."""
    if file is not None:
        return read_passphrase(file)
    if not sys.stdin.isatty():
        raise CommandError(_("请用 --passphrase-file 指定口令文件（这里不是终端，无法询问）。"))
    first = getpass.getpass(_("密钥备份的口令（至少 12 个字符）："))
    if getpass.getpass(_("再输一次：")) != first:
        raise CommandError(_("两次输入的口令不同，没有写入任何内容。"))
    return first


def ask_known(path: Path, file: Path | None) -> str | None:
    """The passphrase of a file of keys; None where it needs none. Raises Refused, CommandError."""
    if not keyfile.is_locked(path):
        return None
    if file is not None:
        return read_passphrase(file)
    if not sys.stdin.isatty():
        raise Refused(keyfile.needs_passphrase(path))
    return getpass.getpass(_("密钥备份的口令："))
