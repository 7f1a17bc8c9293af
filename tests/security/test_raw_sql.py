"""Closing behind the platform's back, in the database itself. Each refusal stands beside what is let pass."""

import json

import pytest
from django.db import DatabaseError, connection, transaction

from bihuan.kernel import clock, triggers
from bihuan.rectification import services as s
from bihuan.rectification.models import Attempt, ChangeRequest, Closure, Criterion, Measure, Verification


def run(sql: str, *params) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.rowcount
        connection.check_constraints()
    return rows


def refused(sql: str, *params) -> None:
    with pytest.raises(DatabaseError):
        run(sql, *params)


@pytest.mark.parametrize("change", ["facts_since = '2020-01-01'", "opened_on = '2020-01-01'"])
def test_the_day_facts_count_from_is_not_moved(court, change):
    attempt = court.at("in_progress")
    refused(f"UPDATE rectification_attempt SET {change} WHERE id = %s", attempt.pk)
    assert run("UPDATE rectification_attempt SET started_on = '2026-03-01' WHERE id = %s", attempt.pk) == 1


def test_a_closed_item_is_recognised_behind_a_review_only(court):
    attempt = court.at("internally_closed")
    for state in ("accepted", "externally_refused"):
        refused("UPDATE rectification_attempt SET state = %s WHERE id = %s", state, attempt.pk)
    assert court.step(attempt, "external_accept").state == "accepted"
    for change in ("result = 'refused', note = 'x'", "document_no = 'x'", "voided_at = '2026-01-01'"):
        refused(f"UPDATE rectification_externalreview SET {change}")
    refused("DELETE FROM rectification_externalreview")


@pytest.mark.parametrize(
    "change", ["result = 'failed'", "by_id = %s", "\"on\" = '2026-01-01'", "note = 'x'", "voided_at = '2026-01-01'"]
)
def test_the_check_behind_a_closure_stays(court, change):
    court.at("verified")
    params = [court.stationed.pk] if "%s" in change else []
    sql = f"UPDATE rectification_verification SET {change}"
    with transaction.atomic():  # before the closure it may be corrected
        assert run(sql, *params) == 1
        transaction.set_rollback(True)
    court.at("internally_closed", Attempt.objects.get())
    refused(sql, *params)
    refused("DELETE FROM rectification_verification")


@pytest.mark.sqlite
@pytest.mark.parametrize("table", ["verification", "partygroupmeeting"])
def test_what_a_closure_stands_on_is_not_replaced(court, table):
    court.at("internally_closed")
    refused(f"INSERT OR REPLACE INTO rectification_{table} SELECT * FROM rectification_{table}")


@pytest.mark.postgres
@pytest.mark.parametrize("table", ["verification", "partygroupmeeting", "externalreview", "changerequest"])
def test_what_a_closure_stands_on_is_not_emptied(court, table):
    court.at("internally_closed")
    refused(f"TRUNCATE rectification_{table} CASCADE")


def test_the_meeting_behind_a_closure_keeps_day_and_number(court):
    court.at("internally_closed")
    for change in ("held_on = '2026-01-01'", "minutes_no = 'x'", "voided_at = '2026-01-01'"):
        refused(f"UPDATE rectification_partygroupmeeting SET {change}")
    assert run("UPDATE rectification_partygroupmeeting SET title = 'x'") == 1


@pytest.mark.sqlite
def test_checks_switched_off_close_nothing(court):
    """PRAGMA ignore_check_constraints is any connection's to set; the triggers say the same once more."""
    attempt = court.at("verified")
    proof = Verification.objects.get()
    columns = (
        "attempt_id, result, applied_by_id, verifier_id, verification_id, decided_by_id, decided_on, meeting_id, "
        "minutes_no, total, met, digest, at"
    )
    sql = f"INSERT INTO rectification_closure ({columns}) VALUES ({', '.join(['%s'] * 13)})"
    good = [
        attempt.pk, "done", attempt.applicant_id, proof.by_id, proof.pk, court.secretary.pk, "2026-05-20",
        court.meeting().pk, "x", 1, 1, "0" * 64, clock.now(),
    ]  # fmt: skip
    verdict = (
        "INSERT INTO rectification_closureverdict (attempt_id, criterion_id, kind, params, verdict, finding) "
        "VALUES (%s, %s, 'k', '{}', %s, '{}')"
    )
    criterion = Criterion.objects.get().pk
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
    try:
        refused(verdict, attempt.pk, criterion, "unmet")
        assert run(verdict, attempt.pk, criterion, "met") == 1
        for index, value in ((1, ""), (1, "x"), (8, ""), (10, 0), (9, 0)):
            refused(sql, *[value if n == index else v for n, v in enumerate(good)])
        assert not Closure.objects.exists()
        assert run(sql, *good) == 1
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


def asked(court):
    attempt = court.at("in_progress")
    request = s.request_change(
        actor=court.judge, measure=attempt.measure, changes={"due": "2026-08-01"}, reason="案件鉴定", kind="extension"
    )
    return attempt, request


def test_a_request_is_agreed_before_it_is_approved_and_keeps_what_it_asks(court):
    _attempt, request = asked(court)
    refused("UPDATE rectification_changerequest SET state = 'approved' WHERE id = %s", request.pk)
    for change in ("changes = '{}'", "reason = 'x'", "requested_on = '2026-01-01'", "kind = 'change'"):
        refused(f"UPDATE rectification_changerequest SET {change} WHERE id = %s", request.pk)
    assert run("UPDATE rectification_changerequest SET state = 'agreed' WHERE id = %s", request.pk) == 1


def test_an_approved_request_opens_the_door_to_what_it_says_alone(court):
    attempt, request = asked(court)
    criterion = Criterion.objects.get(measure=attempt.measure)
    for state in ("agreed", "approved"):
        run("UPDATE rectification_changerequest SET state = %s WHERE id = %s", state, request.pk)
    for change in ("due = '2029-01-01'", "due = '2026-08-01', text = 'x'", "due = '2026-08-01', code = 'x'"):
        refused(f"UPDATE rectification_measure SET {change}, change_id = %s", request.pk)
    void = "UPDATE rectification_criterion SET voided_at = '2026-05-20', change_id = %s WHERE id = %s"
    refused(void, request.pk, criterion.pk)
    add = (
        'INSERT INTO rectification_criterion (measure_id, kind, params, "order", revision, void_reason, change_id) '
        "VALUES (%s, 'onsite_check', '{}', 1, 0, '', %s)"
    )
    refused(add, attempt.measure_id, request.pk)
    assert run("UPDATE rectification_measure SET due = '2026-08-01', change_id = %s", request.pk) == 1


def test_a_request_about_criteria_changes_those_it_names(court):
    attempt = court.at("in_progress")
    held = Criterion.objects.get(measure=attempt.measure)
    wanted = {
        "criteria": {"add": [{"kind": "evidence_kind", "params": {"kind": "photo", "least": 2}}], "void": [held.pk]}
    }
    request = s.request_change(actor=court.judge, measure=attempt.measure, changes=wanted, reason="口径有误")
    for state in ("agreed", "approved"):
        run("UPDATE rectification_changerequest SET state = %s WHERE id = %s", state, request.pk)
    add = (
        'INSERT INTO rectification_criterion (measure_id, kind, params, "order", revision, void_reason, change_id) '
        "VALUES (%s, 'evidence_kind', %s, 1, 0, '', %s)"
    )
    refused(add, attempt.measure_id, json.dumps({"kind": "photo", "least": 1}), request.pk)
    assert run(add, attempt.measure_id, json.dumps({"kind": "photo", "least": 2}), request.pk) == 1
    void = "UPDATE rectification_criterion SET voided_at = '2026-05-20', change_id = %s WHERE id = %s"
    assert run(void, request.pk, held.pk) == 1


@pytest.mark.sqlite
def test_a_request_is_not_replaced(court):
    _attempt, request = asked(court)
    columns = [f.column for f in ChangeRequest._meta.concrete_fields]
    shown = ", ".join("'{}'" if c == "changes" else c for c in columns)
    sql = f"INSERT OR REPLACE INTO rectification_changerequest ({', '.join(columns)}) SELECT {shown} FROM rectification_changerequest"
    refused(sql)
    assert ChangeRequest.objects.get().changes == request.changes


def test_no_measure_joins_an_approved_plan_and_no_attempt_an_open_one(court):
    attempt = court.at("in_progress")
    columns = [f.column for f in Measure._meta.concrete_fields]
    shown = {"id": "id + 1000", "code": "'M-x'", "frozen_at": "NULL"}
    names = ", ".join(f'"{c}"' for c in columns)
    values = ", ".join(shown.get(c, f'"{c}"') for c in columns)
    refused(f"INSERT INTO rectification_measure ({names}) SELECT {values} FROM rectification_measure")
    court.__dict__["round"] = court._new_round()
    draft = court.measure()
    refused(
        "INSERT INTO rectification_attempt (measure_id, number, state, result, revision, opened_on, opened_because, facts_since) "
        "VALUES (%s, 1, 'in_progress', '', 0, '2026-01-01', '{}', '2026-01-01')",
        draft.pk,
    )
    assert Attempt.objects.get() == attempt


def test_upserts_meet_the_same_triggers(court):
    attempt = court.at("verified")
    sql = (
        "INSERT INTO rectification_attempt (id, measure_id, number, state, result, revision, opened_on, opened_because, "
        "facts_since) VALUES (%s, %s, 1, 'verified', '', 0, '2026-01-01', '{}', '2026-01-01') "
        "ON CONFLICT (id) DO UPDATE SET state = 'internally_closed', result = 'done'"
    )
    refused(sql, attempt.pk, attempt.measure_id)
    assert Attempt.objects.get().state == "verified"


# ---- triggers that are there in name only -----------------------------------------------------------------------


def execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


SQLITE_TRICKS = [
    ("DROP TRIGGER bh_attempt_closed_by_closure",),
    (
        "DROP TRIGGER bh_attempt_closed_by_closure",
        "CREATE TRIGGER bh_attempt_closed_by_closure BEFORE UPDATE ON rectification_attempt WHEN 1 = 0 BEGIN SELECT 1; END",
    ),
]
NAME = "bh_attempt_closed_by_closure"
POSTGRES_TRICKS = [
    (f"ALTER TABLE rectification_attempt DISABLE TRIGGER {NAME}",),
    (f"ALTER TABLE rectification_attempt ENABLE REPLICA TRIGGER {NAME}",),
    (f"CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $b$ BEGIN RETURN NEW; END $b$",),
    (
        f"DROP TRIGGER {NAME} ON rectification_attempt",
        f"CREATE TRIGGER {NAME} BEFORE UPDATE ON rectification_attempt FOR EACH ROW WHEN (false) EXECUTE FUNCTION {NAME}()",
    ),
    (
        f"DROP TRIGGER {NAME} ON rectification_attempt",
        f"CREATE TRIGGER {NAME} BEFORE INSERT ON rectification_attempt FOR EACH ROW EXECUTE FUNCTION {NAME}()",
    ),
    (
        f"DROP TRIGGER {NAME} ON rectification_attempt",
        f"CREATE TRIGGER {NAME} BEFORE UPDATE ON rectification_measure FOR EACH ROW EXECUTE FUNCTION {NAME}()",
    ),
]


@pytest.mark.parametrize(
    "statements",
    [pytest.param(t, marks=pytest.mark.sqlite) for t in SQLITE_TRICKS]
    + [pytest.param(t, marks=pytest.mark.postgres) for t in POSTGRES_TRICKS],
)
def test_a_trigger_in_name_only_is_missed_and_made_anew(db, statements):
    assert triggers.missing(connection) == []
    execute(*statements)
    assert triggers.missing(connection) == [NAME]
    if "rectification_measure" in statements[-1]:
        execute(f"DROP TRIGGER {NAME} ON rectification_measure")
    triggers.install(connection)
    assert triggers.missing(connection) == []


@pytest.mark.postgres
def test_a_temporary_table_deceives_no_trigger(court):
    """A role that may make temporary tables could else lay its own beside the one a trigger asks."""
    court.at("internally_closed")
    sql = "UPDATE rectification_verification SET note = 'x'"
    refused(sql)
    with transaction.atomic():
        with connection.cursor() as cursor:
            for model in (Closure, Attempt):
                table = model._meta.db_table
                cursor.execute(f"CREATE TEMPORARY TABLE {table} ON COMMIT DROP AS SELECT * FROM public.{table} WHERE 1 = 0")
        with pytest.raises(DatabaseError):
            run(sql)
