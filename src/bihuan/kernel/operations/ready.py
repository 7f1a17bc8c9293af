"""Whether this process can serve: asked by the proxy, answered with yes or no, at most once in a few seconds."""

from __future__ import annotations

import logging
import shutil
import tempfile
import threading
import time
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from .. import journal, triggers

SECONDS = 3.0
LEAST_FREE = 32 * 1024 * 1024
logger = logging.getLogger("bihuan.ready")

_lock = threading.Lock()
_last: tuple[float, str] | None = None


def problem() -> str:
    """Why this process cannot serve, in one word; "" when it can. An answer is kept for a few seconds, so that nobody can
    keep the database busy by asking."""
    global _last
    held = _last
    if held is not None and time.monotonic() - held[0] < SECONDS:
        return held[1]
    if not _lock.acquire(blocking=held is None):
        return held[1] if held is not None else ""
    try:
        found = _look()
        if found and (held is None or held[1] != found):
            logger.error("not ready", extra=journal.told(problems=[found]))
        _last = (time.monotonic(), found)
        return found
    finally:
        _lock.release()


def forget() -> None:
    """Look anew at the next question."""
    global _last
    _last = None


def _look() -> str:
    for name, asked in (("disk", _disk), ("database", _database), ("migrations", _migrations), ("triggers", _triggers)):
        try:
            if not asked():
                return name
        except Exception:  # whatever it is, the answer is no
            return name
    return ""


def _disk() -> bool:
    home = Path(settings.BIHUAN_HOME)
    with tempfile.TemporaryFile(dir=home) as file:
        file.write(b"x")
    return shutil.disk_usage(home).free > LEAST_FREE


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone())


@lru_cache
def _wanted() -> frozenset[tuple[str, str]]:
    """The last migration of each application of this program."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes())


def _migrations() -> bool:
    return _wanted() <= set(MigrationRecorder(connection).applied_migrations())


def _triggers() -> bool:
    return not triggers.missing(connection)
