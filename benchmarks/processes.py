"""What processes cost: processor time and memory of whole trees of them, as Linux counts it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
MEGABYTE = 1024 * 1024


def _stat(pid: int) -> list[str] | None:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def tree(root: int) -> set[int]:
    """The process and all below it."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        fields = _stat(int(folder.name))
        if fields:
            parents.setdefault(int(fields[1]), []).append(int(folder.name))
    found, waiting = set(), [root]
    while waiting:
        pid = waiting.pop()
        found.add(pid)
        waiting += parents.get(pid, [])
    return found


def cpu_seconds(root: int | None) -> float:
    """Processor seconds the tree has used so far, those of ended children with it (0 for no process)."""
    if root is None:
        return 0.0
    total = 0
    for pid in tree(root):
        fields = _stat(pid)
        if fields:
            total += int(fields[11]) + int(fields[12])  # utime, stime
            total += (int(fields[13]) + int(fields[14])) if pid == root else 0  # those of children that ended
    return total / TICK


def memory_mb(root: int) -> float:
    """Memory of the tree in MB: what each process has of its own, and its share of what they have together."""
    total = 0.0
    for pid in tree(root):
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) / 1024
    return total


@dataclass(frozen=True)
class Spent:
    """What a piece of work cost: seconds on the wall, processor seconds of program and of the database, MB at the peak."""

    wall: float
    app: float
    database: float
    peak: float = 0.0
    out: str = ""

    @property
    def cpu(self) -> float:
        """Processor seconds of both."""
        return self.app + self.database


def run(
    arguments: Sequence[str], *, env: Mapping[str, str], postmaster: int | None = None, timeout: float = 3600
) -> Spent:
    """Run a Python module (`-m` and what follows) in a process of its own. RuntimeError, with what it said, when it fails."""
    before, began = cpu_seconds(postmaster), time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments], env=dict(env), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    said: list[str] = []
    readers = [
        threading.Thread(target=lambda stream=stream: said.append(stream.read()))
        for stream in (process.stdout, process.stderr)
    ]
    for reader in readers:
        reader.start()
    watch = threading.Timer(timeout, process.kill)
    watch.start()
    _pid, status, used = os.wait4(process.pid, 0)
    wall = time.monotonic() - began
    watch.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    for reader in readers:
        reader.join()
    out = "".join(said)
    if process.returncode:
        raise RuntimeError(f"{' '.join(arguments)} ended with {process.returncode}:\n{out[-4000:]}")
    database = cpu_seconds(postmaster) - before
    return Spent(wall, used.ru_utime + used.ru_stime, database, used.ru_maxrss / 1024, out)


def measured(work: Callable[[], object], postmaster: int | None = None) -> Spent:
    """Do the work in this process and say what it cost."""
    before, cpu, began = cpu_seconds(postmaster), time.process_time(), time.monotonic()
    work()
    return Spent(time.monotonic() - began, time.process_time() - cpu, cpu_seconds(postmaster) - before)
