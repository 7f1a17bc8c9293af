"""Shapes of triggers that domains put theirs together from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .triggers import Trigger


def refuse(
    name: str, table: str, event: str, condition: str, message: str, *, postgres: str | None = None
) -> Iterator[Trigger]:
    """A row trigger that refuses `event` where `condition` holds; `postgres` where the condition is put otherwise there.

    `IS NOT` of SQLite is written IS DISTINCT FROM in both by `differs`.
    """
    yield Trigger(
        name,
        table,
        f"BEFORE {event} ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{message}'); END",
        f"BEFORE {event}",
        f"IF {postgres if postgres is not None else condition} THEN RAISE EXCEPTION '{message}' "
        f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {'OLD' if event == 'DELETE' else 'NEW'};",
    )


def sqlite_only(name: str, table: str, event: str, condition: str, message: str) -> Trigger:
    """As `refuse`, for what SQLite alone lets pass (OR REPLACE, PRAGMA ignore_check_constraints)."""
    return Trigger(
        name, table, f"BEFORE {event} ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )


def no_truncate(name: str, table: str) -> Trigger:
    """TRUNCATE fires no row trigger, so it has one of its own."""
    body = f"RAISE EXCEPTION '{table} is never emptied';"
    return Trigger(f"{name}_no_truncate", table, "", "BEFORE TRUNCATE", body, "STATEMENT")


def differs(columns: Iterable[str], *, postgres: bool) -> str:
    """A condition that one of the columns changes. SQLite 3.38 and older know no IS DISTINCT FROM."""
    cast = "::text" if postgres else ""  # JSON columns of PostgreSQL have no comparison of their own
    word = "IS DISTINCT FROM" if postgres else "IS NOT"
    return " OR ".join(f"NEW.{c}{cast} {word} OLD.{c}{cast}" for c in columns)
