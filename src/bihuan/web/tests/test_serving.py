"""Before the server starts: the address, the database; and the jobs it schedules, which may run twice."""

import datetime as dt
import socket

import pytest
from django.core.management.base import CommandError
from django.db import connection
from django_q.models import Schedule

from bihuan.kernel import clock, jobs, patrol, triggers
from bihuan.kernel.models import Alert, LogEntry, RuleRun
from bihuan.people.services import setup
from bihuan.web.management import processes
from bihuan.web.management.commands import run, serve


def refused(function, *arguments):
    with pytest.raises(CommandError) as error:
        function(*arguments)
    return str(error.value)


@pytest.fixture
def court(db):
    return setup.set_up(court="测试法院", admins=setup.admin_names({}), staff=[])


# -- serving -----------------------------------------------------------------------------------------------------------


def test_an_address_that_cannot_be_listened_on_is_refused_in_words():
    assert "端口 70000 不对" in refused(serve.check_address, "127.0.0.1", 70000)
    assert "无法在 192.0.2.1" in refused(serve.check_address, "192.0.2.1", 8000)
    assert "无法在 no.such.invalid" in refused(serve.check_address, "no.such.invalid", 8000)
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as other:  # as the server itself shares its port
        port = other.getsockname()[1]
        assert f"端口 {port} 已被占用" in refused(serve.check_address, "127.0.0.1", port)
    assert processes.why_not("127.0.0.1", 0) is None  # a port that was free a moment ago may be somebody's by now


def test_a_database_without_court_or_triggers_is_not_served(db):
    assert "还没有人员" in refused(serve.check_database)
    setup.set_up(court="测试法院", admins=setup.admin_names({}), staff=[])
    serve.check_database()
    trigger = next(t for t in triggers.registered() if t.table == "kernel_logentry" and t.exists_on(connection.vendor))
    with connection.cursor() as cursor:
        on = " ON kernel_logentry" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER {trigger.full_name}{on}")
    assert trigger.full_name in refused(serve.check_database)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("court.lan", False),
    ],
)
def test_what_only_this_machine_reaches(host, loopback):
    assert processes.is_loopback(host) is loopback


def test_other_machines_are_warned_of(capsys, settings):
    command = serve.Command()
    command._warn("127.0.0.1")
    assert not capsys.readouterr().err
    settings.BIHUAN_DEMO = True
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
    command._warn("0.0.0.0")
    said = capsys.readouterr().err
    assert "明文" in said and "公开" in said and "BIHUAN_HOSTS" in said
    settings.BIHUAN_DEMO, settings.BIHUAN_TLS, settings.ALLOWED_HOSTS = False, True, ["court.lan"]
    command._warn("10.1.2.3")
    assert not capsys.readouterr().err


# -- the demo ----------------------------------------------------------------------------------------------------------


def test_a_real_court_is_never_made_a_demo(court, settings, tmp_path):
    settings.BIHUAN_HOME = tmp_path
    assert "不是演示环境" in refused(run.Command().handle, *())
    settings.BIHUAN_DEMO = True
    (tmp_path / "demo").write_text("demo")
    mark = tmp_path / run.LOADING
    mark.touch()
    assert "真实法院的数据" in refused(run.Command()._load, tmp_path, mark)
    assert not mark.exists() and not (tmp_path / "demo").exists()


def test_two_loadings_at_once_do_not_meet(tmp_path):
    first, second = run.Command(), run.Command()
    with (
        first._alone(tmp_path / run.LOADING),
        pytest.raises(CommandError, match="另一个 bihuan run"),
        second._alone(tmp_path / run.LOADING),
    ):
        pytest.fail("two loadings at once")
    assert not (tmp_path / run.LOADING).exists()


def test_a_demo_looked_at_from_a_later_day_still_starts(court, capsys):
    later = clock.today() + dt.timedelta(days=2)  # also when the day ends while the test runs
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bihuan.kernel.clock.real_today", lambda: later)
        patrol.run()
    run.Command()._patrol()
    assert "本次不巡查：" in capsys.readouterr().out


# -- jobs --------------------------------------------------------------------------------------------------------------


def test_schedules_are_made_once_and_a_moved_hour_stays(db):
    jobs.ensure_schedules()
    moved = Schedule.objects.get(name="patrol")
    moved.next_run += dt.timedelta(hours=3)
    moved.save()
    jobs.ensure_schedules()
    assert sorted(Schedule.objects.values_list("name", flat=True)) == sorted(jobs.DAILY)
    assert Schedule.objects.get(name="patrol").next_run == moved.next_run
    first = Schedule.objects.get(name="checkpoint").next_run
    assert first > clock.now()


def test_the_nightly_patrol_delivered_twice_doubles_nothing(court):
    jobs.patrol()
    alerts, entries = Alert.objects.count(), LogEntry.objects.exclude(type__startswith="patrol.").count()
    jobs.patrol()
    assert (Alert.objects.count(), LogEntry.objects.exclude(type__startswith="patrol.").count()) == (alerts, entries)
    assert RuleRun.objects.exists()


def test_a_patrol_of_a_day_already_passed_is_left_out(court, caplog):
    later = clock.today() + dt.timedelta(days=2)  # also when the day ends while the test runs
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bihuan.kernel.clock.real_today", lambda: later)
        jobs.patrol()
    runs = RuleRun.objects.count()
    jobs.patrol()
    assert RuleRun.objects.count() == runs and "no patrol" in caplog.text


def test_checkpoints_are_appended_and_an_empty_log_has_none(db, settings, tmp_path):
    settings.BIHUAN_CHECKPOINT_FOLDER = tmp_path / "points"
    jobs.checkpoint()
    assert not list(tmp_path.glob("points/*.jsonl"))
    setup.set_up(court="测试法院", admins=setup.admin_names({}), staff=[])
    jobs.checkpoint()
    jobs.checkpoint()
    (file,) = tmp_path.glob("points/*.jsonl")
    lines = file.read_text().splitlines()
    assert len(lines) == 2
