"""Reads: lights, rates with both halves, few statements whatever the number of rows."""

import datetime as dt
from decimal import Decimal

import pytest

from bihuan.kernel import clock
from bihuan.kernel.rate import Rate
from bihuan.rectification import selectors as q
from bihuan.rectification import services as s
from bihuan.rectification.rates import rates


@pytest.mark.parametrize(
    ("numerator", "denominator", "percent"),
    [(688, 697, "98.71"), (140, 152, "92.11"), (16, 89, "17.98"), (16, 32, "50.00"), (4, 93, "4.30")],
)
def test_shares_are_rounded_half_up(numerator, denominator, percent):
    assert Rate(numerator, denominator).percent == Decimal(percent)
    assert Rate(0, 0).percent is None


def test_only_done_counts_and_a_problem_is_done_when_all_its_measures_are(court):
    one, two, long_term = court.problem(), court.problem(), court.problem("long_term")
    first, second, third = court.measure(one), court.measure(one), court.measure(two)
    fourth = court.measure(long_term, due=dt.date(2027, 1, 1))
    target = s.add_target(actor=court.rectifier, measure=fourth, due=dt.date(2026, 6, 1), text="减半")
    court.approve()
    court.at("internally_closed", court.attempt(first))
    court.at("accepted", court.attempt(third))
    s.assess_target(actor=court.rectifier, target=target, result="met", note="已减半")
    court.step(court.at("verified", court.attempt(fourth)), "decide", result="long_term")
    found = rates(court.round)
    assert (found.problems, found.measures) == (Rate(1, 3), Rate(2, 4))
    assert (found.long_term, found.staged, found.open, found.accepted) == (1, 0, 1, Rate(1, 4))
    closed = court.at("internally_closed", court.attempt(second))
    assert rates(court.round).problems == Rate(2, 3)
    rebound = s.raise_rebound(actor=court.rectifier, attempt=closed, reason="再次超期")
    rebound = s.verify_rebound(actor=court.inspector, rebound=rebound, found=True, note="属实")
    s.confirm_rebound(actor=court.secretary, rebound=rebound, meeting=court.meeting())
    assert rates(court.round).problems == Rate(1, 3)


def test_the_light_of_a_problem_is_its_worst(court):
    problem = court.problem()
    first, second = court.measure(problem), court.measure(problem)
    branch = q.tree(court.rectifier, problem)
    assert (branch.tone, branch.counts, branch.done) == ("idle", (0, 2), False)
    court.approve()
    court.at("accepted", court.attempt(first))
    assert [leaf.tone for leaf in q.tree(court.rectifier, problem).all_leaves] == ["good", "idle"]
    branch = q.tree(court.rectifier, problem, on=dt.date(2026, 7, 1))
    assert (branch.tone, branch.counts) == ("bad", (1, 2))
    closed = court.at("accepted", court.attempt(second))
    assert q.tree(court.rectifier, problem).done
    s.raise_rebound(actor=court.rectifier, attempt=closed, reason="再次超期")
    assert q.tree(court.rectifier, problem).tone == "bad"
    assert q.tree(court.stranger, problem).all_leaves == []


def test_statements_do_not_grow_with_rows(court, django_assert_max_num_queries):
    problems = [court.problem() for _n in range(3)]
    for problem in problems:
        for _n in range(3):
            court.measure(problem)
    court.approve()
    court.rectifier.refresh_from_db()
    with django_assert_max_num_queries(7):
        assert len(q.trees(court.rectifier, problems)) == 3
    with django_assert_max_num_queries(4):
        columns = q.board(court.rectifier, court.round)
    assert {c.code: len(c.leaves) for c in columns}["not_started"] == 9
    with django_assert_max_num_queries(9):
        q.plan_progress(court.rectifier, court.round)
    with django_assert_max_num_queries(12):
        q.president_sheet(court.president)


def test_first_screens_show_what_waits_for_whom(court):
    problem = court.problem()
    mine, applied, waiting, verified = (court.measure(problem) for _n in range(4))
    court.approve()
    court.at("applied", court.attempt(applied))
    court.at("leader_passed", court.attempt(waiting))
    court.at("verified", court.attempt(verified))
    assert mine in q.my_measures(court.judge)
    assert list(q.my_measures(court.stranger)) == []
    assert list(q.due_soon(court.judge)) == []
    assert list(q.due_soon(court.judge, on=dt.date(2026, 6, 29))) == [mine]
    assert [a.measure for a in q.to_review(court.head)] == [applied]
    assert q.to_review(court.judge) == []
    assert q.department_pending(court.head).count() == 4
    assert q.own_field(court.leader).count() == 4
    assert [a.measure for a in q.verification_queue(court.inspector).attempts] == [waiting]
    assert [a.measure for a in q.to_decide(court.secretary)] == [verified]
    request = s.request_change(
        actor=court.judge, measure=mine, changes={"due": "2026-07-10"}, reason="鉴定", kind="extension"
    )
    assert q.changes_to_decide(court.leader) == [request]
    sheet = q.president_sheet(court.president, on=dt.date(2026, 7, 1))
    assert [leaf.measure for leaf in sheet.red] == [mine]
    assert len(sheet.milestones) == 6
    assert q.plan_progress(court.rectifier, court.round).by_state["applied"] == 1
    assert court.round in q.current_rounds(court.judge)
    assert q.letters_open(court.clerk) == []
    assert clock.today() < mine.due
