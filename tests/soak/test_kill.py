"""kill -9 in the middle of an import, a patrol, a close-out and a migration, on both databases: first the worker, then the database
server. Nothing is half there, nothing doubles, the log's chain holds, and the next run finishes the work.
"""

import json
import random
import shutil
import signal
import tempfile
from pathlib import Path

import pytest

from tests.soak.act import CLOSING, MEASURES, MONTHS
from tests.soak.places import Place
from tests.soak.report import QUICK, Row
from tests.support.postgres import find_binaries, temporary_cluster

MODULE = "tests.soak.act"
WORKS = ("merge", "patrol", "close", "migrate")
SHORT = {"merge": 1, "patrol": 1, "close": 1}
POINTS, CRASHES = (4, 1) if QUICK else (25, 8)
SEED = 20260520


def kill_of(place, what, at, pid=0):
    """Kill the worker (or the server of that pid) when statement `at` of the work is about to be sent."""
    place.more["BIHUAN_SOAK_KILL"] = f"{at}:{pid}"
    process = place.begin(MODULE, what)
    _out, err = process.communicate(timeout=300)
    del place.more["BIHUAN_SOAK_KILL"]
    assert process.returncode == (1 if pid else -signal.SIGKILL), f"{what} at statement {at}: {process.returncode}\n{err}"


def said(place, *acts):
    """What the acts said, a dictionary for each that says something."""
    return [json.loads(line) for line in place.finish(MODULE, *acts).splitlines() if line.startswith("{")]


def sound(found, units):
    """What must hold whenever the power goes."""
    readings = units * MONTHS
    assert found["integrity"] == "ok"
    assert found["missing"] == [] and found["log"] == []
    assert found["double_alerts"] == 0 and found["opened"] == found["alerts"]
    assert found["readings"] in {0, readings}, "an import is there as a whole or not at all"
    assert (found["readings"] == readings) == (found["state"] == "merged") == (found["intakes"] == 1)
    assert found["merged_entries"] == found["intakes"]
    assert found["closed"] == found["closures"] == found["decided"], "no item is closed without its act, none twice"
    assert found["unmatched"] == 0
    return found


class Works:
    """The court before each work, how many statements each sends undisturbed, and what is there after it."""

    def __init__(self, folder):
        self.folder = folder
        self.empty, self.court = Place.new(folder / "empty"), Place.new(folder / "court")
        self.court.finish(MODULE, "prepare")
        self.statements, self.after, self.units, self.number = {}, {}, 9, 0

    def before(self, what):
        self.number += 1
        return (self.empty if what == "migrate" else self.court).copy(self.folder / f"{what}-{self.number}")

    def length(self, what):
        """Statements of the whole work; its result is kept to compare."""
        if what not in self.statements:
            place = self.before(what)
            out = place.finish(MODULE, what)
            self.statements[what] = int(out.split("statements ")[1])
            self.after[what] = after = said(place, *self.look(what))[-1]
            place.remove()
            # Otherwise the kills would prove nothing.
            assert self.statements[what] >= 20
            assert what != "patrol" or after["alerts"] >= MEASURES
            assert what != "merge" or after["readings"] == self.units * MONTHS
            assert what != "close" or after["closures"] == CLOSING
        return self.statements[what]

    def look(self, what):
        return ["tables"] if what == "migrate" else ["count"]

    def points(self, what, number):
        """Statements spread over the whole work, drawn with a fixed seed."""
        dice, whole = random.Random(f"{SEED} {what}"), self.length(what)
        return [1 + int(whole * (point + dice.random()) / number) for point in range(number)]

    def check(self, what, place):
        """Seen as it was left; then the work is done again, twice: the second time there is nothing left to do."""
        look = self.look(what)
        if what == "migrate":
            left, last = said(place, *look, what, *look)
            assert last == self.after[what]
            return left != last
        seen = [sound(found, self.units) for found in said(place, *look, what, *look, what, *look)]
        for found in seen[1:]:
            del found["entries"]  # a patrol says that it ran
        assert seen[1] == seen[2], "the second time changes nothing"
        names = ("alerts", "opened", "readings", "state", "closed", "closures")
        assert {name: seen[1][name] for name in names} == {name: self.after[what][name] for name in names}
        return seen[0] | {"entries": 0} != seen[1] | {"entries": 0}

    def remove(self):
        self.empty.remove()
        self.court.remove()


@pytest.fixture(scope="module")
def works(tmp_path_factory):
    made = Works(tmp_path_factory.mktemp("soak"))
    yield made
    made.remove()


def killed(works, what, number):
    left = 0
    for at in works.points(what, number):
        place = works.before(what)
        kill_of(place, what, at)
        left += works.check(what, place)
        place.remove()
    return left


def test_the_worker_is_killed(works):
    """The short form: one court for all works."""
    for what, number in SHORT.items():
        killed(works, what, number)


@pytest.mark.soak
@pytest.mark.parametrize("what", WORKS)
def test_the_worker_is_killed_at_many_points(works, what, soak_report):
    left = killed(works, what, POINTS)
    soak_report(Row(what, "worker", POINTS, works.length(what), left))


def short_folder():
    """A folder that the account the server runs under can pass through (pytest's own are private)."""
    folder = Path(tempfile.mkdtemp(prefix="bihuan-kill-", dir="/tmp"))  # noqa: S108  private but for passing through
    folder.chmod(0o711)
    return folder


@pytest.mark.soak
@pytest.mark.skipif(not find_binaries(), reason="needs PostgreSQL's programs")
@pytest.mark.parametrize("what", WORKS)
def test_the_database_is_killed(tmp_path, monkeypatch, what, soak_report):
    """A server of its own dies with all its processes, comes back and recovers."""
    kept, points = short_folder(), iter(())
    works, left, place, at = None, 0, None, 0
    while at is not None:
        with temporary_cluster(kept=kept) as url:
            monkeypatch.setenv("BIHUAN_TEST_DATABASE_URL", url)
            if works is None:
                works = Works(tmp_path / "court")
                points = iter(works.points(what, CRASHES))
            else:
                works.empty.server = works.court.server = place.server = url
                left += works.check(what, place)
                place.remove()
            at = next(points, None)
            if at is not None:
                place = works.before(what)
                pid = int((kept / "data" / "postmaster.pid").read_text().split()[0])
                kill_of(place, what, at, pid)
    shutil.rmtree(kept)
    soak_report(Row(what, "postgres", CRASHES, works.statements[what], left))
