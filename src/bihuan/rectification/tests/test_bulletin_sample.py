"""The demo court's bulletins stand in the situations the demo is to show."""

from bihuan.kernel import clock
from bihuan.kernel.bulletins import cadence
from bihuan.kernel.models import Bulletin, DutyOccurrence, FlowStep, Person
from bihuan.kernel.verify import stored, verify
from bihuan.people.sample.fill import fill as fill_people
from bihuan.people.sample.load import load_court
from bihuan.rectification.bulletins import PROGRESS, WEEKLY
from bihuan.rectification.sample import bulletins


def test_three_weeklies_are_out_the_fourth_is_a_draft_and_a_report_came_back(db, settings):
    settings.ROOT_URLCONF, settings.BIHUAN_DEMO = "bihuan.urls", True
    court = fill_people(load_court())
    for day, act in sorted(
        bulletins.events(lambda name: Person.objects.get(username=name), court.units), key=lambda event: event[0]
    ):
        with clock.simulate(day):
            act()
    weekly = Bulletin.objects.filter(kind=WEEKLY.code).order_by("starts")
    assert [(row.state, row.number) for row in weekly] == [
        ("issued", "第1期"), ("issued", "第2期"), ("issued", "第3期"), ("draft", ""),
    ]  # fmt: skip
    assert all(row.signed_by.username == "jiangboheng" and row.paper.sha256 for row in weekly if row.is_out)
    report = Bulletin.objects.get(kind=PROGRESS.code)
    assert (report.state, report.round, report.opinions.get().agrees) == ("draft", 1, True)
    back = FlowStep.objects.get(flow="bulletins", object_id=report.pk, transition="return")
    assert back.note == bulletins.REASON
    with clock.simulate(bulletins.DRAFTED):
        assert DutyOccurrence.objects.filter(record_kind="kernel.bulletin").count() == len(bulletins.ISSUED)
        due = cadence.occurrences(WEEKLY, bulletins.DRAFTED)
        assert [row.deadline >= bulletins.DRAFTED for row in due] == [True]
    assert verify(stored()).sound
