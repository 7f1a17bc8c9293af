"""Other ways the same things are written: numbers, labels and their places, results told apart from measures."""

import pytest

from bihuan.rectification.notice import read_notice

from .test_layouts import check_spans
from .test_random import nothing_lost

HEAD = (
    "中共甲县人民法院党组关于巡察整改进展情况的通报\n2024年3月1日至5月20日,县委第一巡察组对我院党组开展了巡察,"
    "2024年7月9日反馈了意见。现将整改情况通报如下。\n"
)
FOOT = "\n联系电话:0790-3300119\n2025年2月1日"
TWO = [("1", "学习不实", "补课3次。"), ("2", "值班不严", "排班4次。")]
CHINESE = [("一", *TWO[0][1:]), ("二", *TWO[1][1:])]
FORMS = {
    "反馈问题1：学习不实\n整改情况：补课3次。\n反馈问题2：值班不严\n整改情况：排班4次。": TWO,
    "问题一：学习不实\n【整改情况】补课3次。\n问题二：值班不严\n【整改情况】排班4次。": CHINESE,
    "（一）学习不实。整改情况：补课3次。\n（二）值班不严。整改情况：排班4次。": CHINESE,
    "（一）学习不实整改情况：补课3次。\n（二）值班不严整改情况：排班4次。": CHINESE,
    "１．学习不实\n整改情况：补课3次。\n２．值班不严\n整改情况：排班4次。": TWO,
    "1、问题：学习不实\n整改落实及取得的成效：补课3次。\n2、问题：值班不严\n整改落实及取得的成效：排班4次。": TWO,
    "1.1 学习不实\n整改情况：补课3次。\n1.2 值班不严\n整改情况：排班4次。": [("1.1", *TWO[0][1:]), ("1.2", *TWO[1][1:])],
    "①学习不实\n整改情况：补课3次。\n②值班不严\n整改情况：排班4次。": [("①", *TWO[0][1:]), ("②", *TWO[1][1:])],
    "一、针对“学习不实”问题的整改情况\n整改情况：补课3次。\n二、针对“值班不严”问题的整改情况\n整改情况：排班4次。": CHINESE,
    "一、“学习不实”问题整改\n整改情况：补课3次。\n二、“值班不严”问题整改\n整改情况：排班4次。": CHINESE,
}


def read(body):
    notice = read_notice(HEAD + body + FOOT)
    check_spans(notice)
    nothing_lost(notice)
    assert notice.unplaced == []
    return notice


@pytest.mark.parametrize("body", FORMS)
def test_numbers_and_labels(body):
    found = [(p.no, p.title, p.subproblems[0].measures_text) for p in read(body).problems]
    assert found == FORMS[body]


@pytest.mark.parametrize(("measures", "results"), [
    ("整改措施：每周学习。\n整改成效：学习12次。", "学习12次。"),
    ("整改措施：每周学习。整改成效：学习12次。", "学习12次。"),
    ("1.整改措施\n每周学习。\n2.整改成效\n学习12次。", "学习12次。"),
    ("整改措施：\n每周学习。\n整改进展情况：\n学习12次。\n测试2次。", "学习12次。\n测试2次。"),
])  # fmt: skip
def test_results_are_told_apart_from_measures(measures, results):
    notice = read(f"（一）学习不实\n{measures}\n（二）值班不严\n整改情况：排班4次。")
    first, second = (p.subproblems[0] for p in notice.problems)
    assert (first.measures_text, first.result_text) == ("每周学习。", results)
    assert [c.text for c in first.clauses] == ["每周学习"] and first.figures[0].text == "学习12次"
    assert (second.measures_text, second.result_text) == ("排班4次。", None)


def test_items_of_a_text_are_no_headings_and_headings_are_no_items():
    notice = read(
        "（一）学习不实\n整改情况：\n1.每周学习。\n（1）集中学习12次。\n（2）自学。\n2.测试2次。\n（二）值班不严\n整改情况：一是排班。\n二是抽查4次。\n"
        "（三）考勤松散\n1.迟到\n整改情况：约谈3人。\n2.早退\n整改情况：通报1期。"
    )
    assert [(p.no, [s.no for s in p.subproblems]) for p in notice.problems] == [("一", [None]), ("二", [None]), ("三", ["1", "2"])]
    assert notice.problems[0].subproblems[0].measures_text.count("\n") == 3


def test_who_answers_and_how_far_it_is():
    notice = read(
        "1.学习不实\n责任部门：政治部\n整改时限：2025年6月\n整改状态：已完成\n整改情况：补课3次。\n2.值班不严\n整改情况：排班4次。\n"
        "责任领导：甲某\n完成情况：阶段性完成\n3.考勤松散\n完成情况：签到到位，约谈3人，考勤系统已经全部换新并试运行。"
    )
    subs = [p.subproblems[0] for p in notice.problems]
    assert [s.details for s in subs] == [{"责任部门": "政治部", "整改时限": "2025年6月"}, {"责任领导": "甲某"}, {}]
    assert [s.status for s in subs] == ["已完成", "阶段性完成", None]
    assert subs[2].measures_text.startswith("签到到位")


def test_groups_by_how_far_it_is_are_groups():
    notice = read(
        "二、整改情况\n（一）已完成整改的问题\n1.学习不实\n整改情况：补课3次。\n（二）需长期整改的问题\n1.值班不严\n整改情况：排班4次。\n"
        "三、需要长期坚持的事项\n继续。"
    )
    assert [(p.section, p.no) for p in notice.problems] == [("（一）", "1"), ("（二）", "1")]
    assert [p.role for p in notice.parts] == ["list", "group", "group", "next"]
