"""Opinions: the two flows, the ledgers, the rules, through the suites every one of them goes through."""

import datetime as dt

import pytest

from bihuan.disclosure.flows import OPINION_FLOW, TASK_FLOW
from bihuan.disclosure.ledgers import OPINIONS, RECEIVERS, TASKS
from bihuan.disclosure.models import OpinionTask, Receiver
from bihuan.kernel import clock
from bihuan.kernel.ledger.service import create
from bihuan.kernel.models import Assignment, Post
from bihuan.kernel.testing import FlowSuite, LedgerSuite, RuleSuite
from bihuan.kernel.work import unit_of_work
from bihuan.rectification.tests.pages_support import page

from .factory import DUE, TODAY

pytestmark = pytest.mark.django_db


class _Court:
    @pytest.fixture(autouse=True)
    def _court(self, court):
        self.court = court


class TestOpinionFlow(_Court, FlowSuite):
    flow = OPINION_FLOW

    def make(self, state):
        return self.court.opinion(state)

    def actor(self, step, obj):
        return self.court.receiver(obj)

    def outsider(self, step, obj):
        return self.court.head

    def data(self, step, obj):
        return {"route": self.court.route_data(), "set_aside": {"answer": "请依法上诉。"}}.get(step.code, {})

    def ready(self, step, obj, actor):
        if step.code == "answer" and obj.state == "routed" and obj.task.state != "given":
            done = {
                "state": "given",
                "reply": "已经改正。",
                "written_by": self.court.clerk,
                "approved_by": self.court.inspector,
            }
            with unit_of_work(None) as uow:
                OpinionTask.objects.filter(opinion=obj).update(**done)
                uow.record("test.made", obj.task, params={"what": "given"})


class TestTaskFlow(_Court, FlowSuite):
    flow = TASK_FLOW

    def make(self, state):
        return self.court.task(state=state)

    def actor(self, step, obj):
        return self.court.clerk if step.code in {"write", "decline"} else self.court.inspector

    def outsider(self, step, obj):
        return self.court.stranger

    def data(self, step, obj):
        given = {
            "write": {"reply": "已经改正。"},
            "give": {"given_how": "电话"},
            "reassign": {"unit": self.court.units["civil"], "due": DUE},
        }
        return given.get(step.code, {})


class TestOpinions(_Court, LedgerSuite):
    ledger = OPINIONS

    def editor(self):
        return self.court.inspector

    def outsider(self):
        return self.court.head

    def make(self):
        return self.court.opinion()


class TestTasks(_Court, LedgerSuite):
    ledger = TASKS

    def editor(self):
        return self.court.inspector

    def outsider(self):
        return self.court.stranger

    def make(self):
        return self.court.task()


class TestReceivers(_Court, LedgerSuite):
    ledger = RECEIVERS
    outsider_sees = True
    correction = {"starts": "2026-05-04"}

    def editor(self):
        return self._head

    def outsider(self):
        return self.court.stranger

    @pytest.fixture(autouse=True)
    def _heads(self, _court):
        self._head = self.court.person("督察室主任", "inspection", "head")
        self._named = 0
        with unit_of_work(None) as uow:
            post = Post.objects.get(role="inspection_office")
            row = Assignment.objects.create(person=self._head, post=post, starts=dt.date(2020, 1, 1))
            uow.record("test.made", row, params={"what": "post"})

    def make(self):
        self._named += 1
        starts = dt.date(2026, 1, 1) + dt.timedelta(days=self._named)
        return create(
            RECEIVERS, actor=self._head, values={"side": "inspection", "person": self.court.second, "starts": starts}
        )

    def values(self):
        return {"side": "inspection", "person": self.court.second.pk, "starts": "2026-05-11"}

    def test_only_somebody_of_the_side_is_named(self, db):
        typed = self.values() | {"person": self.court.judge.pk}
        answer = page(self._client(self._head), self._head, RECEIVERS.url("add"), 422, typed)
        assert "不在该单位任职" in answer.content.decode()
        assert not Receiver.objects.exists()


class TestUnrouted(RuleSuite, _Court):
    rule = "disclosure.opinion.unrouted"
    on = TODAY

    def breach(self):
        return self.court.opinion(received_on=dt.date(2026, 5, 14))

    def mend(self, row):
        self.court.route(row)

    def sound(self):
        yield self.court.opinion(received_on=dt.date(2026, 5, 15))  # 三个工作日，5月20日届满，当日不算逾期
        yield self.court.opinion("set_aside", received_on=dt.date(2026, 5, 6))

    def owner(self):
        return self.court.inspector


class TestOverdue(RuleSuite, _Court):
    rule = "disclosure.task.overdue"
    on = TODAY

    def _task(self, due, state="assigned"):
        with clock.simulate(dt.date(2026, 5, 6)):
            return self.court.task(self.court.opinion(), state, due=due)

    def breach(self):
        return self._task(dt.date(2026, 5, 19))

    def mend(self, row):
        for step in ("write", "approve", "give"):
            row = self.court.take(row, step)

    def sound(self):
        yield self._task(TODAY)
        yield self._task(dt.date(2026, 5, 19), "given")

    def owner(self):
        return self.court.head
