"""A court whose inspection office and discipline team receive opinions, and short ways to an opinion or a task in any state."""

from __future__ import annotations

import datetime as dt
from typing import Any

from bihuan.disclosure import actions as a
from bihuan.disclosure import services
from bihuan.disclosure.flows import OPINION_FLOW, TASK_FLOW
from bihuan.disclosure.flows_notice import NOTICE_FLOW
from bihuan.disclosure.models import NoticeState, Opinion, OpinionTask, PublicNotice
from bihuan.disclosure.notice import versions
from bihuan.disclosure.services import Received, receive
from bihuan.kernel import access, clock
from bihuan.kernel.models import Grant, Person
from bihuan.kernel.work import unit_of_work
from bihuan.rectification.tests.factory import TODAY, Court
from tests.support.again import written

__all__ = ["CONTACT", "NAME", "TEXT", "TODAY", "NoticeCourt", "OpinionCourt"]
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
            return self.take(self.take(self.take(self.task(row), "write"), "approve"), "give").opinion
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
            found = self.take(found, step)
        return found

    def take(self, row: OpinionTask, code: str) -> OpinionTask:
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


class NoticeCourt(OpinionCourt):
    """The court with a round of two problems, one of them done, and notices in any state."""

    @written
    def told(self) -> None:
        """An approved plan: one measure done, one still in work."""
        done = self.measure(self.problem(title="办案时限管理不严"))
        self.measure(self.problem(title="窗口服务不规范", verbatim="窗口一次性告知不到位。"))
        self.approve()
        self.at("accepted", self.attempt(done))

    @written
    def notice(self, state: str = "draft") -> PublicNotice:
        """A notice in the state, all of it public."""
        if "round" not in self.__dict__ or self.round.state == "draft":
            self.told()
        self.count += 1
        row = services.draw_up(
            actor=self.rectifier,
            no=f"通报{self.count}",
            round=self.round,
            title="关于整改进展的通报",
            signed_by="中共临江法院党组",
        )
        last = row.sections.get(kind="contact")
        services.edit_section(actor=self.rectifier, section=last, heading="联系方式", text="电话：0000-8600000")
        for step in ("submit", "lock", "publish", "withdraw")[: list(NoticeState).index(NoticeState(state))]:
            row = self.advance(row, step)
        return row

    def advance(self, row: PublicNotice, step: str) -> PublicNotice:
        """Take a step of the ordinary way."""
        if step == "lock":
            self.vet(row)
        actor = self.president if step in {"lock", "withdraw"} else self.rectifier
        done: PublicNotice = NOTICE_FLOW.perform(
            row, step, actor=actor, note="口径有误" if step == "withdraw" else "",
            data=self.publish_data(row) if step == "publish" else {},
        )  # fmt: skip
        return done

    def vet(
        self,
        row: PublicNotice,
        result: str = "agreed",
        bodies: tuple[str, ...] = ("inspection", "discipline", "organisation"),
    ) -> None:
        """All bodies reply."""
        for body in bodies:
            services.record_reply(
                actor=self.rectifier, notice=row, body=body, by="市委巡察办", replied_on=clock.today(), document="复〔2026〕1号",
                result=result, note="" if result == "agreed" else "第二段数字请核对",
            )  # fmt: skip

    def publish_data(self, row: PublicNotice) -> dict[str, Any]:
        """What the step that records the publication asks for."""
        text = versions.version(row, versions.PUBLIC).text if row.locked else ""
        return {"published_on": clock.today(), "published_at": "法院网站", "text": text}
