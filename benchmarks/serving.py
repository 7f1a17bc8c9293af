"""The server that is measured: `bihuan serve`, as a court runs it, without the scheduled jobs."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .client import Browser

START_SECONDS = 60


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    pid: int
    log: Path

    def said(self) -> str:
        """What it wrote so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def check(self) -> None:
        """RuntimeError when it wrote that something broke."""
        for word in ("Traceback", "database is locked"):
            place = self.said().find(word)
            if place >= 0:
                raise RuntimeError(f"the server said: {self.said()[max(place - 500, 0) : place + 3000]}")


def free_port(first: int = 0) -> int:
    """A port nobody listens on: from `first` on, or any."""
    for port in range(first, first + 50) if first else (0,):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise RuntimeError(f"no free port from {first} on")


@contextmanager
def serving(env: Mapping[str, str], log: Path, *, port: int = 0) -> Iterator[Server]:
    """Run the server within the block. RuntimeError, with what it said, when it does not come up."""
    port = free_port(port)
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "bihuan.cli", "serve", "--port", str(port), "--no-jobs"], env=dict(env), stdout=out, stderr=out
        )
        server = Server(port, process.pid, log)
        try:
            _wait(process, server)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(process: subprocess.Popen[bytes], server: Server) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        browser = Browser(server.port)
        try:
            if browser.get("/account/login/").status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            browser.close()
    raise RuntimeError(f"the server did not come up:\n{server.said()[-4000:]}")
