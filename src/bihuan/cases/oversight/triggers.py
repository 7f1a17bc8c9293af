"""What the database itself refuses about oversight, whoever asks.

- A mark begins as proposed; once confirmed, the case, its kind and who confirmed it stay.
- A measure and a reading stay as they were recorded: case, kind, day and person. Rows are never deleted.
"""

from __future__ import annotations

from bihuan.kernel.trigger_shapes import differs, no_truncate, refuse
from bihuan.kernel.triggers import Trigger, register

MARK, MEASURE, READING = "cases_oversightmark", "cases_oversightmeasure", "cases_readingrecord"
CONFIRMED = (
    "case_id",
    "kind",
    "ground",
    "proposed_by_id",
    "proposed_on",
    "confirmed_by_id",
    "confirmed_on",
    "measure_by",
)
TAKEN = ("case_id", "mark_id", "kind", "taken_by_id", "taken_on")
READ = ("case_id", "document", "by_id", "read_on")


def _stays(name: str, table: str, guard: str, columns: tuple[str, ...]) -> list[Trigger]:
    return list(
        refuse(
            name, table, "UPDATE", f"{guard} AND ({differs(columns, postgres=False)})", "what was done to oversee a case stays",
            postgres=f"{guard} AND ({differs(columns, postgres=True)})",
        )
    )  # fmt: skip


def triggers() -> list[Trigger]:
    """All of them."""
    made = [
        *refuse("mark_born_proposed", MARK, "INSERT", "NEW.state <> 'proposed'", "a mark begins as proposed"),
        *_stays("mark_stays", MARK, "OLD.state <> 'proposed'", CONFIRMED),
        *_stays("oversight_measure_stays", MEASURE, "1 = 1", TAKEN),
        *_stays("document_reading_stays", READING, "1 = 1", READ),
    ]
    for table in (MARK, MEASURE, READING):
        made += [
            *refuse(f"{table}_kept", table, "DELETE", "1 = 1", "records of oversight are never deleted"),
            no_truncate(table, table),
        ]
    return made


register(*triggers())
