"""What stands against a step of an opinion or of its handling, and what the steps write besides the state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access, clock, inbox, log, org
from bihuan.kernel.errors import Refused
from bihuan.kernel.models import Unit
from bihuan.kernel.wording import Message, wording
from bihuan.kernel.work import current
from bihuan.kernel.workflow import Context

from . import publishing
from .models import Opinion, OpinionTask, Side, TaskState
from .numbers import PREFIX
from .receivers import receiver, units

NOT_THERE = wording("disclosure.opinion.not_there", _("反映“%(unit)s”的意见不能交由它自己办理，请改选承办部门。"))
ALREADY = wording("disclosure.opinion.already", _("“%(no)s”已经由派驻纪检监察组接收。"))
NOBODY = wording("disclosure.opinion.nobody", _("没有在岗的派驻纪检监察组人员，无法移交，请先由政治部登记岗位。"))
PAST = wording("disclosure.opinion.past", _("答复期限 %(day)s 早于今天，请核对。"))
SAY = wording("disclosure.opinion.say", _("%(field)s不能为空，请写明。"))
UNGIVEN = wording("disclosure.opinion.ungiven", _("“%(no)s”还没有登记已答复，不能办结。"))
ANOTHER = wording("disclosure.opinion.another", _("答复由%(person)s起草，须由另一人审核。"))
TOLD_TASK = wording("disclosure.told.task", _("意见交办单“%(no)s”由你部门办理，应于 %(due)s 前提交答复。"))
TOLD_RECEIVER = wording("disclosure.told.receiver", _("收到群众意见“%(no)s”，应于 %(due)s 前交办。"))
log.event("disclosure.task.made", _("交办群众意见：%(no)s，承办部门 %(unit)s，期限 %(due)s"))


def text(data: Mapping[str, Any], name: str, label: str) -> str:
    """What was written under the name. Refused when it is blank."""
    found = str(data.get(name, "")).strip()
    if not found:
        raise Refused(Message(SAY, {"field": label}))
    return found


def to_come(day: dt.date) -> dt.date:
    """The day, which must not have passed."""
    if day < clock.today():
        raise Refused(Message(PAST, {"day": day.isoformat()}))
    return day


def fit(opinion: Opinion, unit: Unit) -> Unit:
    """The department, unless the opinion is about it."""
    if opinion.side == Side.STATIONED and unit.pk in units(Side.INSPECTION):
        raise Refused(Message(NOT_THERE, {"unit": str(unit)}))
    return unit


def routed(context: Context) -> None:
    """The department's task, with what it may know and the problems it belongs to."""
    opinion: Opinion = context.obj
    data, actor, day = context.data, context.actor, clock.today()
    assert actor is not None
    task: OpinionTask = OpinionTask.objects.create(
        opinion=opinion,
        no=f"交办{opinion.no.removeprefix(PREFIX)}",
        brief=text(data, "brief", str(_("交办内容"))),
        unit=fit(opinion, data["unit"]),
        due=to_come(data["due"]),
        routed_by=actor,
        routed_on=day,
    )
    task.problems.set(data.get("problems") or ())
    params = {"no": task.no, "unit": str(task.unit), "due": task.due.isoformat()}
    current().record("disclosure.task.made", task, params=params)
    _tell(task)
    publishing.follow(opinion)


def set_aside(context: Context) -> Mapping[str, Any]:
    """Why it is not taken up, which is the answer the sender gets."""
    return {"answer": text(context.data, "answer", str(_("说明"))), "answered_on": clock.today()}


def not_handed_on(context: Context) -> Message | None:
    """What lies with the discipline team stays there."""
    if context.obj.side == Side.STATIONED:
        return Message(ALREADY, {"no": context.obj.no})
    return None


def handed_on(context: Context) -> Mapping[str, Any]:
    """The other side, and its receiver."""
    who = receiver(Side.STATIONED)
    if who is None:
        raise Refused(Message(NOBODY))
    return {"side": Side.STATIONED, "receiver_id": who.pk}


def tell_receiver(context: Context) -> None:
    """Tell the new receiver."""
    tell(context.obj)


def tell(opinion: Opinion) -> None:
    """Tell the receiver that the opinion lies with them."""
    if opinion.receiver is not None:
        inbox.send(opinion.receiver, Message(TOLD_RECEIVER, {"no": opinion.no, "due": opinion.route_due.isoformat()}))


def reply_given(context: Context) -> Message | None:
    """An opinion ends with the reply its department gave."""
    task = OpinionTask.objects.filter(opinion=context.obj.pk).first()
    return None if task is not None and task.state == TaskState.GIVEN else Message(UNGIVEN, {"no": context.obj.no})


def answered(context: Context) -> Mapping[str, Any]:
    """The answer as it was given."""
    return {"answer": context.obj.task.reply, "answered_on": clock.today()}


def told_the_public(context: Context) -> None:
    """The holder of the receipt code finds it."""
    publishing.follow(context.obj)


def written(context: Context) -> Mapping[str, Any]:
    """The reply, and who wrote it."""
    assert context.actor is not None
    reply = text(context.data, "reply", str(_("答复内容")))
    return {"reply": reply, "written_by_id": context.actor.pk, "written_on": clock.today()}


def another_wrote(context: Context) -> Message | None:
    """Whoever wrote the reply does not approve it."""
    row: OpinionTask = context.obj
    if (
        context.actor is not None
        and row.written_by_id is not None
        and access.viewer(context.actor).is_me(row.written_by_id)
    ):
        return Message(ANOTHER, {"person": str(row.written_by)})
    return None


def approved(context: Context) -> Mapping[str, Any]:
    """Who approved."""
    assert context.actor is not None
    return {"approved_by_id": context.actor.pk}


def reassigned(context: Context) -> Mapping[str, Any]:
    """Another department, another day."""
    unit = fit(context.obj.opinion, context.data["unit"])
    return {"unit_id": unit.pk, "due": to_come(context.data["due"])}


def tell_unit(context: Context) -> None:
    """Tell the department's head."""
    _tell(context.obj)


def given(context: Context) -> Mapping[str, Any]:
    """How the sender was told, and when."""
    return {"given_on": clock.today(), "given_how": text(context.data, "given_how", str(_("答复方式")))[:200]}


def finished(context: Context) -> None:
    """The opinion is answered."""
    from .flows import OPINION_FLOW

    OPINION_FLOW.perform(context.obj.opinion, "answer", actor=None)


def _tell(task: OpinionTask) -> None:
    head = org.head_of(task.unit_id, clock.today())
    if head is not None:
        inbox.send(head, Message(TOLD_TASK, {"no": task.no, "due": task.due.isoformat()}))
