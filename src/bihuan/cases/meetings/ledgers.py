"""The ledgers of meetings, their items, and what was wrong with them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.ledger import Column, Due, Filter, Ledger, Menu, StateColumn, register
from bihuan.kernel.wording import Message

from ..models import AgendaItem, Meeting, MeetingDefect
from . import flows, step_forms  # noqa: F401  the step forms register themselves
from . import wordings as w

PAGES = "bihuan.cases.meetings.pages"


def with_defects(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Meetings with the number of their defects, and of those still open."""
    found: QuerySet[Any] = rows.annotate(
        defects_found=Count("defects", distinct=True),
        defects_open=Count("defects", filter=Q(defects__state="open"), distinct=True),
    )
    return found


def detail_of(row: MeetingDefect) -> Message:
    """What exactly is wrong."""
    return Message(w.SAID[row.code], row.detail)


def attendance(row: Meeting) -> str:
    """There, of how many."""
    return f"{row.present_total}/{row.members_total}" if row.members_total is not None else "—"


MEETINGS = register(
    Ledger(
        code="cases.meetings",
        path="cases/meetings",
        model=Meeting,
        key="no",
        title=pgettext_lazy("ledger", "专业法官会议与审委会"),
        about=_("只登记到会、次序、是否说明理由、结果和会议记录的校验值，不登记任何人的意见。"),
        menu=Menu("cases_meetings", icon="gavel", order=60),
        columns=(
            "no",
            "body",
            "held_on",
            Column("chair", minor=True),
            Column("members_total", _("到会/应到"), value=attendance, sort="", css="num"),
            Column("defects_found", _("瑕疵"), annotated=True, css="num"),
            Column("defects_open", _("待处理瑕疵"), annotated=True, css="num", minor=True),
            StateColumn(),
        ),
        filters=("body", "state", Filter("held_on", kind="dates")),
        search=("no",),
        ordering=("-held_on", "-pk"),
        rows=with_defects,
        facts=("body", "held_on", "chair", "delegated", "members_total", "least", "minutes_on", "minutes_sm3", "recorded_by"),
        flow=flows.MEETING_FLOW,
        views={"list": f"{PAGES}.meetings.MeetingList", "detail": f"{PAGES}.meetings.MeetingDetail"},
    )
)

ITEMS = register(
    Ledger(
        code="cases.agenda_items",
        path="cases/agenda-items",
        model=AgendaItem,
        key="case",
        title=pgettext_lazy("ledger", "会议议题与落实"),
        menu=Menu("cases_meetings", icon="checklist", order=64),
        columns=(
            Column("case__number", _("案号"), css="nowrap"),
            Column("meeting__body", _("会议"), value=lambda row: row.meeting.get_body_display()),
            Column("meeting__held_on", _("会议日期"), css="nowrap"),
            Column("trigger", minor=True),
            Column("result", css="clip"),
            Due("execute_by", done=lambda row: row.state != "concluded"),
            StateColumn(),
        ),
        filters=(
            Filter("meeting__body", _("会议")),
            "trigger",
            "result",
            "state",
            Filter("meeting__held_on", _("会议日期"), kind="dates"),
        ),
        search=("case__number", "meeting__no"),
        ordering=("-meeting__held_on", "meeting", "place"),
        facts=(
            "case", "trigger", "search", "report_on", "report_sm3", "prior", "prior_exempt", "result", "votes_for", "concluded_on",
            "execute_by", "execution", "executed_on", "answer", "answered_on",
        ),
        flow=flows.ITEM_FLOW,
        views={"detail": f"{PAGES}.items.ItemDetail"},
    )
)  # fmt: skip

DEFECTS = register(
    Ledger(
        code="cases.meeting_defects",
        path="cases/meeting-defects",
        model=MeetingDefect,
        key="pk",
        row_title="meeting",
        title=pgettext_lazy("ledger", "会议瑕疵"),
        about=_("由系统从登记的事实中发现，不能人工添加或者删除；通过补正或者重新讨论处理，处理后仍保留。"),
        menu=Menu("cases_meetings", icon="alert-triangle", order=66),
        columns=(
            Column("meeting__no", _("会议编号")),
            "code",
            Column("item__case__number", _("案号"), css="nowrap"),
            "remedy",
            "found_on",
            Due("due_on", done=lambda row: row.state != "open"),
            StateColumn(),
        ),
        filters=(
            Filter("meeting__body", _("会议")),
            "code",
            "remedy",
            "state",
            Filter("found_on", kind="dates"),
            Filter("due_on", kind="overdue", open=Q(state="open")),
        ),
        search=("meeting__no", "item__case__number"),
        ordering=("-found_on", "-pk"),
        facts=("meeting", "item", "code", "remedy", "found_on", "due_on", "settled_on", "how", "again"),
        flow=flows.DEFECT_FLOW,
        views={"detail": f"{PAGES}.items.DefectDetail"},
    )
)
