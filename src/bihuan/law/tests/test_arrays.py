"""The calculus over columns against the calculus of one case: the same days, findings, lamps and refusals, row by row."""

import datetime as dt

import numpy as np
import pytest

from bihuan.law.arrays import engine
from bihuan.law.arrays.columns import LIGHTS, PROBLEMS, CaseColumns, PauseColumns, offsets_of
from bihuan.law.arrays.engine import BIT, FINDINGS, limit_table, reckon_columns
from bihuan.law.arrays.preview import moved
from bihuan.law.calendar import WorkCalendar, YearNotice
from bihuan.law.dated import Override, Parameters
from bihuan.law.errors import LawError
from bihuan.law.limits.book import LimitBook
from bihuan.law.limits.reckon import reckon

from .random_cases import columns, histories

BOOK, SHIPPED, PARAMETERS = LimitBook.load(), WorkCalendar.load(), Parameters.load()
D = dt.date
BOOK_IDS = tuple(BOOK.limits)
OTHER_READINGS = PARAMETERS.with_overrides(
    Override(id_, start, None, {"choice": choice}, "试1号")
    for id_, start, choice in (
        ("law.reading.criminal-month-start", D(2015, 1, 1), "first_counted"),
        ("law.reading.administrative-appeal-start", D(2016, 1, 1), "appeal_filed"),
        ("law.reading.enforcement-approver", D(2012, 1, 1), "president_or_vice"),
        ("law.reading.enforcement-exclusions", D(2014, 1, 1), "analogous"),
        ("law.reading.late-decision", D(2013, 1, 1), "refused"),
    )
)


def single(history, on, parameters):
    """The single-case answer in the form of a row; a refusal is "no answer"."""
    try:
        found = reckon(history, on=on, book=BOOK, calendar=SHIPPED, parameters=parameters)
    except LawError as error:
        return type(error).__name__
    codes = {finding.code for finding in found.findings}
    lamp = (found.lamp.light, found.lamp.days, found.lamp.step)
    days = (found.limit.id, found.trigger, found.extensions, found.raw, found.due, found.hard_raw, found.hard_due)
    return days, found.provisional, found.stopped, found.hidden_days, codes, lamp


def row(found, n):
    if found.problem[n]:
        return PROBLEMS[found.problem[n]]
    codes = {code for code in FINDINGS if found.findings[n] & BIT[code]}
    light = LIGHTS[found.light[n]]
    days = tuple(None if np.isnat(c[n]) else c[n].astype(object) for c in (found.raw, found.due, found.hard_raw, found.hard_due))
    lamp = (light, None if light == "none" else int(found.light_days[n]), None if found.step[n] < 0 else int(found.step[n]))
    under = BOOK_IDS[found.limit[n]], found.trigger[n].astype(object), int(found.extensions[n])
    return under + days, bool(found.provisional[n]), bool(found.stopped[n]), int(found.hidden_days[n]), codes, lamp


RUNS = [
    (1, PARAMETERS, None, False),
    (2, PARAMETERS, ["CV-01", "CV-02", "CV-03", "CR-01", "CR-02", "CR-03", "AD-01", "EX-01"], False),
    (3, OTHER_READINGS, ["CR-01", "CR-02", "CR-03", "CR-04", "CR-05", "AD-03", "EX-01", "EX-02", "CV-01", "F-01"], False),
    (6, OTHER_READINGS, None, True),
    (4, PARAMETERS, ["CR-01", "CR-05", "CR-08", "CV-01", "CV-02", "AD-01", "DA-01"], True),
]


@pytest.mark.parametrize(("seed", "parameters", "limits", "fitting"), RUNS)
def test_columns_and_single_cases_agree_on_random_histories(seed, parameters, limits, fitting):
    table, on = limit_table(BOOK, parameters), D(2025, 6, 3)
    cases = histories(BOOK, 1500, seed, limits=limits, fitting=fitting)
    found = reckon_columns(columns(table, cases), on=on, table=table, calendar=SHIPPED)
    answered = 0
    for n, history in enumerate(cases):
        expected, got = single(history, on, parameters), row(found, n)
        if isinstance(expected, str):
            assert isinstance(got, str), (history, expected, got)
        else:
            assert got == expected, history
            answered += 1
    assert answered > 900


def test_every_finding_is_met_by_the_random_histories():
    """Otherwise the agreement above would prove less than it says."""
    met = np.uint64(0)
    for seed, parameters, limits, fitting in RUNS:
        table = limit_table(BOOK, parameters)
        cases = columns(table, histories(BOOK, 1500, seed, limits=limits, fitting=fitting))
        found = reckon_columns(cases, on=D(2025, 6, 3), table=table, calendar=SHIPPED)
        met |= np.bitwise_or.reduce(found.findings[found.problem == 0])
    assert [code for code in FINDINGS if not met & BIT[code]] == []


def test_parts_do_not_matter(monkeypatch):
    """A million cases are worked on in parts; where the parts are cut changes nothing."""
    table = limit_table(BOOK, PARAMETERS)
    cases = columns(table, histories(BOOK, 700, 5))
    whole = reckon_columns(cases, on=D(2025, 6, 3), table=table)
    monkeypatch.setattr(engine, "PART", 97)
    parts = reckon_columns(cases, on=D(2025, 6, 3), table=table)
    for name in whole.__dataclass_fields__:
        assert np.array_equal(getattr(whole, name), getattr(parts, name), equal_nan=name in ("trigger", "raw", "due", "hard_raw", "hard_due"))


def dates(*days):
    return np.array(days, dtype="datetime64[D]")


def test_a_case_that_cannot_be_answered_spoils_no_other():
    table = limit_table(BOOK, PARAMETERS)
    ids = ["CV-01", "CV-01", "F-06", "CV-15", "CV-01", "CV-03", "CV-07", "CV-01", "CV-01"]
    limit = table.limit_codes(ids)
    limit[4] = 999
    trigger = dates("2025-01-10", "NaT", *["2025-01-10"] * 3, "2020-01-10", "2025-01-10", "2100-12-01", "2025-01-10")
    custody = np.array([False] * 8 + [True])
    first = dates("2025-02-10", "2025-02-10")
    pauses = PauseColumns(np.array([0, 1, *[2] * 8]), np.array([0, 0], np.int8), first, dates("2025-02-19", "2025-02-01"))
    found = reckon_columns(CaseColumns(limit, trigger, custody=custody, pauses=pauses), on=D(2025, 3, 1), table=table, calendar=SHIPPED)
    names = [PROBLEMS[n] for n in found.problem]
    assert names == ["", "no_trigger", "no_period", "counts_hours", "unknown_limit", "not_in_force", "no_event_day",
                     "outside_calendar", "no_custody_here"]  # fmt: skip
    assert found.due[0] == np.datetime64("2025-07-21")  # ten days of announcement, rolled over a Sunday
    assert np.isnat(found.due[1:]).all()


def test_reversed_days_and_unknown_codes_are_problems():
    table = limit_table(BOOK, PARAMETERS)
    limit, trigger = table.limit_codes(["CV-01"] * 3), dates(*["2025-01-10"] * 3)
    pauses = PauseColumns(np.arange(4), np.array([0, 120, 0], np.int8), dates(*["2025-02-10"] * 3), dates("2025-02-01", "2025-02-11", "2025-02-11"))
    found = reckon_columns(CaseColumns(limit, trigger, pauses=pauses), on=D(2025, 3, 1), table=table, calendar=SHIPPED)
    assert [PROBLEMS[n] for n in found.problem] == ["reversed_days", "unknown_code", ""]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"trigger": dates("2025-01-10")}, "trigger has 1 rows"),
        ({"custody": np.array([True])}, "custody has 1 rows"),
        ({"pauses": PauseColumns(np.array([0, 1]), np.zeros(1, np.int8), dates("2025-02-01"), dates("2025-02-01"))}, "offsets of pauses"),
        ({"pauses": PauseColumns(np.array([0, 2, 1]), np.zeros(1, np.int8), dates("2025-02-01"), dates("2025-02-01"))}, "offsets of pauses"),
    ],
)
def test_columns_that_do_not_fit_are_refused(change, says):
    table = limit_table(BOOK, PARAMETERS)
    given = {"limit": table.limit_codes(["CV-01", "CV-02"]), "trigger": dates("2025-01-10", "2025-01-10")} | change
    with pytest.raises(ValueError, match=says):
        reckon_columns(CaseColumns(**given), on=D(2025, 3, 1), table=table)


def test_offsets_from_the_rows_of_a_query():
    assert offsets_of(np.array([0, 0, 2, 5]), 6).tolist() == [0, 2, 2, 3, 3, 3, 4]
    assert offsets_of(np.zeros(0, int), 2).tolist() == [0, 0, 0]
    for wrong in ([1, 0], [-1, 0], [0, 6]):
        with pytest.raises(ValueError, match="order"):
            offsets_of(np.array(wrong), 6)


def test_no_cases_no_answers():
    table = limit_table(BOOK, PARAMETERS)
    found = reckon_columns(CaseColumns(np.zeros(0, np.int16), dates()), on=D(2025, 3, 1), table=table)
    assert len(found) == 0


# ---- what a new notice would move ----


def test_which_cases_a_new_notice_moves_and_by_how_much():
    off = frozenset(D(2027, 1, day) for day in (1, 2, 3)) | frozenset(D(2027, 2, day) for day in range(5, 12))
    grown = WorkCalendar((*SHIPPED.notices, YearNotice(2027, off, frozenset({D(2027, 2, 14)}), "通知", "试1号", "测试", "S")))
    table = limit_table(BOOK, PARAMETERS)
    ids = ["F-01", "F-01", "F-01", "F-01", "CR-01", "F-06", "AR-01"]
    trigger = dates("2026-12-25", "2026-12-01", "2027-01-29", "2027-02-07", "2026-12-01", "2026-12-25", "2027-02-03")
    custody = np.array([False] * 4 + [True, False, False])
    cases = CaseColumns(table.limit_codes(ids), trigger, custody=custody)
    found = moved(cases, SHIPPED, grown, on=D(2026, 12, 26), table=table)
    assert found.places.tolist() == [0, 2, 3, 6]
    # New Year's Day rests; 5 February begins a holiday; 14 February works (no roll to Monday); working days are fewer.
    assert found.days.tolist() == [3, 7, -1, 6]
    assert (found.before[0], found.after[0]) == (np.datetime64("2027-01-01"), np.datetime64("2027-01-04"))
    assert found.by_days() == {-1: 1, 3: 1, 6: 1, 7: 1}
    assert found.settled.tolist() == [0, 2, 3, 6]
    assert found.unanswered.tolist() == [5]
    same = moved(cases, grown, grown, on=D(2026, 12, 26), table=table)
    assert len(same.places) == 0 and same.by_days() == {}


def test_a_preview_of_random_cases_is_what_two_reckonings_say():
    changed = WorkCalendar(())  # weekends only
    table = limit_table(BOOK, PARAMETERS)
    some = histories(BOOK, 600, 9, limits=["CV-01", "CR-01", "AD-01", "F-01", "AR-01"])
    cases = columns(table, some)
    found = moved(cases, SHIPPED, changed, on=D(2025, 6, 3), table=table)
    assert len(found.places) > 20
    for place, days in zip(found.places, found.days):
        one, other = (reckon(some[place], on=D(2025, 6, 3), book=BOOK, calendar=c, parameters=PARAMETERS) for c in (SHIPPED, changed))
        gap = (other.due - one.due).days or (other.hard_due - one.hard_due).days
        assert gap == days != 0
