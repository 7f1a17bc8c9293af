"""Standing in for somebody, and handing over what is open when a person moves on."""

import datetime as dt

from playwright.sync_api import expect

from bihuan.kernel import clock
from bihuan.rectification.models import Measure
from bihuan.rectification.tests.factory import TODAY

LATER = dt.date(2026, 6, 1)


def see_mine(desk, person, day, code):
    desk.sit(person, day, "/")
    desk.see("我负责的整改")
    return desk.page.locator("main").get_by_text(code)


def test_a_stand_in_works_and_a_hand_over_leaves_nothing_behind(desk, court):
    with clock.simulate(TODAY):
        measure = court.at("in_progress").measure
    assert see_mine(desk, court.stranger, TODAY, measure.code).count() == 0
    desk.sit(court.political, TODAY, "/people/delegations/")
    desk.fill(
        委托人="陆知行（judge）",
        代理人="叶立人（stranger）",
        开始日期="2026-05-20",
        结束日期="2026-05-29",
        事由="外出培训",
    )
    desk.press("登记委托")
    desk.see("陆知行 → 叶立人")
    expect(see_mine(desk, court.stranger, TODAY, measure.code).first).to_be_visible()
    expect(see_mine(desk, court.stranger, LATER, measure.code)).to_have_count(0)

    desk.sit(court.political, LATER, "/people/hand-overs/")
    desk.follow("办理移交")
    desk.fill(移交人="陆知行（judge）")
    desk.press("下一步")
    desk.see("陆知行名下未结事项", "整改措施")
    desk.fill(接收人="方小禾（clerk）", 移交日期="2026-06-01", 事由="调离本院")
    desk.press("下一步")
    desk.see("第三步，共三步")
    desk.press("确认移交")
    desk.see("陆知行向方小禾移交工作", measure.code)
    assert Measure.objects.get(pk=measure.pk).person == court.clerk
    expect(see_mine(desk, court.clerk, LATER, measure.code).first).to_be_visible()
    desk.open("/inbox/")
    desk.see("陆知行")
