"""Lifecycles of an opinion, and of what a department is given to answer."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.workflow import Flow, State, Transition

from . import actions as a
from . import steps
from .models import Opinion, OpinionState, OpinionTask, TaskState

OPINION_FLOW = Flow(
    code="disclosure.opinion",
    model=Opinion,
    name=_("群众意见"),
    states=(
        State("received", OpinionState.RECEIVED.label, "wait"),
        State("routed", OpinionState.ROUTED.label, "active"),
        State("answered", OpinionState.ANSWERED.label, "good", final=True),
        State("set_aside", OpinionState.SET_ASIDE.label, "idle", final=True),
    ),
    transitions=(
        Transition("route", _("交办"), ("received",), "routed", a.ROUTE, effect=steps.routed, form="disclosure.route", silent=True, tone="good"),
        Transition(
            "set_aside", _("不予受理并说明"), ("received",), "set_aside", a.SET_ASIDE, prepare=steps.set_aside, effect=steps.told_the_public,
            form="disclosure.set-aside", silent=True, tone="warn",
        ),
        Transition(
            "hand_on", _("移交派驻纪检监察组"), ("received",), "received", a.HAND_ON, guards=(steps.not_handed_on,),
            prepare=steps.handed_on, effect=steps.tell_receiver, silent=True, tone="idle",
        ),
        Transition("answer", _("办结"), ("routed",), "answered", a.ANSWERED, guards=(steps.reply_given,), prepare=steps.answered, effect=steps.told_the_public, by_system=True, silent=True),
    ),
)  # fmt: skip

TASK_FLOW = Flow(
    code="disclosure.task",
    model=OpinionTask,
    name=_("意见交办"),
    states=(
        State("assigned", TaskState.ASSIGNED.label, "wait"),
        State("declined", TaskState.DECLINED.label, "warn"),
        State("written", TaskState.WRITTEN.label, "active"),
        State("approved", TaskState.APPROVED.label, "active"),
        State("given", TaskState.GIVEN.label, "good", final=True),
    ),
    transitions=(
        Transition("write", _("提交答复"), ("assigned",), "written", a.WRITE, prepare=steps.written, form="disclosure.reply", silent=True, tone="good"),
        Transition("decline", pgettext_lazy("opinion task", "不属本部门，退回"), ("assigned",), "declined", a.WRITE, needs_note=True, tone="idle"),
        Transition(
            "reassign", pgettext_lazy("opinion task", "改派"), ("declined", "assigned"), "assigned", a.REVIEW, prepare=steps.reassigned,
            effect=steps.tell_unit, form="disclosure.reassign", silent=True,
        ),
        Transition(
            "approve", _("审核通过"), ("written",), "approved", a.REVIEW, guards=(steps.another_wrote,), prepare=steps.approved, tone="good",
        ),
        Transition("send_back", _("退回修改"), ("written", "approved"), "assigned", a.REVIEW, needs_note=True, effect=steps.tell_unit, tone="warn"),
        Transition(
            "give", _("登记已答复"), ("approved",), "given", a.REVIEW, prepare=steps.given, effect=steps.finished,
            form="disclosure.give", silent=True, tone="good",
        ),
    ),
)  # fmt: skip
