"""Asking a page again and again, alone and with others, and running its bare statements beside it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from .client import Answer, Browser
from .figures import percentile
from .processes import cpu_seconds

Act = Callable[[Browser], Answer]
LEAST = 10
"""Answers at least, however slow: processor time is counted in hundredths of a second, and two answers say little."""


@dataclass
class Asked:
    """What the answers were: seconds each, sizes, and how many were not what was expected."""

    seconds: list[float] = field(default_factory=list)
    size: int = 0
    wrong: list[str] = field(default_factory=list)
    app: float = 0.0
    database: float = 0.0
    span: float = 0.0

    @property
    def count(self) -> int:
        """How many answers."""
        return len(self.seconds)

    def ms(self, share: float) -> float:
        """A percentile of the waiting times in ms."""
        return percentile(self.seconds, share) * 1000

    def each(self, seconds: float) -> float:
        """Of a sum of seconds, what falls to one request, in ms."""
        return seconds * 1000 / max(self.count, 1)


def ask(
    browsers: list[Browser], act: Act, *, seconds: float, most: int, server: int, postmaster: int | None, expected: int = 200
) -> Asked:
    """Let each browser do the act over and over for about `seconds` (at least LEAST times, all together at most `most` times)."""
    asked, lock = Asked(), threading.Lock()
    before = cpu_seconds(server), cpu_seconds(postmaster)
    began = time.monotonic()

    def work(browser: Browser) -> None:
        while True:
            answer = act(browser)
            with lock:
                asked.seconds.append(answer.seconds)
                asked.size = max(asked.size, len(answer.body))
                if answer.status != expected:
                    asked.wrong.append(answer.gist)
                late = time.monotonic() - began > seconds and asked.count >= LEAST
                if late or asked.count + len(browsers) > most:
                    return

    threads = [threading.Thread(target=work, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    asked.span = time.monotonic() - began
    asked.app, asked.database = cpu_seconds(server) - before[0], cpu_seconds(postmaster) - before[1]
    return asked


@dataclass(frozen=True)
class Bare:
    """What the bare work took each time, in ms."""

    wall: float
    cpu: float


def bare(work: Callable[[], object], *, seconds: float, postmaster: int | None) -> Bare:
    """Do the bare work over and over for about `seconds`."""
    work()
    walls: list[float] = []
    database, cpu, began = cpu_seconds(postmaster), time.process_time(), time.monotonic()
    while True:
        start = time.perf_counter()
        work()
        walls.append(time.perf_counter() - start)
        if time.monotonic() - began > seconds or len(walls) >= 200:
            break
    spent = time.process_time() - cpu + cpu_seconds(postmaster) - database
    return Bare(percentile(walls, 0.5) * 1000, spent * 1000 / len(walls))
