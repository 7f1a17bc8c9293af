"""Cases from the sheet to the closed alert, in a browser and by one court: a sheet with faults, mended and merged; lamps; why; an extension
asked for too late; a committee meeting without quorum refused, then held with one defect; the alert goes by itself."""

import datetime as dt

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from bihuan.cases.ledgers import CASES
from bihuan.cases.meetings.ledgers import MEETINGS
from bihuan.cases.meetings.searches import SEARCHES
from bihuan.cases.models import Case, CaseGrant, ExtensionRequest, Meeting
from bihuan.cases.reading import COURT_CODE
from bihuan.kernel import clock, parameters, patrol
from bihuan.kernel.models import Alert, Assignment, Person, Post
from bihuan.kernel.tests.sheet_world import xlsx
from bihuan.kernel.work import unit_of_work
from bihuan.law import dated
from bihuan.rectification.tests.factory import TODAY

NUMBER, NEAR = "（2025）鄂0000民初88号", "（2025）鄂0000民初90号"
HEAD = ("案号", "审理程序", "立案案由", "承办庭室", "承办法官", "立案时间")


@pytest.fixture
def committee(court):
    """Five members: the president, the vice president, two heads and the judge in charge. The court has said which code is its own."""
    members = [court.president, court.leader, court.head, court.stranger, court.judge]
    with clock.simulate(TODAY), unit_of_work(None) as uow:
        post = Post.objects.create(unit=court.units["leaders"], role="committee_member", title="审判委员会委员")
        for person in members:
            Assignment.objects.create(person=person, post=post, starts=dt.date(2020, 1, 1))
        uow.record("test.made", post, covers=[Post, Assignment, Person], params={"what": "committee"})
    told = {"values": {"code": "鄂0000"}, "starts": dt.date(2016, 1, 1), "ends": None, "reference": "院务会纪要1号", "reason": "核对案号"}
    parameters.set_value(actor=court.keeper, parameter=COURT_CODE, **told)
    yield members
    dated.install_parameters(dated.Parameters.load())


def sheet(desk, court, name, **mended):
    """The case system's export: five cases, four of them with faults unless the cell is `mended`."""
    judge = court.judge.name
    rows = [
        ("(2025)鄂0000民初88号", "普通程序", "买卖合同纠纷", "民一庭", judge, "2025年6月10日"),
        ("（2025）鄂0000 民初 ９０ 号", "普通", "股权转让纠纷", "民一庭", judge, mended.get("day", "2025-11-31")),
        ("（2026）鄂0000民初5号", mended.get("procedure", "快速程序"), "民间借贷纠纷", "民一庭", judge, "2026-05-06"),
        (mended.get("number", "（2026）鄂0107民初6号"), "简易程序", "劳务合同纠纷", "民一庭", judge, "2026-05-07"),
        ("（2026）鄂0000民初5号" if not mended else "（2026）鄂0000民初7号", "简易程序", "离婚纠纷", "民一庭", judge, "2026-05-08"),
    ]
    return desk.file(name, xlsx(HEAD, *rows).getvalue())


def bring(desk, file):
    """Upload a sheet and try it."""
    desk.open(CASES.url("import"))
    desk.page.get_by_label("文件").set_input_files(file)
    desk.page.get_by_label("数据截止日", exact=True).fill(TODAY.isoformat())
    desk.press("上传并识别")
    desk.press("试导入")


def row_of(desk, number):
    """The row of a table on screen in which the case stands."""
    return desk.page.locator("main tr").filter(has_text=number).first


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


def import_the_sheet(desk, court):
    """Faults are told cell by cell and nothing is taken; the mended sheet is merged."""
    desk.sit(court.keeper, TODAY)
    bring(desk, sheet(desk, court, "案件.xlsx"))
    desk.see("有 4 行不能导入")
    for text in ("2025-11-31", "快速程序", "鄂0107", "不属于本院", "可填"):
        desk.see(text)
    assert not Case.objects.exists()
    bring(desk, sheet(desk, court, "案件-改.xlsx", day="2025-11-26", procedure="简易", number="（2026）鄂0000民初6号"))
    desk.press("合并 5 行")
    desk.follow("查看台账")
    expect(row_of(desk, NUMBER)).to_contain_text("超期")
    expect(row_of(desk, NEAR)).to_contain_text("15 日内届满")
    expect(row_of(desk, "（2026）鄂0000民初5号")).to_contain_text("正常")
    desk.follow(NEAR)
    desk.see("为什么是这一天？", "2026-05-26")
    expect(desk.page.locator("ol.case-steps")).to_contain_text("民诉法第152条")


def ask_too_late(desk, court):
    """After the end nothing can be asked for; within it but late a reason is wanted; both say by which article."""
    over, near = Case.objects.get(number=NUMBER), Case.objects.get(number=NEAR)
    desk.sit(court.judge, TODAY, CASES.url("detail", over.pk))
    desk.follow("申请延长审限")
    desk.see("不能申请延长", "届满以后不得再申请延长", "民诉法第152条")
    expect(desk.page.get_by_role("button", name="登记申请")).to_have_count(0)
    desk.open(CASES.url("detail", near.pk))
    desk.follow("申请延长审限")
    desk.see("申请已经迟延，照样登记，计为违规", "9号第1条")
    desk.fill(理由="补充鉴定")
    desk.press("登记申请")
    expect(desk.page.locator("main [aria-invalid=true], main .is-invalid").first).to_be_visible()
    assert not ExtensionRequest.objects.exists()
    desk.fill(迟延的原因="才收到鉴定意见")
    desk.press("登记申请")
    desk.see("已登记申请")
    assert ExtensionRequest.objects.get().late and not CaseGrant.objects.exists(), "asked for here, decided in the case system"


def test_from_a_sheet_with_faults_to_an_alert_that_goes_by_itself(desk, court, committee):
    import_the_sheet(desk, court)
    ask_too_late(desk, court)
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
