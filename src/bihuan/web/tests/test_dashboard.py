"""The loop at a glance: each reader the own field, from what was counted at night, in the order of the house and not of values."""

import datetime as dt
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bihuan.cases.tests.factory import TODAY, Court, signed_in
from bihuan.cases.tests.test_indicators import YEAR, sample
from bihuan.kernel import clock, duties, patrol
from bihuan.kernel import indicators as i
from bihuan.kernel.indicators import history, snapshots, tallies
from bihuan.kernel.models import Alert, AlertTally, IndicatorSnapshot
from bihuan.kernel.testing import pinned_queries
from bihuan.web.dashboard import parts
from tests.support.again import written

HERE = Path(__file__).parent


@written
def counted_court() -> Court:
    """A court whose indicators were counted for two months' ends and today, with alerts and a duty."""
    made = Court()
    sample(made)
    made.intake()
    duties.create(
        actor=None, code="weekly", title="长期未结案件周通报", rrule="FREQ=WEEKLY;BYDAY=WE", starts=dt.date(2026, 4, 1),
        owner_role="trial_management", unit=made.units["trial"],
    )  # fmt: skip
    patrol.run(on=TODAY)
    for day in (dt.date(2026, 2, 28), dt.date(2026, 4, 30), TODAY):
        snapshots.take(day)
    return made


@pytest.fixture
def court(db, tmp_path, settings):
    """The court on the day of its tests."""
    settings.BIHUAN_SIMULATION_WRITES = True
    settings.BIHUAN_EVIDENCE_FOLDER = tmp_path / "evidence"
    with clock.simulate(TODAY):
        yield counted_court()


def glance(person, status=200, **query):
    response = signed_in(person).get(reverse("dashboard"), query)
    assert response.status_code == status
    return response


def of_the_president(court):
    client = signed_in(court.president)
    client.get(reverse("dashboard"))
    with pinned_queries(HERE, "dashboard"), CaptureQueriesContext(connection) as asked:
        response = client.get(reverse("dashboard"))
    assert not [
        q["sql"] for q in asked.captured_queries if '"cases_case"' in q["sql"] or '"rectification_measure"' in q["sql"]
    ]
    shown = response.context
    standing = Alert.objects.filter(cleared_on=None)
    assert shown["totals"]["alerts"] == standing.count() > 0
    assert shown["totals"]["serious"] == standing.filter(severity="serious").count()
    for line in shown["alerts"]:
        assert line.total == line.ages["week"] and line.url.endswith("scope=all&domain=" + line.url.rpartition("=")[2])
    for line in shown["figures"]:
        live = i.measure(line.one, [YEAR])[0]
        assert (line.figure.numerator, line.figure.denominator) == (live.numerator, live.denominator), line.one.code
        assert not line.afterwards
    text = response.content.decode()
    assert "长期未结案件周通报" in text and "已逾期" in text
    assert shown["duties_late"] >= 1 and shown["duties_due"] >= shown["duties_late"]
    assert "各月：2026-02 " in text and "，2026-04 " in text  # the drawing in words; March was counted by nobody


def in_the_order_of_the_house(court):
    shown = glance(court.president).context
    assert [line.one.code for line in shown["figures"]] == parts.chosen(TODAY)
    assert [line.one.code for line in shown["rectification"]] == list(parts.RECTIFICATION)
    values = [line.figure.exact or 0 for line in shown["figures"]]
    assert values not in (sorted(values), sorted(values, reverse=True))
    assert "sort=" not in glance(court.president).content.decode()


def of_a_leader(court):
    shown = glance(court.leader).context
    assert [field.code for field in shown["fields"]][0] == "field" == shown["field"].code
    led = set(shown["field"].units)
    rate = i.get("cases.closure-rate")
    by_unit = i.measure_by(rate, [YEAR], i.DIVISION)
    line = next(line for line in shown["figures"] if line.one is rate)
    assert line.figure.numerator == sum(figures[0].numerator for unit, figures in by_unit.items() if unit in led)
    assert line.figure.denominator == sum(figures[0].denominator for unit, figures in by_unit.items() if unit in led)
    unit = sorted(led)[0]
    one = glance(court.leader, field=str(unit)).context
    assert (
        one["totals"]["alerts"]
        <= shown["totals"]["alerts"]
        == Alert.objects.filter(cleared_on=None, unit__in=led).count()
    )
    assert not [
        line for line in one["rectification"] if line.one.code == "rectification.problems-done"
    ]  # of no one division


def of_a_head(court):
    shown = glance(court.head).context
    assert shown["field"].units == [court.units["civil"].pk]
    filed = next(line for line in shown["figures"] if line.one.code == "cases.filed")
    assert filed.figure.numerator == i.measure(filed.one, [YEAR], view=i.view_for(court.head))[0].numerator
    assert all(line.figure is not None for line in shown["figures"])  # nothing counted is nought, not missing
    for wrong in ("court", str(court.units["criminal"].pk), "field", "²", "9" * 40):
        glance(court.head, field=wrong, status=403)
    for nobody in (court.judge, court.assistant):
        glance(nobody, status=403)
        assert reverse("dashboard") not in signed_in(nobody).get("/").content.decode()
    assert reverse("dashboard") in signed_in(court.head).get("/").content.decode()


def rows_follow_the_posts(court):
    assert history.newest_day(court.head, None, TODAY) is None  # the court's rows are not a head's
    assert history.newest_day(court.head, [court.units["criminal"].pk], TODAY) is None
    assert history.newest_day(court.judge, [court.units["civil"].pk], TODAY) is None
    assert history.newest_day(court.keeper, None, TODAY) == TODAY
    assert history.alerts_on(court.judge, None, TODAY) == []


def what_was_not_counted(court):
    with clock.simulate(TODAY + dt.timedelta(days=3)):
        response = glance(court.president)
        assert response.context["old"] and "最近一次统计是 2026年5月20日" in response.content.decode()
    with clock.simulate(dt.date(2026, 1, 15)):
        assert "还没有统计过" in glance(court.president).content.decode()
    with clock.simulate(dt.date(2026, 5, 1)):  # the end of April was counted in May: afterwards
        response = glance(court.president)
        assert response.context["counted_on"] == dt.date(2026, 4, 30)
        assert all(line.afterwards for line in response.context["figures"] if line.figure)
        assert "事后补算" in response.content.decode()


def alerts_as_they_stood(court):
    assert [tallies.age_of(TODAY - dt.timedelta(days=n), TODAY) for n in (0, 7, 8, 30, 31, 90, 91)] == [
        "week", "week", "month", "month", "quarter", "quarter", "older",
    ]  # fmt: skip
    assert AlertTally.objects.get(on=dt.date(2026, 4, 30), unit=None).afterwards
    total = tallies.tally(TODAY)
    later = TODAY + dt.timedelta(days=40)
    with clock.simulate(later):
        assert tallies.tally(later) == total
        ages = {age for _domain, _severity, age, _n in history.alerts_on(court.president, None, later)}
        assert ages == {"quarter"}
        before = AlertTally.objects.get(on=TODAY, unit=None).taken_at
        assert tallies.tally(TODAY) == total and AlertTally.objects.get(on=TODAY, unit=None).taken_at == before


def alerts_of_one_domain(court):
    client = signed_in(court.president)
    whole = client.get(reverse("alert_list"), {"scope": "all"}).context["page_obj"].object_list
    some = client.get(reverse("alert_list"), {"scope": "all", "domain": "duties"}).context["page_obj"].object_list
    assert {alert.domain for alert in whole} > {alert.domain for alert in some} == {"duties"}


def counted_again(court):
    held = {"code": "cases.filed", "on": TODAY, "starts": YEAR.starts, "unit": None}
    then = IndicatorSnapshot.objects.get(**held)
    court.case("2026-05-18")
    with clock.simulate(TODAY + dt.timedelta(days=1)):
        snapshots.take(TODAY)
        assert IndicatorSnapshot.objects.get(**held, afterwards=False).numerator == then.numerator
        assert IndicatorSnapshot.objects.get(**held, afterwards=True).numerator == then.numerator + 1
        kept = history.by_day(i.get("cases.filed"), person=court.president, units=None, by=TODAY, days=3)
        assert [moment.kept is None for moment in kept] == [True, True, False]
        assert (kept[-1].kept.figure.numerator, kept[-1].kept.other.numerator) == (then.numerator, then.numerator + 1)
        response = signed_in(court.president).get(reverse("indicator", args=["cases.filed"]), {"past": "day"})
        text = response.content.decode()
        assert f"事后补算为 {then.numerator + 1} 件" in text
        months = signed_in(court.president).get(reverse("indicator", args=["cases.filed"])).context["past"]
        assert months.missing == ["26-03"] and [m.kept.on.month for m in months.newest_first] == [5, 4, 2]
        assert signed_in(court.judge).get(reverse("indicator", args=["cases.filed"])).context["past"] is None


def test_the_president_sees_the_whole_loop_from_the_nightly_count_in_the_order_of_the_house(court):
    of_the_president(court)
    in_the_order_of_the_house(court)
    alerts_of_one_domain(court)


def test_a_leader_and_a_head_see_the_own_divisions_and_no_other(court):
    of_a_leader(court)
    of_a_head(court)
    rows_follow_the_posts(court)


def test_what_was_counted_stays_and_what_was_not_is_said(court):
    what_was_not_counted(court)
    counted_again(court)
    alerts_as_they_stood(court)
