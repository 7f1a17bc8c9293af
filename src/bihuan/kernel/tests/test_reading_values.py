"""What people write into cells."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.sheets.reading import (
    CellError,
    is_empty,
    to_bool,
    to_choice,
    to_date,
    to_decimal,
    to_int,
    to_month,
    to_text,
)
from bihuan.kernel.sheets.reading.errors import ACCEPTED, CELL_MESSAGES

MARCH_1 = dt.date(2025, 3, 1)
DAYS = st.dates(dt.date(1955, 1, 1), dt.date(2099, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "2025年3月1日",
        "2025年03月01日",
        " 2025 年 3 月 1 日 ",
        "2025年3月1号",
        "２０２５年３月１日",
        "二〇二五年三月一日",
        "二零二五年三月一日",
        "2025.3.1",
        "2025．3．1",
        "2025/3/1",
        "2025／3／1",
        "2025-03-01",
        "2025－03－01",
        "2025-3-1 10:20:30",
        "2025-03-01T10:20:30",
        "2025/3/1 0:00",
        "2025年3月1日（星期六）",
        "20250301",
        "\u200b2025-03-01",
        "45717",
        20250301,
        45717,
        45717.5,
        20250301.0,
        dt.date(2025, 3, 1),
        dt.datetime(2025, 3, 1, 9, 30),
    ],
)
def test_a_day_is_read_from_what_people_write(text):
    assert to_date(text) == MARCH_1


@pytest.mark.parametrize("text", ["二〇二五年十二月三十一日", "2025.12.31", "2025年12月31日"])
def test_the_last_day_of_the_year(text):
    assert to_date(text) == dt.date(2025, 12, 31)


@pytest.mark.parametrize("value", ["", "  ", None, "无", "—", "——", "/", "／", "-", "N/A", "暂无", "\u3000"])
def test_empty_words_are_no_day_and_no_number(value):
    assert is_empty(value)
    assert to_date(value) is None
    assert to_int(value) is None
    assert to_decimal(value) is None
    assert to_month(value) is None


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("2025年3月", "day_missing"),
        ("2025年2月30日", "not_a_date"),
        ("2025-13-01", "not_a_date"),
        ("25.3.1", "date_ambiguous"),
        ("3/1", "date_ambiguous"),
        (2025, "date_ambiguous"),
        (2025.3, "date_ambiguous"),
        ("长期", "not_a_date"),
        ("2025年3月1日至5日", "not_a_date"),
        ("1825年3月1日", "date_out_of_range"),
        ("3025-01-01", "date_out_of_range"),
        (-5, "not_a_date"),
        (float("nan"), "not_a_date"),
        (True, "not_a_date"),
        (dt.timedelta(days=1), "not_a_date"),
    ],
)
def test_what_is_no_day_is_refused_and_says_what_is(value, code):
    with pytest.raises(CellError) as caught:
        to_date(value)
    assert caught.value.code == code
    assert caught.value.accepted
    assert all(accepted in ACCEPTED for accepted in caught.value.accepted)
    assert caught.value.code in CELL_MESSAGES
    assert "2025年3月1日" in str(caught.value.message) or code == "date_out_of_range"


def test_the_1904_calendar_shifts_serials_only():
    assert to_date(45717 - 1462, date1904=True) == MARCH_1
    assert to_date("2025-03-01", date1904=True) == MARCH_1


@pytest.mark.parametrize(
    "value",
    [
        "2025年3月",
        "2025年3月份",
        "2025-03",
        "2025.3",
        "2025/3",
        "202503",
        202503,
        "二〇二五年三月",
        "2025年3月1日",
        45717,
    ],
)
def test_a_month(value):
    assert to_month(value) == MARCH_1
    assert to_date(value, month=True) == MARCH_1


@pytest.mark.parametrize("value", ["三月", 2025.1, "2025", "2025年13月"])
def test_what_is_no_month(value):
    with pytest.raises(CellError) as caught:
        to_month(value)
    assert caught.value.code == "not_a_month"


@given(DAYS)
def test_every_way_of_writing_a_day_comes_back(day):
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    serial = (day - dt.date(1899, 12, 30)).days
    for text in (
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}/{day.month}/{day.day}".translate(wide),
        day.isoformat(),
        day.strftime("%Y%m%d"),
        serial,
        float(serial),
    ):
        assert to_date(text) == day


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("1,234.50", "1234.50"),
        ("1，234.50", "1234.50"),
        ("１２３", "123"),
        ("1.2万", "12000"),
        ("3.5亿元", "350000000"),
        ("1.2万元", "12000"),
        ("￥1,234.5", "1234.5"),
        ("¥ 12", "12"),
        ("-5", "-5"),
        ("－5", "-5"),
        ("(1,234)", "-1234"),
        ("98.5%", "0.985"),
        ("98.5％", "0.985"),
        ("1e3", "1000"),
        (0.1 + 0.2, "0.3"),
        (5, "5"),
        (Decimal("1.10"), "1.10"),
    ],
)
def test_a_number(value, number):
    assert to_decimal(value) == Decimal(number)


def test_a_percentage_in_points():
    assert to_decimal("98.5%", percent="points") == Decimal("98.5")


@pytest.mark.parametrize(
    "value", ["十二", "1,23", "12,34,567", "1.2.3", "约5", "5件", "(-5)", True, float("inf"), "--5", "1万2"]
)
def test_what_is_no_number(value):
    with pytest.raises(CellError) as caught:
        to_decimal(value)
    assert caught.value.code == "not_a_number"


@given(st.decimals(-(10**9), 10**9, places=2))
def test_grouped_numbers_come_back(number):
    assert to_decimal(f"{number:,}") == number
    assert to_decimal(f"￥{abs(number):,}") == abs(number)


@given(st.integers(-(10**14), 10**14))
def test_integers_come_back(number):
    assert to_int(str(number)) == number
    assert to_int(f"{number:,}") == number
    assert to_int(float(number)) == number
    assert to_text(float(number)) == str(number)


def test_an_integer():
    assert to_int("1.2万") == 12000
    assert to_int("12件", units=("件", "人")) == 12
    for bad in ("1.5", "98%", 1.5, "12件", True):
        with pytest.raises(CellError) as caught:
            to_int(bad)
        assert caught.value.code == "not_an_integer"


@pytest.mark.parametrize("value", ["是", "有", "√", "✓", "1", 1, 1.0, True, "Y", "yes", "TRUE", " 是 ", "Ｙ"])
def test_yes(value):
    assert to_bool(value) is True


@pytest.mark.parametrize("value", ["否", "无", "×", "0", 0, False, "n", "没有"])
def test_no(value):
    assert to_bool(value) is False


def test_neither_yes_nor_no():
    assert to_bool("") is None
    assert to_bool("—") is None
    for bad in ("大概", 2, dt.date(2025, 1, 1)):
        with pytest.raises(CellError):
            to_bool(bad)


def test_text():
    assert to_text(12.0) == "12"
    assert to_text(1.5) == "1.5"
    assert to_text("  甲\r\n乙  ") == "甲\n乙"
    assert to_text("无") == "无"
    assert to_text("无", dash_is_empty=True) is None
    assert to_text("（2026）云01民初2号") == "（2026）云01民初2号"
    assert to_text(dt.datetime(2025, 3, 1)) == "2025-03-01"
    assert to_text("   ") is None
    with pytest.raises(CellError) as caught:
        to_text("很长的文字", max_length=3)
    assert caught.value.params == {"length": 5, "limit": 3}
    with pytest.raises(CellError) as caught:
        to_text("甲\x00乙")
    assert caught.value.code == "bad_characters"


def test_choice():
    kinds = {"立行立改": "at_once", "集中整改": "concentrated", "长期坚持": "long_term"}
    assert to_choice("立行立改", kinds) == "at_once"
    assert to_choice(" 集中 整改 ", kinds) == "concentrated"
    assert to_choice("long_term", kinds) == "long_term"
    assert to_choice("", kinds) is None
    with pytest.raises(CellError) as caught:
        to_choice("立即立改", kinds)
    assert caught.value.accepted == tuple(kinds)
    assert caught.value.params["suggestions"] == ["立行立改"]
    assert "立行立改、集中整改" in str(caught.value.message)


@given(st.text(max_size=40))
def test_no_text_brings_a_reader_down(text):
    for reader in (to_date, to_month, to_int, to_decimal, to_bool, to_text):
        try:
            reader(text)
        except CellError as exc:
            assert str(exc.message)
