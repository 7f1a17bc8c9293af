"""`bihuan serve`: the web server and the job worker, together, until stopped."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import translation
from django.utils.translation import gettext as _
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from bihuan.kernel import background, jobs, triggers
from bihuan.kernel.models import Person

from .. import processes


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
        host, port = options["host"], options["port"]
        check_address(host, port)
        check_database()
        self._warn(host)
        if not options["no_jobs"]:
            jobs.ensure_schedules()
        # Forked workers must not share a connection.
        connection.close()
        os.environ[processes.SERVER_PID] = str(os.getpid())
        if options["no_jobs"]:
            os.environ[background.NO_JOBS] = "1"  # the pages say so where somebody waits for a job
        worker = None if options["no_jobs"] else processes.JobWorker([sys.executable, "-m", "bihuan.cli", "qcluster"])
        try:
            server = Granian(
                "bihuan.wsgi:application",
                address=host,
                port=port,
                interface=Interfaces.WSGI,
                workers=max(options["workers"], 1),
                blocking_threads=2,
                websockets=False,
                log_access=False,
                log_level=LogLevels.warning,
                respawn_failed_workers=True,
            )
            self.stdout.write(_("http://%(host)s:%(port)s （按 Ctrl+C 停止）") % {"host": _shown(host), "port": port})
            self.stdout.flush()
            server.serve(target_loader=processes.load_pages)
        finally:
            if worker is not None:
                worker.stop()
        self.stdout.write(_("已停止。"))

    def _warn(self, host: str) -> None:
        if processes.is_loopback(host):
            return
        if settings.BIHUAN_DEMO:
            self.stderr.write(_("注意：演示环境的账号密码是公开的，现在网络上的其他机器也能登录。"))
        if not settings.BIHUAN_TLS:
            self.stderr.write(
                _(
                    "注意：正在 %(host)s 上以明文提供服务，密码和数据在网络上可被窃听。请在前面设置 TLS 反向代理并设 BIHUAN_TLS=1，"
                    "由代理连接 127.0.0.1。"
                )
                % {"host": host}
            )
        if set(settings.ALLOWED_HOSTS) <= {"127.0.0.1", "localhost"}:
            self.stderr.write(
                _("注意：其他机器的请求会被拒绝（400）。请把访问时所用的域名或地址写入 BIHUAN_HOSTS，用逗号隔开。")
            )


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def check_address(host: str, port: int) -> None:
    """CommandError, in words, when the address cannot be listened on."""
    if not 1 <= port <= 65535:
        raise CommandError(_("端口 %(port)s 不对，请用 1 至 65535 之间的数。") % {"port": port})
    error = processes.why_not(host, port)
    if error is None:
        return
    if processes.is_taken(error):
        raise CommandError(
            _("端口 %(port)s 已被占用，可能已有一个 bihuan 在运行。请先停止它，或用 --port 换一个端口。")
            % {"port": port}
        )
    raise CommandError(
        _("无法在 %(host)s 的端口 %(port)s 上提供服务：%(why)s。请核对 --host 和 --port。")
        % {"host": host, "port": port, "why": error.strerror or error}
    )


def check_database() -> None:
    """CommandError when the database is not this version's, has lost a trigger, or holds no court yet."""
    executor = MigrationExecutor(connection)
    if not executor.loader.applied_migrations:
        raise CommandError(
            _("%(home)s 里还没有数据库。真实法院请先运行 bihuan init，演示请运行 bihuan run。")
            % {"home": settings.BIHUAN_HOME}
        )
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError(_("数据库结构不是当前版本，请先备份，再运行 bihuan migrate。"))
    absent = triggers.missing(connection)
    if absent:
        raise CommandError(
            _("数据库缺少保护触发器：%(names)s。请运行 bihuan migrate 重新安装；若反复出现，请查明是谁删除的。")
            % {"names": "、".join(absent)}
        )
    if not Person.objects.exists():
        raise CommandError(_("数据库里还没有人员。真实法院请先运行 bihuan init，演示请运行 bihuan run。"))
