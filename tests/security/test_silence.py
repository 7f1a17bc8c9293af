"""Silence proves nothing: what cannot be judged blocks closing and is no rebound. Each case has its judged twin."""

import datetime as dt

import pytest

from bihuan.kernel import clock, patrol, patrol_coverage
from bihuan.kernel.criteria import Verdict
from bihuan.kernel.models.alerts import RuleRun, RunOutcome
from bihuan.kernel.work import unit_of_work
from bihuan.rectification import closure
from bihuan.rectification import services as s
from bihuan.rectification.models import Attempt, Closure, Rebound
from bihuan.rectification.services import sweep
from bihuan.rectification.tests.factory import ONSITE, TODAY

RULE = "rect.letter.unanswered"


def quiet(days: int = 3):
    return ("rule_quiet", {"rule": RULE, "level": "unit", "days": days})


def verdict(court, attempt) -> Verdict:
    return closure.check(court.attempt(attempt.measure))[0].finding.verdict


def refused(court, attempt) -> bool:
    """Whether the decision is refused; nothing is written then."""
    done = s.decide(actor=court.secretary, attempts=[attempt], meeting=court.meeting(), result="done")
    if done.refused:
        assert not Closure.objects.exists() and Attempt.objects.get(pk=attempt.pk).state == "verified"
    return bool(done.refused)


def patrolled(days: int = 3, until: dt.date = TODAY) -> None:
    for n in range(days - 1, -1, -1):
        with clock.simulate(until - dt.timedelta(days=n)):
            patrol.run(on=clock.today(), only=[RULE])


def at_verified(court, criterion):
    """An item whose facts were good up to the verification, and are then asked again for the decision."""
    attempt = court.approved(criteria=[criterion, ONSITE])
    return court.at("verified", attempt)


def run_again(**values) -> None:
    """Another run of today, with another outcome; runs are never altered."""
    with unit_of_work(None) as uow:
        row = RuleRun.objects.filter(rule=RULE, on=TODAY).order_by("started_at", "pk").last()
        row.pk, row.started_at = None, clock.now()
        for name, value in values.items():
            setattr(row, name, value)
        row.save(force_insert=True)
        uow.record("test.made", covers=[RuleRun], params={"what": "another run"})


def test_a_rule_never_patrolled_closes_nothing(court):
    attempt = court.approved(criteria=[quiet(), ONSITE])
    assert verdict(court, attempt) is Verdict.UNDETERMINABLE
    patrolled()
    assert verdict(court, attempt) is Verdict.MET


@pytest.mark.parametrize("outcome", [o for o in RunOutcome.values if o != RunOutcome.OK])
def test_a_run_that_cannot_be_relied_on_blocks_until_one_can(court, outcome):
    patrolled()
    attempt = at_verified(court, quiet())
    run_again(outcome=outcome)
    assert verdict(court, attempt) is Verdict.UNDETERMINABLE
    assert refused(court, attempt)
    run_again(outcome=RunOutcome.OK)
    assert verdict(court, attempt) is Verdict.MET
    assert not refused(court, attempt)


def test_parameters_changed_inside_the_window_block(court):
    patrolled()
    attempt = at_verified(court, quiet())
    run_again(parameters={"local.x": "2026-05-20"})
    assert verdict(court, attempt) is Verdict.UNDETERMINABLE
    assert refused(court, attempt)


def test_days_on_which_nobody_looked_are_no_rebound(court):
    patrolled()
    attempt = at_verified(court, quiet())
    assert not refused(court, attempt)
    with clock.simulate(TODAY + dt.timedelta(days=40)):
        assert verdict(court, attempt) is Verdict.UNDETERMINABLE
        assert sweep() == [] and not Rebound.objects.exists()


def test_readings_that_stop_coming_block_and_are_no_rebound(court):
    court.read(("2026-03", "3"), ("2026-04", "4"))
    attempt = at_verified(court, court.in_range)
    for later in (dt.date(2026, 7, 20), dt.date(2027, 1, 20)):
        with clock.simulate(later):
            assert verdict(court, attempt) is Verdict.UNDETERMINABLE
            assert refused(court, attempt)
    assert not refused(court, attempt)
    with clock.simulate(dt.date(2026, 7, 20)):
        assert sweep() == [] and not Rebound.objects.exists()


def test_a_figure_put_aside_or_renamed_blocks(court):
    court.read(("2026-03", "3"), ("2026-04", "4"))
    attempt = at_verified(court, court.in_range)
    with unit_of_work(court.keeper) as uow:
        type(court.figure).objects.filter(pk=court.figure.pk).update(voided_at=clock.now())
        uow.record("test.made", court.figure, params={"what": "voided"})
    assert verdict(court, attempt) is Verdict.UNDETERMINABLE
    assert refused(court, attempt)
    assert sweep() == []


def test_a_kind_or_rule_that_is_gone_blocks(court, monkeypatch):
    patrolled()
    attempt = at_verified(court, quiet())
    with monkeypatch.context() as patch:
        patch.setattr(patrol_coverage, "get", lambda code: None)
        assert verdict(court, attempt) is Verdict.UNDETERMINABLE
        assert refused(court, attempt)
    assert not refused(court, attempt)


def test_a_later_check_that_failed_takes_the_earlier_one_back(court):
    attempt = court.at("leader_passed")
    court.check_on_site(attempt)
    assert closure.passed_check(attempt, court.inspector.pk) is not None
    court.check_on_site(attempt, result="failed")
    assert closure.passed_check(attempt, court.inspector.pk) is None
