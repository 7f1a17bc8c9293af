"""The test database, migrated once: every worker copies what the first one made.

A pytest plugin (loaded by the root conftest). A migration of the whole house costs eight seconds of a core, a copy next to
nothing: on SQLite it is a file, on PostgreSQL `CREATE DATABASE ... TEMPLATE`. The template is made by the ordinary
`migrate`, behind a lock in the folder that all processes of the run share. SQLite's is kept beside the packages (in .venv)
under a digest of all it is made from, so that one test alone starts at once; PostgreSQL's goes when the run ends.
"""

import fcntl
import hashlib
import inspect
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper

TEMPLATE = "test_bihuan_template"


def _base() -> Path:
    """The folder of the run (see tests/support/settings.py)."""
    return Path(os.environ["BIHUAN_TEST_BASE"])


@contextmanager
def _alone() -> Iterator[None]:
    with (_base() / "template.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _connect_to(connection: BaseDatabaseWrapper, name: str) -> None:
    from django.conf import settings

    connection.close()
    settings.DATABASES[connection.alias]["NAME"] = name
    connection.settings_dict["NAME"] = name


def _migrate(connection: BaseDatabaseWrapper, name: str) -> None:
    """Migrate the empty database `name`, and leave the connection closed."""
    from django.core.management import call_command

    _connect_to(connection, name)
    call_command("migrate", verbosity=0, interactive=False)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _digest() -> str:
    """Of all that `migrate` makes a database from: the migrations, the triggers, the search indexes, the models it describes."""
    import django
    from django.apps import apps

    from bihuan.kernel import triggers
    from bihuan.kernel.search import indexes

    searched = sorted((index.table, tuple(index.fields)) for index in indexes.indexes())
    found = hashlib.sha256(repr((django.VERSION, triggers.registered(), searched)).encode())
    for app in apps.get_app_configs():
        for model in app.get_models():
            found.update(repr((model._meta.label, model._meta.default_permissions, model._meta.permissions)).encode())
        folder = Path(app.path) / "migrations"
        for path in sorted(folder.glob("*.py")):
            found.update(path.read_bytes())
    found.update(inspect.getsource(import_module(__name__)).encode())
    return found.hexdigest()[:16]


def sqlite_template(connection: BaseDatabaseWrapper) -> Path:
    """A migrated SQLite database without a court. To be copied, not to be opened."""
    kept = Path(sys.prefix)
    path = (kept if os.access(kept, os.W_OK) else _base()) / f"bihuan-test-{_digest()}.sqlite3"
    with _alone():
        if not path.exists():
            for older in path.parent.glob("bihuan-test-*.sqlite3"):
                older.unlink(missing_ok=True)
            made = _base() / "template.sqlite3"
            _migrate(connection, str(made))
            shutil.copyfile(made, path.with_suffix(f".{os.getpid()}"))
            path.with_suffix(f".{os.getpid()}").rename(path)
    return path


def _sql(connection: BaseDatabaseWrapper, *statements: str) -> None:
    with connection.creation._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        for statement in statements:
            cursor.execute(statement)


def _copy_on_postgres(connection: BaseDatabaseWrapper, name: str) -> None:
    template, own = connection.ops.quote_name(TEMPLATE), connection.ops.quote_name(name)
    made = _base() / "template.made"
    with _alone():
        if not made.exists():
            _sql(connection, f"DROP DATABASE IF EXISTS {template}", f"CREATE DATABASE {template}")
            _migrate(connection, TEMPLATE)
            made.touch()
        _sql(connection, f"DROP DATABASE IF EXISTS {own}", f"CREATE DATABASE {own} TEMPLATE {template}")


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: Any, django_db_modify_db_settings: None
) -> Iterator[None]:
    """In the place of pytest-django's: the database of this process is a copy of the template."""
    from django.db import connection

    before = connection.settings_dict["NAME"]
    name: str = connection.creation._get_test_db_name()  # type: ignore[attr-defined]
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            shutil.copyfile(sqlite_template(connection), name)
        else:
            _copy_on_postgres(connection, name)
        _connect_to(connection, name)
        connection.ensure_connection()
    yield
    with django_db_blocker.unblock():
        _connect_to(connection, before)
        if connection.vendor == "postgresql":
            _sql(connection, f"DROP DATABASE {connection.ops.quote_name(name)}")


def pytest_unconfigure(config: pytest.Config) -> None:
    """The last process of the run drops PostgreSQL's template."""
    from django.db import connection
    from pytest_django.plugin import blocking_manager_key

    if (
        connection.vendor == "postgresql"
        and not hasattr(config, "workerinput")
        and (_base() / "template.made").exists()
    ):
        with config.stash[blocking_manager_key].unblock():
            _sql(connection, f"DROP DATABASE IF EXISTS {connection.ops.quote_name(TEMPLATE)}")
