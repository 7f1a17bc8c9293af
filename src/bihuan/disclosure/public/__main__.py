"""`python -m bihuan.disclosure.public --port N`: serve the public pages. One worker: limits are counted in its memory."""

from __future__ import annotations

import argparse
import os
import sys


def main() -> None:
    """Serve until stopped; refuse to where the database lets the role do more than it needs."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "bihuan.disclosure.public.settings"
    parser = argparse.ArgumentParser(prog="python -m bihuan.disclosure.public")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080)
    options = parser.parse_args()
    import django
    from django.db import Error

    django.setup()
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from . import store

    try:
        more = store.too_much()
        store.notices()
    except Error as error:
        sys.exit(
            f"数据库不可用：{error}\n请核对 BIHUAN_PUBLIC_DATABASE_URL，并确认已按《运维》建立公开网页的数据库账号、授予权限。"
        )
    if more:
        sys.exit(
            f"这个数据库账号的权限过大（{'、'.join(more[:5])} 等 {len(more)} 个表），公开网页拒绝启动。请用 bihuan disclosure role 所列的账号。"
        )
    server = Granian(
        "bihuan.disclosure.public.wsgi:application", address=options.host, port=options.port, interface=Interfaces.WSGI, workers=1,
        blocking_threads=4, websockets=False, log_access=False, log_level=LogLevels.warning, respawn_failed_workers=True,
    )  # fmt: skip
    print(f"http://{options.host}:{options.port} （按 Ctrl+C 停止）", flush=True)
    server.serve()


if __name__ == "__main__":
    main()
