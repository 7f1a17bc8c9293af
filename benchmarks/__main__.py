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
from .figures import BROKEN, Line, line_of
from .sizes import SIZES, Size

DOCUMENT = homes.ROOT / "docs" / "性能.md"
WAYS: dict[str, Callable[[Size], AbstractContextManager[dict[str, str]]]] = {
    "sqlite": homes.on_sqlite,
    "postgres": homes.on_postgres,
}


def measure(size: Size, databases: list[str], only: list[str], rows: list[int], port: int) -> list[Line]:
    """Measure each database in a process of its own."""
    chosen = [part for stage in only for part in ("--only", stage)] + [part for n in rows for part in ("--rows", str(n))]
    lines: list[Line] = []
    for name in databases:
        with WAYS[name](size) as env, tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "lines.json"
            homes.worker(env, "measure", "--size", size.name, "--port", str(port), "--out", str(out), *chosen)
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
    parser.add_argument("--rows", type=int, action="append", default=[], help="rows of an imported sheet; may be repeated")
    parser.add_argument("--port", type=int, default=0, help="the first of fifty ports to use (default: any)")
    parser.add_argument("--json", type=Path, help="where the figures go (default: in the cache folder)")
    parser.add_argument("--keep", action="store_true", help="keep the figures of the run before for what is not measured now")
    parser.add_argument("--document", type=Path, help="a document whose generated part is replaced (see docs/性能.md)")
    given = parser.parse_args()
    size = SIZES[given.size]
    databases = given.database or homes.databases()
    if "postgres" not in databases:
        print("NO POSTGRESQL HERE, or not asked for: only SQLite is measured", file=sys.stderr)
    kept = given.json or homes.cache() / f"result-{size.name}.json"
    lines = measure(size, databases, given.only, given.rows, given.port)
    if given.keep and kept.exists():
        lines = together(lines, [line_of(row) for row in json.loads(kept.read_text(encoding="utf-8"))["lines"]])
    facts = about(size)
    kept.write_text(
        json.dumps({"about": facts, "lines": [line.as_json() for line in lines]}, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    print(report.table(lines))
    print(f"\n{kept}")
    if given.document:
        report.put(given.document, report.markdown(lines, facts))
    return int(any(line.name == BROKEN for line in lines))


def together(new: list[Line], old: list[Line]) -> list[Line]:
    """The new figures, and the old ones of stages and databases that were not measured again; SQLite first."""
    measured = {(line.stage, line.database) for line in new}
    lines = [*new, *(line for line in old if (line.stage, line.database) not in measured)]
    return sorted(lines, key=lambda line: line.database != "SQLite")


if __name__ == "__main__":
    sys.exit(main())
