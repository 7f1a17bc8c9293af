"""Periods against a slow reference that walks day by day, written from the articles and not from the code."""

import calendar as months
import datetime as dt

from hypothesis import assume, given
from hypothesis import strategies as st

from bihuan.law.calendar import WorkCalendar
from bihuan.law.periods import due, ends_on, exceeded_cutoff, exceeds, merge_days

from .reference import ONE, walk_days, walk_months, walk_roll, works

SHIPPED = WorkCalendar.load()
DAYS = st.dates(dt.date(2004, 1, 1), dt.date(2026, 12, 31))
SYSTEMS = st.sampled_from(["civil", "criminal", "administrative"])
TERMS = st.one_of(
    st.integers(1, 120).map("{}d".format),
    st.integers(1, 36).map("{}m".format),
    st.integers(1, 24).map("{}crim_m".format),
    st.integers(1, 5).map("{}y".format),
    st.integers(1, 60).map("{}wd".format),
    st.tuples(st.integers(1, 6), st.integers(1, 40)).map(lambda p: f"{p[0]}m+{p[1]}d"),
)


@given(DAYS, st.integers(1, 60))
def test_civil_months_end_on_the_corresponding_date(day, count):
    assert ends_on(day, f"{count}m", calendar=SHIPPED) == walk_months(day, count, criminal=False)


@given(DAYS, st.integers(1, 60))
def test_criminal_months_lead_from_end_to_end(day, count):
    expected = walk_months(day, count, criminal=True)
    assert ends_on(day, f"{count}crim_m", calendar=SHIPPED) == expected
    assert ends_on(day, f"{count}m", system="criminal", calendar=SHIPPED) == expected


@given(DAYS, st.integers(1, 4))
def test_years_are_twelve_months(day, count):
    assert ends_on(day, f"{count}y", calendar=SHIPPED) == walk_months(day, 12 * count, criminal=False)


@given(DAYS, st.integers(1, 200))
def test_days_do_not_count_the_trigger(day, count):
    assert ends_on(day, f"{count}d", calendar=SHIPPED) == walk_days(day, count)


@given(DAYS, st.integers(1, 60))
def test_working_days(day, count):
    end = walk_days(day, count, counts=works)
    assert SHIPPED.add_workdays(day, count) == end
    assert SHIPPED.workdays_between(day, end) == count
    assert SHIPPED.workdays_between(end, day) == -count
    assert due(day, f"{count}wd", calendar=SHIPPED).due == end


@given(DAYS, st.integers(1, 60))
def test_working_days_backwards(day, count):
    here, left = day, count
    while left:
        here -= ONE
        left -= works(here)
    assert SHIPPED.add_workdays(day, -count) == here


@given(DAYS)
def test_roll_moves_only_rest_days_and_once(day):
    assert SHIPPED.next_workday_on_or_after(day) == walk_roll(day)
    assert SHIPPED.is_workday(day) is works(day)
    assert SHIPPED.is_rest_day(day) is not works(day)


@st.composite
def spans_near(draw, start: dt.date):
    spans = []
    for _ in range(draw(st.integers(0, 5))):
        first = start + dt.timedelta(days=draw(st.integers(-30, 90)))
        spans.append((first, first + dt.timedelta(days=draw(st.integers(0, 40)))))
    return spans


@given(st.data(), DAYS, st.integers(1, 90))
def test_excluded_days_are_skipped_once_each(data, day, count):
    spans = data.draw(spans_near(day))

    def skipped(here):
        return any(first <= here <= last for first, last in spans)

    found = due(day, f"{count}d", exclusions=spans, calendar=SHIPPED)
    assert found.raw == walk_days(day, count, skipped)
    assert found.due == walk_roll(found.raw)


@given(st.data(), DAYS, st.integers(1, 40))
def test_excluded_working_days_are_skipped_once_each(data, day, count):
    spans = data.draw(spans_near(day))

    def skipped(here):
        return any(first <= here <= last for first, last in spans)

    found = due(day, f"{count}wd", exclusions=spans, calendar=SHIPPED)
    assert found.due == walk_days(day, count, skipped, works)


@given(st.data(), DAYS, st.integers(1, 12), st.integers(1, 6))
def test_extensions_join_the_raw_end_then_exclusions_then_one_roll(data, day, count, more):
    spans = data.draw(spans_near(day))
    extended = walk_months(walk_months(day, count, criminal=False), more, criminal=False)

    def skipped(here):
        return any(first <= here <= last for first, last in spans)

    found = due(day, f"{count}m", extensions=[f"{more}m"], exclusions=spans, calendar=SHIPPED)
    assert found.raw == walk_days(day, (extended - day).days, skipped)
    assert found.due == walk_roll(found.raw)


@given(DAYS, TERMS)
def test_custody_never_rolls(day, term):
    held = due(day, term, system="criminal", custody=True, calendar=SHIPPED)
    free = due(day, term, system="criminal", calendar=SHIPPED)
    assert held.raw == held.due == free.raw
    assert free.due == walk_roll(free.raw)


@given(DAYS, TERMS, SYSTEMS)
def test_provisional_exactly_when_an_unpublished_year_was_asked(day, term, system):
    found = due(day, term, system=system, calendar=SHIPPED)
    assert found.provisional is (found.due.year > 2026)
    assert found.due == walk_roll(found.raw)


@given(DAYS, TERMS, SYSTEMS, st.integers(-3, 3), st.sampled_from(["over", "reach"]))
def test_thresholds_turn_on_one_day_and_stay(day, term, system, shift, boundary):
    end = ends_on(day, term, system=system, calendar=SHIPPED)
    on = end + shift * ONE
    expected = shift > 0 if boundary == "over" else shift >= 0
    assert exceeds(day, term, on, boundary=boundary, system=system, calendar=SHIPPED) is expected


@given(DAYS, TERMS, SYSTEMS, st.sampled_from(["over", "reach"]), st.integers(-400, 400))
def test_the_cutoff_splits_all_triggers(on, term, system, boundary, shift):
    options = {"boundary": boundary, "system": system, "calendar": SHIPPED}
    cutoff = exceeded_cutoff(term, on, **options)
    trigger = cutoff + shift * ONE
    assume(dt.date(1985, 1, 1) <= trigger <= dt.date(2090, 1, 1))
    assert exceeds(trigger, term, on, **options) is (trigger <= cutoff)


@given(st.lists(st.tuples(st.dates(dt.date(2025, 1, 1), dt.date(2025, 6, 1)), st.integers(0, 20)), max_size=8))
def test_merging_keeps_the_same_days(given_spans):
    spans = [(first, first + length * ONE) for first, length in given_spans]
    merged = merge_days(spans)

    def days(pieces):
        return sorted({a + n * ONE for a, b in pieces for n in range((b - a).days + 1)})

    assert days(merged) == days(spans)
    assert all(a[1] + ONE < b[0] for a, b in zip(merged, merged[1:]))


@given(DAYS, st.integers(1, 24))
def test_month_ends_agree_with_the_calendar_module(day, count):
    end = ends_on(day, f"{count}m", calendar=SHIPPED)
    assert end.day == min(day.day, months.monthrange(end.year, end.month)[1])
