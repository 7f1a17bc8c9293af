"""The written cases: each one of data/cases/periods.yaml asked and answered."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from bihuan.law.calendar import WorkCalendar
from bihuan.law.periods import STEP_PARAMS, due, exceeds
from bihuan.law.steps import PERIOD_PARAMS
from bihuan.law.yamlfile import read_yaml

CASES = read_yaml(Path(__file__).parent.parent / "data" / "cases" / "periods.yaml")["cases"]
ASKED = {"trigger", "term", "system", "custody", "extensions", "exclusions"}
ANSWERED = {"raw", "due", "provisional", "over", "reach"}
SHIPPED = WorkCalendar.load()


def ids(case: dict[str, Any]) -> str:
    return str(case["id"])


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_due(case):
    options = {"exclusions": [tuple(span) for span in case.get("exclusions", [])]}
    options |= {key: case[key] for key in ("system", "custody", "extensions") if key in case}
    found = due(case["trigger"], case["term"], calendar=SHIPPED, **options)
    assert (found.raw, found.due, found.provisional) == (case["raw"], case["due"], case.get("provisional", False))
    assert found.trace[0].params["trigger"] == case["trigger"].isoformat()
    for step in found.trace:
        assert set(step.params) == set(STEP_PARAMS[step.code]), step


@pytest.mark.parametrize("case", [c for c in CASES if "over" in c or "reach" in c], ids=ids)
def test_threshold(case):
    for boundary in ("over", "reach"):
        for day, expected in case.get(boundary, {}).items():
            assert exceeds(case["trigger"], case["term"], day, boundary=boundary, calendar=SHIPPED) is expected


def test_the_cases_themselves_are_sound():
    assert len(CASES) >= 30
    assert len({c["id"] for c in CASES}) == len(CASES)
    for case in CASES:
        known = ASKED | ANSWERED | {"id", "title", "why", "law"}
        assert set(case) <= known, case["id"]
        assert {"id", "title", "trigger", "term", "raw", "due"} <= set(case), case["id"]


def test_every_kind_of_step_is_met_by_a_case_or_here():
    met = set()
    for case in CASES:
        options = {k: case[k] for k in ("system", "custody", "extensions") if k in case}
        spans = [tuple(s) for s in case.get("exclusions", [])]
        met |= {s.code for s in due(case["trigger"], case["term"], exclusions=spans, calendar=SHIPPED, **options).trace}
    assert met == set(PERIOD_PARAMS)


def test_an_unrolled_end_on_a_swapped_saturday_says_why():
    found = due(dt.date(2025, 10, 4), "7d", calendar=SHIPPED)
    assert found.trace[-1].as_json() == {
        "code": "T-06.none",
        "params": {"day": "2025-10-11", "kind": "swapped_workday", "article": "民法典203、民诉法85"},
    }


def test_a_roll_names_the_notice_it_stands_on():
    last = due(dt.date(2025, 9, 25), "7d", calendar=SHIPPED).trace[-1]
    assert last.code == "T-06"
    assert last.params["rest_days"] == 7
    assert last.params["notices"] == ["国办发明电〔2024〕12号"]
