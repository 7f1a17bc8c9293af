"""Signing in by the form, as everyone does in the morning."""

import re

from playwright.sync_api import expect

from tests.support.court import PASSWORD


def test_a_judge_signs_in_changes_the_look_and_signs_out(page, court):
    page.goto("/alerts/")
    expect(page).to_have_url(re.compile("/account/login/"))
    page.get_by_label("用户名").fill("judge")
    page.get_by_label("密码", exact=True).fill("wrong")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("用户名").fill("judge")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url(re.compile("/alerts/$"))
    expect(page.get_by_role("link", name="陆知行")).to_be_visible()
    page.get_by_role("button", name="切换到深色").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="中文").click()
    page.get_by_role("button", name="退出登录").click()
    page.goto("/alerts/")
    expect(page).to_have_url(re.compile("/account/login/"))
