"""An overdue measure: the patrol finds it, it climbs, is handled with a note, disputed, and cleared when the fact is right."""

import datetime as dt

from playwright.sync_api import expect

from bihuan.kernel import clock, patrol
from bihuan.kernel.models import Alert
from bihuan.rectification.tests.factory import TODAY

WHICH = "哪项数据有误，正确的应是什么"
CLIMBED = dt.date(2026, 6, 3)


def test_an_alert_is_handled_and_a_datum_disputed(desk, court):
    with clock.simulate(TODAY):
        measure = court.at("in_progress", due=dt.date(2026, 5, 18)).measure
    for day in (TODAY, CLIMBED):
        with clock.simulate(day):
            patrol.run(day)
    alert = Alert.objects.get(rule="rect.measure.overdue")
    assert alert.level > 0
    desk.sit(court.judge, CLIMBED, "/alerts/")
    desk.page.locator("main").get_by_role("link").filter(has_text=measure.code).first.click()
    desk.see("为什么产生这条预警", "办理记录")
    desk.press("登记处理情况")
    note = desk.field("处理情况")
    expect(note).to_be_focused()
    note.fill("已排定本周内完成逐案核查")
    desk.press("登记处理情况")
    desk.see("处理情况已登记", "已排定本周内完成逐案核查")

    desk.page.locator("summary", has_text="数据有误").click()
    desk.fill(**{WHICH: "期限应为 6 月 30 日，方案录入有误"})
    desk.press("报告数据有误")
    desk.see("已报告数据有误")
    desk.sit(court.keeper, CLIMBED, "/inbox/")
    desk.page.get_by_role("listitem").filter(has_text="请核实数据").get_by_role("button").click()
    desk.see("核实意见")
    desk.fill(核实意见="经核对原方案，期限无误")
    desk.press("认定数据无误")
    desk.see("已认定数据无误，预警继续")
    alert.refresh_from_db()
    assert alert.stands and alert.handling_state == "handling"


def test_a_confirmed_datum_pauses_the_alert(desk, court):
    with clock.simulate(TODAY):
        court.at("in_progress", due=dt.date(2026, 5, 18))
        patrol.run(TODAY)
    alert = Alert.objects.get(rule="rect.measure.overdue")
    desk.sit(court.judge, TODAY, f"/alerts/{alert.pk}/")
    desk.page.locator("summary", has_text="数据有误").click()
    desk.fill(**{WHICH: "期限应为 6 月 30 日"})
    desk.press("报告数据有误")
    desk.sit(court.keeper, TODAY, f"/alerts/{alert.pk}/")
    desk.fill(核实意见="属实，已请整改办更正", 更正期限="2026-05-29")
    desk.press("确认数据有误")
    desk.see("预警暂停", "2026年5月29日")
