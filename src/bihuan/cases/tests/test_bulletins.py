"""The bulletins of trial management: every figure is bound to an indicator there is, and the demo court's analyses are out."""

import datetime as dt

import pytest

from bihuan.cases.sample.bulletins import fill_bulletins
from bihuan.kernel import clock
from bihuan.kernel.bulletins import computing, kinds, spans, writing
from bihuan.kernel.indicators import DIVISION
from bihuan.kernel.models import Bulletin, DutyOccurrence
from bihuan.people.sample.fill import fill as fill_people
from bihuan.people.sample.load import load_court

DAY = dt.date(2026, 5, 20)


@pytest.mark.parametrize("code", list(kinds()))
def test_every_kind_can_be_computed_and_its_words_name_its_figures(code, db):
    kind = kinds()[code]
    with clock.simulate(DAY):
        results = computing.compute(kind, spans.covered(kind.period, DAY))
    assert computing.failures(results) == []
    assert list(results) == [one.name for one in kind.all_bound]
    opened = writing.openings(kind)
    assert writing.checked(kind, opened) == opened
    for text in opened.values():
        assert "{" not in "".join(writing.plain(text, results))
    titles = list(writing.titles(kind).values())
    assert len(set(titles)) == len(titles)
    held = kind.held(DAY)
    assert {"rrule", "grace_days", "owner", "code_word", "report_to", "send_to", "issue_to"} <= set(held)
    assert kind.numbering == "issue" or held["code_word"]
    assert not [one for one in kind.tables if getattr(one, "by", "") == DIVISION], "no division stands beside another"


def test_two_monthly_analyses_are_out_with_number_and_seal(db, settings):
    settings.BIHUAN_SIMULATION_WRITES = settings.BIHUAN_DEMO = True
    court = load_court()
    fill_people(court)
    fill_bulletins(court)
    rows = Bulletin.objects.order_by("starts")
    assert [(row.state, row.number) for row in rows] == [
        ("issued", "临法审管〔2026〕1号"), ("issued", "临法审管〔2026〕2号"),
    ]  # fmt: skip
    assert all(row.seals.get().copies == 18 and row.paper.sha256 for row in rows)
    assert DutyOccurrence.objects.get(record_id=rows[1].pk).fulfilled_on == dt.date(2026, 11, 9)
