"""A published notice of an old round: read, corrected beside its text, back-filled, then compared with the ledger."""

import datetime as dt
from pathlib import Path

from playwright.sync_api import expect

import bihuan.rectification.notice.tests as notice_tests
from bihuan.rectification.models import InspectionRound, Measure, Problem

TODAY = dt.date(2026, 5, 20)
NOTICE = Path(notice_tests.__file__).parent / "data" / "items.txt"


def test_a_notice_becomes_an_old_round(desk, court):
    desk.sit(court.rectifier, TODAY, "/rectification/notices/")
    desk.fill(通报文件=NOTICE)
    desk.press("读取")
    desk.see("读出的要素", "区委第二巡察组", "2025年8月20日", "0790-3300112", "原文")
    expect(desk.field("反馈日期")).to_have_value("2025-08-20")
    main = desk.page.locator("main")
    expect(main.get_by_role("textbox", name="反馈问题").first).to_have_value("学用结合不够紧密")
    assert not InspectionRound.objects.exists()
    desk.page.get_by_label("编号", exact=True).fill("2025-区委")
    main.get_by_role("textbox", name="反馈问题").first.fill("学用结合不够紧密（核对后）")
    desk.press("补录为历史轮次")
    expect(main.get_by_role("alert")).to_contain_text("责任部门")
    expect(main.get_by_role("textbox", name="反馈问题").first).to_have_value("学用结合不够紧密（核对后）")
    desk.fill(默认责任部门="民一庭")
    desk.press("补录为历史轮次")
    desk.see("历史轮次补录", "学用结合不够紧密（核对后）")
    assert Problem.objects.count() == 3
    assert Measure.objects.count() >= 3
    desk.sit(court.rectifier, TODAY, "/rectification/notices/")
    desk.fill(通报文件=NOTICE)
    desk.press("读取")
    desk.press("核对差异")
    desk.see("通报与台账核对", "学用结合不够紧密（核对后）")
