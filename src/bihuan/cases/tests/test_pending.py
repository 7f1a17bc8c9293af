"""Reasons of long-pending cases: recorded once a tier, by whom it concerns; what is missing or past its day raises an alert."""

import datetime as dt

import pytest
from django.urls import reverse

from bihuan.cases.ledgers import CASES, PENDING_REASONS
from bihuan.cases.models import PendingReason
from bihuan.cases.rules import pending as rules
from bihuan.cases.services import pending
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.testing import LedgerSuite

from .factory import TODAY, signed_in
from .suites import Kept
from .test_rules import Suite

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.urls")]
TWELVE = "local.long-pending.twelve-months"
EIGHTEEN = "local.long-pending.eighteen-months"
REASON = {
    "cause": "appraisal", "detail": "工程造价鉴定未完成", "solution": "六月十日前组织质证", "plan_on": dt.date(2026, 7, 31),
}  # fmt: skip


def recorded(court, case, **more):
    return pending.record(actor=court.judge, case=case, values=REASON | more)


def codes(refusal):
    return [reason.code for reason in refusal.value.reasons]


def test_it_is_recorded_once_a_tier_by_whom_it_concerns(court):
    case = court.case("2024-11-01")  # 超过十八个月
    assert pending.passed(case, TODAY) == [EIGHTEEN, TWELVE]
    row = recorded(court, case)
    assert (row.tier, row.recorded_by, row.recorded_on) == (EIGHTEEN, court.judge, TODAY)
    with pytest.raises(Refused) as twice:
        pending.record(actor=court.head, case=case, values=REASON)
    assert codes(twice) == ["cases.pending.once"]
    assert pending.record(actor=court.head, case=case, values=REASON | {"tier": TWELVE}).tier == TWELVE
    for person in (court.second, court.criminal_judge, court.leader):
        with pytest.raises(NotAllowed):
            pending.record(actor=person, case=case, values=REASON)
    with pytest.raises(Refused) as past:
        recorded(court, court.case("2025-05-19"), plan_on=dt.date(2026, 5, 19))
    assert codes(past) == ["cases.pending.plan_past"]
    with pytest.raises(Refused) as not_yet:
        recorded(court, court.case("2025-05-19"), tier=EIGHTEEN)
    assert codes(not_yet) == ["cases.pending.not_passed"]
    for short in (
        court.case("2025-05-20"),
        court.case("2024-05-20", type="执"),
        court.case("2024-05-20", closed_on="2026-05-01"),
    ):
        with pytest.raises(Refused) as refusal:
            recorded(court, short)
        assert codes(refusal) == ["cases.pending.not_pending"]


def test_the_page_of_the_case_offers_it_and_then_the_correction(court):
    case, short = court.case("2025-03-03"), court.case("2026-03-02")
    judge, url = signed_in(court.judge), reverse("cases:pending", args=[case.pk])
    assert url in judge.get(CASES.url("detail", case.pk)).content.decode()
    assert reverse("cases:pending", args=[short.pk]) not in judge.get(CASES.url("detail", short.pk)).content.decode()
    assert "不需要登记" in judge.get(reverse("cases:pending", args=[short.pk])).content.decode()
    typed = {
        "tier": TWELVE,
        "cause": "service",
        "detail": "两被告下落不明",
        "solution": "公告期满即开庭",
        "plan_on": "2026-05-19",
    }
    assert judge.post(url, typed).status_code == 422
    assert judge.post(url, typed | {"plan_on": "2026-08-31", "cause": "weather"}).status_code == 422
    assert not PendingReason.objects.exists()
    answer = judge.post(url, typed | {"plan_on": "2026-08-31"})
    row = PendingReason.objects.get()
    assert answer.url == PENDING_REASONS.url("detail", row.pk) and row.cause == "service"
    assert PENDING_REASONS.url("change", row.pk) in judge.get(CASES.url("detail", case.pk)).content.decode()
    for person, status in ((court.leader, 403), (court.criminal_judge, 404)):
        assert signed_in(person).get(url).status_code == status
    sealed = court.case("2025-03-03", sealed="privacy")
    assert signed_in(court.keeper).get(reverse("cases:pending", args=[sealed.pk])).status_code == 403


def test_the_lines_are_the_courts_parameter(court, monkeypatch):
    civil, enforcement = court.case("2025-03-03"), court.case("2025-03-03", type="执")
    assert set(rules.pending(TODAY)) == {civil}
    monkeypatch.setattr("bihuan.cases.meetings.terms.lines", lambda on: ["enforcement"])
    assert set(rules.pending(TODAY)) == {enforcement}


class TestWithoutReason(Suite):
    rule = "cases.pending.no-reason"

    def breach(self):
        return self.court.case("2025-05-19")

    def mend(self, row):
        recorded(self.court, row)

    def sound(self):
        yield self.court.case("2025-05-20")  # 满十二个月当日，“超过”不含本日
        yield self.court.case("2025-05-19", type="执")
        told = self.court.case("2024-11-01")
        recorded(self.court, told)
        yield told

    def test_a_reason_of_an_earlier_tier_is_not_enough(self, db):
        case = self.court.case("2024-11-01")
        recorded(self.court, case, tier=TWELVE)
        self._patrol()
        alert = self._standing().get(object_id=case.pk)
        assert alert.due == dt.date(2026, 5, 2)


class TestPlanPassed(Suite):
    rule = "cases.pending.plan-passed"

    def planned(self, day):
        case = self.court.case("2025-03-03")
        self.row = recorded(self.court, case)
        self.write(self.row, PendingReason, plan_on=day)
        return case

    def breach(self):
        return self.planned(dt.date(2026, 5, 19))

    def mend(self, row):
        self.write(PendingReason.objects.get(case=row), PendingReason, plan_on=dt.date(2026, 6, 30))

    def sound(self):
        yield self.planned(TODAY)  # 计划结案当日
        yield self.planned(None)
        closed = self.planned(dt.date(2026, 5, 1))
        self.write(closed, closed_on=dt.date(2026, 5, 8))
        yield closed
        again = self.court.case("2024-11-01")
        self.write(
            recorded(self.court, again, tier=TWELVE),
            PendingReason,
            plan_on=dt.date(2026, 1, 5),
            recorded_on=dt.date(2025, 12, 1),
        )
        recorded(self.court, again)
        yield again


class TestPendingReasons(Kept, LedgerSuite):
    ledger = PENDING_REASONS
    correction = {"solution": "七月十日前开庭"}

    def make(self):
        return recorded(self.court, self.court.case("2025-03-03"))
