"""The calculus of one case: what the cases on paper do not show: choices of the court, digests, lamps, odd inputs."""

import datetime as dt
from dataclasses import replace

import pytest

from bihuan.law.calendar import WorkCalendar, YearNotice
from bihuan.law.dated import Override, Parameters
from bihuan.law.errors import LawError, NotInForce, PeriodError, UnknownLimit
from bihuan.law.limits import findings as f
from bihuan.law.limits.book import LimitBook
from bihuan.law.limits.clocks import PREFIX, cutoff, tiers
from bihuan.law.limits.history import Grant, History, Pause, Turn
from bihuan.law.limits.plain import (
    ADJOURNED_OTHER,
    ADJOURNED_PARAMS,
    ADJOURNED_TOO_LONG,
    ADJOURNED_TOO_OFTEN,
    ADJOURNED_UNAPPROVED,
    Hearing,
    closing_day,
    in_hours,
    judge_hearings,
    schedule,
)
from bihuan.law.limits.reckon import reckon

D = dt.date
BOOK, SHIPPED, PARAMETERS = LimitBook.load(), WorkCalendar.load(), Parameters.load()
CIVIL = History("CV-01", D(2025, 1, 10))


def ask(history, on=D(2025, 3, 1), parameters=PARAMETERS, **changes):
    return reckon(replace(history, **changes), on=on, book=BOOK, calendar=SHIPPED, parameters=parameters)


def codes(found):
    return {x.code for x in found.findings}


def with_choice(parameter, chosen, start=D(2000, 1, 1)):
    return PARAMETERS.with_overrides([Override(f"law.reading.{parameter}", start, None, {"choice": chosen}, "试1号")])


# ---- the other readings ----


def test_the_month_of_the_first_counted_day():
    """With the other reading a case received on 27 February starts on the 28th, the last of its month."""
    other = with_choice("criminal-month-start", "first_counted")
    case = History("CR-01", D(2025, 2, 27), custody=True)
    assert (ask(case).raw, ask(case, parameters=other).raw) == (D(2025, 4, 27), D(2025, 4, 30))
    eve = History("CR-01", D(2025, 2, 28), custody=True)
    assert (ask(eve).raw, ask(eve, parameters=other).raw) == (D(2025, 4, 30), D(2025, 4, 28))


def test_administrative_appeals_may_start_with_the_filing():
    dates = {"appeal_received": D(2025, 3, 3), "appeal_filed": D(2025, 3, 10)}
    case = History("AD-03", D(2025, 3, 10), dates=dates)
    assert ask(case).due == D(2025, 6, 3)
    assert ask(case, parameters=with_choice("administrative-appeal-start", "appeal_filed")).due == D(2025, 6, 10)


def test_a_vice_president_may_extend_enforcement_where_the_court_reads_so():
    grant = Grant("vice_president", "3m", applied=D(2025, 7, 1), decided=D(2025, 7, 2))
    case = History("EX-01", D(2025, 1, 10), grants=(grant,))
    assert f.GRANT_APPROVER in codes(ask(case))
    other = with_choice("enforcement-approver", "president_or_vice")
    assert ask(case, parameters=other).due == D(2025, 10, 10)
    later = with_choice("enforcement-approver", "president_or_vice", D(2025, 7, 3))
    assert f.GRANT_APPROVER in codes(ask(case, parameters=later))  # the choice holds from its day on


def test_enforcement_may_exclude_announcements_by_analogy():
    case = History("EX-01", D(2025, 1, 10), pauses=(Pause("announcement", D(2025, 3, 1), D(2025, 4, 29)),))
    assert ask(case).raw == D(2025, 7, 10)
    analogous = ask(case, parameters=with_choice("enforcement-exclusions", "analogous"))
    assert (analogous.raw, analogous.hidden_days) == (D(2025, 9, 8), 0)


def test_a_decision_after_expiry_may_be_refused():
    case = replace(CIVIL, grants=(Grant("president", "6m", applied=D(2025, 6, 20), decided=D(2025, 7, 14)),))
    assert ask(case).raw == D(2026, 1, 10)
    refused = ask(case, parameters=with_choice("late-decision", "refused"))
    assert refused.raw == D(2025, 7, 10)
    assert f.GRANT_DECIDED_REFUSED in codes(refused)


def test_an_unconfirmed_length_is_the_court_s_to_set():
    own = PARAMETERS.with_overrides([Override("limits.fund-after-obstacle", D(2025, 1, 1), None, {"term": "15d"}, "院发1号")])
    case = History("EF-02", D(2025, 3, 3))
    assert ask(case).raw == D(2025, 3, 13)
    assert ask(case, parameters=own).raw == D(2025, 3, 18)
    assert f.UNCONFIRMED in codes(ask(case))


# ---- odd inputs ----


def test_days_written_wrongly_are_said():
    grant = Grant("president", "6m", applied=D(2025, 6, 10), decided=D(2025, 6, 1))
    assert f.GRANT_DAYS in codes(ask(CIVIL, grants=(grant,)))
    backwards = Grant("president", until=D(2025, 7, 1), applied=D(2025, 6, 1), decided=D(2025, 6, 2))
    found = ask(CIVIL, grants=(backwards,))
    assert f.GRANT_NOTHING in codes(found) and found.raw == D(2025, 7, 10)


def test_the_supreme_court_extends_by_at_least_a_month():
    grants = (
        Grant("superior", "3m", applied=D(2025, 10, 1), decided=D(2025, 10, 20)),
        Grant("supreme", "15d", applied=D(2026, 1, 1), decided=D(2026, 1, 20)),
    )
    case = History("CR-01", D(2025, 8, 3), facts=frozenset({"complex_158"}), grants=grants)
    found = ask(case)
    assert f.GRANT_UNDER in codes(found)
    assert found.raw == D(2026, 2, 18)


@pytest.mark.parametrize(
    ("history", "says"),
    [
        (replace(CIVIL, trigger=dt.datetime(2025, 1, 10, 9)), "trigger"),
        (replace(CIVIL, pauses=(Pause("appraisal", D(2025, 3, 5), D(2025, 3, 1)),)), "ends before"),
        (replace(CIVIL, grants=(Grant("president", until="2025-08-01"),)), "until"),
        (replace(CIVIL, turns=(Turn("restart", "jurisdiction_changed"),)), "neither a day"),
        (replace(CIVIL, turns=(Turn("restart", "jurisdiction_changed", D(2025, 3, 1), D(2025, 3, 5)),)), "before it was sent"),
        (replace(CIVIL, turns=(Turn("convert", "CV-02", None, D(2025, 3, 5)),)), "no day"),
        (replace(CIVIL, custody=True), "custody"),
        (replace(CIVIL, dates={"filed": "soon"}), "filed"),
    ],
)
def test_contradictions_are_refused(history, says):
    with pytest.raises(PeriodError, match=says):
        ask(history)


def test_limits_that_cannot_be_counted_in_days():
    with pytest.raises(LawError, match="no period"):
        ask(History("F-06", D(2025, 1, 10)))
    with pytest.raises(LawError, match="hours"):
        ask(History("CV-15", D(2025, 1, 10)))
    with pytest.raises(NotInForce, match="2000-09-28"):
        ask(History("CV-01", D(1999, 1, 10)))
    with pytest.raises(UnknownLimit, match="CV-01"):
        ask(History("CV-99", D(2025, 1, 10)))
    assert in_hours("CV-17", D(2025, 1, 1), BOOK, PARAMETERS) and not in_hours("CV-01", D(2025, 1, 1), BOOK, PARAMETERS)


# ---- digests, provisional days ----


def test_the_digest_covers_what_decides():
    pause = Pause("appraisal", D(2025, 2, 1), D(2025, 2, 3))
    variants = [
        ask(CIVIL), ask(CIVIL, trigger=D(2025, 1, 11)), ask(CIVIL, pauses=(pause,)), ask(CIVIL, closed=D(2025, 2, 1)),
        ask(CIVIL, pauses=(replace(pause, last=None),)), ask(CIVIL, pauses=(replace(pause, last=None),), on=D(2025, 3, 2)),
        ask(CIVIL, grants=(Grant("president", "6m"),)), ask(CIVIL, turns=(Turn("restart", "jurisdiction_changed", D(2025, 2, 1)),)),
        ask(CIVIL, under=D(2021, 1, 1)), ask(CIVIL, facts=frozenset({"foreign"})), ask(CIVIL, dates={"filed": D(2025, 1, 10)}),
        ask(CIVIL, parameters=with_choice("late-decision", "refused")),
        reckon(CIVIL, on=D(2025, 3, 1), book=BOOK, calendar=WorkCalendar(SHIPPED.notices[:-1]), parameters=PARAMETERS),
    ]  # fmt: skip
    assert len({found.digest for found in variants}) == len(variants)
    assert ask(CIVIL).digest == ask(CIVIL, on=D(2025, 6, 1)).digest  # only a running pause makes the day of asking matter


def test_a_new_notice_settles_a_provisional_day():
    case = History("F-01", D(2026, 12, 25))
    before = ask(case)
    assert (before.due, before.provisional) == (D(2027, 1, 1), True)
    notice = YearNotice(2027, frozenset({D(2027, 1, 1), D(2027, 1, 2), D(2027, 1, 3)}), frozenset(), "通知", "试1号", "测试", "S")
    grown = WorkCalendar((*SHIPPED.notices, notice))
    after = reckon(case, on=D(2026, 12, 26), book=BOOK, calendar=grown, parameters=PARAMETERS)
    assert (after.due, after.provisional) == (D(2027, 1, 4), False)
    assert before.calendar_version != after.calendar_version


# ---- lamps ----


@pytest.mark.parametrize(
    ("on", "light", "days", "step"),
    [
        (D(2025, 6, 9), "green", 31, None),
        (D(2025, 6, 10), "near", 30, 30),
        (D(2025, 6, 20), "near", 20, 20),
        (D(2025, 6, 25), "near", 15, 15),
        (D(2025, 7, 5), "near", 5, 5),
        (D(2025, 7, 10), "near", 0, 5),
        (D(2025, 7, 11), "overdue", -1, None),
    ],
)
def test_lamps_count_to_the_unrolled_end(on, light, days, step):
    lamp = ask(CIVIL, on=on).lamp
    assert (lamp.light, lamp.days, lamp.step) == (light, days, step)


def test_a_rest_day_at_the_end_is_not_overdue():
    case = History("F-01", D(2025, 9, 25))
    assert ask(case, on=D(2025, 10, 9)).lamp.light == "near"
    assert ask(case, on=D(2025, 10, 10)).lamp.light == "overdue"


def test_a_threshold_as_long_as_the_limit_is_passed_over():
    """Seven days for filing never light the lamps of thirty, twenty and fifteen days."""
    lamps = [ask(History("F-01", D(2025, 3, 3)), on=D(2025, 3, day)).lamp for day in (3, 4, 5)]
    assert [(lamp.light, lamp.step) for lamp in lamps] == [("green", None), ("green", None), ("near", 5)]


def test_thresholds_are_the_court_s():
    own = PARAMETERS.with_overrides([Override("law.lamps", D(2025, 1, 1), None, {"days": [40, 10]}, "院发2号")])
    assert ask(CIVIL, on=D(2025, 6, 1), parameters=own).lamp.step == 40
    assert ask(CIVIL, on=D(2025, 6, 1)).lamp.light == "green"


# ---- clocks, schedules, hearings, closing ----


def test_threshold_clocks_run_in_calendar_time():
    found = {t.parameter.removeprefix(PREFIX): t for t in tiers(D(2024, 11, 30), D(2025, 5, 31), parameters=PARAMETERS)}
    six = found["professional-judges-meeting"]
    assert (six.since, six.passed, six.tag) == (D(2025, 5, 31), True, "D")
    assert found["judicial-committee"].since == D(2025, 10, 1) and not found["judicial-committee"].passed
    assert found["thirty-six-months"].since == D(2027, 11, 30)  # 以上 counts the day itself
    assert [t.since for t in found.values()] == sorted(t.since for t in found.values())
    assert len(found) == 6


def test_the_cutoff_of_a_tier_is_one_comparison():
    id_ = "local.long-pending.professional-judges-meeting"
    for filed in (D(2024, 11, 28), D(2024, 11, 29), D(2024, 11, 30), D(2024, 12, 1)):
        passed = next(t.passed for t in tiers(filed, D(2025, 5, 31), parameters=PARAMETERS) if t.parameter == id_)
        assert (filed <= cutoff(id_, D(2025, 5, 31), parameters=PARAMETERS)) is passed
    with pytest.raises(NotInForce, match="threshold"):
        cutoff("law.lamps", D(2025, 5, 31), parameters=PARAMETERS)


def test_a_schedule_counts_each_step_from_the_start():
    days = schedule("ET-02", D(2024, 8, 31), book=BOOK, calendar=SHIPPED)
    assert [d.raw for d in days[:3]] == [D(2025, 2, 28), D(2025, 8, 31), D(2026, 2, 28)]
    assert len(days) == 10
    with pytest.raises(LawError, match="does not come back"):
        schedule("CV-01", D(2024, 8, 31), book=BOOK)


def test_adjourned_hearings():
    hearings = [Hearing(D(2025, 3, 3)), Hearing(D(2025, 4, 3)), Hearing(D(2025, 5, 3), other_reason=True), Hearing(D(2025, 6, 10), adjourned=False)]
    found = judge_hearings("CV-01", hearings, book=BOOK)
    assert [(x.code, x.params["on"]) for x in found] == [
        (ADJOURNED_TOO_OFTEN, "2025-05-03"), (ADJOURNED_OTHER, "2025-05-03"), (ADJOURNED_UNAPPROVED, "2025-05-03"),
        (ADJOURNED_TOO_LONG, "2025-05-03"),
    ]  # fmt: skip
    for x in found:
        assert set(x.params) == set(ADJOURNED_PARAMS[x.code])
        assert x.params["article"].startswith("9号")
    assert judge_hearings("CV-01", hearings[:2], book=BOOK) == ()
    assert [x.code for x in judge_hearings("CV-02", hearings[:2], book=BOOK)] == [ADJOURNED_TOO_OFTEN]
    agreed = [Hearing(D(2025, 3, 3), consent=True), Hearing(D(2025, 6, 3), adjourned=False)]
    forced = [Hearing(D(2025, 3, 3), other_reason=True, approved=True, force_majeure=True), Hearing(D(2025, 6, 3), adjourned=False)]
    assert judge_hearings("CV-01", agreed, book=BOOK) == judge_hearings("CV-01", forced, book=BOOK) == ()
    assert judge_hearings("AD-01", hearings, book=BOOK) == ()  # no cap is written for it
    assert judge_hearings("CV-02", [Hearing(D(2018, 3, d)) for d in (1, 2, 3)], book=BOOK) == ()  # before 9号


def test_the_day_of_closing_is_the_last_party_s():
    served = [("served", D(2025, 3, 3)), ("announced", D(2025, 2, 20)), ("posted", D(2025, 3, 7))]
    assert closing_day(served, book=BOOK) == D(2025, 3, 7)
    with pytest.raises(UnknownLimit, match="announced"):
        closing_day([("shouted", D(2025, 3, 3))], book=BOOK)
    with pytest.raises(LawError, match="nobody"):
        closing_day([], book=BOOK)
