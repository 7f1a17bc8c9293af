"""What is written behind the platform's back is named by the comparison of tables and log."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from bihuan.kernel import jobs, soundness, triggers
from bihuan.kernel.models import InboxItem, LogEntry
from bihuan.kernel.operations import standing
from bihuan.kernel.work import Unrecorded, unit_of_work
from bihuan.rectification import services as s
from bihuan.rectification import soundness as own
from bihuan.rectification.models import Attempt, Closure


def unguarded(sql: str, *params) -> None:
    """A statement of somebody who owns the tables: the triggers are dropped first and put back after."""
    with connection.cursor() as cursor:
        for trigger in triggers.registered():
            if trigger.exists_on(connection.vendor) and trigger.table in sql:
                on = f" ON {trigger.table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER {trigger.full_name}{on}")
        cursor.execute(sql, params)
    triggers.install(connection)


def found() -> list[str]:
    return [problem.code for problem in soundness.problems()]


def verify_says() -> bool:
    try:
        call_command("log", "verify")
    except CommandError:
        return False
    return True


def test_a_database_of_another_version_is_not_compared_but_named(db, monkeypatch):
    old = standing.Standing(frozenset({("a", "1")}), (("a", "2"),), ())
    monkeypatch.setattr(standing, "standing", lambda: old)
    with pytest.raises(CommandError, match="bihuan upgrade"):
        call_command("log", "verify")


def test_an_honest_court_is_sound(court):
    court.at("accepted")
    court.at("externally_refused")
    attempt = court.at("in_progress")
    request = s.request_change(
        actor=court.judge, measure=attempt.measure, changes={"due": "2026-08-01"}, reason="案件鉴定", kind="extension"
    )
    request = s.agree(actor=court.leader, request=request, agreed=True)
    s.approve(actor=court.president, request=request, approved=True)
    assert found() == []
    assert verify_says()
    before = LogEntry.objects.count()
    jobs.compare()
    assert LogEntry.objects.count() == before


def test_a_state_set_by_an_owner_of_the_tables_is_named(court, admins, capsys):
    attempt = court.at("verified")
    unguarded("UPDATE rectification_attempt SET state = 'internally_closed', result = 'done' WHERE id = %s", attempt.pk)
    assert found() == [soundness.STATE]
    assert not verify_says()
    assert "院内销号" in capsys.readouterr().err
    jobs.compare()
    assert list(InboxItem.objects.filter(code=jobs.UNSOUND).values_list("person__username", flat=True)) == [
        "audit-admin"
    ]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE rectification_closure SET result = 'staged'",
        "UPDATE rectification_closure SET minutes_no = 'x'",
        "UPDATE rectification_closureverdict SET finding = '{\"x\": 1}'",
        "UPDATE rectification_closureverdict SET params = '{\"x\": 1}'",
    ],
)
def test_an_altered_closure_is_named(court, sql):
    court.at("internally_closed")
    assert found() == []
    unguarded(sql)
    assert found() == [own.ALTERED]


def test_a_deleted_closure_and_a_deleted_attempt_are_named(court):
    attempt = court.at("internally_closed")
    unguarded("DELETE FROM rectification_closure")
    assert found() == [own.VANISHED]
    for table in ("closureverdict", "verification", "attempt"):
        unguarded(f"DELETE FROM rectification_{table}")
    assert set(found()) == {own.VANISHED, soundness.VANISHED}
    assert not Attempt.objects.filter(pk=attempt.pk).exists()


def test_a_request_approved_by_an_owner_of_the_tables_is_named(court):
    attempt = court.at("in_progress")
    s.request_change(actor=court.judge, measure=attempt.measure, changes={"due": "2026-08-01"}, reason="案件鉴定")
    assert found() == []
    unguarded("UPDATE rectification_changerequest SET state = 'approved'")
    assert found() == [soundness.STATE]


def test_missing_triggers_are_named(court):
    with connection.cursor() as cursor:
        on = " ON rectification_closure" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER bh_closure_no_update{on}")
    assert found() == [soundness.GONE]
    assert not verify_says()
    triggers.install(connection)
    assert found() == []


def test_notices_alone_are_no_record(court):
    """What is sent along with an event is covered by it; without an event nothing is written."""
    from bihuan.kernel import inbox
    from bihuan.kernel.wording import Message

    with pytest.raises(Unrecorded), unit_of_work(court.head):
        inbox.send(court.judge, Message(soundness.GONE, {"names": []}))
    assert not InboxItem.objects.filter(person=court.judge, code=soundness.GONE).exists()
    assert not Closure.objects.exists()
