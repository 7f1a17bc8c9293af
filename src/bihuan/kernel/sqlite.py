"""The connection to a SQLite file that notices when the file is no longer the one it opened.

Whoever replaces the file under a running service (a restore by hand, a copy put in place) leaves the open connections at work
on a file that has no name any more: what they write would be lost without a word. Such a connection refuses instead, and a
serving process never makes an empty database where the file has gone.
"""

from __future__ import annotations

import os
import sqlite3
from typing import Any

SERVER_PID = "BIHUAN_SERVER_PID"
"""Set by the service for the processes it starts."""


class Connection(sqlite3.Connection):
    """Knows the file it opened. `OperationalError` where it is gone or another one."""

    def __init__(self, database: Any, *args: Any, **kwargs: Any) -> None:
        self._path = str(database)
        self._opened: tuple[int, int] | None = None
        if SERVER_PID in os.environ and not os.path.exists(self._path):  # noqa: PTH110  a path or SQLite's own names
            raise sqlite3.OperationalError("the database file is gone")
        super().__init__(database, *args, **kwargs)
        self._opened = _identity(self._path)

    def is_replaced(self) -> bool:
        """Whether the file under the name is not the one this connection works on."""
        return self._opened is not None and _identity(self._path) != self._opened

    def cursor(self, *args: Any, **kwargs: Any) -> Any:
        """A cursor on the file that is there."""
        self._check()
        return super().cursor(*args, **kwargs)

    def commit(self) -> None:
        """Commit into the file that is there."""
        self._check()
        super().commit()

    def _check(self) -> None:
        if self.is_replaced():
            raise sqlite3.OperationalError("the database file was replaced or removed")


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116  asked before every statement
    except OSError:
        return None
    return found.st_dev, found.st_ino
