"""`bihuan log verify | checkpoint | export | key`."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from bihuan.kernel import checkpoints, soundness, verify
from bihuan.kernel.errors import Refused


class Command(BaseCommand):
    """Verify the log, sign a checkpoint, export the entries."""

    help = "verify the log, sign a checkpoint, export the entries"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        check = acts.add_parser("verify", help="walk the chain and name the first bad entry")
        check.add_argument("--checkpoint", type=Path, help="a checkpoint file kept outside")
        check.add_argument("--export", type=Path, help="verify an export instead of the database")
        check.add_argument("--public-key", type=Path, help="the public key (default: this installation's)")
        point = acts.add_parser("checkpoint", help="append a signed checkpoint to the day's file")
        point.add_argument("--folder", type=Path, help="where to put it (default: BIHUAN_HOME/checkpoints)")
        out = acts.add_parser("export", help="write all entries, one JSON object a line")
        out.add_argument("file", type=Path)
        acts.add_parser("key", help="print the path of the public key")

    def handle(self, *args: Any, **options: Any) -> None:
        translation.activate("zh-hans")
        try:
            getattr(self, f"_{options['act']}")(options)
        except Refused as refusal:
            raise CommandError("\n".join(str(reason) for reason in refusal.reasons)) from refusal
        except OSError as error:
            raise CommandError(str(error)) from error

    def _verify(self, options: dict[str, Any]) -> None:
        points, apart = [], []
        if options["checkpoint"]:
            points = checkpoints.read(options["checkpoint"], options["public_key"] or checkpoints.public_key_path())
        if options["export"]:
            try:
                with options["export"].open(encoding="utf-8") as file:
                    verdict = verify.verify(self._told(verify.exported(file)), points)
            except ValueError as error:
                raise CommandError(f"{options['export']}: {error}") from error
        else:
            verdict = verify.verify(self._told(verify.stored()), points)
            apart = soundness.problems()
        if self.stderr.isatty():
            self.stderr.write("\r" + " " * 40 + "\r", ending="")
        for problem in [*verdict.problems, *apart]:
            self.stderr.write(str(problem))
        self.stdout.write(_("内部校验：第 1 至 %(n)s 条首尾相接、内容未变。") % {"n": verdict.sound_to})
        if verdict.outside_to:
            self.stdout.write(_("外部检查点：第 1 至 %(n)s 条与外存检查点一致。") % {"n": verdict.outside_to})
        else:
            self.stdout.write(_("未使用外存检查点：末尾被截去或整段被重算，单凭本机日志看不出来。"))
        if not options["export"] and not apart:
            self.stdout.write(_("数据核对：流程状态、销号决定、导入内容与日志记录一致，保护触发器完好。"))
        self.stdout.write(_("不能发现：录入时就不实的内容、最近一次外存检查点之后的改动、错误的时钟。"))
        if not verdict.sound or apart:
            raise CommandError(_("日志校验未通过。"))

    def _told(self, entries: Iterable[verify.Entry]) -> Iterable[verify.Entry]:
        """A long log takes a minute: how far it got, on a terminal."""
        if not self.stderr.isatty():
            return entries
        return verify.told(entries, lambda seq: self.stderr.write("\r" + _("已校验 %(n)s 条") % {"n": f"{seq:,}"}, ending=""))

    def _checkpoint(self, options: dict[str, Any]) -> None:
        try:
            path = checkpoints.store(options["folder"])
        except ValueError as error:
            raise CommandError(_("日志还是空的，没有可签发的检查点。")) from error
        self.stdout.write(_("检查点已写入 %(path)s，请存到另一台机器。") % {"path": path})

    def _export(self, options: dict[str, Any]) -> None:
        count = verify.export(options["file"])
        self.stdout.write(_("已导出 %(n)s 条日志到 %(path)s。") % {"n": count, "path": options["file"]})

    def _key(self, options: dict[str, Any]) -> None:
        self.stdout.write(str(checkpoints.public_key_path()))
