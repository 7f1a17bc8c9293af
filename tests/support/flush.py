"""Emptying the database after tests that really commit, in spite of the append-only triggers.

A pytest plugin (loaded by the root conftest). Django's TransactionTestCase (so `transactional_db` and `live_server`)
deletes every row when a test ends, which is just what the house's triggers forbid. Here they step aside for that one
moment and are all back before the next test begins: `pytest_configure` puts `emptied` in the place of Django's flush.
Tables that hold Django's own description of the models (content types, permissions) are kept: nothing fills them
again, and filling them is the slow part of Django's way.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

KEPT = {"django_migrations", "django_content_type", "auth_permission"}


@contextmanager
def triggers_aside(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Without the house's triggers inside, with all of them afterwards, whatever a test did to them."""
    from bihuan.kernel import triggers

    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for trigger in triggers.registered():
            if trigger.table in present and trigger.exists_on(connection.vendor):
                on = f" ON {trigger.table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.full_name}{on}")
        yield
    triggers.install(connection)


def empty(connection: BaseDatabaseWrapper) -> None:
    """Delete every row, except in the tables of `KEPT`."""
    from bihuan.kernel.search import store_sqlite

    with transaction.atomic(using=connection.alias), triggers_aside(connection), connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names() if name not in KEPT]
        if connection.vendor == "postgresql":
            quoted = [connection.ops.quote_name(name) for name in tables]
            cursor.execute(f"TRUNCATE {', '.join(quoted)}")
            return
        indexes = tuple(f"{name}_" for name in store_sqlite.tables())  # what FTS5 keeps beside them is its own
        for name in tables:  # foreign keys are deferred to the commit, when every row is gone
            if not name.startswith(indexes):
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")


def pytest_configure(config: pytest.Config) -> None:
    """Take the place of the flush at the end of a TransactionTestCase."""
    from django.test import TransactionTestCase

    def teardown(self: Any) -> None:
        for alias in self._databases_names(include_mirrors=False):
            empty(connections[alias])

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[attr-defined]
