"""`bihuan notice read FILE [--json]`: what a published rectification notice says. `bihuan notice check FILE [--json]`: the figures of
a draft held against the system's, and its arithmetic. Nothing is saved."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from bihuan.kernel import figure_check
from bihuan.kernel.figure_check import Report
from bihuan.kernel.management.base import ChineseCommand, in_chinese
from bihuan.rectification.notice import NotThisGenre, UnreadableNotice, load_text, main_json, read_file
from bihuan.rectification.notice.render import describe, render_text

OTHER_GENRE, UNREADABLE = 1, 2
FOUND = 1


class Command(ChineseCommand):
    """Read a notice."""

    help = _("读取公开发布的整改通报，或核对一份文稿的数据（.txt、.docx、.html、.pdf）；不保存任何内容")
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
        verdicts = _(
            "退出码：0 没有发现错误；1 有计算错误或与系统数据不同的；2 文件读不了，或参数有误。"
            "截尾、请核对的只提示，不影响退出码。"
        )
        check = commands.add_parser("check", help=_("核对一份文稿的数据"), epilog=verdicts)
        check.add_argument("file", type=Path, help=_("文稿（.txt、.docx、.html、.pdf）"))
        check.add_argument("--json", action="store_true", help=_("输出 JSON，而不是文字"))
        check.add_argument("--on", type=date.fromisoformat, default=None, metavar="DATE", help=_("以哪一天为今天，如 2026-03-01"))
        in_chinese(check)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        translation.activate("zh-hans")
        if options["what"] == "check":
            self.check_draft(path, options)
            return
        try:
            text = main_json(path) if options["json"] else render_text(read_file(path))
        except NotThisGenre as error:
            raise CommandError(describe(error), returncode=OTHER_GENRE) from None
        except UnreadableNotice as error:
            raise CommandError(describe(error), returncode=UNREADABLE) from None
        self.stdout.write(text)

    def check_draft(self, path: Path, options: dict[str, Any]) -> None:
        """Check a draft's figures. Raises CommandError: 1 something is wrong, 2 the file cannot be read."""
        try:
            text = load_text(path)
        except UnreadableNotice as error:
            raise CommandError(describe(error), returncode=UNREADABLE) from None
        report = figure_check.check(text, today=options["on"])
        shown = json.dumps(report.as_json(), ensure_ascii=False, indent=2) if options["json"] else _report(report)
        self.stdout.write(shown)
        if report.bad:
            sys.exit(FOUND)


def _report(report: Report) -> str:
    lines = ["  ".join(f"{status.label} {n}" for status, n in report.counts.items()) or _("文稿里没有读到带单位的数据。")]
    said = [(one.mention.at, one.line, one.mention.words.strip(), one) for one in report.figures]
    for _at, line, words, one in said:
        held = one.bound
        system = f"  {held.name}（{held.period}）{held.value}" if held else ""
        lines.append(_("第 %(line)s 行  %(status)s  %(words)s%(system)s") % {
            "line": line, "status": one.status.label, "words": words, "system": system,
        })  # fmt: skip
        lines += [f"    {remark.message}" for remark in one.remarks]
    for remark in report.others:
        lines.append(_("第 %(line)s 行  %(status)s  %(words)s%(system)s") % {
            "line": report.line_of(remark.start), "status": remark.status.label, "words": str(remark.message), "system": "",
        })  # fmt: skip
    return "\n".join(lines)
