"""What the database itself refuses, whoever asks: raw SQL, on SQLite and PostgreSQL."""

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction

from bihuan.kernel import clock, triggers
from bihuan.kernel.work import unit_of_work
from bihuan.rectification import services as s
from bihuan.rectification import soundness
from bihuan.rectification.models import Attempt, Closure, ClosureVerdict, Criterion, Measure, Verification
from bihuan.rectification.triggers import TRIGGERS

REFUSED = (DatabaseError, IntegrityError)


def run(sql: str, *params) -> int:
    """One statement in a transaction of its own, with constraints checked at its end."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.rowcount
        connection.check_constraints()
    return rows


def refused(sql: str, *params) -> None:
    with pytest.raises(REFUSED):
        run(sql, *params)


def columns_of(table: str) -> list[str]:
    model = apps.get_model(table.replace("_", ".", 1))
    return [field.column for field in model._meta.concrete_fields]


def test_all_triggers_are_there(db):
    assert triggers.missing(connection) == []
    held = {t.full_name for t in TRIGGERS if t.exists_on(connection.vendor)}
    assert len(held) >= 25


@pytest.mark.parametrize("state", ["internally_closed", "accepted", "externally_refused"])
def test_a_state_cannot_be_set_to_closed(court, state):
    attempt = court.at("verified")
    refused(f"UPDATE rectification_attempt SET state = '{state}', result = 'done' WHERE id = %s", attempt.pk)
    assert Attempt.objects.get(pk=attempt.pk).state == "verified"
    assert run("UPDATE rectification_attempt SET revision = revision + 1 WHERE id = %s", attempt.pk) == 1


@pytest.mark.parametrize("verb", ["INSERT", "INSERT OR REPLACE"])
def test_an_attempt_cannot_be_born_closed_nor_replaced(court, verb):
    if verb != "INSERT" and connection.vendor != "sqlite":
        pytest.skip("INSERT OR REPLACE is SQLite's own")
    attempt = court.at("verified")
    columns = "measure_id, number, state, result, revision, opened_on, opened_because, facts_since"
    values = "%s, %s, %s, %s, 0, '2026-01-01', '{}', '2026-01-01'"
    sql = f"{verb} INTO rectification_attempt ({columns}) VALUES ({values})"
    refused(sql, attempt.measure_id, 2, "internally_closed", "done")
    refused(sql, attempt.measure_id, 1, "in_progress", "")
    refused(sql, attempt.measure_id, 2, "in_progress", "")
    if verb != "INSERT":
        keyed = f"{verb} INTO rectification_attempt (id, {columns}) VALUES ({attempt.pk}, {values})"
        refused(keyed, attempt.measure_id, 1, "in_progress", "")
    assert Attempt.objects.get().state == "verified"


def test_a_closed_attempt_stays_closed_and_keeps_its_result(court):
    attempt = court.at("internally_closed")
    for change in (
        "state = 'in_progress', result = ''",
        "result = 'staged'",
        "id = id + 100",
        "number = 9",
    ):
        refused(f"UPDATE rectification_attempt SET {change} WHERE id = %s", attempt.pk)
    refused("DELETE FROM rectification_attempt WHERE id = %s", attempt.pk)
    assert Attempt.objects.get().state == "internally_closed"


def test_closure_and_verdicts_are_insert_only(court):
    court.at("internally_closed")
    for sql in (
        "UPDATE rectification_closure SET minutes_no = 'x'",
        "DELETE FROM rectification_closure",
        "UPDATE rectification_closureverdict SET verdict = 'met', kind = 'x'",
        "DELETE FROM rectification_closureverdict",
    ):
        refused(sql)
    assert (Closure.objects.count(), ClosureVerdict.objects.count()) == (1, 1)


@pytest.mark.sqlite
def test_replacing_a_closure_or_verdict_is_refused(court):
    court.at("internally_closed")
    for table in ("rectification_closure", "rectification_closureverdict"):
        names = columns_of(table)
        rest = ", ".join(n for n in names if n != "id")
        refused(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
        refused(f"INSERT OR REPLACE INTO {table} ({rest}) SELECT {rest} FROM {table}")


@pytest.mark.sqlite
@pytest.mark.parametrize("table", ["rectification_measure", "rectification_problem", "rectification_subproblem"])
def test_a_frozen_row_is_not_replaced_by_its_key_even_without_foreign_keys(court, table):
    court.approved()
    names = columns_of(table)
    rest = ", ".join(f'"{n}"' for n in names if n != "id")
    refused(f"INSERT OR REPLACE INTO {table} ({rest}) SELECT {rest} FROM {table}")
    refused(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
    thawed = ", ".join("NULL" if n == "frozen_at" else "99" if n == "id" else f'"{n}"' for n in names)
    names_ = ", ".join(f'"{n}"' for n in names)
    refused(f"INSERT OR REPLACE INTO {table} ({names_}) SELECT {thawed} FROM {table}")


@pytest.mark.postgres
def test_nothing_is_truncated(court):
    court.at("internally_closed")
    for table in ("closure", "closureverdict", "attempt", "measure", "criterion", "problem"):
        refused(f"TRUNCATE rectification_{table} CASCADE")


def closing(attempt, court, **more):
    """A closure row as the service would write it."""
    proof = Verification.objects.get()
    values = {
        "attempt": attempt,
        "result": "done",
        "applied_by": court.clerk,
        "verifier": court.inspector,
        "verification": proof,
        "decided_by": court.secretary,
        "decided_on": clock.today(),
        "meeting": court.meeting(),
        "minutes_no": "x",
        "total": 1,
        "met": 1,
        "digest": "0" * 64,
        "at": clock.now(),
    }
    return Closure(**(values | more))


def verdict(attempt):
    return ClosureVerdict(
        attempt=attempt, criterion=Criterion.objects.get(measure=attempt.measure), kind="k", verdict="met"
    )


@pytest.mark.parametrize(
    ("with_verdict", "change"),
    [
        (False, {}),
        (True, {"total": 2, "met": 2}),
        (True, {"total": 0, "met": 0}),
        (True, {"met": 0}),
        (True, {"verifier": "clerk"}),
        (True, {"verifier": "stationed"}),
        (True, {"applied_by": "judge"}),
        (True, {"minutes_no": ""}),
        (True, {"result": ""}),
    ],
)
def test_a_closure_needs_verdicts_check_and_two_people(court, with_verdict, change):
    attempt = court.at("verified")
    row = closing(attempt, court)
    people = {k: getattr(court, v) for k, v in change.items() if k in {"verifier", "applied_by"}}
    wrong = closing(attempt, court, **(change | people))

    def write(closure_row, verdicts):
        with unit_of_work(None) as uow:
            if verdicts:
                verdict(attempt).save()
            closure_row.save()
            uow.record("test.made", attempt, covers=[Closure, ClosureVerdict], params={"what": "x"})

    with pytest.raises(REFUSED):
        write(wrong, with_verdict)
    assert not Closure.objects.exists()
    write(row, True)
    assert Closure.objects.count() == 1
    # Even so forged, it does not pass unnoticed: the log does not know it.
    assert [problem.code for problem in soundness.closures()] == [soundness.UNLOGGED]


def test_no_closure_before_the_verification(court):
    attempt = court.at("leader_passed")
    court.check_on_site(attempt)
    with pytest.raises(REFUSED), unit_of_work(None) as uow:
        verdict(attempt).save()
        closing(attempt, court).save()
        uow.record("test.made", attempt, covers=[Closure, ClosureVerdict], params={"what": "x"})


FROZEN = {
    "rectification_measure": (
        "due = '2027-01-01'",
        "text = 'x'",
        "completion_standard = 'x'",
        "starts = NULL",
        "frozen_at = NULL",
        "voided_at = '2026-01-01'",
        "change_id = 1",
    ),
    "rectification_criterion": ("params = '{\"a\": 1}'", "kind = 'x'", "voided_at = '2026-01-01'"),
    "rectification_problem": ("verbatim = 'x'", "code = 'x'"),
    "rectification_subproblem": ("title = 'x'", "verbatim = 'x'"),
}


@pytest.mark.parametrize(("table", "change"), [(t, c) for t, changes in FROZEN.items() for c in changes])
def test_what_is_frozen_cannot_be_changed(court, table, change):
    court.measure()
    if "frozen_at" not in change and "change_id" not in change:
        assert tried(f"UPDATE {table} SET {change}") == 1  # a draft may
    court.approve()
    refused(f"UPDATE {table} SET {change}")
    refused(f"DELETE FROM {table}")


def tried(sql: str) -> int:
    """The statement is let pass, and taken back."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
        transaction.set_rollback(True)
        return cursor.rowcount


def test_no_criterion_joins_a_frozen_measure(court):
    attempt = court.approved()
    sql = (
        'INSERT INTO rectification_criterion (measure_id, kind, params, "order", revision, void_reason) '
        "VALUES (%s, 'onsite_check', '{}', 1, 0, '')"
    )
    refused(sql, attempt.measure_id)


def test_a_change_request_cannot_be_born_approved_nor_used_twice(court):
    attempt = court.approved()
    columns = "measure_id, kind, changes, reason, requested_by_id, requested_on, state, revision"
    sql = f"INSERT INTO rectification_changerequest ({columns}) VALUES (%s, 'extension', '{{}}', 'x', %s, '2026-01-01', %s, 0)"
    refused(sql, attempt.measure_id, court.judge.pk, "approved")
    request = s.request_change(
        actor=court.judge, measure=attempt.measure, changes={"due": "2026-08-01"}, reason="案件鉴定", kind="extension"
    )
    request = s.agree(actor=court.leader, request=request, agreed=True)
    refused("UPDATE rectification_measure SET due = '2026-08-01', change_id = %s", request.pk)
    request = s.approve(actor=court.president, request=request, approved=True)
    assert str(Measure.objects.get().due) == "2026-08-01"
    refused("UPDATE rectification_measure SET due = '2027-08-01'")
    refused("UPDATE rectification_measure SET due = '2027-08-01', change_id = %s", request.pk)
    refused("UPDATE rectification_changerequest SET applied_at = NULL")
    refused("UPDATE rectification_changerequest SET state = 'agreed'")
