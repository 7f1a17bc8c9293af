"""Standing in, being away, handing over."""

import datetime as dt

import pytest

from bihuan.kernel import access, clock, org
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.models import Delegation, HandOver, InboxItem, Leave, LogEntry
from bihuan.people.services import duty, open_duty

DAY = dt.date(2026, 3, 2)
NEXT = dt.date(2026, 3, 6)


@pytest.fixture
def boxes(monkeypatch):
    """A kind of open item: how many boxes each person owns."""
    owned: dict[int, list[str]] = {}

    def move(giver, taker, unit, on):
        moved = owned.pop(giver.pk, [])
        owned.setdefault(taker.pk, []).extend(moved)
        return moved

    kind = open_duty.Items("boxes", "箱子", lambda person, unit: len(owned.get(person.pk, [])), move)
    monkeypatch.setattr(open_duty, "_items", {"boxes": kind})
    return owned


def test_a_hand_over_moves_everything_and_tells_both(court, boxes):
    boxes[court.judge.pk] = ["甲箱", "乙箱"]
    row = duty.hand_over(actor=court.political, giver=court.judge, taker=court.clerk, on=DAY, reason="岗位调整")
    assert boxes == {court.clerk.pk: ["甲箱", "乙箱"]}
    assert row.items == [{"kind": "boxes", "label": "甲箱"}, {"kind": "boxes", "label": "乙箱"}]
    told = {item.person: item for item in InboxItem.objects.all()}
    assert set(told) == {court.judge, court.clerk}
    assert told[court.clerk].url == f"/people/hand-overs/{row.pk}/"
    assert LogEntry.objects.get(type="hand_over.made").data["params"]["count"] == 2


def test_nothing_moves_when_one_kind_fails(court, boxes):
    def broken(giver, taker, unit, on):
        raise RuntimeError("no")

    boxes[court.judge.pk] = ["甲箱"]
    open_duty._items["broken"] = open_duty.Items("broken", "坏", lambda p, u: 1, broken)
    with pytest.raises(RuntimeError):
        duty.hand_over(actor=court.judge, giver=court.judge, taker=court.clerk, on=DAY, reason="调整")
    assert not HandOver.objects.exists() and not InboxItem.objects.exists()


def test_ones_own_work_is_ones_own_to_hand_over(court, boxes):
    duty.hand_over(actor=court.judge, giver=court.judge, taker=court.clerk, on=DAY, reason="休产假")
    for actor in (court.clerk, court.leader, court.system, court.security, court.audit):
        with pytest.raises(NotAllowed):
            duty.hand_over(actor=actor, giver=court.judge, taker=court.head, on=DAY, reason="调整")
    assert not InboxItem.objects.exists()  # nothing was open, so nobody is told of anything


def test_who_cannot_take_over(court, boxes):
    give = {"actor": court.political, "giver": court.judge, "on": DAY}
    with pytest.raises(Refused, match="to_self"):
        duty.hand_over(taker=court.judge, reason="调整", **give)
    with pytest.raises(Refused, match="no_business"):
        duty.hand_over(taker=court.audit, reason="调整", **give)
    with pytest.raises(Refused, match="needs_reason"):
        duty.hand_over(taker=court.clerk, reason="", **give)
    court.clerk.is_active = False
    with pytest.raises(Refused, match="not_active"):
        duty.hand_over(taker=court.clerk, reason="调整", **give)


def test_a_deputy_acts_for_the_days_given(court):
    row = duty.delegate(
        actor=court.head, person=court.head, deputy=court.judge, starts=DAY, ends=NEXT, reason="外出培训"
    )
    assert access.viewer(court.judge, DAY).is_me(court.head.pk)
    assert court.civil.pk in access.viewer(court.judge, DAY).headed
    assert not access.viewer(court.judge, NEXT + dt.timedelta(days=1)).is_me(court.head.pk)
    assert org.deputies(DAY) == {court.head.pk: court.judge}
    with clock.simulate(DAY + dt.timedelta(days=1)), pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.BIHUAN_SIMULATION_WRITES", True)
        duty.end_delegation(actor=court.head, row=row)
    assert Delegation.objects.get().ends == DAY + dt.timedelta(days=1)
    assert InboxItem.objects.filter(person=court.judge).count() == 2


def test_the_personnel_office_may_arrange_it_for_others_and_they_learn_of_it(court):
    duty.delegate(actor=court.political, person=court.head, deputy=court.judge, starts=DAY, ends=None, reason="病假")
    assert set(InboxItem.objects.values_list("person", flat=True)) == {court.head.pk, court.judge.pk}
    for actor in (court.clerk, court.leader, court.security):
        with pytest.raises(NotAllowed):
            duty.delegate(actor=actor, person=court.judge, deputy=court.clerk, starts=DAY, ends=None, reason="病假")


def test_one_deputy_at_a_time(court):
    both = {"actor": court.head, "person": court.head, "reason": "外出"}
    duty.delegate(deputy=court.judge, starts=DAY, ends=NEXT, **both)
    with pytest.raises(Refused, match="has_deputy"):
        duty.delegate(deputy=court.clerk, starts=NEXT, ends=None, **both)
    duty.delegate(deputy=court.clerk, starts=NEXT + dt.timedelta(days=1), ends=None, **both)
    with pytest.raises(Refused, match="ends_early"):
        duty.delegate(deputy=court.clerk, starts=NEXT, ends=DAY, **both)
    assert Delegation.objects.count() == 2


def test_ending_what_is_over_is_refused(court):
    early = dt.date(2025, 3, 3)
    row = duty.delegate(
        actor=court.head, person=court.head, deputy=court.judge, starts=early, ends=early, reason="外出"
    )
    with pytest.raises(Refused, match="delegation_over"):
        duty.end_delegation(actor=court.head, row=row)


def test_being_away_and_back(court):
    row = duty.be_away(actor=court.judge, person=court.judge, kind="病假", starts=DAY, ends=NEXT)
    assert org.is_away(court.judge, DAY) and not org.is_away(court.judge, NEXT + dt.timedelta(days=1))
    with pytest.raises(Refused, match="away_already"):
        duty.be_away(actor=court.judge, person=court.judge, kind="事假", starts=NEXT, ends=None)
    with pytest.raises(NotAllowed):
        duty.end_leave(actor=court.clerk, row=row, ends=DAY)
    duty.end_leave(actor=court.political, row=row, ends=DAY)
    assert Leave.objects.get().ends == DAY
    entry = LogEntry.objects.get(type="leave.ended")
    assert entry.data["changes"]["ends"] == ["2026-03-06", "2026-03-02"]


def test_the_kind_of_a_leave_stays_out_of_the_log(court):
    duty.be_away(actor=court.judge, person=court.judge, kind="病假", starts=DAY, ends=NEXT, note="手术")
    assert "病假" not in str(LogEntry.objects.latest("seq").data) and "手术" not in str(
        LogEntry.objects.latest("seq").data
    )


def test_who_sees_leaves(court):
    duty.be_away(actor=court.judge, person=court.judge, kind="病假", starts=DAY, ends=NEXT)
    seen = {p: access.visible(p, Leave).count() for p in (court.judge, court.head, court.political, court.clerk)}
    assert seen == {court.judge: 1, court.head: 1, court.political: 1, court.clerk: 0}
