"""A committee meeting in a browser: without a search refused, without quorum refused, then held with one defect; the alert goes by itself."""

import datetime as dt

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from bihuan.cases.meetings.ledgers import MEETINGS
from bihuan.cases.meetings.searches import SEARCHES
from bihuan.cases.models import Case, Meeting
from bihuan.kernel import clock, patrol, sources
from bihuan.kernel.models import Alert, Assignment, Person, Post
from bihuan.kernel.work import unit_of_work
from bihuan.rectification.tests.factory import TODAY

NUMBER = "（2025）鄂0000民初88号"


@pytest.fixture
def committee(court):
    """Five members: the president, the vice president, two heads and the judge in charge; and a case open for eleven months."""
    members = [court.president, court.leader, court.head, court.stranger, court.judge]
    with clock.simulate(TODAY), unit_of_work(None) as uow:
        post = Post.objects.create(unit=court.units["leaders"], role="committee_member", title="审判委员会委员")
        for person in members:
            Assignment.objects.create(person=person, post=post, starts=dt.date(2020, 1, 1))
        case = Case(
            number=NUMBER, filed_on=dt.date(2025, 6, 10), procedure="ordinary", cause="买卖合同纠纷",
            division=court.units["civil"], judge=court.judge, judge_name=court.judge.name,
        )  # fmt: skip
        case.clean()
        case.save()
        sources.record_intake("cases", cut_off=TODAY)
        uow.record("test.made", case, covers=[Person, Post, Assignment], params={"what": "committee"})
    return members


def convene(desk, no):
    """Plan a meeting of the committee for today."""
    desk.open(reverse("meetings:convene"))
    desk.fill(会议="审判委员会", 会议编号=no, 会议日期=TODAY.isoformat())
    desk.press("建立会议")
    desk.see("已建立", "应到 5 人")


def put_on(desk):
    """Put the case on the agenda of the meeting on screen."""
    desk.follow("列入议题")
    desk.fill(案号="(2025)鄂0000民初88号", 提交事由="长期未结，须提交审判委员会", 审理报告=desk.file("report.txt", b"report"))
    desk.press("列入议题")


def call_roll(desk, present, everybody):
    """Record who is there: the last of `present` is the lowest and speaks first, the first is in the chair."""
    desk.follow("到会与发言")
    for rank, person in enumerate(everybody):
        desk.field(f"{person} 法官等级").select_option(str(7 + rank))
        if person in present:
            desk.field(f"{person} 到会").check()
            desk.field(f"{person} 发言次序").fill(str(len(present) - rank))
            desk.field(f"{person} 说明理由").check()
    desk.fill(主持人=str(present[0]))
    desk.press("保存")
    desk.see("已登记到会与发言")


def test_a_meeting_without_quorum_is_refused_then_held_and_the_alert_goes_by_itself(desk, court, committee):
    with clock.simulate(TODAY):
        patrol.run(TODAY)
    alert = Alert.objects.get(rule="cases.trigger.committee")
    assert alert.owner == court.judge

    desk.sit(court.keeper, TODAY)
    convene(desk, "审委会〔2026〕第1次")
    put_on(desk)
    desk.see("没有已写入审理报告的类案检索记录", "第二条")
    desk.sit(court.judge, TODAY, SEARCHES.url("add"))
    desk.fill(案号=NUMBER, 检索种类="类案检索", 检索事由="拟提交专业法官会议或者审判委员会讨论", 检索日期="2026-05-18")
    desk.fill(检索平台="人民法院案例库", 检索方法="关键词检索", 检索条件="买卖合同 逾期付款", 检索结果="未检索到类案", 写入审理报告日期="2026-05-19")
    desk.press("保存")
    desk.see("已新增")

    desk.sit(court.keeper, TODAY, reverse("meetings:agenda"))
    desk.see(NUMBER, "已写入报告")
    desk.open(MEETINGS.url("detail", Meeting.objects.get().pk))
    put_on(desk)
    desk.see("列入议题", NUMBER)
    call_roll(desk, committee[:2], committee)
    desk.see("人民法院组织法第三十八条", "到会 2 人，没有过半数")
    expect(desk.page.get_by_role("button", name="登记会议召开")).to_be_disabled()
    desk.follow("登记人数不足，未开成")
    desk.press("登记人数不足，未开成")
    desk.see("人数不足，未开成", "本次未议")

    convene(desk, "审委会〔2026〕第2次")
    put_on(desk)
    call_roll(desk, committee, committee)
    desk.follow("登记会议召开")
    expect(desk.page.locator("main textarea")).to_have_count(0)  # no place to write what anybody said
    desk.press("登记会议召开")
    desk.see("没有发现瑕疵")
    desk.follow(NUMBER)
    desk.follow("登记议题结果")
    desk.fill(结果="提出推进、限期办结的安排", 同意人数="4")
    desk.press("登记议题结果")
    desk.see("已议", "提交审判委员会前没有经专业法官会议讨论")
    desk.open(MEETINGS.url("detail", Meeting.objects.latest("pk").pk))
    desk.see("补正")
    desk.follow("归入会议记录")
    desk.fill(会议记录=desk.file("minutes.txt", b"minutes"))
    desk.press("归入会议记录")
    desk.see("记录已签署")

    alert.refresh_from_db()
    assert alert.breach_state == "open", "only a patrol lets go"
    with clock.simulate(TODAY + dt.timedelta(days=1)):
        patrol.run(TODAY + dt.timedelta(days=1))
    alert.refresh_from_db()
    assert alert.breach_state == "cleared"
    assert list(Meeting.objects.latest("pk").defects.values_list("code", "remedy")) == [("prior_missing", "correct")]
