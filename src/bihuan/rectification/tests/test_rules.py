"""The rules and detectors through a real patrol, and the criteria that stand on them."""

import datetime as dt

import pytest

from bihuan.kernel import clock, criteria, patrol, rules
from bihuan.kernel.criteria import Scope
from bihuan.kernel.models import Assignment
from bihuan.kernel.models.alerts import Alert, RuleRun
from bihuan.kernel.models.duties import Duty, DutyOccurrence
from bihuan.kernel.work import unit_of_work
from bihuan.rectification import services as s
from bihuan.rectification.models import Reading, Rebound

LATE = dt.date(2026, 7, 6)


def standing(day: dt.date, *codes: str) -> set[tuple[str, str]]:
    """Patrol on a day; the standing alerts of the rules as (rule, subject's code or day)."""
    patrol.run(day)
    rows = Alert.objects.filter(breach_state="open")
    if codes:
        rows = rows.filter(rule__in=codes)
    return {(a.rule, str(a.object_id)) for a in rows}


def test_no_rule_fails_on_a_full_court(court):
    attempt = court.at("internally_closed")
    s.raise_rebound(actor=court.rectifier, attempt=attempt, reason="x")
    done = patrol.run(clock.today())
    mine = [r for r in done.reports if r.rule.domain == "rectification"]
    assert len(mine) >= 14
    assert [r.rule.code for r in mine if r.outcome != "ok"] == []


def test_due_soon_then_overdue_then_gone_when_applied_for(court):
    attempt = court.approved()
    pk = str(attempt.measure_id)
    codes = ("rect.measure.overdue", "rect.measure.due-soon")
    assert standing(clock.today(), *codes) == set()
    assert standing(dt.date(2026, 6, 25), *codes) == {("rect.measure.due-soon", pk)}
    assert standing(LATE, *codes) == {("rect.measure.overdue", pk)}
    alert = Alert.objects.get(rule="rect.measure.overdue")
    assert (alert.owner, alert.unit, alert.due) == (court.judge, court.units["civil"], dt.date(2026, 6, 30))
    with clock.simulate(LATE):
        court.at("applied", attempt)
    assert standing(LATE, *codes) == set()


def test_silent_progress_and_unverified_rebounds(court):
    problem = court.problem()
    measures = [court.measure(problem) for _n in range(3)]
    court.approve()
    with clock.simulate(dt.date(2026, 5, 10)):
        s.add_progress(actor=court.judge, measure=measures[0], text="已办")
    closed = court.at("internally_closed", court.attempt(measures[2]))
    rebound = s.raise_rebound(actor=court.rectifier, attempt=closed, reason="x")
    found = standing(clock.today(), "rect.progress.silent", "rect.rebound.suspected", "rect.rebound.unverified")
    assert found == {
        ("rect.progress.silent", str(measures[1].pk)),
        ("rect.rebound.suspected", str(rebound.pk)),
    }
    alert = Alert.objects.get(rule="rect.progress.silent")
    assert "2026" in str(alert.trace)


def test_the_patrol_suspects_and_reopens_by_itself(court):
    measure = court.measure(criteria=[court.in_range])
    court.approve()
    court.read(("2026-03", "3"), ("2026-04", "4"))
    court.at("internally_closed", court.attempt(measure))
    with clock.simulate(dt.date(2026, 6, 8)):
        with unit_of_work(None) as uow:  # a correction at the source that went past the import
            row = Reading.objects.get(period=dt.date(2026, 4, 1))
            row.value = 9
            row.save()
            uow.record("test.made", row, params={"what": "correction"})
        assert not Rebound.objects.exists()
        patrol.run(dt.date(2026, 6, 8))
    assert Rebound.objects.get().state == "suspected"
    patrol.run(dt.date(2026, 6, 22))
    assert Rebound.objects.get().state == "reopened_by_silence"
    assert court.attempt(measure).number == 2


def test_an_owner_who_left_without_hand_over_is_found(court):
    attempt = court.approved()
    assert standing(clock.today(), "rect.owner.gone") == set()
    with unit_of_work(None) as uow:
        row = Assignment.objects.get(person=court.judge)
        row.ends = dt.date(2026, 5, 25)
        row.save()
        uow.record("test.made", row, params={"what": "left"})
    assert standing(dt.date(2026, 5, 26), "rect.owner.gone") == {("rect.owner.gone", str(attempt.measure_id))}
    other = court.person("other", "civil", "judge")
    s.change_owner(actor=court.rectifier, measure=attempt.measure, person=other, reason="岗位调整")
    assert standing(dt.date(2026, 5, 26), "rect.owner.gone") == set()


def test_paper_only_until_a_result_is_shown(court):
    attempt = court.at("in_progress")
    court.file(attempt.measure, kind="minutes")
    assert standing(clock.today(), "rect.paper-only") == {("rect.paper-only", str(attempt.measure_id))}
    court.file(attempt.measure, kind="photo")
    assert standing(clock.today(), "rect.paper-only") == set()


@pytest.mark.parametrize(("late", "found"), [(5, True), (4, False)])
def test_bunched_applications(court, late, found):
    problem = court.problem()
    measures = [court.measure(problem) for _n in range(late + 1)]
    court.approve()
    court.at("applied", court.attempt(measures[0]))
    with clock.simulate(dt.date(2026, 7, 8)):
        for measure in measures[1:]:
            court.at("applied", court.attempt(measure))
    assert bool(standing(dt.date(2026, 7, 9), "rect.closures-bunched")) is found


def test_milestones_targets_letters_and_look_backs(court):
    long_term = court.measure(court.problem("long_term"), due=dt.date(2027, 6, 30))
    target = s.add_target(actor=court.rectifier, measure=long_term, due=dt.date(2026, 6, 1), text="减半")
    measure = court.measure()
    court.approve()
    closed = court.at("internally_closed", court.attempt(measure))
    back = s.plan_look_back(actor=court.inspector, measure=closed.measure, planned_on=dt.date(2026, 6, 1))
    letter = s.issue_letter(
        actor=court.rectifier, no="1", to_unit=court.units["civil"], title="x", text="x", due=dt.date(2026, 6, 1)
    )
    found = standing(
        LATE, "rect.target.stale", "rect.look-back.overdue", "rect.letter.unanswered", "rect.milestone.overdue"
    )
    assert {
        ("rect.target.stale", str(target.pk)),
        ("rect.look-back.overdue", str(back.pk)),
        ("rect.letter.unanswered", str(letter.pk)),
    } <= found
    overdue = Alert.objects.filter(rule="rect.milestone.overdue")
    assert overdue.count() == 3
    assert {a.owner for a in overdue} == {court.rectifier}
    assert Alert.objects.get(rule="rect.look-back.overdue").owner == court.inspector


# ---- the criteria that stand on rules, duties, counts


def ask(code: str, court, day: dt.date, since: dt.date | None = None, **params) -> tuple[str, str]:
    cleaned = criteria.kind(code).clean(params)
    scope = Scope(on=day, since=since, unit_id=court.units["civil"].pk, subject=court.subject)
    found = criteria.evaluate(code, cleaned, scope)
    assert str(criteria.describe(code, cleaned))
    assert str(found.reason)
    return str(found.verdict), found.reason.code.rsplit(".", 1)[1]


def ran(day: dt.date, outcome: str = "ok", **more) -> None:
    with unit_of_work(None) as uow:
        row = RuleRun.objects.create(rule="rect.paper-only", on=day, outcome=outcome, started_at=clock.now(), **more)
        uow.record("test.made", row, params={"what": "run"})


def test_silence_of_a_rule_counts_only_where_it_was_looked_at(court):
    court.subject = court.approved()
    today = clock.today()
    given = {"rule": "rect.paper-only", "level": "unit", "days": 10}
    assert ask("rule_quiet", court, today, **given) == ("undeterminable", "gap")
    for n in range(11, -1, -1):
        if n not in (5, 6, 7, 8):
            ran(today - dt.timedelta(days=n))
    assert ask("rule_quiet", court, today, **given) == ("undeterminable", "gap")
    for n in (8, 7, 6, 5):
        ran(today - dt.timedelta(days=n))
    assert ask("rule_quiet", court, today, **given) == ("met", "quiet")
    assert ask("rule_quiet", court, today, since=today - dt.timedelta(days=3), **given) == (
        "undeterminable",
        "short",
    )
    ran(today, "stale")
    assert ask("rule_quiet", court, today, **given) == ("undeterminable", "unsound")
    ran(today, parameters={"x": "2"})
    assert ask("rule_quiet", court, today, **given) == ("undeterminable", "changed")


def test_a_breach_inside_the_window_is_unmet_in_its_own_department_only(court):
    court.subject = attempt = court.at("in_progress")
    court.file(attempt.measure, kind="minutes")
    patrol.run(clock.today())
    given = {"rule": "rect.paper-only", "days": 10}
    assert ask("rule_quiet", court, clock.today(), level="unit", **given) == ("unmet", "breached")
    assert ask("rule_quiet", court, clock.today(), level="court", **given) == ("unmet", "breached")
    court.units["civil"] = court.units["filing"]
    assert ask("rule_quiet", court, clock.today(), level="unit", **given)[0] == "undeterminable"


def test_a_duty_is_kept_when_fulfilled_in_time(court):
    court.subject = court.approved()
    with unit_of_work(None) as uow:
        duty = Duty.objects.create(
            code="bulletin",
            title="周通报",
            rrule="FREQ=WEEKLY;BYDAY=FR",
            starts=dt.date(2026, 5, 1),
            owner_role="office",
        )
        days = [dt.date(2026, 5, 1), dt.date(2026, 5, 8), dt.date(2026, 5, 15)]
        for day in days:
            DutyOccurrence.objects.create(duty=duty, nominal_on=day, due_on=day, deadline=day, fulfilled_on=day)
        uow.record("test.made", duty, covers=[DutyOccurrence], params={"what": "duty"})
    today = clock.today()
    assert ask("duty_kept", court, today, duty="bulletin", periods=3) == ("met", "kept")
    assert ask("duty_kept", court, today, duty="bulletin", periods=4) == ("undeterminable", "too_few")
    assert ask("duty_kept", court, dt.date(2026, 7, 1), duty="bulletin", periods=3) == (
        "undeterminable",
        "not_generated",
    )
    with unit_of_work(None) as uow:
        DutyOccurrence.objects.filter(nominal_on=days[1]).update(fulfilled_on=dt.date(2026, 5, 11))
        uow.record("test.made", duty, covers=[DutyOccurrence], params={"what": "late"})
    assert ask("duty_kept", court, today, duty="bulletin", periods=3) == ("unmet", "not_kept")


def test_counts_evidence_and_checks(court):
    court.subject = attempt = court.at("in_progress")
    day = clock.today()
    assert ask("ledger_count", court, day, count="rules_made", least="2") == ("unmet", "counted")
    s.add_outcome(actor=court.clerk, measure=attempt.measure, kind="rule_made", title="细则", number=2)
    assert ask("ledger_count", court, day, count="rules_made", least="2") == ("met", "counted")
    assert ask("evidence_kind", court, day, kind="photo", least="1") == ("unmet", "filed")
    court.file(attempt.measure, kind="photo")
    assert ask("evidence_kind", court, day, kind="photo", least="1") == ("met", "filed")
    court.subject = attempt = court.at("leader_passed", attempt)
    assert ask("onsite_check", court, day) == ("undeterminable", "check_none")
    court.check_on_site(attempt, result="failed")
    assert ask("onsite_check", court, day) == ("unmet", "check_failed")
    court.check_on_site(attempt)
    assert ask("onsite_check", court, day) == ("met", "check_passed")
    assert ask("onsite_check", court, day, person="stationed") == ("undeterminable", "check_none")


def test_every_rule_of_the_ledger_names_its_sources():
    mine = [r for r in rules.rules().values() if r.domain == "rectification"]
    assert all(rule.sources and rule.doc for rule in mine)
