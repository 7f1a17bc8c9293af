"""Rebounds, look-backs, letters and detectors on screen."""

import datetime as dt

import pytest
from django.urls import reverse

from bihuan.kernel import clock
from bihuan.rectification import services as s
from bihuan.rectification.ledgers import LETTERS, LOOK_BACKS, REBOUNDS
from bihuan.rectification.models import LookBack, Rebound, SupervisionLetter

from .pages_support import addresses, page, text  # noqa: F401  a fixture of every test here


@pytest.fixture
def drifted(court):
    """An item closed on readings that are out of range again."""
    court.read(("2026-03", "3"), ("2026-04", "4"))
    closed = court.at("internally_closed", criteria=[court.in_range])
    with clock.simulate(dt.date(2026, 6, 5)):
        court.read(("2026-05", "9"))
        s.sweep()
    return Rebound.objects.get(attempt=closed)


def test_a_rebound_shows_the_facts_then_and_now(court, client, drifted):
    with clock.simulate(dt.date(2026, 6, 5)):
        shown = text(page(client, court.inspector, REBOUNDS.url("detail", drifted.pk)))
    assert "为什么疑似反弹" in shown and "2026-05" in shown and "9" in shown
    assert "销号时的判定（已冻结）" in shown and "现在的判定" in shown and "达标" in shown and "未达标" in shown
    assert "核实为反弹" in shown and "数据截止" in shown
    assert drifted.attempt.closure.minutes_no in shown
    page(client, court.stranger, REBOUNDS.url("detail", drifted.pk), 404)


def test_the_department_sees_the_rebound_but_does_not_judge_it(court, client, drifted):
    with clock.simulate(dt.date(2026, 6, 5)):
        shown = text(page(client, court.head, REBOUNDS.url("detail", drifted.pk)))
        assert "核实为反弹" not in shown and "为什么疑似反弹" in shown
        page(client, court.head, REBOUNDS.url("do", drifted.pk, step="find"), 403)


def test_a_reported_rebound_stands_on_words(court, client):
    closed = court.at("internally_closed")
    row = s.raise_rebound(actor=court.inspector, attempt=closed, reason="回访发现整改后又出现超期")
    shown = text(page(client, court.disciplinarian, REBOUNDS.url("detail", row.pk)))
    assert "回访发现整改后又出现超期" in shown and "现在的判定" not in shown


# ---- look-backs


def test_a_look_back_is_planned_for_a_closed_item_only(court, client):
    url = reverse("rectification:look_back_add")
    open_ = court.measure()
    closed = court.at("internally_closed", criteria=[("onsite_check", {})]).measure
    shown = text(page(client, court.inspector, f"{url}?measure={closed.pk}"))
    assert f'value="{closed.pk}" selected' in shown and f'value="{open_.pk}"' not in shown
    page(client, court.judge, url, 403)
    page(client, court.inspector, url, 422, {"measure": open_.pk, "method": "scheduled"})
    page(client, court.inspector, url, 302, {"measure": closed.pk, "method": "scheduled"})
    assert LookBack.objects.get().measure == closed


def test_a_sample_can_be_drawn_again_by_anybody(court, client):
    measures = [court.measure() for _ in range(3)]
    court.approve()
    for measure in measures:
        court.at("internally_closed", court.attempt(measure))
    url = reverse("rectification:look_back_draw")
    page(client, court.judge, url, 403)
    page(client, court.inspector, url, 422, {"round": court.round.pk, "method": "random", "seed": "a b"})
    sent = {"round": court.round.pk, "method": "random", "seed": "seed1", "count": "2"}
    page(client, court.inspector, url, 302, sent)
    rows = list(LookBack.objects.all())
    assert len(rows) == 2 and rows[0].draw == {"seed": "seed1", "pool": 3, "taken": 2}
    shown = text(page(client, court.inspector, LOOK_BACKS.url("detail", rows[0].pk)))
    assert "seed1" in shown and "可以复算" in shown and "尚未开展" in shown
    page(client, court.head, LOOK_BACKS.url("detail", rows[0].pk), 404)


def test_an_empty_pool_is_said(court, client):
    court.approved()
    sent = {"round": court.round.pk, "method": "random"}
    shown = text(page(client, court.inspector, reverse("rectification:look_back_draw"), 422, sent))
    assert "没有可供抽查的已销号措施" in shown


def test_a_reverse_check_names_whom_it_asked_and_a_rebound_follows(court, client):
    closed = court.at("internally_closed")
    row = s.plan_look_back(actor=court.inspector, measure=closed.measure, method="reverse")
    url = reverse("rectification:look_back_record", args=[row.pk])
    sent = {"done_on": "2026-05-20", "result": "rebounded", "note": "当事人称未收到退款", "version": row.revision}
    shown = text(page(client, court.inspector, url, 422, sent))
    assert "当事人称未收到退款" in shown and "须写明询问了哪些人员" in shown
    page(client, court.head, url, 404)
    page(client, court.inspector, url, 302, sent | {"persons_asked": "王某、李某"})
    shown = text(page(client, court.inspector, LOOK_BACKS.url("detail", row.pk)))
    assert "王某、李某" in shown and "已提出疑似反弹" in shown and Rebound.objects.get().origin == "look_back"
    page(client, court.inspector, url, 409)


def test_a_look_back_under_another_hand_is_not_overwritten(court, client):
    closed = court.at("internally_closed")
    row = s.plan_look_back(actor=court.inspector, measure=closed.measure)
    url = reverse("rectification:look_back_record", args=[row.pk])
    sent = {"done_on": "2026-05-20", "result": "consolidated", "note": "与材料一致", "version": row.revision + 1}
    shown = text(page(client, court.inspector, url, 409, sent))
    assert "刚被他人更新" in shown and "与材料一致" in shown


# ---- letters


def given_letter(court, measure, **more):
    return {"no": "督办〔2026〕1号", "to_unit": court.units["civil"].pk, "title": "关于加快整改的督办", "text": "请抓紧。",
            "measures": [measure.pk], "due": "2026-06-01"} | more  # fmt: skip


def test_a_letter_is_issued_signed_answered_and_printed(court, client):
    measure = court.approved().measure
    add = reverse("rectification:letter_add")
    shown = text(page(client, court.rectifier, f"{add}?measure={measure.pk}"))
    assert f'value="{measure.pk}" selected' in shown
    page(client, court.head, add, 403)
    page(client, court.rectifier, add, 302, given_letter(court, measure))
    row = SupervisionLetter.objects.get()
    url = LETTERS.url("detail", row.pk)
    shown = text(page(client, court.head, url))
    assert "待签收" in shown and ">\n" in shown and measure.code in shown
    reply = reverse("rectification:letter_reply", args=[row.pk])
    page(client, court.head, reply, 409)
    page(client, court.stranger, reverse("rectification:letter_sign", args=[row.pk]), 404, {})
    page(client, court.rectifier, reverse("rectification:letter_sign", args=[row.pk]), 403, {})
    page(client, court.head, reverse("rectification:letter_sign", args=[row.pk]), 302, {})
    row.refresh_from_db()
    page(client, court.clerk, reply, 422, {"reply": "", "version": row.revision})
    page(client, court.clerk, reply, 302, {"reply": "已排定清理计划。", "version": row.revision})
    assert "已排定清理计划" in text(page(client, court.rectifier, url))
    document = page(client, court.rectifier, reverse("rectification:letter_print", args=[row.pk]))
    assert document.content[:2] == b"PK" and "attachment" in document["Content-Disposition"]


def test_a_wrong_letter_keeps_its_words(court, client):
    measure = court.approved().measure
    add = reverse("rectification:letter_add")
    sent = given_letter(court, measure, to_unit=court.units["filing"].pk)
    shown = text(page(client, court.rectifier, add, 422, sent))
    assert "责任部门不是" in shown and "请抓紧。" in shown
    shown = text(page(client, court.rectifier, add, 422, given_letter(court, measure, due="2026-05-01")))
    assert "晚于" in shown and not SupervisionLetter.objects.exists()


# ---- detectors


def test_detectors_say_that_silence_without_a_patrol_proves_nothing(court, client):
    shown = text(page(client, court.rectifier, reverse("rectification:detectors")))
    assert "尚未巡查，没有提示不等于没有问题" in shown and "纸面整改" in shown


def test_a_hit_leads_to_its_item_for_those_who_may_see_it(court, client):
    from bihuan.kernel import patrol

    measure = court.at("in_progress").measure
    court.file(measure, kind="minutes")
    patrol.run(clock.today())
    shown = text(page(client, court.rectifier, reverse("rectification:detectors")))
    assert measure.code in shown and "检查" in shown
    seen = text(page(client, court.stranger, reverse("rectification:detectors")))
    assert measure.code not in seen
