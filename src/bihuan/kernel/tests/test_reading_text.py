"""Text files and web pages that call themselves Excel."""

from __future__ import annotations

import pytest

from bihuan.kernel.sheets.reading import Limits, SheetRefused, read_table
from bihuan.kernel.sheets.reading.delimited import sniff_delimiter

TEXT = '部门,责任人,件数\n立案庭,张某,3\n执行局,"李,某",5\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a.xls"])
def test_every_encoding_is_read(encoding, name):
    table = read_table(TEXT.encode(encoding), name)
    assert table.headings == ["部门", "责任人", "件数"]
    assert [row.cells for row in table.rows] == [("立案庭", "张某", "3"), ("执行局", "李,某", "5")]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", "，"])
def test_every_delimiter_is_found(delimiter):
    text = delimiter.join(["甲", "乙", "丙"]) + "\n" + delimiter.join(["一", "二", "三"]) + "\n"
    assert sniff_delimiter(text) == delimiter
    assert read_table(text.encode(), "a.csv").headings == ["甲", "乙", "丙"]


def test_digits_wrapped_to_stay_text():
    table = read_table('编号,名称\n="00123",甲\n\t00456,乙\n'.encode(), "a.csv")
    assert [row.cells[0] for row in table.rows] == ["00123", "00456"]


def test_a_two_row_heading_without_merges():
    text = "姓名,整改,,备注\n,措施,时限,\n甲,学习,三月,无\n"
    table = read_table(text.encode("gbk"), "a.csv")
    assert table.headings == ["姓名", "整改/措施", "整改/时限", "备注"]
    assert table.rows[0].cells == ("甲", "学习", "三月", "无")


@pytest.mark.parametrize("name", ["a.xlsx", "a.et", "a.ods"])
def test_text_renamed_to_a_workbook_is_refused_with_advice(name):
    with pytest.raises(SheetRefused) as caught:
        read_table(TEXT.encode(), name)
    assert caught.value.code == "text_named_workbook"
    assert ".csv" in str(caught.value.reasons[0])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\n\n\n", "empty"),
        (b"a,b\n1,\x002\n", "nul_bytes"),
        ("部门,件数\n甲,".encode("gbk") + b"\xff\xff\n", "bad_encoding"),
        ('部门,件数\n"甲,1\n'.encode() + b"x" * 200_000, "text_damaged"),
        ("部门,件数\n".encode() + b"y" * 40_000 + b",1\n", "cell_too_long"),
    ],
)
def test_broken_text_is_refused_with_its_reason(data, code):
    with pytest.raises(SheetRefused) as caught:
        read_table(data, "a.csv")
    assert caught.value.code == code
    assert str(caught.value.reasons[0])


def test_limits_of_rows_and_columns():
    rows = "甲,乙\n" + "一,二\n" * 20
    with pytest.raises(SheetRefused) as caught:
        read_table(rows.encode(), "a.csv", limits=Limits(rows=10))
    assert caught.value.code == "too_many_rows"
    wide = ",".join(f"列{i}" for i in range(300)) + "\n"
    with pytest.raises(SheetRefused) as caught:
        read_table((wide * 2).encode(), "a.csv")
    assert caught.value.code == "too_many_columns"
    with pytest.raises(SheetRefused) as caught:
        read_table(b"x" * 2000, "a.csv", limits=Limits(file_bytes=1000))
    assert caught.value.code == "too_large"


PAGE = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>
<meta http-equiv="Content-Type" content="text/html; charset=gb2312"></head><body>
<table><tr><td>导航</td></tr></table>
<table border=1>
<tr><th colspan=4>整改台账</th></tr>
<tr><th rowspan=2>部门</th><th colspan=2>整改</th><th rowspan=2>备注</th></tr>
<tr><th>措施</th><th>时限</th></tr>
<tr><td rowspan=2>立案庭</td><td>学习<br>教育</td><td>三月</td><td>&nbsp;</td></tr>
<tr><td>检查</td><td>四月</td><td>有</td></tr>
</table></body></html>"""


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig", "utf-16"])
def test_a_web_page_named_xls(encoding):
    table = read_table(PAGE.encode(encoding), "导出.xls")
    assert table.headings == ["部门", "整改/措施", "整改/时限", "备注"]
    assert [row.cells for row in table.rows] == [
        ("立案庭", "学习\n教育", "三月", None),
        ("立案庭", "检查", "四月", "有"),
    ]
    assert table.sheets == ["1", "2"]
    assert any(m.code == "sheet.note.name_differs" for m in table.notes)


def test_a_page_of_frames_and_a_page_without_table():
    with pytest.raises(SheetRefused) as caught:
        read_table(b"<html><frameset><frame src='sheet001.htm'></frameset></html>", "a.xls")
    assert caught.value.code == "html_frames"
    with pytest.raises(SheetRefused) as caught:
        read_table("<html><p>没有表</p></html>".encode(), "a.xls")
    assert caught.value.code == "empty"


def test_absurd_spans_are_bounded():
    page = "<table><tr><td colspan=99999999>甲</td></tr></table>"
    with pytest.raises(SheetRefused) as caught:
        read_table(page.encode(), "a.xls")
    assert caught.value.code == "too_many_columns"
    tall = "<table><tr><th rowspan=1>甲</th><th>乙</th></tr><tr><td rowspan=99999999>一</td><td>二</td></tr></table>"
    assert len(read_table(tall.encode(), "a.xls").rows) == 1


@pytest.mark.parametrize("data", [b"%PDF-1.4\n%%EOF", b"\x89PNG\r\n\x1a\n" + b"\0" * 50])
def test_what_is_no_table_is_named(data):
    with pytest.raises(SheetRefused) as caught:
        read_table(data, "a.xlsx")
    assert caught.value.code == "not_a_table"
