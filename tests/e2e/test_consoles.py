"""Three administrators, three consoles: none of them alone can give somebody rights, and none sees the business."""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from tests.support.court import PASSWORD

TODAY = dt.date(2026, 5, 20)
CONSOLES = {"system": "/people/accounts/", "security": "/people/posts/", "audit": "/people/log/"}


def sign_in_with(page, username, password):
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("button", name="登录").click()


def test_an_account_by_one_its_post_by_another_and_the_log_by_a_third(desk, court):
    desk.sit(court.system, TODAY, "/")
    desk.see("账号")
    desk.follow("新建账号")
    desk.fill(姓名="许新来", 用户名="xuxinlai", 工号="1024")
    desk.press("建立账号")
    desk.see("已建立账号：许新来", "初始密码只显示这一次")
    first = desk.field("初始密码").input_value()

    desk.sit(court.security, TODAY, "/")
    desk.see("岗位与任职")
    desk.page.get_by_role("region", name="民一庭").get_by_role("link", name="任职").first.click()
    desk.fill(人员="许新来（1024）")
    desk.press("登记")
    desk.see("许新来")

    desk.page.context.clear_cookies()
    desk.open("/")
    sign_in_with(desk.page, "xuxinlai", first)
    desk.see("请先设置新密码")
    desk.fill(当前密码=first)
    for field in desk.page.get_by_label(re.compile("^新密码")).all():
        field.fill(PASSWORD)
    desk.press("修改密码")
    desk.open("/")
    desk.see("许新来，您好")

    desk.sit(court.audit, TODAY, "/")
    desk.see("审计日志", "许新来")
    desk.follow("校验")
    desk.press("开始校验")
    desk.see("日志校验未发现问题", "首尾相接")


@pytest.mark.parametrize("kind", list(CONSOLES))
def test_each_has_one_console_and_no_business(desk, court, kind):
    desk.sit(getattr(court, kind), TODAY, "/")
    expect(desk.page).to_have_url(re.compile(CONSOLES[kind]))
    for other, address in CONSOLES.items():
        answer = desk.page.goto(address)
        assert (answer.status == 200) == (other == kind), f"{kind} at {address}: {answer.status}"
    desk.page.goto("/l/rectification/measures/")
    expect(desk.page.locator("main")).not_to_contain_text("民一庭")
