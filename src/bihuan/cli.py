"""`bihuan`: the command line. Every command is a Django management command of the house."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run `bihuan COMMAND ...`; `bihuan help` lists the commands."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["bihuan", *sys.argv[1:]])


if __name__ == "__main__":
    main()
