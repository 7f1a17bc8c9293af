"""Plain choices make the rules that are meant, and rules are read back in words."""

import datetime as dt

import pytest
from dateutil.rrule import rrulestr

from bihuan.kernel.duties_cycles import LAST_DAY, Cycle, words


def first(cycle, count=4, start=dt.datetime(2026, 1, 1)):
    return [day.date().isoformat()[2:] for day in rrulestr(cycle.rrule, dtstart=start)[:count]]


@pytest.mark.parametrize(
    "cycle, days, said",
    [
        (Cycle("weekly", weekday=0), ["26-01-05", "26-01-12", "26-01-19", "26-01-26"], "每周星期一"),
        (Cycle("monthly", monthday=25), ["26-01-25", "26-02-25", "26-03-25", "26-04-25"], "每月25日"),
        (Cycle("monthly", monthday=LAST_DAY), ["26-01-31", "26-02-28", "26-03-31", "26-04-30"], "每月最后一天"),
        (
            Cycle("monthly", monthday=30),
            ["26-01-30", "26-02-28", "26-03-30", "26-04-30"],
            "每月30日（当月没有的为最后一天）",
        ),
        (
            Cycle("quarterly", month=1, monthday=10),
            ["26-01-10", "26-04-10", "26-07-10", "26-10-10"],
            "每季度第1个月10日",
        ),
        (
            Cycle("quarterly", month=3, monthday=LAST_DAY),
            ["26-03-31", "26-06-30", "26-09-30", "26-12-31"],
            "每季度第3个月最后一天",
        ),
        (
            Cycle("custom", rule=" FREQ=WEEKLY;INTERVAL=2;BYDAY=FR "),
            ["26-01-02", "26-01-16", "26-01-30", "26-02-13"],
            "每 2 周的星期五",
        ),
    ],
)
def test_a_choice_is_the_rule_it_says(cycle, days, said):
    assert first(cycle) == days
    assert words(cycle.rrule) == said


@pytest.mark.parametrize(
    "rule, said",
    [
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=25", "每 3 个月的25日"),
        ("FREQ=MONTHLY;BYMONTH=6;BYMONTHDAY=30", "每年6月30日"),
        ("FREQ=DAILY", "每日"),
        ("FREQ=MONTHLY;BYDAY=1MO", "FREQ=MONTHLY;BYDAY=1MO"),
        ("FREQ=MONTHLY;BYMONTH=2,7;BYMONTHDAY=1", "FREQ=MONTHLY;BYMONTH=2,7;BYMONTHDAY=1"),
        ("每周五", "每周五"),
    ],
)
def test_other_rules_are_read_as_far_as_they_are_plain(rule, said):
    assert words(rule) == said
