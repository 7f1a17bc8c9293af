"""All that the public process says to a database: five statements, the same on PostgreSQL (its own role) and SQLite (its own file)."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection

PUBLICATION, ANSWER, FEEDBACK = "disclosure_publication", "disclosure_publishedanswer", "disclosure_publicfeedback"
READS = {
    PUBLICATION: ("id", "title", "blocks", "sm3", "published_on", "withdrawn_on"),
    ANSWER: ("receipt", "state", "received_on", "answer", "answered_on", "withdrawn_on"),
}
WRITES = {FEEDBACK: ("at", "receipt", "about_office", "text_sealed", "name_sealed", "contact_sealed")}


@dataclass(frozen=True)
class Notice:
    """A published notice."""

    id: int
    title: str
    published_on: dt.date
    blocks: tuple[tuple[str, str], ...] = ()
    sm3: str = ""


@dataclass(frozen=True)
class Answer:
    """What a receipt code finds."""

    state: str
    received_on: dt.date
    answer: str
    answered_on: dt.date | None


def notices() -> list[Notice]:
    """The published notices, the newest first."""
    rows = _ask(f"SELECT id, title, published_on FROM {PUBLICATION} WHERE withdrawn_on IS NULL ORDER BY published_on DESC, id DESC LIMIT 100")  # noqa: S608
    return [Notice(number, title, _day(on)) for number, title, on in rows]


def notice(number: int) -> Notice | None:
    """One of them."""
    rows = _ask(f"SELECT id, title, published_on, blocks, sm3 FROM {PUBLICATION} WHERE id = %s AND withdrawn_on IS NULL", [number])  # noqa: S608
    for pk, title, on, blocks, sm3 in rows:
        told = json.loads(blocks) if isinstance(blocks, str) else blocks
        return Notice(pk, title, _day(on), tuple((str(kind), str(text)) for kind, text in told), sm3)
    return None


def answer(receipt: str) -> Answer | None:
    """What stands under the digest of a receipt code."""
    rows = _ask(f"SELECT state, received_on, answer, answered_on FROM {ANSWER} WHERE receipt = %s AND withdrawn_on IS NULL", [receipt])  # noqa: S608
    for state, received, text, answered in rows:
        return Answer(state, _day(received), text, _day(answered) if answered else None)
    return None


def add(row: dict[str, Any]) -> bool:
    """Store an opinion; False where its receipt is taken (so it never is)."""
    names = WRITES[FEEDBACK]
    statement = f"INSERT INTO {FEEDBACK} ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})"  # noqa: S608
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, [row[name] for name in names])
    except IntegrityError:
        return False
    return True


def too_much() -> list[str]:
    """Tables the role can do more to than it needs (PostgreSQL). Whoever may do more does not serve."""
    if connection.vendor != "postgresql":
        return []
    asked = (
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r','p','v','m') "
        "AND n.nspname = 'public' AND (has_table_privilege(c.oid, 'UPDATE,DELETE,TRUNCATE,TRIGGER,REFERENCES') "
        "OR (has_any_column_privilege(c.oid, 'SELECT') AND NOT c.relname = ANY(%s)) "
        "OR (has_any_column_privilege(c.oid, 'INSERT,UPDATE') AND NOT c.relname = ANY(%s)))"
    )
    return sorted(name for (name,) in _ask(asked, [list(READS), list(WRITES)]))


def _ask(statement: str, params: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params or [])
        return list(cursor.fetchall())


def _day(value: Any) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value)[:10])
