"""Lifecycles of meetings, of their items, and of what was wrong."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.workflow import Flow, State, Transition

from .. import actions as a
from ..models import AgendaItem, DefectState, ItemState, Meeting, MeetingDefect, MeetingState
from . import effects, guards

MEETING_FLOW = Flow(
    code="cases.meeting",
    model=Meeting,
    name=_("会议"),
    states=(
        State("planned", MeetingState.PLANNED.label, "wait"),
        State("held", MeetingState.HELD.label, "active"),
        State("minuted", MeetingState.MINUTED.label, "good", final=True),
        State("failed", MeetingState.FAILED.label, "bad", final=True),
        State("cancelled", MeetingState.CANCELLED.label, "idle", final=True),
    ),
    transitions=(
        Transition(
            "hold",
            _("登记会议召开"),
            ("planned",),
            "held",
            a.MEETING,
            guards=(guards.day_has_come, guards.roll_is_called, guards.has_quorum, guards.has_items),
            prepare=effects.opened,
            effect=effects.look,
            silent=True,
            tone="good",
        ),
        Transition(
            "fail",
            _("登记人数不足，未开成"),
            ("planned",),
            "failed",
            a.MEETING,
            guards=(guards.day_has_come, guards.lacks_quorum),
            effect=effects.put_off,
            tone="bad",
        ),
        Transition(
            "cancel",
            _("取消会议"),
            ("planned",),
            "cancelled",
            a.MEETING,
            needs_note=True,
            effect=effects.put_off,
            tone="idle",
        ),
        Transition(
            "minute",
            _("归入会议记录"),
            ("held",),
            "minuted",
            a.MEETING,
            guards=(guards.items_are_done,),
            prepare=effects.minutes,
            effect=effects.look,
            form="cases.minutes",
            silent=True,
            tone="good",
        ),
    ),
)

ITEM_FLOW = Flow(
    code="cases.agenda-item",
    model=AgendaItem,
    name=_("议题"),
    states=(
        State("listed", ItemState.LISTED.label, "wait"),
        State("concluded", ItemState.CONCLUDED.label, "active"),
        State("deferred", ItemState.DEFERRED.label, "idle", final=True),
        State("answered", ItemState.ANSWERED.label, "good", final=True),
        State("executed", ItemState.EXECUTED.label, "good"),
        State("superseded", ItemState.SUPERSEDED.label, "idle", final=True),
    ),
    transitions=(
        Transition(
            "conclude",
            _("登记议题结果"),
            ("listed",),
            "concluded",
            a.MEETING,
            guards=(guards.meeting_sat,),
            prepare=effects.concluded,
            effect=effects.settle,
            form="cases.conclude",
            silent=True,
            tone="good",
        ),
        Transition("defer", _("本次未议"), ("listed",), "deferred", a.MEETING, needs_note=True, tone="warn"),
        Transition("fall", _("会议未开，未议"), ("listed",), "deferred", a.MEETING_SYSTEM, by_system=True),
        Transition(
            "execute",
            _("登记决定落实"),
            ("concluded",),
            "executed",
            a.EXECUTE,
            guards=(guards.nothing_to_repeat,),
            prepare=effects.executed,
            form="cases.execute",
            silent=True,
            tone="good",
        ),
        Transition(
            "answer",
            _("反馈意见处理情况"),
            ("concluded",),
            "answered",
            a.ANSWER,
            prepare=effects.answered,
            form="cases.answer",
            silent=True,
            tone="good",
        ),
        Transition(
            "supersede",
            _("已重新讨论"),
            ("concluded", "executed"),
            "superseded",
            a.MEETING_SYSTEM,
            by_system=True,
        ),
    ),
)

DEFECT_FLOW = Flow(
    code="cases.meeting-defect",
    model=MeetingDefect,
    name=_("会议瑕疵"),
    states=(
        State("open", DefectState.OPEN.label, "bad"),
        State("corrected", DefectState.CORRECTED.label, "good", final=True),
        State("rediscussed", DefectState.REDISCUSSED.label, "good", final=True),
    ),
    transitions=(
        Transition(
            "correct",
            pgettext_lazy("defect", "补正"),
            ("open",),
            "corrected",
            a.DEFECT,
            guards=(guards.is_correctable,),
            needs_note=True,
            prepare=effects.corrected,
            tone="good",
        ),
        Transition("facts", _("逾期后已补齐"), ("open",), "corrected", a.MEETING_SYSTEM, prepare=effects.settled, by_system=True),
        Transition("again", _("重新讨论后注销"), ("open",), "rediscussed", a.MEETING_SYSTEM, prepare=effects.settled, by_system=True),
    ),
)
