"""`bihuan disclosure package | verify | prepare | serve | take-in | role`: the notice as a signed file; the pages the public sees."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import connection
from django.utils.translation import gettext as _

from bihuan.disclosure import packages, services
from bihuan.disclosure.models import PublicNotice
from bihuan.disclosure.public import exchange, home
from bihuan.disclosure.public.role import grants
from bihuan.kernel.management.base import HouseCommand, in_chinese
from bihuan.kernel.models import Unit

KEPT = {"PATH", "HOME", "LANG", "LC_ALL", "TZ", "PYTHONPATH", "BIHUAN_TLS", "BIHUAN_TIME_ZONE"}
"""What of the environment the public process keeps."""


class Command(HouseCommand):
    """Packages out and their check; the public pages."""

    help = _("公开通报：离线包、公开网页")

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, title=_("动作"), metavar="")
        out = acts.add_parser("package", help=_("把定稿的公开版导出为签名的离线包"))
        out.add_argument("no", help=_("通报的编号"))
        out.add_argument("file", type=Path, help=_("写到哪个文件（.zip）"))
        check = acts.add_parser("verify", help=_("核验离线包：签名和每个文件的摘要"))
        check.add_argument("file", type=Path, help=_("离线包"))
        check.add_argument(
            "--public-key", type=Path, metavar="FILE", help=_("签发法院的公钥（默认用包里的，只能证明包是完整的）")
        )
        serve = acts.add_parser("serve", help=_("启动公开网页：单独的进程，不登录，只能读已公开的内容"))
        serve.add_argument("--host", default="127.0.0.1", help=_("监听的地址（默认只有本机能连）"))
        serve.add_argument("--port", type=int, default=8080, help=_("端口（默认 8080）"))
        acts.add_parser("prepare", help=_("准备公开网页的目录：封信封的公钥、回执码的密钥；SQLite 另有一个数据文件"))
        acts.add_parser("take-in", help=_("接收公开网页收到的意见，更新公开的内容"))
        role = acts.add_parser("role", help=_("列出 PostgreSQL 上授予公开网页账号的语句，由数据表的所有者执行"))
        role.add_argument("name", help=_("账号名，如 bihuan_public；须先建立"))
        for sub in acts.choices.values():
            in_chinese(sub)

    def act(self, options: dict[str, Any]) -> None:
        """Do the one asked for."""
        try:
            getattr(self, f"_{options['act'].replace('-', '_')}")(options)
        except OSError as error:
            raise CommandError(str(error)) from error

    def _package(self, options: dict[str, Any]) -> None:
        row = PublicNotice.objects.filter(no=options["no"], voided_at=None).select_related("round").first()
        if row is None:
            raise CommandError(_("没有编号为“%(no)s”的公开通报。") % {"no": options["no"]})
        content = packages.make(actor=None, notice=row)
        with options["file"].open("xb") as file:
            file.write(content)
        self.tell(_("已写入 %(file)s（%(size)s 字节）。") % {"file": options["file"], "size": len(content)})

    def _verify(self, options: dict[str, Any]) -> None:
        key = options["public_key"].read_bytes() if options["public_key"] else None
        with options["file"].open("rb") as file:
            said = packages.check(file, key)
        self.tell(
            _("完整：%(no)s《%(title)s》，%(day)s定稿，正文 SM3 %(sm3)s。")
            % {"no": said.no, "title": said.title, "day": said.locked_on, "sm3": said.text_sm3}
        )
        self.tell(_("签名公钥 %(key)s。") % {"key": said.key})
        if key is None:
            self.tell(
                _("须知：公钥取自包内，只证明包是完整的；要证明是哪个法院签发，请用 --public-key 指定另行取得的公钥。")
            )

    def _prepare(self, options: dict[str, Any]) -> None:
        place = home.prepare()
        if connection.vendor == "sqlite":
            exchange.lay_open()
        self.tell(_("已准备 %(folder)s。里面的密钥打不开信封，也打不开本院的数据。") % {"folder": place})

    def _take_in(self, options: dict[str, Any]) -> None:
        done = services.take_in()
        self.tell(_("接收意见 %(made)s 件，不能接收 %(faults)s 件。") % {"made": done.opinions, "faults": done.faults})

    def _role(self, options: dict[str, Any]) -> None:
        if connection.vendor != "postgresql":
            raise CommandError(_("SQLite 没有数据库账号。公开网页用自己的数据文件，见《运维》。"))
        try:
            lines = grants(options["name"], str(connection.settings_dict["NAME"]))
        except ValueError:
            raise CommandError(
                _("账号名“%(name)s”不对：只用小写字母、数字和下划线。") % {"name": options["name"]}
            ) from None
        for line in lines:
            self.stdout.write(f"{line};")

    def _serve(self, options: dict[str, Any]) -> None:
        """Become the public process: nothing of the court's settings goes along but the folder, the address of the database of its own
        role, and the court's name."""
        if connection.vendor == "postgresql" and not os.environ.get("BIHUAN_PUBLIC_DATABASE_URL"):
            raise CommandError(
                _("请在 BIHUAN_PUBLIC_DATABASE_URL 里写明公开网页自己的数据库账号，不能用本院的账号，见《运维》。")
            )
        self._prepare(options)
        court = Unit.objects.filter(parent=None).order_by("order", "pk").values_list("name", flat=True).first() or ""
        kept = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith("BIHUAN_PUBLIC_")}
        kept |= {home.NAMED: str(home.folder()), "BIHUAN_PUBLIC_COURT": kept.get("BIHUAN_PUBLIC_COURT", court)}
        connection.close()
        place = [
            sys.executable,
            "-m",
            "bihuan.disclosure.public",
            "--host",
            options["host"],
            "--port",
            str(options["port"]),
        ]
        os.execve(sys.executable, place, kept)  # noqa: S606  a list of our own words
