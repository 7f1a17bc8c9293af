"""What the house's commands share: help and errors in Chinese, refusals in words, a progress bar on a terminal."""

from __future__ import annotations

import argparse
import re
import sys
from abc import ABC, abstractmethod
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Refused

WIDTH = 30
SUPPRESSED = {
    "--version", "--verbosity", "--settings", "--pythonpath", "--traceback", "--no-color", "--force-color", "--skip-checks",
}  # fmt: skip


def argument_error(message: str) -> str:
    """What argparse says of wrong arguments, in Chinese where it is one of the usual sentences."""
    known = (
        (r"the following arguments are required: (.*)", _("缺少参数：%s")),
        (r"unrecognized arguments: (.*)", _("不认识的参数：%s")),
        (r"argument (.*): expected (?:one|at least one) argument", _("参数 %s 后面缺少内容")),
        (r"argument (.*): expected \d+ arguments?", _("参数 %s 后面缺少内容")),
        (r"argument (.*): (?:invalid|not allowed).*", _("参数 %s 的内容不对，或不能与其他参数同用")),
        (r"one of the arguments (.*) is required", _("须给出以下参数之一：%s")),
    )
    for pattern, said in known:
        if found := re.fullmatch(pattern, message, re.S):
            return said % found[1]
    return message


class _Help(argparse.RawDescriptionHelpFormatter):
    """The usual layout, under Chinese headings."""

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, _("用法：") if prefix is None else prefix)


class ChineseCommand(BaseCommand):
    """A command whose help and argument errors are in Chinese."""

    suppressed_base_arguments = SUPPRESSED

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """The parser, in Chinese."""
        parser: Any = super().create_parser("bihuan", subcommand, formatter_class=_Help, **kwargs)
        in_chinese(parser)
        return parser

    def bar(self, label: str, done: int, total: int) -> None:
        """A progress bar on a terminal; nothing elsewhere."""
        if not sys.stdout.isatty():
            return
        share = min(done / total, 1.0) if total else 1.0
        filled = round(WIDTH * share)
        end = "\n" if share >= 1 else ""
        self.stdout.write(f"\r{label} [{'█' * filled}{'·' * (WIDTH - filled)}] {share:4.0%}", ending=end)
        self.stdout.flush()

    def tell(self, text: str) -> None:
        """One line of what was done."""
        self.stdout.write(text)


class HouseCommand(ChineseCommand, ABC):
    """A command of the house. `act` does the work; what it refuses ends the command with the reasons."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Run `act`."""
        translation.activate("zh-hans")
        try:
            self.act(options)
        except Refused as refusal:
            raise CommandError("\n".join(map(str, refusal.reasons))) from refusal

    @abstractmethod
    def act(self, options: dict[str, Any]) -> None:
        """The command's work."""


def in_chinese(parser: ArgumentParser) -> None:
    """Chinese headings, help option and errors for a parser (also one of a sub-command)."""
    parser.formatter_class = _Help
    parser._positionals.title, parser._optionals.title = _("参数"), _("选项")
    for action in parser._actions:
        if "--help" in action.option_strings:
            action.help = _("显示本说明")
        elif "--skip-checks" in action.option_strings:
            action.help = argparse.SUPPRESS
    told = parser.error

    def error(message: str) -> Any:
        return told(_("%(what)s。运行 %(command)s --help 查看用法。") % {"what": argument_error(message), "command": parser.prog})

    parser.error = error  # type: ignore[method-assign]
