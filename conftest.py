"""What every test may use: the browser plugin, the command line in a process, the database markers."""

import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.support import covering

pytest_plugins = [
    "tests.support.again",
    "tests.support.browser",
    "tests.support.cost",
    "tests.support.databases",
    "tests.support.flush",
]

settings.register_profile(
    "bihuan", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("bihuan")


SELECTION = 300  # fewer tests than this were chosen by hand
DATABASE = {"db", "transactional_db", "django_db_setup", "live_server", "client", "admin_client"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip the tests of the other database, saying so. The run on PostgreSQL leaves out what touches no database: it ran on
    the first one. The tests of the whole house are the long ones and come first, so that short ones fill the end."""
    from django.db import connection

    items.sort(key=lambda item: not item.nodeid.startswith("tests/"))

    if connection.vendor == "postgresql" and len(items) > SELECTION:
        needed = [
            i for i in items if i.get_closest_marker("django_db") or DATABASE & set(getattr(i, "fixturenames", ()))
        ]
        kept = set(needed)
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = needed
    other = {"sqlite": "postgres", "postgresql": "sqlite"}[connection.vendor]
    for item in items:
        if item.get_closest_marker(other):
            item.add_marker(pytest.mark.skip(reason=f"needs {other}; this run is on {connection.vendor}"))


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was loaded stays: the collector of garbage need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Put down which lines ran, where that is asked for."""
    covering.write()


@pytest.fixture
def migrated(tmp_path: Path, django_db_setup: None) -> Path:
    """The home of `bihuan`, with a migrated SQLite database in it: for tests about what comes after the migration."""
    from django.db import connection

    from tests.support import databases

    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    shutil.copyfile(databases.sqlite_template(connection), home / "bihuan.sqlite3")
    return home


@pytest.fixture
def bihuan(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command line in a process of its own, on a fresh home and SQLite: `bihuan("log", "verify")`.

    Keywords: `home` (default: a folder `home` in the test's own), `env` (added variables), `check` (raise on a
    non-zero exit; default true), `timeout` in seconds (only a fault takes that long), and those of subprocess.run.
    """

    def run(
        *arguments: str,
        home: Path = tmp_path / "home",
        env: dict[str, str] | None = None,
        check: bool = True,
        timeout: float = 1200,
        **options: Any,
    ) -> subprocess.CompletedProcess[str]:
        dropped = {"DJANGO_SETTINGS_MODULE", "DATABASE_URL"}
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name not in dropped and not name.startswith(("BIHUAN_", "PYTEST_"))
        }
        if "init" in arguments:  # people/tests/test_setup.py follows it; its migration takes twice as long when followed
            inherited.pop("COVERAGE_PROCESS_START", None)
        environment = inherited | {"BIHUAN_HOME": str(home), "PYTHONIOENCODING": "utf-8"} | (env or {})
        command = [sys.executable, "-m", "bihuan.cli", *arguments]
        done = subprocess.run(
            command,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=timeout,
            **options,
        )
        if check and done.returncode:
            pytest.fail(f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done

    return run
