"""Which lines ran: with BIHUAN_TEST_COVER=1 each worker takes it down, for coverage.py to judge and to report.

On Python 3.11 coverage.py follows every step of the interpreter, which nearly doubles what the tests cost. SlipCover lets
each line tell once and then leaves it alone. The lines it saw are written as coverage.py's own data (`.coverage.*`),
so what counts as a line, what is left out and the floor stand in pyproject.toml as ever. The processes that tests start
are followed by coverage.py itself. `start` is called by the settings of the tests, before the product is imported, `write`
by the root conftest when the session ends.
"""

import os
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SOURCE, OMIT = [str(ROOT / "src" / "bihuan")], ["*/tests/*", "*/migrations/*"]
DATA = ROOT / ".coverage"
_seen: Any = None


def start() -> None:
    """Watch what is imported from now on, if asked for and if this is a process in which tests run."""
    global _seen
    if os.environ.get("BIHUAN_TEST_COVER") != "1" or "PYTEST_XDIST_WORKER" not in os.environ:
        return
    from slipcover import FileMatcher, ImportManager, Slipcover

    _seen = Slipcover(source=SOURCE, omit=OMIT)
    ImportManager(_seen, FileMatcher(SOURCE, OMIT)).__enter__()
    os.environ["COVERAGE_PROCESS_START"] = str(ROOT / "pyproject.toml")  # read by the processes that tests start
    os.environ["COVERAGE_FILE"] = str(DATA)


def write() -> None:
    """Each worker writes what it saw."""
    if _seen is None:
        return
    from coverage import CoverageData

    data = CoverageData(basename=str(DATA), suffix=f"suite.{os.getpid()}")
    found = _seen.get_coverage()["files"]
    data.add_lines({str(ROOT / name): set(file["executed_lines"]) for name, file in found.items()})
    data.write()
