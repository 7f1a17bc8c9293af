"""kill -9 in the middle of a backup and of a restore: no half file passes for a backup, the database is the old or the new one."""

import random
import shutil
import signal

import pytest

from bihuan.kernel.operations import backup
from tests.soak.report import QUICK, Row, add

from .conftest import Home
from .killed import AT_THE_END

pytestmark = [pytest.mark.soak, pytest.mark.sqlite]
POINTS = 4 if QUICK else 12


def steps(home, *arguments):
    """How many steps the command has, undisturbed."""
    done = home.run("tests.operations.killed", 0, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return int(done.stdout.splitlines()[-1])


def points(whole, seed):
    """Steps spread over the whole work, and the moment after the last of them: how many steps there are differs by a handful
    from run to run (a log page more or less), so no point is set on the very last one."""
    dice = random.Random(seed)
    spread = [1 + int(whole * 0.99 * (point + dice.random()) / POINTS) for point in range(POINTS)]
    return [*spread, AT_THE_END]


def kill(home, step, *arguments):
    done = home.run("tests.operations.killed", step, *arguments)
    assert done.returncode == -signal.SIGKILL, done.stdout + done.stderr


def copy(court, tmp_path, number):
    shutil.copytree(court.path, tmp_path / f"{number}" / "home")
    return Home(tmp_path / f"{number}" / "home")


def test_a_killed_backup_leaves_no_backup_and_the_next_one_sweeps_up(court, tmp_path):
    whole = steps(copy(court, tmp_path, "whole"), "backup", tmp_path / "whole.tar")
    assert whole > 100
    partial = complete = 0
    for step in points(whole, 20261127):
        home = copy(court, tmp_path, step)
        folder = home.path.parent / "backups"
        folder.mkdir()
        kill(home, step, "backup", folder)
        for path in folder.iterdir():
            if path.name.startswith("."):
                partial += 1
            else:
                complete += 1
                backup.check(path, None)
        home.bihuan("backup", folder)
        assert not list(folder.glob(".*"))
        for path in folder.iterdir():
            backup.check(path, None)
        assert home.look()["sound"]
        shutil.rmtree(home.path.parent)
    assert partial and complete, "killed while the file was being written, and after it stood"
    add(Row("backup", "worker", POINTS + 1, whole, POINTS + 1 - complete, "SQLite"))


def test_a_killed_restore_leaves_the_old_or_the_new_and_can_be_done_again(court, tmp_path):
    file = tmp_path / "b.tar"
    court.bihuan("backup", file)
    court.act("work")
    before = court.look()
    whole = steps(copy(court, tmp_path, "whole"), "restore", file, "--replace", "--reason", "试")
    assert whole > 100
    old = new = 0
    for step in points(whole, 20261128):
        home = copy(court, tmp_path, step)
        kill(home, step, "restore", file, "--replace", "--reason", "试")
        found = home.look()
        assert found["sound"] and found["missing"] == []
        if found["type"] == "system.restored":
            new += 1
        else:
            old += 1
            assert found["log"] >= before["log"] and found["evidence"] == before["evidence"]
        home.bihuan("restore", file, "--replace", "--reason", "再试")
        again = home.look()
        assert again["sound"] and again["type"] == "system.restored" and again["missing"] == []
        shutil.rmtree(home.path.parent)
    assert old and new, "killed before the exchange, and after it"
    add(Row("restore", "worker", POINTS + 1, whole, old, "SQLite"))
