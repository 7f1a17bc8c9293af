"""What the tests cost: processor seconds of each, with the processes it started and its browser; the dearest stand last.

A pytest plugin (loaded by the root conftest). Seconds on the clock would tell how busy the machine is; these tell what
a test takes from it. Nothing fails for being dear: CONTRIBUTING.md says what a test may cost.
"""

import os
import resource
import time
from collections import defaultdict
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

SHOWN = 10
MANY = 100  # fewer tests than this were chosen by hand: nobody asks what they cost
TICKS = os.sysconf("SC_CLK_TCK")
_spent: dict[str, float] = defaultdict(float)
_started = pytest.StashKey[float]()


def _below(pid: int) -> Iterator[int]:
    """The living processes below `pid`, however deep (none where the system does not say)."""
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in thread.read_text().split():
            yield int(child)
            yield from _below(int(child))


def _lived(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS  # user and system, its own and that of its children that ended


def spent() -> float:
    """Processor seconds so far of this process and of all below it."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    total = time.process_time() + ended.ru_utime + ended.ru_stime
    try:
        return total + sum(map(_lived, _below(os.getpid())))
    except OSError:  # one of them ended while it was looked at
        return total


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """Take the reading before a test."""
    item.stash[_started] = spent()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Give each phase's report what the phase took; a report travels from the worker to the process that prints."""
    report = yield
    now = spent()
    report.cpu = max(now - item.stash[_started], 0.0)
    item.stash[_started] = now
    return report


def pytest_runtest_logreport(report: Any) -> None:
    """Add up the phases of each test."""
    _spent[report.nodeid] += getattr(report, "cpu", 0.0)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Name the dearest tests of a whole run."""
    if len(_spent) < MANY:
        return
    dearest = sorted(_spent, key=_spent.__getitem__, reverse=True)[:SHOWN]
    total = sum(_spent.values())
    terminalreporter.write_sep("=", f"processor seconds: {total:.0f} in all; the dearest {SHOWN}")
    for name in dearest:
        terminalreporter.write_line(f"{_spent[name]:7.1f} s  {name}")
