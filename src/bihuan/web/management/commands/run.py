"""`bihuan run`: the demo court, from an empty folder to a served page. A second call keeps the data."""

from __future__ import annotations

import fcntl
import shutil
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _

from bihuan import cli
from bihuan.cases.sample.bulletins import fill_bulletins
from bihuan.cases.sample.figures import fill_figures
from bihuan.cases.sample.fill import fill as fill_cases
from bihuan.cases.sample.fill import fill_filing, fill_meetings
from bihuan.cases.sample.ordinary import WHOLE
from bihuan.cases.sample.watch import fill_watch
from bihuan.disclosure.sample.notices import fill as fill_notices
from bihuan.disclosure.sample.opinions import fill as fill_opinions
from bihuan.kernel import clock, patrol
from bihuan.kernel.errors import Refused
from bihuan.kernel.indicators import months_until, snapshots, tallies
from bihuan.kernel.management.base import ChineseCommand
from bihuan.kernel.models import Alert, AlertTally, Person
from bihuan.people import demo
from bihuan.rectification.models import Closure, Measure, Problem
from bihuan.rectification.sample.fill import fill

from ...dashboard import parts
from .serve import check_address

WIDTH = 30
MONTHS = 13
"""How far back the indicators of a new demo are counted."""
LOADING = "demo-loading"
"""In BIHUAN_HOME: locked by the running call, and not empty while the demo court is being loaded."""


class Command(ChineseCommand):
    """Load and serve the demo court."""

    help = _("演示：载入虚构的法院，巡查一遍，在 127.0.0.1 上启动；再次运行保留数据")
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help=_("端口（默认 8000）"))
        parser.add_argument("--no-serve", action="store_true", help=_("只载入和巡查，不启动服务"))

    def handle(self, *args: Any, **options: Any) -> None:
        translation.activate("zh-hans")
        home: Path = settings.BIHUAN_HOME
        if not settings.BIHUAN_DEMO:
            raise CommandError(_("%(home)s 不是演示环境。真实法院请用 bihuan serve。") % {"home": home})
        if not options["no_serve"]:
            check_address("127.0.0.1", options["port"])  # before the minute of loading, not after it
        started = time.monotonic()
        with self._alone(home / LOADING) as mark:
            self._load(home, mark)
        self._patrol()
        self._count()
        self._summary(time.monotonic() - started)
        if not options["no_serve"]:
            call_command("serve", port=options["port"])

    @contextmanager
    def _alone(self, mark: Path) -> Iterator[Path]:
        """Hold the mark against a second call; found filled at start, the loading before was broken off."""
        with mark.open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise CommandError(
                    _("另一个 bihuan run 正在 %(home)s 载入演示数据，请等它完成。") % {"home": mark.parent}
                ) from error
            if mark.stat().st_size:
                self._start_over(mark.parent)
            yield mark
            mark.unlink(missing_ok=True)

    def _start_over(self, home: Path) -> None:
        """Remove a half-loaded demo. Nobody has worked in it: the pages are served after the loading."""
        if connection.vendor != "sqlite":
            raise CommandError(
                _(
                    "上次载入演示数据时中断，数据不完整。请清空 DATABASE_URL 所指的演示数据库，并删除 %(mark)s，再运行一次。"
                )
                % {"mark": home / LOADING}
            )
        self.stdout.write(_("上次载入演示数据时中断，重新载入。"))
        connection.close()
        for path in home.glob("bihuan.sqlite3*"):
            path.unlink()
        shutil.rmtree(settings.BIHUAN_EVIDENCE_FOLDER, ignore_errors=True)

    def _load(self, home: Path, mark: Path) -> None:
        self.stdout.write(_("建立数据库 %(home)s") % {"home": home})
        call_command("migrate", verbosity=0, interactive=False)
        if not Person.objects.exists():
            mark.write_text("loading\n")
            sample = fill(lambda done, total: self._bar(_("演示法院"), done, total))
            fill_filing(sample.court, fill_cases(sample.court, WHOLE))
            fill_meetings(sample.court)
            fill_watch(sample.court)
            fill_bulletins(sample.court)
            fill_opinions(sample.court)
            fill_notices(sample.court)
            fill_figures(sample.court)
        elif Person.objects.filter(is_demo=True).exists():
            self.stdout.write(_("已有演示数据，保留不动。"))
        else:
            # A real court's database was named: nothing may make a demo of it, not even the next call of `serve`.
            mark.unlink(missing_ok=True)
            (home / cli.MARK).unlink(missing_ok=True)
            raise CommandError(
                _("DATABASE_URL 所指的数据库里是真实法院的数据，不能用作演示。真实法院请用 bihuan serve。")
            )

    def _patrol(self) -> None:
        try:
            found = patrol.run(on=None, progress=lambda done, total, rule: self._bar(_("巡查"), done, total))
        except Refused as refusal:
            # The demo has been looked at from a later day; its alerts stand as of that day.
            self.stdout.write(_("本次不巡查：%(why)s") % {"why": "；".join(map(str, refusal.reasons))})
            return
        self._bar(_("巡查"), 1, 1)
        for failed in found.failed:
            self.stderr.write(_("规则 %(rule)s 失败：%(error)s") % {"rule": failed.rule.code, "error": failed.error})

    def _count(self) -> None:
        """The nightly count of today; and, of a new demo, what its dashboard shows of the months before, which is counted afterwards
        and says so."""
        today = clock.today()
        new = not AlertTally.objects.exists()
        before = [month.ends for month in months_until(today, MONTHS)[:-1]] if new else []
        for done, day in enumerate(before, 1):
            tallies.tally(day)
            snapshots.take(day, only=parts.shown(day))
            self._bar(_("统计指标"), done, len(before) + 1)
        snapshots.take(today)
        self._bar(_("统计指标"), 1, 1)

    def _bar(self, what: str, done: int, total: int) -> None:
        """A progress bar on a terminal; a line at the end elsewhere."""
        share = done / total if total else 1.0
        if sys.stdout.isatty():
            filled = round(WIDTH * share)
            self.stdout.write(f"\r{what} [{'█' * filled}{'·' * (WIDTH - filled)}] {share:4.0%}", ending="")
            if share >= 1:
                self.stdout.write("")
        elif share >= 1:
            self.stdout.write(f"{what} 100%")
        self.stdout.flush()

    def _summary(self, seconds: float) -> None:
        counts = {
            "problems": Problem.objects.filter(voided_at=None).count(),
            "measures": Measure.objects.filter(voided_at=None).count(),
            "alerts": Alert.objects.filter(breach_state="open").count(),
            "closures": Closure.objects.count(),
            "day": clock.today().isoformat(),
            "seconds": round(seconds),
        }
        self.stdout.write(
            _(
                "截至 %(day)s：问题 %(problems)s 个，措施 %(measures)s 条，预警 %(alerts)s 条，销号 %(closures)s 次（用时 %(seconds)s 秒）。"
            )
            % counts
        )
        self.stdout.write(_("演示账号（密码均为 %(password)s）：") % {"password": demo.password()})
        for account in demo.accounts():
            self.stdout.write(f"  {account.username:<16}{account.label}")
