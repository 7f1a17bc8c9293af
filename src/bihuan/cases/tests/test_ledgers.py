"""The ledgers of cases and of what turns their clocks, through their real pages."""

import itertools

from bihuan.cases.ledgers import APPEALS, CASES, GRANTS, HEARINGS, PAUSES, TURNS
from bihuan.kernel.testing import LedgerSuite

from .suites import Kept

day = itertools.count(1)


class Suite(Kept, LedgerSuite):
    """Over the cases of the court."""

    def make_case(self):
        return self.court.case()


class TestCases(Suite):
    ledger = CASES
    correction = {"cause": "民间借贷纠纷"}

    def make(self):
        case = self.make_case()
        self.court.reason(self.court.keeper, case)
        return case


class TestPauses(Suite):
    ledger = PAUSES
    correction = {"reference": "（2026）鉴字第9号"}

    def make(self):
        return self.reasoned(self.court.pause(self.make_case(), "appraisal", "2026-04-01", "2026-04-20", reference="鉴定委托书"))


class TestGrants(Suite):
    ledger = GRANTS
    correction = {"reference": "延长审批第9号"}

    def make(self):
        return self.reasoned(self.court.grant(self.make_case(), "2026-05-01", decided="2026-05-06", term="6m", reference="延长审批第1号"))


class TestTurns(Suite):
    ledger = TURNS
    correction = {"reference": "转换裁定第9号"}

    def make(self):
        case = self.court.case(procedure="summary")
        return self.reasoned(self.court.turn(case, "ordinary", "2026-04-01", was="summary", reference="转换裁定第1号"))


class TestHearings(Suite):
    ledger = HEARINGS
    correction = {"place": "第三法庭"}

    def make(self):
        return self.reasoned(self.court.hearing(self.make_case(), "2026-04-01 09:30", place="第一法庭"))


class TestAppeals(Suite):
    ledger = APPEALS
    correction = {"upper_number": "（2026）鄂00民终9号"}

    def make(self):
        return self.reasoned(self.court.appeal(self.make_case(), "2026-05-01", upper_number="（2026）鄂00民终1号"))
