"""Opinions in the demo court: answered, being written, declined, waiting for review, overdue on both ways, set aside, and one about the
inspection office. `fill` is called once the rounds are there. Codes are drawn anew; nobody holds them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.kernel import clock, log
from bihuan.kernel.ledger.service import create
from bihuan.kernel.models import Grant, Person, Unit
from bihuan.kernel.work import unit_of_work
from bihuan.law.calendar import current_calendar
from bihuan.people.sample.load import Court
from bihuan.rectification import selectors as rectification

from ..actions import IDENTITY_TRACK
from ..flows import OPINION_FLOW, TASK_FLOW
from ..ledgers import RECEIVERS
from ..models import Opinion
from ..services import receive

log.event("disclosure.sample.granted", _("演示：授予查看来信人身份的权限"))
RECEIVER, DESK, OTHER = "guanshanyue", "lingshuangxu", "luojingxing"
WRITERS = {"civil1": "tongdahai", "enforcement": "leizhenchuan", "filing": "yanmubai"}

_ROWS: tuple[tuple[str, int, str, str, str, str, str], ...] = (
    # how it came, working days ago, the words, name, contact, the department, how far it went
    ("phone", 30, "案款到账两个月还没有发给我，打电话问不到进展。", "杨树青", "13900000001", "enforcement", "given"),
    ("visit", 22, "窗口说材料不全，让我跑了三趟，没有一次说清楚要补什么。", "", "", "filing", "given"),
    (
        "letter",
        9,
        "希望公布整改以后每个月清理积压案件的情况。",
        "何秋水",
        "云泽市临江区柳荫路（虚构）",
        "civil1",
        "written",
    ),
    ("phone", 8, "开庭改期没有通知到人，白跑一趟。", "马立冬", "13900000002", "civil1", "assigned"),
    ("letter", 6, "公开的整改情况里没有说卷宗归档做到哪一步。", "", "", "civil1", "declined"),
    ("visit", 24, "执行法官换人以后没有人联系我。", "冯小满", "13900000003", "enforcement", "late"),
    ("phone", 12, "对判决结果不服，要求重新审理。", "", "", "", "set_aside"),
    ("phone", 5, "旁听时法警态度生硬。", "", "", "", "waiting"),
    ("phone", 0, "建议把诉讼费退费的办理时间写到窗口上。", "", "", "", "waiting"),
)
_REPLIES = {
    "enforcement": "已核对账目并于次日发放，现在每周公布待发案款清单。",
    "filing": "已改用一次性告知单，窗口人员重新培训，并向您致歉。",
    "civil1": "每月初在诉讼服务大厅公布清理情况，第一期已经贴出。",
}


def fill(court: Court) -> None:
    """Write the opinions as of the court's day."""
    people = {person.username: person for person in Person.objects.all()}
    units = {unit.code: unit for unit in Unit.objects.all()}
    day = court.as_of
    with clock.simulate(_back(day, 60)):
        create(
            RECEIVERS, actor=None, values={"side": "inspection", "person": people[RECEIVER], "starts": _back(day, 60)}
        )
        with unit_of_work(None, job="demo") as uow:
            row = Grant.objects.create(
                person=people[RECEIVER], track=IDENTITY_TRACK, starts=_back(day, 60), reason="核实、答复群众意见",
                granted_by=people["jiangboheng"],
            )  # fmt: skip
            uow.record("disclosure.sample.granted", row)
    problem = rectification.problems_in_work().order_by("round", "order", "pk").first()
    for told in _ROWS:
        _one(told, day, people, units, [problem] if problem else [])
    with clock.simulate(_back(day, 2)):
        receive(
            actor=people[DESK],
            channel="letter",
            text="督察室回访时没有问到我，材料却写了已回访。",
            name="丁一",
            contact="13900000004",
            about_office=True,
        )


def _one(told: Any, day: dt.date, people: dict[str, Person], units: dict[str, Unit], problems: list[Any]) -> None:
    channel, back, words, name, contact, unit, end = told
    with clock.simulate(_back(day, back)):
        row: Opinion = receive(actor=people[DESK], channel=channel, text=words, name=name, contact=contact).opinion
    if end == "set_aside":
        with clock.simulate(_back(day, back - 1)):
            OPINION_FLOW.perform(
                row,
                "set_aside",
                actor=people[RECEIVER],
                data={"answer": "判决、裁定本身的问题不在整改意见的范围，请在上诉期内依法提起上诉。"},
            )
    if not unit:
        return
    with clock.simulate(_back(day, back - 1)):
        due = current_calendar().add_workdays(_back(day, back - 1), 15)
        data = {"brief": row.text, "unit": units[unit], "due": due, "problems": problems}
        task = OPINION_FLOW.perform(row, "route", actor=people[RECEIVER], data=data).task
    writer = people[WRITERS[unit]]
    if end == "declined":
        with clock.simulate(_back(day, back - 3)):
            TASK_FLOW.perform(task, "decline", actor=writer, note="卷宗归档由档案室牵头，请改派。")
    if end in {"written", "given"}:
        with clock.simulate(_back(day, back - 5)):
            task = TASK_FLOW.perform(task, "write", actor=writer, data={"reply": _REPLIES[unit]})
    if end == "given":
        with clock.simulate(_back(day, back - 7)):
            task = TASK_FLOW.perform(task, "approve", actor=people[RECEIVER])
            TASK_FLOW.perform(task, "give", actor=people[RECEIVER], data={"given_how": "凭回执码查询"})


def _back(day: dt.date, workdays: int) -> dt.date:
    return current_calendar().add_workdays(day, -workdays) if workdays else day
