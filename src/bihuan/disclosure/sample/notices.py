"""Public notices of the demo court: one published, one being vetted with an entry that is to stay out. All invented."""

from __future__ import annotations

import datetime as dt

from bihuan.kernel import clock
from bihuan.kernel.models import Person
from bihuan.law.calendar import current_calendar
from bihuan.people.sample.load import Court
from bihuan.rectification import selectors as rectification

from .. import services
from ..flows_notice import NOTICE_FLOW
from ..models import PublicNotice, VettingBody
from ..notice import versions

OFFICE, PRESIDENT = "qinzhiyuan", "jiangboheng"
CONTACT = "对整改情况有意见、建议的，可以来电、来信、来访，也可以在网上填写。每一件意见都会得到答复。\n电话：0000-8600000（虚构）\n通信地址：云泽市临江区柳荫路1号（虚构）"


def fill(court: Court) -> None:
    """Draw both up as of the court's day."""
    people = {person.username: person for person in Person.objects.filter(username__in=[OFFICE, PRESIDENT])}
    office, president = people[OFFICE], people[PRESIDENT]
    round_ = rectification.told_rounds().order_by("-feedback_on").first()
    if round_ is None:
        return
    with clock.simulate(_back(court.as_of, 20)):
        first = _drawn(office, round_, "通报〔2026〕1号", court.name)
        first = NOTICE_FLOW.perform(first, "submit", actor=office)
    with clock.simulate(_back(court.as_of, 12)):
        for number, body in enumerate(VettingBody, start=1):
            _reply(office, first, body, number)
        first = NOTICE_FLOW.perform(first, "lock", actor=president)
    with clock.simulate(_back(court.as_of, 10)):
        text = versions.version(first, versions.PUBLIC).text
        data = {"published_on": clock.today(), "published_at": "云泽市临江区人民法院门户网站（虚构）", "text": text}
        NOTICE_FLOW.perform(first, "publish", actor=office, data=data)
    with clock.simulate(_back(court.as_of, 2)):
        second = _drawn(office, round_, "通报〔2026〕2号", court.name)
        entry = second.sections.filter(kind="entry").order_by("order")[1]
        services.keep_out(
            actor=office, section=entry, ground="leads", note="该事项涉及的一条线索正在初核，核查结束后再公开。"
        )
        second = NOTICE_FLOW.perform(second, "submit", actor=office)
        _reply(office, second, VettingBody.INSPECTION, 9)


def _drawn(office: Person, round_: object, no: str, court: str) -> PublicNotice:
    name = f"中共{court}党组"
    row = services.draw_up(actor=office, no=no, round=round_, title=f"{name}关于巡察整改进展情况的通报", signed_by=name)
    last = row.sections.get(kind="contact")
    services.edit_section(actor=office, section=last, heading=last.heading, text=CONTACT)
    return row


def _reply(office: Person, notice: PublicNotice, body: VettingBody, number: int) -> None:
    services.record_reply(
        actor=office,
        notice=notice,
        body=body.value,
        by=f"{body.label}（虚构）",
        replied_on=clock.today(),
        document=f"复〔2026〕{number}号（虚构）",
        result="agreed",
    )


def _back(day: dt.date, workdays: int) -> dt.date:
    return current_calendar().add_workdays(day, -workdays)
