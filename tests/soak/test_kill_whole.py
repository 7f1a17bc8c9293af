"""kill -9 in the middle of a large import's dry run and of its merge, on both databases: the ledger holds all of it or nothing, the
job is done or can be done again, and whoever delivers it once more does no harm.
"""

import json
import random
import signal
import time

import pytest
from django.db import connection

from tests.soak.places import Place
from tests.soak.report import QUICK, Row

pytestmark = pytest.mark.soak
MODULE = "tests.soak.whole"
POINTS = 3 if QUICK else 10
ROWS = 3000
HELD = ROWS // 3


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """The court before the dry run, and before the merge; and how long each takes undisturbed."""
    folder = tmp_path_factory.mktemp("soak")
    made = {"check": Place.new(folder / "check")}
    made["check"].finish(MODULE, "prepare")
    made["merge"] = made["check"].copy(folder / "merge")
    made["merge"].finish(MODULE, "perform", "merge")
    times = {}
    for what, place in made.items():
        whole = place.copy(folder / f"{what}-whole")
        process = whole.begin(MODULE, "perform")
        assert process.stdout.readline().strip() == "ready", process.stderr.read()
        started = time.monotonic()
        assert process.stdout.readline().strip() == "done", process.stderr.read()
        times[what] = time.monotonic() - started
        process.communicate()
        whole.remove()
    yield made, times
    for place in made.values():
        place.remove()


def killed(place, delay):
    """Let the worker take the job up, kill it after `delay` seconds; whether it was still at work."""
    process = place.begin(MODULE, "perform")
    try:
        assert process.stdout.readline().strip() == "ready", process.stderr.read()
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        out, _err = process.communicate()
    finally:
        process.kill()
        process.wait()
    return "done" not in out


def facts(place, *acts):
    """What is there after the acts ("count" among them looks); what must hold whenever the power goes holds."""
    seen = [json.loads(line) for line in place.finish(MODULE, *acts).splitlines() if line.startswith("{")]
    for found in seen:
        merged = found["state"] == "merged"
        assert found["integrity"] == "ok"
        assert found["missing"] == found["log"] == found["unsound"] == []
        assert (found["rows"], found["corrected"]) == ((ROWS, HELD) if merged else (HELD, 0)), "all or nothing"
        assert (found["merged_entries"], found["bound"]) == ((1, ROWS) if merged else (0, 0))
        assert found["notices"] == (found["job"] == "done"), "told once, with the result"
        if found["kind"] == "import.merge":
            assert merged == (found["job"] == "done"), "the job is done with its result, or neither is"
        else:
            assert (found["state"] == "checked") == (found["job"] == "done") == (found["staged"] == ROWS and found["counts"] != {})
    return seen


@pytest.mark.parametrize("what", ["check", "merge"])
def test_killed_at_any_point(places, tmp_path, what, soak_report):
    made, times = places
    dice = random.Random(20261127)
    hits = 0
    for point in range(POINTS):
        place = made[what].copy(tmp_path / f"{what}-{point}")
        hits += killed(place, times[what] * (point + dice.random()) / POINTS)
        # Seen as it was left; then the worker is known to be dead and the job is delivered again, twice.
        after = ["count", "dead", "perform", "count", "dead", "perform", "count"]
        if what == "check":
            after += ["merge", "perform", "count"]
        last = facts(place, *after)[-1]
        assert (last["state"], last["job"], last["rows"]) == ("merged", "done", ROWS)
        assert last["counts"] == {"new": ROWS - HELD, "changed": HELD, "same": 0, "refused": 0}
        place.remove()
    assert hits >= POINTS // 4, f"only {hits} of {POINTS} kills met the work"
    soak_report(Row(f"large {what}", "worker", POINTS, 0, hits))


def test_others_sign_in_and_save_while_a_hundred_thousand_rows_are_merged(tmp_path, record_property):
    """Nobody meets a locked database; how long the longest wait was is recorded, and not judged: machines differ."""
    place = Place.new(tmp_path / "many", BIHUAN_SOAK_ROWS="100000")
    place.finish(MODULE, "prepare", timeout=1800)
    others = place.begin(MODULE, "others")
    assert others.stdout.readline().strip() == "ready", others.stderr.read()
    worker = place.begin(MODULE, "perform", "merge", "perform", "count")
    out, err = worker.communicate(timeout=1800)
    (place.home / "stop").touch()
    said, trouble = others.communicate(timeout=120)
    assert others.returncode == 0 and "locked" not in trouble, trouble
    assert worker.returncode == 0, err
    waited = json.loads(next(line for line in said.splitlines() if line.startswith("{")))
    found = json.loads(next(line for line in out.splitlines() if line.startswith("{")))
    assert (found["state"], found["counts"]["refused"], found["unsound"], found["log"]) == ("merged", 0, [], [])
    assert waited["times"] >= 10 and waited["revision"] == waited["times"], "every save went through"
    held = next((line for line in err.splitlines() if "import merged" in line), "")
    record_property("longest_wait_seconds", waited["longest"])
    print(f"\n{connection.vendor}: {waited['times']} saves beside it, the longest took {waited['longest']} s; {held.strip()}")
    place.remove()
