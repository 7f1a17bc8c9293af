"""`bihuan serve`: the web server and the job worker, together, until stopped."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import translation
from django.utils.translation import gettext as _
from granian import Granian
from granian.constants import Interfaces

from bihuan.kernel import jobs, triggers

PARENT_DEATH_SIGNAL = 1  # prctl's PR_SET_PDEATHSIG


class Command(BaseCommand):
    """Serve the pages and run the jobs."""

    help = "serve the pages and run the scheduled jobs"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2)
        parser.add_argument("--no-jobs", action="store_true", help="serve pages only")

    def handle(self, *args: Any, **options: Any) -> None:
        translation.activate("zh-hans")
        self._check()
        worker = None if options["no_jobs"] else self._worker()
        connection.close()
        self.stdout.write(f"http://{options['host']}:{options['port']}", ending="\n")
        self.stdout.flush()
        server = Granian(
            "bihuan.wsgi:application",
            address=options["host"],
            port=options["port"],
            interface=Interfaces.WSGI,
            workers=options["workers"],
            blocking_threads=2,
            log_access=False,
            respawn_failed_workers=True,
        )
        try:
            server.serve()
        finally:
            if worker is not None:
                worker.terminate()
                try:
                    worker.wait(timeout=20)
                except subprocess.TimeoutExpired:
                    worker.kill()

    def _check(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError(_("数据库结构不是当前版本，请先运行 bihuan migrate。"))
        absent = triggers.missing(connection)
        if absent:
            raise CommandError(
                _("数据库缺少保护触发器：%(names)s。请运行 bihuan migrate 重新安装；若反复出现，请查明是谁删除的。")
                % {"names": "、".join(absent)}
            )

    def _worker(self) -> subprocess.Popen[bytes]:
        jobs.ensure_schedules()
        return subprocess.Popen(
            [sys.executable, "-m", "bihuan.cli", "qcluster"],
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )


def _die_with_parent() -> None:
    """A killed server leaves no worker behind."""
    ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGTERM)
