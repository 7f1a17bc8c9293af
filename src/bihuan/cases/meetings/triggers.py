"""What the database itself refuses about meetings, whoever asks.

- A meeting begins as planned. It is held only on the numbers of its own roll, and what was counted stays.
- The roll of a meeting that took place stays: presence, order and reasons are never written afterwards.
- An item has a result only in a meeting that took place; its case and search stay.
- A defect is never taken away, and what was found of it stays.
"""

from __future__ import annotations

from bihuan.kernel.trigger_shapes import differs, no_truncate, refuse
from bihuan.kernel.triggers import Trigger, register

MEETING, MEMBER = "cases_meeting", "cases_meetingmember"
ITEM, DEFECT = "cases_agendaitem", "cases_meetingdefect"
SAT = "('held', 'minuted')"
COUNTED = ("body", "held_on", "chair_id", "delegated", "members_total", "present_total", "least")
ROLL = ("meeting_id", "person_id", "grade", "grade_since", "present", "spoke_order", "gave_reason", "voided_at")
FOUND = ("meeting_id", "item_id", "code", "detail", "basis", "remedy", "found_on", "voided_at")
PUT = ("meeting_id", "case_id", "search_id", "report_sm3", "report_on", "trigger", "prior_id", "prior_exempt")


def _rolled(column: str) -> str:
    return f"(SELECT COUNT(*) FROM {MEMBER} m WHERE m.meeting_id = NEW.id{column})"  # noqa: S608  names of our own


def _state(row: str) -> str:
    return f"(SELECT state FROM {MEETING} t WHERE t.id = {row}.meeting_id)"  # noqa: S608  names of our own


def _stays(name: str, table: str, guard: str, columns: tuple[str, ...], message: str) -> list[Trigger]:
    return list(
        refuse(
            name, table, "UPDATE", f"{guard} AND ({differs(columns, postgres=False)})", message,
            postgres=f"{guard} AND ({differs(columns, postgres=True)})",
        )
    )  # fmt: skip


def triggers() -> list[Trigger]:
    """All of them."""
    there = _rolled(" AND m.present")
    counted = f"NEW.members_total <> {_rolled('')} OR NEW.present_total <> {there}"
    never = "rows of meetings are never deleted"
    made = [
        *refuse("meeting_born_planned", MEETING, "INSERT", "NEW.state <> 'planned'", "a meeting begins as planned"),
        *refuse(
            "meeting_counted", MEETING, "UPDATE", f"NEW.state IN {SAT} AND OLD.state NOT IN {SAT} AND ({counted})",
            "a meeting is held on the numbers of its roll",
        ),
        *refuse(
            "meeting_stays_held", MEETING, "UPDATE", f"OLD.state IN {SAT} AND NEW.state NOT IN {SAT}",
            "a meeting that took place took place",
        ),
        *_stays("meeting_count_stays", MEETING, f"OLD.state IN {SAT}", COUNTED, "what was counted stays"),
        *refuse(
            "meeting_roll_closed", MEMBER, "INSERT", f"{_state('NEW')} <> 'planned'",
            "the roll is closed once the meeting took place",
        ),
        *_stays("meeting_roll_stays", MEMBER, f"{_state('OLD')} <> 'planned'", ROLL, "the roll is not written afterwards"),
        *refuse(
            "agenda_result_insert", ITEM, "INSERT", "NEW.result <> ''", "a result is recorded of an item on the agenda"
        ),
        *refuse(
            "agenda_result", ITEM, "UPDATE", f"NEW.result <> '' AND {_state('NEW')} NOT IN {SAT}",
            "no result without a meeting that took place",
        ),
        *_stays("agenda_stays", ITEM, f"{_state('OLD')} <> 'planned'", PUT, "an item stays as it was put"),
        *_stays("agenda_result_stays", ITEM, "OLD.result <> ''", ("result", "votes_for", "concluded_on"), "a result stays"),
        *_stays("defect_stays", DEFECT, "1 = 1", FOUND, "a defect stays as it was found"),
        *refuse("defect_settled_stays", DEFECT, "UPDATE", "OLD.state <> 'open' AND NEW.state <> OLD.state", "settled once"),
    ]  # fmt: skip
    for table in (MEETING, ITEM, DEFECT):
        made += [*refuse(f"{table}_kept", table, "DELETE", "1 = 1", never), no_truncate(table, table)]
    return made


register(*triggers())
