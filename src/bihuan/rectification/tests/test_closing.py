"""Closing and reopening, as the court lives it."""

import datetime as dt

import pytest

from bihuan.kernel import clock, soundness
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.rectification import closure
from bihuan.rectification import services as s
from bihuan.rectification import wordings as w
from bihuan.rectification.models import Attempt, Closure, ClosureVerdict, Rebound

from .factory import ONSITE


def codes(refusal) -> set[str]:
    return {reason.code for reason in refusal.value.reasons}


def test_an_item_goes_all_the_way_and_every_verdict_is_kept(court):
    attempt = court.at("accepted")
    row = Closure.objects.get(attempt=attempt)
    assert (row.total, row.met, row.result) == (1, 1, "done")
    assert row.applied_by == court.clerk
    assert row.verifier == court.inspector
    assert ClosureVerdict.objects.get(attempt=attempt).finding["verdict"] == "met"
    assert attempt.result == "done"
    assert soundness.problems() == []


def test_paper_alone_does_not_close(court):
    attempt = court.at("in_progress")
    court.file(attempt.measure, kind="minutes")
    with pytest.raises(Refused) as refusal:
        s.apply(actor=court.clerk, attempt=attempt)
    assert codes(refusal) == {w.NO_OUTCOME_EVIDENCE}
    assert "成果" in str(refusal.value.reasons[0])
    court.file(attempt.measure, kind="statistics")
    assert s.apply(actor=court.clerk, attempt=attempt).state == "applied"


def test_the_applicant_never_verifies(court):
    attempt = court.at("leader_passed")
    with pytest.raises(NotAllowed):
        s.record_verification(actor=court.clerk, attempt=attempt, result="passed", method="看", note="好")
    assert closure.against_verifier(attempt, court.clerk, "")[0].code == w.OWN_APPLICATION


def test_a_verifier_of_the_responsible_department_is_refused_and_the_stationed_team_is_asked(court):
    measure = court.measure(unit="inspection", person=court.inspector)
    court.approve()
    attempt = s.start(actor=court.inspector, attempt=court.attempt(measure))
    evidence_by, court.clerk = court.clerk, court.inspector
    court.file(measure)
    court.clerk = evidence_by
    attempt = s.apply(actor=court.inspector, attempt=attempt)
    head = court.person("inspection-head", "inspection", "head")
    attempt = s.head_review(actor=head, attempt=attempt, passed=True)
    attempt = s.leader_review(actor=court.leader, attempt=attempt, passed=True)
    with pytest.raises(Refused) as refusal:
        court.check_on_site(attempt, by=court.disciplinarian)
    assert w.OUTSIDE_NEEDED in codes(refusal)
    court.check_on_site(attempt, by=court.stationed)
    assert s.verify(actor=court.stationed, attempt=attempt, passed=True).state == "verified"


def test_verifying_needs_ones_own_on_site_record(court):
    attempt = court.at("leader_passed")
    with pytest.raises(Refused) as refusal:
        s.verify(actor=court.inspector, attempt=attempt, passed=True)
    assert codes(refusal) >= {w.NO_CHECK}
    court.check_on_site(attempt)
    assert s.verify(actor=court.inspector, attempt=attempt, passed=True).state == "verified"


def test_a_return_needs_its_reason_and_goes_back_to_work(court):
    attempt = court.at("applied")
    with pytest.raises(Refused):
        s.head_review(actor=court.head, attempt=attempt, passed=False)
    back = s.head_review(actor=court.head, attempt=attempt, passed=False, note="材料不全")
    assert back.state == "in_progress"
    assert Attempt.objects.count() == 1


def test_one_meeting_decides_many_and_a_refused_one_takes_no_other_with_it(court):
    problem = court.problem()
    good, bad = court.measure(problem), court.measure(problem, criteria=[ONSITE, court.in_range])
    court.approve()
    court.read(("2026-03", "3"), ("2026-04", "4"))
    attempts = [court.at("verified", court.attempt(m)) for m in (good, bad)]
    court.read(("2026-04", "9"))
    done = s.decide(actor=court.secretary, attempts=attempts, meeting=court.meeting(), result="done")
    assert [a.measure for a in done.closed] == [good]
    [(refused, reasons)] = done.refused
    assert refused.measure == bad
    assert reasons[0].code == w.CRITERION_UNMET
    assert Closure.objects.count() == 1
    assert ClosureVerdict.objects.filter(attempt__measure=bad).count() == 0


def test_without_the_next_reading_the_criterion_is_undeterminable_not_met(court):
    measure = court.measure(criteria=[court.in_range])
    court.approve()
    attempt = s.start(actor=court.judge, attempt=court.attempt(measure))
    court.file(measure)
    with pytest.raises(Refused) as refusal:
        s.apply(actor=court.clerk, attempt=attempt)
    assert codes(refusal) == {w.CRITERION_UNDETERMINABLE}
    court.read(("2026-03", "3"), ("2026-04", "4"))
    with clock.simulate(dt.date(2026, 6, 25)), pytest.raises(Refused) as refusal:
        s.apply(actor=court.clerk, attempt=attempt)
    assert codes(refusal) == {w.CRITERION_UNDETERMINABLE}
    assert s.apply(actor=court.clerk, attempt=attempt).state == "applied"


def test_a_gap_in_the_readings_is_undeterminable_and_a_bad_one_unmet(court):
    measure = court.measure(criteria=[court.in_range])
    court.approve()
    attempt = court.attempt(measure)
    court.read(("2026-04", "4"))
    [found] = closure.check(attempt)
    assert (found.finding.verdict, found.finding.reason.code) == (
        "undeterminable",
        "rectification.c.reading_missing",
    )
    court.read(("2026-03", "5.01"), ("2026-04", "4"))
    [found] = closure.check(attempt)
    assert found.finding.verdict == "unmet"
    court.read(("2026-03", "5"), ("2026-04", "4"))
    [found] = closure.check(attempt)
    assert found.finding.verdict == "met"
    assert [f["period"] for f in found.finding.facts] == ["2026-03", "2026-04"]


def test_readings_before_the_feedback_do_not_count(court):
    measure = court.measure(criteria=[court.in_range])
    court.approve()
    with clock.simulate(dt.date(2026, 2, 12)):
        court.read(("2025-12", "1"), ("2026-01", "1"))
        [found] = closure.check(court.attempt(measure))
    assert found.finding.reason.code == "rectification.c.too_early"
    assert found.finding.verdict == "undeterminable"


def test_a_worse_reading_is_a_suspected_rebound_that_verified_and_confirmed_reopens(court):
    closed = closed_by_readings(court)
    with clock.simulate(dt.date(2026, 6, 8)):
        assert court.read(("2026-05", "8")).suspected == 1
        rebound = Rebound.objects.get()
        assert rebound.state == "suspected"
        assert rebound.verify_due == dt.date(2026, 6, 15)
        assert s.sweep() == []
        rebound = s.verify_rebound(actor=court.inspector, rebound=rebound, found=True, note="属实")
        rebound = s.confirm_rebound(actor=court.secretary, rebound=rebound, meeting=court.meeting())
    assert rebound.state == "reopened"
    newest = court.attempt(closed.measure)
    assert (newest.number, newest.state, newest.pk) == (2, "in_progress", rebound.reopened_id)
    closed.refresh_from_db()
    assert closed.state == "internally_closed"
    with clock.simulate(dt.date(2026, 6, 8)), pytest.raises(Refused) as refusal:
        s.apply(actor=court.clerk, attempt=newest)
    # Old proof and old readings do not count for the new attempt: it has to show new ones.
    assert codes(refusal) == {w.NO_OUTCOME_EVIDENCE, w.CRITERION_UNDETERMINABLE}


def test_a_dismissed_suspicion_is_not_raised_again_on_the_same_facts_but_on_newer_ones(court):
    closed_by_readings(court)
    with clock.simulate(dt.date(2026, 6, 8)):
        court.read(("2026-05", "8"))
        rebound = Rebound.objects.get()
        with pytest.raises(Refused):
            s.verify_rebound(actor=court.inspector, rebound=rebound, found=False, note=" ")
        s.verify_rebound(actor=court.inspector, rebound=rebound, found=False, note="统计口径差异")
        assert s.sweep() == []
    with clock.simulate(dt.date(2026, 7, 8)):
        assert court.read(("2026-06", "9")).suspected == 1


def test_silence_reopens_by_itself_once(court):
    closed = closed_by_readings(court)
    with clock.simulate(dt.date(2026, 6, 8)):
        court.read(("2026-05", "8"))
    with clock.simulate(dt.date(2026, 6, 15)):
        assert s.settle_silence() == []
    with clock.simulate(dt.date(2026, 6, 16)):
        [rebound] = s.settle_silence()
        assert s.settle_silence() == []
    assert rebound.state == "reopened_by_silence"
    assert court.attempt(closed.measure).number == 2


def test_a_stale_source_after_closing_is_no_rebound(court):
    closed_by_readings(court)
    with clock.simulate(dt.date(2026, 7, 30)):
        assert s.sweep() == []


def closed_by_readings(court) -> Attempt:
    measure = court.measure(criteria=[court.in_range])
    court.approve()
    court.read(("2026-03", "3"), ("2026-04", "4"))
    return court.at("internally_closed", court.attempt(measure))


def test_a_long_term_item_is_not_done_before_its_stage_was_assessed(court):
    problem = court.problem("long_term")
    measure = court.measure(problem, due=dt.date(2027, 6, 30))
    target = s.add_target(actor=court.rectifier, measure=measure, due=dt.date(2026, 6, 1), text="减半")
    later = s.add_target(actor=court.rectifier, measure=measure, due=dt.date(2026, 12, 1), text="清零")
    court.approve()
    attempt = s.start(actor=court.judge, attempt=court.attempt(measure))
    court.file(measure)
    with pytest.raises(Refused) as refusal:
        s.apply(actor=court.clerk, attempt=attempt)
    assert codes(refusal) == {w.TARGET_FIRST}
    s.assess_target(actor=court.rectifier, target=target, result="met", note="已减半")
    attempt = court.at("verified", attempt)
    meeting = court.meeting()
    done = s.decide(actor=court.secretary, attempts=[attempt], meeting=meeting, result="done")
    assert done.refused[0][1][0].code == w.TARGET_OPEN
    done = s.decide(actor=court.secretary, attempts=[attempt], meeting=meeting, result="staged")
    assert done.closed[0].result == "staged"
    again = s.resume(actor=court.rectifier, measure=measure, reason="进入第二阶段")
    assert (again.number, again.state) == (2, "in_progress")
    assert later.result == ""


def test_a_refusal_from_outside_opens_the_next_attempt_and_keeps_the_record(court):
    refused = court.at("externally_refused")
    assert refused.state == "externally_refused"
    newest = court.attempt(refused.measure)
    assert newest.number == 2
    assert newest.opened_because["code"] == w.BECAUSE_REFUSED
    assert refused.reviews.get().document_no


def test_nobody_decides_on_an_application_of_their_own_even_as_a_stand_in(court):
    from bihuan.kernel.models import Delegation
    from bihuan.kernel.work import unit_of_work

    attempt = court.at("applied")
    with unit_of_work(None) as uow:
        row = Delegation.objects.create(
            person=court.clerk, deputy=court.head, reason="请假", starts=dt.date(2026, 5, 1), ends=dt.date(2026, 5, 30)
        )
        uow.record("test.made", row)
    from bihuan.kernel.access import forget

    forget(court.head)
    with pytest.raises(Refused) as refusal:
        s.head_review(actor=court.head, attempt=attempt, passed=True)
    assert codes(refusal) == {w.OWN_APPLICATION}
