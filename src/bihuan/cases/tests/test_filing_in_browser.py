"""Filing in a real browser: a sheet of receipts is imported, its lamps and reasons are looked at, a complaint is accepted and answered."""

import datetime as dt

import pytest
from django.urls import reverse

from bihuan.cases.filing.flows import COMPLAINT_FLOW
from bihuan.cases.filing.ledgers import RECEIPTS
from bihuan.cases.filing.ledgers_supervision import CHECKS, COMPLAINTS
from bihuan.cases.models import FilingComplaint, Receipt
from bihuan.kernel.tests.sheet_world import xlsx
from tests.support.browser import SIZES, look

from .factory import TODAY
from .test_filing_supervision import FOUND, drawn

pytestmark = pytest.mark.urls("bihuan.urls")


def test_from_the_sheet_to_the_reply(live_server, court, as_person, tmp_path):
    shown = as_person(court.filing_head, {"width": 1280, "height": 900})
    shown.goto(RECEIPTS.url("list"))
    shown.get_by_role("link", name="导入").first.click()
    rows = [("收件号", "案件类型", "收件时间", "收件部门", "立案法官"), ("立收1", "民事起诉", "2026-05-06 09:30", "立案庭", "filing_judge"),
            ("立收2", "民事起诉", "2026-05-18 09:30", "立案庭", "filing_judge")]  # fmt: skip
    file = tmp_path / "收件.xlsx"
    file.write_bytes(xlsx(*rows).getvalue())
    shown.get_by_label("文件").set_input_files(file)
    shown.get_by_label("数据截止日", exact=True).fill(TODAY.isoformat())
    shown.get_by_role("button", name="上传并识别").click()
    shown.get_by_role("button", name="试导入").click()
    shown.get_by_role("button", name="合并 2 行").click()
    shown.get_by_role("link", name="查看台账").wait_for()
    assert Receipt.objects.count() == 2
    look(shown, RECEIPTS.url("list"), "receipts")
    assert shown.locator("table").get_by_text("超期立案").first.is_visible()
    shown.get_by_role("link", name="立收1").first.click()
    shown.get_by_role("heading", name="为什么是这一天？").wait_for()
    assert shown.get_by_text("民诉法第126条").first.is_visible() and shown.get_by_text("应当先行立案").first.is_visible()
    shown.goto(COMPLAINTS.url("add"))
    shown.get_by_label("登记号").fill("投诉1号")
    shown.get_by_label("收件编号").fill("立收1")
    shown.get_by_label("被投诉部门").select_option(label="立案庭")
    shown.get_by_label("受理投诉日期").fill("2026-05-18")
    shown.get_by_label("投诉事由").select_option(label="拖延立案")
    shown.locator("main form button[type=submit].btn-primary").first.click()
    shown.get_by_role("heading", name="为什么应在这一天前答复？").wait_for()
    row = FilingComplaint.objects.get()
    assert row.due_on == dt.date(2026, 6, 2)
    judge = as_person(court.supervisor, {"width": 1280, "height": 900})
    judge.goto(COMPLAINTS.url("do", row.pk, step="find"))
    judge.get_by_label("查明情况").select_option(label="属实")
    judge.get_by_label("处理情况").fill("已督促先行立案")
    judge.locator("main form button[type=submit]").last.click()
    judge.wait_for_url(f"**{COMPLAINTS.url('detail', row.pk)}")
    judge.goto(COMPLAINTS.url("do", row.pk, step="reply"))
    judge.locator("main form button[type=submit]").last.click()
    judge.wait_for_url(f"**{COMPLAINTS.url('detail', row.pk)}")
    row.refresh_from_db()
    assert (row.state, row.replied_on, row.finding) == ("replied", TODAY, "upheld")


@pytest.mark.parametrize("size", SIZES)
def test_pages_wide_and_narrow(live_server, court, as_person, size):
    over = court.receipt("2026-05-06", mediation_sent_on="2026-05-07", mediation_signed_on="2026-05-08", cause="物业服务合同纠纷")
    court.supplement(over, "2026-05-07", wanted="补充身份证明")
    row = court.complaint("2026-05-11", receipt=over, person=court.supervisor)
    COMPLAINT_FLOW.perform(row, "find", actor=court.supervisor, data=FOUND)
    _rows, check = drawn(court)
    shown = as_person(court.filing_head, size, "light" if size["width"] > 1000 else "dark")
    look(shown, RECEIPTS.url("list"), "filing-receipts")
    look(shown, RECEIPTS.url("detail", over.pk), "filing-receipt")
    look(shown, COMPLAINTS.url("detail", row.pk), "filing-complaint")
    look(shown, CHECKS.url("detail", check.pk), "filing-check")
    look(shown, reverse("filing:findings", args=[check.pk]), "filing-findings")
