# ruff: noqa: S608  (statements are put together from names of our own tables; nothing of a user enters them)
"""The copies that lists and counts stand on, kept by the database itself: whoever writes, they never lag behind.

`light` and `outcome` of a measure are state and result of its newest attempt; `feedback_on` of problems and measures is the
feedback day of their round. Nobody else may set a light.
"""

from __future__ import annotations

from collections.abc import Iterator

from bihuan.kernel.trigger_shapes import refuse
from bihuan.kernel.triggers import Trigger

from .building import ATTEMPT, MEASURE, PROBLEM, ROUND


def copies() -> Iterator[Trigger]:
    """Triggers that bring the copies along, and the one that refuses any other light."""
    newest = f"NOT EXISTS (SELECT 1 FROM {ATTEMPT} a WHERE a.measure_id = NEW.measure_id AND a.number > NEW.number)"
    light = f"UPDATE {MEASURE} SET light = NEW.state, outcome = NEW.result WHERE id = NEW.measure_id AND {newest};"
    yield _after("attempt_lights_measure", ATTEMPT, "INSERT", light)
    yield _after("attempt_moves_light", ATTEMPT, "UPDATE OF state, result", light)
    for name, table in (("problem", PROBLEM), ("measure", MEASURE)):
        yield _takes_day(f"{name}_gets_feedback_day", table, "INSERT")
        yield _takes_day(f"{name}_moves_feedback_day", table, "UPDATE OF round_id")
        moved = f"UPDATE {table} SET feedback_on = NEW.feedback_on WHERE round_id = NEW.id;"
        yield _after(f"round_tells_{name}", ROUND, "UPDATE OF feedback_on", moved)
    of_newest = (
        f"EXISTS (SELECT 1 FROM {ATTEMPT} a WHERE a.measure_id = NEW.id AND a.state = NEW.light "
        f"AND a.result = NEW.outcome AND NOT EXISTS (SELECT 1 FROM {ATTEMPT} b WHERE b.measure_id = NEW.id "
        "AND b.number > a.number))"
    )
    message = "the light of a measure is that of its newest attempt"
    yield from refuse(
        "measure_light_is_the_attempts",
        MEASURE,
        "UPDATE",
        f"(NEW.light IS NOT OLD.light OR NEW.outcome <> OLD.outcome) AND NOT {of_newest}",
        message,
        postgres=f"(NEW.light IS DISTINCT FROM OLD.light OR NEW.outcome <> OLD.outcome) AND NOT {of_newest}",
    )
    yield from refuse("measure_born_dark", MEASURE, "INSERT", "NEW.light IS NOT NULL OR NEW.outcome <> ''", message)


def _takes_day(name: str, table: str, event: str) -> Trigger:
    """A row takes the feedback day of its round. PostgreSQL writes it with the row; SQLite can only after it."""
    day = f"SELECT r.feedback_on {{}}FROM {ROUND} r WHERE r.id = NEW.round_id"
    return Trigger(
        name,
        table,
        f"AFTER {event} ON {table} BEGIN UPDATE {table} SET feedback_on = ({day.format('')}) WHERE id = NEW.id; END",
        f"BEFORE {event}",
        f"{day.format('INTO NEW.feedback_on ')}; RETURN NEW;",
    )


def _after(name: str, table: str, event: str, statement: str) -> Trigger:
    return Trigger(
        name, table, f"AFTER {event} ON {table} BEGIN {statement} END", f"AFTER {event}", f"{statement} RETURN NULL;"
    )
