"""`python -m benchmarks.counting COMMAND...`: a command of the house, and at its end how many statements it sent."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

MARK = "statements sent, seconds, processor seconds: "


class Counter:
    """Counts the statements of a connection."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        self.count += 1
        return execute(sql, params, many, context)


@dataclass(frozen=True)
class Said:
    """What a command said of itself: its statements, and what it took once the program was up."""

    statements: int
    wall: float
    cpu: float


def counted(out: str) -> Said:
    """Find it in the output."""
    found = [line.partition(MARK)[2].split() for line in out.splitlines() if MARK in line]
    count, wall, cpu = found[-1]
    return Said(int(count), float(wall), float(cpu))


@contextmanager
def counting() -> Iterator[None]:
    """Count what happens within the block, and say it at its end."""
    from django.db import connection

    counter, began, cpu = Counter(), time.monotonic(), time.process_time()
    with connection.execute_wrapper(counter):
        yield
    print(f"\n{MARK}{counter.count} {time.monotonic() - began} {time.process_time() - cpu}", flush=True)


def main() -> None:
    """Run the command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")
    import django
    from django.core.management import execute_from_command_line

    django.setup()
    with counting():
        execute_from_command_line(["bihuan", *sys.argv[1:]])


if __name__ == "__main__":
    main()
