"""The command line as a person uses it: set up, demo, serve, stop, kill; every refusal in words, never a traceback."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from bihuan.people.services.setup import COLUMNS
from bihuan.web.management.processes import die_with_parent

PATIENCE = 600  # seconds for what a busy machine may take long over; only a fault takes them all
COURT = ["init", "--court", "测试法院"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def people(path: Path, *rows: list[str]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("人员")
        for number, row in enumerate([COLUMNS, *rows]):
            sheet.write_row(number, 0, row)
    return path


SONG = ["民一庭", "", "宋四", "songsi", "004", "庭长", "庭长", "2024-03-01", ""]


@pytest.fixture
def says(bihuan: Any) -> Any:
    """Run a command that is to be refused; returns what it said."""

    def run(*arguments: str, **more: Any) -> str:
        done = bihuan(*arguments, check=False, **more)
        assert done.returncode, f"{arguments} was not refused"
        assert "Traceback" not in done.stdout + done.stderr
        return str(done.stdout + done.stderr)

    return run


# -- a real court ------------------------------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_a_court_from_its_sheet_to_the_rescue(bihuan, says, tmp_path):
    home, kept = tmp_path / "home", tmp_path / "passwords.txt"
    bad = people(tmp_path / "bad.xlsx", [*SONG[:5], "科长", *SONG[6:]])
    assert "第 2 行：没有“科长”" in says(*COURT, "--people", str(bad))
    sheet = people(tmp_path / "p.xlsx", SONG)
    done = bihuan(*COURT, "--people", str(sheet), "--passwords", str(kept), "--system", "齐甲：qijia")
    assert "部门 1 个，人员 1 名，岗位 1 个，管理员 3 名" in done.stdout
    assert kept.stat().st_mode & 0o777 == 0o600 and home.stat().st_mode & 0o777 == 0o700
    lines = [line.split("\t") for line in kept.read_text(encoding="utf-8").splitlines()]
    assert [line[1] for line in lines] == ["qijia", "securityadmin", "auditadmin", "songsi"]
    assert not any(line[2] in done.stdout for line in lines)
    assert "真实法院的数据" in says("run", "--no-serve") and not (home / "demo").exists()
    rescued = bihuan("rescue", "--username", "qijia", "--reason", "忘记密码").stdout
    assert re.search(r"初始密码.*：\S{16}\n", rescued)
    assert "首尾相接" in bihuan("log", "verify").stdout


@pytest.mark.sqlite
def test_a_machine_that_refuses_is_quoted_without_a_traceback(says, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    assert "无法完成" in says("run", "--no-serve", home=blocked / "home")
    address = f"postgresql://nobody@127.0.0.1:{free_port()}/none"
    assert "无法完成" in says("serve", env={"DATABASE_URL": address})


# -- serving -----------------------------------------------------------------------------------------------------------


class Served:
    """`bihuan serve` in a process of its own."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self.port = free_port()
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("BIHUAN_", "DATABASE_", "DJANGO_", "PYTEST_"))}
        self.log = home.parent / "serve.log"
        tests = os.getpid()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bihuan.cli", "serve", "--port", str(self.port), *arguments],
                env=kept | {"BIHUAN_HOME": str(home), "PYTHONIOENCODING": "utf-8"},
                stdout=log,
                stderr=log,
                preexec_fn=lambda: die_with_parent(tests),  # a run that is killed leaves no server behind
            )

    def page(self) -> int:
        """The status of the sign-in page; 0 when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/account/login/", timeout=30) as answer:
                return int(answer.status)
        except (urllib.error.URLError, OSError):
            return 0

    def lost_its_port(self) -> bool:
        """Whether another program took the port between the choice and the start."""
        return self.process.poll() is not None and "已被占用" in self.text()

    def children(self) -> set[int]:
        """All processes below the server, however deep."""
        found, parents = set(), {self.process.pid}
        while parents:
            below = {pid for pid, parent in _processes() if parent in parents} - found
            found |= below
            parents = below
        return found

    def text(self) -> str:
        return self.log.read_text(encoding="utf-8")


def _processes() -> list[tuple[int, int]]:
    rows = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if state != "Z":
            rows.append((int(stat.parent.name), int(parent)))
    return rows


def until(condition: Any, seconds: float = PATIENCE) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def alive(pids: set[int]) -> set[int]:
    return pids & {pid for pid, _parent in _processes()}


def free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.fixture
def served(bihuan: Any, migrated: Path) -> Any:
    """A server of a real court with its job worker; ended with whatever it started."""
    bihuan(*COURT)
    running = Served(migrated, "--workers", "1")
    below: set[int] = set()
    try:
        while until(lambda: running.page() == 200 or running.process.poll() is not None) and running.lost_its_port():
            running = Served(migrated, "--workers", "1")
        assert until(lambda: running.page() == 200), running.text()
        assert until(lambda: len(running.children()) >= 4), running.text()  # a page worker, the job worker, its own two
        below = running.children()
        yield running
    finally:
        left = below | running.children()
        running.process.kill()
        running.process.wait(timeout=PATIENCE)
        for pid in alive(left):
            if "bihuan" in _command(pid):  # and not another program that got the number meanwhile
                os.kill(pid, signal.SIGKILL)


linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@linux
@pytest.mark.sqlite
def test_a_server_told_to_stop_leaves_no_process_and_a_free_port(served, says):
    assert "已被占用" in says("serve", "--port", str(served.port))
    below = served.children()
    served.process.terminate()
    assert served.process.wait(timeout=PATIENCE) == 0, served.text()
    assert until(lambda: not alive(below)) and free(served.port)
    assert "已停止" in served.text() and "Traceback" not in served.text()
    assert "No directory" not in served.text()


@linux
@pytest.mark.soak
@pytest.mark.sqlite
def test_a_killed_server_leaves_no_process_and_a_free_port(served):
    below = served.children()
    served.process.kill()
    served.process.wait(timeout=PATIENCE)
    assert until(lambda: not alive(below)), alive(below)
    assert free(served.port)


@linux
@pytest.mark.soak
@pytest.mark.sqlite
def test_a_killed_job_worker_is_started_again_and_leaves_nothing_behind(served):
    def workers() -> set[int]:
        return {pid for pid in served.children() if "qcluster" in _command(pid)}

    before = workers()
    os.kill(min(before), signal.SIGKILL)  # the first of the group; its children would work on without it
    assert until(lambda: not alive(before))
    assert until(lambda: len(workers()) >= len(before)), served.text()
    assert served.page() == 200


@pytest.mark.soak
@pytest.mark.sqlite
def test_the_demo_loads_once_and_over_a_broken_off_loading(bihuan, says, tmp_path):
    home = tmp_path / "home"
    first = bihuan("run", "--no-serve", timeout=3600).stdout
    assert re.search(r"问题 [1-9]\d* 个，措施 [1-9]\d* 条，预警 [1-9]\d* 条，销号 [1-9]\d* 次", first)
    again = bihuan("run", "--no-serve").stdout
    assert "保留不动" in again and _figures(again) == _figures(first)
    assert "演示环境" in says(*COURT)
    (home / "demo-loading").write_text("loading\n")
    over = bihuan("run", "--no-serve", timeout=3600).stdout
    assert "重新载入" in over and not (home / "demo-loading").exists()


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def _figures(text: str) -> list[str]:
    return re.findall(r"(?:问题|措施|销号) \d+", text)
