"""`bihuan run`: the demo court, from an empty folder to a served page. A second call keeps the data."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from bihuan.kernel import clock, patrol
from bihuan.kernel.models import Alert, Person
from bihuan.people import demo
from bihuan.rectification.models import Closure, Measure, Problem
from bihuan.rectification.sample.fill import fill

WIDTH = 30


class Command(BaseCommand):
    """Load and serve the demo court."""

    help = "load the demo court, run the patrol, serve on 127.0.0.1"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-serve", action="store_true", help="load and patrol, then stop")

    def handle(self, *args: Any, **options: Any) -> None:
        translation.activate("zh-hans")
        if not settings.BIHUAN_DEMO:
            raise CommandError(_("%(home)s 不是演示环境。真实法院请用 bihuan serve。") % {"home": settings.BIHUAN_HOME})
        started = time.monotonic()
        self.stdout.write(_("建立数据库 %(home)s") % {"home": settings.BIHUAN_HOME})
        call_command("migrate", verbosity=0, interactive=False)
        if Person.objects.exists():
            self.stdout.write(_("已有演示数据，保留不动。"))
        else:
            fill(lambda done, total: self._bar(_("演示法院"), done, total))
        found = patrol.run(on=None, progress=lambda done, total, rule: self._bar(_("巡查"), done, total))
        self._bar(_("巡查"), 1, 1)
        for failed in found.failed:
            self.stderr.write(_("规则 %(rule)s 失败：%(error)s") % {"rule": failed.rule.code, "error": failed.error})
        self._summary(time.monotonic() - started)
        if not options["no_serve"]:
            call_command("serve", port=options["port"])

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
            _("截至 %(day)s：问题 %(problems)s 个，措施 %(measures)s 条，预警 %(alerts)s 条，销号 %(closures)s 次（用时 %(seconds)s 秒）。")
            % counts
        )
        self.stdout.write(_("演示账号（密码均为 %(password)s）：") % {"password": demo.password()})
        for account in demo.accounts():
            self.stdout.write(f"  {account.username:<16}{account.label}")
