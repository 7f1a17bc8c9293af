"""The figures of a draft held against the indicators, over the span their words name, as the reader sees them."""

import datetime as dt

import pytest

from bihuan.kernel import figure_check
from bihuan.kernel import indicators as i
from bihuan.kernel.figure_check import Status

from .factory import TODAY
from .test_indicators import YEAR, sample, slow


@pytest.fixture
def held(court):
    sample(court)
    return court


def check(text, person=None):
    return figure_check.check(text, person=person, today=TODAY)


def only(text, person=None):
    (one,) = check(text, person).figures
    return one


def test_a_figure_is_equal_or_shows_todays_value(held):
    above, below = slow("cases.closure-rate", YEAR)
    right = f"{100 * above / below:.2f}%"
    assert only(f"今年结案率{right}。").status is Status.EQUAL
    wrong = only("今年结案率1.23%。")
    assert (wrong.status, wrong.bound.value, wrong.bound.code) == (Status.DIFFERS, right, "cases.closure-rate")
    assert only(f"今年，全院新收案件{slow('cases.filed', YEAR)[0]}件。").status is Status.EQUAL


def test_without_a_time_any_natural_span_may_be_meant(held):
    span = i.month_of(TODAY).back(1)
    count = slow("cases.closed", span)[0]
    year = slow("cases.closed", YEAR)[0]
    assert count != year
    assert only(f"结案{count}件。").status is Status.EQUAL
    assert only(f"上月结案{count}件。").bound.period == "上月"
    assert only(f"本年结案{count}件。").status is Status.DIFFERS


def test_a_named_day_cuts_the_year(held):
    day = dt.date(TODAY.year, 3, 31)
    count = slow("cases.closed", i.Span(YEAR.starts, day))[0]
    one = only(f"截至{day.year}年3月31日，结案{count}件。")
    assert (one.status, one.bound.period) == (Status.EQUAL, day.isoformat())


@pytest.mark.parametrize(
    "text",
    [
        "行政案件结案32件。",
        "民一庭结案率50%。",
        "涉企案件抽查占比65.61%。",
        "结案90次。",
        "结案率下降2个百分点。",
        "不低于结案率60%的要求。",
    ],
)
def test_what_is_not_just_the_name_is_not_bound(held, text):
    assert [one.bound for one in check(text).figures] == [None]


def test_a_reader_s_own_cases_are_what_counts(held):
    whole, own = (
        i.measure(i.get("cases.filed"), [YEAR], person=p, view=i.view_for(p))[0] for p in (held.president, held.judge)
    )
    assert own.numerator < whole.numerator
    assert only(f"今年新收案件{whole.numerator}件。", held.president).status is Status.EQUAL
    assert only(f"今年新收案件{own.numerator}件。", held.judge).status is Status.EQUAL
    assert only(f"今年新收案件{whole.numerator}件。", held.judge).status is Status.DIFFERS


def test_a_truncated_figure_is_told_from_a_different_one(held):
    above, below = slow("cases.closure-rate", YEAR)
    cut = 1000 * above // below
    if round(1000 * above / below) == cut:
        cut_off = only(f"今年结案率{cut / 10:.1f}%。")
        assert cut_off.status is Status.EQUAL
    else:
        assert only(f"今年结案率{cut / 10:.1f}%。").status is Status.TRUNCATED
