"""`bihuan check`: how the installation is, area by area, and what to do. Django's own checks are one area of it."""

from __future__ import annotations

import json
import unicodedata
from argparse import SUPPRESS
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands.check import Command as DjangoCheck
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel import inbox, log
from bihuan.kernel.models import Person
from bihuan.kernel.operations import backup, checks, homes
from bihuan.kernel.operations.checks import LABELS, Level
from bihuan.kernel.wording import Message, wording
from bihuan.kernel.work import unit_of_work

from ..base import HouseCommand

FAILED = log.event("system.check_failed", gettext_lazy("运行检查发现故障：%(areas)s"), any_time=True)
TOLD = wording("operations.check_told", gettext_lazy("运行检查发现故障：%(areas)s。请到“运行状况”查看并处理。"))


class Command(HouseCommand, DjangoCheck):
    """Ask all areas; exit status 1 when one has failed."""

    help = _(
        "检查：配置、目录、数据库、日志、备份、磁盘、时钟等逐项检查，写明怎么办；有故障时以非零状态退出。\n\n"
        "例：bihuan check                  快速检查（几秒）\n"
        "    bihuan check --deep           另外校验全部日志、核对全部佐证材料\n"
        "    bihuan check --only disk      只查一项"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        for action in parser._actions[1:]:
            action.help = SUPPRESS  # Django's own options go on working
        known = "、".join(checks.areas())
        parser.add_argument("--deep", action="store_true", help=_("校验全部日志，核对全部佐证材料和数据库文件"))
        parser.add_argument(
            "--only", action="append", choices=list(checks.areas()), metavar="AREA", help=_("只查这一项，可写多次：%s") % known
        )
        parser.add_argument("--json", action="store_true", help=_("输出 JSON"))
        parser.add_argument("--tell", action="store_true", help=_("有故障时通知系统管理员（定时检查用）"))

    def handle(self, *args: Any, **options: Any) -> None:
        own = ("args", "tags", "list_tags", "deploy", "databases")
        if args or any(options.get(name) for name in own) or options.get("fail_level", "ERROR") != "ERROR":
            DjangoCheck.handle(self, *args, **options)
            return
        super().handle(*args, **options)

    def act(self, options: dict[str, Any]) -> None:
        report = checks.run(deep=options["deep"], only=options["only"])
        if options["only"] is None:
            checks.keep(report)
        if options["json"]:
            told = report.as_json()
            for row, one in zip(told["findings"], report.findings, strict=True):
                row["text"] = str(one.message)
            self.tell(json.dumps(told, ensure_ascii=False, indent=1))
        else:
            self._table(report)
        failed = [one for one in report.findings if one.level is Level.FAIL]
        if failed and options["tell"]:
            self._notify([str(checks.areas()[one.area].title) for one in failed])
        if failed:
            raise CommandError(_("有 %(n)s 项故障，请按上面的提示处理。") % {"n": len(failed)})

    def _table(self, report: checks.Report) -> None:
        titles = {code: str(area.title) for code, area in checks.areas().items()}
        width = max(map(_width, titles.values()))
        style = {Level.OK: self.style.SUCCESS, Level.WARN: self.style.WARNING, Level.FAIL: self.style.ERROR}
        self.tell(_("数据目录 %(home)s，%(database)s") % {"home": settings.BIHUAN_HOME, "database": homes.database()})
        for one in report.findings:
            title = titles[one.area] + " " * (width - _width(titles[one.area]))
            self.tell(f"{style[one.level](str(LABELS[one.level]))}  {title}  {one.message}")
        counts = {str(LABELS[level]): sum(one.level is level for one in report.findings) for level in Level}
        self.tell(_("检查完毕：") + "，".join(f"{name} {count}" for name, count in counts.items()))

    def _notify(self, areas: list[str]) -> None:
        """Tell the system administrators; where the database itself has failed, the exit status has to do."""
        names = list(dict.fromkeys(areas))
        try:
            if not backup.can_record():
                return
            with unit_of_work(None, job="check") as uow:
                uow.record(FAILED, params={"areas": names})
                people = list(Person.objects.filter(admin_role="system", is_active=True))
                inbox.send(people, Message(TOLD, {"areas": names}), url="/people/health/")
        except Exception as error:
            self.stderr.write(_("没有能通知系统管理员：%(why)s") % {"why": type(error).__name__})


def _width(text: str) -> int:
    """Columns on a terminal."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
