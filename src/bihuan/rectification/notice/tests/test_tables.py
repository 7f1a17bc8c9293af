"""Tables written as text: between bars, between tabs, one cell a line; and texts with bars that are no table."""

import pytest

from bihuan.rectification.notice import read_notice

from .test_layouts import check_spans
from .test_random import nothing_lost

HEAD = """中共甲县人民法院党组关于巡察整改进展情况的通报
2024年3月1日至5月20日，县委第一巡察组对我院党组开展了巡察，2024年7月9日反馈了意见。现将整改情况通报如下。
二、反馈问题整改落实情况
"""
FOOT = "\n三、下一步打算\n持续用力。\n联系电话：0790-3300119\n2025年2月1日"
BARS = """
| 序号 | 类别 | 反馈问题 | 整改措施 | 整改结果 | 状态 |
|:---|---|---|---|---|---|
| 1 | 履职方面 | 关于“排期冲突”的问题 | 每周排期两次。 | 冲突0次。 | 完成 |
|   |          |               | 公开排期表。   | 公开12期。 | 完成 |
| 2 | 队伍方面 | 2.考勤松散 | 每日签到。 | 约谈3人。 | 长期坚持 |
"""
TABS = """序号\t反馈问题\t整改措施\t整改结果
（一）履职方面
1\t排期冲突\t每周排期两次。\t冲突0次。
另公开排期表。
2\t卷宗错放\t逐册核对。\t改正7册。
（二）队伍方面
3\t考勤松散\t每日签到。\t约谈3人。
"""
LINES = "序号\n反馈问题\n整改措施\n整改结果\n1\n排期冲突\n每周排期两次。\n冲突0次。\n2\n考勤松散\n每日签到。\n约谈3人。"


def read(table):
    notice = read_notice(HEAD + table + FOOT)
    check_spans(notice)
    nothing_lost(notice)
    return notice


def rows(notice):
    return [
        (p.section, p.no, p.title, [(s.measures_text, s.result_text) for s in p.subproblems]) for p in notice.problems
    ]


def test_between_bars():
    notice = read(BARS)
    assert rows(notice) == [
        ("履职方面", "1", "排期冲突", [("每周排期两次。", "冲突0次。"), ("公开排期表。", "公开12期。")]),
        ("队伍方面", "2", "考勤松散", [("每日签到。", "约谈3人。")]),
    ]
    assert [f.value for p in notice.problems for s in p.subproblems for f in s.figures] == [2, 0, 12, 3][1:]
    assert notice.sections == ["履职方面", "队伍方面"]
    assert [p.subproblems[0].details.get("状态") or p.subproblems[0].status for p in notice.problems] == ["完成", "长期坚持"]
    assert notice.unplaced == [] and [p.role for p in notice.parts][-1] == "next"


def test_between_tabs_with_groups_and_a_line_that_goes_on():
    notice = read(TABS)
    assert rows(notice) == [
        ("（一）", "1", "排期冲突", [("每周排期两次。", "冲突0次。\n另公开排期表。")]),
        ("（一）", "2", "卷宗错放", [("逐册核对。", "改正7册。")]),
        ("（二）", "3", "考勤松散", [("每日签到。", "约谈3人。")]),
    ]
    assert notice.unplaced == []


def test_one_cell_a_line():
    notice = read(LINES)
    assert rows(notice) == [
        (None, "1", "排期冲突", [("每周排期两次。", "冲突0次。")]), (None, "2", "考勤松散", [("每日签到。", "约谈3人。")]),
    ]  # fmt: skip
    assert notice.unplaced == []


@pytest.mark.parametrize("between", ["\t", " | "])
def test_a_row_with_a_cell_too_few_is_left_to_a_person(between):
    """It ends the table: its words are offered for placing, not guessed into a column."""
    table = between.join(["反馈问题", "整改措施", "整改结果"]) + "\n" + between.join(["排期冲突", "每周排期。", "冲突0次。"])
    notice = read(table + "\n" + between.join(["考勤松散", "每日签到。"]))
    assert [p.title for p in notice.problems] == ["排期冲突"]
    assert "考勤松散" in "".join(u.text for u in notice.unplaced)


def test_the_head_is_shown_as_it_was_understood():
    remark = next(w for w in read(LINES).warnings if w.code == "table.columns")
    assert remark.params["columns"] == "序号、反馈问题、整改措施、整改结果" and remark.line == 4


def test_bars_without_a_head_are_only_text():
    notice = read("1.值班不严\n整改情况：已补齐 | 甲组 | 乙组 | 丙组。\n乙 | 丙 | 丁 | 戊")
    assert [p.title for p in notice.problems] == ["值班不严"]
    assert notice.problems[0].subproblems[0].measures_text.endswith("戊")
