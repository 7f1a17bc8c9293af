"""The wizard's pages: steps, refusals, what is said, and an upload that is refused before it is read."""

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from bihuan.kernel import clock
from bihuan.kernel.models import ImportDraft, ImportState
from bihuan.kernel.sheets import pages
from bihuan.kernel.sheets.reading import read_table

from . import sheet_world
from .sheet_world import TALLIES, Tally, clerk, merged, tried

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.kernel.tests.sheet_urls")]
HEAD = ["编号", "期间", "部门", "名称", "件数", "无关"]
GOOD = ["A", "2025-03", None, "收案", 1, "x"]
BAD = ["B", "去年", None, "结案", 2, "x"]


@pytest.fixture(autouse=True)
def _ledger(sheet_tables):
    with sheet_world.register():
        yield


@pytest.fixture
def desk(client, office):
    client.force_login(office)
    return client


def send(client, *rows, **more):
    """Upload rows; the answer."""
    content = sheet_world.xlsx(*rows).getvalue()
    data = {"file": SimpleUploadedFile("三月.xlsx", content), "cut_off": "2025-03-31", "heading_rows": "", **more}
    return client.post(TALLIES.url("import"), data)


def walk(client, *rows):
    """Upload and dry run with the columns offered; the draft."""
    page = client.get(send(client, *rows).url)
    form = page.context["form"]
    choices = {name: form.initial.get(name) or field.initial for name, field in form.fields.items()}
    draft = page.context["draft"]
    done = client.post(TALLIES.url("import_map", draft.pk), {"sheet": "数据", **choices})
    assert done.url == TALLIES.url("import_check", draft.pk)
    draft.refresh_from_db()
    return draft


def test_the_whole_way(desk):
    assert desk.get(TALLIES.url("import")).status_code == 200
    draft = walk(desk, HEAD, GOOD)
    page = desk.get(TALLIES.url("import_check", draft.pk))
    assert "合并 1 行" in page.content.decode() and "无关" in page.content.decode()
    done = desk.post(TALLIES.url("import_check", draft.pk), {"check_no": draft.check_no})
    assert done.url == TALLIES.url("import_result", draft.pk)
    assert "新增 1 行" in desk.get(done.url).content.decode()
    assert Tally.objects.get().code == "A"
    again = desk.post(TALLIES.url("import_check", draft.pk), {"check_no": draft.check_no})
    assert again.url == done.url and Tally.objects.count() == 1
    assert "三月.xlsx" in desk.get(TALLIES.url("import")).content.decode()


def test_the_map_names_what_is_missing_ignored_and_done_before(desk, office):
    merged(office, HEAD, GOOD)
    page = desk.get(send(desk, HEAD, GOOD).url).content.decode()
    assert "同一文件已由甲于" in page
    assert "以下表头暂不导入：无关" in page
    page = desk.get(send(desk, ["编号", "件数"], ["A", 1]).url).content.decode()
    assert "缺少更新依据列，无法试导入：期间" in page
    assert "没有这些必填列：名称" in page


def test_bad_rows_are_shown_and_left_out_on_request_only(desk):
    draft = walk(desk, HEAD, GOOD, BAD)
    address = TALLIES.url("import_check", draft.pk)
    page = desk.get(address).content.decode()
    assert "不是月份" in page and "只导入其余 1 行，1 行不导入（已列入报告）" in page
    refused = desk.post(address, {"check_no": draft.check_no})
    assert refused.status_code == 422 and not Tally.objects.exists()
    desk.post(address, {"check_no": draft.check_no, "partial": "on"})
    assert Tally.objects.count() == 1
    assert "另有 1 行不能导入" in desk.get(TALLIES.url("import_result", draft.pk)).content.decode()


def test_the_report_holds_the_cells_the_outcome_and_the_reasons(desk):
    draft = walk(desk, HEAD, GOOD, BAD, ["合计", None, None, None, 3, None])
    answer = desk.get(TALLIES.url("import_report", draft.pk))
    assert answer["Content-Disposition"].startswith("attachment")
    table = read_table(io.BytesIO(answer.content), "report.xlsx")
    assert table.headings == ["行号", *HEAD, "结果", "原因"]
    rows = [row.cells for row in table.rows]
    assert rows[0][1] == "A" and rows[0][-2] == "新增"
    assert rows[1][-2] == "不能导入" and "期间" in rows[1][-1] and "不是月份" in rows[1][-1]
    assert rows[2][-2] == "合计或说明行，未作为数据"


def test_a_lost_race_offers_another_try(desk, office):
    merged(office, HEAD, GOOD)
    draft = walk(desk, HEAD, ["A", "2025-03", None, "收案", 5, "x"])
    sheet_world.touch(Tally.objects.get(), count=9)
    address = TALLIES.url("import_check", draft.pk)
    answer = desk.post(address, {"check_no": draft.check_no, "reason": "更正"})
    assert answer.status_code == 409 and "重新试导入" in answer.content.decode()
    assert desk.post(TALLIES.url("import_map", draft.pk), {"again": "1"}).url == address
    desk.post(address, {"check_no": draft.check_no + 1, "reason": "更正"})
    assert Tally.objects.get().count == 5


def test_nothing_new_is_said(desk, office):
    merged(office, HEAD, GOOD)
    draft = walk(desk, HEAD, GOOD)
    assert "完全一致" in desk.get(TALLIES.url("import_check", draft.pk)).content.decode()


def test_a_wrong_form_keeps_the_person_on_the_page(desk):
    for rows, more, words in (
        ((HEAD, GOOD), {"cut_off": ""}, "数据截止日"),
        ((HEAD, GOOD), {"heading_rows": "甲"}, "表头所在行"),
        ((HEAD, GOOD), {"heading_rows": "99"}, "没有第 99 行"),
        (([1, 2], [3, 4]), {}, "没有找到表头"),
    ):
        answer = send(desk, *rows, **more)
        assert answer.status_code == 422 and words in answer.content.decode()
    assert not ImportDraft.objects.exists()


def test_a_dropped_import_leads_back_to_the_start(desk, office):
    draft = tried(office, HEAD, GOOD)
    assert desk.post(TALLIES.url("import_drop", draft.pk)).url == TALLIES.url("import")
    assert desk.get(TALLIES.url("import_check", draft.pk)).url == TALLIES.url("import")
    draft.refresh_from_db()
    assert draft.state == ImportState.DROPPED


def test_who_may_not_import_sees_no_step(client, office):
    draft = tried(office, HEAD, GOOD)
    address = {
        name: TALLIES.url(name, draft.pk) for name in ("import_map", "import_check", "import_report", "import_drop")
    }
    assert client.get(TALLIES.url("import")).status_code == 302  # to the sign-in page
    for person, status in (
        (clerk("judge"), 403),
        (clerk("office"), 404),
    ):
        client.force_login(person)
        assert client.get(TALLIES.url("import")).status_code == (200 if status == 404 else status)
        assert {client.get(address[name]).status_code for name in list(address)[:3]} == {status}
        assert client.post(address["import_drop"]).status_code == status
    draft.refresh_from_db()
    assert draft.state == ImportState.CHECKED


class Unread(io.RawIOBase):
    """A body that must not be read."""

    def read(self, size=-1):
        raise AssertionError("the upload was read")


@pytest.mark.parametrize("length, status", [(str(10**12), 413), ("", 411)])
def test_an_upload_over_the_limit_is_refused_before_it_is_read(length, status, office, settings):
    settings.BIHUAN_MAX_UPLOAD = 5 * 1024 * 1024
    client = Client(enforce_csrf_checks=True)
    client.force_login(office)
    answer = client.generic(
        "POST", TALLIES.url("import"), content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=length,
        **{"wsgi.input": Unread()},
    )  # fmt: skip
    assert answer.status_code == status
    if status == 413:
        assert "超过上限 5.0 MB" in answer.content.decode()


def test_the_token_is_still_asked_of_an_upload(office):
    client = Client(enforce_csrf_checks=True)
    client.force_login(office)
    assert send(client, HEAD, GOOD).status_code == 403
    request = RequestFactory().get("/")
    assert getattr(pages.measured(lambda request: None), "csrf_exempt", False) and request.method == "GET"


def test_the_statements_of_a_page_do_not_grow_with_its_rows(desk, office, django_assert_max_num_queries):
    with clock.simulate(dt.date(2025, 4, 10)):
        draft = tried(office, HEAD, *[[f"A{i}", "去年", None, "收案", i, "x"] for i in range(60)])
    with django_assert_max_num_queries(17):
        assert desk.get(TALLIES.url("import_check", draft.pk)).status_code == 200
