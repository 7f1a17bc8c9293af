"""`bihuan patrol`: run the rules and the ladder."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from bihuan.kernel import patrol
from bihuan.kernel.errors import Refused
from bihuan.kernel.rules import Rule
from bihuan.kernel.work import SimulatedReadOnly

from ..base import ChineseCommand

BAR = 24


class Command(ChineseCommand):
    """Reports one line a rule; ends with an error when a rule failed, after all others have run."""

    help = _("巡查：执行规则，新增、消除、升级预警")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", type=dt.date.fromisoformat, metavar="DATE", help=_("按这一天巡查（只有演示环境可用）"))
        parser.add_argument("--rule", action="append", metavar="CODE", help=_("只执行这条规则，可写多次"))
        parser.add_argument("--progress", action="store_true", help=_("显示进度"))

    def handle(self, *args: Any, **options: Any) -> None:
        show = self._bar if options["progress"] else None
        try:
            done = patrol.run(options["on"], only=options["rule"], progress=show)
        except Refused as error:
            raise CommandError("\n".join(str(reason) for reason in error.reasons)) from error
        except SimulatedReadOnly as error:
            raise CommandError(_("只有演示环境可以用 --on 指定其他日期巡查。")) from error
        if options["progress"]:
            self.stdout.write("\r" + " " * 100 + "\r", ending="")
        for report in done.reports:
            self._line(report)
        self.stdout.write(
            _("%(day)s：新增预警 %(opened)s，消除 %(cleared)s，升级 %(climbed)s，恢复 %(resumed)s；新到期项 %(made)s。")
            % {
                "day": done.on.isoformat(),
                "opened": done.total("opened"),
                "cleared": done.total("cleared"),
                "climbed": done.ladder.climbed,
                "resumed": done.ladder.resumed,
                "made": done.occurrences,
            }
        )
        if done.failed or done.ladder.failed:
            codes = ", ".join(r.rule.code for r in done.failed) or _("预警升级")
            raise CommandError(
                _("有规则执行失败：%(codes)s。其预警转为无法判断，其余规则已正常运行。") % {"codes": codes}
            )

    def _bar(self, index: int, total: int, rule: Rule) -> None:
        filled = BAR * (index + 1) // max(total, 1)
        text = f"\r[{'#' * filled}{'.' * (BAR - filled)}] {index + 1}/{total} {rule.code:<48.48}"
        self.stdout.write(text, ending="")
        self.stdout.flush()

    def _line(self, report: patrol.Report) -> None:
        line = _(
            "%(title)s（%(code)s）：%(outcome)s，检查 %(seen)s 行，命中 %(hits)s，新增 %(opened)s，消除 %(cleared)s，%(ms)s 毫秒"
        )
        text = line % {
            "title": report.rule.title,
            "code": report.rule.code,
            "outcome": report.outcome.label,
            "seen": report.rows_seen,
            "hits": report.breaches,
            "opened": report.opened,
            "cleared": report.cleared,
            "ms": report.duration_ms,
        }
        if report.error:
            text += f"\n    {report.error}"
        self.stdout.write(self.style.ERROR(text) if report.error else text)
