# ruff: noqa: S608  (statements are put together from names of our own tables; nothing of a user enters them)
"""An attempt closes only behind a closure, and a closure only behind verdicts that are all met and a check that passed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bihuan.kernel.trigger_shapes import differs, no_truncate, refuse, sqlite_only
from bihuan.kernel.triggers import Trigger, insert_only

from .building import ATTEMPT, CHECK, CLOSED, CLOSURE, CRITERION, MEASURE, MEETING, REVIEW, VERDICT


def attempts() -> Iterator[Trigger]:
    """What an attempt may not do."""
    behind = f"NOT EXISTS (SELECT 1 FROM {CLOSURE} c WHERE c.attempt_id = NEW.id AND c.result = NEW.result)"
    yield from refuse(
        "attempt_closed_by_closure",
        ATTEMPT,
        "UPDATE",
        f"NEW.state IN {CLOSED} AND {behind}",
        "an attempt closes only behind a closure",
    )
    yield from refuse(
        "attempt_not_born_closed",
        ATTEMPT,
        "INSERT",
        f"NEW.state IN {CLOSED}",
        "an attempt closes only behind a closure",
    )
    yield from refuse(
        "attempt_stays_closed",
        ATTEMPT,
        "UPDATE",
        f"OLD.state IN {CLOSED} AND (NEW.state NOT IN {CLOSED} OR NEW.result <> OLD.result "
        "OR (OLD.state <> 'internally_closed' AND NEW.state <> OLD.state))",
        "a closed attempt stays closed: a reopening is a new attempt",
    )
    yield from refuse(
        "attempt_keeps_its_key",
        ATTEMPT,
        "UPDATE",
        "NEW.id <> OLD.id OR NEW.measure_id <> OLD.measure_id OR NEW.number <> OLD.number "
        "OR NEW.opened_on <> OLD.opened_on OR NEW.facts_since <> OLD.facts_since",
        "an attempt keeps its key and the day its facts count from",
    )
    yield from refuse(
        "attempt_of_frozen_measure",
        ATTEMPT,
        "INSERT",
        f"NOT EXISTS (SELECT 1 FROM {MEASURE} m WHERE m.id = NEW.measure_id AND m.frozen_at IS NOT NULL)",
        "an attempt is made at a frozen measure",
    )
    yield from refuse(
        "attempt_recognised_by_review",
        ATTEMPT,
        "UPDATE",
        "NEW.state <> OLD.state AND NEW.state IN ('accepted', 'externally_refused') "
        f"AND NOT EXISTS (SELECT 1 FROM {REVIEW} r WHERE r.attempt_id = NEW.id AND r.voided_at IS NULL "
        "AND r.result = CASE NEW.state WHEN 'accepted' THEN 'accepted' ELSE 'refused' END)",
        "an attempt is recognised or refused behind a review from outside",
    )
    yield from refuse("attempt_no_delete", ATTEMPT, "DELETE", "1 = 1", "an attempt is never deleted", postgres="true")
    yield sqlite_only(
        "attempt_no_replace",
        ATTEMPT,
        "INSERT",
        f"NEW.id IN (SELECT id FROM {ATTEMPT}) OR EXISTS (SELECT 1 FROM {ATTEMPT} a WHERE a.measure_id = NEW.measure_id "
        "AND (a.number = NEW.number OR (NEW.state NOT IN "
        f"{CLOSED} AND a.state NOT IN {CLOSED})))",
        "an attempt is never replaced",
    )
    yield no_truncate("attempt", ATTEMPT)


def closures() -> Iterator[Trigger]:
    """What closures and verdicts have to be, and what stays as it is once they stand."""
    yield from insert_only("closure", CLOSURE)
    yield from insert_only("closure_verdict", VERDICT)
    yield sqlite_only(
        "closure_no_replace_attempt",
        CLOSURE,
        "INSERT",
        f"NEW.attempt_id IN (SELECT attempt_id FROM {CLOSURE})",
        "an attempt closes once",
    )
    yield sqlite_only(
        "closure_verdict_no_replace_key",
        VERDICT,
        "INSERT",
        f"EXISTS (SELECT 1 FROM {VERDICT} v WHERE v.attempt_id = NEW.attempt_id AND v.criterion_id = NEW.criterion_id)",
        "a verdict stands once",
    )
    yield from refuse(
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
    yield from refuse(
        "closure_verdicts_complete",
        CLOSURE,
        "INSERT",
        f"{standing} <> NEW.total OR {found} <> NEW.total",
        "a closure needs a verdict met on every standing criterion",
    )
    yield from refuse(
        "closure_after_check",
        CLOSURE,
        "INSERT",
        f"NOT EXISTS (SELECT 1 FROM {CHECK} x WHERE x.id = NEW.verification_id AND x.attempt_id = NEW.attempt_id "
        "AND x.by_id = NEW.verifier_id AND x.result = 'passed' AND x.voided_at IS NULL)",
        "a closure needs an on-site check that passed, by its verifier",
    )
    yield from refuse(
        "closure_when_verified",
        CLOSURE,
        "INSERT",
        f"NOT EXISTS (SELECT 1 FROM {ATTEMPT} a WHERE a.id = NEW.attempt_id AND a.state = 'verified' "
        "AND a.applicant_id = NEW.applied_by_id)",
        "only a verified attempt is closed, for its applicant",
    )
    # The CHECKs of the table once more: PRAGMA ignore_check_constraints switches those off, and no trigger.
    yield sqlite_only(
        "closure_whole",
        CLOSURE,
        "INSERT",
        "NEW.total < 1 OR NEW.met <> NEW.total OR NEW.verifier_id = NEW.applied_by_id OR NEW.minutes_no = '' "
        "OR NEW.result NOT IN ('done', 'staged', 'long_term')",
        "a closure is whole, and its verifier is not its applicant",
    )
    yield sqlite_only("closure_verdict_is_met", VERDICT, "INSERT", "NEW.verdict <> 'met'", "a verdict is met")
    yield from _stays(
        "check",
        CHECK,
        ("id", "attempt_id", "by_id", '"on"', "method", "persons_asked", "result", "note", "voided_at"),
        f"EXISTS (SELECT 1 FROM {CLOSURE} c WHERE c.verification_id = %s.id)",
    )
    yield from _stays(
        "meeting",
        MEETING,
        ("id", "held_on", "minutes_no", "voided_at"),
        f"EXISTS (SELECT 1 FROM {CLOSURE} c WHERE c.meeting_id = %s.id)",
    )
    yield from _stays(
        "review",
        REVIEW,
        ("id", "attempt_id", '"by"', '"on"', "document_no", "result", "voided_at"),
        f"EXISTS (SELECT 1 FROM {ATTEMPT} a WHERE a.id = %s.attempt_id AND a.state IN ('accepted', 'externally_refused'))",
    )


def _stays(name: str, table: str, columns: Iterable[str], used: str) -> Iterator[Trigger]:
    """A row stays as it is once something closed stands on it; `used` says so of the row put in for %s."""
    message = f"{table}: what a closure stands on stays as it is"
    stands = used % "OLD"
    yield from refuse(
        f"{name}_stays",
        table,
        "UPDATE",
        f"({differs(columns, postgres=False)}) AND {stands}",
        message,
        postgres=f"({differs(columns, postgres=True)}) AND {stands}",
    )
    yield from refuse(f"{name}_no_delete", table, "DELETE", stands, message)
    held = f"EXISTS (SELECT 1 FROM {table} h WHERE h.id = NEW.id AND {used % 'h'})"
    yield sqlite_only(f"{name}_no_replace", table, "INSERT", held, message)
    yield no_truncate(name, table)
