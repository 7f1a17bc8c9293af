"""Files that carry a secrecy mark do not enter; files that speak of secrets do."""

from __future__ import annotations

import openpyxl
import pytest

from bihuan.kernel.files import DEFAULT_ALLOWED, inspect_upload
from bihuan.kernel.tests.files_samples import (
    OFD,
    PNG,
    changed,
    classic,
    pdf,
    refused,
    saved,
    sheet,
    word,
)


@pytest.mark.parametrize("mark", ["秘密★1年", "机密★", "绝密★长期", "机 密 ★ 10 年", "工作秘密★2年", "秘密☆"])
def test_marked_files_are_refused(mark):
    for name, data in (
        ("a.docx", word(mark, "关于某事的报告")),
        ("a.docx", word("正文", header=mark)),
        ("a.txt", f"{mark}\n关于某事的报告".encode()),
        ("a.txt", f"{mark}\n关于某事的报告".encode("gbk")) if "☆" not in mark else ("a.txt", mark.encode()),
        ("a.xlsx", sheet([mark], ["甲", "乙"])),
        ("a.html", f"<html><body><p>{mark}</p></body></html>".encode()),
    ):
        exc = refused(data, name, allow=DEFAULT_ALLOWED | {"html"})
        assert exc.code == "state_secret"
        assert "国家秘密" in str(exc.reasons[0])


def test_a_bare_grade_on_a_line_of_its_own_is_a_mark():
    assert refused(word("机  密", "关于某事的报告"), "a.docx").code == "state_secret"
    assert refused(word("密级：秘密"), "a.docx").code == "state_secret"


def test_a_marked_classic_sheet_and_page_layout_file():
    assert refused(classic("秘密★1年", "甲"), "a.xls").code == "state_secret"
    marked = changed(
        OFD, {"Doc_0/Pages/Page_0/Content.xml": "<p><TextObject><TextCode>机密★</TextCode></TextObject></p>"}
    )
    assert refused(marked, "a.ofd").code == "state_secret"


def test_a_printed_header_of_a_sheet_is_seen():
    book = openpyxl.Workbook()
    book.active.append(["甲", "乙"])
    book.active.oddHeader.left.text = "机密★5年"
    assert refused(saved(book), "a.xlsx").code == "state_secret"


@pytest.mark.parametrize(
    "text",
    [
        "严守国家秘密，不得泄露审判秘密。",
        "商业秘密案件三件",
        "密级管理制度",
        "五★评价",
        "关于定密工作的机密文件管理办法",
    ],
)
def test_speaking_of_secrets_is_no_mark(text):
    assert inspect_upload(word(text), filename="a.docx").kind == "docx"
    assert inspect_upload(text.encode(), filename="a.txt").kind == "txt"


def test_what_could_not_be_read_says_so():
    seen = inspect_upload(PNG, filename="a.png")
    assert [m.code for m in seen.warnings] == ["file.remark.secrecy_unchecked"]


@pytest.mark.parametrize("action", ["/JavaScript", "/Launch"])
def test_scripts_in_a_pdf_are_noted(action):
    seen = inspect_upload(pdf(action=action), filename="a.pdf")
    assert "file.remark.pdf_script" in [m.code for m in seen.warnings]


def test_a_pdf_with_text_is_searched_for_marks():
    assert inspect_upload(pdf("关于某事的报告"), filename="a.pdf").warnings == ()
    exc = refused(pdf("机密★9年"), "a.pdf")
    assert (exc.code, exc.params["mark"]) == ("state_secret", "机密★9年")
