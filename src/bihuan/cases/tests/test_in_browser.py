"""The list and the page of a case in a real browser, wide and narrow: nothing refused, clean for axe, no sideways scrolling."""

import pytest
from django.urls import reverse

from bihuan.cases.ledgers import CASES
from tests.support.browser import DESKTOP, SIZES, look

from .test_case_page import story

pytestmark = pytest.mark.urls("bihuan.urls")


@pytest.mark.parametrize("size", SIZES)
def test_list_and_case(live_server, court, as_person, size):
    case = story(court)
    court.case("2025-12-03", cause="建设工程施工合同纠纷")
    sealed = court.case("2026-03-02", sealed="privacy")
    paused = court.case("2026-04-01", procedure="summary")
    court.pause(paused, "appraisal", "2026-05-06")
    shown = as_person(court.keeper, size, "light" if size is DESKTOP else "dark")
    look(shown, CASES.url("list"), "cases")
    look(shown, CASES.url("detail", case.pk), "case")
    look(shown, CASES.url("detail", paused.pk), "case-paused")
    look(shown, CASES.url("detail", sealed.pk), "case-sealed")
    look(shown, reverse("cases:open_whole", args=[case.pk]), "case-reason")
    shown.get_by_label("查看理由").fill("核对案件数据")
    shown.get_by_role("button", name="说明理由并查看").click()
    shown.wait_for_url("**" + CASES.url("detail", case.pk))
    assert shown.locator("#timeline-title").is_visible()
    look(shown, None, "case-whole")
    look(as_person(court.judge, size), CASES.url("detail", case.pk), "case-judge")


@pytest.mark.parametrize("size", SIZES)
def test_too_late_an_extension_and_what_if(live_server, court, as_person, size):
    late, over = court.case("2025-11-26"), court.case("2025-10-08")
    shown = as_person(court.judge, size)
    look(shown, reverse("cases:extension", args=[over.pk]), "extension-over")
    assert shown.get_by_text("民诉法第152条").first.is_visible()
    look(shown, reverse("cases:extension", args=[late.pk]), "extension-late")
    shown.get_by_label("理由").first.fill("补充鉴定")
    shown.get_by_label("迟延的原因").fill("才收到鉴定意见")
    shown.get_by_role("button", name="登记申请").click()
    shown.wait_for_url("**/l/cases/extensions/**")
    look(shown, shown.url, "extension")
    look(shown, reverse("cases:what_if", args=[late.pk]) + "?ground=appraisal&first=2026-03-02&last=2026-03-31", "what-if")
