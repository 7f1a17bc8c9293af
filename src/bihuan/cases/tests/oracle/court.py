"""The facts of the court in the database, as plain values for the oracle: read row by row, nothing computed."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from bihuan.cases.models import AgendaItem, Case, CaseGrant, CasePause, CaseTurn, Meeting, MeetingDefect, SearchRecord

from .limits import Facts
from .rules import Item, World


def length(term: str) -> tuple[int, int] | None:
    """(months, days) of a term such as 6m, 1.5m, 30d; None where there is none."""
    if not term:
        return None
    count, unit = re.fullmatch(r"([\d.]+)([md])", term).groups()  # type: ignore[union-attr]
    if unit == "d":
        return 0, int(count)
    whole, _dot, half = count.partition(".")
    return int(whole), 15 if half else 0


def read() -> World:
    """Everything that stands."""
    cases = {
        case.pk: Facts(
            key=case.pk, type_code=case.type_code, procedure=case.procedure, filed=case.filed_on, received=case.received_on,
            closed=case.closed_on, custody=bool(case.custody), line=case.line, manner=case.closing_manner,
            facts=frozenset(case.facts) | ({"custody"} if case.custody else set()) | ({"foreign"} if case.foreign else set()),
            dates={event: dt.date.fromisoformat(day) for event, day in case.dates.items()},
        )
        for case in Case.objects.filter(voided_at=None)
    }  # fmt: skip
    for pause in CasePause.objects.filter(voided_at=None, case__voided_at=None):
        cases[pause.case_id].pauses.append((pause.ground, pause.first, pause.last, frozenset(pause.facts)))
    for grant in CaseGrant.objects.filter(voided_at=None, case__voided_at=None, decision="granted"):
        told = {"by": grant.by, "length": length(grant.term), "until": grant.until, "applied": grant.applied_on,
                "decided": grant.decided_on, "facts": frozenset(grant.facts)}  # fmt: skip
        cases[grant.case_id].grants.append(told)
    for turn in CaseTurn.objects.filter(voided_at=None, case__voided_at=None):
        told = {"kind": turn.kind, "was": turn.was, "to": turn.to, "on": turn.on, "sent": turn.sent_on}
        cases[turn.case_id].turns.append(told)
    world = World(list(cases.values()))
    _meetings(world)
    for row in SearchRecord.objects.filter(gate="library", voided_at=None):
        world.library.setdefault(row.case_id, []).append(row.searched_on)
    return world


def _meetings(world: World) -> None:
    again = [d for d in MeetingDefect.objects.filter(remedy="rediscuss") if d.state != "rediscussed"]
    whole: Any = {d.meeting_id for d in again if d.item_id is None}
    single: Any = {d.item_id for d in again}
    for item in AgendaItem.objects.filter(voided_at=None).select_related("meeting", "case"):
        world.items.append(Item(
            key=item.pk, case=item.case_id, body=item.meeting.body, state=item.state, meeting_state=item.meeting.state,
            again=item.pk in single or item.meeting_id in whole, execute_by=item.execute_by, case_stands=item.case.voided_at is None,
        ))  # fmt: skip
    world.defects = [(d.pk, d.state, d.due_on) for d in MeetingDefect.objects.all()]
    world.meetings = [(m.pk, m.state, m.held_on) for m in Meeting.objects.all()]
