"""SQLite: the public pages have a file of their own, so that their process never opens the court's. The court's process lays the published
rows into it and takes the opinions out. It knows no roles: whoever runs as the same user of the machine can read both files."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bihuan.kernel.work import unit_of_work

from . import home
from .store import ANSWER, FEEDBACK, PUBLICATION

_TABLES = (
    f"CREATE TABLE IF NOT EXISTS {PUBLICATION} (id INTEGER PRIMARY KEY, title TEXT NOT NULL, blocks TEXT NOT NULL, sm3 TEXT NOT NULL, "
    "published_on TEXT NOT NULL, withdrawn_on TEXT)",
    f"CREATE TABLE IF NOT EXISTS {ANSWER} (receipt TEXT PRIMARY KEY, state TEXT NOT NULL, received_on TEXT NOT NULL, answer TEXT NOT NULL, "
    "answered_on TEXT, withdrawn_on TEXT)",
    f"CREATE TABLE IF NOT EXISTS {FEEDBACK} (id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, receipt TEXT NOT NULL UNIQUE, "
    "about_office INTEGER NOT NULL, text_sealed TEXT NOT NULL CHECK (length(text_sealed) <= 40000), name_sealed TEXT NOT NULL CHECK "
    "(length(name_sealed) <= 2000), contact_sealed TEXT NOT NULL CHECK (length(contact_sealed) <= 2000))",
)

_WAITING = f"SELECT id, at, receipt, about_office, text_sealed, name_sealed, contact_sealed FROM {FEEDBACK} ORDER BY id"  # noqa: S608


@contextmanager
def opened(path: Path | None = None) -> Iterator[sqlite3.Connection]:
    """The file, its tables made when missing."""
    file = path or home.database()
    with_rights = not file.exists()
    connection = sqlite3.connect(file, timeout=20)
    try:
        if with_rights:
            file.chmod(0o600)
        with connection:
            connection.execute("PRAGMA journal_mode=WAL")
            for statement in _TABLES:
                connection.execute(statement)
        yield connection
    finally:
        connection.close()


def lay_open() -> None:
    """Make the published rows of the file those of the court."""
    from ..models import Publication, PublishedAnswer

    if not home.database().parent.is_dir():
        return
    notices = [
        (row.pk, row.title, json.dumps(row.blocks, ensure_ascii=False), row.sm3, row.published_on.isoformat())
        for row in Publication.objects.filter(withdrawn_on=None).order_by("pk")
    ]
    answers = [
        (
            row.receipt,
            row.state,
            row.received_on.isoformat(),
            row.answer,
            row.answered_on.isoformat() if row.answered_on else None,
        )
        for row in PublishedAnswer.objects.filter(withdrawn_on=None).order_by("pk")
    ]
    with opened() as file, file:
        file.execute(f"DELETE FROM {PUBLICATION}")  # noqa: S608
        file.execute(f"DELETE FROM {ANSWER}")  # noqa: S608
        file.executemany(f"INSERT INTO {PUBLICATION} VALUES (?, ?, ?, ?, ?, NULL)", notices)  # noqa: S608
        file.executemany(f"INSERT INTO {ANSWER} VALUES (?, ?, ?, ?, ?, NULL)", answers)  # noqa: S608


def fetch() -> int:
    """Take the opinions out of the file. A row goes from there once it is stored here; broken off between, it is stored once all the same."""
    from ..models import PublicFeedback

    if not home.database().exists():
        return 0
    with opened() as file:
        rows = file.execute(_WAITING).fetchall()
        known = set(
            PublicFeedback.objects.filter(receipt__in=[row[2] for row in rows]).values_list("receipt", flat=True)
        )
        new = [
            PublicFeedback(
                at=dt.datetime.fromisoformat(at),
                receipt=receipt,
                about_office=bool(about),
                text_sealed=text,
                name_sealed=name,
                contact_sealed=contact,
                fault="",
            )
            for _pk, at, receipt, about, text, name, contact in rows
            if receipt not in known
        ]
        if new:
            with unit_of_work(None, job="disclosure") as uow:
                PublicFeedback.objects.bulk_create(new)
                uow.record("disclosure.feedback.fetched", params={"count": len(new)}, covers=[PublicFeedback])
        with file:
            file.executemany(f"DELETE FROM {FEEDBACK} WHERE id = ?", [(row[0],) for row in rows])  # noqa: S608
    return len(new)
