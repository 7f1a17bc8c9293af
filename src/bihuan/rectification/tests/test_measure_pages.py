"""The page of a measure and the acts on it."""

import pytest
from django.urls import reverse

from bihuan.kernel import clock
from bihuan.rectification.ledgers import ATTEMPTS, MEASURES, PROBLEMS
from bihuan.rectification.models import ChangeRequest, NewSituation, Outcome, Progress
from bihuan.rectification.pages.act_forms import ACTS

from .pages_support import addresses, page, text  # noqa: F401  a fixture of every test here


def act(measure, code):
    return reverse("rectification:act", args=[measure.pk, code])


@pytest.fixture
def working(court):
    """An attempt under way."""
    return court.at("in_progress")


def test_the_page_says_where_it_stands_and_what_stands_against_closing(court, client, working):
    shown = text(page(client, court.head, MEASURES.url("detail", working.measure_id)))
    assert "整改中" in shown and "销号标准" in shown and "申请销号" in shown and "还没有佐证材料" in shown
    page(client, court.stranger, MEASURES.url("detail", working.measure_id), 404)


def test_before_the_plan_is_approved_nothing_can_be_closed(court, client):
    measure = court.measure()
    shown = text(page(client, court.rectifier, MEASURES.url("detail", measure.pk)))
    assert "方案未批准" in shown and "销号进度" not in shown


def test_the_problem_is_a_tree_with_lights_in_words(court, client, working):
    problem = working.measure.problem
    shown = text(page(client, court.rectifier, PROBLEMS.url("detail", problem.pk)))
    assert working.measure.code in shown and "整改中" in shown and "措施 0/1 已完成" in shown


@pytest.mark.parametrize("code", [c for c in ACTS if c not in {"verification", "look-back", "suspect", "target"}])
def test_every_act_opens_for_somebody_and_for_no_stranger(court, client, working, code):
    people = [court.head, court.rectifier, court.clerk, court.inspector]
    from bihuan.kernel import access

    allowed = next(p for p in people if access.may(p, ACTS[code].action, working.measure))
    assert str(ACTS[code].label) in text(page(client, allowed, act(working.measure, code)))
    page(client, court.stranger, act(working.measure, code), 404)


def test_an_unknown_act_is_not_there(court, client, working):
    page(client, court.head, act(working.measure, "nonsense"), 404)


def test_progress_outcome_and_situation_are_noted(court, client, working):
    day, measure = clock.today().isoformat(), working.measure
    page(client, court.head, act(measure, "progress"), 302, {"day": day, "text": "逐案核对"})
    page(client, court.head, act(measure, "outcome"), 302, {
        "kind": "rule_made", "title": "办法", "day": day, "number": 1, "document": "院发3号",
    })
    page(client, court.head, act(measure, "situation"), 302, {"day": day, "text": "新情况"})
    assert Progress.objects.filter(text="逐案核对").exists()
    assert Outcome.objects.filter(title="办法").exists() and NewSituation.objects.filter(text="新情况").exists()
    shown = text(page(client, court.head, MEASURES.url("detail", measure.pk)))
    assert "逐案核对" in shown and "院发3号" in shown and "新情况" in shown


def test_wrong_input_is_kept_and_told(court, client, working):
    shown = text(page(client, court.head, act(working.measure, "progress"), 422, {"day": "不是日期", "text": "写好的话"}))
    assert "写好的话" in shown
    refused = page(client, court.head, act(working.measure, "outcome"), 409, {
        "kind": "money_recovered", "title": "清退", "day": clock.today().isoformat(), "number": 1,
    })
    assert "金额" in text(refused) and not Outcome.objects.exists()


def test_an_extension_is_asked_for_and_changes_nothing_yet(court, client, working):
    due = working.measure.due
    later = due.replace(year=due.year + 1)
    page(client, court.head, act(working.measure, "extension"), 302, {"due": later.isoformat(), "reason": "鉴定未回"})
    assert ChangeRequest.objects.get().state == "requested"
    working.measure.refresh_from_db()
    assert working.measure.due == due


def test_the_owner_is_changed_with_a_reason(court, client, working):
    measure = working.measure
    page(client, court.rectifier, act(measure, "owner"), 422, {"owner": court.clerk.pk})
    page(client, court.rectifier, act(measure, "owner"), 302, {"owner": court.clerk.pk, "reason": "分工调整"})
    measure.refresh_from_db()
    assert measure.person == court.clerk
    page(client, court.stranger, act(measure, "owner"), 404, {"owner": court.judge.pk, "reason": "x"})


def test_a_step_leads_back_to_the_measure(court, client, working):
    shown = text(page(client, court.head, ATTEMPTS.url("do", working.pk, step="apply")))
    assert "现在还不能办理" in shown and "销号标准现状" in shown
    gone = page(client, court.head, ATTEMPTS.url("detail", working.pk), 302)
    assert gone.url == MEASURES.url("detail", working.measure_id)
    page(client, court.head, reverse("rectification:measure", args=[working.measure_id]), 302)


@pytest.mark.parametrize("name", ["overview", "board"])
def test_overview_and_board_show_what_one_may_see(court, client, working, name):
    url = reverse(f"rectification:{name}")
    assert working.measure.code in text(page(client, court.rectifier, url))
    assert working.measure.code not in text(page(client, court.stranger, url))


def test_the_presidents_page_is_for_the_president(court, client, working):
    assert "红色事项" in text(page(client, court.president, reverse("rectification:president")))
    page(client, court.judge, reverse("rectification:president"), 403)


def test_the_first_screen_of_each_post(court, client, working):
    for person in (court.president, court.leader, court.head, court.judge, court.inspector, court.rectifier, court.keeper):
        assert "我负责的整改" in text(page(client, person, "/"))
