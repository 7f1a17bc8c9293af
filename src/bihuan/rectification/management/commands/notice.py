"""`bihuan notice read FILE [--json]`: what a published rectification notice says, as text or as JSON. Saves nothing."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from bihuan.kernel.management.base import ChineseCommand, in_chinese
from bihuan.rectification.notice import NotThisGenre, UnreadableNotice, main_json, read_file
from bihuan.rectification.notice.render import describe, render_text

OTHER_GENRE, UNREADABLE = 1, 2


class Command(ChineseCommand):
    """Read a notice."""

    help = _("读取公开发布的整改通报（.txt、.docx、.html、.pdf），显示读出的结构；不保存任何内容")
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="what", required=True, title=_("动作"), metavar="")
        endings = _(
            "退出码：0 已读出（有疑点的，随内容一并显示）；1 文件能读，但不是巡察整改通报（说明像是什么）；"
            "2 文件读不了（不存在、损坏、加密、扫描件、其他格式），或参数有误。"
        )
        read = commands.add_parser("read", help=_("读取一个文件"), epilog=endings)
        read.add_argument("file", type=Path, help=_("通报文件"))
        read.add_argument("--json", action="store_true", help=_("输出 JSON，而不是文字"))
        in_chinese(read)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        translation.activate("zh-hans")
        try:
            text = main_json(path) if options["json"] else render_text(read_file(path))
        except NotThisGenre as error:
            raise CommandError(describe(error), returncode=OTHER_GENRE) from None
        except UnreadableNotice as error:
            raise CommandError(describe(error), returncode=UNREADABLE) from None
        self.stdout.write(text)
