"""The flow, the ledgers and the rules of quality review by the house's suites."""

import datetime as dt

import pytest

from bihuan.cases.models import CaseReview, ConductInstance, ReviewFinding
from bihuan.cases.review import services
from bihuan.cases.review.flows import REVIEW_FLOW
from bihuan.cases.review.ledgers import CONDUCT, DRAWS, FINDINGS, REVIEWS
from bihuan.kernel import clock
from bihuan.kernel.ledger.service import create, void
from bihuan.kernel.testing import FlowSuite, LedgerSuite, RuleSuite
from bihuan.kernel.work import unit_of_work

from .factory import TODAY
from .factory_watch import REVIEW_DATA

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.urls")]
CLOSED = {"closed_on": "2026-03-02", "closing_manner": "judgment"}


class _Court:
    @pytest.fixture(autouse=True)
    def _court(self, court):
        self.court = court
        court.intake()

    def closed(self, **more):
        return self.court.case("2026-01-05", **CLOSED, **more)

    def reversed(self, outcome="changed", decided="2026-05-06", **more):
        return self.court.appeal(self.closed(**more), "2026-03-10", outcome=outcome, decided_on=decided)


class TestReviewFlow(_Court, FlowSuite):
    flow = REVIEW_FLOW

    @pytest.fixture(autouse=True)
    def _meeting(self, _court):
        self.meeting = self.court.hold(self.court.meeting(cases=[self.court.case("2025-06-02")]))

    def make(self, state):
        return self.court.review(state=state)

    def actor(self, step, obj):
        people = {"self_check": self.court.judge, "answer": self.court.judge, "review": self.court.criminal_head}
        return people.get(step.code, self.court.keeper)

    def outsider(self, step, obj):
        return self.court.second

    def ready(self, step, obj, actor):
        if step.code == "lapse":
            with unit_of_work(None) as uow:
                CaseReview.objects.filter(pk=obj.pk).update(due_on=dt.date(2026, 5, 19))
                uow.record("test.made", obj, params={"what": "due"})

    def data(self, step, obj):
        return REVIEW_DATA.get(step.code, {}) | ({"meeting": self.meeting} if step.code == "decide" else {})


class TestReviews(_Court, LedgerSuite):
    ledger = REVIEWS

    @property
    def correction(self):
        return {"reviewer": self.court.enforcement_head.pk}

    def editor(self):
        return self.court.keeper

    def outsider(self):
        return self.court.criminal_judge

    def make(self):
        return self.court.review(self.closed())

    def values(self):
        return {"case": self.closed().number, "ground": "petition", "reviewer": self.court.criminal_head.pk}


class TestFindings(_Court, LedgerSuite):
    ledger = FINDINGS
    correction = {"text": "判决书主文漏写履行期限"}

    def editor(self):
        return self.court.criminal_head

    def outsider(self):
        return self.court.second

    def make(self):
        review = self.court.review(self.closed(), "checked")
        values = {"review": review, "kind": "document", "text": "判决书有错字"}
        return create(FINDINGS, actor=self.court.criminal_head, values=values)

    def values(self):
        return {"review": self.court.review(self.closed(), "checked").pk, "kind": "time", "text": "送达逾期"}

    def test_a_row_is_added_by_whom_it_is_allowed_and_logged(self, db):
        """Over the suite's: a review that is not one's own is no choice of the form."""
        typed = self.values()
        assert self._client(self.outsider()).post(self.ledger.url("add"), typed).status_code == 422
        assert not ReviewFinding.objects.exists()
        assert self._client(self.editor()).post(self.ledger.url("add"), typed).status_code == 302
        assert self._logged("created", ReviewFinding.objects.get()) is not None


class TestDraws(_Court, LedgerSuite):
    ledger = DRAWS

    def editor(self):
        return self.court.keeper

    def outsider(self):
        return self.court.head

    def make(self):
        self.closed(), self.closed()
        self.court.count += 1
        given = {"no": f"评查{self.court.count}", "first": dt.date(2026, 1, 1), "last": TODAY, "size": 1, "seed": "乙"}
        return services.draw(actor=self.court.keeper, **given)


class TestConduct(_Court, LedgerSuite):
    ledger = CONDUCT
    correction = {"text": "查封价值超过标的额两倍"}

    def editor(self):
        return self.court.keeper

    def outsider(self):
        return self.court.criminal_judge

    def make(self):
        values = {
            "case": self.closed(enterprise=True), "conduct": "over_seal", "happened_on": TODAY, "text": "超标的查封", "source": "信访",
            "recorded_by": self.court.keeper,
        }  # fmt: skip
        return create(CONDUCT, actor=self.court.keeper, values=values)

    def values(self):
        case = self.closed(enterprise=True)
        return {"case": case.number, "conduct": "live_seal", "happened_on": "2026-05-19", "text": "活封设备", "source": "自查"}

    def test_a_row_is_added_by_whom_it_is_allowed_and_logged(self, db):
        typed = self.values()
        assert self._client(self.outsider()).post(self.ledger.url("add"), typed).status_code in {403, 422}
        assert not ConductInstance.objects.exists()
        assert self._client(self.editor()).post(self.ledger.url("add"), typed).status_code == 302
        assert self._logged("created", ConductInstance.objects.get()) is not None


class TestMissing(_Court, RuleSuite):
    rule = "cases.review.missing"
    on = TODAY

    def breach(self):
        appeal = self.reversed()
        made = services.open_review(case=appeal.case, ground="changed", appeal=appeal)
        void(REVIEWS, actor=self.court.keeper, obj=made, reason="误启动")
        return appeal

    def mend(self, row):
        services.open_review(case=row.case, ground="changed", appeal=row)

    def sound(self):
        yield self.reversed()
        assert services.open_reversed(self.on) == 1  # 巡查前自动启动
        yield self.reversed("upheld")
        yield self.reversed("withdrawn")
        yield self.old()

    def old(self):
        case = self.court.case("2024-01-05", closed_on="2024-06-03", closing_manner="judgment")
        return self.court.appeal(case, "2024-06-10", outcome="remanded", decided_on="2024-12-31")

    def owner(self):
        return self.court.keeper


class TestOverdue(_Court, RuleSuite):
    rule = "cases.review.overdue"
    on = TODAY

    def breach(self):
        with clock.simulate(dt.date(2026, 5, 6)):
            return self.court.review(self.closed())  # 五个工作日，5月9日补班，5月12日届满

    def mend(self, row):
        row.refresh_from_db()
        self.court.review_step(row, "self_check")

    def sound(self):
        with clock.simulate(dt.date(2026, 5, 13)):
            yield self.court.review(self.closed())  # 当日届满
        with clock.simulate(dt.date(2026, 4, 1)):
            yield self.court.review_step(self.court.review(self.closed(), "answered"), "grade")
            voided = self.court.review(self.closed())
            yield void(REVIEWS, actor=self.court.keeper, obj=voided, reason="误启动")

    def owner(self):
        return self.court.judge
