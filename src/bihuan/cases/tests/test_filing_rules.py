"""The rules of filing, each through a real patrol: it finds the breach, has an owner, names the article, and lets go."""

import datetime as dt

import pytest

from bihuan.cases.filing import clock as filing_clock
from bihuan.cases.models import Case, FilingComplaint, Receipt
from bihuan.kernel import clock, patrol
from bihuan.kernel.alerts_trace import trace_lines
from bihuan.kernel.models import Alert
from bihuan.kernel.testing import RuleSuite
from bihuan.kernel.work import unit_of_work

from .factory import TODAY
from .suites import Fresh

A, B = "a" * 64, "b" * 64


class Suite(Fresh, RuleSuite):
    """Whoever handles the receipt owns the alert; the receipts are fresh."""

    on = TODAY

    def owner(self):
        return self.court.filing_judge

    def write(self, row, model=Receipt, **values):
        """A fact put right, as an import would, with the clock after it."""
        with unit_of_work(None) as uow:
            model.objects.filter(pk=row.pk).update(**values)
            uow.record("test.made", row, params={"what": "mended"})
        filing_clock.refresh(on=self.on)
        return row

    def voided(self, row, model=Receipt):
        return self.write(row, model, voided_at=clock.now(), void_reason="重复")


class Headed(Suite):
    """The head of the filing division owns it."""

    def owner(self):
        return self.court.filing_head


class TestFileFirst(Suite):
    rule = "cases.filing.file-first"

    def breach(self):
        return self.court.receipt("2026-05-11")

    def sound(self):
        yield self.court.receipt("2026-05-13")  # 当日届满
        yield self.court.receipt("2026-05-11", kind="F-09")  # 不在先行立案之列
        yield self.court.receipt("2026-05-11", outcome="filed_first", outcome_on="2026-05-18")
        yield self.voided(self.court.receipt("2026-05-11"))
        mediated = self.court.receipt("2026-05-11", mediation_consent=True, mediation_sent_on="2026-05-12")
        yield mediated

    def mend(self, row):
        self.write(row, outcome="filed_first", outcome_on=row.due_on)


class TestOverdue(Suite):
    rule = "cases.filing.overdue"

    def breach(self):
        return self.court.receipt("2026-05-11", kind="F-09")

    def sound(self):
        yield self.court.receipt("2026-05-13", kind="F-09")
        yield self.court.receipt("2026-05-11")
        supplied = self.court.receipt("2026-05-06", kind="F-09")
        self.court.supplement(supplied, "2026-05-08", "2026-05-14")
        yield supplied

    def mend(self, row):
        self.write(row, outcome="filed", outcome_on=row.due_on)


class TestLate(Suite):
    rule = "cases.filing.late"

    def breach(self):
        return self.court.receipt("2026-05-06", outcome="filed", outcome_on="2026-05-14")

    def sound(self):
        yield self.court.receipt("2026-05-06", outcome="filed", outcome_on="2026-05-13")
        yield self.court.receipt("2025-05-06", outcome="filed", outcome_on="2025-05-30")  # 上一年的

    def mend(self, row):
        self.write(row, outcome_on=dt.date(2026, 5, 13))


class TestNear(Suite):
    rule = "cases.filing.near"

    def breach(self):
        return self.court.receipt("2026-05-15")

    def sound(self):
        yield self.court.receipt("2026-05-16")  # 尚有三日
        yield self.court.receipt("2026-05-19", kind="F-16.1")  # 次日的期限不提示
        yield self.court.receipt("2026-05-11")  # 已超期，另有规则

    def mend(self, row):
        self.write(row, outcome="filed", outcome_on=self.on)


class TestNoReceipt(Suite):
    rule = "cases.filing.no-receipt"

    def breach(self):
        return self.court.receipt("2026-05-19", receipt_given=False)

    def sound(self):
        yield self.court.receipt("2026-05-19", receipt_given=True)
        yield self.court.receipt("2026-05-19")  # 没有登记，不证明没有出具
        yield self.court.receipt("2025-05-19", receipt_given=False, outcome="filed", outcome_on="2025-05-20")

    def mend(self, row):
        self.write(row, receipt_given=True)


class TestNoRuling(Suite):
    rule = "cases.filing.no-ruling"

    def breach(self):
        return self.court.receipt("2026-05-06", outcome="refused_ruling", outcome_on="2026-05-12")

    def sound(self):
        ruled = {"outcome": "refused_ruling", "outcome_on": "2026-05-12", "ruling_no": "（2026）鄂0000民初9号"}
        yield self.court.receipt("2026-05-06", **ruled)
        yield self.court.receipt("2026-05-06", outcome="returned", outcome_on="2026-05-12")

    def mend(self, row):
        self.write(row, ruling_no="（2026）鄂0000民初9号")


class TestTransfer(Suite):
    rule = "cases.filing.transfer"

    def filed(self, outcome_on, moved):
        case = self.court.case(outcome_on, transferred_on=moved and dt.date.fromisoformat(moved))
        return self.court.receipt("2026-05-06", outcome="filed", outcome_on=outcome_on, case=case, case_number=case.number)

    def breach(self):
        return self.filed("2026-05-12", "2026-05-18")

    def sound(self):
        yield self.filed("2026-05-12", "2026-05-15")
        yield self.filed("2026-05-17", None)  # 5月20日届满
        yield self.court.receipt("2026-05-06", outcome="filed", outcome_on="2026-05-12")  # 没有案号，无从判断

    def mend(self, row):
        self.write(row.case, Case, transferred_on=dt.date(2026, 5, 13))


class TestResubmitted(Headed):
    rule = "cases.filing.resubmitted"

    def pair(self, withdrawn, again, **more):
        names = {"applicant_digest": A, "opponent_digest": f"{self.court.count:064x}"}
        self.court.receipt("2026-04-01", outcome="withdrawn", outcome_on=withdrawn, **names)
        return self.court.receipt(again, **names | more)

    def breach(self):
        return self.pair("2026-04-20", "2026-05-20")

    def sound(self):
        yield self.pair("2026-04-19", "2026-05-20")  # 三十一日
        yield self.pair("2026-04-20", "2026-05-19", opponent_digest=B)
        yield self.pair("2026-04-20", "2026-05-19", applicant_digest="")
        filed = {"applicant_digest": B, "opponent_digest": A}
        self.court.receipt("2026-05-06", outcome="returned", outcome_on="2026-05-07", **filed)
        yield self.court.receipt("2026-05-18", **filed)

    def mend(self, row):
        self.write(row, opponent_digest=B)


class TestSupplements(Headed):
    rule = "cases.filing.supplements"

    def breach(self):
        row = self.court.receipt("2026-05-13")
        self.court.supplement(row, "2026-05-14", "2026-05-15")
        self.second = self.court.supplement(row, "2026-05-18")
        return row

    def sound(self):
        once = self.court.receipt("2026-05-13")
        self.court.supplement(once, "2026-05-14")
        yield once

    def mend(self, row):
        self.voided(self.second, type(self.second))


class TestMediationConsent(Headed):
    rule = "cases.filing.mediation-consent"

    def breach(self):
        return self.court.receipt("2026-05-13", mediation_sent_on="2026-05-14")

    def sound(self):
        yield self.court.receipt("2026-05-13", mediation_sent_on="2026-05-14", mediation_consent=True)
        yield self.court.receipt("2026-05-13", mediation_consent=False)

    def mend(self, row):
        self.write(row, mediation_consent=True)


class TestMediationLong(Headed):
    rule = "cases.filing.mediation-long"

    def sent(self, signed, **more):
        given = {"mediation_sent_on": "2026-04-01", "mediation_signed_on": signed, "mediation_consent": True}
        return self.court.receipt("2026-04-01", **given | more)

    def breach(self):
        return self.sent("2026-04-17")

    def sound(self):
        yield self.sent("2026-04-20")  # 当日届满
        yield self.sent("2026-04-02", mediation_until="2026-05-29")
        yield self.sent("2026-04-02", mediation_ended_on="2026-05-06")  # 5月2日在假期，顺延
        yield self.court.receipt("2026-04-01", mediation_sent_on="2026-04-02", mediation_consent=True)  # 没有签收

    def mend(self, row):
        self.write(row, mediation_ended_on=dt.date(2026, 5, 15))


class TestReplyLate(Suite):
    rule = "cases.complaint.reply-late"

    def owner(self):
        return self.court.supervisor

    def breach(self):
        return self.court.complaint("2026-05-04", person=self.court.supervisor)

    def sound(self):
        yield self.court.complaint("2026-05-05", person=self.court.supervisor)  # 当日届满
        yield self.court.complaint("2026-05-04", finding="unfounded", replied_on="2026-05-15", state="replied")

    def mend(self, row):
        self.write(row, FilingComplaint, finding="unfounded", replied_on=TODAY, state="replied")


@pytest.mark.django_db
def test_alerts_of_limits_name_the_limit_its_article_and_that_it_must_be_filed_first(court):
    court.intake()
    civil, long = court.receipt("2026-05-11"), court.receipt(
        "2026-04-01", mediation_sent_on="2026-04-01", mediation_signed_on="2026-04-02", mediation_consent=True
    )  # fmt: skip
    assert {r.outcome for r in patrol.run(on=TODAY, only=["cases.filing.file-first", "cases.filing.mediation-long"]).reports} == {"ok"}

    def told(row, rule):
        return " ".join(str(line) for line in trace_lines(Alert.objects.get(object_id=row.pk, rule=rule)))

    first = told(civil, "cases.filing.file-first")
    assert "F-01 民事起诉的立案审查" in first and "民诉法第126条" in first and "先行立案" in first and "登记立案规定第8条" in first, first
    mediation = told(long, "cases.filing.mediation-long")
    assert "F-19 诉前（委派）调解" in mediation and "特邀调解规定第27条" in mediation, mediation
