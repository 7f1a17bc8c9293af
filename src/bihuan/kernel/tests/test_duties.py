"""Recurring duties: stored once, fulfilled by records or a note, missed in the open."""

import datetime as dt

import pytest

from bihuan.kernel import access, clock, duties
from bihuan.kernel.criteria import Verdict
from bihuan.kernel.errors import NotAllowed, Refused, Stale
from bihuan.kernel.models import Alert, Duty, DutyOccurrence, LogEntry

from . import org_factory as make
from .supervision_world import MONDAY, patrol_on, world  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def weekly(world):  # noqa: F811
    """Every Friday from 2 January 2026, by the clerk of the bad department, two working days of grace."""
    with clock.simulate(MONDAY):
        duty = duties.create(
            actor=world.data,
            code="bulletin.weekly",
            title="周通报",
            rrule="FREQ=WEEKLY;BYDAY=FR",
            starts=dt.date(2026, 1, 2),
            owner_role="clerk",
            unit=world.bad,
            grace_days=2,
        )
        yield duty


def occurrence(day):
    return DutyOccurrence.objects.select_related("duty").get(nominal_on=day)


def test_occurrences_are_stored_once_rolled_by_the_working_calendar(weekly):
    assert duties.generate(MONDAY, horizon=30) == 15
    assert duties.generate(MONDAY, horizon=30) == 0
    assert occurrence(dt.date(2026, 3, 13)).due_on == dt.date(2026, 3, 13)
    # 2 January 2026 is within the New Year's holiday, and Sunday the 4th works instead.
    first = occurrence(dt.date(2026, 1, 2))
    assert first.due_on == dt.date(2026, 1, 4) and first.deadline == dt.date(2026, 1, 6)


def test_two_generations_at_once_double_nothing(weekly, monkeypatch):
    real = DutyOccurrence.objects.values_list
    duties.generate(MONDAY, horizon=10)
    before = DutyOccurrence.objects.count()
    monkeypatch.setattr(type(DutyOccurrence.objects), "values_list", lambda self, *a, **k: real(*a, **k).none())
    duties.generate(MONDAY, horizon=10)
    monkeypatch.undo()
    assert DutyOccurrence.objects.count() == before


def test_the_patrol_alerts_what_is_missing_and_clears_what_was_done(weekly, world):  # noqa: F811
    patrol_on(MONDAY)
    alerts = Alert.objects.filter(rule="duty.missed", breach_state="open")
    assert alerts.count() == 10 and {a.owner for a in alerts} == {world.clerk}
    assert not alerts.filter(due__gte=MONDAY).exists(), "the 13th has grace until the 17th"
    late = occurrence(dt.date(2026, 3, 6))
    duties.fulfil(actor=world.clerk, occurrence=late, note="已发第九期")
    patrol_on(MONDAY)
    assert alerts.all().count() == 9
    cleared = Alert.objects.get(rule="duty.missed", object_id=late.pk)
    assert cleared.breach_state == "cleared"
    assert LogEntry.objects.filter(type="duty.fulfilled").count() == 1


def test_fulfilling_asks_for_a_record_or_words_a_past_day_and_the_right_person(weekly, world):  # noqa: F811
    duties.generate(MONDAY)
    due = occurrence(dt.date(2026, 3, 13))
    with pytest.raises(NotAllowed):
        duties.fulfil(actor=world.stranger, occurrence=due, note="x")
    with pytest.raises(Refused) as refusal:
        duties.fulfil(actor=world.clerk, occurrence=due, on=MONDAY + dt.timedelta(days=1))
    assert {r.code for r in refusal.value.reasons} == {duties.IN_FUTURE, duties.NEEDS_NOTE}
    stale = occurrence(dt.date(2026, 3, 13))
    done = duties.fulfil(actor=world.clerk, occurrence=due, record=world.bad, on=dt.date(2026, 3, 13))
    assert (done.record_kind, done.record_id) == ("kernel.unit", world.bad.pk)
    with pytest.raises(Stale):
        duties.fulfil(actor=world.head, occurrence=stale, note="x")
    with pytest.raises(Refused) as refusal:
        duties.fulfil(actor=world.head, occurrence=done, note="x")
    assert refusal.value.reasons[0].code == duties.DONE


def test_a_duty_that_names_its_record_takes_no_other(weekly, world):  # noqa: F811
    duty = duties.create(
        actor=world.data,
        code="x",
        title="月例会",
        rrule="FREQ=MONTHLY;BYMONTHDAY=10",
        starts=dt.date(2026, 3, 1),
        owner_role="clerk",
        record_kind="kernel.Person",
    )
    duties.generate(MONDAY)
    row = DutyOccurrence.objects.select_related("duty").filter(duty=duty).first()
    with pytest.raises(Refused) as refusal:
        duties.fulfil(actor=world.clerk, occurrence=row, record=world.bad)
    assert refusal.value.reasons[0].code == duties.WRONG_RECORD
    assert duties.next_open("x").pk == row.pk


@pytest.mark.parametrize(
    "given, code",
    [
        ({"rrule": "每周五"}, duties.BAD_RULE),
        ({"rrule": "FREQ=HOURLY"}, duties.ENDLESS),
        ({"owner_role": "nobody"}, duties.NO_ROLE),
        ({"code": "bulletin.weekly"}, duties.TAKEN),
    ],
)
def test_a_duty_that_cannot_be_is_refused(weekly, world, given, code):  # noqa: F811
    good = {"code": "y", "title": "甲", "rrule": "FREQ=DAILY", "starts": MONDAY, "owner_role": "clerk"}
    with pytest.raises(Refused) as refusal:
        duties.create(actor=world.data, **(good | given))
    assert [r.code for r in refusal.value.reasons] == [code]
    with pytest.raises(NotAllowed):
        duties.create(actor=world.clerk, **good)
    assert Duty.objects.count() == 1


def test_an_ended_duty_falls_due_no_more(weekly, world):  # noqa: F811
    with pytest.raises(Refused):
        duties.end(actor=world.data, duty=weekly, on=dt.date(2026, 3, 20), reason="")
    duties.end(actor=world.data, duty=weekly, on=dt.date(2026, 3, 20), reason="改为月通报")
    duties.generate(MONDAY, horizon=60)
    assert DutyOccurrence.objects.order_by("-nominal_on").first().nominal_on == dt.date(2026, 3, 20)


def fulfil_all(world, *days):  # noqa: F811
    for day in days:
        with clock.simulate(day):
            duties.fulfil(actor=world.clerk, occurrence=occurrence(day), note="已发")


def test_kept_needs_every_one_of_the_last_periods_in_time(weekly, world):  # noqa: F811
    duties.generate(MONDAY)
    fulfil_all(world, dt.date(2026, 2, 27), dt.date(2026, 3, 6))
    on = MONDAY
    assert duties.kept("bulletin.weekly", 2, on).verdict is Verdict.MET
    three = duties.kept("bulletin.weekly", 3, on)
    assert three.verdict is Verdict.UNMET and len(three.facts) == 3
    # The 13th's deadline (17 March) is over on the 18th, and nothing was registered.
    assert duties.kept("bulletin.weekly", 2, dt.date(2026, 3, 18)).verdict is Verdict.UNMET
    with clock.simulate(dt.date(2026, 3, 18)):
        duties.fulfil(actor=world.clerk, occurrence=occurrence(dt.date(2026, 3, 13)), note="补发")
    late = duties.kept("bulletin.weekly", 1, dt.date(2026, 3, 18))
    assert late.verdict is Verdict.UNMET and late.facts[0]["in_time"] is False


def test_kept_says_when_it_cannot_say(weekly):
    assert duties.kept("no.duty", 1, MONDAY).verdict is Verdict.UNDETERMINABLE
    assert duties.kept("bulletin.weekly", 50, MONDAY).verdict is Verdict.UNDETERMINABLE
    missing = duties.kept("bulletin.weekly", 1, MONDAY)
    assert missing.verdict is Verdict.UNDETERMINABLE and missing.reason.code == duties.NOT_GENERATED


def test_who_sees_a_duty(weekly, world):  # noqa: F811
    duties.generate(MONDAY)
    for person in (world.clerk, world.head, world.leader, world.data):
        assert access.visible(person, DutyOccurrence).exists(), person
    for person in (world.stranger, world.team, make.person("管理", admin_role="system")):
        assert not access.visible(person, DutyOccurrence).exists(), person


def test_a_date_written_back_does_not_make_a_missed_duty_kept(monkeypatch):
    """Registered after its deadline with an earlier date: the occurrence stays missed."""
    from bihuan.kernel import clock, duties
    from bihuan.kernel.criteria import Verdict
    from bihuan.kernel.models import DutyOccurrence

    start = dt.date(2026, 3, 2)
    with clock.simulate(start):
        duties.create(
            actor=None, code="written-back", title="周报", rrule="FREQ=WEEKLY;BYDAY=MO", starts=start, owner_role="dept_clerk"
        )
        duties.generate(start, 20)
    row = DutyOccurrence.objects.select_related("duty").get(duty__code="written-back", nominal_on=start)
    late = start + dt.timedelta(days=3)
    with clock.simulate(late):
        duties.fulfil(actor=None, occurrence=row, on=start, note="补登")
        assert duties.kept("written-back", 1, late).verdict is Verdict.UNMET
