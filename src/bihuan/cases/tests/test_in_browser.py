"""The list and the page of a case in a real browser, wide and narrow: nothing refused, clean for axe, no sideways scrolling."""

import os

import pytest
from django.urls import reverse

from bihuan.cases.ledgers import CASES
from bihuan.kernel import clock
from tests.support.browser import DESKTOP, PHONE, assert_axe_clean, assert_no_sideways_scroll

from .test_case_page import story

pytestmark = pytest.mark.urls("bihuan.urls")
SIZES = [pytest.param(DESKTOP, id="wide"), pytest.param(PHONE, id="narrow")]


@pytest.fixture
def as_person(new_context, sign_in):
    """A page of the live server for a person, on the tests' day."""

    def opened(person, size, scheme="light"):
        context = new_context(viewport=size, color_scheme=scheme)
        sign_in(context, person)
        shown = context.new_page()
        shown.goto("/")
        token = shown.locator("input[name=csrfmiddlewaretoken]").first.get_attribute("value")
        form = {"day": clock.today().isoformat(), "csrfmiddlewaretoken": token, "next": "/"}
        shown.request.post("/simulate/", form=form, headers={"Referer": shown.url})
        return shown

    return opened


def look(shown, url, name):
    """Go there and judge the page; with BIHUAN_TEST_PICTURES set, keep a picture in that folder."""
    shown.goto(url)
    if folder := os.environ.get("BIHUAN_TEST_PICTURES"):
        shown.screenshot(path=f"{folder}/{name}-{shown.viewport_size['width']}.png", full_page=True)
    assert_no_sideways_scroll(shown)
    assert_axe_clean(shown)


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
