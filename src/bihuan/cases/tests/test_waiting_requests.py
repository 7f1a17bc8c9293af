"""Requests the case system has not answered in time, each through a real patrol."""

import datetime as dt

from bihuan.cases.models import ExclusionRequest, ExtensionRequest
from bihuan.cases.services import asking, exclusions, requests
from bihuan.kernel import clock

from .test_exclusions import APPRAISAL
from .test_extensions import SIX
from .test_rules import Suite

LAST = dt.date(2026, 5, 10)
"""The last day of asking that is still in time: ten days later is the day of the patrol."""


class _Suite(Suite):
    def asked(self, day):
        raise AssertionError("each kind asks in its own way")

    def breach(self):
        return self.asked(LAST - dt.timedelta(days=1))

    def sound(self):
        yield self.asked(LAST)
        yield asking.withdraw(actor=self.court.judge, request=self.asked(dt.date(2026, 4, 20)), reason="已和解")

    def test_it_is_due_ten_days_after_it_was_asked_for(self, db):
        row = self.asked(dt.date(2026, 4, 28))
        self._patrol()
        alert = self._standing().get(object_id=row.pk)
        assert (alert.due, alert.subject) == (dt.date(2026, 5, 8), row.case.number)


class TestExtensionWaiting(_Suite):
    rule = "cases.request.extension-waiting"

    def asked(self, day):
        case = self.court.case("2026-02-02")
        with clock.simulate(day):
            return requests.ask(actor=self.court.judge, case=case, values=SIX)

    def mend(self, row):
        self.court.grant(row.case, row.asked_on, decided=dt.date(2026, 5, 18), term="6m")
        assert requests.reconcile([row.case_id]) == 1
        assert ExtensionRequest.objects.get(pk=row.pk).state == "granted"


class TestExclusionWaiting(_Suite):
    rule = "cases.request.exclusion-waiting"

    def asked(self, day):
        case = self.court.case("2026-02-02")
        with clock.simulate(day):
            return exclusions.ask(actor=self.court.judge, case=case, values=APPRAISAL)

    def mend(self, row):
        self.court.pause(row.case, row.ground, row.first, row.last)
        assert exclusions.reconcile_exclusions([row.case_id]) == 1
        assert ExclusionRequest.objects.get(pk=row.pk).state == "granted"
