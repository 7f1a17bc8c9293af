"""After closing: look-backs, letters, hand-over; readings; work on a measure."""

import datetime as dt
from decimal import Decimal

import pytest

from bihuan.kernel import clock
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.models.inbox import InboxItem
from bihuan.people.services import duty
from bihuan.rectification import services as s
from bihuan.rectification import wordings as w
from bihuan.rectification.models import LookBack, Measure, Reading, Rebound

from .test_closing import codes


def test_a_random_draw_can_be_repeated_by_its_seed(court):
    problem = court.problem()
    measures = [court.measure(problem) for _n in range(6)]
    court.approve()
    for measure in measures[:5]:
        court.at("internally_closed", court.attempt(measure))
    drawn = s.draw_sample(actor=court.inspector, round=court.round, seed="7", count=3)
    assert len(drawn) == 3
    assert measures[5] not in {row.measure for row in drawn}
    first = {row.measure_id for row in drawn}
    rest = s.draw_sample(actor=court.inspector, round=court.round, seed="7")  # at least three, two are left
    assert {row.measure_id for row in rest} == {m.pk for m in measures[:5]} - first
    with pytest.raises(Refused) as refusal:
        s.draw_sample(actor=court.inspector, round=court.round)
    assert codes(refusal) == {w.SAMPLE_NONE}
    assert drawn[0].draw == {"seed": "7", "pool": 5, "taken": 3}


def test_a_reverse_check_names_whom_it_asked_and_a_rebound_is_suspected(court):
    attempt = court.at("internally_closed")
    row = s.plan_look_back(actor=court.inspector, measure=attempt.measure, method="reverse")
    assert row.planned_on > clock.today()
    ask = {"actor": court.inspector, "look_back": row, "result": "rebounded", "note": "当事人不知情"}
    with pytest.raises(Refused) as refusal:
        s.record_look_back(**ask)
    assert codes(refusal) == {w.LOOK_BACK_ASK}
    s.record_look_back(persons_asked="张某、李某", **ask)
    assert Rebound.objects.get(attempt=attempt).origin == "look_back"
    with pytest.raises(Refused):
        s.record_look_back(persons_asked="张某", **ask)


def test_an_open_measure_is_not_looked_back_at(court):
    attempt = court.at("verified")
    with pytest.raises(Refused) as refusal:
        s.plan_look_back(actor=court.inspector, measure=attempt.measure)
    assert codes(refusal) == {w.NOT_CLOSED}
    with pytest.raises(Refused):
        s.raise_rebound(actor=court.inspector, attempt=attempt, reason="x")
    closed = court.at("internally_closed", attempt)
    assert s.plan_look_back(actor=court.inspector, measure=closed.measure)
    assert LookBack.objects.count() == 1


def test_the_department_does_not_judge_its_own_rebound(court):
    attempt = court.at("internally_closed")
    rebound = s.raise_rebound(actor=court.rectifier, attempt=attempt, reason="再次超期")
    colleague = court.person("colleague", "civil", "inspection_office")
    with pytest.raises(Refused) as refusal:
        s.verify_rebound(actor=colleague, rebound=rebound, found=False, note="没有")
    assert codes(refusal) == {w.REBOUND_SELF}
    assert s.verify_rebound(actor=court.stationed, rebound=rebound, found=True, note="属实").state == "found"


def test_a_letter_is_signed_for_then_answered(court):
    attempt = court.approved()
    letter = s.issue_letter(
        actor=court.rectifier, no="督〔2026〕1号", to_unit=court.units["civil"], title="督办", text="请抓紧", due=dt.date(2026, 6, 1),
        measures=[attempt.measure],
    )  # fmt: skip
    assert InboxItem.objects.filter(person=court.head, code=w.TOLD_LETTER).exists()
    with pytest.raises(Refused) as refusal:
        s.reply_letter(actor=court.clerk, letter=letter, reply="已办")
    assert codes(refusal) == {w.RECEIPT_FIRST}
    letter = s.receive_letter(actor=court.clerk, letter=letter)
    with pytest.raises(Refused):
        s.receive_letter(actor=court.head, letter=letter)
    assert s.reply_letter(actor=court.clerk, letter=letter, reply="已办").replied_on == clock.today()


def test_a_hand_over_moves_open_items_and_leaves_closed_ones(court):
    problem = court.problem(leader=court.judge)
    open_, closed = court.measure(problem), court.measure(problem)
    court.approve()
    court.at("internally_closed", court.attempt(closed))
    other = court.person("other", "civil", "judge")
    record = duty.hand_over(actor=court.political, giver=court.judge, taker=other, on=clock.today(), reason="岗位调整")
    assert Measure.objects.get(pk=open_.pk).person == other
    assert Measure.objects.get(pk=closed.pk).person == court.judge
    problem.refresh_from_db()
    assert problem.leader == other
    assert {row["label"] for row in record.items} == {str(open_), str(problem)}
    assert s.count_items(court.judge) == 0


def test_one_measure_gets_another_owner_by_its_head(court):
    attempt = court.approved()
    other = court.person("other", "civil", "judge")
    ask = {"measure": attempt.measure, "person": other}
    with pytest.raises(NotAllowed):
        s.change_owner(actor=court.judge, reason="x", **ask)
    with pytest.raises(Refused):
        s.change_owner(actor=court.head, reason=" ", **ask)
    assert s.change_owner(actor=court.head, reason="岗位调整", **ask).person == other
    assert InboxItem.objects.filter(person=other, code=w.TOLD_HANDED_OVER).exists()


def test_a_batch_of_readings_with_a_wrong_row_is_refused_whole(court):
    figure, day = court.figure, dt.date(2026, 4, 9)
    rows = [
        {"figure": "超期率", "period": day, "unit": "民一庭", "numerator": 3, "denominator": 60},
        {"figure": "没有", "period": day, "value": 1},
        {"figure": "overdue", "period": day, "unit": "没有", "value": 1},
        {"figure": "overdue", "period": day, "numerator": 1, "denominator": 0},
        {"figure": "overdue", "period": day},
        {"figure": "overdue", "period": dt.date(2026, 5, 1), "value": 1},
        {"figure": "overdue", "period": day, "numerator": 1, "denominator": 4, "value": "26"},
        {"figure": "overdue", "period": day, "unit": "civil", "value": 1},
        {"figure": "overdue", "period": "2026-04", "value": 1},
    ]
    with pytest.raises(Refused) as refusal:
        s.merge_readings(rows, None, court.keeper)
    found = [r.params["reason"]["code"].rsplit(".", 1)[1] for r in refusal.value.reasons]
    assert [r.params["row"] for r in refusal.value.reasons] == [2, 3, 4, 5, 6, 7, 8, 9]
    assert found == ["no_figure", "no_unit", "zero", "no_value", "future", "differs", "twice", "empty"]
    assert not Reading.objects.exists()
    merged = s.merge_readings(rows[:1], None, court.keeper)
    assert (merged.new, merged.changed, merged.same) == (1, 0, 0)
    assert Reading.objects.get().value == Decimal("5")
    assert s.merge_readings(rows[:1], None, court.keeper).same == 1
    again = s.merge_readings([rows[0] | {"numerator": 6}], None, court.keeper, reason="源数据更正")
    assert (again.new, again.changed) == (0, 1)
    assert Reading.objects.get(figure=figure).revision == 1


def test_recovered_money_has_an_amount_and_progress_starts_the_work(court):
    attempt = court.approved()
    ask = {"actor": court.clerk, "measure": attempt.measure, "kind": "money_recovered", "title": "退费"}
    with pytest.raises(Refused):
        s.add_outcome(**ask)
    assert s.add_outcome(amount=Decimal("12.50"), **ask).amount == Decimal("12.50")
    s.add_progress(actor=court.clerk, measure=attempt.measure, text="已发函")
    attempt.refresh_from_db()
    assert attempt.state == "in_progress"
    with pytest.raises(Refused):
        s.add_progress(actor=court.clerk, measure=attempt.measure, text="x", day=dt.date(2027, 1, 1))


def test_the_seal_of_used_evidence(court):
    from bihuan.kernel import evidence

    attempt = court.at("verified")
    [row] = evidence.of(attempt.measure)
    court.at("internally_closed", attempt)
    with pytest.raises(Refused) as refusal:
        evidence.void(actor=court.clerk, evidence=row, reason="放错")
    assert codes(refusal) == {"evidence.frozen"}
