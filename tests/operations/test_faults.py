"""When the machine fails: a full disk, a folder that cannot be written, a database that goes and comes back, a clock set back.

The person is told what happened, nothing is half saved, and what was typed is still there.
"""

import datetime as dt
import errno
import os
import sqlite3

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError, close_old_connections, connection, connections
from django.test import Client
from django.urls import reverse

from bihuan.kernel import checkpoints, clock, evidence, log
from bihuan.kernel import sqlite as guarded
from bihuan.kernel.models import Evidence, EvidenceFile, Leave, LogEntry
from bihuan.kernel.operations import faults, ready
from bihuan.rectification.models import Measure
from bihuan.rectification.tests.factory import TODAY

pytestmark = pytest.mark.django_db(transaction=True)
NOTE = "赴省院培训，由方小禾代管台账"


@pytest.fixture
def judge(inside):
    """A browser of the judge, on the court's day, that sees error pages as people do."""
    client = Client(raise_request_exception=False)
    client.force_login(inside.judge, backend=django_settings.AUTHENTICATION_BACKENDS[-1])
    session = client.session
    session["simulated_day"], session["seen_at"] = TODAY.isoformat(), clock.now().timestamp()
    session.save()
    client.get(reverse("people:leaves"))
    return client


def away(client, person, weeks=0):
    starts = dt.date(2026, 5, 25) + dt.timedelta(weeks=weeks)
    form = {"person": person.pk, "kind": "培训", "starts": starts, "ends": starts + dt.timedelta(days=4), "note": NOTE}
    return ask(client.post, reverse("people:leaves"), form)


def ask(method, *arguments):
    """A request, at whose beginning the server looks at its old connections; the test client leaves that out."""
    close_old_connections()
    return method(*arguments)


def text(response):
    return response.content.decode()


def kept(response):
    """Whether the page has all that was typed, ready to be sent again."""
    page = text(response)
    return page.count(NOTE) == 2 and 'name="starts" value="2026-' in page and "再次提交" in page


@pytest.fixture
def pragma():
    """Set a pragma of SQLite; all are as they were afterwards."""

    def apply(words):
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA {words}")
            row = cursor.fetchone()
            return row[0] if row else None

    yield apply
    apply("query_only = OFF")
    apply("max_page_count = 1000000")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS filler")


@pytest.mark.sqlite
def test_a_full_disk_under_sqlite(inside, judge, pragma):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE filler (x)")
        pragma(f"max_page_count = {pragma('page_count')}")
        for size in (4000, 500, 50):  # what room the pages have left
            with pytest.raises(OperationalError, match="full"):
                for _number in range(5000):
                    cursor.execute("INSERT INTO filler VALUES (%s)", ["x" * size])
    before = LogEntry.objects.count()
    for done in range(300):  # a few small rows still fit into pages that have room
        answer = away(judge, inside.judge, done)
        if answer.status_code != 302:
            break
    assert answer.status_code == 503 and "服务器磁盘已满" in text(answer) and kept(answer)
    assert Leave.objects.count() == LogEntry.objects.count() - before == done
    pragma("max_page_count = 1000000")
    assert away(judge, inside.judge, done).status_code == 302 and Leave.objects.count() == done + 1


@pytest.fixture
def full():
    """A PostgreSQL that says that the disk is full."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$"
        )
        cursor.execute("CREATE TRIGGER full_disk BEFORE INSERT ON kernel_leave EXECUTE FUNCTION full_disk()")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER full_disk ON kernel_leave")
        cursor.execute("DROP FUNCTION full_disk")


@pytest.mark.postgres
def test_a_full_disk_under_postgresql(inside, judge, full):
    before = LogEntry.objects.count()
    answer = away(judge, inside.judge)
    assert answer.status_code == 503 and "服务器磁盘已满" in text(answer) and kept(answer)
    assert LogEntry.objects.count() == before and not Leave.objects.exists()


def test_a_full_disk_under_the_evidence(inside, judge, monkeypatch):
    """The content cannot be flushed: no row names it, no half file lies there, the form comes back with its words."""
    measure = Measure.objects.get()
    address = reverse("evidence_add", kwargs={"kind": "rectification.measure", "pk": measure.pk})
    before = LogEntry.objects.count(), EvidenceFile.objects.count(), files()
    form = {"kind": "statistics", "title": NOTE, "effective_on": "2026-05-20"}

    def fsync(_descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        answer = judge.post(address, form | {"file": upload()})
    page = text(answer)
    assert answer.status_code == 503 and "服务器磁盘已满" in page and NOTE in page and 'type="file"' in page
    assert (LogEntry.objects.count(), EvidenceFile.objects.count(), files()) == before
    assert judge.post(address, form | {"file": upload()}).status_code == 302
    assert Evidence.objects.filter(title=NOTE).exists()


def upload():
    return SimpleUploadedFile("新.txt", "新内容".encode())


def files():
    return sorted(path for path in evidence.path_of("00").parent.parent.rglob("*") if path.is_file())


@pytest.mark.parametrize("wrong", [errno.EROFS, errno.EACCES])
def test_a_folder_that_cannot_be_written(inside, judge, monkeypatch, wrong):
    def refuse(*_arguments, **_more):
        raise OSError(wrong, os.strerror(wrong))

    monkeypatch.setattr(evidence, "store", refuse)
    address = reverse("evidence_add", kwargs={"kind": "rectification.measure", "pk": Measure.objects.get().pk})
    form = {"kind": "statistics", "title": NOTE, "effective_on": "2026-05-20", "file": upload()}
    answer = judge.post(address, form)
    assert answer.status_code == 503 and "不能写入" in text(answer) and NOTE in text(answer)


@pytest.mark.sqlite
def test_a_database_that_cannot_be_written(inside, judge, pragma):
    pragma("query_only = ON")
    answer = away(judge, inside.judge)
    assert answer.status_code == 503 and "不能写入" in text(answer) and kept(answer)
    assert not Leave.objects.exists()


# -- away and back -----------------------------------------------------------------------------------------------------


@pytest.fixture
def gone(monkeypatch):
    """Take the database away, and bring it back."""
    if connection.vendor == "sqlite":
        from pathlib import Path

        monkeypatch.setenv(guarded.SERVER_PID, "1")  # as in a serving process: no empty database is made
        path = Path(connection.settings_dict["NAME"])
        other = path.with_name("elsewhere.sqlite3")
        return lambda: path.rename(other), lambda: other.rename(path)
    name, held = connection.settings_dict["NAME"], {**connection.get_connection_params(), "dbname": "postgres"}

    def switch(on):
        import psycopg

        wanted = {name: held[name] for name in ("dbname", "user", "password", "host", "port") if name in held}
        with psycopg.connect(**wanted, autocommit=True) as other:
            other.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {on}')
            if not on:
                other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])

    return lambda: switch(False), lambda: switch(True)


def test_a_database_that_goes_and_comes_back(inside, judge, gone):
    take_away, bring_back = gone
    ready.forget()
    assert ask(Client().get, "/readyz").status_code == 200
    take_away()
    try:
        answer = away(judge, inside.judge)
        assert answer.status_code == 503 and "数据库暂时不可用" in text(answer) and kept(answer)
        assert ask(judge.get, "/").status_code == 503
        ready.forget()
        told = ask(Client().get, "/readyz")
        assert (told.status_code, told.content) == (503, b"not ready\n")
        assert Client().get("/healthz").status_code == 200
    finally:
        bring_back()
    ready.forget()
    assert ask(Client().get, "/readyz").status_code == 200
    assert away(judge, inside.judge).status_code == 302, "the same session goes on"
    assert Leave.objects.get().note == NOTE


@pytest.mark.sqlite
def test_another_file_put_in_place_is_noticed_before_anything_is_written_into_the_void(tmp_path):
    path = tmp_path / "a.sqlite3"
    held = sqlite3.connect(path, factory=guarded.Connection, isolation_level=None)
    held.execute("CREATE TABLE t (x)")
    held.cursor().execute("BEGIN IMMEDIATE")
    held.cursor().execute("INSERT INTO t VALUES (1)")
    (tmp_path / "b.sqlite3").write_bytes(path.read_bytes())
    (tmp_path / "b.sqlite3").replace(path)
    assert held.is_replaced()
    for act in (held.cursor, held.commit):
        with pytest.raises(sqlite3.OperationalError, match="replaced"):
            act()
    held.close()
    fresh = sqlite3.connect(path, factory=guarded.Connection)
    assert fresh.cursor().execute("SELECT count(*) FROM t").fetchone() == (0,)
    fresh.close()
    path.unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(guarded.SERVER_PID, "1")
        with pytest.raises(sqlite3.OperationalError, match="gone"):
            sqlite3.connect(path, factory=guarded.Connection)
    assert not path.exists()
    sqlite3.connect(path, factory=guarded.Connection).close()
    assert path.exists(), "other commands make one"


# -- the clock ---------------------------------------------------------------------------------------------------------


def test_a_clock_set_back_is_said_on_the_form(inside, judge, monkeypatch, capsys):
    last = LogEntry.objects.order_by("-seq").values_list("at", flat=True)[0]
    monkeypatch.setattr(clock, "now", lambda: last - dt.timedelta(hours=2))
    answer = away(judge, inside.judge)
    assert answer.status_code == 422 and "服务器时钟" in text(answer) and NOTE in text(answer)
    assert not Leave.objects.exists()
    assert judge.get("/").status_code == 200
    with pytest.raises(CommandError):
        call_command("check", "--only", "clock")
    assert "时钟早于最近一条日志" in capsys.readouterr().out
    monkeypatch.setattr(clock, "now", lambda: last + dt.timedelta(minutes=1))
    assert away(judge, inside.judge).status_code == 302


# -- words -------------------------------------------------------------------------------------------------------------


def raised(error, cause=None):
    try:
        raise error from cause
    except Exception as caught:
        return caught


def test_kinds_of_failure():
    assert faults.of(raised(OSError(errno.EDQUOT, "x"))) is faults.Fault.FULL
    assert faults.of(raised(RuntimeError("x"), OSError(errno.EIO, "x"))) is faults.Fault.DAMAGED
    assert faults.of(raised(OperationalError("locked"), busy())) is faults.Fault.BUSY
    assert faults.of(raised(OperationalError("server closed the connection"))) is faults.Fault.AWAY
    for own in (ValueError("x"), FileNotFoundError(errno.ENOENT, "x"), log.ClockBehind([]), None):
        assert faults.of(own) is None, own
    assert set(faults.TITLES) == set(faults.TEXTS) == set(faults.Fault)


def busy():
    first, second = (sqlite3.connect("file:busy?mode=memory&cache=shared", uri=True, timeout=0) for _ in "ab")
    first.execute("CREATE TABLE t (x)")
    first.execute("BEGIN IMMEDIATE")
    try:
        second.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        return error
    finally:
        first.close()
        second.close()


def test_passwords_are_not_written_on_the_page(inside, judge, monkeypatch):
    def broken(*_arguments, **_more):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("bihuan.people.services.duty.be_away", broken)
    form = {"person": inside.judge.pk, "kind": "培训", "starts": "2026-05-25", "note": NOTE}
    assert NOTE in text(judge.post(reverse("people:leaves"), form))
    page = text(judge.post(reverse("people:leaves"), form | {"new_password": "Bamboo-river-2026"}))
    assert "服务器磁盘已满" in page and "Bamboo" not in page and NOTE not in page


def test_a_checkpoint_on_a_full_disk_leaves_the_others_readable(inside, monkeypatch, tmp_path):
    path = checkpoints.store(tmp_path)

    def fsync(_descriptor):
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        with pytest.raises(OSError):
            checkpoints.store(tmp_path)
    assert len(checkpoints.read(path, checkpoints.public_key_path())) == 1
    checkpoints.store(tmp_path)
    assert len(checkpoints.read(path, checkpoints.public_key_path())) == 2
    connections.close_all()
