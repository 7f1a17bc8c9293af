"""Alerts: the ladder climbs by working days, people handle, wrong data pause; nobody acts twice or alone."""

import datetime as dt
import threading

import pytest
from django.db import connections

from bihuan.kernel import access, alerts, clock, rules
from bihuan.kernel.alerts_ladder import Chain, climb, due_to_climb, sweep
from bihuan.kernel.errors import NotAllowed, Refused, Stale
from bihuan.kernel.models import Alert, AlertStep, Delegation, InboxItem, Leave, LogEntry
from bihuan.kernel.work import unit_of_work

from . import org_factory as make
from .supervision_world import CODE, MONDAY, declare, patrol_on, racing, rename, the_alert, world  # noqa: F401

pytestmark = pytest.mark.django_db
# Monday 16 March 2026; head told when 3 working days passed (19th is the last), leader 5 later, president 7 later.
HEAD_DAY, LEADER_DAY, TOP_DAY = dt.date(2026, 3, 20), dt.date(2026, 3, 28), dt.date(2026, 4, 9)


@pytest.fixture
def owned(world):  # noqa: F811
    """The clerk owns the alert, so that every rung above is another person."""

    def by_clerk(on, p):
        from django.db.models import F, Value

        return (
            type(world.bad)
            .objects.filter(name__startswith="坏")
            .annotate(alert_due=F("closed_on"), alert_unit_id=F("pk"), alert_person_id=Value(world.clerk.pk))
        )

    declare(function=by_clerk)
    patrol_on(MONDAY)
    with clock.simulate(MONDAY):
        yield world


def climbed():
    return [(s.level, s.person.name) for s in AlertStep.objects.filter(kind="climbed").select_related("person")]


def test_the_ladder_climbs_by_working_days_one_rung_at_a_time(owned):
    assert the_alert().climb_after == dt.date(2026, 3, 19)
    patrol_on(dt.date(2026, 3, 19))
    assert climbed() == []
    patrol_on(HEAD_DAY)
    assert climbed() == [(1, "head")]
    # 20 March + 5 working days is Friday the 27th: the weekend's patrol is the first past it.
    assert the_alert().climb_after == dt.date(2026, 3, 27)
    patrol_on(LEADER_DAY)
    assert climbed()[-1] == (2, "leader")
    # 28 March (a Saturday) + 7 working days, over Qingming (4 to 6 April).
    assert the_alert().climb_after == dt.date(2026, 4, 8)
    patrol_on(TOP_DAY)
    assert climbed()[-1] == (3, "president")
    patrol_on(TOP_DAY + dt.timedelta(days=60))
    assert len(climbed()) == 3 and the_alert().climb_after is None


def test_a_long_gap_without_patrols_climbs_one_rung_only(owned):
    patrol_on(MONDAY + dt.timedelta(days=90))
    assert climbed() == [(1, "head")]


def test_each_rung_is_one_step_one_entry_and_a_notice_to_both(owned):
    patrol_on(HEAD_DAY)
    assert LogEntry.objects.filter(type="alert.climbed").count() == 1
    assert InboxItem.objects.filter(person=owned.head, code="alert.notice.climbed").count() == 1
    assert InboxItem.objects.filter(person=owned.clerk, code="alert.notice.climbed_own").count() == 1
    with clock.simulate(HEAD_DAY):
        assert access.visible(owned.head, Alert).exists()


def test_the_same_sweep_twice_tells_nobody_twice(owned):
    patrol_on(HEAD_DAY)
    with clock.simulate(HEAD_DAY):
        assert sweep(HEAD_DAY, rules.rules()).climbed == 0
    assert len(climbed()) == 1


def test_a_stale_copy_does_not_climb(owned):
    first, second = the_alert(), the_alert()
    with clock.simulate(HEAD_DAY):
        chain = Chain(HEAD_DAY)
        climb(first, HEAD_DAY, rules.rules(), chain)
        with pytest.raises(Stale):
            climb(second, HEAD_DAY, rules.rules(), chain)
    assert len(climbed()) == 1


def test_an_alert_that_fails_holds_up_no_other(owned, monkeypatch):
    make.post(make.person("head2"), "head", make.unit("坏三庭"))
    patrol_on(MONDAY)
    bad = Alert.objects.filter(rule=CODE).order_by("pk").first()
    real = Chain.next_rung

    def next_rung(self, alert, told):
        if alert.pk == bad.pk:
            raise ZeroDivisionError
        return real(self, alert, told)

    monkeypatch.setattr(Chain, "next_rung", next_rung)
    with clock.simulate(HEAD_DAY):
        done = sweep(HEAD_DAY, rules.rules())
    assert done.failed == 1 and len(climbed()) == 1
    assert AlertStep.objects.get(kind="climbed").alert_id != bad.pk


def test_an_alert_on_a_leader_goes_to_the_president_and_ends_at_the_discipline_team(world):  # noqa: F811
    def by_leader(on, p):
        from django.db.models import F, Value

        return (
            type(world.bad)
            .objects.filter(name__startswith="坏")
            .annotate(alert_due=F("closed_on"), alert_unit_id=F("pk"), alert_person_id=Value(world.leader.pk))
        )

    declare(function=by_leader)
    patrol_on(MONDAY)
    assert the_alert().about_leader and the_alert().owner == world.leader
    patrol_on(HEAD_DAY)
    patrol_on(HEAD_DAY + dt.timedelta(days=60))
    patrol_on(HEAD_DAY + dt.timedelta(days=120))
    assert climbed() == [(2, "president"), (3, "team")]
    with clock.simulate(HEAD_DAY):
        assert access.visible(world.team, Alert).exists()
        assert not access.may(world.head, "alert.judge", the_alert())


def test_a_president_is_pressed_by_the_discipline_team_alone(world):  # noqa: F811
    def by_president(on, p):
        from django.db.models import F, Value

        return (
            type(world.bad)
            .objects.filter(name__startswith="坏")
            .annotate(alert_due=F("closed_on"), alert_unit_id=F("pk"), alert_person_id=Value(world.president.pk))
        )

    declare(function=by_president)
    patrol_on(MONDAY)
    patrol_on(HEAD_DAY)
    assert climbed() == [(3, "team")]


def test_duty_falls_to_the_deputy_while_the_owner_is_away_else_up(world):  # noqa: F811
    with unit_of_work(None) as uow:
        row = Leave.objects.create(person=world.head, kind="年休", starts=MONDAY, ends=MONDAY)
        uow.record("test.made", row)
    declare()
    patrol_on(MONDAY)
    assert the_alert().owner == world.leader
    with unit_of_work(None) as uow:
        row = Delegation.objects.create(person=world.head, deputy=world.clerk, starts=MONDAY, ends=MONDAY, reason="x")
        uow.record("test.made", row)
    patrol_on(MONDAY)
    assert the_alert().owner == world.clerk
    patrol_on(MONDAY + dt.timedelta(days=1))
    assert the_alert().owner == world.head


def test_a_note_is_optional_at_first_and_mandatory_after_the_first_escalation(owned):
    alert = alerts.handle(actor=owned.clerk, alert=the_alert())
    assert alert.handling_state == "handling"
    patrol_on(HEAD_DAY)
    with clock.simulate(HEAD_DAY):
        with pytest.raises(Refused) as refusal:
            alerts.handle(actor=owned.clerk, alert=the_alert(), note="  ")
        assert refusal.value.reasons[0].code == alerts.NEEDS_NOTE
        alerts.handle(actor=owned.clerk, alert=the_alert(), note="已联系当事人")
    assert AlertStep.objects.filter(kind="handled").last().note == "已联系当事人"
    assert LogEntry.objects.filter(type="alert.handled").first().data["reason"] == "已联系当事人"


def test_a_promise_holds_the_ladder_until_its_day_and_only_once_a_level(owned):
    promised = dt.date(2026, 3, 24)
    alerts.handle(actor=owned.clerk, alert=the_alert(), note="下周二前办结", handle_by=promised)
    patrol_on(promised)
    assert climbed() == []
    with clock.simulate(promised), pytest.raises(Refused) as refusal:
        alerts.handle(actor=owned.clerk, alert=the_alert(), note="再延", handle_by=promised + dt.timedelta(days=2))
    assert refusal.value.reasons[0].code == alerts.PROMISED
    patrol_on(promised + dt.timedelta(days=1))
    assert climbed() == [(1, "head")]


@pytest.mark.parametrize("day", [MONDAY, dt.date(2026, 3, 31)])
def test_a_promise_lies_ahead_but_not_too_far(owned, day):
    with pytest.raises(Refused):
        alerts.handle(actor=owned.clerk, alert=the_alert(), note="x", handle_by=day)
    assert the_alert().handle_by is None
    alerts.handle(actor=owned.clerk, alert=the_alert(), note="x", handle_by=dt.date(2026, 3, 30))


def test_strangers_handle_nothing(owned):
    for person in (owned.stranger, owned.team):
        with pytest.raises(NotAllowed):
            alerts.handle(actor=person, alert=the_alert(), note="x")
    assert the_alert().handling_state == "new"


def test_two_people_at_once_one_of_them_is_told(owned):
    first, second = the_alert(), the_alert()
    alerts.handle(actor=owned.clerk, alert=first, note="甲")
    with pytest.raises(Stale):
        alerts.handle(actor=owned.head, alert=second, note="乙")


def test_wrong_data_pause_with_a_deadline_and_resume_by_themselves(owned):
    alerts.report_data_error(actor=owned.clerk, alert=the_alert(), note="立案日期录错")
    assert InboxItem.objects.filter(person=owned.data, code=alerts.ASKED).count() == 1
    until = dt.date(2026, 3, 25)
    alerts.confirm_data_error(actor=owned.data, alert=the_alert(), note="属实", until=until)
    assert the_alert().handling_state == "paused"
    patrol_on(until)
    assert the_alert().handling_state == "paused" and climbed() == []
    patrol_on(until + dt.timedelta(days=1))
    alert = the_alert()
    assert alert.handling_state == "handling" and alert.paused_until is None
    assert [s.kind for s in alert.steps.all()] == ["opened", "reported", "confirmed", "resumed"]
    assert alert.climb_after == dt.date(2026, 3, 31), "the level starts anew: three working days after the 26th"
    assert climbed() == []


def test_a_mere_report_stops_no_clock(owned):
    alerts.report_data_error(actor=owned.clerk, alert=the_alert(), note="录错")
    patrol_on(HEAD_DAY)
    assert climbed() == [(1, "head")]


def test_the_data_office_may_refuse_and_the_owner_goes_on(owned):
    alerts.report_data_error(actor=owned.clerk, alert=the_alert(), note="录错")
    alerts.refuse_data_error(actor=owned.data, alert=the_alert(), note="核对无误")
    assert the_alert().handling_state == "handling"
    assert InboxItem.objects.filter(person=owned.clerk, code=alerts.REFUSED).count() == 1


def test_nobody_confirms_their_own_report_nor_without_the_office(owned):
    make.post(owned.clerk, "trial_management", make.unit("审管办二"))
    alerts.report_data_error(actor=owned.clerk, alert=the_alert(), note="录错")
    with pytest.raises(NotAllowed):
        alerts.confirm_data_error(actor=owned.clerk, alert=the_alert(), note="属实")
    with pytest.raises(NotAllowed):
        alerts.confirm_data_error(actor=owned.head, alert=the_alert(), note="属实")
    with pytest.raises(Refused):
        alerts.confirm_data_error(actor=owned.data, alert=the_alert(), note=" ")
    with pytest.raises(Refused):
        alerts.confirm_data_error(actor=owned.data, alert=the_alert(), note="属实", until=dt.date(2026, 6, 1))
    assert the_alert().handling_state == "data_error"


def test_a_report_needs_a_reason_and_a_standing_alert(owned):
    with pytest.raises(Refused):
        alerts.report_data_error(actor=owned.clerk, alert=the_alert(), note="")
    rename(owned.bad, "一庭")
    patrol_on(MONDAY)
    with pytest.raises(Refused) as refusal:
        alerts.handle(actor=owned.clerk, alert=the_alert(), note="x")
    assert refusal.value.reasons[0].code == alerts.CLEARED


def test_hand_over_moves_the_standing_alerts_and_says_which(owned):
    taker = make.person("接任")
    assert alerts.count_items(owned.clerk) == alerts.count_items(owned.clerk, owned.bad) == 1
    assert alerts.count_items(owned.clerk, owned.good) == 0
    with unit_of_work(None) as uow:
        moved = alerts.hand_over(giver=owned.clerk, taker=taker)
        uow.record("test.made", taker)
    assert [m["id"] for m in moved] == [the_alert().pk]
    assert the_alert().owner == taker
    assert InboxItem.objects.filter(person=taker).count() == 1


def test_two_sweeps_at_once_tell_nobody_twice(racing, settings):  # noqa: F811
    settings.BIHUAN_SIMULATION_WRITES = True
    court, bad = make.unit("法院"), make.unit("坏一庭")
    make.post(make.person("head"), "head", bad)
    make.leads(make.post(make.person("leader"), "leader", court), bad)
    declare()
    ready = threading.Barrier(2)
    results, errors = [], []

    def one():
        try:
            with clock.simulate(HEAD_DAY):
                waiting = list(due_to_climb(HEAD_DAY))
                chain = Chain(HEAD_DAY)
                ready.wait(timeout=300)
                for alert in waiting:
                    try:
                        climb(alert, HEAD_DAY, rules.rules(), chain)
                        results.append("climbed")
                    except Stale:
                        results.append("stale")
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    try:
        patrol_on(MONDAY, only=[CODE])
        threads = [threading.Thread(target=one) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=600)
    finally:
        rules.forget(CODE)
    assert not errors and sorted(results) == ["climbed", "stale"]
    assert AlertStep.objects.filter(kind="climbed").count() == 1
