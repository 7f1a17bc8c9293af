"""`python -m benchmarks.replay record|play FILE`: the statements of a migration from empty, and the same bare."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from .processes import cpu_seconds


def record(path: Path) -> None:
    """Migrate, and write down every statement with its values."""
    from django.core.management import call_command
    from django.db import connection

    kept: list[list[Any]] = []

    def note(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        if not many:
            kept.append([str(sql), [_plain(value) for value in params] if params else None])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        call_command("migrate", verbosity=0)
    path.write_text(json.dumps(kept), encoding="utf-8")


def play(path: Path) -> None:
    """Execute them in one go; says seconds, processor seconds, and those of the database."""
    from django.db import connection, transaction

    statements = json.loads(path.read_text(encoding="utf-8"))
    postmaster = os.environ.get("BIHUAN_BENCH_POSTMASTER")
    server = int(postmaster) if postmaster else None
    connection.ensure_connection()
    database, cpu, began = cpu_seconds(server), time.process_time(), time.monotonic()
    with transaction.atomic(), connection.cursor() as cursor:
        for sql, params in statements:
            if not sql.lstrip().upper().startswith(("PRAGMA FOREIGN_KEYS", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")):
                cursor.execute(sql, params)
    print(time.monotonic() - began, time.process_time() - cpu, cpu_seconds(server) - database)


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if value is None or isinstance(value, int | float | str | bool) else str(value)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")
    import django

    django.setup()
    {"record": record, "play": play}[sys.argv[1]](Path(sys.argv[2]))
