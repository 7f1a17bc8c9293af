"""`bihuan`: the command line. Every command is a Django management command of the house."""

from __future__ import annotations

import os
import sys
from pathlib import Path

MARK = "demo"
HELP = {"help", "--help", "-h"}


def main() -> None:
    """Run `bihuan COMMAND ...`; `bihuan help` lists the commands."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")
    arguments = sys.argv[1:]
    try:
        _refuse_stranger()
        if not arguments or (len(arguments) == 1 and arguments[0] in HELP):
            _overview()
            return
        if arguments[0] == "run" and not HELP & set(arguments):
            _mark_demo()
        from django.core.management import execute_from_command_line

        execute_from_command_line(["bihuan", *arguments])
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

    from bihuan.kernel import journal

    if any(journal.code_of(one) == "42501" for one in journal.chain_of(error)):
        return True  # the database's role may not do it: another role is needed, not another program
    return isinstance(error, OSError | OperationalError)


def _home() -> Path:
    """The data folder, before the settings are read."""
    checkout = Path(__file__).resolve().parent.parent.parent
    default = checkout / "var" if (checkout / "pyproject.toml").exists() else Path.home() / ".bihuan"
    return Path(os.environ.get("BIHUAN_HOME") or default).expanduser()


def _refuse_stranger() -> None:
    """Root at work in the service's folder leaves files there that the service cannot open: it is told who to be instead."""
    home = _home()
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or not home.is_dir():
        return
    owner = home.stat().st_uid
    if owner != 0:
        import pwd

        try:
            name = pwd.getpwuid(owner).pw_name
        except KeyError:
            name = str(owner)
        sys.exit(
            f"{home} 属于账号 {name}，用 root 运行会留下该账号打不开的文件。\n"
            f"请改用该账号：runuser -u {name} -- bihuan …（环境变量要带上，见《运维》）。"
        )


def _overview() -> None:
    """The house's commands with what each is for."""
    import django
    from django.core.management import get_commands, load_command_class

    django.setup()
    print("用法：bihuan 命令 [参数]        bihuan 命令 --help 查看一个命令的用法\n")
    for name, application in sorted(get_commands().items()):
        if str(application).startswith("bihuan."):
            print(f"  {name:<10} {str(load_command_class(application, name).help).partition(chr(10))[0]}")
    print("\n其余为 Django 自带的命令，bihuan help --commands 列出。安装、备份、升级、故障处理见《运维》。")


def _mark_demo() -> None:
    """Mark the home as a demo before the settings are read; a home that holds a real court is left alone."""
    home = _home()
    if (home / MARK).exists():
        return
    if (home / "bihuan.sqlite3").exists() or (home / "real").exists():
        sys.exit(f"{home} 里是真实法院的数据，演示环境请用 BIHUAN_HOME 另指一个目录。")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    (home / MARK).write_text("演示环境，数据均为虚构\n", encoding="utf-8")


if __name__ == "__main__":
    main()
