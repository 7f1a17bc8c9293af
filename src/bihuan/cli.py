"""`bihuan`: the command line. Every command is a Django management command of the house."""

from __future__ import annotations

import os
import sys
from pathlib import Path

MARK = "demo"


def main() -> None:
    """Run `bihuan COMMAND ...`; `bihuan help` lists the commands."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")
    if sys.argv[1:2] == ["run"]:
        _mark_demo()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["bihuan", *sys.argv[1:]])


def _mark_demo() -> None:
    """Mark the home as a demo before the settings are read; a home that holds a real court is left alone."""
    checkout = Path(__file__).resolve().parent.parent.parent
    default = checkout / "var" if (checkout / "pyproject.toml").exists() else Path.home() / ".bihuan"
    home = Path(os.environ.get("BIHUAN_HOME") or default).expanduser()
    if (home / MARK).exists():
        return
    if (home / "bihuan.sqlite3").exists() or (home / "real").exists():
        sys.exit(f"{home} 里是真实法院的数据，演示环境请用 BIHUAN_HOME 另指一个目录。")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    (home / MARK).write_text("演示环境，数据均为虚构\n", encoding="utf-8")


if __name__ == "__main__":
    main()
