"""Time limits in the forms people write."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.rectification.plan_lists.dates import read_when, with_year

D = dt.date


@pytest.mark.parametrize(
    "text,day",
    [
        ("2025年9月30日前", D(2025, 9, 30)),
        ("于2025年9月30日前完成", D(2025, 9, 30)),
        ("2025年9月30日之前完成整改", D(2025, 9, 30)),
        ("2025.9.30", D(2025, 9, 30)),
        ("２０２５年９月３０日", D(2025, 9, 30)),
        ("2025-09-30前", D(2025, 9, 30)),
        ("二〇二五年九月三十日", D(2025, 9, 30)),
        ("二○二五年九月底".replace("○", "〇"), D(2025, 9, 30)),
        ("2025年9月底前", D(2025, 9, 30)),
        ("2025年2月末", D(2025, 2, 28)),
        ("2028年2月底", D(2028, 2, 29)),
        ("2025年9月", D(2025, 9, 30)),
        ("2025年9月上旬", D(2025, 9, 10)),
        ("2025年9月中旬前", D(2025, 9, 20)),
        ("2025年9月下旬", D(2025, 9, 30)),
        ("2025年第三季度", D(2025, 9, 30)),
        ("2025年四季度末", D(2025, 12, 31)),
        ("2025年底前完成", D(2025, 12, 31)),
        ("2025年年底", D(2025, 12, 31)),
        ("2025年上半年", D(2025, 6, 30)),
        ("截至2025年12月31日", D(2025, 12, 31)),
        (D(2025, 9, 30), D(2025, 9, 30)),
        (45930, D(2025, 9, 30)),
    ],
)
def test_a_day_is_read(text, day) -> None:
    when = read_when(text)
    assert (when.day, when.unclear) == (day, False)


@pytest.mark.parametrize(
    "text,kind,day",
    [
        ("立行立改", "立行立改", None),
        ("长期坚持", "长期坚持", None),
        ("立行立改，2025年8月31日前", "立行立改", D(2025, 8, 31)),
        ("2025年12月31日前完成，并长期坚持", "长期坚持", D(2025, 12, 31)),
        ("2025年8月底前（立行立改）", "立行立改", D(2025, 8, 31)),
    ],
)
def test_words_of_kind(text, kind, day) -> None:
    when = read_when(text)
    assert (when.kind, when.day, when.unclear) == (kind, day, False)


@pytest.mark.parametrize(
    "text,first,last",
    [
        ("2025年8月1日至2025年12月31日", D(2025, 8, 1), D(2025, 12, 31)),
        ("2025年8月—2025年12月", D(2025, 8, 1), D(2025, 12, 31)),
        ("2025年8月至12月", D(2025, 8, 1), D(2025, 12, 31)),
        ("2025.8.1-2025.12.31", D(2025, 8, 1), D(2025, 12, 31)),
    ],
)
def test_a_range_has_two_ends(text, first, last) -> None:
    when = read_when(text)
    assert (when.first, when.day) == (first, last)


@pytest.mark.parametrize("text", ["尽快", "2025年9月31日", "2025年13月底", "视情况", "方案批准后一个月"])
def test_no_day_is_guessed(text) -> None:
    when = read_when(text)
    assert (when.day, when.unclear) == (None, True)


def test_a_day_without_its_year_waits_for_the_round() -> None:
    assert read_when("9月30日前").yearless == (9, 30)
    assert read_when("2月底").yearless == (2, 31)
    assert with_year(9, 30, D(2025, 7, 16)) == D(2025, 9, 30)
    assert with_year(3, 1, D(2025, 7, 16)) == D(2026, 3, 1)
    assert with_year(2, 31, D(2027, 7, 16)) == D(2028, 2, 29)
    assert with_year(13, 1, D(2025, 1, 1)) is None


@pytest.mark.parametrize("text", [None, "", "  ", "/", "无", "—"])
def test_an_empty_cell_says_nothing(text) -> None:
    when = read_when(text)
    assert (when.day, when.kind, when.unclear) == (None, "", False)


@given(st.one_of(st.text(max_size=30), st.integers(), st.floats(), st.booleans(), st.dates()))
def test_nothing_written_there_breaks_the_reader(value) -> None:
    read_when(value)
    read_when(value, start=True)
