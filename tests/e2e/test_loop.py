"""The loop, walked by the people of a court: planned, worked, closed because data agree, reopened when they stop agreeing."""

import datetime as dt

from playwright.sync_api import expect

from bihuan.kernel.verify import stored, verify
from bihuan.rectification.models import Attempt, Measure
from bihuan.rectification.plan_lists.tests.made import docx, xlsx

DRAFTED, WORKED = dt.date(2026, 2, 10), dt.date(2026, 5, 20)
WORSE, JUDGED, CONFIRMED, SILENT = dt.date(2026, 6, 8), dt.date(2026, 6, 9), dt.date(2026, 6, 10), dt.date(2026, 8, 3)
FIGURE = "长期未结率"
SIX_MONTHS = [
    ("2025年11月", 31),
    ("2025年12月", 28),
    ("2026年1月", 22),
    ("2026.2", 17),
    ("2026.3", 9),
    ("2026年4月", 8),
]
LISTS = [
    (
        "问题清单",
        [
            ["问题编号", "监督重点", "反馈问题", "具体问题", "整改类型", "难度等级", "牵头领导"],
            ["二-1", "", "长期未结案件清理不力。", "（1）超过一年未结的案件没有逐案计划", "集中整改", "二级", "余清源"],
            ["^", "^", "^", "（2）庭长不过问到期案件", "^", "^", "^"],
        ],
    ),
    (
        "任务清单",
        [
            ["问题编号", "具体问题", "措施编号", "整改措施", "完成标准", "开始时间", "完成时限"],
            ["二-1", "（1）超过一年未结的案件没有逐案计划", "二-1-01", "逐案制定清结计划，每周核对进度",
             f"本庭{FIGURE}连续2个月不超过5%", "2026年2月11日", "2026年6月底前"],
            ["二-1", "（2）庭长不过问到期案件", "二-1-02", "庭长每月听取到期案件汇报", "有完整的听取记录", "2026.2.11", "2026-06-30"],
        ],
    ),
    (
        "责任清单",
        [
            ["措施编号", "责任领导", "责任部门", "配合部门", "责任人"],
            ["二-1-01", "余清源", "民一庭", "立案庭", "陆知行"],
            ["二-1-02", "余清源", "民一庭", "", "宋怀民"],
        ],
    ),
]  # fmt: skip


def import_readings(desk, court, day, rows, name, cut_off):
    """The data office's monthly sheet, through the wizard."""
    headings = ["指标名称", "月份", "部门", "分子", "分母", "来源"]
    sheet = xlsx(
        ("月度读数", [headings, *([FIGURE, month, "民一庭", n, 200, "审管办月报"] for month, n in rows)])
    )
    desk.sit(court.keeper, day, "/l/rectification/readings/")
    desk.follow("导入")
    desk.fill(文件=desk.file(name, sheet), 数据截止日=cut_off)
    desk.press("上传并识别")
    desk.see("对应台账的列")
    desk.press("试导入")
    desk.see("台账还没有任何改动")
    desk.press(f"合并 {len(rows)} 行")
    desk.see(f"新增 {len(rows)} 行，更新 0 行")


def open_measure(desk, person, day, code="二-1-01"):
    desk.sit(person, day, "/l/rectification/measures/")
    desk.page.get_by_role("row").filter(has_text=code).get_by_role("link").first.click()
    desk.see("销号标准")


def draft(desk, court):
    """Figure, round and the three lists from a Word file; one standard becomes a criterion, the rest get the default."""
    desk.sit(court.keeper, DRAFTED, "/l/rectification/figures/")
    desk.follow("新增数据项")
    desk.fill(数据项编号="pending", 数据项名称=FIGURE, 计量单位="%")
    desk.press("保存")
    desk.see(FIGURE)
    desk.sit(court.rectifier, DRAFTED, "/rectification/rounds/add/")
    desk.fill(编号="2026-1", 名称="2026 年第一轮巡察", 巡察机构="市委第一巡察组", 反馈日期="2026-01-12")
    desk.press("保存")
    desk.see("集中整改期满日", "方案还是空的")
    desk.follow("导入三张清单")
    desk.fill(清单文件=desk.file("整改清单.docx", docx(*LISTS)))
    desk.press("上传并核对")
    desk.see("核对三张清单", "二-1-01", "二-1-02")
    desk.page.get_by_role("checkbox", name="采用为销号标准").check()
    desk.press("确认导入")
    desk.see("新增问题 1 个、措施 2 项", "采用销号标准 1 项", "提交方案前还缺")
    desk.press("为没有标准的措施设“实地验收合格”")
    desk.see("可以提交方案")


def approve(desk, court, new_context, sign_in):
    """The plan is approved, while in another window somebody is about to move a date."""
    round_page = desk.page.url
    other = new_context().new_page()
    sign_in(other.context, court.rectifier, day=DRAFTED)
    other.goto(round_page)
    other.get_by_role("link", name="修改 二-1-01").click()
    expect(other.get_by_label("完成期限")).to_have_value("2026-06-30")
    other.get_by_label("完成期限").fill("2026-12-31")
    desk.follow("提交方案")
    desk.press("提交方案")
    desk.see("待党组批准")
    desk.sit(court.president, DRAFTED, round_page)
    desk.follow("批准方案")
    desk.press("批准方案")
    desk.see("已批准（冻结）")
    other.get_by_role("button", name="保存").click()
    refused = other.locator("main")
    expect(refused).to_contain_text("已随整改方案批准而冻结")
    expect(refused).to_contain_text("完成期限")
    expect(refused).to_contain_text("没有任何内容被改动")
    other.context.close()
    assert Measure.objects.get(code="二-1-01").due == dt.date(2026, 6, 30)


def work(desk, court):
    """The department works, is told why it cannot apply, files what shows a result, and applies."""
    open_measure(desk, court.judge, WORKED)
    desk.follow("启动整改")
    desk.press("启动整改")
    desk.see("整改中", "无法判断")
    expect(desk.page.get_by_role("button", name="申请销号")).to_be_disabled()
    desk.see("没有成果类佐证材料", "尚未导入过数据", "无法判断的不得视为达标")
    desk.follow("填报进展")
    desk.fill(进展情况="逐案制定清结计划 44 件，已结 36 件")
    desk.press("填报进展")
    desk.see("已结 36 件")
    import_readings(desk, court, WORKED, SIX_MONTHS, "六个月读数.xlsx", "2026-04-30")
    open_measure(desk, court.clerk, WORKED)
    desk.see("达标")
    desk.follow("上传佐证材料")
    desk.fill(
        文件=desk.file("结案统计.txt", "4 月末长期未结案件 8 件".encode()),
        材料类别="统计数据（成效类）",
        形成日期="2026-05-06",
    )
    desk.press("上传")
    desk.see("结案统计")
    desk.follow("申请销号")
    desk.fill(意见="长期未结率连续两个月在标准以内")
    desk.press("申请销号")
    desk.see("待部门负责人审核")


def close(desk, court):
    """Head and leader pass it; whoever verifies is another person, and has to have been there; the meeting decides."""
    open_measure(desk, court.head, WORKED)
    desk.follow("部门负责人审核通过")
    desk.press("部门负责人审核通过")
    open_measure(desk, court.leader, WORKED)
    desk.follow("分管领导审核通过")
    desk.press("分管领导审核通过")
    desk.see("待实地验收")
    open_measure(desk, court.inspector, WORKED)
    expect(desk.page.get_by_role("button", name="验收通过")).to_be_disabled()
    desk.see("实地验收")
    desk.follow("登记实地验收")
    desk.fill(验收方式="抽查卷宗、现场核对", 验收情况="抽查 10 件，与统计一致")
    desk.choose("验收合格")
    desk.press("登记实地验收")
    desk.follow("验收通过")
    desk.press("验收通过")
    desk.see("待党组会审定")
    meet(desk, court, WORKED, "临法党组纪要〔2026〕11号", "2026-05-20")
    desk.page.get_by_label("选择：二-1-01").check()
    desk.press("审定勾选事项")
    desk.see("已审定销号 1 项", "没有待审定的事项", "1/1")
    open_measure(desk, court.judge, WORKED)
    desk.see("院内销号", "标准 1/1 达标")


def meet(desk, court, day, number, held_on):
    desk.sit(court.secretary, day, "/l/rectification/meetings/")
    desk.follow("新增党组会议")
    desk.fill(会议日期=held_on, 会议纪要编号=number)
    desk.press("保存")
    desk.see(number)


def rebound(desk, court):
    """A worse reading: suspected at once, verified by the inspectors, confirmed by a meeting, worked a second time."""
    import_readings(desk, court, WORSE, [("2026年5月", 15)], "五月读数.xlsx", "2026-05-31")
    open_measure(desk, court.judge, WORSE)
    desk.see("疑似反弹", "未达标")
    desk.sit(court.inspector, JUDGED, "/l/rectification/rebounds/")
    desk.page.get_by_role("row").filter(has_text="二-1-01").get_by_role("link").first.click()
    desk.see("为什么疑似反弹", "7.5", "销号时的判定（已冻结）")
    desk.follow("核实为反弹")
    desk.fill(意见="5 月新增 7 件超期，属实")
    desk.press("核实为反弹")
    desk.see("核实为反弹，待党组会确认")
    meet(desk, court, CONFIRMED, "临法党组纪要〔2026〕13号", "2026-06-10")
    desk.page.get_by_label("选择：二-1-01").check()
    desk.press("确认反弹，重新整改")
    desk.see("已确认反弹并重新打开 1 项")
    open_measure(desk, court.judge, CONFIRMED)
    desk.see("第 2 次整改", "第 1 次", "第 2 次")
    assert list(Attempt.objects.filter(measure__code="二-1-01").order_by("number").values_list("state", flat=True)) == [
        "internally_closed",
        "in_progress",
    ]


def silence(desk, court):
    """No June reading came: nobody knows, so the criterion is not met."""
    open_measure(desk, court.clerk, SILENT)
    desk.see("无法判断")
    desk.miss("未达标")
    expect(desk.page.get_by_role("button", name="申请销号")).to_be_disabled()
    desk.see("“月度数据读数”", "无法判断的不得视为达标")


def test_the_loop(desk, court, new_context, sign_in):
    draft(desk, court)
    approve(desk, court, new_context, sign_in)
    work(desk, court)
    close(desk, court)
    rebound(desk, court)
    silence(desk, court)
    assert verify(stored()).sound
