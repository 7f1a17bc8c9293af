"""On need to know, in a real browser: from a record's nodes to the reason and back to all of it; the menu's headings by keyboard."""

import pytest

from bihuan.cases.ledgers import PAUSES
from tests.support.browser import SIZES, look

pytestmark = pytest.mark.urls("bihuan.urls")
PAPER = "鉴定委托书特字第七号"


@pytest.mark.parametrize("size", SIZES)
def test_from_the_nodes_to_the_reason_and_back(live_server, court, as_person, size):
    wide = size["width"] > 1000
    row = court.pause(court.case("2026-03-02"), "audit", "2026-04-01", "2026-04-20", reference=PAPER)
    page = as_person(court.keeper, size, "light" if wide else "dark")
    look(page, PAUSES.url("list"), "need-list")
    look(page, PAUSES.url("detail", row.pk), "need-nodes")
    assert not page.get_by_text(PAPER).count()
    page.get_by_role("link", name="说明理由并查看").click()
    page.get_by_label("查看理由").fill("答复当事人关于进度的信访")
    page.get_by_role("button", name="说明理由并查看").click()
    page.wait_for_url(f"**{PAUSES.url('detail', row.pk)}")
    assert page.get_by_text(PAPER).first.is_visible()
    if not wide:
        page.get_by_role("button", name="打开菜单").click()
    heading = page.locator("details[data-fold=cases_review]")
    was = heading.evaluate("one => one.open")
    heading.locator("summary").focus()
    page.keyboard.press("Enter")
    assert heading.evaluate("one => one.open") != was
    assert page.locator("details[data-fold=cases_records]").evaluate("one => one.open"), "the heading of the page stands open"
