"""House triggers: six and ten months in calendar time, in their own scope, resolved by a meeting that was properly held."""

import datetime as dt

import pytest

from bihuan.cases.meetings import selectors
from bihuan.cases.meetings.flows import ITEM_FLOW
from bihuan.cases.models import Body
from bihuan.kernel import clock, patrol
from bihuan.kernel.models import Alert
from bihuan.kernel.testing import RuleSuite
from bihuan.law.dated import Override, current_parameters, install_parameters
from bihuan.law.limits.clocks import tiers

from .factory import TODAY

pytestmark = pytest.mark.django_db


class _Court:
    @pytest.fixture(autouse=True)
    def _court(self, court):
        self.court = court
        court.intake()

    def owner(self):
        return self.court.judge


class TestSixMonths(_Court, RuleSuite):
    rule = "cases.trigger.professional"
    on = TODAY

    def breach(self):
        return self.court.case("2025-11-19")

    def mend(self, row):
        self.court.conclude(self.court.hold(self.court.meeting("professional", cases=[row])).items.get(), "speed_up")

    def sound(self):
        yield self.court.case("2025-11-20")  # 超过六个月不含当日
        yield self.court.case("2025-11-19", closed_on="2026-05-20")
        yield self.court.case("2025-06-02", type="执", division=self.court.units["enforcement"], judge=self.court.enforcer)
        yield self.court.case("2025-06-02", type="破")
        discussed = self.court.case("2025-06-02")
        self.court.conclude(self.court.hold(self.court.meeting(cases=[discussed])).items.get())
        yield discussed  # the committee's decision needs no advice any more


class TestTenMonths(_Court, RuleSuite):
    rule = "cases.trigger.committee"
    on = TODAY

    def breach(self):
        return self.court.case("2025-07-19")

    def mend(self, row):
        self.court.conclude(self.court.hold(self.court.meeting(cases=[row])).items.get())

    def sound(self):
        yield self.court.case("2025-07-20")
        yield self.court.case("2025-07-19", closed_on="2026-01-20")

    def test_neither_advice_nor_a_listing_nor_a_defective_decision_resolves_it(self, db):
        advised, listed, lost = self.breach(), self.breach(), self.breach()
        court = self.court
        court.conclude(court.hold(court.meeting("professional", cases=[advised])).items.get(), "speed_up")
        court.meeting(cases=[listed])
        court.conclude(court.hold(court.meeting(cases=[lost]), present=3).items.get(), votes=2)
        self._patrol()
        assert {a.object_id for a in self._standing()} == {advised.pk, listed.pk, lost.pk}

    def test_one_defect_that_is_to_be_corrected_does_not_undo_the_meeting(self, db):
        case = self.breach()
        held = self.court.hold(self.court.meeting(size=4, cases=[case]))
        self.court.conclude(held.items.get(), votes=4)
        assert list(held.defects.values_list("code", "state")) == [("composition_even", "open")]
        self._patrol()
        assert not self._standing().exists()


class TestNotExecuted(_Court, RuleSuite):
    rule = "cases.meeting.not-executed"
    on = dt.date(2026, 6, 16)

    def breach(self):
        return self.court.conclude(self.court.hold(self.court.meeting(cases=[self.court.case("2025-06-02")])).items.get())

    def mend(self, row):
        row.refresh_from_db()
        ITEM_FLOW.perform(row, "execute", actor=self.court.judge, data={"execution": "decided", "executed_on": TODAY})

    def sound(self):
        later = self.court.hold(self.court.meeting(held="2026-05-18", cases=[self.court.case("2025-06-02")])).items.get()
        yield self.court.conclude(later)


class TestNotAnswered(_Court, RuleSuite):
    rule = "cases.meeting.not-answered"
    on = dt.date(2026, 5, 29)

    def breach(self, held="2026-05-14"):
        meeting = self.court.meeting("professional", held, cases=[self.court.case("2025-06-02")])
        return self.court.conclude(self.court.hold(meeting).items.get(), "speed_up")

    def mend(self, row):
        row.refresh_from_db()
        ITEM_FLOW.perform(row, "answer", actor=self.court.judge, data={"answer": "taken", "answered_on": TODAY})

    def sound(self):
        yield self.breach("2026-05-15")


class TestDefectOpen(_Court, RuleSuite):
    rule = "cases.meeting.defect-open"
    on = dt.date(2026, 6, 8)

    def owner(self):
        return self.court.committee_secretary

    def breach(self):
        meeting = self.court.meeting("professional")
        self.court.listed(meeting, self.court.case("2025-06-02"), report=None)
        meeting.refresh_from_db()
        held = self.court.hold(meeting)
        self.court.conclude(held.items.get(), "speed_up")
        return held.defects.get(code="report_missing")

    def mend(self, row):
        from bihuan.cases.meetings.flows import DEFECT_FLOW

        DEFECT_FLOW.perform(row, "correct", actor=self.court.keeper, note="报告已补交并说明原因")

    def sound(self):
        with clock.simulate(dt.date(2026, 5, 25)):
            yield self.breach()


class TestNotRecorded(_Court, RuleSuite):
    rule = "cases.meeting.not-recorded"
    on = dt.date(2026, 5, 22)

    def owner(self):
        return self.court.committee_secretary

    def breach(self):
        return self.court.meeting(cases=[self.court.case("2025-06-02")])

    def mend(self, row):
        row.refresh_from_db()
        self.court.hold(row)

    def sound(self):
        yield self.court.meeting(held="2026-05-15", cases=[self.court.case("2025-06-02")])
        yield self.court.hold(self.court.meeting(held="2026-05-11", cases=[self.court.case("2025-06-02")]))


def test_the_first_day_past_a_threshold_is_the_law_s_own(court):
    days = ["2024-08-29", "2024-08-30", "2024-08-31", "2024-11-30", "2024-12-31", "2025-02-28", "2025-03-31", "2025-05-31"]
    cases = {court.case(day).pk: dt.date.fromisoformat(day) for day in days}
    for body, parameter in selectors.TRIGGERS.items():
        rows = {row.pk: row.trigger_since for row in selectors.must_go(body, TODAY)}
        assert set(rows) == set(cases)
        for pk, since in rows.items():
            expected = next(t.since for t in tiers(cases[pk], TODAY) if t.parameter == parameter)
            assert since == expected, cases[pk]


def test_the_scope_and_the_length_are_the_court_s_to_set(court):
    case = court.case("2025-06-02", type="执", division=court.units["enforcement"], judge=court.enforcer)
    assert case not in selectors.must_go(Body.COMMITTEE, TODAY)
    shipped = current_parameters()
    start = dt.date(2026, 1, 1)
    try:
        install_parameters(shipped.with_overrides([Override("local.meetings.trigger-lines", start, None, {"lines": ["enforcement"]}, "审委会决议")]))
        assert list(selectors.must_go(Body.COMMITTEE, TODAY)) == [case]
        longer = Override("local.long-pending.judicial-committee", start, None, {"months": 12, "boundary": "reach"}, "审委会决议")
        install_parameters(current_parameters().with_overrides([longer]))
        assert not selectors.must_go(Body.COMMITTEE, TODAY).exists()
    finally:
        install_parameters(shipped)


def test_a_patrol_looks_at_meetings_before_its_rules_and_the_why_is_in_words(court):
    held = court.hold(court.meeting(cases=[court.case("2025-06-02")]))
    court.conclude(held.items.get())
    late = court.case("2025-07-01", judge=court.second)
    with clock.simulate(dt.date(2026, 5, 22)):
        patrol.run(dt.date(2026, 5, 22))
    assert sorted(held.defects.values_list("code", flat=True)) == ["minutes_missing", "unsigned"]
    from bihuan.kernel.alerts_trace import trace_lines

    alert = Alert.objects.get(rule="cases.trigger.committee", object_id=late.pk)
    said = "".join(str(line) for line in trace_lines(alert))
    assert "民事、刑事、行政、国家赔偿" in said and "10 个月" in said, said
    assert (alert.owner, alert.due) == (court.second, dt.date(2026, 5, 2))
