"""`bihuan`: the command line. Every command is a Django management command of the house."""

from __future__ import annotations

import os
import sys
from pathlib import Path

MARK = "demo"


def main() -> None:
    """Run `bihuan COMMAND ...`; `bihuan help` lists the commands."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")
    try:
        if sys.argv[1:2] == ["run"]:
            _mark_demo()
        from django.core.management import execute_from_command_line

        execute_from_command_line(["bihuan", *sys.argv[1:]])
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        # What the machine refuses (no database server, a full disk, a folder of somebody else's) is no fault of the
        # program: it is said in one line, and in full where BIHUAN_DEBUG asks.
        if os.environ.get("BIHUAN_DEBUG") or not _of_the_machine(error):
            raise
        sys.exit(f"无法完成：{str(error).strip()}\n设置 BIHUAN_DEBUG=1 再运行一次可看到详情。")


def _of_the_machine(error: Exception) -> bool:
    from django.db import OperationalError

    return isinstance(error, OSError | OperationalError)


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
