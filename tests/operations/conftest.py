"""Installations of their own for the tests of operations, each in a folder, driven by the command line."""

import io
import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
PASSPHRASE = "a long enough passphrase"


@dataclass
class Home:
    """One installation."""

    path: Path
    url: str = ""
    more: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """The variables of its processes."""
        dropped = ("BIHUAN_", "PYTEST_", "DATABASE_URL", "DJANGO_")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(dropped)}
        path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
        kept |= {"BIHUAN_HOME": str(self.path), "BIHUAN_DEMO": "1", "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"}
        return kept | ({"DATABASE_URL": self.url} if self.url else {}) | self.more

    def run(self, module: str, *arguments: Any) -> subprocess.CompletedProcess[str]:
        """A module of the program or of these tests, whatever comes of it."""
        command = [sys.executable, "-m", module, *map(str, arguments)]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment(), capture_output=True, text=True, encoding="utf-8", timeout=300
        )

    def bihuan(self, *arguments: Any, **variables: str) -> str:
        """A command that has to succeed; what it said."""
        done = self.with_(**variables).run("bihuan.cli", *arguments)
        assert done.returncode == 0, f"{arguments}: {done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def refused(self, *arguments: Any, **variables: str) -> str:
        """A command that has to be refused in words; what it said."""
        done = self.with_(**variables).run("bihuan.cli", *arguments)
        said = done.stdout + done.stderr
        assert done.returncode, f"{arguments} was not refused: {said}"
        assert "Traceback" not in said, said
        return said

    def act(self, *what: str) -> None:
        """Acts of `tests.operations.act`."""
        done = self.run("tests.operations.act", *what)
        assert done.returncode == 0, f"{what}: {done.stdout}\n{done.stderr}"

    def look(self, *before: str) -> dict[str, Any]:
        """What is there, after the acts."""
        done = self.run("tests.operations.act", *before, "look")
        assert done.returncode == 0, done.stdout + done.stderr
        return dict(json.loads(done.stdout.splitlines()[-1]))

    def outside(self, name: str) -> Path:
        """The file of checkpoints that `act(name)` put outside."""
        (path,) = (self.path.parent / name).glob("*.jsonl")
        return path

    def with_(self, **variables: str) -> "Home":
        """The same installation under other variables."""
        return Home(self.path, variables.pop("url", self.url), {**self.more, **variables})


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A court on SQLite, filled once; not to be written to: take `court`."""
    home = Home(tmp_path_factory.mktemp("original") / "home")
    home.path.mkdir(mode=0o700)
    home.act("migrate", "fill")
    return home


@pytest.fixture
def court(original: Home, tmp_path: Path) -> Home:
    """The filled court, a copy of one's own."""
    shutil.copytree(original.path, tmp_path / "home")
    return Home(tmp_path / "home")


@pytest.fixture
def phrase(tmp_path: Path) -> Path:
    """A file with a passphrase."""
    path = tmp_path / "passphrase"
    path.write_text(PASSPHRASE + "\n")
    return path


@pytest.fixture(autouse=True)
def ours_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables that other tests made for models of their own are no tables of the house."""
    from django.apps import apps

    from bihuan.kernel.operations import rows

    of_tests = {f"{label}_" for label in apps.all_models if label.endswith("_tests")}
    monkeypatch.setattr(rows, "_derived", rows._derived | of_tests)


@pytest.fixture
def inside(transactional_db: Any, settings: Any, tmp_path: Path) -> Iterator[Any]:
    """A small court in the tests' own database, with one piece of evidence and a template, in a home of its own."""
    from bihuan.kernel import clock, evidence, keys
    from bihuan.rectification.tests.factory import TODAY, Court

    home = tmp_path / "home"
    settings.BIHUAN_HOME = home
    settings.BIHUAN_EVIDENCE_FOLDER, settings.BIHUAN_CALENDAR_FOLDER = home / "evidence", home / "calendar"
    settings.BIHUAN_CHECKPOINT_FOLDER, settings.BIHUAN_BACKUP_FOLDER = home / "checkpoints", home / "backups"
    (home / "templates").mkdir(parents=True)
    home.chmod(0o700)
    (home / "templates" / "函.docx").write_bytes(b"docx")
    keys.forget()
    with clock.simulate(TODAY):
        made = Court()
        attempt = made.approved()
        evidence.add(
            actor=made.clerk, obj=attempt.measure, file=io.BytesIO("情况".encode()), filename="情况.txt",
            kind="statistics", title="情况", effective_on=TODAY,
        )  # fmt: skip
    yield made
    keys.forget()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for backups."""
    place = tmp_path / "backups"
    place.mkdir()
    return place


@dataclass(frozen=True)
class Roles:
    """A database of its own on the tests' PostgreSQL, as deploy/postgresql/roles.sql prepares it."""

    superuser: str
    owner: str
    app: str


@pytest.fixture
def postgres() -> Iterator[Roles]:
    """An empty database with its two roles."""
    base = urlsplit(os.environ["BIHUAN_TEST_DATABASE_URL"])
    name, password = f"operations_{uuid.uuid4().hex[:12]}", uuid.uuid4().hex
    script = (ROOT / "deploy" / "postgresql" / "roles.sql").read_text(encoding="utf-8")
    host = base.netloc.rpartition("@")[2]

    def address(account: str) -> str:
        return base._replace(netloc=f"{account}@{host}", path=f"/{name}").geturl()

    superuser = address(base.netloc.rpartition("@")[0])
    with psycopg.connect(base.geturl(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            connection.execute("SELECT pg_advisory_lock(4242)")  # roles are the whole server's: one test at a time
            with psycopg.connect(superuser, autocommit=True) as inside:
                inside.execute(script)
                inside.execute(script)  # it may be run again
                for role in ("bihuan_owner", "bihuan_app"):
                    inside.execute(f"ALTER ROLE {role} PASSWORD '{password}'")
            yield Roles(superuser, address(f"bihuan_owner:{password}"), address(f"bihuan_app:{password}"))
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
