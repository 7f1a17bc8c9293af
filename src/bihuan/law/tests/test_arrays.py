"""The calculus over columns against the calculus of one case: the same days, findings, lamps and refusals, row by row."""

import datetime as dt

import numpy as np
import pytest

from bihuan.law.arrays.columns import LIGHTS, PROBLEMS
from bihuan.law.arrays.engine import BIT, FINDINGS, limit_table, reckon_columns
from bihuan.law.calendar import WorkCalendar
from bihuan.law.dated import Override, Parameters
from bihuan.law.errors import LawError
from bihuan.law.limits.book import LimitBook
from bihuan.law.limits.reckon import reckon

from .random_cases import columns, histories

BOOK, SHIPPED, PARAMETERS = LimitBook.load(), WorkCalendar.load(), Parameters.load()
D = dt.date
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
    days = (found.raw, found.due, found.hard_raw, found.hard_due)
    return days, found.provisional, found.stopped, found.hidden_days, codes, lamp


def row(found, n):
    if found.problem[n]:
        return PROBLEMS[found.problem[n]]
    codes = {code for code in FINDINGS if found.findings[n] & BIT[code]}
    light = LIGHTS[found.light[n]]
    days = tuple(None if np.isnat(c[n]) else c[n].astype(object) for c in (found.raw, found.due, found.hard_raw, found.hard_due))
    lamp = (light, None if light == "none" else int(found.light_days[n]), None if found.step[n] < 0 else int(found.step[n]))
    return days, bool(found.provisional[n]), bool(found.stopped[n]), int(found.hidden_days[n]), codes, lamp


@pytest.mark.parametrize(
    ("seed", "parameters", "limits"),
    [
        (1, PARAMETERS, None),
        (2, PARAMETERS, ["CV-01", "CV-02", "CV-03", "CR-01", "CR-02", "CR-03", "AD-01", "EX-01"]),
        (3, OTHER_READINGS, ["CR-01", "CR-04", "CR-05", "AD-03", "EX-01", "EX-02", "CV-01", "F-01", "CV-06"]),
    ],
)
def test_columns_and_single_cases_agree_on_random_histories(seed, parameters, limits):
    table, on = limit_table(BOOK, parameters), D(2025, 6, 3)
    cases = histories(BOOK, 1500, seed, limits=limits)
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
