"""The pages of the indicators: each reader sees their own part, every figure leads to its rows, and nothing is lined up."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.urls import reverse

from bihuan.kernel import indicators as i
from bihuan.kernel import parameters
from bihuan.kernel.testing import pinned_queries

from .factory import TODAY, signed_in
from .test_indicators import YEAR, sample, slow

HERE = Path(__file__).parent


@pytest.fixture
def held(court):
    sample(court)
    court.case(
        "2026-04-01", sealed="juvenile", type="刑初", division=court.units["criminal"], judge=court.criminal_judge
    )
    court.intake()
    return court


def page(person, name="indicators", *of, status=200, **query):
    response = signed_in(person).get(reverse(name, args=of), query)
    assert response.status_code == status
    return response


def test_the_list_holds_all_indicators_with_counts_and_comparisons(held):
    client = signed_in(held.president)
    client.get(reverse("indicators"))
    with pinned_queries(HERE, "indicators.list"):
        response = client.get(reverse("indicators"))
    rows = response.context["rows"]
    assert [row.title for row in rows] == [
        str(one.title) for one in i.indicators().values()
    ]  # as declared, whatever the values
    text = response.content.decode()
    above, below = slow("cases.closure-rate", YEAR)
    assert f"{100 * above / below:.2f}%" in text
    assert "2025-01-01 – 2025-05-20" in text
    assert "个百分点" in text
    assert "未设合理区间" in text


def test_a_reader_sees_the_own_part_and_no_other(held):
    filed = {
        who: next(r for r in page(getattr(held, who)).context["rows"] if r.now.indicator.code == "cases.filed").now.numerator
        for who in ("president", "head", "enforcer", "judge")
    }
    assert filed["president"] == slow("cases.filed", YEAR)[0]
    assert 0 < filed["judge"] <= filed["head"] < filed["president"]
    assert filed["enforcer"] == 0
    other = str(held.units["criminal"].pk)
    page(held.head, view=other, status=403)
    page(held.judge, view="court", status=403)
    page(held.head, "indicator_rows", "cases.filed", view="court", status=403)
    page(held.president, "indicator", "no.such", status=404)


def test_one_indicator_has_a_trend_in_words_and_its_divisions_in_order(held):
    client = signed_in(held.president)
    address = reverse("indicator", args=["cases.closed"])
    client.get(address)
    with pinned_queries(HERE, "indicators.detail"):
        response = client.get(address)
    text = response.content.decode()
    assert 'role="img"' in text
    assert response.context["trend"][-1][0].span == i.Span(dt.date(2026, 5, 1), TODAY)
    assert len(response.context["trend"]) == 13
    assert [row.title for row in response.context["parts"]] == ["民一庭"]
    lines = client.get(address, {"by": "line"}).context["parts"]
    assert [row.title for row in lines] == ["民事"]
    assert "部门" not in page(held.head, "indicator", "cases.closed").context["dimensions"]
    assert client.get(address, {"by": "judge"}).context["by"] == "division"  # there is no such dimension


@pytest.mark.parametrize(
    "code", ["cases.filed", "cases.within-limit", "cases.changed-to-remanded", "cases.appeal-rate"]
)
def test_every_figure_leads_to_as_many_rows(held, code):
    client = signed_in(held.keeper)
    row = client.get(reverse("indicator", args=[code])).context["row"]
    links = [(row.rows, row.now.numerator), (row.rows_below, row.now.denominator)]
    for address, count in links:
        if address:
            response = client.get(address)
            assert response.context["count"] == count > 0
            assert len(response.context["rows"]) + response.context["withheld"] == count


def test_what_is_sealed_is_counted_and_said_not_shown(held):
    response = page(held.president, "indicator_rows", "cases.filed")
    assert response.context["withheld"] == 1
    assert len(response.context["rows"]) == response.context["count"] - 1
    assert page(held.criminal_judge, "indicator_rows", "cases.filed").context["withheld"] == 0


def test_the_ledgers_list_shows_the_same_rows(held):
    client = signed_in(held.president)
    response = client.get(reverse("indicator_rows", args=["cases.filed"]))
    found = client.get(response.context["ledger"])
    shown = set(re.findall(r"（\d{4}）鄂0000\S+?号", found.content.decode()))
    assert len(shown) == response.context["count"]


def test_a_part_of_a_figure_leads_to_its_rows(held):
    client = signed_in(held.president)
    [part] = client.get(reverse("indicator", args=["cases.closed"]), {"by": "line"}).context["parts"]
    assert client.get(part.rows).context["count"] == part.now.numerator


def test_wrong_days_are_said_and_the_year_is_shown(held):
    response = page(held.president, **{"from": "2026-09-01", "to": "2026-08-01"})
    assert "起止日期不对" in response.content.decode()
    assert response.context["span"] == YEAR
    month = page(held.president, period="last-month").context["span"]
    assert month == i.Span(dt.date(2026, 4, 1), dt.date(2026, 4, 30))


def test_a_view_or_value_that_is_none_finds_nothing(held):
    for wrong in ("²", "9" * 30, "9" * 5000, "own", "\0"):
        page(held.president, view=wrong, status=403)
    assert page(held.president, "indicator_rows", "cases.filed", by="line", value="\0").context["count"] == 0


def test_before_the_parameters_begin_there_is_no_value(held):
    days = {"from": "2016-01-01", "to": "2016-02-01"}  # the year before, the types of the first instance were not set yet
    assert page(held.president, "indicator", "cases.settled", **days).context["row"].year.shown == "n/a"
    days = {"from": "1990-01-01", "to": "1990-02-01"}
    for code in ("cases.appeal-rate", "cases.pending-12"):
        row = page(held.president, "indicator", code, **days).context["row"]
        assert (row.now.shown, row.settled) == ("n/a", True)
        assert page(held.president, "indicator_rows", code, **days).context["count"] == 0
    assert "起止日期不对" in page(held.president, **days | {"from": "1989-12-31"}).content.decode()


def test_a_range_the_court_enters_stands_beside_the_figure(held):
    try:
        parameters.set_value(
            actor=held.keeper, parameter="local.indicator.cases.settled", values={"direction": "up", "low": "20", "high": ""},
            starts=dt.date(2026, 1, 1), ends=None, reference="高院〔2026〕1号", reason="按高院文件",
        )  # fmt: skip
        text = page(held.president, "indicator", "cases.settled").content.decode()
        assert "在合理区间内" in text
        assert "不低于 20" in text
        assert "高院〔2026〕1号" in text
    finally:
        from bihuan.law import dated

        dated.install_parameters(dated.Parameters.load())
    assert i.range_of(i.get("cases.settled"), TODAY).is_set is False
