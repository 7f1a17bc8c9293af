"""The log's promise: what is written is recorded, and what was recorded cannot be changed unnoticed."""

import datetime as dt
import json

import pytest
from django.db import DatabaseError, connection, transaction

from bihuan.kernel import checkpoints, log, triggers, verify
from bihuan.kernel.errors import Refused
from bihuan.kernel.facts import Deleting
from bihuan.kernel.models import LogEntry, RestrictedText, Unit
from bihuan.kernel.work import OutsideWork, Unrecorded, unit_of_work

from . import org_factory as make

pytestmark = pytest.mark.django_db


def unguarded(statement: str, *values: object) -> None:
    """What one with the database's own powers could do: triggers off, then raw SQL."""
    with connection.cursor() as cursor:
        for trigger in triggers.registered():
            if trigger.table == "kernel_logentry" and trigger.exists_on(connection.vendor):
                on = " ON kernel_logentry" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.full_name}{on}")
        cursor.execute(statement, values)


@pytest.fixture
def five():
    """Five units, five entries."""
    return [make.unit(f"第{n}庭") for n in range(5)]


def codes(verdict):
    return [problem.code for problem in verdict.problems]


def test_a_write_outside_a_unit_of_work_is_refused():
    with pytest.raises(OutsideWork):
        Unit.objects.create(code="x", name="x")
    with pytest.raises(OutsideWork):
        Unit.objects.bulk_create([Unit(code="x", name="x")])
    made = make.unit()
    with pytest.raises(OutsideWork):
        Unit.objects.filter(pk=made.pk).update(name="y")
    with pytest.raises(OutsideWork):
        Unit.objects.bulk_update([made], ["name"])
    with pytest.raises(Deleting):
        made.delete()
    with pytest.raises(Deleting):
        Unit.objects.all().delete()


def test_a_unit_of_work_that_records_nothing_does_not_commit():
    with pytest.raises(Unrecorded, match="kernel.Unit"), unit_of_work(None):
        Unit.objects.create(code="x", name="x")
    assert not Unit.objects.filter(code="x").exists()


def test_facts_and_entries_fall_together():
    before = LogEntry.objects.count()
    with pytest.raises(RuntimeError), unit_of_work(None) as uow:
        made = Unit.objects.create(code="x", name="x")
        uow.record("test.made", made)
        raise RuntimeError
    assert LogEntry.objects.count() == before
    assert not Unit.objects.filter(code="x").exists()


def test_an_inner_unit_joins_the_outer_one():
    with unit_of_work(None) as outer:
        made = Unit.objects.create(code="x", name="x")
        with unit_of_work(None) as inner:
            assert inner is outer
            inner.record("test.made", made)
    assert LogEntry.objects.filter(object_id=str(made.pk), kind="kernel.unit").count() == 1


def test_a_sound_log_verifies(five):
    verdict = verify.verify(verify.stored())
    assert verdict.sound
    assert verdict.sound_to == LogEntry.objects.count() >= 5


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE kernel_logentry SET actor_name = 'nobody' WHERE seq = 3",
        "DELETE FROM kernel_logentry WHERE seq = 3",
    ],
)
def test_the_database_refuses_to_change_entries(five, statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert verify.verify(verify.stored()).sound


@pytest.mark.postgres
def test_postgresql_refuses_to_truncate(five):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE kernel_logentry CASCADE")


@pytest.mark.sqlite
def test_sqlite_refuses_to_replace(five):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT OR REPLACE INTO kernel_logentry SELECT seq, at, 'x', type, kind, object_id, unit_id, data, prev, hash, hash2, actor_id FROM kernel_logentry WHERE seq = 3"
        )
    assert verify.verify(verify.stored()).sound


def test_an_altered_entry_is_named(five):
    unguarded("UPDATE kernel_logentry SET actor_name = 'nobody' WHERE seq = 3")
    verdict = verify.verify(verify.stored())
    assert codes(verdict) == [verify.ALTERED] and verdict.problems[0].params == {"seq": 3}
    assert verdict.sound_to == 2


def test_a_removed_entry_is_named(five):
    unguarded("DELETE FROM kernel_logentry WHERE seq = 3")
    verdict = verify.verify(verify.stored())
    assert verdict.problems[0].params == {"expected": 3, "seq": 4}


def test_reordered_entries_are_named(five):
    unguarded("UPDATE kernel_logentry SET seq = 1000 WHERE seq = 3")
    unguarded("UPDATE kernel_logentry SET seq = 3 WHERE seq = 4")
    unguarded("UPDATE kernel_logentry SET seq = 4 WHERE seq = 1000")
    assert codes(verify.verify(verify.stored())) == [verify.ALTERED]


def recompute(start: int) -> None:
    """A patient forger: alter an entry and compute everything after it anew."""
    prev = LogEntry.objects.get(seq=start - 1).hash
    for entry in LogEntry.objects.filter(seq__gte=start).order_by("seq"):
        entry.prev = prev
        if entry.seq == start:
            entry.actor_name = "nobody"
        log.seal(entry)
        prev = entry.hash
        unguarded(
            "UPDATE kernel_logentry SET actor_name = %s, prev = %s, hash = %s, hash2 = %s WHERE seq = %s",
            entry.actor_name,
            entry.prev,
            entry.hash,
            entry.hash2,
            entry.seq,
        )


def test_a_recomputed_log_passes_the_chain_and_fails_the_checkpoint(five, tmp_path):
    path = checkpoints.store(tmp_path)
    points = checkpoints.read(path, checkpoints.public_key_path())
    recompute(3)
    assert verify.verify(verify.stored()).sound, "a chain alone cannot see this: that is what checkpoints are for"
    assert codes(verify.verify(verify.stored(), points)) == [verify.RECOMPUTED]


def test_a_cut_tail_passes_the_chain_and_fails_the_checkpoint(five, tmp_path):
    points = checkpoints.read(checkpoints.store(tmp_path), checkpoints.public_key_path())
    unguarded("DELETE FROM kernel_logentry WHERE seq > 3")
    assert verify.verify(verify.stored()).sound
    verdict = verify.verify(verify.stored(), points)
    assert codes(verdict) == [verify.CUT] and verdict.problems[0].params["found"] == 3


def test_a_forged_checkpoint_is_refused(five, tmp_path):
    path = checkpoints.store(tmp_path)
    forged = json.loads(path.read_text())
    forged["size"] = 2
    path.write_text(json.dumps(forged))
    with pytest.raises(Refused) as refusal:
        checkpoints.read(path, checkpoints.public_key_path())
    assert refusal.value.reasons[0].code == verify.FORGED


def test_an_export_verifies_elsewhere(five, tmp_path):
    points = checkpoints.read(checkpoints.store(tmp_path), checkpoints.public_key_path())
    count = verify.export(tmp_path / "log.jsonl")
    with (tmp_path / "log.jsonl").open(encoding="utf-8") as file:
        verdict = verify.verify(verify.exported(file), points)
    assert verdict.sound and verdict.sound_to == count == verdict.outside_to


@pytest.mark.parametrize("text", ["张某", 'a "quoted" \\\\ text', "\\t\\n\\x00\\x7f", "\\u2028 😀", ""])
@pytest.mark.parametrize("number", [None, 7])
def test_what_is_hashed_is_plain_json_with_sorted_keys(text, number):
    data = {"z": [text, 1, 2.5, None, True], "a": {text: text}}
    entry = LogEntry(
        seq=3, at=dt.datetime(2026, 5, 1, 8, 30, tzinfo=dt.timezone(dt.timedelta(hours=8))), actor_id=number, actor_name=text,
        type="test.made", kind=text, object_id=text, unit_id=number, data=data, prev="f" * 64,
    )  # fmt: skip
    shown = {
        "seq": 3, "at": "2026-05-01T00:30:00.000000+00:00", "actor": number, "actor_name": text, "type": "test.made", "kind": text,
        "object": text, "unit": number, "data": data, "prev": "f" * 64,
    }  # fmt: skip
    assert log.canonical(entry) == json.dumps(shown, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def test_a_long_log_is_walked_in_one_statement_and_tells_how_far_it_is(five, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(verify, "STEP", 2)
    seen = []
    with django_assert_num_queries(1):
        assert verify.verify(verify.told(verify.stored(), seen.append)).sound
    assert seen == [2, 4]


def test_a_clock_set_back_is_named(five):
    last = LogEntry.objects.order_by("-seq").first()
    entry = LogEntry(
        seq=last.seq + 1,
        at=last.at - dt.timedelta(days=1),
        actor_name="system",
        type="test.made",
        data={},
        prev=last.hash,
    )
    log.seal(entry)
    entry.save(force_insert=True)
    assert codes(verify.verify(verify.stored())) == [verify.DISORDER]


def test_restricted_values_are_keyed_digests():
    with unit_of_work(None) as uow:
        made = Unit.objects.create(code="x", name="x")
        uow.record("test.made", made, restricted={"informant": "张某"})
    entry = LogEntry.objects.get(kind="kernel.unit", object_id=str(made.pk))
    assert "张某" not in json.dumps(entry.data, ensure_ascii=False)
    text = RestrictedText.objects.get(seq=entry.seq)
    assert text.text == "张某"
    assert log.same_text(entry.data["restricted"]["informant"], f"{entry.seq}:informant:张某")


def test_all_triggers_stand():
    assert triggers.missing(connection) == []


def test_a_missing_trigger_is_found():
    unguarded("SELECT 1")
    assert "bh_log_no_update" in triggers.missing(connection)
