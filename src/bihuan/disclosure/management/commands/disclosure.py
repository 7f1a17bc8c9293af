"""`bihuan disclosure package | verify`: the public notice as a signed file, and whether such a file is whole."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from bihuan.disclosure import packages
from bihuan.disclosure.models import PublicNotice
from bihuan.kernel.management.base import HouseCommand, in_chinese


class Command(HouseCommand):
    """Packages out, and their check."""

    help = _("公开通报：导出签名的离线包、核验离线包")

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
        for sub in acts.choices.values():
            in_chinese(sub)

    def act(self, options: dict[str, Any]) -> None:
        """Do the one asked for."""
        try:
            getattr(self, f"_{options['act']}")(options)
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
