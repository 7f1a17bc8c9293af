"""Where a process of the soak tests keeps its data: a home of its own, and on PostgreSQL a database of its own beside it."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]
_number = itertools.count(1)


class Place:
    """A home and its database, which can be copied while nobody is at it."""

    def __init__(self, home: Path, server: str = "", **more: str) -> None:
        self.home, self.server, self.more, self.database = home, server, more, ""

    @classmethod
    def new(cls, home: Path, **more: str) -> Place:
        """An empty one: on the server the tests run on, if there is one. `more`: variables of its processes."""
        home.mkdir(parents=True)
        place = cls(home, os.environ.get("BIHUAN_TEST_DATABASE_URL", ""), **more)
        place._create()
        return place

    def copy(self, home: Path) -> Place:
        """The same data somewhere else."""
        shutil.copytree(self.home, home)
        place = Place(home, self.server, **self.more)
        place._create(template=self.database)
        return place

    def remove(self) -> None:
        """Nothing of it stays."""
        shutil.rmtree(self.home)
        if self.server:
            self._on_server(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(self.database)))

    def begin(self, module: str, *what: str) -> subprocess.Popen[str]:
        """A process at work here."""
        command = [sys.executable, "-m", module, *what]
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, **pipes)

    def finish(self, module: str, *what: str, timeout: float = 300) -> str:
        """What such a process said in the end."""
        process = self.begin(module, *what)
        out, err = process.communicate(timeout=timeout)
        assert process.returncode == 0, f"{what}: {out}\n{err}"
        return out

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of the tests' own settings."""
        ours = ("BIHUAN_", "PYTEST_", "DATABASE_URL", "DJANGO_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
        made = kept | {"BIHUAN_HOME": str(self.home), "BIHUAN_DEMO": "1", "PYTHONPATH": path} | self.more
        if self.server:
            made["DATABASE_URL"] = self.server.replace("@/bihuan?", f"@/{self.database}?")
            assert made["DATABASE_URL"] != self.server, "the address of the temporary server has another form"
        return made

    def _create(self, template: str = "template1") -> None:
        if self.server:
            self.database = f"soak_{os.getpid()}_{next(_number)}"
            names = {"new": sql.Identifier(self.database), "old": sql.Identifier(template)}
            # By its files, with a checkpoint: a copy by the log takes sequences as they stand in memory, without the values that
            # the original logged ahead, and after a crash the server would give numbers out again.
            self._on_server(sql.SQL("CREATE DATABASE {new} TEMPLATE {old} STRATEGY file_copy").format(**names))

    def _on_server(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.server.replace("@/bihuan?", "@/postgres?"), autocommit=True) as connection:
            connection.execute(statement)
