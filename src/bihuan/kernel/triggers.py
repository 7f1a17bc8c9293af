"""Triggers: what the database itself refuses, whoever asks, and the few copies of a value it keeps for lists to stand on.

Domains declare triggers as data for both databases. They are (re)installed after every migrate, because SQLite drops
them when Django rebuilds a table, and checked at start: a missing trigger is an error, not a detail.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.base.base import BaseDatabaseWrapper

PREFIX = "bh_"


@dataclass(frozen=True)
class Trigger:
    """A trigger `name` on `table`.

    `sqlite` is the statement after `CREATE TRIGGER name`, e.g. "BEFORE UPDATE ON t BEGIN SELECT RAISE(ABORT, 'code'); END".
    `when` and `body` are PostgreSQL's: `when` e.g. "BEFORE UPDATE OR DELETE", `body` the PL/pgSQL between BEGIN and END
    (it must RETURN NEW, OLD or NULL); `each` is ROW or STATEMENT (TRUNCATE wants STATEMENT).
    """

    name: str
    table: str
    sqlite: str
    when: str = ""
    body: str = ""
    each: str = "ROW"
    deferred: bool = False

    def statements(self, vendor: str, schema: str = "public") -> list[str]:
        """The statements that make the trigger anew; none where the vendor has no form of it. `schema`: where the tables are."""
        if vendor == "sqlite":
            if not self.sqlite:
                return []
            return [f"DROP TRIGGER IF EXISTS {self.full_name}", f"CREATE TRIGGER {self.full_name} {self.sqlite}"]
        if not self.body:
            return []
        kind = "CONSTRAINT TRIGGER" if self.deferred else "TRIGGER"
        timing = " DEFERRABLE INITIALLY DEFERRED" if self.deferred else ""
        return [
            # Its own schema first: a role's temporary tables would else hide the tables it speaks of.
            f"CREATE OR REPLACE FUNCTION {self.full_name}() RETURNS trigger LANGUAGE plpgsql SET search_path = {schema}, pg_temp AS "
            f"$body$ BEGIN {self.body} END $body$",
            f"DROP TRIGGER IF EXISTS {self.full_name} ON {self.table}",
            f"CREATE {kind} {self.full_name} {self.when} ON {self.table}{timing} FOR EACH {self.each} "
            f"EXECUTE FUNCTION {self.full_name}()",
        ]

    @property
    def full_name(self) -> str:
        """The name in the database."""
        return PREFIX + self.name

    @property
    def bits(self) -> int:
        """PostgreSQL's number for row or statement, before or after, and the events."""
        words = {"BEFORE": 2, "INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}
        return (self.each == "ROW") + sum(bit for word, bit in words.items() if word in self.when)

    def exists_on(self, vendor: str) -> bool:
        """Whether the vendor has a form of this trigger."""
        return bool(self.statements(vendor))


_triggers: dict[str, Trigger] = {}


def register(*triggers: Trigger) -> None:
    """Register triggers; the same name twice is an error."""
    for trigger in triggers:
        held = _triggers.get(trigger.name)
        if held is not None and held != trigger:
            raise ImproperlyConfigured(f"trigger {trigger.name!r} is registered twice")
        _triggers[trigger.name] = trigger


def registered() -> tuple[Trigger, ...]:
    """All triggers, in the order of registration."""
    return tuple(_triggers.values())


def insert_only(name: str, table: str, key: str = "id") -> Iterable[Trigger]:
    """Triggers that make a table append-only: no UPDATE, no DELETE, no replacing INSERT, no TRUNCATE.

    On SQLite `INSERT OR REPLACE` deletes without firing DELETE triggers, so a BEFORE INSERT trigger refuses an existing key.
    """
    refused = f"{table} is append-only"
    yield Trigger(
        f"{name}_no_update",
        table,
        f"BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{refused}'); END",
        "BEFORE UPDATE",
        f"RAISE EXCEPTION '{refused}';",
    )
    yield Trigger(
        f"{name}_no_delete",
        table,
        f"BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{refused}'); END",
        "BEFORE DELETE",
        f"RAISE EXCEPTION '{refused}';",
    )
    yield Trigger(
        f"{name}_no_replace",
        table,
        f"BEFORE INSERT ON {table} WHEN NEW.{key} IN (SELECT {key} FROM {table}) "  # noqa: S608  names of our own
        f"BEGIN SELECT RAISE(ABORT, '{refused}'); END",
    )
    yield Trigger(f"{name}_no_truncate", table, "", "BEFORE TRUNCATE", f"RAISE EXCEPTION '{refused}';", "STATEMENT")


def install(connection: BaseDatabaseWrapper) -> int:
    """Make all triggers anew; returns how many. Tables not yet migrated are passed over."""
    tables = set(connection.introspection.table_names())
    made, schema = 0, "public"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT quote_ident(current_schema())")
            schema = str(cursor.fetchone()[0])
        for trigger in registered():
            if trigger.table not in tables:
                continue
            for statement in trigger.statements(connection.vendor, schema):
                cursor.execute(statement)
            made += trigger.exists_on(connection.vendor)
    return made


def lift(connection: BaseDatabaseWrapper) -> int:
    """Drop all triggers of the house before a migration changes tables; returns how many. They are installed anew after it.

    SQLite alone needs it: it changes a table by building it anew under another name, and refuses to rename it while the
    trigger of any table speaks of the old one. A server started in between refuses to serve without triggers.
    """
    if connection.vendor != "sqlite":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, 3) = %s", [PREFIX])
        names = [name for (name,) in cursor.fetchall()]
        for name in names:
            cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(name)}")
    return len(names)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of registered triggers that the database does not hold as they were registered: dropped, switched off, moved to
    another table, or with another text under the same name."""
    held = _held_by_sqlite(connection) if connection.vendor == "sqlite" else _held_by_postgres(connection)
    found = []
    for trigger in registered():
        if not trigger.exists_on(connection.vendor):
            continue
        wanted: object = (trigger.table, trigger.bits, f" BEGIN {trigger.body} END ")
        if connection.vendor == "sqlite":
            wanted = trigger.statements("sqlite")[-1]
        if held.get(trigger.full_name) != wanted:
            found.append(trigger.full_name)
    return found


def _held_by_sqlite(connection: BaseDatabaseWrapper) -> dict[str, object]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return dict(cursor.fetchall())


def _held_by_postgres(connection: BaseDatabaseWrapper) -> dict[str, object]:
    """Triggers that fire in ordinary sessions and without a condition of their own (`ENABLE REPLICA` and WHEN are ways to
    leave a trigger in place and dead)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.tgname, c.relname, t.tgtype, p.prosrc FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgqual IS NULL "
            "AND n.nspname = current_schema()"
        )
        return {name: (table, kind, body) for name, table, kind, body in cursor.fetchall()}
