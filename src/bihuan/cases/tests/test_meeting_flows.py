"""Each step of the flows of meetings by the house's suites, and the ledgers through their pages."""

import io

import pytest

from bihuan.cases.meetings.flows import DEFECT_FLOW, ITEM_FLOW, MEETING_FLOW
from bihuan.cases.meetings.ledgers import DEFECTS, ITEMS, MEETINGS
from bihuan.cases.models import MeetingDefect
from bihuan.kernel import clock
from bihuan.kernel.testing import FlowSuite, LedgerSuite

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.urls")]


class _Court:
    @pytest.fixture(autouse=True)
    def _court(self, court):
        self.court = court

    def case(self):
        return self.court.case("2025-06-02")

    def held(self, **more):
        return self.court.hold(self.court.meeting(cases=[self.case()]), **more)


class TestMeetingFlow(_Court, FlowSuite):
    flow = MEETING_FLOW

    def make(self, state):
        if state in {"held", "minuted"}:
            held = self.held()
            self.court.conclude(held.items.get())
            held.refresh_from_db()
            done = {"minutes": io.BytesIO(b"x")}
            return held if state == "held" else MEETING_FLOW.perform(held, "minute", actor=self.court.keeper, data=done)
        meeting = self.court.meeting(cases=[self.case()])
        if state == "planned":
            return self.court.roll(meeting)
        if state == "failed":
            return MEETING_FLOW.perform(self.court.roll(meeting, present=1), "fail", actor=self.court.keeper)
        return MEETING_FLOW.perform(meeting, "cancel", actor=self.court.keeper, note="议题不成熟")

    def actor(self, step, obj):
        return self.court.committee_secretary

    def outsider(self, step, obj):
        return self.court.member

    def ready(self, step, obj, actor):
        if step.code == "fail":
            self.court.roll(obj, present=1)

    def data(self, step, obj):
        return {"minutes": io.BytesIO(b"minutes")} if step.code == "minute" else {}


class TestItemFlow(_Court, FlowSuite):
    flow = ITEM_FLOW

    def make(self, state):
        if state == "deferred":
            item = self.held().items.get()
            return ITEM_FLOW.perform(item, "defer", actor=self.court.keeper, note="时间不足")
        if state == "listed":
            return self.held().items.select_related("meeting").get()
        if state == "answered":
            item = self.advised()
            return ITEM_FLOW.perform(item, "answer", actor=self.court.judge, data=self._answer())
        item = self.court.conclude(self.held().items.get())
        if state == "executed":
            return ITEM_FLOW.perform(item, "execute", actor=self.court.judge, data=self._execution())
        return item if state == "concluded" else ITEM_FLOW.perform(item, "supersede", actor=None)

    def advised(self):
        held = self.court.hold(self.court.meeting("professional", cases=[self.case()]))
        return self.court.conclude(held.items.get())

    def _answer(self):
        return {"answer": "taken", "answered_on": clock.today()}

    def _execution(self):
        return {"execution": "decided", "executed_on": clock.today()}

    def _set_up(self, step):
        if step.code != "answer":
            return super()._set_up(step)
        return self.advised(), self.court.judge

    def actor(self, step, obj):
        return self.court.judge if step.code in {"execute", "answer"} else self.court.committee_secretary

    def outsider(self, step, obj):
        return self.court.criminal_judge

    def _refused_elsewhere(self, step):
        if step.code != "answer":
            super()._refused_elsewhere(step)
            return
        done = ITEM_FLOW.perform(self.advised(), "answer", actor=self.court.judge, data=self._answer())
        from bihuan.kernel.errors import Refused

        self._refused(Refused, step, done, self.court.judge)

    def data(self, step, obj):
        given = {"conclude": {"result": "agreed", "votes_for": 5}, "execute": self._execution(), "answer": self._answer()}
        return given.get(step.code, {})


class TestDefectFlow(_Court, FlowSuite):
    flow = DEFECT_FLOW

    def make(self, state):
        held = self.held()
        item = held.items.get()
        self.court.conclude(item)
        row = _defect(held, item)
        if state == "open":
            return row
        if state == "corrected":
            return DEFECT_FLOW.perform(row, "correct", actor=self.court.keeper, note="已补正")
        return DEFECT_FLOW.perform(row, "again", actor=None, data={"again": item.pk})

    def actor(self, step, obj):
        return self.court.committee_secretary

    def outsider(self, step, obj):
        return self.court.member

    def data(self, step, obj):
        return {"again": obj.item_id} if step.code == "again" else {}


def _defect(meeting, item):
    from bihuan.kernel.work import unit_of_work

    with unit_of_work(None) as uow:
        row = MeetingDefect.objects.create(
            meeting=meeting, item=item, code="report_missing", basis="meetings.committee-report", remedy="correct",
            found_on=clock.today(), due_on=clock.today(),
        )  # fmt: skip
        uow.record("test.made", row, params={"what": "defect"})
    return row


class _Ledger(_Court, LedgerSuite):
    def editor(self):
        return self.court.committee_secretary

    def outsider(self):
        return self.court.criminal_judge


class TestMeetings(_Ledger):
    ledger = MEETINGS

    def make(self):
        return self.held()


class TestItems(_Ledger):
    ledger = ITEMS

    def make(self):
        return self.court.conclude(self.held().items.get())


class TestDefects(_Ledger):
    ledger = DEFECTS

    def make(self):
        return _defect(held := self.held(), held.items.get())


del _Ledger
