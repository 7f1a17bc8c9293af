"""A meeting decides on many items: what waits, with why not; deciding, returning, confirming, approving."""

import pytest
from django.urls import reverse

from bihuan.kernel import clock
from bihuan.rectification import services as s
from bihuan.rectification.ledgers import MEETINGS
from bihuan.rectification.models import Closure

from .pages_support import addresses, page, text  # noqa: F401  a fixture of every test here


@pytest.fixture
def two(court):
    """Two verified items, one of which lost its evidence of a result."""
    first, second = court.measure(), court.measure()
    court.approve()
    good, bad = court.at("verified", court.attempt(first)), court.at("verified", court.attempt(second))
    from bihuan.kernel import evidence

    for row in evidence.of(bad.measure):
        evidence.void(actor=court.clerk, evidence=row, reason="传错文件")
    return good, bad


def decide(meeting):
    return reverse("rectification:meeting_decide", args=[meeting.pk])


def test_the_queue_says_what_may_be_decided_and_why_not(court, client, two):
    meeting = court.meeting()
    shown = text(page(client, court.secretary, MEETINGS.url("detail", meeting.pk)))
    assert two[0].measure.code in shown and two[1].measure.code in shown
    assert "没有成果类佐证材料" in shown and "可办理" in shown and "暂不能办理" in shown
    assert "还没有登记审定事项" in shown
    page(client, court.judge, MEETINGS.url("detail", meeting.pk), 403)


def test_many_are_decided_at_once_and_a_refusal_stops_no_other(court, client, two):
    good, bad = two
    meeting = court.meeting()
    sent = {"what": "attempts", "pk": [good.pk, bad.pk], "result": "done", "act": "yes"}
    page(client, court.judge, decide(meeting), 403, sent)
    shown = text(page(client, court.secretary, decide(meeting), 422, sent | {"note": "一并审定"}))
    assert "一并审定" in shown, "what was typed stays for those that were refused"
    assert f"已审定销号 1 项：{good.measure.code}" in shown and f"{bad.measure.code} 未办理" in shown
    assert Closure.objects.get().attempt == good
    assert "1/1" in shown and "已完成" in shown, "the meeting lists what it decided"


def test_nothing_chosen_and_wrong_results_change_nothing(court, client, two):
    meeting = court.meeting()
    assert "请先勾选" in text(page(client, court.secretary, decide(meeting), 422, {"what": "attempts"}))
    sent = {"what": "attempts", "pk": [two[0].pk], "result": "perfect", "act": "yes"}
    assert "请选择整改结果" in text(page(client, court.secretary, decide(meeting), 422, sent))
    page(client, court.secretary, decide(meeting), 404, {"what": "everything", "pk": [1]})
    assert not Closure.objects.exists()


def test_an_item_is_returned_with_a_reason(court, client, two):
    good, _bad = two
    meeting = court.meeting()
    sent = {"what": "attempts", "pk": [good.pk], "act": "no", "result": "done"}
    assert "必须填写意见" in text(page(client, court.secretary, decide(meeting), 422, sent))
    shown = text(page(client, court.secretary, decide(meeting), 200, sent | {"note": "成效需再观察"}, follow=True))
    assert "已退回 1 项" in shown
    assert court.attempt(good.measure).state == "in_progress"


def test_what_another_decided_meanwhile_is_said(court, client, two):
    good, _bad = two
    meeting = court.meeting()
    s.decide(actor=court.rectifier, attempts=[good], meeting=meeting)
    sent = {"what": "attempts", "pk": [good.pk], "result": "done", "act": "yes"}
    assert "已被他人办理" in text(page(client, court.secretary, decide(meeting), 422, sent))


def found_rebound(court):
    closed = court.at("internally_closed")
    row = s.raise_rebound(actor=court.inspector, attempt=closed, reason="群众反映问题复现")
    return s.verify_rebound(actor=court.disciplinarian, rebound=row, found=True, note="现场核查属实")


def test_a_rebound_is_confirmed_by_the_meeting(court, client):
    rebound = found_rebound(court)
    meeting = court.meeting()
    shown = text(page(client, court.secretary, MEETINGS.url("detail", meeting.pk)))
    assert "待确认反弹" in shown and "现场核查属实" in shown
    sent = {"what": "rebounds", "pk": [rebound.pk], "act": "yes"}
    shown = text(page(client, court.secretary, decide(meeting), 200, sent, follow=True))
    assert "已确认反弹并重新打开 1 项" in shown
    assert court.attempt(rebound.attempt.measure).number == 2


def test_a_rebound_is_overruled_with_a_reason_only(court, client):
    rebound = found_rebound(court)
    meeting = court.meeting()
    sent = {"what": "rebounds", "pk": [rebound.pk], "act": "no"}
    assert "必须填写意见" in text(page(client, court.secretary, decide(meeting), 422, sent))
    page(client, court.secretary, decide(meeting), 302, sent | {"note": "属个别误报"})
    rebound.refresh_from_db()
    assert rebound.state == "dismissed" and rebound.meeting == meeting


def test_the_president_approves_changes_the_secretary_does_not(court, client):
    attempt = court.at("in_progress")
    asked = s.request_change(
        actor=court.judge, measure=attempt.measure, changes={"due": clock.today().replace(month=7)}, reason="等待上级批复",
        kind="extension",
    )  # fmt: skip
    s.agree(actor=court.leader, request=asked, agreed=True)
    meeting = court.meeting()
    url = MEETINGS.url("detail", meeting.pk)
    assert "待批准变更与延期" not in text(page(client, court.secretary, url))
    shown = text(page(client, court.president, url))
    assert "待批准变更与延期" in shown and "2026-07-20" in shown
    asked.refresh_from_db()
    sent = {"what": "changes", "pk": [asked.pk], "act": "yes"}
    page(client, court.secretary, decide(meeting), 403, sent)
    shown = text(page(client, court.president, decide(meeting), 200, sent, follow=True))
    assert "已批准变更 1 项" in shown
    attempt.measure.refresh_from_db()
    assert attempt.measure.due.month == 7
