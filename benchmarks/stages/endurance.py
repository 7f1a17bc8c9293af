"""Endurance: eight clients read and write for minutes. No server error, nothing locked, memory that does not grow for ever."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from ..client import Answer, Browser
from ..figures import Line, percentile
from ..processes import cpu_seconds, memory_mb
from ..serving import Server
from ..worker import Bench
from .pages import facts, sign_in

READS = (
    "/", "/l/rectification/measures/", "/l/rectification/measures/?sort=-due", "/l/rectification/measures/?q=台账",
    "/l/rectification/measures/{measure}/", "/alerts/", "/inbox/", "/rectification/", "/l/rectification/problems/",
)  # fmt: skip
WRITE_SHARE = 0.25
GROWTH = 1.5
SPARE_MB = 120


@dataclass
class Tally:
    """What happened."""

    reads: list[float] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)


def run(bench: Bench) -> None:
    """Let the clients work, watch the memory."""
    tally, over = Tally(), threading.Event()
    server = bench.server()
    silent = len(server.said())
    heads = [f"head{n + 1:02}" for n in range(min(bench.size.clients, bench.size.divisions))]
    windows = [(name, sign_in(server.port, name)) for name in heads]
    windows += windows[: bench.size.clients - len(windows)]
    threads = [
        threading.Thread(target=work, args=(number, facts(name), window.another(), tally, over))
        for number, (name, window) in enumerate(windows)
    ]
    before = cpu_seconds(server.pid), cpu_seconds(bench.postmaster)
    for thread in threads:
        thread.start()
    watch(bench, server, tally)
    over.set()
    for thread in threads:
        thread.join()
    app, db = cpu_seconds(server.pid) - before[0], cpu_seconds(bench.postmaster) - before[1]
    said = server.said()[silent:]
    for word in ("Traceback", "database is locked", "Error"):
        if word in said:
            tally.errors.append(f"the server said {word}: {said[max(said.find(word) - 200, 0) : said.find(word) + 600]}")
    lines(bench, tally, app, db)


def work(number: int, known: dict[str, Any], browser: Browser, tally: Tally, over: threading.Event) -> None:
    """One client: mostly reading, every fourth time saving progress."""
    drawn = random.Random(number)
    act = f"/rectification/measures/{known['measure']}/act/progress/"
    while not over.is_set():
        try:
            if drawn.random() < WRITE_SHARE:
                answer = browser.post(act, {"day": known["today"], "text": f"持续填报 {number}", "figure": "", "value": ""})
                note(tally, tally.writes, answer, act, 302)
            else:
                path = drawn.choice(READS).format(**known)
                note(tally, tally.reads, browser.get(path), path, 200)
        except (OSError, RuntimeError) as error:
            tally.errors.append(f"{type(error).__name__}: {error}")
            browser.close()
        over.wait(drawn.random() * 0.2)


def note(tally: Tally, seconds: list[float], answer: Answer, path: str, expected: int) -> None:
    """Keep the waiting time; an answer that is not what it should be is an error."""
    seconds.append(answer.seconds)
    if answer.status != expected:
        tally.errors.append(f"{path}: {answer.gist}")


def watch(bench: Bench, server: Server, tally: Tally) -> None:
    """Look at the memory of server and database until the time is over."""
    until = time.monotonic() + bench.size.soak
    while time.monotonic() < until:
        database = memory_mb(bench.postmaster) if bench.postmaster else 0.0
        tally.memory.append(memory_mb(server.pid) + database)
        time.sleep(min(2.0, bench.size.soak / 8))


def lines(bench: Bench, tally: Tally, app: float, db: float) -> None:
    """What is reported: waiting times, errors, memory in the second quarter and in the last."""
    count = max(len(tally.reads) + len(tally.writes), 1)
    for name, values in (("读", tally.reads), ("写", tally.writes)):
        bench.add(
            Line(
                "soak", f"{bench.size.clients} 人混合读写 {bench.size.soak} 秒：{name}", bench.database, bench.size.clients, len(values),
                percentile(values, 0.5) * 1000, percentile(values, 0.95) * 1000, max(values, default=0) * 1000,
                app * 1000 / count, db * 1000 / count,
            )
        )  # fmt: skip
    quarter = max(len(tally.memory) // 4, 1)
    early, late = percentile(tally.memory[quarter : 2 * quarter], 0.5), percentile(tally.memory[-quarter:], 0.5)
    steady = late <= max(early * GROWTH, early + SPARE_MB)
    bench.add(
        Line(
            "soak", "持续运行：服务端错误", bench.database, bench.size.clients, count, bar="0 次", holds=not tally.errors,
            note=f"{len(tally.errors)} 次" + (f"，如 {tally.errors[0][:200]}" if tally.errors else ""),
        )
    )  # fmt: skip
    bench.add(
        Line(
            "soak", "持续运行：内存（服务与数据库）", bench.database, bench.size.clients, len(tally.memory), bar="不持续增长", holds=steady,
            note=f"前段 {early:,.0f} MB，末段 {late:,.0f} MB",
        )
    )  # fmt: skip
