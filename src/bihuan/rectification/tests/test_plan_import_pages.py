"""The three lists as a file: the dry run says everything, the load writes everything or nothing, and out comes what went in."""

import io

import docx
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bihuan.rectification import services as s
from bihuan.rectification.ledgers import ROUNDS
from bihuan.rectification.models import Criterion, Measure, Problem

from .pages_support import addresses, page, text  # noqa: F401  a fixture of every test here

HEADINGS = ["问题编号", "反馈问题", "监督重点", "整改类型", "措施编号", "整改措施", "完成标准", "完成时限", "责任领导", "责任部门", "责任人"]
ROW = ["一-1", "办案时限管理不严", "贯彻落实党中央决策部署", "集中整改", "一-1-1", "逐案核查并建立提醒", "超期率连续3个月不超过5%",
       "2026年6月30日", "leader", "民一庭", "judge"]  # fmt: skip


@pytest.fixture
def home(settings, tmp_path):
    """A home of its own for the files between two steps."""
    settings.BIHUAN_HOME = tmp_path
    return tmp_path


def sheet(*rows):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    held = book.add_worksheet("任务清单")
    for n, row in enumerate([HEADINGS, *rows]):
        held.write_row(n, 0, row)
    book.close()
    return SimpleUploadedFile("清单.xlsx", out.getvalue())


def word(*rows):
    document = docx.Document()
    table = document.add_table(rows=0, cols=len(HEADINGS))
    for row in [HEADINGS, *rows]:
        cells = table.add_row().cells
        for cell, value in zip(cells, row, strict=True):
            cell.text = value
    out = io.BytesIO()
    document.save(out)
    return SimpleUploadedFile("清单.docx", out.getvalue())


def upload(client, court, file, status=302):
    url = reverse("rectification:lists_import", args=[court.round.pk])
    return page(client, court.rectifier, url, status, {"file": file})


@pytest.mark.parametrize("make", [sheet, word])
def test_lists_are_looked_at_then_loaded_with_the_criteria_taken(client, court, home, make):
    court.figure
    url = upload(client, court, make(ROW)).url
    shown = text(page(client, court.rectifier, url))
    assert "可以导入" in shown and "新增" in shown and "逐案核查并建立提醒" in shown and "民一庭" in shown
    assert "采用为销号标准" in shown and "超期率" in shown
    assert not Problem.objects.exists(), "a look writes nothing"
    done = page(client, court.rectifier, url, 302, {"accept": ["一-1-1#1"], "reason": "党组会审议稿"})
    assert done.url == ROUNDS.url("detail", court.round.pk)
    measure = Measure.objects.get()
    assert measure.person == court.judge and measure.lead_unit == court.units["civil"]
    assert Criterion.objects.get().params["high"] == "5"
    page(client, court.rectifier, url, 404)


def test_every_fault_stands_at_its_row_and_blocks(client, court, home):
    bad = [*ROW[:9], "民九庭", "张无此人"]
    url = upload(client, court, sheet(bad)).url
    shown = text(page(client, court.rectifier, url))
    assert "暂不能导入" in shown and "民九庭" in shown and "张无此人" in shown and "须更正" in shown
    assert "确认导入" not in shown
    again = text(page(client, court.rectifier, url, 422, {}))
    assert "未导入任何内容" in again and not Problem.objects.exists()


def test_a_second_import_shows_what_differs(client, court, home):
    page(client, court.rectifier, upload(client, court, sheet(ROW)).url, 302, {})
    changed = [*ROW[:5], "逐案核查并逐周提醒", *ROW[6:]]
    shown = text(page(client, court.rectifier, upload(client, court, sheet(changed)).url))
    assert "更新" in shown and "<del>逐案核查并建立提醒</del>" in shown and "<ins>逐案核查并逐周提醒</ins>" in shown


def test_leads_are_refused_and_their_text_is_not_shown(client, court, home):
    lead = ["一-2", "问题线索", *ROW[2:4], "一-2-1", "移交某人涉嫌受贿的情况", *ROW[6:]]
    shown = text(page(client, court.rectifier, upload(client, court, sheet(ROW, lead)).url))
    assert "拒收" in shown and "涉嫌受贿" not in shown


def test_a_row_changed_meanwhile_stops_the_load(client, court, home):
    page(client, court.rectifier, upload(client, court, sheet(ROW)).url, 302, {})
    url = upload(client, court, sheet([*ROW[:5], "改过的措施", *ROW[6:]])).url
    # The plan leaves its draft while the dry run lies open.
    s.add_default_criteria(actor=court.rectifier, round=court.round)
    court.round.refresh_from_db()
    s.submit_plan(actor=court.rectifier, round=court.round)
    shown = text(page(client, court.rectifier, url))
    assert "不能再增减问题" in shown and "确认导入" not in shown
    page(client, court.rectifier, url, 422, {})
    assert Measure.objects.get().text == ROW[5]


def test_wrong_files_are_refused_where_they_are_chosen(client, court, home):
    shown = text(upload(client, court, SimpleUploadedFile("清单.xlsx", b"not a sheet at all"), 422))
    assert "清单.xlsx" in shown
    assert "没有找到清单表格" in text(upload(client, court, _other(), 422))
    assert not (home / "imports").exists() or not list((home / "imports").iterdir())


def _other():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    held = book.add_worksheet()
    for n, row in enumerate([["姓名", "电话"], ["甲", "1"], ["乙", "2"]]):
        held.write_row(n, 0, row)
    book.close()
    return SimpleUploadedFile("通讯录.xlsx", out.getvalue())


def test_a_large_file_is_refused_before_it_is_read(client, court, home, monkeypatch):
    monkeypatch.setattr("bihuan.rectification.pages.plan_import.LIMIT_MB", 0)
    assert "文件超过" in text(upload(client, court, sheet(ROW), 422))


def test_an_upload_is_its_senders_alone(client, court, home):
    url = upload(client, court, sheet(ROW)).url
    page(client, court.head, url, 403)
    other = court.person("rectifier2", "rectify", "rectification_office")
    page(client, other, url, 404)


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_what_is_exported_can_be_imported_again(client, court, home, kind):
    page(client, court.rectifier, upload(client, court, sheet(ROW)).url, 302, {})
    url = reverse("rectification:lists_export", args=[court.round.pk, kind])
    made = page(client, court.rectifier, url)
    assert made["Content-Disposition"].startswith("attachment")
    file = SimpleUploadedFile(f"导出.{kind}", made.content)
    shown = text(page(client, court.rectifier, upload(client, court, file).url))
    assert "可以导入" in shown and "须更正</span><b>0</b>" in shown
    assert page(client, court.stranger, url).content, "others get the lists of what they may see"
