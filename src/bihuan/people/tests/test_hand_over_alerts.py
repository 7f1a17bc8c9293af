"""A hand-over of duty moves the standing alerts too, each on record, and says so once."""

import datetime as dt

from bihuan.kernel.models import Alert, AlertStep, InboxItem, LogEntry
from bihuan.kernel.work import unit_of_work
from bihuan.people.services import duty, open_duty

DAY = dt.date(2026, 3, 2)


def alert(court, number: int, state: str = "open") -> Alert:
    with unit_of_work(None) as uow:
        made = Alert.objects.create(
            rule="test.rule", domain="test", about="kernel.unit", object_id=number, subject=f"事项{number}",
            severity="warning", owner=court.judge, first_seen=DAY, last_seen=DAY, breach_state=state,
            cleared_on=DAY if state == "cleared" else None,
        )  # fmt: skip
        uow.record("alert.opened", made)
    return made


def test_standing_alerts_move_with_the_duty(court):
    standing, doubtful, over = alert(court, 1), alert(court, 2, "undetermined"), alert(court, 3, "cleared")
    counted = {items.code: number for items, number in open_duty.open_items(court.judge)}
    assert counted["kernel.alert"] == 2
    row = duty.hand_over(actor=court.political, giver=court.judge, taker=court.clerk, on=DAY, reason="岗位调整")
    labels = sorted(item["label"] for item in row.items if item["kind"] == "kernel.alert")
    assert labels == ["事项1", "事项2"]
    assert open_duty.kind_name("kernel.alert") == "预警"
    for moved in (standing, doubtful):
        moved.refresh_from_db()
        assert moved.owner == court.clerk
        assert AlertStep.objects.filter(alert=moved, kind="moved", person=court.clerk).count() == 1
    over.refresh_from_db()
    assert over.owner == court.judge, "what is over stays with whom it was"
    assert LogEntry.objects.filter(type="alert.handed_over").count() == 2
    assert InboxItem.objects.filter(person=court.clerk).count() == 1, "one notice, however many alerts"
