"""Quality review: every reversal, the judge heard before any grade, a draw anybody can repeat, two readings of one percentage."""

import datetime as dt
import random

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from bihuan.cases.models import Appeal, Case, CaseReview, ReviewDraw
from bihuan.cases.review import services
from bihuan.cases.review.flows import REVIEW_FLOW
from bihuan.cases.review.ledgers import CONDUCT, DRAWS, FINDINGS, REVIEWS
from bihuan.cases.review.selectors import shares
from bihuan.kernel import access, clock, patrol, rules
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.ledger.service import change, create, void
from bihuan.kernel.models import Alert, LogEntry
from bihuan.kernel.work import unit_of_work

from .factory import TODAY, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.urls")]
CLOSED = {"closed_on": "2026-03-02", "closing_manner": "judgment"}


def test_every_reversal_is_opened_before_the_patrol_and_once(court):
    court.intake()
    case = court.case("2026-01-05", **CLOSED)
    appeal = court.appeal(case, "2026-03-10", outcome="remanded", decided_on="2026-05-06")
    nobody = court.case("2026-01-05", **CLOSED, judge=None, judge_name="调离法官")
    lost = court.appeal(nobody, "2026-03-10", outcome="changed", decided_on="2026-05-06")
    assert [services.open_reversed(TODAY), services.open_reversed(TODAY)] == [1, 0]
    patrol.run(only=["cases.review.missing"])
    made = CaseReview.objects.get()
    assert (made.appeal, made.ground, made.judge, made.state) == (appeal, "remanded", court.judge, "opened")
    assert list(Alert.objects.filter(rule="cases.review.missing").values_list("object_id", flat=True)) == [lost.pk]
    assert LogEntry.objects.filter(type="cases.review.opened").count() == 1


def test_no_grade_before_the_judge_was_heard(court):
    review = court.review(state="reviewed")
    for step in ("grade", "submit", "decide"):
        with pytest.raises(Refused, match="wrong_state"):
            court.review_step(review, step)
    with pytest.raises(Refused, match="not_lapsed"):
        REVIEW_FLOW.perform(review, "lapse", actor=court.keeper)
    for other in (court.head, court.keeper, court.criminal_head):
        with pytest.raises(NotAllowed):
            REVIEW_FLOW.perform(review, "answer", actor=other, note="代为说明")
    with pytest.raises(Refused, match="needs_note"):
        REVIEW_FLOW.perform(review, "answer", actor=court.judge, note=" ")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE cases_casereview SET state = 'graded', grade = 'qualified', graded_on = '2026-05-20' WHERE id = %s", [review.pk])
    with clock.simulate(dt.date(2026, 5, 28)):
        gone_on = REVIEW_FLOW.perform(review, "lapse", actor=court.keeper)
    assert (gone_on.state, gone_on.lapsed, gone_on.answered_on) == ("answered", True, None)


def test_a_defective_grade_is_the_committees(court):
    answered = court.review(state="answered")
    with pytest.raises(Refused, match="committee_only"):
        court.review_step(answered, "grade", grade="flawed")
    with pytest.raises(Refused, match="not_defective"):
        court.review_step(answered, "submit", proposed="qualified")
    submitted = court.review_step(answered, "submit")
    planned = court.meeting(cases=[court.case("2025-06-02")])
    advising = court.hold(court.meeting("professional", cases=[court.case("2025-06-02")]))
    for wrong in (planned, advising):
        with pytest.raises(Refused, match="not_committee"):
            court.review_step(submitted, "decide", meeting=wrong)
    done = court.review_step(submitted, "decide", grade="qualified")  # 审委会可以不认为有瑕疵
    assert (done.grade, done.state, done.due_on) == ("qualified", "graded", None)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE cases_casereview SET grade = 'excellent' WHERE id = %s", [done.pk])


def test_nobody_reviews_or_grades_the_own_case(court):
    case = court.case("2026-01-05", **CLOSED, assistant=court.assistant, panel=[court.second])
    review = court.review(case)
    for person in (court.judge, court.assistant, court.second):
        with pytest.raises(Refused, match="不能评查自己办过的案件"):
            change(REVIEWS, actor=court.keeper, obj=review, values={"reviewer": person}, reason="指定")
    with unit_of_work(None) as uow:  # 指定以后参加了合议
        case.panel.add(court.criminal_head)
        uow.record("test.made", case, params={"what": "panel"})
    checked = court.review_step(review, "self_check")
    with pytest.raises(Refused, match="not_reviewer"):
        court.review_step(checked, "review")
    own = court.case("2026-01-05", **CLOSED, judge=court.keeper)
    mine = court.review(own, "answered")
    with pytest.raises(Refused, match="same_person"):
        court.review_step(mine, "grade")
    another = court.person("审管二", "trial", "trial_management")
    assert REVIEW_FLOW.perform(mine, "grade", actor=another, note="合格", data={"grade": "qualified"}).grade == "qualified"


def test_who_sees_a_review(court):
    review = court.review()
    seen = {p.name for p in (court.judge, court.criminal_head, court.keeper, court.president, court.head, court.leader, court.second,
                             court.committee_secretary) if access.visible(p, CaseReview).filter(pk=review.pk).exists()}  # fmt: skip
    assert seen == {"judge", "criminal_head", "keeper", "president"}
    submitted = court.review(state="submitted")
    assert access.visible(court.committee_secretary, CaseReview).get() == submitted
    sealed = court.review(court.case("2026-01-05", **CLOSED, sealed="privacy"))
    assert [access.visible(p, CaseReview).filter(pk=sealed.pk).exists() for p in (court.judge, court.criminal_head, court.keeper)] == [
        True, True, False,
    ]  # fmt: skip


def test_findings_come_before_the_opinion_and_then_stay(court):
    review = court.review(state="checked")
    made = create(FINDINGS, actor=court.criminal_head, values={"review": review, "kind": "law", "text": "适用条文有误", "serious": True})
    with pytest.raises(NotAllowed):
        create(FINDINGS, actor=court.keeper, values={"review": review, "kind": "law", "text": "代填"})
    reviewed = court.review_step(review, "review")
    with pytest.raises(Refused, match="不能增加问题"):
        create(FINDINGS, actor=court.criminal_head, values={"review": reviewed, "kind": "law", "text": "补充"})
    made.refresh_from_db()
    with pytest.raises(Refused, match="finding_stays"):
        change(FINDINGS, actor=court.criminal_head, obj=made, values={"text": "改写"}, reason="更正")
    with pytest.raises(NotAllowed):
        change(FINDINGS, actor=court.judge, obj=made, values={"measure": "1-1"}, reason="整改")
    page = signed_in(court.keeper)
    typed = {"measure": "没有这条", "reason": "纳入整改", "version": str(made.revision)}
    assert "没有找到编号为" in page.post(FINDINGS.url("change", made.pk), typed).content.decode()
    assert change(FINDINGS, actor=court.keeper, obj=made, values={"measure": "1-1"}, reason="纳入整改").measure == "1-1"


def test_a_draw_can_be_drawn_again_by_anybody(court):
    cases = [court.case("2026-01-05", **CLOSED, enterprise=n % 2 == 0) for n in range(12)]
    court.case("2026-01-05", **CLOSED, sealed="juvenile")
    court.case("2026-03-02")
    court.review(cases[0])
    given = {"first": dt.date(2026, 1, 1), "last": dt.date(2026, 3, 2), "seed": "2026-05-20 福彩3D 417"}
    for person in (court.head, court.president, court.committee_secretary):
        with pytest.raises(NotAllowed):
            services.draw(actor=person, no="甲", size=1, **given)
    with pytest.raises(Refused, match="population_small"):
        services.draw(actor=court.keeper, no="甲", size=12, **given)
    made = services.draw(actor=court.keeper, no="甲", size=5, **given)
    taken = set(made.reviews.values_list("case__number", flat=True))
    assert (made.population, len(taken)) == (11, 5) and cases[0].number not in taken
    # by hand: SHA-256 of seed and number over the population
    import hashlib

    def mix(number):
        return hashlib.sha256(f"{given['seed']}:{number}".encode()).hexdigest()

    assert taken == set(sorted((case.number for case in cases[1:]), key=mix)[:5])
    assert services.drawn_again(made) == (True, sorted(taken, key=mix))
    second = services.draw(actor=court.keeper, no="乙", size=2, enterprise=True, **given)
    assert all(row.case.enterprise and row.ground == "enterprise" for row in second.reviews.select_related("case"))
    assert taken.isdisjoint(second.reviews.values_list("case__number", flat=True))
    assert services.drawn_again(made)[0] and services.drawn_again(second)[0]
    with pytest.raises(Refused, match="number_taken"):
        services.draw(actor=court.keeper, no="乙", size=1, **given)
    court.case("2026-01-06", **CLOSED)  # 迟来的案件
    assert not services.drawn_again(made)[0]
    page = signed_in(court.keeper).get(DRAWS.url("detail", made.pk)).content.decode()
    assert "清单已变" in page and made.population_sha256 in page
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE cases_reviewdraw SET seed = 'x' WHERE id = %s", [made.pk])


def test_drawing_through_the_page(court):
    for _n in range(3):
        court.case("2026-01-05", **CLOSED)
    page = signed_in(court.keeper)
    typed = {"no": "甲", "first": "2026-01-01", "last": "2026-03-31", "size": "9", "seed": "甲"}
    refused = page.post(reverse("reviews:draw"), typed)
    assert refused.status_code == 422 and "不能抽取 9 件" in refused.content.decode()
    assert page.post(reverse("reviews:draw"), typed | {"size": "2"}).status_code == 302
    assert CaseReview.objects.filter(draw__no="甲").count() == 2
    for days, told in (
        ({"first": "2026-03-31", "last": "2026-01-01"}, "结束日期早于开始日期"), ({"last": "2026-05-21"}, "抽样不能复核"), ({"last": "x"}, ""),
    ):  # fmt: skip
        refused = page.post(reverse("reviews:draw"), typed | {"no": "乙", "size": "1"} | days)
        assert refused.status_code == 422 and told in refused.content.decode()
    again = page.post(reverse("reviews:draw"), typed | {"size": "1"})
    assert again.status_code == 422 and "已经用过" in again.content.decode()
    assert signed_in(court.head).get(reverse("reviews:draw")).status_code == 403


def test_a_review_that_was_voided_is_marked_on_the_page_of_its_draw(court):
    for _n in range(2):
        court.case("2026-01-05", **CLOSED)
    made = services.draw(actor=court.keeper, no="甲", size=2, first=dt.date(2026, 1, 1), last=dt.date(2026, 3, 31), seed="7", enterprise=False)
    page = signed_in(court.keeper)
    assert "已作废" not in page.get(DRAWS.url("detail", made.pk)).content.decode()
    void(REVIEWS, actor=court.keeper, obj=made.reviews.first(), reason="抽错")
    assert page.get(DRAWS.url("detail", made.pk)).content.decode().count("已作废") == 1


def test_a_case_put_under_review_while_it_is_drawn_undoes_the_draw(court, monkeypatch):
    case = court.case("2026-01-05", **CLOSED)
    court.review(case)
    monkeypatch.setattr(services, "population", lambda *_days, **_more: [case.number])
    with pytest.raises(Refused, match="drawn_meanwhile"):
        services.draw(actor=court.keeper, no="甲", first=dt.date(2026, 1, 1), last=TODAY, size=1)
    assert not ReviewDraw.objects.exists() and CaseReview.objects.count() == 1


def test_both_readings_of_the_percentage(court):
    firms = [court.case("2026-01-05", **CLOSED, enterprise=True) for _n in range(7)]
    for case in firms[:3]:
        court.review(case)
    court.review(court.case("2026-01-05", **CLOSED))
    court.review(court.case("2026-01-05", **CLOSED))
    voided = court.review(firms[3])
    void(REVIEWS, actor=court.keeper, obj=voided, reason="误启动")
    year = shares(court.keeper, dt.date(2026, 1, 1), TODAY)
    assert (year.of_reviews.numerator, year.of_reviews.denominator, str(year.of_reviews.percent)) == (3, 5, "60.00")
    assert (year.of_cases.numerator, year.of_cases.denominator, str(year.of_cases.percent)) == (3, 7, "42.86")
    none = shares(court.keeper, dt.date(2026, 4, 1), dt.date(2026, 4, 30))
    assert (none.of_reviews.percent, none.of_cases.percent) == (None, None)
    page = signed_in(court.president).get(reverse("reviews:rates"), {"first": "2026-01-01", "last": "2026-05-20"}).content.decode()
    assert "60.00%" in page and "42.86%" in page and "不低于 10%" in page
    turned = signed_in(court.president).get(reverse("reviews:rates"), {"first": "2026-05-01", "last": "2026-04-20"}).content.decode()
    assert "结束日期早于开始日期" in turned
    before = signed_in(court.president).get(reverse("reviews:rates"), {"first": "2024-01-01", "last": "2024-12-31"}).content.decode()
    assert "本院要求不低于" not in before
    assert signed_in(court.head).get(reverse("reviews:rates")).status_code == 403


def test_conduct_is_on_the_list_of_the_day_and_about_an_enterprise(court):
    firm, other = court.case(enterprise=True), court.case()
    given = {"conduct": "delay", "happened_on": TODAY, "text": "x", "source": "x", "recorded_by": court.keeper}
    for case, values, told in (
        (other, {}, "不是涉企案件"),
        (firm, {"happened_on": dt.date(2024, 12, 31)}, "不在 2024-12-31 的正负面清单上"),
        (firm, {"happened_on": dt.date(2026, 5, 21)}, "晚于今天"),
    ):
        with pytest.raises(Refused, match=told):
            create(CONDUCT, actor=court.keeper, values={"case": case} | given | values)
    assert create(CONDUCT, actor=court.head, values={"case": firm} | given | {"recorded_by": court.head}).pk
    with pytest.raises(NotAllowed):
        create(CONDUCT, actor=court.judge, values={"case": firm} | given)


def test_a_reversal_is_opened_by_hand_with_its_appeal(court):
    case = court.case("2026-01-05", **CLOSED)
    with pytest.raises(Refused, match="须指明二审结果"):
        create(REVIEWS, actor=court.keeper, values={"case": case, "ground": "changed", "opened_on": TODAY})
    appeal = court.appeal(case, "2026-03-10", outcome="changed", decided_on="2026-05-06")
    made = create(REVIEWS, actor=court.keeper, values={"case": case, "ground": "changed", "opened_on": TODAY})
    assert made.appeal == appeal
    wrong = CaseReview(case=case, ground="remanded", appeal=appeal, opened_on=TODAY)
    with pytest.raises(ValidationError, match="不符"):
        wrong.clean()
    with pytest.raises(Refused, match="正在评查"):
        create(REVIEWS, actor=court.keeper, values={"case": case, "ground": "special", "opened_on": TODAY})


def slow_missing(on):
    """Reversals without a review by hand."""
    found = set()
    for appeal in Appeal.objects.select_related("case"):
        if appeal.outcome not in ("changed", "remanded") or appeal.voided_at or appeal.case.voided_at or appeal.decided_on is None:
            continue
        if dt.date(2025, 1, 1) <= appeal.decided_on <= on and not any(r.voided_at is None for r in appeal.reviews.all()):
            found.add(appeal.pk)
    return found


def slow_overdue(on):
    """Reviews past the day of their step by hand."""
    rows = CaseReview.objects.all()
    return {r.pk for r in rows if not r.voided_at and r.state != "graded" and r.due_on is not None and r.due_on < on}


@pytest.mark.parametrize("seed", range(3))
def test_the_rules_say_what_plain_python_says(court, seed):
    dice = random.Random(seed)
    for _n in range(20):
        case = court.case("2024-09-02", closed_on="2024-11-04", closing_manner="judgment")
        decided = dice.choice([None, dt.date(2024, 12, 31), dt.date(2025, 1, 1), dt.date(2026, 5, 20), dt.date(2026, 5, 21)])
        outcome = dice.choice(["", "upheld", "changed", "remanded", "withdrawn"])
        appeal = court.appeal(case, "2024-11-12", outcome=outcome, decided_on=decided)
        with clock.simulate(dice.choice([dt.date(2026, 4, 1), dt.date(2026, 5, 13)])):
            if outcome in ("changed", "remanded") and dice.random() < 0.5:
                made = court.review(case, ground=outcome, appeal=appeal)
            elif dice.random() < 0.6:
                made = court.review(case, dice.choice(["opened", "checked", "answered"]))
            else:
                continue
            if made.state == "answered" and dice.random() < 0.5:
                made = court.review_step(made, "grade")
            if dice.random() < 0.25:
                void(REVIEWS, actor=court.keeper, obj=made, reason="误启动")
    seen = [set(), set()]
    for on in (TODAY, dt.date(2026, 5, 21), dt.date(2026, 4, 20)):
        for place, (code, slow) in enumerate({"cases.review.missing": slow_missing, "cases.review.overdue": slow_overdue}.items()):
            declared = rules.rules()[code]
            got = set(declared.query(on, rules.Params(declared.basis, on)).values_list("pk", flat=True))
            assert got == slow(on), (code, on)
            seen[place] |= got
    assert all(seen) and Case.objects.exists(), "the mutations broke no rule: the comparison proves nothing"
