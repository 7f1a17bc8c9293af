"""The days a bulletin speaks of: the last whole week, month or quarter before the day it is due."""

from __future__ import annotations

import datetime as dt

from ..indicators import Span, month_of, quarter_of, year_of

ONE_DAY = dt.timedelta(days=1)
WEEK = dt.timedelta(days=7)
MONTHS = {"month": 1, "quarter": 3}


def week_of(day: dt.date) -> Span:
    """The week of a day, Monday to Sunday."""
    monday = day - dt.timedelta(days=day.weekday())
    return Span(monday, monday + WEEK - ONE_DAY)


def period_of(period: str, day: dt.date) -> Span:
    """The whole period a day lies in."""
    return {"week": week_of, "month": month_of, "quarter": quarter_of}[period](day)


def covered(period: str, due: dt.date) -> Span:
    """What a bulletin due on a day speaks of: the last period that was over by then."""
    return before(period, period_of(period, due), 1)


def before(period: str, span: Span, count: int) -> Span:
    """The period `count` periods before."""
    if period == "week":
        return Span(span.starts - count * WEEK, span.ends - count * WEEK)
    return span.back(count * MONTHS[period])


def trend(period: str, span: Span, count: int) -> list[Span]:
    """The last `count` periods, `span` last."""
    return [before(period, span, n) for n in range(count - 1, -1, -1)]


def year_so_far(span: Span) -> Span:
    """From the beginning of the statistical year to the end of the span."""
    return Span(year_of(span.ends).starts, span.ends)
