"""The calendar: shipped data against the package, a court's own year, and what it refuses."""

import datetime as dt

import chinese_calendar
import pytest

from bihuan.law import calendar as module
from bihuan.law.calendar import DayKind, WorkCalendar, current_calendar, install_calendar
from bihuan.law.errors import CalendarRangeError, DataFileError
from bihuan.law.periods import due

SHIPPED = WorkCalendar.load()
D = dt.date
NEXT_YEAR = """
year: 2027
title: 关于2027年部分节假日安排的通知
doc: 试〔2026〕1号
issued: 2026-11-20
source: 测试
tag: S
off: [01-01..01-03, 02-05..02-11, 05-01..05-05, 10-01..10-07]
on: [2026-12-27, 02-14]
"""


def write(folder, text, name="2027.yaml"):
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_typed_years_agree_with_the_package_on_every_day():
    day = D(2004, 1, 1)
    while day <= D(2026, 12, 31):
        assert SHIPPED.is_workday(day) is chinese_calendar.is_workday(day), day
        day += dt.timedelta(days=1)
    assert {n.year for n in SHIPPED.notices if n.origin.endswith(".yaml")} == {2024, 2025, 2026}


def test_published_years_and_beyond():
    assert SHIPPED.published_years() == tuple(range(2004, 2027))
    assert SHIPPED.published_to() == D(2026, 12, 31)
    assert not SHIPPED.is_provisional(D(2026, 12, 31))
    assert SHIPPED.is_provisional(D(2027, 1, 1))
    assert SHIPPED.is_workday(D(2027, 1, 1))  # a Friday: weekends only are assumed
    assert SHIPPED.is_rest_day(D(2027, 1, 2))
    assert SHIPPED.is_provisional(D(2003, 12, 31))


def test_kinds_of_days_and_their_notice():
    kinds = {d: SHIPPED.fact(d).kind for d in (D(2025, 10, 8), D(2025, 10, 11), D(2025, 10, 12), D(2025, 10, 13))}
    assert list(kinds.values()) == [DayKind.HOLIDAY, DayKind.SWAPPED_WORKDAY, DayKind.WEEKEND, DayKind.WORKDAY]
    assert SHIPPED.fact(D(2025, 10, 8)).doc == "国办发明电〔2024〕12号"
    assert SHIPPED.fact(D(2025, 10, 13)).doc == ""
    assert [f.day.day for f in SHIPPED.days(D(2025, 10, 8), D(2025, 10, 10))] == [8, 9, 10]


def test_zero_workdays_stay_and_rolls_go_both_ways():
    saturday = D(2025, 11, 8)
    assert SHIPPED.add_workdays(saturday, 0) == saturday
    assert SHIPPED.next_workday_on_or_after(saturday) == D(2025, 11, 10)
    assert SHIPPED.previous_workday_on_or_before(saturday) == D(2025, 11, 7)
    assert SHIPPED.workdays_between(saturday, saturday) == 0


def test_a_court_adds_a_year(tmp_path):
    grown = WorkCalendar.load(write(tmp_path, NEXT_YEAR))
    assert grown.published_to() == D(2027, 12, 31)
    assert grown.is_rest_day(D(2027, 1, 1))
    assert grown.is_workday(D(2026, 12, 27))  # a notice may name days of its neighbour
    assert not SHIPPED.is_workday(D(2026, 12, 27))
    assert grown.version != SHIPPED.version
    assert WorkCalendar.load(tmp_path) == grown  # a folder does as well as a file

    before, after = (due(D(2026, 12, 25), "7d", calendar=c) for c in (SHIPPED, grown))
    assert (before.due, before.provisional) == (D(2027, 1, 1), True)
    assert (after.due, after.provisional) == (D(2027, 1, 4), False)
    assert before.digest != after.digest


def test_a_court_corrects_a_published_year(tmp_path):
    text = (module.CALENDAR_DATA / "2026.yaml").read_text(encoding="utf-8").replace("05-01..05-05", "05-01..05-06")
    corrected = WorkCalendar.load(write(tmp_path, text, "2026.yaml"))
    assert corrected.is_rest_day(D(2026, 5, 6))
    assert SHIPPED.is_workday(D(2026, 5, 6))


def test_equal_data_equal_calendar():
    again = WorkCalendar.load()
    assert again == SHIPPED
    assert hash(again) == hash(SHIPPED)
    assert again.version.startswith("2004-2026.")
    with pytest.raises(AttributeError):
        again.version = "x"


def test_the_installed_calendar_is_the_default(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_installed", [])
    assert current_calendar() == SHIPPED
    assert current_calendar() is current_calendar()
    grown = install_calendar(WorkCalendar.load(write(tmp_path, NEXT_YEAR)))
    assert current_calendar() is grown
    assert due(D(2026, 12, 25), "7d").calendar_version == grown.version


@pytest.mark.parametrize(
    ("change", "key", "says"),
    [
        (("year: 2027", "year: 2028"), "year", "2027.yaml"),
        (("year: 2027", "year: next"), "year", "whole number"),
        (("doc: 试〔2026〕1号", "doc: ''"), "doc", "empty"),
        (("source: 测试\n", ""), "source", "missing"),
        (("tag: S", "tag: Z"), "tag", "not one of"),
        (("issued: 2026-11-20", "issued: soon"), "issued", "date"),
        (("02-14]", "02-15]"), "on", "no Saturday or Sunday"),
        (("02-14]", "01-02]"), "on", "off too"),
        (("02-05..02-11", "02-11..02-05"), "off", "before it begins"),
        (("02-05..02-11", "02-05..04-11"), "off", "longer than a month"),
        (("02-05..02-11", "02-30"), "off", "no day"),
        (("02-05..02-11", "2025-02-05"), "off", "another file"),
        (("10-01..10-07", "10-02..10-07"), "off", "10-01 is missing"),
        (("on:", "works:"), "works", "not a known key"),
        (("tag: S", "tag: S\ntag: T"), "", "written twice"),
        (("off: [", "off: [["), "", "not valid YAML"),
    ],
)
def test_a_wrong_file_is_refused_by_file_and_key(tmp_path, change, key, says):
    assert change[0] in NEXT_YEAR
    file = write(tmp_path, NEXT_YEAR.replace(*change))
    with pytest.raises(DataFileError, match=says) as refused:
        WorkCalendar.load(file)
    assert refused.value.path == file
    assert refused.value.key == key
    assert str(file) in str(refused.value)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(DataFileError, match="does not exist"):
        WorkCalendar.load(tmp_path / "2027.yaml")
    gbk = tmp_path / "2027.yaml"
    gbk.write_bytes(NEXT_YEAR.encode("gbk"))
    with pytest.raises(DataFileError, match="UTF-8"):
        WorkCalendar.load(gbk)
    gbk.write_text("- 1\n", encoding="utf-8")
    with pytest.raises(DataFileError, match="mapping"):
        WorkCalendar.load(gbk)


def test_days_it_cannot_speak_of():
    with pytest.raises(CalendarRangeError, match="0205"):
        SHIPPED.is_workday(D(205, 3, 1))
    with pytest.raises(CalendarRangeError, match="working days"):
        SHIPPED.add_workdays(D(2100, 12, 30), 10)
    with pytest.raises(TypeError, match="moment"):
        SHIPPED.is_workday(dt.datetime(2025, 1, 1, 9))
    with pytest.raises(ValueError, match="one notice a year"):
        WorkCalendar((SHIPPED.notices[0], SHIPPED.notices[0]))
