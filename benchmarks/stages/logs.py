"""The log: verified by the command line, beside the bare hashing of the same bytes."""

from __future__ import annotations

import os
import time

from ..counting import counted
from ..figures import Line
from ..processes import run as run_module
from ..worker import Bench

CHUNK = 20_000


def run(bench: Bench) -> None:
    """Verify the whole log."""
    spent = run_module(["benchmarks.counting", "log", "verify"], env=os.environ, postmaster=bench.postmaster)
    said = counted(spent.out)
    entries, wall, cpu = bare_hashing()
    chain = walked()
    bench.add(
        Line(
            "logs", "日志校验（bihuan log verify，含数据核对）", bench.database, 1, entries, said.wall * 1000, 0, 0, said.cpu * 1000,
            spent.database * 1000, said.statements, floor_wall=wall * 1000, floor_cpu=cpu * 1000,
            note=f"{entries / said.wall:,.0f} 条/秒，内存 {spent.peak:,.0f} MB",
        )
    )  # fmt: skip
    bench.add(
        Line(
            "logs", "日志链（只走链）", bench.database, 1, entries, chain[0] * 1000, 0, 0, chain[1] * 1000, 0, floor_wall=wall * 1000,
            floor_cpu=cpu * 1000, note=f"{entries / chain[0]:,.0f} 条/秒",
        )
    )  # fmt: skip


def walked() -> tuple[float, float]:
    """(seconds on the wall, processor seconds of this process) of walking the chain."""
    from bihuan.kernel.verify import stored, verify

    began, cpu = time.monotonic(), time.process_time()
    verdict = verify(stored())
    assert verdict.sound, [str(problem) for problem in verdict.problems]
    return time.monotonic() - began, time.process_time() - cpu


def bare_hashing() -> tuple[int, float, float]:
    """(entries, seconds, processor seconds) of hashing the very same bytes, nothing else."""
    import hashlib

    from cryptography.hazmat.primitives import hashes

    from bihuan.kernel.log import canonical
    from bihuan.kernel.verify import stored

    count, wall, cpu = 0, 0.0, 0.0
    contents: list[bytes] = []

    def hash_them() -> None:
        nonlocal count, wall, cpu
        began, used = time.monotonic(), time.process_time()
        for content in contents:
            sm3 = hashes.Hash(hashes.SM3())
            sm3.update(content)
            sm3.finalize()
            hashlib.sha256(content).digest()
        wall, cpu, count = wall + time.monotonic() - began, cpu + time.process_time() - used, count + len(contents)
        contents.clear()

    for entry in stored():
        contents.append(canonical(entry))
        if len(contents) == CHUNK:
            hash_them()
    hash_them()
    return count, wall, cpu
