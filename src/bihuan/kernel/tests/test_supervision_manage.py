"""Setting up duties, owners of sources and campaigns through the pages: by those who may, kept when refused, on record."""

import datetime as dt

import pytest
from django.urls import reverse

from bihuan.kernel import access, clock, duties, sources, supervision_access
from bihuan.kernel.models import Alert, Campaign, Duty, DutyOccurrence, LogEntry, Source
from bihuan.kernel.work import unit_of_work

from . import org_factory as make
from .supervision_world import MONDAY, declare, patrol_on, rename, world  # noqa: F401
from .test_supervision_pages import enter, text  # noqa: F401

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
GIVEN = {
    "title": "窗口值班", "every": "monthly", "monthly_day": "31", "starts": "2026-03-16", "roll": "next",
    "grace_days": "2", "owner_role": "clerk", "domain": "test",
}  # fmt: skip


@pytest.fixture
def court(world):  # noqa: F811
    declare()
    return world


# ---- duties


def test_a_duty_is_set_up_from_plain_choices_and_generated_at_once(enter, court):  # noqa: F811
    client = enter(court.data)
    form = reverse("duty_add")
    assert "今后五期" in text(client.get(form)) and form in text(client.get(reverse("duty_list")))
    made = client.post(form, {**GIVEN, "unit": str(court.bad.pk)})
    duty = Duty.objects.get()
    assert made["Location"] == reverse("duty_detail", args=[duty.pk])
    assert (duty.code, duty.rrule, duty.unit) == ("D001", "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1", court.bad)
    assert [o.due_on for o in DutyOccurrence.objects.all()] == [dt.date(2026, 3, 31), dt.date(2026, 4, 30)]
    page = text(client.get(made["Location"]))
    assert "每月31日（当月没有的为最后一天）" in page and "2026年6月1日" in page, "31 May is a Sunday"
    assert "已调整" in page
    assert LogEntry.objects.get(type="duty.created").actor == court.data
    assert client.post(form, GIVEN).status_code == 302 and Duty.objects.filter(code="D002").exists()


def test_a_preview_saves_nothing_and_warns_of_the_past(enter, court):  # noqa: F811
    client = enter(court.data)
    page = text(client.post(reverse("duty_add"), {**GIVEN, "act": "preview", "starts": "2026-01-01"}))
    assert "2026年3月31日" in page and "此前已有 2 期超过期限" in page and "窗口值班" in page
    piece = text(client.get(reverse("duty_preview"), {**GIVEN, "every": "custom", "rule": "每周五"}))
    assert "无法识别" in piece and "<html" not in piece
    assert not Duty.objects.exists()


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"title": " "}, "请填写工作要求"),
        ({"grace_days": "很多"}, "请填写 0 至 60 的整数"),
        ({"monthly_day": "32"}, "请填写 1 至 31 的整数"),
        ({"starts": "三月"}, "不是日期"),
        ({"unit": "999999"}, "所选部门不存在"),
        ({"owner_role": "nobody"}, "没有“nobody”这一岗位"),
        ({"every": "custom", "rule": "FREQ=HOURLY"}, "过密"),
    ],
)
def test_a_wrong_duty_is_refused_and_keeps_what_was_typed(enter, court, wrong, said):  # noqa: F811
    page = enter(court.data).post(reverse("duty_add"), {**GIVEN, "code": "我的编号", **wrong})
    assert page.status_code == 409 and said in text(page) and "我的编号" in text(page)
    assert not Duty.objects.exists()


def test_a_domains_office_manages_that_domains_duties_alone(enter, court, monkeypatch):  # noqa: F811
    client = enter(court.team)
    assert client.get(reverse("duty_add")).status_code == 403
    assert client.post(reverse("duty_add"), GIVEN).status_code == 403
    assert reverse("duty_add") not in text(client.get(reverse("duty_list")))
    monkeypatch.setattr(supervision_access, "_duty_managers", {})
    supervision_access.let_manage_duties("test", ["stationed_discipline"])
    access.forget(court.team)
    assert client.post(reverse("duty_add"), {**GIVEN, "domain": "duties"}).status_code == 403
    assert client.post(reverse("duty_add"), GIVEN).status_code == 302
    duty = Duty.objects.get()
    detail = reverse("duty_detail", args=[duty.pk])
    assert 'name="reason"' in text(client.get(detail)), "who set it up sees it and may end it"
    assert enter(court.stranger).get(detail).status_code == 200, "a clerk: the duty is of their role, of no unit"
    assert enter(court.leader).get(detail).status_code == 404


def test_ending_a_duty_lets_nothing_more_fall_due(enter, court):  # noqa: F811
    client = enter(court.data)
    client.post(reverse("duty_add"), {**GIVEN, "every": "weekly", "weekday": "4", "grace_days": "0"})
    duty = Duty.objects.get()
    page = reverse("duty_detail", args=[duty.pk])
    early = client.post(page, {"on": "2026-03-13", "reason": "不再需要", "revision": duty.revision})
    assert early.status_code == 409 and "不能追溯免除" in text(early) and "不再需要" in text(early)
    assert client.post(page, {"on": "", "reason": "x", "revision": duty.revision}).status_code == 409
    ended = client.post(page, {"on": "2026-03-20", "reason": "不再需要", "revision": duty.revision})
    assert ended.status_code == 302
    assert LogEntry.objects.get(type="duty.ended").data["reason"] == "不再需要"
    assert DutyOccurrence.objects.filter(nominal_on__gt=dt.date(2026, 3, 20)).exists(), "stored ahead"
    with clock.simulate(MONDAY):
        assert duties.next_open(duty.code).nominal_on == dt.date(2026, 3, 20)
    patrol_on(dt.date(2026, 4, 20))
    missed = Alert.objects.filter(rule="duty.missed")
    assert [a.subject for a in missed] == ["窗口值班（2026-03-20）"]
    assert "2026年3月27日" not in text(enter(court.clerk).get(reverse("duty_list"), {"show": "open"}))


def test_the_list_shows_first_what_is_mine_to_do(enter, court):  # noqa: F811
    enter(court.data).post(reverse("duty_add"), {**GIVEN, "unit": str(court.good.pk), "every": "weekly"})
    client = enter(court.data)
    assert "窗口值班" in text(client.get(reverse("duty_list"))), "nothing of one's own: all that one sees"
    assert "窗口值班" not in text(client.get(reverse("duty_list"), {"show": "mine"}))
    assert "登记完成" in text(enter(court.stranger).get(reverse("duty_list")))


# ---- sources


@pytest.fixture
def source(court):
    sources.register_source("test.page", name="测试月报", owner_role="dept_clerk")
    yield reverse("source_detail", args=["test.page"])
    sources._specs.pop("test.page")


def test_an_owner_is_named_with_a_reason_and_given_back(enter, court, source):  # noqa: F811
    client = enter(court.data)
    assert "尚未导入过数据" in text(client.get(source)) and 'name="person"' in text(client.get(source))
    bare = client.post(source, {"person": str(court.clerk.pk), "reason": ""})
    assert bare.status_code == 409 and "必须填写理由" in text(bare)
    assert client.post(source, {"person": "999999", "reason": "x"}).status_code == 409
    gone = make.person("无岗")
    assert client.post(source, {"person": str(gone.pk), "reason": "x"}).status_code == 409
    assert client.post(source, {"person": str(court.clerk.pk), "reason": "专人负责"}).status_code == 302
    assert Source.objects.get(code="test.page").owner == court.clerk
    entry = LogEntry.objects.get(type="source.owner")
    assert entry.data["reason"] == "专人负责" and entry.actor == court.data
    assert client.post(source, {"person": "", "reason": "恢复"}).status_code == 302
    assert Source.objects.get(code="test.page").owner is None


def test_only_those_who_may_name_an_owner(enter, court, source):  # noqa: F811
    client = enter(court.clerk)
    assert 'name="person"' not in text(client.get(source))
    assert client.post(source, {"person": "", "reason": "x"}).status_code == 403
    assert client.get(reverse("source_detail", args=["no.such"])).status_code == 404
    assert enter(make.person("无岗")).get(source).status_code == 404


def test_batches_of_a_source_are_listed(enter, court, source):  # noqa: F811
    with clock.simulate(MONDAY), unit_of_work(court.clerk):
        sources.record_intake("test.page", cut_off=dt.date(2026, 2, 28), rows={"new": 7}, filename="二月.xlsx")
    page = text(enter(court.stranger).get(source))
    assert "二月.xlsx" in page and "2026年2月28日" in page


# ---- campaigns


def due_on(day, unit):
    with unit_of_work(None) as uow:
        type(unit).objects.filter(pk=unit.pk).update(closed_on=day)
        uow.record("test.made", unit)


CAMPAIGN = {
    "domain": "test", "title": "历史欠账", "baseline_on": "2026-01-01", "on1": "2026-03-18", "remaining1": "1",
    "on3": "2026-03-31", "remaining3": "0",
}  # fmt: skip


def test_a_campaign_is_started_followed_and_taken_back(enter, court):  # noqa: F811
    other = make.unit("坏二庭")
    for unit in (court.bad, other):
        due_on(dt.date(2025, 6, 1), unit)
    patrol_on(MONDAY)
    client = enter(court.data)
    assert reverse("campaign_list") in text(client.get(reverse("alert_list")))
    form = reverse("campaign_add")
    assert client.get(form).status_code == 200
    made = client.post(form, CAMPAIGN)
    campaign = Campaign.objects.get()
    assert [t["remaining"] for t in campaign.targets] == [1, 0]
    page = text(client.get(made["Location"]))
    assert "坏二庭" in page and "<polyline" in page and "未到期" in page
    rename(other, "二庭")
    patrol_on(MONDAY + 2 * DAY)
    assert "剩余 2 / 2 条" in text(client.get(reverse("campaign_list"))), "on the world's Monday both stood"
    assert client.post(made["Location"], {"reason": "", "revision": campaign.revision}).status_code == 409
    assert client.post(made["Location"], {"reason": "x", "revision": "甲"}).status_code == 409
    assert client.post(made["Location"], {"reason": "重设", "revision": campaign.revision}).status_code == 302
    assert "已作废" in text(client.get(made["Location"])) and "重设" in text(client.get(reverse("campaign_list")))
    assert LogEntry.objects.get(type="campaign.voided").actor == court.data


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"baseline_on": ""}, "请填写基线日期"),
        ({"on2": "2026-03-20"}, "第 2 个阶段"),
        ({"remaining1": "多"}, "第 1 个阶段"),
        ({"title": ""}, "请填写名称"),
        ({"remaining3": "5"}, "数量不增加"),
    ],
)
def test_a_wrong_campaign_is_refused_and_keeps_what_was_typed(enter, court, wrong, said):  # noqa: F811
    page = enter(court.data).post(reverse("campaign_add"), {**CAMPAIGN, **wrong})
    assert page.status_code == 409 and said in text(page) and "2026-03-31" in text(page)
    assert not Campaign.objects.exists()


def test_only_those_who_may_start_one(enter, court):  # noqa: F811
    client = enter(court.head)
    assert client.get(reverse("campaign_add")).status_code == 403
    assert client.post(reverse("campaign_add"), CAMPAIGN).status_code == 403
    assert reverse("campaign_add") not in text(client.get(reverse("campaign_list")))
    with clock.simulate(MONDAY):
        from bihuan.kernel import alerts_campaigns

        held = alerts_campaigns.start(actor=None, domain="test", title="欠账", baseline_on=dt.date(2026, 1, 1))
    page = reverse("campaign_detail", args=[held.pk])
    assert "还没有巡查" in text(client.get(page)) and 'name="reason"' not in text(client.get(page))
    assert client.post(page, {"reason": "x", "revision": held.revision}).status_code == 403
