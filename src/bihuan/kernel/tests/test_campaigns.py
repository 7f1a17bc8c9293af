"""Campaigns: old backlog is worked off by stages outside the ladder; only what falls due later climbs."""

import datetime as dt

import pytest

from bihuan.kernel import alerts_campaigns as campaigns
from bihuan.kernel import clock
from bihuan.kernel.alerts_ladder import due_to_climb
from bihuan.kernel.errors import NotAllowed, Refused, Stale
from bihuan.kernel.models import Alert, AlertStep, Campaign, LogEntry
from bihuan.kernel.work import unit_of_work

from . import org_factory as make
from .supervision_world import MONDAY, declare, patrol_on, rename, world  # noqa: F401

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
BASELINE = dt.date(2026, 1, 1)
TARGETS = [{"on": "2026-03-20", "remaining": 1}, {"on": "2026-03-24", "remaining": 0}]


def due_on(day, *units):
    with unit_of_work(None) as uow:
        type(units[0]).objects.filter(pk__in=[u.pk for u in units]).update(closed_on=day)
        uow.record("test.made", units[0])


@pytest.fixture
def court(world):  # noqa: F811
    """Two old breaches and a new one."""
    world.old, world.new = make.unit("坏旧"), make.unit("坏新")
    due_on(dt.date(2025, 6, 1), world.old, world.bad)
    due_on(dt.date(2026, 3, 13), world.new)
    declare()
    with clock.simulate(MONDAY):
        yield world


def begin(court, **given):
    fields = {"domain": "test", "title": "存量清理", "baseline_on": BASELINE, "targets": TARGETS}
    return campaigns.start(actor=court.data, **(fields | given))


def held():
    return {a.subject: a.campaign_id for a in Alert.objects.all()}


def test_backlog_older_than_the_baseline_joins_and_does_not_climb(court):
    campaign = begin(court)
    patrol_on(MONDAY)
    assert held() == {"坏旧": campaign.pk, "坏一庭": campaign.pk, "坏新": None}
    patrol_on(dt.date(2026, 5, 4))
    assert {s.alert.subject for s in AlertStep.objects.filter(kind="climbed")} == {"坏新"}
    assert not due_to_climb(dt.date(2026, 12, 31)).filter(campaign=campaign).exists()


def test_alerts_that_stand_already_are_taken_in(court):
    patrol_on(MONDAY)
    campaign = begin(court)
    assert held() == {"坏旧": campaign.pk, "坏一庭": campaign.pk, "坏新": None}
    assert Alert.objects.get(campaign__isnull=True).climb_after is not None
    assert not Alert.objects.filter(campaign=campaign, climb_after__isnull=False).exists()
    assert LogEntry.objects.get(type="campaign.created").data["params"]["count"] == 2


def test_what_is_due_after_the_baseline_after_all_climbs_again(court):
    campaign = begin(court)
    patrol_on(MONDAY)
    due_on(dt.date(2026, 3, 10), court.old)
    patrol_on(MONDAY + DAY)
    assert held() == {"坏旧": None, "坏一庭": campaign.pk, "坏新": None}
    assert Alert.objects.get(subject="坏旧").climb_after > MONDAY + DAY


@pytest.mark.parametrize(
    "given, code",
    [
        ({"targets": TARGETS[::-1]}, campaigns.BAD_TARGETS),
        (
            {"targets": [{"on": "2026-06-30", "remaining": 1}, {"on": "2026-12-31", "remaining": 2}]},
            campaigns.BAD_TARGETS,
        ),
        ({"targets": [{"on": "2026-03-16", "remaining": 1}]}, campaigns.TARGET_PAST),
        ({"domain": "nothing"}, campaigns.UNKNOWN),
        ({"title": " "}, campaigns.NEEDS_TITLE),
        ({"baseline_on": MONDAY + DAY}, campaigns.LATE_BASELINE),
    ],
)
def test_a_campaign_that_cannot_be_is_refused(court, given, code):
    with pytest.raises(Refused) as refusal:
        begin(court, **given)
    assert [r.code for r in refusal.value.reasons] == [code]
    assert not Campaign.objects.exists()


def test_one_a_domain_and_only_by_those_who_may(court):
    with pytest.raises(NotAllowed):
        campaigns.start(actor=court.head, domain="test", title="x", baseline_on=BASELINE)
    begin(court)
    with pytest.raises(Refused) as refusal:
        begin(court, title="又一个")
    assert [r.code for r in refusal.value.reasons] == [campaigns.THERE]


def test_voiding_puts_what_stands_back_on_the_ladder(court):
    patrol_on(MONDAY)
    campaign = begin(court)
    stale = Campaign.objects.get()
    with pytest.raises(NotAllowed):
        campaigns.void(actor=court.head, campaign=campaign, reason="x")
    with pytest.raises(Refused):
        campaigns.void(actor=court.data, campaign=campaign, reason=" ")
    campaigns.void(actor=court.data, campaign=campaign, reason="基线有误")
    assert campaign.is_void and set(held().values()) == {None}
    assert {a.climb_after for a in Alert.objects.all()} == {dt.date(2026, 3, 19)}
    with pytest.raises(Stale):
        campaigns.void(actor=court.data, campaign=stale, reason="再来")
    with pytest.raises(Refused):
        campaigns.void(actor=court.data, campaign=campaign, reason="再来")
    begin(court, title="重设")
    entry = LogEntry.objects.get(type="campaign.voided")
    assert entry.data["params"]["count"] == 2 and entry.data["reason"] == "基线有误"


def test_the_course_counts_on_patrolled_days_only_and_judges_each_stage(court):
    patrol_on(MONDAY)
    campaign = begin(court)
    rename(court.old, "旧")
    patrol_on(MONDAY + 3 * DAY)
    on = MONDAY + 5 * DAY
    found = campaigns.course(campaign, on=on)
    assert (found.total, found.remaining) == (2, 1)
    assert [(p.on, p.remaining) for p in found.points] == [(MONDAY, 2), (MONDAY + 3 * DAY, 1)]
    assert [(s.state, s.reached) for s in found.stages] == [("kept", 1), ("ahead", None)]
    later = campaigns.course(campaign, on=MONDAY + 8 * DAY)
    assert [(s.state, s.reached) for s in later.stages] == [("kept", 1), ("unknown", 1)], "nobody looked since"
    patrol_on(MONDAY + 8 * DAY)
    later = campaigns.course(campaign, on=MONDAY + 9 * DAY)
    assert [s.state for s in later.stages] == ["kept", "missed"] and later.behind


def test_a_stage_before_the_first_patrol_is_unknown(court):
    campaign = begin(court, targets=[{"on": "2026-03-17", "remaining": 0}])
    patrol_on(MONDAY + 2 * DAY)
    found = campaigns.course(campaign, on=MONDAY + 2 * DAY)
    assert [s.state for s in found.stages] == ["unknown"] and not found.behind


def test_a_closed_track_is_counted_for_those_granted_alone(court):
    patrol_on(MONDAY)
    campaign = begin(court)
    with unit_of_work(None) as uow:
        Alert.objects.filter(subject="坏旧").update(track="discipline")
        uow.record("test.made", court.old, covers=[Alert])
    assert campaigns.course(campaign, on=MONDAY).total == 2
    assert campaigns.course(campaign, on=MONDAY, person=court.head).total == 1
