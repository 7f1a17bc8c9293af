"""Where courts are kept between runs, and the copies that runs work on. All of it lies outside the tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.support.postgres import find_binaries, temporary_cluster

from .sizes import Size
from .worker import POSTMASTER

CACHE = "BIHUAN_BENCH_CACHE"
OPTIONS = {
    "listen_addresses": "",
    "jit": "off",
    "shared_buffers": "512MB",
    "effective_cache_size": "2GB",
    "work_mem": "16MB",
    "max_wal_size": "4GB",
    "max_connections": "100",
    "timezone": "UTC",
    "log_min_messages": "fatal",
}
"""As a court's server might be set; writes reach the disk (fsync stays on)."""
ROOT = Path(__file__).resolve().parents[1]


def cache() -> Path:
    """The folder of kept courts: BIHUAN_BENCH_CACHE, else one under the machine's folder for temporary files that stay."""
    named = os.environ.get(CACHE)
    stays = Path("/var/tmp")  # noqa: S108  a folder of our own in it, by user
    folder = Path(named) if named else (stays if stays.is_dir() else Path(tempfile.gettempdir())) / f"bihuan-bench-{os.getuid()}"
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    return folder


def environment(home: Path, url: str = "", postmaster: int | None = None) -> dict[str, str]:
    """What a process of the house is started with: nothing of the caller's own settings, the demo's powers, no expiry."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("BIHUAN_", "DATABASE_URL", "DJANGO_", "PYTEST_"))}
    set_here = {
        "BIHUAN_HOME": str(home),
        "BIHUAN_DEMO": "1",
        "BIHUAN_PASSWORD_DAYS": "0",
        "BIHUAN_IDLE_MINUTES": "600",
        "BIHUAN_MAX_IMPORT_ROWS": "1000000",
        "BIHUAN_MAX_UPLOAD": str(1024**3),
        "BIHUAN_LOGIN_ATTEMPTS": "1000",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "PYTHONIOENCODING": "utf-8",
    }
    if url:
        set_here |= {"DATABASE_URL": url, POSTMASTER: str(postmaster)}
    return kept | set_here


def worker(env: dict[str, str], *arguments: str) -> str:
    """Run the worker; its progress goes to the terminal, what it prints is returned."""
    command = [sys.executable, "-m", "benchmarks.worker", *arguments]
    return subprocess.run(command, env=env, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def key() -> str:
    """What the kept courts of this version are known by."""
    with tempfile.TemporaryDirectory() as folder:
        return worker(environment(Path(folder)), "key")


@contextmanager
def on_sqlite(size: Size) -> Iterator[dict[str, str]]:
    """The environment of a copy of the court on SQLite; the copy is removed afterwards."""
    kept = cache() / f"{size.name}-{key()}"
    if not kept.exists():
        _forget(size)
        made = Path(tempfile.mkdtemp(prefix="making-", dir=cache()))
        worker(environment(made), "build", "--size", size.name)
        made.rename(kept)
    with tempfile.TemporaryDirectory(prefix="copy-", dir=cache()) as folder:
        home = Path(folder) / "home"
        subprocess.run(["cp", "-r", "--reflink=auto", str(kept), str(home)], check=True)
        yield environment(home)


def _forget(size: Size) -> None:
    """Remove courts of this size that an earlier version made."""
    for old in [*cache().glob(f"{size.name}-*"), *cache().glob("making-*")]:
        shutil.rmtree(old, ignore_errors=True)


@contextmanager
def on_postgres(size: Size) -> Iterator[dict[str, str]]:
    """The same on PostgreSQL, in a cluster of the benchmark's own."""
    folder = cache() / "postgres"
    folder.mkdir(mode=0o755, exist_ok=True)
    with temporary_cluster(kept=folder, options=OPTIONS) as url, tempfile.TemporaryDirectory(prefix="bihuan-bench-") as home:
        postmaster = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        kept, copy = f"{size.name}_{key()}", f"copy_{size.name}"
        with psycopg.connect(_named(url, "postgres"), autocommit=True) as admin:
            names = {row[0] for row in admin.execute("SELECT datname FROM pg_database")}
            for old in sorted(name for name in names if name.startswith((f"{size.name}_", "copy_", "making")) and name != kept):
                admin.execute(f'DROP DATABASE "{old}" WITH (FORCE)')
            if kept not in names:
                admin.execute("CREATE DATABASE making")
                worker(environment(Path(home), _named(url, "making"), postmaster), "build", "--size", size.name)
                admin.execute(f'ALTER DATABASE making RENAME TO "{kept}"')
            admin.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{kept}" STRATEGY FILE_COPY')
            try:
                yield environment(Path(home), _named(url, copy), postmaster)
            finally:
                admin.execute(f'DROP DATABASE "{copy}" WITH (FORCE)')


def _named(url: str, database: str) -> str:
    head, _, query = url.partition("?")
    return f"{head.rpartition('/')[0]}/{database}?{query}"


def databases() -> list[str]:
    """What can be measured here."""
    return ["sqlite", *(["postgres"] if find_binaries() else [])]
