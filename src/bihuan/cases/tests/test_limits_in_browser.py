"""The pages of supervision of limits in a real browser, wide in the light and narrow in the dark: clean for axe, no sideways scrolling."""

import datetime as dt

import pytest
from django.urls import reverse

from bihuan.cases.ledgers import EXCLUSIONS, PARTIES, PENDING_REASONS
from bihuan.cases.services import exclusions, pending
from tests.support.browser import DESKTOP, SIZES, look

from .test_exclusions import APPRAISAL

pytestmark = pytest.mark.urls("bihuan.urls")


@pytest.mark.parametrize("size", SIZES)
def test_an_exclusion_is_refused_and_then_asked_for(live_server, court, as_person, size):
    case = court.case("2026-03-02")
    shown = as_person(court.judge, size, "light" if size is DESKTOP else "dark")
    look(shown, reverse("cases:exclusion", args=[case.pk]), "exclusion")
    shown.get_by_label("事由").select_option("judge_away")
    shown.get_by_label("开始日期").fill("2026-05-11")
    shown.get_by_label("理由").fill("外出学习")
    shown.get_by_role("button", name="登记申请").click()
    assert shown.get_by_text("民诉解释第243条").first.is_visible()
    shown.get_by_label("事由").select_option("appraisal")
    shown.get_by_label("依据的文书或材料").fill("（2026）鉴委字第3号")
    shown.get_by_role("button", name="登记申请").click()
    shown.wait_for_url("**/l/cases/exclusions/**")
    look(shown, shown.url, "exclusion-asked")


@pytest.mark.parametrize("size", SIZES)
def test_how_the_work_stands(live_server, court, as_person, size):
    long = court.case("2024-11-01")
    for day in ("2025-11-03", "2025-11-26", "2026-03-02", "2026-02-02"):
        court.case(day)
    court.case("2025-08-04", closed_on="2026-01-15")
    court.hearing(court.case("2026-04-01"), "2026-05-22 09:30")
    exclusions.ask(actor=court.judge, case=court.case("2026-03-03"), values=APPRAISAL)
    court.party(long, "甲公司")
    shown = as_person(court.judge, size, "light" if size is DESKTOP else "dark")
    look(shown, reverse("cases:pending", args=[long.pk]), "pending")
    pending.record(
        actor=court.judge, case=long, values={"cause": "service", "detail": "下落不明", "solution": "公告", "plan_on": dt.date(2026, 5, 29)}
    )
    look(shown, reverse("cases:work"), "work")
    look(shown, reverse("cases:calendar") + "?month=2026-05", "calendar")
    look(shown, reverse("cases:feed"), "feed")
    shown.get_by_role("button", name="开通").click()
    assert shown.locator("#feed-address").input_value().endswith(".ics")
    keeper = as_person(court.keeper, size)
    for url, name in (
        (reverse("cases:division"), "division"), (reverse("cases:balance"), "balance"), (reverse("cases:notice"), "notice"),
        (EXCLUSIONS.url(), "exclusions"), (PENDING_REASONS.url(), "pending-list"), (PARTIES.url(), "parties"),
    ):  # fmt: skip
        look(keeper, url, name)
