"""How courts write their lists, and what must come of it."""

from __future__ import annotations

import datetime as dt

import pytest

from bihuan.kernel.errors import Refused
from bihuan.rectification.plan_lists import Lists, read_lists

from .made import docx, xlsx

COMBINED = [
    ["序号", "监督重点", "反馈问题", "整改措施", "完成标准", "责任领导", "责任部门", "配合部门", "责任人", "整改时限"],
    ["1", "党组织建设方面", "甲项工作抓得不紧", "建立月度例会", "例会每月一次", "张三", "审管办", "民一庭、民二庭", "李四", "2025年9月底前"],
    ["^", "^", "^", "修订规则", "规则印发", "张三", "审管办", "/", "王五", "立行立改"],
    ["2", "", "乙项工作底数不清", "逐件核对", "台账齐全", "赵六", "执行局", "无", "孙七、周八", "2025.10.15"],
]  # fmt: skip


def codes(lists: Lists, attribute: str = "faults") -> list[str]:
    return [m.code for item in lists.items() for m in getattr(item, attribute)]


@pytest.mark.parametrize("make,name", [(docx, "清单.docx"), (xlsx, "清单.xlsx")])
def test_one_combined_table_with_merged_problems(make, name) -> None:
    lists = read_lists(make(("整改清单", COMBINED)), name)
    one, two = lists.problems
    assert (one.code, one.verbatim, one.category) == ("1", "甲项工作抓得不紧", "党组织建设方面")
    assert [m.code for m in one.measures()] == ["1-1", "1-2"]
    first, second = one.measures()
    assert (first.due, first.starts, first.lead_units) == (dt.date(2025, 9, 30), None, ("审管办",))
    assert first.co_units == ("民一庭", "民二庭")
    assert second.co_units == ()
    assert (second.due, second.due_words) == (None, "立行立改")
    (third,) = two.measures()
    assert (third.persons, third.due) == (("孙七", "周八"), dt.date(2025, 10, 15))
    assert lists.faults == []
    assert lists.leftovers == []
    assert "lists.filled_down" in codes(lists, "remarks") or two.category == "党组织建设方面"


def test_three_tables_joined_by_numbers_written_differently() -> None:
    lists = read_lists(
        docx(
            ("问题清单", [
                ["问题编号", "反馈问题", "具体问题", "原因分析", "整改类型", "难度等级"],
                ["一", "甲项工作不力", "（1）会议少", "重视不够", "集中整改", "一级"],
                ["^", "^", "（2）记录缺", "^", "^", "^"],
                ["二", "乙项工作不力", "台账乱", "人手不足", "长期坚持", "三级"],
            ]),
            ("任务清单", [
                ["问题编号", "具体问题", "措施编号", "工作任务", "预期目标"],
                ["1", "（1）会议少", "1-1", "按月开会", "会议齐全"],
                ["^", "（2）记录缺", "1-2", "补齐记录", "记录齐全"],
                ["2", "台账乱", "2-1", "重建台账", "账实相符"],
            ]),
            ("责任清单", [
                ["任务编号", "牵头领导", "牵头部门", "配合单位", "经办人", "开始日期", "完成期限"],
                ["一-1", "张三", "审管办", "民一庭", "李四", "二〇二五年八月一日", "2025年三季度末"],
                ["一-2", "张三", "审管办", "", "李四", "2025/8/1", "20250930"],
                ["二-1", "王五", "执行局", "—", "赵六", "2025-08-01", "长期坚持，2025年12月31日前完成"],
            ]),
        ),
        "三张清单.docx",
    )  # fmt: skip
    one, two = lists.problems
    assert [(s.no, s.verbatim) for s in one.subs] == [("（1）", "（1）会议少"), ("（2）", "（2）记录缺")]
    assert [(m.code, m.text) for m in one.measures()] == [("1-1", "按月开会"), ("1-2", "补齐记录")]
    first, second = one.measures()
    assert (first.starts, first.due) == (dt.date(2025, 8, 1), dt.date(2025, 9, 30))
    assert (second.starts, second.due, second.leaders) == (dt.date(2025, 8, 1), dt.date(2025, 9, 30), ("张三",))
    (last,) = two.measures()
    assert (last.due, last.due_words) == (dt.date(2025, 12, 31), "长期坚持")
    assert (one.root_cause, one.kind, one.grade, two.grade) == ("重视不够", "集中整改", "一级", "三级")
    assert lists.faults == []
    assert lists.leftovers == []
    assert {p.table for p in first.places} == {"2 任务清单", "3 责任清单"}


def test_double_heading_repeated_heading_sections_and_a_total() -> None:
    lists = read_lists(
        docx(
            ("整改清单", [
                ["序号", "反馈问题", "整改措施", "<", "责任落实", "<", "整改时限"],
                ["^", "^", "编号", "内容", "责任领导", "责任部门", "^"],
                ["一、贯彻落实决策部署方面", "<", "<", "<", "<", "<", "<"],
                ["1", "甲项不力", "（1）", "开会", "张三", "办公室", "2025年9月30日前"],
                ["^", "^", "（2）", "发文", "张三", "办公室", "2025年10月"],
                ["序号", "反馈问题", "整改措施", "<", "责任落实", "<", "整改时限"],
                ["^", "^", "编号", "内容", "责任领导", "责任部门", "^"],
                ["二、基层党组织建设方面", "<", "<", "<", "<", "<", "<"],
                ["1", "乙项不力", "（1）", "核对", "李四", "执行局", "2025年9月30日前"],
                ["合计", "", "3", "", "", "", ""],
            ]),
        ),
        "清单.docx",
    )  # fmt: skip
    assert [(p.code, p.category) for p in lists.problems] == [
        ("1", "一、贯彻落实决策部署方面"),
        ("二-1", "二、基层党组织建设方面"),
    ]
    assert [(m.code, m.text) for m in lists.measures()] == [("1-1", "开会"), ("1-2", "发文"), ("二-1-1", "核对")]
    assert [left.why.code for left in lists.leftovers] == ["lists.section_row", "lists.section_row", "lists.total_row"]
    assert [note.code for note in lists.notes] == ["lists.heading_repeated"]
    assert lists.faults == []
    assert "lists.month_end" in codes(lists, "remarks")


def test_a_table_cut_by_a_page_goes_on_and_joins_by_order() -> None:
    lists = read_lists(
        docx(
            ("任务清单", [
                ["序号", "反馈问题", "整改措施"],
                ["1", "甲项不力", "开会"],
                ["^", "^", "发文"],
            ]),
            ("", [["2", "乙项不力", "核对"]]),
            ("责任清单", [
                ["责任领导", "责任部门", "责任人"],
                ["张三", "办公室", "李四"],
                ["张三", "办公室", "王五"],
                ["赵六", "执行局", "孙七"],
            ]),
        ),
        "清单.docx",
    )  # fmt: skip
    assert [(m.code, m.persons) for m in lists.measures()] == [
        ("1-1", ("李四",)),
        ("1-2", ("王五",)),
        ("2-1", ("孙七",)),
    ]
    assert [note.code for note in lists.notes] == ["lists.table_continues"]


def test_several_measures_in_one_cell_are_taken_apart() -> None:
    rows = [
        ["问题编号", "反馈问题", "整改措施", "责任部门", "完成时限"],
        ["3", "丙项不力", "1.建账\n逐件登记\n2.对账\n3.销账", "执行局", "2025年12月中旬"],
    ]
    lists = read_lists(docx(("清单", rows)), "清单.docx")
    assert [(m.code, m.text) for m in lists.measures()] == [
        ("3-1", "1.建账\n逐件登记"),
        ("3-2", "2.对账"),
        ("3-3", "3.销账"),
    ]
    assert {m.due for m in lists.measures()} == {dt.date(2025, 12, 20)}


def test_leads_are_refused_and_their_text_is_not_kept() -> None:
    rows = [
        ["问题编号", "监督重点", "反馈问题", "整改措施", "责任部门", "完成时限"],
        ["1", "问题线索", "某人收受财物一事", "核查", "督察室", "2025年9月30日"],
        ["2", "监督执纪", "问题线索处置工作不规范", "规范流程", "督察室", "2025年9月30日"],
    ]
    for make, name in ((docx, "清单.docx"), (xlsx, "清单.xlsx")):
        lists = read_lists(make(("清单", rows)), name)
        assert [p.code for p in lists.problems] == ["2"]
        (left,) = lists.leftovers
        assert (left.why.code, left.refused, left.cells) == ("lists.leads", True, ())
        assert "收受财物" not in repr(lists)
    lists = read_lists(docx(("移交问题线索清单", rows)), "清单.docx")
    assert lists.problems == []
    assert [note.code for note in lists.notes] == ["lists.table_leads"]


def test_what_cannot_be_understood_is_named_and_nothing_is_lost() -> None:
    rows = [
        ["问题编号", "反馈问题", "措施编号", "整改措施", "责任部门", "完成时限", "进展情况"],
        ["1", "甲项不力", "1-1", "开会", "办公室", "尽快", "已开会两次"],
        ["1", "甲项不力", "1-2", "发文", "办公室", "9月30日前", ""],
        ["1", "甲项不力", "1-2", "另发一文", "办公室", "2025年9月31日", ""],
    ]
    lists = read_lists(docx(("清单", rows), ("备注", [["甲", "乙"], ["丙", "丁"]])), "清单.docx")
    by_code = [(m.code, m.due, m.due_words, [f.code for f in m.faults]) for m in lists.measures()]
    assert by_code == [
        ("1-1", None, "", ["lists.not_a_day"]),
        ("1-2", None, "9月30日前", []),
        ("1-2", None, "", ["lists.not_a_day", "lists.code_twice"]),
    ]
    assert [note.code for note in lists.notes] == ["lists.table_unknown", "lists.column_unplaced"]
    assert lists.notes[1].params["heading"] == "进展情况"
    assert lists.notes[1].params["count"] == 1
    assert [left.cells for left in lists.leftovers] == [("甲", "乙"), ("丙", "丁")]


def test_rows_that_join_nothing_are_listed_whole() -> None:
    lists = read_lists(
        xlsx(
            ("任务清单", [["问题编号", "反馈问题", "措施编号", "整改措施"], ["1", "甲项不力", "1-1", "开会"]]),
            ("责任清单", [["措施编号", "责任领导", "责任部门"], ["1-1", "张三", "办公室"], ["9-9", "李四", "执行局"]]),
        ),
        "清单.xlsx",
    )
    assert [m.leaders for m in lists.measures()] == [("张三",)]
    (left,) = lists.leftovers
    assert left.cells == ("9-9", "李四", "执行局")
    assert (left.why.code, left.place.table, left.place.row) == ("lists.row_unjoined", "责任清单", 3)


def test_lists_below_each_other_on_one_sheet_and_real_dates() -> None:
    rows: list[list[object]] = [
        ["问题清单", "", "", ""],
        ["问题编号", "反馈问题", "牵头领导", ""],
        ["1", "甲项不力", "张三", ""],
        ["问题编号", "措施编号", "整改措施", "责任部门", "完成时限"],
        ["1", "1-1", "开会", "办公室", dt.date(2025, 9, 30)],
    ]
    lists = read_lists(xlsx(("整改", rows)), "清单.xlsx")
    (problem,) = lists.problems
    assert problem.leaders == ("张三",)
    assert [(m.code, m.due, m.lead_units) for m in problem.measures()] == [("1-1", dt.date(2025, 9, 30), ("办公室",))]


def test_contradicting_tables_are_told() -> None:
    lists = read_lists(
        docx(
            ("任务清单", [["问题编号", "反馈问题", "措施编号", "整改措施", "完成时限"],
                         ["1", "甲项不力", "1-1", "开会", "2025年9月30日"]]),
            ("责任清单", [["措施编号", "责任部门", "完成时限"], ["1-1", "办公室", "2025年10月30日"]]),
        ),
        "清单.docx",
    )  # fmt: skip
    (fault,) = [fault for _item, fault in lists.faults]
    assert fault.code == "lists.differs"
    assert (fault.params["first"], fault.params["second"]) == ("2025-09-30", "2025-10-30")


def test_no_list_at_all_and_a_broken_file_are_refused_with_words() -> None:
    with pytest.raises(Refused) as none:
        read_lists(docx(("通知", [["甲", "乙"], ["丙", "丁"]])), "通知.docx")
    assert none.value.reasons[0].code == "lists.no_table"
    whole = docx(("清单", COMBINED))
    with pytest.raises(Refused):
        read_lists(whole[: len(whole) // 2], "清单.docx")
    with pytest.raises(Refused) as other:
        read_lists("只是文字".encode(), "清单.txt")
    assert other.value.reasons[0].code == "lists.not_lists"
