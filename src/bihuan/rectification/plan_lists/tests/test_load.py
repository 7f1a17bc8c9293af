"""Lists against the database, and into it: everything or nothing."""

from __future__ import annotations

import datetime as dt

import pytest

from bihuan.kernel.errors import NotAllowed, Refused, Stale
from bihuan.kernel.models import LogEntry
from bihuan.kernel.tests import org_factory
from bihuan.rectification.models import Criterion, Figure, Measure, Problem, SubProblem
from bihuan.rectification.plan_lists import load, propose, read_lists, resolve
from bihuan.rectification.services import items, rounds
from bihuan.rectification.tests import factory  # noqa: F401  registers the event that the makers record

from .made import docx

pytestmark = pytest.mark.django_db
HEAD = ["问题编号", "监督重点", "反馈问题", "具体问题", "整改类型", "难度等级", "措施编号", "整改措施", "完成标准", "责任领导",
        "责任部门", "配合部门", "责任人", "开始时间", "完成时限"]  # fmt: skip
ROWS = [
    ["一-1", "基层党组织建设方面", "甲项工作不力。", "（1）会议少", "集中整改", "二级", "一-1-01", "按月开会", "例会率连续3个月不低于95%",
     "党组成员、副院长张一", "审管办", "民一庭、执行局", "李二", "2025年8月1日", "2025年9月底前"],
    ["^", "^", "^", "（2）记录缺", "^", "^", "一-1-02", "补齐记录", "记录齐全", "张一", "审判管理办公室", "", "李二、王三", "", "9月30日前"],
    ["一-2", "^", "乙项工作不力。", "", "长期坚持", "一级", "一-2-01", "长期抓", "持续达标", "张一", "执行局", "/", "王三", "", "长期坚持"],
]  # fmt: skip


@pytest.fixture
def court():
    units = {
        name: org_factory.unit(name) for name in ("审判管理办公室", "民事审判第一庭", "执行局", "巡察整改专班办公室")
    }
    people = {name: org_factory.person(name) for name in ("张一", "李二", "王三", "赵办", "旁人")}
    org_factory.post(people["赵办"], "rectification_office", units["巡察整改专班办公室"])
    org_factory.post(people["旁人"], "judge", units["执行局"])
    return units, people


@pytest.fixture
def round_(court):
    return rounds.create_round(
        actor=court[1]["赵办"], code="R1", name="测试轮次", body="测试巡察组", feedback_on=dt.date(2025, 7, 16)
    )


def lists(rows=ROWS):
    return read_lists(docx(("清单", [HEAD, *rows])), "清单.docx")


def changed(number: int, **values):
    rows = [list(row) for row in ROWS]
    for name, value in values.items():
        rows[number][HEAD.index(name)] = value
    return lists(rows)


def test_the_lists_become_a_plan(court, round_) -> None:
    units, people = court
    actor = people["赵办"]
    found = resolve(lists(), actor, round_)
    assert found.faults == []
    done = load(found, actor, round_)
    assert done.new == {"problems": 2, "subs": 3, "measures": 3}
    first = Measure.objects.get(code="一-1-01")
    assert (first.leader, first.person, first.lead_unit) == (people["张一"], people["李二"], units["审判管理办公室"])
    assert set(first.co_units.all()) == {units["民事审判第一庭"], units["执行局"]}
    assert (first.starts, first.due) == (dt.date(2025, 8, 1), dt.date(2025, 9, 30))
    assert first.sub_problem.no == "（1）"
    second = Measure.objects.get(code="一-1-02")
    assert (second.due, second.sub_problem.no) == (dt.date(2025, 9, 30), "（2）")
    third = Measure.objects.get(code="一-2-01")
    assert third.due == round_.period_end
    problem = Problem.objects.get(code="一-1")
    assert (problem.category, problem.grade, problem.kind) == ("organisation", 2, "concentrated")
    assert (problem.verbatim, problem.title) == ("甲项工作不力。", "甲项工作不力")
    assert third.problem.kind == "long_term"
    assert not Criterion.objects.exists()
    entry = LogEntry.objects.get(type="rectification.lists.loaded")
    assert (entry.actor, entry.data["params"]["new"]) == (actor, 3)
    told = {m.code for e in found.entries() for m in e.remarks}
    assert {
        "lists.understood",
        "lists.title_ignored",
        "lists.first_of_many",
        "lists.due_assumed",
        "lists.year_assumed",
    } <= told


def test_a_second_time_nothing_changes_and_a_changed_file_updates_by_code(court, round_) -> None:
    actor = court[1]["赵办"]
    load(resolve(lists(), actor, round_), actor, round_)
    again = resolve(lists(), actor, round_)
    assert again.count("same") == {"problems": 2, "subs": 3, "measures": 3}
    assert load(again, actor, round_).changed == {"problems": 0, "subs": 0, "measures": 0}
    update = changed(0, 整改措施="按周开会", 配合部门="执行局")
    found = resolve(update, actor, round_)
    assert found.count("changed") == {"problems": 0, "subs": 0, "measures": 1}
    load(found, actor, round_, reason="党组会修改")
    row = Measure.objects.get(code="一-1-01")
    assert row.text == "按周开会"
    assert [unit.name for unit in row.co_units.all()] == ["执行局"]
    assert Measure.objects.count() == 3
    assert SubProblem.objects.count() == 3
    fewer = resolve(lists(ROWS[:2]), actor, round_)
    assert [m.code for m in fewer.remarks] == ["lists.absent", "lists.absent_problems"]
    load(fewer, actor, round_)
    assert Measure.objects.filter(voided_at__isnull=True).count() == 3


@pytest.mark.parametrize(
    "column,value,code",
    [
        ("责任部门", "民三庭", "lists.no_unit"),
        ("责任部门", "", "lists.missing"),
        ("配合部门", "外星庭", "lists.no_unit"),
        ("责任人", "李四光", "lists.no_person"),
        ("责任领导", "院长", "lists.missing"),
        ("难度等级", "特级", "lists.no_choice"),
        ("监督重点", "与此无关的重点", "lists.no_choice"),
        ("完成时限", "尽快", "lists.not_a_day"),
        ("完成时限", "2025年7月20日", "lists.due_before_start"),
    ],
)
def test_one_wrong_cell_stops_everything_and_is_named(court, round_, column, value, code) -> None:
    actor = court[1]["赵办"]
    found = resolve(changed(0, **{column: value}), actor, round_)
    assert code in [fault.code for _entry, fault in found.faults]
    assert not found.ready
    with pytest.raises(Refused) as refusal:
        load(found, actor, round_)
    assert code in [reason.code for reason in refusal.value.reasons]
    assert not Problem.objects.exists()


def test_people_of_one_name_are_told_apart_by_their_department(court, round_) -> None:
    units, people = court
    twin = org_factory.person("李二")
    org_factory.post(twin, "judge", units["执行局"])
    org_factory.post(people["李二"], "judge", units["审判管理办公室"])
    actor = people["赵办"]
    found = resolve(lists(), actor, round_)
    fault = next(f for _e, f in found.faults if f.code == "lists.person_twice")
    assert fault.params["near"] == ["李二（审判管理办公室）", "李二（执行局）"] or len(fault.params["near"]) == 2
    rows = [list(row) for row in ROWS]
    rows[0][HEAD.index("责任人")] = "李二（执行局）"
    rows[1][HEAD.index("责任人")] = "李二（审管办）"
    found = resolve(lists(rows), actor, round_)
    assert found.faults == []
    load(found, actor, round_)
    assert Measure.objects.get(code="一-1-01").person == twin
    assert Measure.objects.get(code="一-1-02").person == people["李二"]


def test_who_may_not_edit_the_plan_may_not_load_it(court, round_) -> None:
    people = court[1]
    with pytest.raises(NotAllowed):
        resolve(lists(), people["旁人"], round_)
    found = resolve(lists(), people["赵办"], round_)
    with pytest.raises(NotAllowed):
        load(found, people["旁人"], round_)
    assert not Problem.objects.exists()


def test_a_row_changed_meanwhile_stops_everything(court, round_) -> None:
    actor = court[1]["赵办"]
    load(resolve(lists(), actor, round_), actor, round_)
    found = resolve(changed(0, 整改措施="按周开会"), actor, round_)
    held = Measure.objects.get(code="一-2-01")
    items.change_item(actor=actor, obj=held, values={"text": "另改"})
    with pytest.raises(Stale):
        load(found, actor, round_)
    assert Measure.objects.get(code="一-1-01").text == "按月开会"


def test_a_number_in_the_standard_is_proposed_and_made_only_when_accepted(court, round_) -> None:
    from bihuan.kernel.work import unit_of_work

    actor = court[1]["赵办"]
    with unit_of_work(None) as uow:
        figure = Figure.objects.create(code="meeting_rate", name="例会率", unit_of_measure="%")
        uow.record("test.made", figure)
    found = resolve(lists(), actor, round_)
    (proposal,) = found.proposals.values()
    assert dict(proposal.params) == {"level": "court", "periods": 3, "low": "95", "figure": "meeting_rate"}
    with pytest.raises(Refused) as refusal:
        load(found, actor, round_, accepted=["一-9#1"])
    assert refusal.value.reasons[0].code == "lists.unknown_proposal"
    assert not Problem.objects.exists()
    assert load(found, actor, round_, accepted=["一-1-01#1"]).criteria == 1
    row = Criterion.objects.get()
    assert (row.measure.code, row.kind, row.params["low"], row.params["periods"]) == (
        "一-1-01",
        "reading_range",
        "95",
        3,
    )
    again = resolve(lists(), actor, round_)
    assert load(again, actor, round_, accepted=["一-1-01#1"]).criteria == 0


@pytest.mark.parametrize(
    "standard,expected",
    [
        ("例会率连续3个月不低于95%", [{"low": "95", "periods": 3, "figure": "f"}]),
        ("例会率连续三个月达到95%以上", [{"low": "95", "periods": 3, "figure": "f"}]),
        ("连续两个季度未结数不超过60件", [{"high": "60", "periods": 6}]),
        ("连续六个月例会率在60%至80%之间", [{"low": "60", "high": "80", "periods": 6, "figure": "f"}]),
        ("本庭例会率连续2个月低于10%", [{"high": "10", "periods": 2, "figure": "f", "level": "unit"}]),
        ("记录齐全，制度印发", []),
        ("不少于4次", []),
    ],
)
def test_what_a_standard_says_in_numbers(standard, expected) -> None:
    found = propose("m", standard, {"例会率": "f"})
    assert [dict(p.params) for p in found] == [{"level": "court", **params} for params in expected]
    assert all(p.complete == ("figure" in p.params) for p in found)
