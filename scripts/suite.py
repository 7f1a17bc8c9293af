"""The checks of the sources and the whole suite on both databases, all at once, so that no core waits for another.

usage: scripts/suite.py PYTEST-COMMAND...     (make test calls it)

On SQLite everything runs, in the browser too, and the lines that ran are taken down; on PostgreSQL what a database could
change. What SQLite's part says is shown as it comes, the others' when they end; all results stand last.
"""

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
ON_POSTGRES = "not soak and not browser and not tree and not once"
RESULT = re.compile(r"^=+ (.*\b(?:passed|failed|errors?|no tests ran)\b.*?) =+$")


@dataclass
class Part:
    """One of the things that run at once."""

    name: str
    command: list[str]
    environment: dict[str, str]
    shown: bool = False
    said: list[str] = field(default_factory=list)
    code: int = 1
    seconds: float = 0

    def start(self) -> None:
        """Start it, and a thread that listens to it."""
        self._begun = time.monotonic()
        self._process = subprocess.Popen(
            self.command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        while piece := os.read(self._process.stdout.fileno(), 65536):
            self.said.append(piece.decode(errors="replace"))
            if self.shown:
                print(self.said[-1], end="", flush=True)
        self.code = self._process.wait()
        self.seconds = time.monotonic() - self._begun

    def wait(self) -> None:
        """Until it has ended."""
        self._listener.join()

    def end(self) -> None:
        """As Ctrl-C would: the tests put away what they made, PostgreSQL is stopped."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)

    @property
    def result(self) -> str:
        """What it says of itself at its end."""
        lines = "".join(self.said).splitlines()
        found = [match[1] for line in lines if (match := RESULT.match(line))]
        return found[-1] if found else ("clean" if self.code == 0 else f"FAILED (exit code {self.code})")


def parts(pytest: list[str]) -> list[Part]:
    """The three of them. A database that the environment names is PostgreSQL's."""
    plain = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "BIHUAN_TEST_DATABASE_URL"}}
    on_postgres = [PYTHON, "-m", "tests.support.postgres", "run", "--", *pytest, "-m", ON_POSTGRES]
    return [
        Part("SQLite", pytest, plain | {"BIHUAN_TEST_COVER": "1"}, shown=True),
        Part("PostgreSQL", on_postgres, dict(os.environ)),
        Part("lint", [shutil.which("make") or "make", "lint"], dict(os.environ)),
    ]


def coverage() -> tuple[bool, str]:
    """Put together what the workers took down, show it, and say whether it is enough."""
    program = [PYTHON, "-m", "coverage"]
    subprocess.run([*program, "combine", "--quiet"], cwd=ROOT)
    done = subprocess.run([*program, "report"], cwd=ROOT, capture_output=True, text=True)
    print(done.stdout + done.stderr)
    total = [line.split()[-1] for line in done.stdout.splitlines() if line.startswith("TOTAL")]
    return done.returncode == 0, total[0] if total else "not measured"


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    """Run all, say what came of it; 0 when everything passed."""
    signal.signal(signal.SIGTERM, _interrupted)
    for old in ROOT.glob(".coverage*"):
        old.unlink()
    running = parts(sys.argv[1:])
    print("==> the suite on SQLite and on PostgreSQL, ruff, mypy and import-linter, all at once", flush=True)
    started = time.monotonic()
    for part in running:
        part.start()
    try:
        for part in running:
            part.wait()
    except KeyboardInterrupt:
        for part in running:
            part.end()
        for part in running:
            part.wait()
        return 130
    for part in running[1:]:
        print(f"==> {part.name}\n{''.join(part.said)}")
    enough, total = coverage()
    print("==> results")
    for part in running:
        print(f"    {part.name:<11} {part.result}; {part.seconds:.0f} s in all")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"    {'coverage':<11} {total}{'' if enough else ', which is too little'}")
    print(
        f"    {'cost':<11} {used.ru_utime + used.ru_stime:.0f} processor seconds in {time.monotonic() - started:.0f} s"
    )
    passed = enough and not any(part.code for part in running)
    print("    all passed" if passed else "    FAILED")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
