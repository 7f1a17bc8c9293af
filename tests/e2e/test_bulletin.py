"""A weekly bulletin in a browser, from the day it is due to what the court reads: drafted, written, sent back, reviewed, signed by another,
numbered, issued; the downloaded Word file says the same figures, and a figure opens on the rows it counted."""

import datetime as dt
import io

import docx
import pytest
from django.urls import reverse
from playwright.sync_api import expect

from bihuan.kernel import clock
from bihuan.kernel.bulletins import get
from bihuan.kernel.bulletins.ledger import PAPERS
from bihuan.kernel.models import Bulletin, DutyOccurrence
from bihuan.rectification.tests.factory import TODAY

WEEKLY = "rectification.weekly"
MONDAY = TODAY - dt.timedelta(days=TODAY.weekday())


@pytest.fixture
def work(court):
    """One measure closed in the week the bulletin speaks of, one in hand."""
    with clock.simulate(MONDAY - dt.timedelta(days=5)):
        closed = court.at("internally_closed")
    with clock.simulate(TODAY):
        return closed, court.at("in_progress")


def draft_it(desk, court):
    """The kind is put to use; what is due is drafted, and written with a figure by its name."""
    desk.sit(court.rectifier, TODAY, PAPERS.url())
    desk.follow("到期通报")
    desk.open(reverse("bulletin_use", args=[WEEKLY]))
    desk.fill(日期=MONDAY.isoformat())
    desk.press("启用")
    desk.see("已启用")
    desk.page.get_by_role("button", name="起草", exact=True).first.click()
    desk.see("已起草", "本期审定销号")
    desk.follow("修改文字")
    desk.fill(工作动态="本周审定销号{本期审定销号}，完成率{措施完成率}。")
    desk.press("保存")
    desk.see("已保存", "本周审定销号1 项，完成率50.00%。")


def take(desk, step, note=""):
    """Take a step from the bulletin on screen."""
    desk.follow(step)
    if note:
        desk.fill(意见=note)
    desk.page.locator("main form button[type=submit]").last.click()
    desk.see("已办理")


def words_of(desk, address):
    """The paragraphs and cells of the Word file a link gives."""
    with desk.page.expect_download() as waiting:
        desk.page.locator(f'main a[href="{address}"]').click()
    document = docx.Document(io.BytesIO(waiting.value.path().read_bytes()))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_from_the_day_it_is_due_to_the_rows_behind_its_figures(desk, court, work):
    closed, in_hand = work
    draft_it(desk, court)
    take(desk, "送核稿")
    made = Bulletin.objects.get()
    desk.sit(court.secretary, TODAY, made.get_absolute_url())
    take(desk, "退回修改", "请写明下步安排")
    desk.sit(court.rectifier, TODAY, made.get_absolute_url())
    take(desk, "送核稿")
    desk.sit(court.secretary, TODAY, made.get_absolute_url())
    take(desk, "核稿通过，送签发", "同意")
    expect(desk.page.get_by_role("link", name="签发", exact=True)).to_have_count(0)
    desk.sit(court.president, TODAY, made.get_absolute_url())
    take(desk, "签发", "同意")
    desk.sit(court.rectifier, TODAY, made.get_absolute_url())
    take(desk, "编号")
    take(desk, "印发")
    made.refresh_from_db()
    assert (made.state, made.number, made.signed_by) == ("issued", "第1期", court.president)
    assert DutyOccurrence.objects.get(record_id=made.pk).fulfilled_on == TODAY

    desk.sit(court.judge, TODAY, PAPERS.url())
    desk.follow("巡察整改工作简报", exact=False)
    shown = {one.name: one.shown for one in made.figures.filter(sort="figure")}
    assert (shown["closed"], shown["rate"], shown["measures"]) == ("1 项", "50.00%", "2 项")
    said = words_of(desk, reverse("bulletin_file", args=[made.pk, "docx"]))
    assert "本周审定销号1 项，完成率50.00%。" in said and "第 1 期" in said
    for bound in get(WEEKLY).figures:
        expect(desk.page.locator(f'a[href$="/figures/{bound.name}/"]').last).to_have_text(shown[bound.name])
        assert shown[bound.name] in said, bound.name

    desk.page.locator('a[href$="/figures/rate/"]').first.click()
    desk.see("为什么是这个数", "已完成措施 ÷ 全部整改措施", "共 1 行")
    rows = desk.page.locator("section[aria-labelledby=rows-h] tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text(closed.measure.code)
    desk.follow("分母")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text=in_hand.measure.code)).to_have_count(1)
