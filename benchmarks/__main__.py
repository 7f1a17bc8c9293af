"""`python -m benchmarks`: measure, say, keep. See README.md."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from . import homes, report
from .figures import Line, line_of
from .sizes import SIZES, Size

DOCUMENT = homes.ROOT / "docs" / "性能.md"
WAYS: dict[str, Callable[[Size], AbstractContextManager[dict[str, str]]]] = {
    "sqlite": homes.on_sqlite,
    "postgres": homes.on_postgres,
}


def measure(size: Size, databases: list[str], only: list[str], port: int) -> list[Line]:
    """Measure each database in a process of its own."""
    lines: list[Line] = []
    for name in databases:
        with WAYS[name](size) as env, tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "lines.json"
            stages = [part for stage in only for part in ("--only", stage)]
            homes.worker(env, "measure", "--size", size.name, "--port", str(port), "--out", str(out), *stages)
            lines += [line_of(row) for row in json.loads(out.read_text(encoding="utf-8"))]
    return lines


def about(size: Size) -> dict[str, Any]:
    """What the figures are figures of."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=homes.ROOT, capture_output=True, text=True, check=False)
    return {
        "日期": dt.datetime.now(dt.UTC).date().isoformat(),
        "版本": commit.stdout.strip() or "?",
        "规模": f"问题、措施各 {size.measures:,}，日志 {size.entries:,} 条",
        **report.machine(),
    }


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--size", choices=SIZES, default="full")
    parser.add_argument("--database", action="append", choices=WAYS, help="default: all there are")
    parser.add_argument("--only", action="append", default=[], help="a stage; may be repeated")
    parser.add_argument("--port", type=int, default=0, help="the first of fifty ports to use (default: any)")
    parser.add_argument("--json", type=Path, help="where the figures go (default: in the cache folder)")
    parser.add_argument("--document", type=Path, help="a document whose generated part is replaced (see docs/性能.md)")
    given = parser.parse_args()
    size = SIZES[given.size]
    databases = given.database or homes.databases()
    if "postgres" not in databases:
        print("NO POSTGRESQL HERE, or not asked for: only SQLite is measured", file=sys.stderr)
    lines = measure(size, databases, given.only, given.port)
    facts = about(size)
    kept = given.json or homes.cache() / f"result-{size.name}.json"
    kept.write_text(
        json.dumps({"about": facts, "lines": [line.as_json() for line in lines]}, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    print(report.table(lines))
    print(f"\n{kept}")
    if given.document:
        report.put(given.document, report.markdown(lines, facts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
