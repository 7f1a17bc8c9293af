# ruff: noqa: S608  (statements are put together from names of our own tables; nothing of a user enters them)
"""What the plan froze changes only as an approved change request says, and only while it is applied."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bihuan.kernel.trigger_shapes import differs, no_truncate, refuse, sqlite_only
from bihuan.kernel.triggers import Trigger

from .building import CHANGE, CRITERION, MEASURE, PROBLEM, ROUND, SUB_PROBLEM

_CHANGEABLE = {"text": "text", "completion_standard": "text", "starts": "date", "due": "date", "lead_unit_id": "bigint"}
"""The columns of a measure that a change request may name, with PostgreSQL's type."""


def _approved(change: str, measure: str, says: str = "") -> str:
    """An approved request for the measure that is not yet applied, and that says this very change."""
    return (
        f"EXISTS (SELECT 1 FROM {CHANGE} q WHERE q.id = {change} AND q.measure_id = {measure} "
        f"AND q.state = 'approved' AND q.applied_at IS NULL{says})"
    )


def _measure_moved(postgres: bool) -> str:
    """A frozen column of a measure changes otherwise than the named request says."""
    wrong = [differs(("round_id", "problem_id", "sub_problem_id", "code", "voided_at"), postgres=postgres)]
    for column, kind in _CHANGEABLE.items():
        field = column.removesuffix("_id")
        wanted = f"CAST(q.changes->'{field}'->>1 AS {kind})" if postgres else f"json_extract(q.changes, '$.{field}[1]')"
        says = f" AND {wanted} = NEW.{column}"
        moved = differs((column,), postgres=postgres)
        wrong.append(f"(({moved}) AND NOT {_approved('NEW.change_id', 'NEW.id', says)})")
    wrong.append(f"(({differs(('change_id',), postgres=postgres)}) AND NOT {_approved('NEW.change_id', 'NEW.id')})")
    return " OR ".join(wrong)


def _criterion_moved(postgres: bool) -> str:
    """A frozen criterion changes otherwise than by being voided as the named request says."""
    listed = (
        " AND q.changes->'criteria'->'void' @> to_jsonb(NEW.id)"
        if postgres
        else " AND EXISTS (SELECT 1 FROM json_each(q.changes, '$.criteria.void') j WHERE j.value = NEW.id)"
    )
    never = differs(("measure_id", "kind", "params"), postgres=postgres)
    moved = differs(("voided_at", "change_id"), postgres=postgres)
    return f"{never} OR (({moved}) AND NOT {_approved('NEW.change_id', 'NEW.measure_id', listed)})"


def _criterion_joins(postgres: bool) -> str:
    """A criterion joins a frozen measure that no named request asks for."""
    listed = (
        " AND EXISTS (SELECT 1 FROM jsonb_array_elements(q.changes->'criteria'->'add') j "
        "WHERE j->>'kind' = NEW.kind AND j->'params' = NEW.params)"
        if postgres
        else " AND EXISTS (SELECT 1 FROM json_each(q.changes, '$.criteria.add') j "
        "WHERE json_extract(j.value, '$.kind') = NEW.kind AND json_extract(j.value, '$.params') = json(NEW.params))"
    )
    frozen = f"EXISTS (SELECT 1 FROM {MEASURE} m WHERE m.id = NEW.measure_id AND m.frozen_at IS NOT NULL)"
    return f"{frozen} AND NOT {_approved('NEW.change_id', 'NEW.measure_id', listed)}"


def _frozen(name: str, table: str, changed: Callable[[bool], str], key: tuple[str, ...] = ()) -> Iterator[Trigger]:
    """What the plan froze in `table` stays; `changed(postgres)` is the condition that it is touched without leave.

    `key` is the unique key beside the id: a replacing INSERT or UPDATE on it would delete the frozen row without a word.
    """
    message = f"{table}: what the plan froze changes by an approved change request only"
    yield from refuse(
        f"{name}_frozen",
        table,
        "UPDATE",
        f"OLD.frozen_at IS NOT NULL AND ({changed(False)})",
        message,
        postgres=f"OLD.frozen_at IS NOT NULL AND ({changed(True)})",
    )
    yield from refuse(
        f"{name}_stays_frozen",
        table,
        "UPDATE",
        "OLD.frozen_at IS NOT NULL AND (NEW.frozen_at IS NULL OR NEW.frozen_at <> OLD.frozen_at OR NEW.id <> OLD.id)",
        f"{table}: what is frozen stays frozen",
    )
    yield from refuse(
        f"{name}_frozen_no_delete", table, "DELETE", "OLD.frozen_at IS NOT NULL", f"{table}: frozen rows stay"
    )
    same = " AND ".join(f"f.{column} = NEW.{column}" for column in key)
    taken = f" OR (f.voided_at IS NULL AND NEW.voided_at IS NULL AND {same})" if key else ""
    held = f"EXISTS (SELECT 1 FROM {table} f WHERE f.frozen_at IS NOT NULL AND (f.id = NEW.id{taken}))"
    yield sqlite_only(f"{name}_frozen_no_replace", table, "INSERT", held, f"{table}: frozen rows stay")
    if key:
        other = f"EXISTS (SELECT 1 FROM {table} f WHERE f.frozen_at IS NOT NULL AND f.id <> OLD.id AND {same} "
        yield sqlite_only(
            f"{name}_frozen_no_replacing_update",
            table,
            f"UPDATE OF {', '.join(key)}",
            other + "AND f.voided_at IS NULL AND NEW.voided_at IS NULL)",
            f"{table}: frozen rows stay",
        )
    yield no_truncate(name, table)


def _any_of(*columns: str) -> Callable[[bool], str]:
    return lambda postgres: differs(columns, postgres=postgres)


def plan() -> Iterator[Trigger]:
    """What was agreed stays agreed."""
    problem = _any_of("round_id", "code", "verbatim", "kind", "grade", "voided_at")
    part = _any_of("problem_id", "no", "title", "verbatim", "voided_at")
    yield from _frozen("problem", PROBLEM, problem, key=("round_id", "code"))
    yield from _frozen("sub_problem", SUB_PROBLEM, part, key=("problem_id", "no"))
    yield from _frozen("measure", MEASURE, _measure_moved, key=("round_id", "code"))
    yield from _frozen("criterion", CRITERION, _criterion_moved)
    yield from refuse(
        "criterion_none_after_freezing",
        CRITERION,
        "INSERT",
        _criterion_joins(False),
        "a criterion joins a frozen measure by an approved change request only",
        postgres=_criterion_joins(True),
    )
    yield from refuse(
        "measure_none_after_approval",
        MEASURE,
        "INSERT",
        f"EXISTS (SELECT 1 FROM {ROUND} r WHERE r.id = NEW.round_id AND r.state = 'approved')",
        "no measure joins an approved plan",
    )
    yield from refuse(
        "round_stays_approved",
        ROUND,
        "UPDATE",
        "OLD.state = 'approved' AND (NEW.state <> 'approved' OR NEW.feedback_on <> OLD.feedback_on "
        "OR NEW.period_end <> OLD.period_end)",
        "an approved plan stays approved",
    )
    yield from refuse(
        "change_stays_decided",
        CHANGE,
        "UPDATE",
        "NEW.measure_id <> OLD.measure_id OR NEW.id <> OLD.id "
        "OR (OLD.state IN ('approved', 'refused', 'withdrawn') AND NEW.state <> OLD.state) "
        "OR (OLD.applied_at IS NOT NULL AND (NEW.applied_at IS NULL OR NEW.applied_at <> OLD.applied_at))",
        "a decided change request stays decided",
    )
    frozen = ("kind", "changes", "reason", "requested_by_id", "requested_on")
    message = "a change request keeps what it asks for, and is agreed before it is approved"
    jump = (
        "(NEW.state <> OLD.state AND NOT ((OLD.state = 'requested' AND NEW.state IN ('agreed', 'refused', 'withdrawn')) "
        "OR (OLD.state = 'agreed' AND NEW.state IN ('approved', 'refused', 'withdrawn'))))"
    )
    yield from refuse(
        "change_keeps_its_content",
        CHANGE,
        "UPDATE",
        f"{differs(frozen, postgres=False)} OR {jump}",
        message,
        postgres=f"{differs(frozen, postgres=True)} OR {jump}",
    )
    yield sqlite_only(
        "change_no_replace",
        CHANGE,
        "INSERT",
        f"NEW.id IN (SELECT id FROM {CHANGE})",
        "a change request is never replaced",
    )
    yield no_truncate("change", CHANGE)
    yield from refuse(
        "change_no_delete", CHANGE, "DELETE", "1 = 1", "a change request is never deleted", postgres="true"
    )
    yield from refuse(
        "change_not_born_approved",
        CHANGE,
        "INSERT",
        "NEW.state <> 'requested' OR NEW.applied_at IS NOT NULL",
        "a change request begins as requested",
    )
