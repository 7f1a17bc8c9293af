# ruff: noqa: S608  (statements are put together from names of our own tables; nothing of a user enters them)
"""What the database itself refuses about closing and about what was agreed.

- An attempt is closed only behind a closure; a closure only behind verdicts on every standing criterion, all met, and behind
  an on-site check that passed, made by its verifier. Closures and verdicts are insert-only.
- What the plan froze changes only under a change request that is approved and not yet applied.

The traps: SQLite's INSERT OR REPLACE and UPDATE OR REPLACE delete rows without firing DELETE triggers, so replacing inserts and
changed keys are refused too; PostgreSQL's TRUNCATE fires no row trigger, so it has one of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bihuan.kernel.triggers import Trigger, insert_only, register

ATTEMPT = "rectification_attempt"
CLOSURE = "rectification_closure"
VERDICT = "rectification_closureverdict"
MEASURE = "rectification_measure"
CRITERION = "rectification_criterion"
PROBLEM = "rectification_problem"
SUB_PROBLEM = "rectification_subproblem"
CHANGE = "rectification_changerequest"
CHECK = "rectification_verification"
ROUND = "rectification_inspectionround"

_CLOSED = "('internally_closed', 'accepted', 'externally_refused')"


def _refuse(
    name: str, table: str, event: str, condition: str, message: str, *, postgres: str | None = None
) -> Iterator[Trigger]:
    """A row trigger that refuses `event` where `condition` holds; `postgres` where the condition is put otherwise there.

    `IS NOT` of SQLite is written IS DISTINCT FROM in both by `_differs`.
    """
    yield Trigger(
        name,
        table,
        f"BEFORE {event} ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{message}'); END",
        f"BEFORE {event}",
        f"IF {postgres if postgres is not None else condition} THEN RAISE EXCEPTION '{message}' "
        f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {'OLD' if event == 'DELETE' else 'NEW'};",
    )


def _sqlite_only(name: str, table: str, event: str, condition: str, message: str) -> Trigger:
    return Trigger(
        name, table, f"BEFORE {event} ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )


def _no_truncate(name: str, table: str) -> Trigger:
    body = f"RAISE EXCEPTION '{table} is never emptied';"
    return Trigger(f"{name}_no_truncate", table, "", "BEFORE TRUNCATE", body, "STATEMENT")


def _differs(columns: Iterable[str], *, postgres: bool) -> str:
    """A condition that one of the columns changes. SQLite 3.38 and older know no IS DISTINCT FROM."""
    cast = "::text" if postgres else ""  # JSON columns of PostgreSQL have no comparison of their own
    word = "IS DISTINCT FROM" if postgres else "IS NOT"
    return " OR ".join(f"NEW.{c}{cast} {word} OLD.{c}{cast}" for c in columns)


def _attempts() -> Iterator[Trigger]:
    behind = f"NOT EXISTS (SELECT 1 FROM {CLOSURE} c WHERE c.attempt_id = NEW.id)"
    yield from _refuse(
        "attempt_closed_by_closure",
        ATTEMPT,
        "UPDATE",
        f"NEW.state IN {_CLOSED} AND {behind}",
        "an attempt closes only behind a closure",
    )
    yield from _refuse(
        "attempt_not_born_closed",
        ATTEMPT,
        "INSERT",
        f"NEW.state IN {_CLOSED}",
        "an attempt closes only behind a closure",
    )
    yield from _refuse(
        "attempt_stays_closed",
        ATTEMPT,
        "UPDATE",
        f"OLD.state IN {_CLOSED} AND (NEW.state NOT IN {_CLOSED} OR NEW.result <> OLD.result "
        "OR (OLD.state <> 'internally_closed' AND NEW.state <> OLD.state))",
        "a closed attempt stays closed: a reopening is a new attempt",
    )
    yield from _refuse(
        "attempt_keeps_its_key",
        ATTEMPT,
        "UPDATE",
        "NEW.id <> OLD.id OR NEW.measure_id <> OLD.measure_id OR NEW.number <> OLD.number",
        "an attempt keeps its key",
    )
    yield from _refuse("attempt_no_delete", ATTEMPT, "DELETE", "1 = 1", "an attempt is never deleted", postgres="true")
    yield _sqlite_only(
        "attempt_no_replace",
        ATTEMPT,
        "INSERT",
        f"NEW.id IN (SELECT id FROM {ATTEMPT}) OR EXISTS (SELECT 1 FROM {ATTEMPT} a WHERE a.measure_id = NEW.measure_id "
        "AND (a.number = NEW.number OR (NEW.state NOT IN "
        f"{_CLOSED} AND a.state NOT IN {_CLOSED})))",
        "an attempt is never replaced",
    )
    yield _no_truncate("attempt", ATTEMPT)


def _closures() -> Iterator[Trigger]:
    yield from insert_only("closure", CLOSURE)
    yield from insert_only("closure_verdict", VERDICT)
    yield _sqlite_only(
        "closure_no_replace_attempt",
        CLOSURE,
        "INSERT",
        f"NEW.attempt_id IN (SELECT attempt_id FROM {CLOSURE})",
        "an attempt closes once",
    )
    yield _sqlite_only(
        "closure_verdict_no_replace_key",
        VERDICT,
        "INSERT",
        f"EXISTS (SELECT 1 FROM {VERDICT} v WHERE v.attempt_id = NEW.attempt_id AND v.criterion_id = NEW.criterion_id)",
        "a verdict stands once",
    )
    yield from _refuse(
        "closure_verdict_before_closure",
        VERDICT,
        "INSERT",
        f"EXISTS (SELECT 1 FROM {CLOSURE} c WHERE c.attempt_id = NEW.attempt_id)",
        "verdicts are written before their closure",
    )
    standing = (
        f"(SELECT COUNT(*) FROM {CRITERION} k JOIN {ATTEMPT} a ON a.measure_id = k.measure_id "
        "WHERE a.id = NEW.attempt_id AND k.voided_at IS NULL)"
    )
    found = (
        f"(SELECT COUNT(*) FROM {VERDICT} v JOIN {CRITERION} k ON k.id = v.criterion_id "
        f"JOIN {ATTEMPT} a ON a.id = v.attempt_id AND a.measure_id = k.measure_id "
        "WHERE v.attempt_id = NEW.attempt_id AND v.verdict = 'met' AND k.voided_at IS NULL)"
    )
    yield from _refuse(
        "closure_verdicts_complete",
        CLOSURE,
        "INSERT",
        f"{standing} <> NEW.total OR {found} <> NEW.total",
        "a closure needs a verdict met on every standing criterion",
    )
    yield from _refuse(
        "closure_after_check",
        CLOSURE,
        "INSERT",
        f"NOT EXISTS (SELECT 1 FROM {CHECK} x WHERE x.id = NEW.verification_id AND x.attempt_id = NEW.attempt_id "
        "AND x.by_id = NEW.verifier_id AND x.result = 'passed' AND x.voided_at IS NULL)",
        "a closure needs an on-site check that passed, by its verifier",
    )
    yield from _refuse(
        "closure_when_verified",
        CLOSURE,
        "INSERT",
        f"NOT EXISTS (SELECT 1 FROM {ATTEMPT} a WHERE a.id = NEW.attempt_id AND a.state = 'verified' "
        "AND a.applicant_id = NEW.applied_by_id)",
        "only a verified attempt is closed, for its applicant",
    )


def _approved(change: str, measure: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM {CHANGE} q WHERE q.id = {change} AND q.measure_id = {measure} "
        "AND q.state = 'approved' AND q.applied_at IS NULL)"
    )


def _frozen(
    name: str, table: str, columns: tuple[str, ...], measure: str = "", key: tuple[str, ...] = ()
) -> Iterator[Trigger]:
    """Frozen columns of `table` change only under an approved request for `measure` (empty: under none).

    `key` is the unique key beside the id: a replacing INSERT or UPDATE on it would delete the frozen row without a word.
    """
    pardon = f" AND NOT {_approved('NEW.change_id', measure)}" if measure else ""
    changed = (*columns, "change_id") if measure else columns
    message = f"{table}: what the plan froze changes by an approved change request only"
    yield from _refuse(
        f"{name}_frozen",
        table,
        "UPDATE",
        f"OLD.frozen_at IS NOT NULL AND ({_differs(changed, postgres=False)}){pardon}",
        message,
        postgres=f"OLD.frozen_at IS NOT NULL AND ({_differs(changed, postgres=True)}){pardon}",
    )
    yield from _refuse(
        f"{name}_stays_frozen",
        table,
        "UPDATE",
        "OLD.frozen_at IS NOT NULL AND (NEW.frozen_at IS NULL OR NEW.frozen_at <> OLD.frozen_at OR NEW.id <> OLD.id)",
        f"{table}: what is frozen stays frozen",
    )
    yield from _refuse(
        f"{name}_frozen_no_delete", table, "DELETE", "OLD.frozen_at IS NOT NULL", f"{table}: frozen rows stay"
    )
    same = " AND ".join(f"f.{column} = NEW.{column}" for column in key)
    taken = f" OR (f.voided_at IS NULL AND NEW.voided_at IS NULL AND {same})" if key else ""
    held = f"EXISTS (SELECT 1 FROM {table} f WHERE f.frozen_at IS NOT NULL AND (f.id = NEW.id{taken}))"
    yield _sqlite_only(f"{name}_frozen_no_replace", table, "INSERT", held, f"{table}: frozen rows stay")
    if key:
        other = f"EXISTS (SELECT 1 FROM {table} f WHERE f.frozen_at IS NOT NULL AND f.id <> OLD.id AND {same} "
        yield _sqlite_only(
            f"{name}_frozen_no_replacing_update",
            table,
            f"UPDATE OF {', '.join(key)}",
            other + "AND f.voided_at IS NULL AND NEW.voided_at IS NULL)",
            f"{table}: frozen rows stay",
        )
    yield _no_truncate(name, table)


def _plan() -> Iterator[Trigger]:
    yield from _frozen(
        "problem", PROBLEM, ("round_id", "code", "verbatim", "kind", "grade", "voided_at"), key=("round_id", "code")
    )
    yield from _frozen(
        "sub_problem", SUB_PROBLEM, ("problem_id", "no", "title", "verbatim", "voided_at"), key=("problem_id", "no")
    )
    yield from _frozen(
        "measure",
        MEASURE,
        (
            "round_id",
            "problem_id",
            "sub_problem_id",
            "code",
            "text",
            "lead_unit_id",
            "starts",
            "due",
            "completion_standard",
            "voided_at",
        ),
        "NEW.id",
        key=("round_id", "code"),
    )
    yield from _frozen("criterion", CRITERION, ("measure_id", "kind", "params", "voided_at"), "NEW.measure_id")
    yield from _refuse(
        "criterion_none_after_freezing",
        CRITERION,
        "INSERT",
        f"EXISTS (SELECT 1 FROM {MEASURE} m WHERE m.id = NEW.measure_id AND m.frozen_at IS NOT NULL) "
        f"AND NOT {_approved('NEW.change_id', 'NEW.measure_id')}",
        "a criterion joins a frozen measure by an approved change request only",
    )
    yield from _refuse(
        "round_stays_approved",
        ROUND,
        "UPDATE",
        "OLD.state = 'approved' AND (NEW.state <> 'approved' OR NEW.feedback_on <> OLD.feedback_on "
        "OR NEW.period_end <> OLD.period_end)",
        "an approved plan stays approved",
    )
    yield from _refuse(
        "change_stays_decided",
        CHANGE,
        "UPDATE",
        "NEW.measure_id <> OLD.measure_id OR NEW.id <> OLD.id "
        "OR (OLD.state IN ('approved', 'refused', 'withdrawn') AND NEW.state <> OLD.state) "
        "OR (OLD.applied_at IS NOT NULL AND (NEW.applied_at IS NULL OR NEW.applied_at <> OLD.applied_at))",
        "a decided change request stays decided",
    )
    yield from _refuse(
        "change_no_delete", CHANGE, "DELETE", "1 = 1", "a change request is never deleted", postgres="true"
    )
    yield from _refuse(
        "change_not_born_approved",
        CHANGE,
        "INSERT",
        "NEW.state <> 'requested' OR NEW.applied_at IS NOT NULL",
        "a change request begins as requested",
    )


TRIGGERS: tuple[Trigger, ...] = (*_attempts(), *_closures(), *_plan())
register(*TRIGGERS)
