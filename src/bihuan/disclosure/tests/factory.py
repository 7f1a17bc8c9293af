"""A court whose inspection office and discipline team receive opinions, and short ways to an opinion or a task in any state."""

from __future__ import annotations

import datetime as dt
from typing import Any

from bihuan.disclosure import actions as a
from bihuan.disclosure.flows import OPINION_FLOW, TASK_FLOW
from bihuan.disclosure.models import Opinion, OpinionTask
from bihuan.disclosure.services import Received, receive
from bihuan.kernel import access
from bihuan.kernel.models import Grant, Person
from bihuan.kernel.work import unit_of_work
from bihuan.rectification.tests.factory import TODAY, Court
from tests.support.again import written

__all__ = ["CONTACT", "NAME", "TEXT", "TODAY", "OpinionCourt"]
NAME, CONTACT = "钱多多", "13812345678"
TEXT = "开庭改期没有通知，打了几次电话没有人接。"
DUE = dt.date(2026, 6, 10)


class OpinionCourt(Court):
    """The court of rectification, with a second inspector who reviews nothing."""

    @written
    def __init__(self) -> None:
        super().__init__()
        self.second = self.person("督察员", "inspection", "inspection_office")

    def receive(self, *, about_office: bool = False, **more: Any) -> Received:
        """An opinion by telephone, with a name."""
        given = {"channel": "phone", "text": TEXT, "name": NAME, "contact": CONTACT} | more
        return receive(actor=self.secretary, about_office=about_office, **given)

    @written
    def opinion(self, state: str = "received", *, about_office: bool = False, **more: Any) -> Opinion:
        """An opinion in the state."""
        row = self.receive(about_office=about_office, **more).opinion
        if state == "set_aside":
            return OPINION_FLOW.perform(
                row, state, actor=self.receiver(row), data={"answer": "属于案件实体问题，请依法上诉。"}
            )
        if state == "routed":
            return self.route(row)
        if state == "answered":
            return self.step(self.step(self.step(self.task(row), "write"), "approve"), "give").opinion
        return row

    def receiver(self, row: Opinion) -> Person:
        """With whom it lies."""
        return self.stationed if row.side == "stationed" else self.inspector

    def route_data(self, **more: Any) -> dict[str, Any]:
        """What the step that hands it on asks for."""
        return {"brief": TEXT, "unit": self.units["civil"], "due": DUE, "problems": []} | more

    def route(self, row: Opinion, **more: Any) -> Opinion:
        """Hand it to the civil division."""
        done: Opinion = OPINION_FLOW.perform(row, "route", actor=self.receiver(row), data=self.route_data(**more))
        return done

    @written
    def task(self, row: Opinion | None = None, state: str = "assigned", **more: Any) -> OpinionTask:
        """A task in the state."""
        found: OpinionTask = self.route(row or self.opinion(), **more).task
        for step in {
            "declined": ("decline",),
            "written": ("write",),
            "approved": ("write", "approve"),
            "given": ("write", "approve", "give"),
        }.get(state, ()):
            found = self.step(found, step)
        return found

    def step(self, row: OpinionTask, code: str) -> OpinionTask:
        """Take a step of the ordinary way."""
        data: dict[str, Any] = {
            "write": {"reply": "已当面致歉，并改为短信和电话双重通知。"},
            "give": {"given_how": "凭回执码查询"},
        }.get(code, {})
        actor = self.clerk if code in {"write", "decline"} else self.receiver(row.opinion)
        done: OpinionTask = TASK_FLOW.perform(row, code, actor=actor, note="情况属实", data=data)
        return done

    def grant(self, person: Person) -> None:
        """Give the right to open who sent an opinion."""
        with unit_of_work(None) as uow:
            row = Grant.objects.create(
                person=person,
                track=a.IDENTITY_TRACK,
                starts=dt.date(2026, 1, 1),
                reason="核实意见",
                granted_by=self.political if person != self.political else self.president,
            )
            uow.record("test.made", row, params={"what": "grant"})
        access.forget(person)
