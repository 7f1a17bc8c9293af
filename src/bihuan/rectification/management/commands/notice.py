"""`bihuan notice read FILE [--json]`: what a published rectification notice says, as text or as JSON. Saves nothing."""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from bihuan.rectification.notice import NotThisGenre, UnreadableNotice, main_json, read_file
from bihuan.rectification.notice.render import describe, render_text

OTHER_GENRE, UNREADABLE = 1, 2
ENDINGS = """exit codes: 0 the notice was read (doubts, if any, are part of what is printed);
1 the file is readable, but it is no notice of inspection rectification (the reason says what it seems to be);
2 the file cannot be read (missing, broken, locked, scanned, of another kind), or the command was mistyped."""


class Command(BaseCommand):
    """Read a notice."""

    help = "read a published rectification notice (.txt, .docx, .html, .pdf)"
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="what", required=True)
        read = commands.add_parser(
            "read", help="read the notice of a file", epilog=ENDINGS, formatter_class=RawDescriptionHelpFormatter
        )
        read.add_argument("file", type=Path, help="the file of the notice")
        read.add_argument("--json", action="store_true", help="print JSON instead of text")

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
