"""What was staged and is stood on by nothing goes when its time is over; what was merged stays."""

import datetime as dt
import os
from pathlib import Path

import pytest
from django.db import connection

from bihuan.kernel import clock, jobs, soundness, triggers
from bihuan.kernel.models import ImportRow, LogEntry
from bihuan.kernel.sheets import drafts, dryrun, retention
from bihuan.kernel.verify import stored, verify

from . import sheet_world
from .sheet_world import WHOLE, merged, tried

pytestmark = pytest.mark.django_db
HEAD = ["编号", "期间", "名称"]
OLD = dt.timedelta(days=31)


@pytest.fixture(autouse=True)
def _world(sheet_tables, settings, tmp_path):
    settings.BIHUAN_HOME = tmp_path
    with sheet_world.register(WHOLE), clock.simulate(dt.date(2025, 4, 10)):
        yield


def rows(*codes):
    return [HEAD, *([code, "2025-03", "收案"] for code in codes)]


def aged(draft, settings):
    """The upload and its file, so old."""
    with connection.cursor() as cursor:
        on = " ON kernel_importdraft" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER bh_import_over{on}")
        cursor.execute("UPDATE kernel_importdraft SET at = %s WHERE id = %s", [clock.now() - OLD, draft.pk])
    triggers.install(connection)
    path = Path(settings.BIHUAN_HOME) / draft.path
    long_ago = (clock.now() - OLD).timestamp()
    os.utime(path, (long_ago, long_ago))
    return path


def left():
    return set(ImportRow.objects.values_list("draft_id", "check_no"))


def test_only_what_was_given_up_long_ago_goes(office, settings):
    done, open_, young, old = merged(office, *rows("A")), tried(office, *rows("B")), tried(office, *rows("C")), tried(office, *rows("D", "E"))
    drafts.drop(actor=office, draft=young)
    drafts.drop(actor=office, draft=old)
    files = {draft.pk: aged(draft, settings) for draft in (done, open_, old)}
    assert retention.purge() == 2
    assert left() == {(done.pk, 1), (open_.pk, 1), (young.pk, 1)}
    assert {pk for pk, path in files.items() if path.exists()} == {done.pk, open_.pk}
    entry = LogEntry.objects.get(type="import.purged")
    assert (entry.object_id, entry.data["params"]["rows"], entry.data["job"]) == (str(old.pk), 2, "imports")
    assert retention.purge() == 0 and LogEntry.objects.filter(type="import.purged").count() == 1
    assert soundness.problems() == [] and verify(stored()).sound


def test_a_dry_run_that_was_replaced_goes_also_where_the_import_was_merged(office, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    draft = tried(office, *rows("A", "B", "C"))
    draft = dryrun.check(actor=office, draft=draft)
    assert left() == {(draft.pk, 1), (draft.pk, 2)}
    jobs.purge_imports()
    assert left() == {(draft.pk, 2)}
    assert [e.data["params"]["rows"] for e in LogEntry.objects.filter(type="import.purged").order_by("seq")] == [2, 1]


def test_a_file_that_is_uploaded_again_stays(office, settings):
    draft = tried(office, *rows("A"))
    drafts.drop(actor=office, draft=draft)
    path = aged(draft, settings)
    again = sheet_world.upload(office, *rows("A"))
    assert again.path == draft.path
    retention.purge()
    assert path.exists() and drafts.read(again).count == 1


def test_a_file_that_no_import_knows_goes_when_it_is_old(office, settings):
    draft = tried(office, *rows("A"))
    lost = (Path(settings.BIHUAN_HOME) / draft.path).with_name("0" * 64)
    lost.write_bytes(b"x")
    retention.purge()
    assert lost.exists()
    long_ago = (clock.now() - OLD).timestamp()
    os.utime(lost, (long_ago, long_ago))
    retention.purge()
    assert not lost.exists()
