"""The rules of limits and of long-pending cases, each through a real patrol."""

import datetime as dt

from bihuan.cases.clock import refresh
from bihuan.cases.models import Case
from bihuan.kernel import clock, patrol
from bihuan.kernel.alerts_trace import trace_lines
from bihuan.kernel.models import Alert
from bihuan.kernel.testing import RuleSuite
from bihuan.kernel.work import unit_of_work

from .factory import TODAY
from .suites import Fresh


class Suite(Fresh, RuleSuite):
    """The judge in charge owns the alert; the data are fresh."""

    on = TODAY

    def owner(self):
        return self.court.judge

    def mend(self, row):
        self.write(row, closed_on=row.expires_on)

    def write(self, row, model=Case, **values):
        """A fact put right, as an import would, with the clock after it."""
        with unit_of_work(None) as uow:
            model.objects.filter(pk=row.pk).update(**values)
            uow.record("test.made", row, params={"what": "mended"})
        refresh(on=self.on)


class TestOverdue(Suite):
    rule = "cases.limit.overdue"

    def breach(self):
        return self.court.case("2025-11-03")

    def sound(self):
        yield self.court.case("2025-11-20")  # 当日届满
        yield self.court.case("2025-10-08", closed_on="2026-04-08")
        kept = self.court.case("2025-11-03")
        self.write(kept, voided_at=clock.now(), void_reason="重复")
        yield kept
        extended = self.court.case("2025-10-08")
        self.court.grant(extended, "2026-02-20", decided="2026-03-01", term="6m")
        yield extended


class TestNear(Suite):
    rule = "cases.limit.near"

    def breach(self):
        return self.court.case("2025-12-03")

    def sound(self):
        yield self.court.case("2025-12-20")  # 尚有三十一日
        yield self.court.case("2025-11-03")  # 已超期，另有规则
        paused = self.court.case("2025-12-03")
        self.court.pause(paused, "appraisal", "2026-05-01")
        yield paused

    def mend(self, row):
        self.write(row, closed_on=self.on)


class TestHidden(Suite):
    rule = "cases.pause.hidden"

    def breach(self):
        case = self.court.case("2026-02-02")
        self.pause = self.court.pause(case, "judge_away", "2026-03-02", "2026-03-11")
        return case

    def sound(self):
        listed = self.court.case("2026-02-02")
        self.court.pause(listed, "appraisal", "2026-03-02", "2026-03-11")
        yield listed
        old = self.court.case("2025-02-03", closed_on="2025-07-01")
        self.court.pause(old, "judge_away", "2025-03-03", "2025-03-12")
        yield old

    def mend(self, row):
        self.write(self.pause, type(self.pause), ground="appraisal")


class TestLate(Suite):
    rule = "cases.grant.late"

    def breach(self):
        case = self.court.case("2025-11-26")
        self.grant = self.court.grant(case, "2026-05-19", decided="2026-05-20", term="6m")
        return case

    def sound(self):
        early = self.court.case("2025-11-26")
        self.court.grant(early, "2026-04-10", decided="2026-04-20", term="6m")
        yield early
        yield self.court.case("2025-11-26")

    def mend(self, row):
        self.write(self.grant, type(self.grant), applied_on=dt.date(2026, 4, 10), decided_on=dt.date(2026, 4, 20))


class TestRefused(Suite):
    rule = "cases.grant.refused"

    def breach(self):
        case = self.court.case("2025-11-03")
        self.grant = self.court.grant(case, "2026-05-12", decided="2026-05-15", term="6m")  # 届满以后才申请
        return case

    def sound(self):
        early = self.court.case("2025-11-03")
        self.court.grant(early, "2026-03-10", decided="2026-03-20", term="6m")
        yield early
        yield self.court.case("2025-11-03")

    def mend(self, row):
        self.write(self.grant, type(self.grant), applied_on=dt.date(2026, 3, 10), decided_on=dt.date(2026, 3, 20))


class TestTwelve(Suite):
    rule = "cases.pending.12"

    def breach(self):
        return self.court.case("2025-05-19")

    def sound(self):
        yield self.court.case("2025-05-20")  # 满十二个月当日，“超过”不含本日
        yield self.court.case("2024-11-01")  # 另一档
        yield self.court.case("2025-05-19", type="破", procedure="only")
        yield self.court.case("2025-05-19", type="执", procedure="only")


class TestThirtySix(Suite):
    rule = "cases.pending.36"

    def breach(self):
        return self.court.case("2023-05-20")  # “以上”含本数

    def sound(self):
        yield self.court.case("2023-05-22")
        yield self.court.case("2023-05-20", closed_on="2026-05-20")


def test_a_case_stands_under_the_highest_tier_alone_and_alerts_name_the_article(court):
    court.intake()
    days = {"12": "2025-03-03", "18": "2024-10-08", "24": "2024-03-04", "36": "2022-03-02"}
    rows = {tier: court.case(day) for tier, day in days.items()}
    done = patrol.run(on=TODAY, only=[f"cases.pending.{tier}" for tier in days] + ["cases.limit.overdue"])
    assert [report.outcome for report in done.reports] == ["ok"] * 5
    for tier, row in rows.items():
        found = Alert.objects.filter(object_id=row.pk, rule__startswith="cases.pending.")
        assert [alert.rule for alert in found] == [f"cases.pending.{tier}"]
    alert = Alert.objects.get(object_id=rows["12"].pk, rule="cases.limit.overdue")
    told = " ".join(str(line) for line in trace_lines(alert))
    assert "CV-01 民事一审普通程序审限" in told and "民诉法第152条" in told, told
