"""The share of closed enterprise cases that is to be reviewed: told once the quarter's time is over, to the office, of nobody in particular."""

import datetime as dt

import pytest

from bihuan.cases.review import services
from bihuan.cases.review.ledgers import REVIEWS
from bihuan.cases.review.rules_share import looked_at
from bihuan.kernel import clock, patrol, rules
from bihuan.kernel.alerts_trace import trace_lines
from bihuan.kernel.ledger.service import void
from bihuan.kernel.models import Alert

from .factory import TODAY

pytestmark = pytest.mark.django_db
RULE = "cases.review.enterprise-share"


def closed(court, on="2026-02-10", **more):
    return court.case("2025-11-03", closed_on=on, closing_manner="judgment", **{"enterprise": True} | more)


def standing(on=TODAY):
    with clock.simulate(on):
        (report,) = patrol.run(only=[RULE]).reports
    assert report.outcome == "ok", report.error
    return list(Alert.objects.filter(rule=RULE, breach_state="open"))


def test_too_few_are_told_to_the_office_and_let_go_when_reviewed(court):
    court.intake()
    cases = [closed(court) for _n in range(11)]
    closed(court, sealed="privacy"), closed(court, enterprise=False), closed(court, "2026-04-01"), closed(court, "2025-12-31")
    first = services.open_review(case=cases[0], ground="enterprise", actor=court.keeper)
    (alert,) = standing()
    lines = " ".join(map(str, trace_lines(alert)))
    assert (alert.owner, alert.unit, alert.due) == (court.keeper, None, dt.date(2026, 3, 31))
    assert "11" in lines and "10%" in lines and "%(" not in lines
    second = services.open_review(case=cases[1], ground="enterprise", actor=court.keeper)
    assert standing() == [], "two of eleven are more than a tenth"
    void(REVIEWS, actor=court.keeper, obj=second, reason="误启动")
    assert len(standing()) == 1 and first.voided_at is None


def test_a_tenth_is_enough_and_nothing_closed_asks_for_nothing(court):
    court.intake()
    assert standing() == []
    cases = [closed(court) for _n in range(10)]
    services.open_review(case=cases[0], ground="enterprise", actor=court.keeper)
    assert standing() == []


def test_the_quarter_is_looked_at_when_its_time_is_over_and_by_one_statement(court, django_assert_num_queries):
    assert looked_at(dt.date(2026, 4, 30)) == (dt.date(2025, 10, 1), dt.date(2025, 12, 31))
    assert looked_at(dt.date(2026, 5, 2)) == (dt.date(2026, 1, 1), dt.date(2026, 3, 31))
    closed(court)
    held = rules.rules()[RULE]
    with django_assert_num_queries(1):
        assert len(list(held.query(TODAY, rules.Params(held.basis, TODAY)))) == 1
