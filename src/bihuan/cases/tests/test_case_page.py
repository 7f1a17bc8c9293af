"""The page of a case: its days with reasons and articles, its time drawn, what is wrong named."""

import datetime as dt

import pytest
from django.urls import reverse

from bihuan.cases.clock import reckon_case
from bihuan.cases.ledgers import CASES
from bihuan.cases.models import Case, CasePause
from bihuan.cases.pages.drawing import draw

from .factory import TODAY, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.urls")]


def story(court):
    """A case with everything on its line: excluded, on no list, extended, late."""
    case = court.case("2025-03-03", assistant=court.assistant)
    court.pause(case, "appraisal", "2025-04-01", "2025-04-30", reference="鉴定委托书")
    court.pause(case, "judge_away", "2025-06-02", "2025-06-11")
    court.grant(case, "2025-09-25", decided="2025-09-28", term="6m")
    return court.clocked(case)


def test_the_drawing_has_every_piece_to_scale(court):
    case = story(court)
    found = reckon_case(case, on=TODAY)
    made = draw(case, found, TODAY)
    pieces = {p.kind: p for p in made.pieces}
    assert set(pieces) == {"running", "extended", "excluded", "returned", "rolled", "refused", "overdue"} - ({"rolled"} if found.raw == found.due else set())
    assert (pieces["running"].first, pieces["running"].last) == (dt.date(2025, 3, 4), dt.date(2025, 9, 3))
    assert (pieces["excluded"].first, pieces["excluded"].last) == (dt.date(2025, 4, 1), dt.date(2025, 4, 30))
    assert (pieces["refused"].first, pieces["refused"].last) == (dt.date(2025, 6, 2), dt.date(2025, 6, 11))
    assert pieces["overdue"].first == found.due + dt.timedelta(days=1) and pieces["overdue"].last == TODAY
    of_line = {kind: float(piece.width[:-1]) / ((piece.last - piece.first).days + 1) for kind, piece in pieces.items()}
    assert max(of_line.values()) - min(of_line.values()) < 0.001  # one scale for all
    assert all(float(p.left[:-1]) >= 0 and float(p.left[:-1]) + float(p.width[:-1]) <= 100.5 for p in made.pieces)
    assert [m.kind for m in made.marks] == ["start", "due", "today"]


def test_the_page_says_why_and_what_is_wrong_with_articles(court):
    case = story(court)
    page = signed_in(court.judge).get(CASES.url("detail", case.pk)).content.decode()
    assert "违规与不认" in page and "计为隐性暂停 10 日" in page
    assert "民诉法第152条" in page and "经批准延长" in page and "为什么是这一天" in page
    assert "案件时间轴" in page and "鉴定" in page
    assert signed_in(court.criminal_judge).get(CASES.url("detail", case.pk)).status_code == 404


def test_a_case_without_an_answer_says_what_to_do(court):
    case = court.case(procedure="private")
    page = signed_in(court.judge).get(CASES.url("detail", case.pk)).content.decode()
    assert "对不上任何法定期限" in page


def test_running_and_provisional_cases_say_so(court):
    case = court.case("2026-04-01")
    court.pause(case, "appraisal", "2026-05-06")
    case.refresh_from_db()
    found = reckon_case(case, on=TODAY)
    assert "suspended" in {p.kind for p in draw(case, found, TODAY).pieces}
    page = signed_in(court.judge).get(CASES.url("detail", case.pk)).content.decode()
    assert "仍在暂停" in page and "暂停中" in page
    late = court.case("2026-08-03")
    assert late.provisional
    assert "放假安排未公布，暂定" in signed_in(court.judge).get(CASES.url("detail", late.pk)).content.decode()


def test_what_if_moves_the_due_date_and_writes_nothing(court):
    case = court.case("2026-03-02", procedure="summary")
    judge, url = signed_in(court.judge), reverse("cases:what_if", args=[case.pk])
    assert url in judge.get(CASES.url("detail", case.pk)).content.decode()
    before = list(Case.objects.filter(pk=case.pk).values())

    def moved(**query):
        answer = judge.get(url, query)
        return answer.context["then"].reckoning.due, answer.context["moved"], answer.content.decode()

    due = case.due_on
    assert due == dt.date(2026, 6, 2)
    day, days, page = moved(ground="appraisal", first="2026-04-01", last="2026-04-10")
    assert (day, days) == (dt.date(2026, 6, 12), 10) and "推后 10 日" in page
    _day, days, page = moved(ground="judge_away", first="2026-04-01", last="2026-04-10")
    assert days == 0 and "隐性暂停" in page
    assert moved(by="president", term="一个月", applied_on="2026-05-06")[0] == dt.date(2026, 7, 2)
    assert moved(to="ordinary", turned_on="2026-05-06")[0] == dt.date(2026, 9, 2)
    assert moved(filed_on="2026-03-03")[1] == 1
    wrong = judge.get(url, {"ground": "appraisal"})
    assert "then" not in wrong.context and "请填开始日期" in wrong.content.decode()
    assert list(Case.objects.filter(pk=case.pk).values()) == before
    assert not CasePause.objects.exists()
    assert signed_in(court.criminal_judge).get(url).status_code == 404
    sealed = court.case(sealed="privacy")
    assert signed_in(court.keeper).get(reverse("cases:what_if", args=[sealed.pk])).status_code == 403
