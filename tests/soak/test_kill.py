"""kill -9 in the middle of a patrol and of an import: nothing is half there, nothing doubles, the next run finishes the work."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = [pytest.mark.soak, pytest.mark.sqlite]
ROOT = Path(__file__).resolve().parents[2]
POINTS = 10
MEASURES, READINGS = 80, 60 * 9


def environment(home):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("BIHUAN_", "PYTEST_", "DATABASE_URL", "DJANGO_"))}
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    return kept | {"BIHUAN_HOME": str(home), "BIHUAN_DEMO": "1", "PYTHONPATH": path}


def begin(home, *what):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.soak.act", *what],
        cwd=ROOT,
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(home, *what):
    process = begin(home, *what)
    out, err = process.communicate(timeout=1200)
    assert process.returncode == 0, f"{what}: {out}\n{err}"
    return out


def killed(home, what, delay):
    """Start, wait until the work begins, kill -9 after `delay` seconds; whether it was still at work."""
    process = begin(home, what)
    try:
        assert process.stdout.readline().strip() == "ready", process.stderr.read()
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        out, _err = process.communicate()
    finally:
        process.kill()
        process.wait()
    return "done" not in out


def facts(home, *acts):
    """What is there after the acts ("count" among them looks), last one last; what must hold whenever the power goes holds."""
    seen = [json.loads(line) for line in finish(home, *acts, "count").splitlines() if line.startswith("{")]
    for found in seen:
        assert found["integrity"] == "ok"
        assert found["missing"] == []
        assert found["log"] == []
        assert found["double_alerts"] == 0
        assert found["opened"] == found["alerts"]
        assert found["readings"] in {0, READINGS}, "an import is there as a whole or not at all"
        assert (found["readings"] == READINGS) == (found["state"] == "merged") == (found["intakes"] == 1)
        assert found["merged_entries"] == found["intakes"]
    return seen[-1]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    home = tmp_path_factory.mktemp("soak") / "home"
    home.mkdir()
    finish(home, "prepare")
    return home


@pytest.fixture(scope="module")
def whole(prepared, tmp_path_factory):
    """How long each work takes undisturbed, and what is there afterwards."""
    home = tmp_path_factory.mktemp("whole") / "home"
    shutil.copytree(prepared, home)
    times = {}
    for what in ("patrol", "merge"):
        process = begin(home, what)
        assert process.stdout.readline().strip() == "ready", process.stderr.read()
        started = time.monotonic()
        assert process.stdout.readline().strip() == "done", process.stderr.read()
        times[what] = time.monotonic() - started
        process.communicate()
    return times, facts(home)


@pytest.mark.parametrize("what", ["patrol", "merge"])
def test_killed_at_any_point(prepared, whole, tmp_path, what):
    times, after = whole
    assert after["alerts"] >= MEASURES
    dice = random.Random(20260520)
    hits = 0
    for point in range(POINTS):
        home = tmp_path / f"{what}-{point}"
        shutil.copytree(prepared, home)
        delay = times[what] * (point + dice.random()) / POINTS
        hits += killed(home, what, delay)
        found = facts(
            home, "count", what, what
        )  # the next run finishes the work, and the one after it finds nothing to do
        if what == "patrol":
            assert (found["alerts"], found["opened"]) == (after["alerts"], after["opened"])
        else:
            assert (found["readings"], found["state"]) == (READINGS, "merged")
        if point == POINTS - 1:
            command = [sys.executable, "-m", "bihuan.cli", "log", "verify"]
            done = subprocess.run(command, cwd=ROOT, env=environment(home), capture_output=True, text=True)
            assert done.returncode == 0, done.stdout + done.stderr
        shutil.rmtree(home)
    assert hits >= POINTS // 3, f"only {hits} of {POINTS} kills met the work"
