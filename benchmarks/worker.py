"""The process that builds or measures one database: `python -m benchmarks.worker build|measure|look`.

The parent (see __main__.py) says by the environment which home and which database; settings are read once a process.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import django

from .sizes import SIZES, Size

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")
    django.setup()

from .figures import BROKEN, Line
from .serving import Server, serving

POSTMASTER = "BIHUAN_BENCH_POSTMASTER"


def say(text: str) -> None:
    """A line of progress."""
    print(f"    {text}", file=sys.stderr, flush=True)


@dataclass
class Bench:
    """What every stage works with."""

    size: Size
    database: str
    home: Path
    port: int
    postmaster: int | None
    lines: list[Line] = field(default_factory=list)

    def add(self, line: Line) -> None:
        """Keep a result, and say it."""
        self.lines.append(line)
        ratio = f"{line.ratio:.1f}x" if line.ratio else "-"
        say(f"{line.name} ×{line.clients}: p50 {line.p50:,.1f} ms, cpu {line.app:,.1f}+{line.db:,.1f} ms, {ratio} {line.bar} {line.note}")

    _running: Server | None = None
    _until: ExitStack = field(default_factory=ExitStack)

    def server(self) -> Server:
        """The server on this database: started when it is first needed, and one for all stages."""
        if self._running is None:
            self._running = self._until.enter_context(serving(os.environ, self.home / "serve.log", port=self.port))
        return self._running

    def stop(self) -> None:
        """End the server."""
        self._until.close()


def stages() -> dict[str, Callable[[Bench], None]]:
    """What is measured, in the order it must be: the patrol opens the alerts that the pages show."""
    from .stages import cases, endurance, importing, indicators, logs, migrating, pages, patrolling

    return {
        "logs": logs.run,
        "patrol": patrolling.run,
        "pages": pages.run,
        "import": importing.run,
        "cases": cases.run,
        "indicators": indicators.run,
        "migrate": migrating.run,
        "soak": endurance.run,
    }


def build(size: Size) -> None:
    """Make the court in the (empty) database that the environment names."""
    from django.core.management import call_command

    from .court.build import build as fill

    began = time.monotonic()
    call_command("migrate", verbosity=0)
    fill(size, say)
    say(f"built in {time.monotonic() - began:.0f} s")


def measure(size: Size, only: list[str], port: int) -> list[Line]:
    """Run the stages. One that breaks is told as a line of its own, and the others go on."""
    from django.conf import settings
    from django.db import connection

    postmaster = os.environ.get(POSTMASTER)
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
    bench = Bench(size, name, Path(settings.BIHUAN_HOME), port, int(postmaster) if postmaster else None)
    try:
        for stage, run in stages().items():
            if not only or stage in only:
                say(f"== {name}: {stage}")
                try:
                    run(bench)
                except Exception as error:
                    traceback.print_exc()
                    bench.add(Line(stage, BROKEN, name, holds=False, note=f"{type(error).__name__}：{str(error)[:200]}"))
                connection.close()
    finally:
        bench.stop()
    return bench.lines


def look() -> dict[str, int]:
    """Open every page once in this process and run its floor, measuring nothing: the statements of each page, by its title."""
    from .scenes import SCENES
    from .stages.pages import facts, run_floor, statements_of

    found = {}
    for scene in SCENES:
        known = facts(scene.person)
        run_floor(scene, known)
        found[scene.title] = statements_of(scene, scene.path.format(**known), {"HX-Request": "true"} if scene.partial else {})
    return found


def key() -> str:
    """What a kept court is known by: the builder's version and the newest migration of each application."""
    import hashlib

    from django.db.migrations.loader import MigrationLoader

    from .court.build import VERSION

    leaves: Any = sorted(MigrationLoader(None).graph.leaf_nodes())
    return hashlib.sha256(json.dumps([VERSION, leaves]).encode()).hexdigest()[:10]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("act", choices=["build", "measure", "look", "key"])
    parser.add_argument("--size", choices=SIZES, default="quick")
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--rows", type=int, action="append", default=[])
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    size = replace(SIZES[given.size], imports=tuple(given.rows)) if given.rows else SIZES[given.size]
    if given.act == "key":
        print(key())
    elif given.act == "build":
        build(size)
    elif given.act == "look":
        print(json.dumps(look(), ensure_ascii=False))
    else:
        lines = measure(size, given.only, given.port)
        given.out.write_text(json.dumps([line.as_json() for line in lines], ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
