"""The checkout as the architecture tests see it: its files, their text and their syntax."""

import ast
import functools
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "bihuan"
BINARY = {".png", ".jpg", ".xlsx", ".xls", ".docx", ".pdf", ".zip", ".ico", ".et", ".doc"}


@functools.cache
def files() -> tuple[Path, ...]:
    """Return every file that is, or by a plain `git add` would be, in the repository."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"not a git checkout, so what belongs to it is unknown: {done.stderr.strip()}")
    paths = (ROOT / name for name in done.stdout.split("\0") if name)
    return tuple(path for path in sorted(paths) if path.is_file())


def texts() -> tuple[Path, ...]:
    """Return the text files of the repository."""
    return tuple(path for path in files() if path.suffix.lower() not in BINARY)


def source(suffix: str = ".py", *, tests: bool = False) -> tuple[Path, ...]:
    """Return the product's files with this suffix, without its tests and migrations."""
    return tuple(
        path
        for path in files()
        if path.is_relative_to(SOURCE)
        and path.suffix == suffix
        and "migrations" not in path.parts
        and (tests or "tests" not in path.parts)
    )


@functools.cache
def text(path: Path) -> str:
    """Return a file's text."""
    return path.read_text(encoding="utf-8")


@functools.cache
def syntax(path: Path) -> ast.Module:
    """Return a Python file's syntax tree."""
    return ast.parse(text(path), filename=str(path))


def place(path: Path, line: int | None = None) -> str:
    """Return `path:line` inside the checkout, for messages."""
    name = path.relative_to(ROOT).as_posix()
    return name if line is None else f"{name}:{line}"
