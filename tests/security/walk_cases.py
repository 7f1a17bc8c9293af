"""Rows of the cases domain for the walk: a case of the civil division, searched for, before a meeting that found a defect."""

from __future__ import annotations

import datetime as dt
from typing import Any

from bihuan.cases.meetings import services
from bihuan.cases.meetings.flows import ITEM_FLOW, MEETING_FLOW
from bihuan.cases.models import Case, Meeting, SearchRecord
from bihuan.kernel.work import unit_of_work


def meeting_rows(court: Any, day: dt.date, secret: str) -> dict[str, Any]:
    """Ledger code, or name of an address -> the row it is asked for."""
    with unit_of_work(None) as uow:
        case = Case(
            number="（2025）鄂0000民初901号", filed_on=dt.date(2025, 6, 2), cause=secret, parties=secret, procedure="ordinary",
            division=court.units["civil"], judge=court.judge,
        )  # fmt: skip
        case.clean()
        case.save()
        search = SearchRecord.objects.create(
            case=case, gate="full", ground="meeting", searched_on=day, by=court.judge, platform="library",
            method="keywords", terms=secret, result="none", written_on=day,
        )  # fmt: skip
        uow.record("test.made", case, covers=[SearchRecord], params={"what": "case"})
    people = [court.head, court.judge, court.president, court.leader, court.keeper]
    held, planned = (
        services.convene(actor=None, body="professional", no=f"{secret}会{n}", held_on=day, persons=people) for n in (1, 2)
    )
    item = services.list_case(actor=None, meeting=held, case=case, trigger="six_months")
    rows = {
        m.pk: services.Row(grade=8, present=True, spoke_order=n, gave_reason=n > 1)
        for n, m in enumerate(held.members.order_by("-pk"), start=1)
    }
    services.call_roll(actor=None, meeting=held, rows=rows, chair=court.head)
    MEETING_FLOW.perform(Meeting.objects.get(pk=held.pk), "hold", actor=None)
    item.refresh_from_db()
    ITEM_FLOW.perform(item, "conclude", actor=None, data={"result": "speed_up"})
    defect = held.defects.first()
    assert defect is not None
    return {
        "cases.searches": search, "cases.meetings": held, "cases.agenda_items": item, "cases.meeting_defects": defect,
        "meetings:sign": held, "meetings:print": held, "meetings:roll": planned, "meetings:list_case": planned,
    }  # fmt: skip
