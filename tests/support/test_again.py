"""What is written again is what was built: the same rows, files and objects; and only where the facts are the same."""

import pytest
from django.db import DatabaseError, connection, transaction

from bihuan.kernel import clock
from bihuan.kernel.models import LogEntry
from bihuan.kernel.verify import stored, verify
from bihuan.rectification.models import Attempt
from bihuan.rectification.tests.factory import TODAY, Court

from . import again


@pytest.fixture(autouse=True)
def alone(db, settings, tmp_path):
    """Nothing was built yet."""
    settings.BIHUAN_SIMULATION_WRITES = True
    settings.BIHUAN_EVIDENCE_FOLDER = tmp_path / "evidence"
    kept, ends = dict(again._kept), set(again._ends)
    again._kept.clear()
    again._ends.intersection_update({again.EMPTY})
    with clock.simulate(TODAY):
        yield
    again._kept.update(kept)
    again._ends.update(ends)


def rows():
    """Every row of every table that has some."""
    found = {}
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
            if content := cursor.fetchall():
                found[name] = sorted(map(repr, content))
    return found


def tried(act, folder):
    """The rows, the files and what `act` returned; all of it is taken back."""
    with transaction.atomic():
        result = act()
        found = rows(), {p.name: p.read_bytes() for p in folder.rglob("*") if p.is_file()}, result
        transaction.set_rollback(True)
    for path in folder.rglob("*"):
        if path.is_file():
            path.unlink()
    return found


def verified():
    court = Court()
    attempt = court.at("verified")
    assert attempt.measure.problem.round == court.round
    return court, attempt


def test_the_second_time_is_the_first_time(settings):
    folder = settings.BIHUAN_EVIDENCE_FOLDER
    first, files, (court, attempt) = tried(verified, folder)
    assert len(again._kept) == 2 and files and first["kernel_logentry"]
    again._set_numbers(dict.fromkeys(next(iter(again._kept.values())).numbers, 700))  # other tests made rows meanwhile
    second, same, (other, its) = tried(verified, folder)
    assert second == first and same == files
    assert its == attempt and its.state == "verified" and other.count == court.count
    assert other.judge == court.judge and other.judge is not court.judge


def test_what_was_written_again_is_sound_and_goes_on(settings):
    tried(verified, settings.BIHUAN_EVIDENCE_FOLDER)
    court, attempt = verified()
    assert verify(stored()).sound
    assert court.step(attempt, "decide").state == "internally_closed"
    assert court.approved().state == "not_started" and Attempt.objects.count() == 2
    assert verify(stored()).sound


def test_other_facts_are_built_in_full(settings):
    tried(verified, settings.BIHUAN_EVIDENCE_FOLDER)
    court = Court()
    court.person("other", "civil", "judge")
    kept = dict(again._kept)
    assert court.at("verified").state == "verified"
    assert again._kept == kept
    with clock.simulate(TODAY.replace(day=21)):
        assert court.approved().state == "not_started"
    assert again._kept == kept


def test_a_test_that_replaces_something_is_given_no_old_facts(settings, monkeypatch):
    tried(verified, settings.BIHUAN_EVIDENCE_FOLDER)
    assert not again._kept


@again.written
def hurried(statement):
    """A build that does more than plain reads and writes."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
    return Court()


@pytest.mark.parametrize(("statement", "kept"), [("SELECT 1", True), ("CREATE TEMPORARY TABLE beside (one int)", False)])
def test_only_plain_reads_and_writes_are_written_again(statement, kept):
    hurried(statement)
    assert bool(again._kept) == kept


def test_the_database_judges_again(settings):
    tried(verified, settings.BIHUAN_EVIDENCE_FOLDER)
    build = next(one for one in again._kept.values() if one.end != again.EMPTY and len(one.files))
    build.statements.reverse()
    court = Court()
    before = LogEntry.objects.count()
    with pytest.raises(DatabaseError, match="an attempt is made at a frozen measure"):
        court.at("verified")
    assert LogEntry.objects.count() == before
