"""The worked cases beside the data: each one asked and answered, every limit and every refusal met."""

import datetime as dt

import pytest

from bihuan.law import errors
from bihuan.law.calendar import WorkCalendar
from bihuan.law.case_types import case_types
from bihuan.law.dated import Parameters
from bihuan.law.errors import CaseNumberError, UnknownLimit
from bihuan.law.limits.book import LimitBook
from bihuan.law.limits.findings import EFFECTS, FINDING_PARAMS
from bihuan.law.limits.plain import limit_by_hours
from bihuan.law.limits.reckon import reckon
from bihuan.law.numbers import parse_number
from bihuan.law.steps import LIMIT_PARAMS, STEP_PARAMS
from bihuan.law.yamlfile import read_yaml

from . import worked

BOOK, SHIPPED, PARAMETERS = LimitBook.load(), WorkCalendar.load(), Parameters.load()
CASES = worked.cases()
LAST = dt.date(2026, 6, 30)
OTHER = worked.LIMIT_DATA.parent / "cases"
SELECTION = read_yaml(OTHER / "selection.yaml")["cases"]
NUMBERS = read_yaml(OTHER / "numbers.yaml")["cases"]


def answer(case):
    return reckon(worked.history(case), on=case.get("on", LAST), book=BOOK, calendar=SHIPPED, parameters=PARAMETERS)


def ids(case):
    return case["id"]


@pytest.mark.parametrize("case", [c for c in CASES if "error" not in c and "moment" not in c], ids=ids)
def test_case(case):
    found = answer(case)
    days = (found.raw, found.due, found.hard_due)
    assert days == (case.get("raw"), case.get("due"), case.get("hard_due"))
    told = {x.code.removeprefix("limit.") for x in found.findings if x.effect != "note"}
    assert told == set(case.get("findings", ()))
    assert found.hidden_days == case.get("hidden_days", 0)
    assert found.lamp.light == case["light"]
    for step in found.trace:
        assert set(step.params) == set(STEP_PARAMS[step.code]), step
    for one in found.findings:
        assert set(one.params) == set(FINDING_PARAMS[one.code]), one


@pytest.mark.parametrize("case", [c for c in CASES if "error" in c], ids=ids)
def test_case_refused(case):
    with pytest.raises(getattr(errors, case["error"])):
        answer(case)


@pytest.mark.parametrize("case", [c for c in CASES if "moment" in c], ids=ids)
def test_case_in_hours(case):
    moment, ends = (dt.datetime.fromisoformat(str(case[key])) for key in ("moment", "ends"))
    assert limit_by_hours(case["limit"], moment, facts=case.get("facts", ()), book=BOOK, parameters=PARAMETERS).due == ends


def test_the_cases_themselves_are_sound():
    assert len({c["id"] for c in CASES}) == len(CASES)
    for case in CASES:
        assert set(case) <= worked.KEYS, case["id"]
        assert case["why"].strip(), case["id"]


def test_every_limit_has_a_case():
    assert {c["limit"] for c in CASES} == set(BOOK.limits)


def test_every_finding_and_step_of_limits_is_met():
    answers = [answer(c) for c in CASES if "error" not in c and "moment" not in c]
    met = {x.code for a in answers for x in a.findings}
    # The readings the court may choose instead, and days written wrongly, have tests of their own.
    elsewhere = {"limit.grant.decided_refused", "limit.grant.nothing", "limit.grant.under", "limit.grant.days"}
    assert set(EFFECTS) - met == elsewhere
    assert {s.code for a in answers for s in a.trace} >= set(LIMIT_PARAMS)


@pytest.mark.parametrize("case", SELECTION, ids=ids)
def test_which_limit(case):
    asked = (case["type"], case["procedure"], case.get("facts", ()), case["on"])
    assert case["type"] in case_types().by_code
    if "error" in case:
        with pytest.raises(UnknownLimit):
            BOOK.limit_for(*asked)
    else:
        assert BOOK.limit_for(*asked).id == case["limit"]


@pytest.mark.parametrize("case", NUMBERS, ids=ids)
def test_case_number(case):
    if "wrong" in case:
        with pytest.raises(CaseNumberError) as refused:
            parse_number(case["text"])
        assert refused.value.part == case["wrong"]
        assert case["text"] in str(refused.value)
    else:
        found = parse_number(case["text"])
        assert str(found) == case["normal"]
        assert parse_number(str(found)) == found
        assert found.type == case.get("type", found.type)
