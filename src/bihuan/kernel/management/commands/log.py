"""`bihuan log verify | checkpoint | export | key | clock`."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from bihuan.kernel import checkpoints, clock, rewinds, soundness, verify
from bihuan.kernel.models import LogEntry
from bihuan.kernel.operations import restore, standing
from bihuan.kernel.work import unit_of_work

from ..base import HouseCommand, in_chinese


class Command(HouseCommand):
    """Verify the log, sign a checkpoint, export the entries, acknowledge a clock put right."""

    help = _("日志：校验、签发检查点、导出、登记时钟更正")

    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, title=_("动作"), metavar="")
        check = acts.add_parser("verify", help=_("逐条校验，指出第一条有问题的"))
        check.add_argument(
            "--checkpoint", type=Path, action="append", default=[], metavar="FILE", help=_("外存的检查点文件，可写多次")
        )
        check.add_argument("--export", type=Path, metavar="FILE", help=_("校验导出的日志，而不是数据库"))
        check.add_argument("--public-key", type=Path, metavar="FILE", help=_("公钥（默认本机的）"))
        point = acts.add_parser("checkpoint", help=_("签发一个检查点，写入当天的文件"))
        point.add_argument(
            "--folder", type=Path, help=_("写到哪个目录（默认 BIHUAN_CHECKPOINTS，再默认 BIHUAN_HOME/checkpoints）")
        )
        out = acts.add_parser("export", help=_("导出全部日志，一行一条"))
        out.add_argument("file", type=Path, help=_("写到哪个文件"))
        acts.add_parser("key", help=_("公钥在哪里"))
        turned = acts.add_parser("clock", help=_("服务器时钟曾经偏快、现已校准：登记后日志从现在的时间继续"))
        turned.add_argument("--reason", required=True, help=_("事由，写入日志"))
        for sub in acts.choices.values():
            in_chinese(sub)

    def act(self, options: dict[str, Any]) -> None:
        try:
            getattr(self, f"_{options['act']}")(options)
        except OSError as error:
            raise CommandError(str(error)) from error

    def _verify(self, options: dict[str, Any]) -> None:
        points: list[verify.Checkpoint] = []
        apart = []
        public = options["public_key"] or (None if options["export"] else checkpoints.public_key_path())
        for path in options["checkpoint"]:
            points += checkpoints.read(path, public or checkpoints.public_key_path())
        signed = checkpoints.signed_line(public.read_bytes()) if public else None
        if options["export"]:
            verdict = self._exported(options["export"], points, signed)
        else:
            if standing.standing().pending:  # the rows could not be read to compare them
                raise CommandError(_("数据库结构不是当前版本，请运行 bihuan upgrade（会先做备份）。"))
            verdict = verify.verify(self._told(verify.stored()), points, signed=signed)
            apart = soundness.problems()
        if self.stderr.isatty():
            self.stderr.write("\r" + " " * 40 + "\r", ending="")
        for problem in [*verdict.problems, *apart]:
            self.stderr.write(str(problem))
        self.tell(_("内部校验：第 1 至 %(n)s 条首尾相接、内容未变。") % {"n": verdict.sound_to})
        for note in verdict.notes:
            self.tell(_("须知：%(note)s") % {"note": note})
        if verdict.outside_to:
            self.tell(_("外部检查点：第 1 至 %(n)s 条与外存检查点一致。") % {"n": verdict.outside_to})
        elif not points:
            self.tell(_("未使用外存检查点：末尾被截去或整段被重算，单凭本机日志看不出来。"))
        if not options["export"] and not apart:
            self.tell(_("数据核对：流程状态、销号决定、导入内容与日志记录一致，保护触发器完好。"))
        self.tell(_("不能发现：录入时就不实的内容、最近一次外存检查点之后的改动、错误的时钟。"))
        if not verdict.sound or apart:
            raise CommandError(_("日志校验未通过。"))

    def _exported(
        self, path: Path, points: list[verify.Checkpoint], signed: Callable[[str], bool] | None
    ) -> verify.Verdict:
        try:
            with path.open(encoding="utf-8") as file:
                return verify.verify(self._told(verify.exported(file)), points, signed=signed)
        except ValueError as error:
            raise CommandError(f"{path}: {error}") from error

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
        self.tell(_("检查点已写入 %(path)s，请存到另一台机器。") % {"path": path})

    def _export(self, options: dict[str, Any]) -> None:
        count = verify.export(options["file"])
        self.tell(_("已导出 %(n)s 条日志到 %(path)s。") % {"n": count, "path": options["file"]})

    def _key(self, options: dict[str, Any]) -> None:
        self.tell(str(checkpoints.public_key_path()))

    def _clock(self, options: dict[str, Any]) -> None:
        last = LogEntry.objects.order_by("-seq").values_list("at", flat=True).first()
        now = clock.now()
        if last is None or last <= now:
            raise CommandError(_("时钟没有早于最近一条日志，无须登记。"))
        params = {"before": last.isoformat(), "after": now.isoformat(), "os_user": restore.os_user()}
        with unit_of_work(None, job="clock", reason=options["reason"].strip()) as uow:
            uow.record(rewinds.CLOCK, params=params)
        self.tell(_("已登记时钟更正，业务可以继续办理。日志校验会列出这一条。"))
