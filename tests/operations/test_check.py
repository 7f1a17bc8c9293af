"""`bihuan check`: each area is well, then made unwell, and says what to do; the page for the system administrator."""

import datetime as dt
import json
import os
import sqlite3

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse
from django_q.models import Failure, Schedule

from bihuan.kernel import checkpoints, clock, evidence, jobs, patrol, triggers
from bihuan.kernel.models import InboxItem, LogEntry, RuleRun, SearchPending
from bihuan.kernel.operations import backup, checks, service, upgrade
from bihuan.kernel.operations.checks import Level, care, database, machine
from bihuan.kernel.search import indexes, tables
from bihuan.kernel.work import unit_of_work
from bihuan.people.services import accounts
from bihuan.people.tests.court import protect
from bihuan.rectification.tests.factory import TODAY

pytestmark = pytest.mark.django_db(transaction=True)
OK, WARN, FAIL = Level.OK, Level.WARN, Level.FAIL


def found(area, deep=False):
    """Level and code of each answer in an area."""
    return [(one.level, one.message.code.removeprefix("check.")) for one in checks.run(deep=deep, only=[area]).findings]


def worst(area, deep=False):
    return max(level for level, _code in found(area, deep))


@pytest.fixture
def well(inside, folder, monkeypatch, settings):
    """The court as it should be: behind a proxy, patrolled, saved elsewhere, its service running."""
    settings.BIHUAN_TLS, settings.ALLOWED_HOSTS = True, ["court.example"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://court.example"]
    monkeypatch.setattr(machine, "_synchronised", lambda: True)
    usage = type("Usage", (), {"free": 10**12, "total": 2 * 10**12})()
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda path: usage)
    monkeypatch.setattr(machine.os, "statvfs", lambda path: type("Nodes", (), {"f_files": 0})())
    patrol.run()
    monkeypatch.setattr(care.sources, "states", lambda on: {})
    monkeypatch.setattr(care.clock, "today", lambda: TODAY)
    jobs.ensure_schedules()
    checkpoints.store()
    backup.record(backup.make(folder))
    elsewhere(monkeypatch, folder.parent / "home" / "checkpoints")
    with service.serving():
        yield inside
    # What a test took away from the database is no loss of the next one's.
    triggers.install(connection)
    tables.install(connection)


def elsewhere(monkeypatch, *folders):
    """Let folders lie on another disk than the home, as far as the checks can see."""
    really = care.Path.stat
    places = {str(one) for one in folders}

    def stat(path, **more):
        seen = really(path, **more)
        if str(path) not in places:
            return seen
        return os.stat_result((*seen[:2], seen.st_dev + 1, *seen[3:]))

    monkeypatch.setattr(care.Path, "stat", stat)


def test_a_court_that_is_well(well, capsys, monkeypatch):
    # The tests' own role on PostgreSQL is the server's superuser, which is the one thing not well here.
    limited = checks.Area("roles", "账号", lambda deep: [(OK, checks.Message(database.LIMITED))], True)
    monkeypatch.setitem(checks.areas() and checks._areas, "roles", limited)
    monkeypatch.setattr(machine, "OPENERS", ())  # whatever stands on the machine the tests run on
    report = checks.run(deep=True)
    # In a test everything lies on one disk, so the backup does too.
    assert {one.area: one.level for one in report.findings if one.level is not OK} in ({"backup": WARN}, {})
    assert [code for code in checks.areas() if code not in {one.area for one in report.findings}] == []
    call_command("check")
    said = capsys.readouterr().out
    assert "检查完毕：正常" in said and "故障 0" in said and str(machine.FONTS[1]) in said
    call_command("check", "--json", "--only", "log", "--only", "disk")
    told = json.loads(capsys.readouterr().out)
    assert told["level"] == "ok" and {row["area"] for row in told["findings"]} == {"log", "disk"}
    assert all(row["text"] and not row["text"].startswith("check.") for row in told["findings"])
    assert checks.last().level <= WARN and not checks.last().deep
    call_command("check", "--tag", "models")
    assert "no issues" in capsys.readouterr().out, "Django's own command goes on working"


def test_configuration(well, settings, monkeypatch):
    assert found("configuration") == [(OK, "configured")]
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
    settings.CSRF_TRUSTED_ORIGINS = []
    assert found("configuration") == [(WARN, "hosts"), (WARN, "origins")]
    settings.ALLOWED_HOSTS, settings.CSRF_TRUSTED_ORIGINS = ["*"], ["http://court.example", "https://court.example/x"]
    assert found("configuration") == [(FAIL, "any_host"), (FAIL, "bad_origin"), (FAIL, "bad_origin")]
    settings.ALLOWED_HOSTS, settings.CSRF_TRUSTED_ORIGINS = ["court.example"], []
    settings.BIHUAN_TLS, settings.SECRET_KEY = False, "short"
    assert found("configuration") == [(WARN, "no_tls"), (FAIL, "short_key")]
    settings.SECRET_KEY, settings.BIHUAN_DEMO = "x" * 50, True
    assert found("configuration") == [(WARN, "demo")]
    settings.BIHUAN_DEMO = False
    monkeypatch.setenv("BIHUAN_DEBUG", "1")
    (settings.BIHUAN_HOME / "keys" / "checkpoint.key").chmod(0o640)
    assert found("configuration") == [(WARN, "debug"), (WARN, "no_tls"), (FAIL, "open_key")]


def test_folders_and_disk(well, settings, monkeypatch):
    assert found("folders") == [(OK, "folders")]
    settings.BIHUAN_HOME.chmod(0o755)
    assert found("folders") == [(FAIL, "open_home")]
    settings.BIHUAN_HOME.chmod(0o700)

    def refuse(**_more):
        raise OSError(30, os.strerror(30))

    with monkeypatch.context() as patch:
        patch.setattr(machine.tempfile, "TemporaryFile", refuse)
        assert {code for _level, code in found("folders")} == {"not_writable"}
    assert worst("disk") is OK
    for free, total, level in ((10**6, 10**12, FAIL), (10**9, 10**11, FAIL), (5 * 10**9, 10**11, WARN), (10**11, 10**12, OK)):
        usage = type("Usage", (), {"free": free, "total": total})()
        with monkeypatch.context() as patch:
            patch.setattr(machine.shutil, "disk_usage", lambda path, usage=usage: usage)
            assert worst("disk") is level, free


def test_clock_fonts_and_version(well, monkeypatch):
    assert found("clock") == [(OK, "clock")]
    monkeypatch.setattr(machine, "_synchronised", lambda: False)
    assert found("clock") == [(WARN, "clock.ntp")]
    last = LogEntry.objects.order_by("-seq").values_list("at", flat=True)[0]
    monkeypatch.setattr(machine.clock, "now", lambda: last - dt.timedelta(minutes=2))
    assert found("clock")[0] == (WARN, "clock.behind") and (WARN, "clock.apart") in found("clock")
    monkeypatch.setattr(machine.clock, "now", lambda: last - dt.timedelta(minutes=9))
    assert found("clock")[0] == (FAIL, "clock.behind")
    monkeypatch.undo()
    for programs, fonts, expected in (((), (), "fonts"), (("soffice",), machine.FONTS, "fonts.all"), (("wps",), (), "fonts.lacking")):
        with monkeypatch.context() as patch:
            patch.setattr(machine.shutil, "which", lambda name, known=programs: name if name in known else None)
            patch.setattr(machine, "_has_font", lambda name, known=fonts: name in known)
            assert found("fonts")[0][1] == expected
    assert found("program") == [(OK, "program")]
    with unit_of_work(None) as uow:
        uow.record(upgrade.INSTALLED, params={"version": "0.0.1"})
    assert found("program") == [(WARN, "version")]


def test_the_database(well, monkeypatch):
    expected = [(OK, "database")] if connection.vendor == "postgresql" else [(OK, "database"), (OK, "database.whole")]
    assert found("database", deep=True) == expected
    assert found("migrations") == [(OK, "migrations")] and found("triggers") == [(OK, "triggers")]
    empty = database.standing.Standing(frozenset(), (), ())
    for now, area, code in (
        (empty, "database", "database.empty"),
        (database.standing.Standing(frozenset({("a", "1")}), (("a", "2"),), ()), "migrations", "migrations.pending"),
        (database.standing.Standing(frozenset({("a", "1")}), (), (("a", "9"),)), "migrations", "migrations.unknown"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(database.standing, "standing", lambda now=now: now)
            assert found(area) == [(FAIL, code)]
    with monkeypatch.context() as patch:
        patch.setattr(database.standing, "standing", lambda: (_ for _ in ()).throw(database.DatabaseError("no route")))
        (one,) = checks.run(only=["database"]).findings
        assert one.level is FAIL and "no route" in str(one.message)
    assert found("search") == [(OK, "search")]
    SearchPending.objects.create(table=indexes.indexes()[0].table, object_id=1)
    assert found("search") == [(WARN, "search.waiting")]
    trigger = next(t for t in triggers.registered() if t.name == "log_no_delete")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {indexes.indexes()[0].table}")
        assert found("search") == [(FAIL, "search.missing")]
        on = " ON kernel_logentry" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER {trigger.full_name}{on}")
    assert found("triggers") == [(FAIL, "triggers.missing")]
    expected = [(FAIL, "roles.superuser")] if connection.vendor == "postgresql" else [(OK, "roles.none")]
    assert found("roles") == expected


def test_log_and_evidence(well):
    assert found("log") == [(OK, "log.tail")] and found("log", deep=True) == [(OK, "log")]
    assert found("evidence") == [(OK, "evidence")] and found("evidence", deep=True) == [(OK, "evidence.all")]
    (row,) = evidence.EvidenceFile.objects.all()
    place = evidence.path_of(row.sha256)
    place.write_bytes("情形".encode())
    assert found("evidence", deep=True) == [(FAIL, "evidence.altered")]
    place.unlink()
    assert found("evidence") == [(FAIL, "evidence.lost")]
    with connection.cursor() as cursor:
        for trigger in triggers.registered():
            if trigger.table == "kernel_logentry" and trigger.exists_on(connection.vendor):
                on = " ON kernel_logentry" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER {trigger.full_name}{on}")
        cursor.execute("UPDATE kernel_logentry SET actor_name = 'x' WHERE seq = 2")
    assert found("log") == [(FAIL, "log.unsound")] and worst("log", deep=True) is FAIL


def test_daily_care(well, monkeypatch, settings):
    now, today = clock.now(), clock.real_today()
    assert worst("patrol") <= WARN and found("checkpoint") == [(OK, "checkpoint")] and found("jobs") == [(OK, "jobs")]
    for days, level in ((2, WARN), (5, FAIL)):
        with monkeypatch.context() as patch:
            patch.setattr(clock, "real_today", lambda days=days: today + dt.timedelta(days=days))
            patch.setattr(clock, "now", lambda days=days: now + dt.timedelta(days=days))
            assert (level, "patrol.late") in found("patrol") and (level, "checkpoint.late") in found("checkpoint")
            late = found("backup")[0]
            assert late == (WARN, "backup.late") and (FAIL, "jobs.overdue") in found("jobs")
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: now + dt.timedelta(days=9))
        assert found("backup")[0] == (FAIL, "backup.late")
    Failure.objects.create(id="a" * 32, name="x", func="x", started=now, stopped=now, success=False)
    assert found("jobs") == [(WARN, "jobs.failed")]
    Schedule.objects.all().delete()
    settings.BIHUAN_CHECKPOINT_FOLDER = settings.BIHUAN_HOME / "none"
    assert found("checkpoint") == [(WARN, "checkpoint.none")]
    monkeypatch.setattr(care.sources, "states", lambda on: {"a": type("S", (), {"stale": True})()})
    assert found("sources") == [(WARN, "sources.stale")]
    with unit_of_work(None) as uow:
        params = {"file": "b.tar", "size": 1, "bytes": 1, "other_disk": False, "faults": 2}
        uow.record("system.backed_up", params=params)
    assert found("backup") == [(WARN, "backup.same_disk"), (FAIL, "backup.faults")]
    assert RuleRun.objects.exists()


def test_the_service_and_the_calendar(inside, monkeypatch, settings):
    assert (WARN, "jobs.stopped") in found("jobs")
    assert found("backup") == [(WARN, "backup.none")] and found("patrol") == [(WARN, "patrol.never")]
    for day, code in ((dt.date(2026, 5, 20), "calendar"), (dt.date(2026, 11, 20), "calendar.next"), (dt.date(2027, 1, 1), "calendar.this")):
        with clock.simulate(day):
            assert found("calendar")[0][1] == code
    settings.BIHUAN_CALENDAR_FOLDER.mkdir()
    (settings.BIHUAN_CALENDAR_FOLDER / "2027.yaml").write_text("year: 2027\n")
    assert found("calendar") == [(FAIL, "calendar.bad")]


def test_an_area_that_cannot_be_asked_stops_no_other(inside, monkeypatch):
    monkeypatch.setattr(care.LogEntry.objects, "count", lambda: 1 / 0)
    report = checks.run(only=["log", "triggers"])
    assert [(one.area, one.level) for one in report.findings] == [("log", FAIL), ("triggers", OK)]
    assert "ZeroDivisionError" in str(report.findings[0].message)
    monkeypatch.undo()
    monkeypatch.setattr(checks.loading, "is_empty", lambda: True)
    asked = {one.area for one in checks.run().findings}
    assert "log" not in asked and {"database", "disk", "clock"} <= asked


def test_a_failure_is_told_to_the_system_administrators(inside, settings, capsys):
    admin = accounts.make(actor=None, username="sys", name="sys", admin_role="system", password="Bamboo-river-2026")
    settings.BIHUAN_HOME.chmod(0o755)
    with pytest.raises(CommandError, match="项故障"):
        call_command("check", "--tell")
    assert InboxItem.objects.get(person=admin).code == "operations.check_told"
    assert "目录与权限" in LogEntry.objects.get(type="system.check_failed").data["params"]["areas"]


# -- the page ----------------------------------------------------------------------------------------------------------


def test_the_page_shows_now_and_the_last_time_and_is_the_system_administrators(inside, settings, folder):
    clients = {}
    for kind in ("system", "security", "audit"):
        person = accounts.make(actor=None, username=kind, name=kind, admin_role=kind, password="Bamboo-river-2026", must_change=False)
        protect(person)
        clients[kind] = Client()
        clients[kind].force_login(person, backend=django_settings.AUTHENTICATION_BACKENDS[-1])
    address = reverse("people:health")
    page = clients["system"].get(address).content.decode()
    assert "运行状况" in page and "上次记下" in page and checks.last() is None
    assert all(str(area.title) in page for area in checks.areas().values())
    assert clients["system"].post(address).status_code == 302 and checks.last() is not None
    page = clients["system"].get(address).content.decode()
    assert page.count("还没有备份过") == 1 and "与现在相同" in page
    backup.record(backup.make(folder))
    page = clients["system"].get(address).content.decode()
    assert "还没有备份过" in page and "最近一次备份" in page, "then and now"
    (settings.BIHUAN_HOME / checks.STATE).write_text("broken")
    assert clients["system"].get(address).status_code == 200
    for kind in ("security", "audit"):
        assert clients[kind].get(address).status_code == 403 and clients[kind].post(address).status_code == 403
    worker = Client()
    worker.force_login(inside.judge, backend=django_settings.AUTHENTICATION_BACKENDS[-1])
    assert worker.get(address).status_code == 403


def test_a_damaged_database_is_told_from_one_that_is_away(well, monkeypatch):
    for name, code in (("SQLITE_CORRUPT", "database.corrupt"), ("SQLITE_CANTOPEN", "database.unreached")):
        cause = sqlite3.DatabaseError("file")
        cause.sqlite_errorname = name

        def refuse(cause=cause):
            raise DatabaseError("file") from cause

        monkeypatch.setattr(database.standing, "standing", refuse)
        assert found("database") == [(FAIL, code)]
