"""kill -9 in the middle of a backup and of a restore: no half file passes for a backup, the database is the old or the new one."""

import random
import shutil
import subprocess
import sys
import time

import pytest

from bihuan.kernel.operations import backup

from .conftest import ROOT, Home

pytestmark = [pytest.mark.soak, pytest.mark.sqlite]
POINTS = 6


def begin(home, *arguments):
    command = [sys.executable, "-m", "bihuan.cli", *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, env=home.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def timed(home, *arguments):
    started = time.monotonic()
    process = begin(home, *arguments)
    out, _err = process.communicate(timeout=300)
    assert process.returncode == 0, out.decode()
    return time.monotonic() - started


def killed(home, delay, *arguments):
    """Start, kill -9 after `delay` seconds; whether it was still at work."""
    process = begin(home, *arguments)
    try:
        process.communicate(timeout=delay)
        return False
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return True


def copy(court, tmp_path, number):
    shutil.copytree(court.path, tmp_path / f"{number}" / "home")
    return Home(tmp_path / f"{number}" / "home")


def test_a_killed_backup_leaves_no_backup_and_the_next_one_sweeps_up(court, tmp_path):
    dice = random.Random(20261127)
    whole = timed(copy(court, tmp_path, "whole"), "backup", tmp_path / "whole.tar")
    hits = 0
    for point in range(POINTS):
        home = copy(court, tmp_path, point)
        folder = home.path.parent / "backups"
        folder.mkdir()
        # the first half of the time is the program's own start
        hits += killed(home, whole * (0.5 + (point + dice.random()) / POINTS / 2), "backup", folder)
        for path in folder.iterdir():
            assert path.name.startswith(".") or backup.check(path, None)
        home.bihuan("backup", folder)
        assert not list(folder.glob(".*")) and all(backup.check(path, None) for path in folder.iterdir())
        assert home.look()["sound"]
        shutil.rmtree(home.path.parent)
    assert hits >= POINTS // 3, f"only {hits} of {POINTS} kills met the work"


def test_a_killed_restore_leaves_the_old_or_the_new_and_can_be_done_again(court, tmp_path):
    dice = random.Random(20261128)
    file = tmp_path / "b.tar"
    court.bihuan("backup", file)
    court.act("work")
    before = court.look()
    whole = timed(copy(court, tmp_path, "whole"), "restore", file, "--replace", "--reason", "试")
    hits = 0
    for point in range(POINTS):
        home = copy(court, tmp_path, point)
        delay = whole * (0.3 + 0.7 * (point + dice.random()) / POINTS)
        hits += killed(home, delay, "restore", file, "--replace", "--reason", "试")
        found = home.look()
        assert found["sound"] and found["missing"] == []
        assert found["log"] == before["log"] or found["type"] == "system.restored"
        home.bihuan("restore", file, "--replace", "--reason", "再试")
        again = home.look()
        assert again["sound"] and again["type"] == "system.restored" and again["missing"] == []
        shutil.rmtree(home.path.parent)
    assert hits >= POINTS // 3, f"only {hits} of {POINTS} kills met the work"
