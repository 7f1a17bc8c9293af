"""Periods in hours: both rules, never rolled."""

import datetime as dt

import pytest

from bihuan.law.errors import PeriodError, TermError
from bihuan.law.hours import hours_due
from bihuan.law.periods import due
from bihuan.law.steps import HOUR_PARAMS

M = dt.datetime


@pytest.mark.parametrize(
    ("moment", "term", "options", "ends"),
    [
        (M(2025, 3, 3, 10, 20), "48h", {}, M(2025, 3, 5, 11, 0)),  # 民诉解释125: from the next hour
        (M(2025, 3, 3, 10, 0), "48h", {}, M(2025, 3, 5, 11, 0)),  # the tenth hour itself does not count
        (M(2025, 3, 3, 23, 5), "二十四小时", {}, M(2025, 3, 5, 0, 0)),
        (M(2025, 3, 3, 10, 20), "48h", {"rule": "moment"}, M(2025, 3, 5, 10, 20)),  # 民法典201
        (M(2025, 3, 3, 10, 20), "24h", {"system": "criminal"}, M(2025, 3, 4, 10, 20)),
        (M(2025, 3, 3, 10, 20), "24h", {"system": "general"}, M(2025, 3, 4, 10, 20)),
        (M(2025, 9, 30, 15, 0), "48h", {}, M(2025, 10, 2, 16, 0)),  # a holiday does not move it
    ],
)
def test_hours(moment, term, options, ends):
    found = hours_due(moment, term, **options)
    assert found.due == ends
    for step in found.trace:
        assert set(step.params) == set(HOUR_PARAMS[step.code])
    assert found.digest == hours_due(moment, term, **options).digest


def test_what_is_no_moment_or_no_hours_is_refused():
    with pytest.raises(PeriodError, match="moment"):
        hours_due(dt.date(2025, 3, 3), "48h")
    with pytest.raises(PeriodError, match="time zone"):
        hours_due(M(2025, 3, 3, tzinfo=dt.UTC), "48h")
    with pytest.raises(TermError, match="not in hours"):
        hours_due(M(2025, 3, 3), "2d")
    with pytest.raises(TermError, match="counts hours"):
        due(dt.date(2025, 3, 3), "48h")
