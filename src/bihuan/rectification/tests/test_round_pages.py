"""The round's page and the writing of a draft plan: allowed and refused with the same set-up, wrong input kept."""

import datetime as dt

import pytest
from django.urls import reverse

from bihuan.rectification import services as s
from bihuan.rectification.ledgers import ROUNDS
from bihuan.rectification.models import (
    Criterion,
    InspectionRound,
    Measure,
    Milestone,
    Problem,
    StagedTarget,
    SubProblem,
)

from .pages_support import addresses, page, text  # noqa: F401  a fixture of every test here


def round_url(court):
    return ROUNDS.url("detail", court.round.pk)


def test_an_empty_round_says_what_to_do(court, client):
    shown = text(page(client, court.rectifier, round_url(court)))
    assert "方案还是空的" in shown and "导入三张清单" in shown and "提交方案前还缺" in shown
    assert "集中整改期满日" in shown and "为什么？" in shown and "2026-07-12" in shown.replace("年", "-").replace("月", "-") or "7月" in shown


def test_the_page_answers_why_the_period_ends_that_day(court, client):
    shown = text(page(client, court.rectifier, round_url(court)))
    assert "起算" in shown and "T-02" not in shown, "the trace is spoken, not shown as codes"


def test_a_draft_names_what_is_missing_and_offers_the_next_acts(court, client):
    court.measure(person=None, criteria=())
    shown = text(page(client, court.rectifier, round_url(court)))
    assert "以下措施没有销号标准" in shown and "缺少责任领导或责任人" in shown and "设定标准" in shown
    seen = text(page(client, court.judge, round_url(court)))
    assert "提交方案前还缺" not in seen and "新增问题" not in seen


def test_an_approved_plan_shows_rates_at_both_levels(court, client):
    court.at("internally_closed")
    shown = text(page(client, court.president, round_url(court)))
    assert "问题整改完成率" in shown and "100.00%" in shown and "1 / 1" in shown
    assert "新增问题" not in shown


def test_a_stranger_sees_the_round_but_none_of_its_items(court, client):
    court.approved()
    shown = text(page(client, court.stranger, round_url(court)))
    assert "没有您可以查看的问题" in shown and "逐案核查" not in shown


def given_round(**more):
    return {"code": "2026-2", "name": "第二轮", "body": "市委巡察组", "kind": "routine", "feedback_on": "2026-03-02"} | more


def test_a_round_is_registered_after_a_look_at_its_days(court, client):
    url = reverse("rectification:round_add")
    looked = page(client, court.rectifier, url, data={"feedback_on": "2026-03-02", "act": "preview"})
    assert "计算结果（尚未保存）" in text(looked) and not InspectionRound.objects.exists()
    done = page(client, court.rectifier, url, 302, given_round())
    row = InspectionRound.objects.get()
    assert done.url == ROUNDS.url("detail", row.pk) and row.name == "第二轮"


def test_a_wrong_round_keeps_what_was_typed(court, client):
    url = reverse("rectification:round_add")
    shown = text(page(client, court.rectifier, url, 422, given_round(feedback_on="2026-09-01")))
    assert "晚于今天" in shown and "第二轮" in shown
    page(client, court.rectifier, url, 422, {"act": "preview"})
    assert not InspectionRound.objects.exists()


def test_only_the_office_registers_rounds(court, client):
    page(client, court.head, reverse("rectification:round_add"), 403)
    page(client, court.head, reverse("rectification:round_change", args=[court.round.pk]), 403)


def test_a_round_is_corrected_with_a_reason_and_not_over_another(court, client):
    url = reverse("rectification:round_change", args=[court.round.pk])
    given = {"name": "更名", "body": "市委巡察组", "kind": "routine", "feedback_on": "2026-01-12"}
    page(client, court.rectifier, url, 422, given | {"version": court.round.revision})
    page(client, court.rectifier, url, 302, given | {"version": court.round.revision, "reason": "笔误"})
    shown = text(page(client, court.rectifier, url, 409, given | {"version": 0, "reason": "再改", "name": "又更名"}))
    assert "刚被他人更新" in shown and "又更名" in shown
    assert InspectionRound.objects.get().name == "更名"


def test_a_milestone_is_recorded_with_its_document(court, client):
    url = reverse("rectification:milestone", args=[court.round.pk, "plan_filed"])
    page(client, court.judge, url, 403)
    page(client, court.secretary, url, 422, {"done_on": "2026-02-11", "document": ""})
    page(client, court.secretary, url, 302, {"done_on": "2026-02-11", "document": "报送函〔2026〕1号"})
    assert Milestone.objects.get(kind="plan_filed").document == "报送函〔2026〕1号"
    assert "报送函〔2026〕1号" in text(page(client, court.secretary, round_url(court)))
    page(client, court.secretary, reverse("rectification:milestone", args=[court.round.pk, "none"]), 404)


def given_problem(**more):
    return {"code": "一-1", "title": "学习不深入", "verbatim": "理论学习不够深入。", "category": "decisions",
            "kind": "concentrated", "grade": "2"} | more  # fmt: skip


def test_a_problem_its_part_and_its_measure_are_written(court, client):
    page(client, court.rectifier, reverse("rectification:plan_problem_add", args=[court.round.pk]), 302, given_problem())
    problem = Problem.objects.get()
    page(client, court.rectifier, reverse("rectification:plan_sub_add", args=[problem.pk]), 302, {"no": "1", "title": "集中学习少"})
    sub = SubProblem.objects.get(no="1")
    url = reverse("rectification:plan_measure_add", args=[problem.pk]) + f"?sub={sub.pk}"
    assert f'value="{sub.pk}" selected' in text(page(client, court.rectifier, url))
    given = {"code": "一-1-1", "sub_problem": sub.pk, "text": "制定学习计划", "lead_unit": court.units["civil"].pk,
             "due": "2026-06-30", "completion_standard": "每月一次"}  # fmt: skip
    done = page(client, court.rectifier, url, 302, given)
    measure = Measure.objects.get()
    assert done.url == reverse("rectification:plan_criteria", args=[measure.pk]) and measure.sub_problem == sub


def test_the_same_number_twice_is_refused_and_the_words_stay(court, client):
    url = reverse("rectification:plan_problem_add", args=[court.round.pk])
    page(client, court.rectifier, url, 302, given_problem())
    shown = text(page(client, court.rectifier, url, 422, given_problem(title="另一个题目")))
    assert "已被使用" in shown and "另一个题目" in shown and Problem.objects.count() == 1


@pytest.mark.parametrize("name", ["plan_problem_add", "lists_import"])
def test_others_do_not_write_the_plan(court, client, name):
    page(client, court.rectifier, reverse(f"rectification:{name}", args=[court.round.pk]))
    page(client, court.head, reverse(f"rectification:{name}", args=[court.round.pk]), 403)


def test_an_approved_plan_takes_no_new_rows_and_says_why(court, client):
    court.approved()
    shown = text(page(client, court.rectifier, reverse("rectification:plan_problem_add", args=[court.round.pk]), 409))
    assert "不能再增减问题" in shown


def test_a_measure_is_corrected_in_the_draft_and_frozen_after(court, client):
    measure = court.measure()
    url = reverse("rectification:plan_change", args=["measure", measure.pk])
    shown = text(page(client, court.rectifier, url))
    assert "逐案核查" in shown
    given = {"code": measure.code, "sub_problem": measure.sub_problem_id, "text": "逐案核查并清零", "due": "2026-06-20",
             "lead_unit": measure.lead_unit_id, "leader": court.leader.pk, "person": court.judge.pk,
             "completion_standard": "清零", "co_units": [court.units["filing"].pk], "version": measure.revision}  # fmt: skip
    page(client, court.rectifier, url, 302, given)
    measure.refresh_from_db()
    assert measure.text == "逐案核查并清零" and list(measure.co_units.all()) == [court.units["filing"]]
    stale = text(page(client, court.rectifier, url, 409, given | {"text": "旧页面上的改动"}))
    assert "刚被他人更新" in stale and "旧页面上的改动" in stale
    court.approve()
    assert "已随整改方案批准而冻结" in text(page(client, court.rectifier, url, 409))


def test_after_approval_only_our_own_notes_on_a_problem_may_change(court, client):
    problem = court.approved().measure.problem
    url = reverse("rectification:plan_change", args=["problem", problem.pk])
    shown = text(page(client, court.rectifier, url))
    assert "已冻结" in shown and 'name="verbatim"' not in shown
    problem.refresh_from_db()
    given = {"title": problem.title, "category": "conduct", "root_cause": "管理松散", "root_cause_code": "R1"}
    page(client, court.rectifier, url, 302, given | {"version": problem.revision})
    problem.refresh_from_db()
    assert problem.category == "conduct"


def test_voiding_asks_for_a_reason_and_takes_what_is_below(court, client):
    measure = court.measure()
    url = reverse("rectification:plan_void", args=["problem", measure.problem_id])
    version = measure.problem.revision
    page(client, court.rectifier, url, 422, {"version": version, "reason": ""})
    page(client, court.rectifier, url, 302, {"version": version, "reason": "重复录入"})
    measure.refresh_from_db()
    assert measure.is_void
    page(client, court.rectifier, url, 404)


def test_a_criterion_is_said_back_before_it_is_set(court, client):
    measure, figure = court.measure(criteria=()), court.figure
    listed = text(page(client, court.rectifier, reverse("rectification:plan_criteria", args=[measure.pk])))
    assert "还没有销号标准" in listed and "实地验收合格" in listed
    url = reverse("rectification:plan_criterion_add", args=[measure.pk, "reading_range"])
    given = {"figure": figure.code, "level": "unit", "high": "5", "periods": "3"}
    looked = text(page(client, court.rectifier, url, data=given | {"act": "preview"}))
    assert "连续 3 个月" in looked and not Criterion.objects.exists()
    page(client, court.rectifier, url, 302, given)
    row = Criterion.objects.get()
    assert row.params == {"figure": figure.code, "level": "unit", "high": "5", "periods": 3}
    one = reverse("rectification:plan_criterion", args=[row.pk])
    page(client, court.rectifier, one, 302, given | {"high": "4", "version": row.revision})
    page(client, court.rectifier, one, 409, given | {"high": "3", "version": row.revision})
    void = reverse("rectification:plan_criterion_void", args=[row.pk])
    row.refresh_from_db()
    page(client, court.rectifier, void, 302, {"reason": "改用其他标准", "version": row.revision})
    assert "还没有销号标准" in text(page(client, court.rectifier, reverse("rectification:plan_criteria", args=[measure.pk])))


def test_wrong_parameters_name_the_field_and_stay(court, client):
    measure, figure = court.measure(criteria=()), court.figure
    url = reverse("rectification:plan_criterion_add", args=[measure.pk, "reading_range"])
    given = {"figure": figure.code, "level": "unit", "high": "很多", "periods": "3"}
    shown = text(page(client, court.rectifier, url, 422, given))
    assert "不是数字" in shown and "很多" in shown
    shown = text(page(client, court.rectifier, url, 422, given | {"high": "", "act": "preview"}))
    assert "至少填写一项" in shown
    page(client, court.rectifier, reverse("rectification:plan_criterion_add", args=[measure.pk, "nothing"]), 404)
    page(client, court.head, url, 403)


def test_bare_measures_get_an_on_site_check_at_once(court, client):
    court.measure(criteria=())
    url = reverse("rectification:plan_defaults", args=[court.round.pk])
    page(client, court.head, url, 403, {})
    page(client, court.rectifier, url, 302, {})
    assert Criterion.objects.get().kind == "onsite_check"


def test_a_long_term_item_gets_its_stages(court, client):
    measure = court.measure(problem=court.problem(kind="long_term"))
    assert "设定阶段目标" in text(page(client, court.rectifier, round_url(court)))
    url = reverse("rectification:plan_target_add", args=[measure.pk])
    page(client, court.rectifier, url, 422, {"due": "明天", "text": "半数完成"})
    page(client, court.rectifier, url, 302, {"due": "2026-12-31", "text": "半数完成"})
    assert StagedTarget.objects.get().due == dt.date(2026, 12, 31)
    page(client, court.judge, url, 403)


def test_a_backfilled_round_is_not_told_what_a_plan_lacks(court, client):
    row = s.create_round(
        actor=court.rectifier, code="2020-B", name="旧轮次", body="巡察组", feedback_on=dt.date(2020, 3, 2), is_backfilled=True
    )
    shown = text(page(client, court.rectifier, ROUNDS.url("detail", row.pk)))
    assert "历史轮次补录" in shown and "提交方案前还缺" not in shown


def test_without_a_post_there_is_nothing_to_see(court, client):
    from bihuan.kernel.models import Person
    from bihuan.kernel.work import unit_of_work

    with unit_of_work(None) as uow:
        guest = Person.objects.create(username="guest", name="无岗位人员")
        uow.record("test.made", guest, params={"what": "guest"})
    page(client, guest, round_url(court), 404)


@pytest.mark.parametrize(
    "code, act", [("rounds", "登记轮次"), ("look_backs", "随机抽取"), ("letters", "制发督办函")], ids=["rounds", "backs", "letters"]
)
def test_lists_offer_their_acts_to_whom_they_belong(court, client, code, act):
    url = reverse(f"rectification.{code}.list")
    assert act in text(page(client, court.rectifier, url))
    assert act not in text(page(client, court.head, url))


def test_the_page_costs_the_same_for_few_and_for_many(court, client):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost():
        with CaptureQueriesContext(connection) as seen:
            page(client, court.rectifier, round_url(court))
        return len(seen)

    court.measure()
    page(client, court.rectifier, round_url(court))
    few = cost()
    for _ in range(6):
        court.measure(criteria=[court.in_range])
    assert cost() == few
