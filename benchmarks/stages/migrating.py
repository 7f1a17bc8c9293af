"""Migrating from an empty database, beside the same statements bare; and the demo court from an empty folder."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..counting import counted
from ..figures import Line
from ..processes import Spent, measured
from ..processes import run as run_module
from ..worker import Bench

LIMIT = 60.0


def run(bench: Bench) -> None:
    """Migrate, replay, load the demo."""
    with empty(bench) as env:
        spent = run_module(["benchmarks.counting", "migrate", "--verbosity", "0"], env=env, postmaster=bench.postmaster)
    floor = replayed(bench)
    bench.add(
        Line(
            "migrate", "从空库 migrate", bench.database, 1, 1, spent.wall * 1000, 0, 0, spent.app * 1000, spent.database * 1000,
            counted(spent.out).statements, None, floor.wall * 1000, floor.cpu * 1000, f"< {LIMIT:.0f} CPU 秒",
            spent.app + spent.database < LIMIT,
        )
    )  # fmt: skip
    with empty(bench, demo=True) as env:
        loaded = run_module(["bihuan.cli", "run", "--no-serve"], env=env, postmaster=bench.postmaster)
    bench.add(
        Line(
            "migrate", "bihuan run：从空目录到演示法院（迁移、载入两年业务、巡查）", bench.database, 1, 1, loaded.wall * 1000, 0, 0,
            loaded.app * 1000, loaded.database * 1000, note=f"内存 {loaded.peak:,.0f} MB",
        )
    )  # fmt: skip


def replayed(bench: Bench) -> Spent:
    """The statements of a migration, recorded, then executed bare on another empty database."""
    with empty(bench) as env, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "statements.json"
        run_module(["benchmarks.replay", "record", str(path)], env=env)
        with empty(bench) as other:
            out = run_module(["benchmarks.replay", "play", str(path)], env=other).out
    wall, cpu, database = (float(part) for part in out.split()[-3:])
    return Spent(wall, cpu, database)


@contextmanager
def empty(bench: Bench, *, demo: bool = False) -> Iterator[dict[str, str]]:
    """The environment of an empty home and an empty database of the same kind."""
    with tempfile.TemporaryDirectory(prefix="bihuan-bench-") as folder:
        env: dict[str, str] = {name: value for name, value in os.environ.items() if name != "BIHUAN_DEMO"}
        env["BIHUAN_HOME"] = str(Path(folder) / "home")
        if bench.postmaster is None:
            yield env
            return
        name = f"bench_empty_{Path(folder).name[-8:].lower()}"
        _admin(f'CREATE DATABASE "{name}"')
        try:
            yield env | {"DATABASE_URL": _named(name)}
        finally:
            _admin(f'DROP DATABASE "{name}" WITH (FORCE)')


def _named(name: str) -> str:
    head, _, query = os.environ["DATABASE_URL"].partition("?")
    return f"{head.rpartition('/')[0]}/{name}?{query}"


def _admin(statement: str) -> None:
    import psycopg

    with psycopg.connect(_named("postgres"), autocommit=True) as connection:
        connection.execute(statement)


__all__: list[Any] = ["empty", "measured", "run"]
