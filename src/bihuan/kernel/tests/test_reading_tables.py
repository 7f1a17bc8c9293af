"""Real sheets: titles above the heading, double headings, merged cells, totals, formulas, dates."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
import xlwt
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from bihuan.kernel.sheets.reading import SheetRefused, list_sheets, read_table


def saved(book) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xlsx(rows, merges=()) -> bytes:
    book: Any = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    for area in merges:
        book.active.merge_cells(area)
    return saved(book)


def codes(table) -> list[str]:
    return [message.code.removeprefix("sheet.note.") for message in table.notes]


def note(table, code):
    return next(m.params for m in table.notes if m.code == f"sheet.note.{code}")


def test_a_plain_sheet():
    table = read_table(xlsx([["序号", "姓名", "日期"], [1, "甲", dt.date(2025, 3, 1)], [2, "乙", None]]), "a.xlsx")
    assert table.headings == ["序号", "姓名", "日期"]
    assert [row.number for row in table.rows] == [2, 3]
    assert table.rows[0].cells == (1, "甲", dt.date(2025, 3, 1))
    assert isinstance(table.rows[0].cells[0], int)
    assert table.rows[1].cells == (2, "乙", None)
    assert table.notes == []


def test_title_rows_above_the_heading_are_skipped():
    data = xlsx(
        [
            ["某院整改台账"],
            ["填报单位：办公室", None, None, "2025年3月"],
            ["序号", "问题", "责任人", "时限"],
            [1, "甲", "乙", "丙"],
        ],
        ["A1:D1"],
    )
    table = read_table(data, "a.xlsx", expected=["问题", "责任人"])
    assert table.headings == ["序号", "问题", "责任人", "时限"]
    assert table.heading_rows == (3,)
    assert note(table, "skipped_above") == {"count": 2}
    assert len(table.rows) == 1


def test_a_title_is_skipped_without_expectations():
    table = read_table(xlsx([["某院整改台账"], ["序号", "问题", "时限"], [1, "甲", "乙"]], ["A1:C1"]), "a.xlsx")
    assert table.headings == ["序号", "问题", "时限"]


def test_two_heading_rows_become_one():
    data = xlsx(
        [["序号", "整改", None, "备注"], [None, "措施", "时限", None], [1, "立行立改", "2025年3月", "无"]],
        ["A1:A2", "B1:C1", "D1:D2"],
    )
    table = read_table(data, "a.xlsx")
    assert table.headings == ["序号", "整改/措施", "整改/时限", "备注"]
    assert table.heading_rows == (1, 2)
    assert table.rows[0].cells == (1, "立行立改", "2025年3月", "无")
    assert "double_heading" in codes(table)


def test_heading_rows_can_be_named():
    data = xlsx([["甲", "乙"], ["丙", "丁"], ["戊", "己"]])
    assert read_table(data, "a.xlsx", header_rows=[2]).headings == ["丙", "丁"]
    assert read_table(data, "a.xlsx", header_rows=[1, 2]).headings == ["甲/丙", "乙/丁"]
    with pytest.raises(SheetRefused) as caught:
        read_table(data, "a.xlsx", header_rows=[9])
    assert caught.value.code == "heading_missing"


def test_merged_cells_fill_down_and_right():
    data = xlsx(
        [
            ["问题", "措施", "牵头", "配合"],
            ["甲", "一", "办公室", None],
            [None, "二", "立案庭", "执行局"],
            [None, None, None, None],
        ],
        ["A2:A4", "C2:D2"],
    )
    table = read_table(data, "a.xlsx")
    assert [row.cells for row in table.rows] == [("甲", "一", "办公室", "办公室"), ("甲", "二", "立案庭", "执行局")]
    assert note(table, "merged_filled") == {"count": 2}


def test_a_merged_section_title_is_told_apart():
    data = xlsx([["序号", "问题", "措施"], ["一、党的建设"], [1, "甲", "乙"]], ["A2:C2"])
    table = read_table(data, "a.xlsx")
    assert [row.is_spanning for row in table.rows] == [True, False]
    assert [row.number for row in table.data_rows()] == [3]


def test_total_rows_are_flagged_and_kept():
    data = xlsx([["部门", "件数"], ["立案庭", 3], ["合 计", 3], ["总计：", 3], ["合计局", 1]])
    table = read_table(data, "a.xlsx")
    assert [row.is_total for row in table.rows] == [False, True, True, False]
    assert note(table, "total_rows") == {"rows": [3, 4]}


def test_duplicate_and_empty_headings_are_reported_and_kept_apart():
    data = xlsx([["部门", "金额", "金额", None, "备注"], ["甲", 1, 2, 3, None]])
    table = read_table(data, "a.xlsx")
    assert table.headings == ["部门", "金额", "金额（2）", "[D]", "备注"]
    assert len(set(table.headings)) == len(table.headings)
    assert note(table, "duplicate_heading") == {"heading": "金额", "columns": ["B", "C"]}
    assert note(table, "empty_heading") == {"column": "D"}
    assert table.rows[0].cells == ("甲", 1, 2, 3, None)


def test_an_unnamed_empty_column_is_dropped_and_letters_still_point_home():
    table = read_table(xlsx([[None, "部门", None, "件数"], [None, "甲", None, 1]]), "a.xlsx")
    assert table.headings == ["部门", "件数"]
    assert table.columns == ["B", "D"]
    assert table.rows[0].cells == ("甲", 1)


def test_a_ragged_row_is_kept_with_its_problem():
    table = read_table(xlsx([["部门", "件数"], ["甲", 1, "多", "余"], ["乙"]]), "a.xlsx")
    assert table.rows[0].cells == ("甲", 1)
    assert table.rows[0].problems[0].code == "sheet.problem.extra_cells"
    assert table.rows[0].problems[0].params == {"count": 2, "values": ["多", "余"]}
    assert table.rows[1].cells == ("乙", None)
    assert note(table, "ragged_rows") == {"count": 1}


def test_blank_rows_are_skipped_and_numbers_stay_the_sheets():
    table = read_table(xlsx([["部门", "件数"], ["甲", 1], [None], ["  ", None], ["乙", 2]]), "a.xlsx")
    assert [row.number for row in table.rows] == [2, 5]
    assert note(table, "blank_rows") == {"count": 2}


def test_formulas_never_calculated_are_a_problem_of_their_row():
    table = read_table(xlsx([["部门", "件数"], ["甲", "=1+1"], ["乙", 2], ["=A2", "=B2"]]), "a.xlsx")
    assert table.rows[0].problems[0].code == "sheet.problem.formula_without_value"
    assert table.rows[1].problems == ()
    assert note(table, "formulas_without_value") == {"count": 3, "cell": "B2"}


def test_formula_errors_are_a_problem_of_their_row():
    book = openpyxl.Workbook()
    book.active.append(["部门", "件数"])
    book.active.append(["甲", "#N/A"])
    table = read_table(saved(book), "a.xlsx")
    assert table.rows[0].problems[0].params == {"column": "B", "value": "#N/A"}
    assert note(table, "formula_errors")["cell"] == "B2"


def test_long_numbers_have_lost_digits():
    table = read_table(xlsx([["姓名", "账号"], ["甲", 123456789012345678], ["乙", "123456789012345678"]]), "a.xlsx")
    assert table.rows[0].problems[0].code == "sheet.problem.digits_lost"
    assert table.rows[1].problems == ()


def test_dates_of_both_calendars_are_the_same_days():
    book = openpyxl.Workbook()
    book.active.append(["甲", "日期"])
    book.active.append(["一", dt.datetime(2025, 3, 1)])
    plain = read_table(saved(book), "a.xlsx")
    book.epoch = CALENDAR_MAC_1904
    mac = read_table(saved(book), "a.xlsx")
    assert plain.rows[0].cells[1] == mac.rows[0].cells[1] == dt.date(2025, 3, 1)
    assert (plain.date1904, mac.date1904) == (False, True)


@pytest.mark.parametrize("filename", ["a.xls", "表.et"])
def test_a_classic_workbook(filename):
    book = xlwt.Workbook()
    sheet = book.add_sheet("台账")
    for column, name in enumerate(["部门", "日期", "件数"]):
        sheet.write(0, column + 1, name)
    sheet.write_merge(1, 2, 1, 1, "立案庭")
    sheet.write(1, 2, dt.date(2025, 3, 1), xlwt.easyxf(num_format_str="YYYY-MM-DD"))
    sheet.write(1, 3, 5)
    sheet.write(2, 3, 6.0)
    table = read_table(saved(book), filename)
    assert table.headings == ["部门", "日期", "件数"]
    assert table.columns == ["B", "C", "D"]
    assert [row.cells for row in table.rows] == [("立案庭", dt.date(2025, 3, 1), 5), ("立案庭", None, 6)]
    assert table.sheet == "台账"


def test_sheets_are_chosen_by_name_number_or_content():
    book = openpyxl.Workbook()
    book.active.title = "空"
    for title in ("一季度", "二季度", "隐藏"):
        page = book.create_sheet(title)
        page.append(["部门", "件数"])
        page.append([title, 1])
    book["隐藏"].sheet_state = "hidden"
    data = saved(book)
    table = read_table(data, "a.xlsx")
    assert (table.sheet, table.sheets) == ("一季度", ["空", "一季度", "二季度"])
    assert note(table, "other_sheets") == {"sheet": "一季度", "others": ["二季度"]}
    assert note(table, "hidden_sheets") == {"sheets": ["隐藏"]}
    assert read_table(data, "a.xlsx", sheet="二季度").rows[0].cells[0] == "二季度"
    assert read_table(data, "a.xlsx", sheet=2).sheet == "二季度"
    assert list_sheets(data, "a.xlsx") == ["空", "一季度", "二季度"]
    for wrong in ("三季度", 7):
        with pytest.raises(SheetRefused) as caught:
            read_table(data, "a.xlsx", sheet=wrong)
        assert caught.value.code == "sheet_missing"


def test_expected_names_find_a_heading_that_looks_unlike_one():
    data = xlsx([["说明", "本表", "由各部门"], ["部门名称（全称）", "责任 人", "完成\n时限"], ["甲", "乙", "丙"]])
    table = read_table(data, "a.xlsx", expected=["部门名称", "责任人", "完成时限", "备注"])
    assert table.heading_rows == (2,)
    assert table.headings[1:] == ["责任人", "完成时限"]
    assert note(table, "expected_not_found") == {"headings": ["备注"]}


def test_a_sheet_without_heading_is_refused():
    with pytest.raises(SheetRefused) as caught:
        read_table(xlsx([[1, 2, 3], [4, 5, 6]]), "a.xlsx")
    assert caught.value.code == "no_heading"
    assert "表头" in str(caught.value.reasons[0])


def test_records_name_their_cells():
    table = read_table(xlsx([["部门", "件数"], ["甲", 1], ["合计", 1]]), "a.xlsx")
    assert [(row.number, record) for row, record in table.records()] == [(2, {"部门": "甲", "件数": 1})]


def test_a_path_and_an_open_file_do_too(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx([["部门", "件数"], ["甲", 1]]))
    assert len(read_table(path, path.name).rows) == 1
    with path.open("rb") as handle:
        assert len(read_table(handle, path.name).rows) == 1
        assert not handle.closed
