"""Processes that live and die together: the server, its page workers, the job worker."""

from __future__ import annotations

import ctypes
import errno
import ipaddress
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from bihuan.kernel import journal
from bihuan.kernel.sqlite import SERVER_PID

logger = logging.getLogger("bihuan.jobs")

PARENT_DEATH_SIGNAL = 1  # prctl's PR_SET_PDEATHSIG
STOP_SECONDS = 20
RESTART_SECONDS = 5


def die_with_parent(parent: int | None = None, by: signal.Signals = signal.SIGTERM) -> None:
    """Ask Linux to end this process when its parent ends, however that ended; elsewhere nothing.

    `parent`: the process that must still be there; when it went before the asking, this process ends at once.
    `by`: the signal that ends it.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, by)
    if parent is not None and os.getppid() != parent:
        os._exit(1)


def load_pages(target: str) -> Callable[..., Any]:
    """The WSGI application of a page worker, which must not outlive the server: it would hold on to the port and the lock.

    SIGKILL: told by SIGTERM, a busy worker whose server is gone waits for it for ever. What it was writing is undone.
    """
    die_with_parent(int(os.environ[SERVER_PID]), signal.SIGKILL)
    from bihuan.wsgi import application

    return application


def why_not(host: str, port: int) -> OSError | None:
    """Why the address cannot be listened on, or None.

    The server shares its port among its workers (SO_REUSEPORT); a second server would silently share it too, and
    answer every other request. So it is asked for alone here, before anything is started.
    """
    try:
        family, kind, _proto, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)  # on some systems only this meets the other listener
    except OSError as error:
        return error
    return None


def is_taken(error: OSError) -> bool:
    """Whether the address is in use by another program."""
    return error.errno == errno.EADDRINUSE


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class JobWorker:
    """The job worker beside the server: started again when it dies, gone with the server."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._stopping = threading.Event()
        self._process = self._start()
        # The first process is started by the main thread, whose death is what it watches.
        self._watch = threading.Thread(target=self._keep, name="job-worker", daemon=True)
        self._watch.start()

    @property
    def pid(self) -> int:
        """The running worker's process id."""
        return self._process.pid

    def stop(self) -> None:
        """Let it finish what it does, at most STOP_SECONDS; then end it and all its children."""
        self._stopping.set()
        self._process.terminate()
        try:
            self._process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            logger.warning(
                "the job worker did not stop in time; its job will be delivered again", extra=journal.told(seconds=STOP_SECONDS)
            )
        self._clear()

    def _start(self) -> subprocess.Popen[bytes]:
        # A session of its own: Ctrl-C in a terminal reaches the server alone, which then stops the worker in order.
        server = os.getpid()
        return subprocess.Popen(self._command, start_new_session=True, preexec_fn=lambda: die_with_parent(server))

    def _keep(self) -> None:
        while not self._stopping.is_set():
            code = self._process.wait()
            if self._stopping.is_set():
                return
            self._clear()
            logger.error(
                "the job worker ended; it is started again", extra=journal.told(exit=code, seconds=RESTART_SECONDS)
            )
            if self._stopping.wait(RESTART_SECONDS):
                return
            self._process = self._start()

    def _clear(self) -> None:
        """End what is left of the worker's group (a killed worker leaves its own children)."""
        try:
            os.killpg(self._process.pid, signal.SIGTERM)
            time.sleep(0.2)
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
