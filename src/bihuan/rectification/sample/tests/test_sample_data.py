"""The demo data are sound, and the checker that says so does notice what is wrong."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from bihuan.law.calendar import current_calendar
from bihuan.people.sample.load import SampleError, build
from bihuan.rectification.sample import check
from bihuan.rectification.sample.load import load
from bihuan.rectification.sample.shapes import Criterion, Measure, Problem, Step
from bihuan.rectification.sample.verdicts import MET, OPEN, UNMET, known, newest_import, whole

SAMPLE = load()


def changed(code: str, **values: Any) -> list[str]:
    """The faults of the sample after the measure of the current round was changed."""
    problems = []
    for problem in SAMPLE.problems:
        measures = tuple(
            dataclasses.replace(m, **values) if (problem.round, m.code) == ("R2025", code) else m
            for m in problem.measures
        )
        problems.append(dataclasses.replace(problem, measures=measures))
    return check.faults(dataclasses.replace(SAMPLE, problems=tuple(problems)))


def measure(code: str) -> tuple[Problem, Measure]:
    return next((p, m) for p, m in SAMPLE.measures() if (p.round, m.code) == ("R2025", code))


def retold(code: str, do: str, **values: Any) -> list[str]:
    """The faults after the first step of a kind was changed in the measure's story."""
    story = list(measure(code)[1].story)
    place = next(n for n, step in enumerate(story) if step.do == do)
    story[place] = dataclasses.replace(story[place], **values)
    return changed(code, story=tuple(story))


def test_the_sample_has_no_faults():
    assert check.faults(SAMPLE) == []


def test_its_size_and_spread_are_what_a_demonstration_needs():
    current = [m for p, m in SAMPLE.measures() if p.round == "R2025"]
    assert sum(p.round == "R2025" for p in SAMPLE.problems) == 10
    assert len(current) == 51
    assert 85 <= len(SAMPLE.court.people) + len(SAMPLE.court.administrators) <= 100
    assert {m.end.state for m in current} == {
        "not_started", "in_progress", "applied", "head_passed", "leader_passed", "verified",
        "internally_closed", "accepted",
    }  # fmt: skip
    assert {flag for m in current for flag in m.end.flags} == {
        "overdue", "suspected_rebound", "reopened", "refused", "returned", "owner_gone", "paper_only",
        "late_start", "blocked",
    }  # fmt: skip
    assert {c.kind for m in current for c in m.criteria} == set(check.KEYS)
    assert min(Counter(len(f.values) for f in SAMPLE.figures)) == 22
    assert len(SAMPLE.imports) == 24


def test_roles_are_the_ones_people_registers():
    from bihuan.kernel.access import roles

    assert set(roles()) >= check.ROLES


def test_steps_of_people_fall_on_working_days():
    calendar = current_calendar()
    days = {step.day for _, _, step in SAMPLE.steps()} | {row.day for row in (*SAMPLE.meetings, *SAMPLE.imports)}
    assert [day for day in sorted(days) if not calendar.is_workday(day)] == []


def test_steps_come_in_the_order_of_days():
    days = [step.day for _, _, step in SAMPLE.steps()]
    assert days == sorted(days)


def test_verifier_may_not_be_the_applicant():
    applicant = next(s.by for s in measure("二-2-01")[1].story if s.do == "apply")
    assert any("yanruyi applied" in fault for fault in retold("二-2-01", "verify", by=applicant))


def test_department_of_inspection_is_verified_from_outside():
    assert any("from outside" in fault for fault in retold("二-1-04", "verify", by="wuxueying"))


def test_head_and_leader_have_to_be_the_ones_of_the_day():
    assert any("the head is" in fault for fault in retold("二-2-01", "head_approve", by="jiaohongtu"))
    assert any("leader in charge is" in fault for fault in retold("二-2-01", "leader_approve", by="zhuminglan"))


def test_a_deputy_needs_a_delegation_of_that_day():
    assert any("the head is" in fault for fault in retold("一-1-05", "head_approve", day=dt.date(2026, 11, 18)))


def test_step_before_the_one_told_earlier_is_noticed():
    assert any("comes after" in fault for fault in retold("二-2-01", "progress", day=dt.date(2026, 11, 2)))


def test_closing_on_facts_that_do_not_agree_is_noticed():
    limit = {"figure": "overdue_dossiers", "level": "court", "high": 10, "periods": 3}
    stricter = (Criterion("reading_range", limit),)
    assert any("decide" in f and "unmet" in f for f in changed("二-2-01", criteria=stricter))


def test_unknown_references_are_noticed():
    assert any("nowhere" in f for f in changed("二-2-01", lead_unit="nowhere", co_units=()))
    ghost = (Criterion("duty_kept", {"duty": "ghost", "periods": 2}),)
    assert any("ghost" in f for f in changed("一-3-05", criteria=ghost))


def test_a_story_that_ends_elsewhere_is_noticed():
    assert any("ends not_started" in fault for fault in changed("二-2-03", story=()))


def test_missing_last_months_leave_the_vehicles_undeterminable_not_met():
    problem, vehicles = measure("二-3-01")
    assert whole(SAMPLE, problem, vehicles, dt.date(2026, 9, 30)) == MET
    assert known(SAMPLE, "vehicle_anomalies", "2026-09", SAMPLE.as_of) is None
    assert whole(SAMPLE, problem, vehicles, SAMPLE.as_of) == OPEN


def test_the_late_october_statement_makes_the_rebound():
    problem, payout = measure("二-1-01")
    assert whole(SAMPLE, problem, payout, dt.date(2026, 11, 6)) == MET
    assert whole(SAMPLE, problem, payout, dt.date(2026, 11, 18)) == OPEN
    assert whole(SAMPLE, problem, payout, dt.date(2026, 11, 19)) == UNMET


def test_the_newest_sheet_says_up_to_when_readings_ought_to_be_there():
    assert newest_import(SAMPLE, dt.date(2026, 11, 8)) == "2026-09"
    assert newest_import(SAMPLE, dt.date(2026, 11, 9)) == "2026-10"


def test_due_days_after_the_concentrated_period_need_an_extension():
    assert any("extend it by a change" in f for f in changed("二-2-01", due=dt.date(2026, 3, 31)))


def test_a_colleague_without_charge_may_not_file_evidence():
    assert any("neither in charge" in f for f in retold("二-2-01", "evidence", by="jiaohongtu"))


def test_change_is_approved_by_the_president_and_not_left_open():
    assert any("not the president" in f for f in retold("二-2-01", "change_approve", by="shaoqihuan"))
    without = tuple(s for s in measure("二-2-01")[1].story if s.do != "change_approve")
    assert any("still asked for" in f for f in changed("二-2-01", story=without))


def test_on_site_check_counts_only_after_the_application_it_belongs_to():
    problem, again = measure("四-1-03")
    assert whole(SAMPLE, problem, again, SAMPLE.as_of, deferred=False) == MET
    assert whole(SAMPLE, problem, again, SAMPLE.as_of) == OPEN


def test_values_are_rounded_from_numerator_and_denominator():
    figure = SAMPLE.figure["fund_payout_rate"]
    numerator, denominator = figure.values["2026-10"]
    assert figure.value("2026-10") == (Decimal(numerator) * 100 / denominator).quantize(Decimal("0.1"))


def test_a_misspelt_key_is_refused_by_name():
    with pytest.raises(SampleError, match=r"row 3.*\['dya'\]"):
        build(Step, {"dya": 1}, "row 3")
    with pytest.raises(SampleError, match=r"row 3.*missing"):
        build(Step, {"do": "start"}, "row 3")
