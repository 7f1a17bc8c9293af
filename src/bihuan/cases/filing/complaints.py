"""What stands against a step of a complaint about filing, and what the steps write besides the state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access, clock, inbox
from bihuan.kernel.errors import Refused
from bihuan.kernel.wording import Message, wording
from bihuan.kernel.workflow import Context

from ..models import FilingComplaint

SEPARATE = wording("cases.complaint.separate", _("%(person)s 是被投诉人或者所涉收件的经办人，不能查办、答复“%(no)s”，请由其他人员办理。"))
DAY_WRONG = wording("cases.complaint.day_wrong", _("日期 %(day)s 须在 %(first)s 与今天之间，请核对。"))
TOLD_GIVEN = wording("cases.complaint.given", _("请查办不立案投诉“%(no)s”，应于 %(due)s 前答复。"))


def is_not_accused(context: Context) -> Message | None:
    """Nobody looks into a complaint about himself: neither the person complained of nor whoever handled the receipt."""
    row: FilingComplaint = context.obj
    if context.actor is None:
        return None
    about = {row.accused_id, row.receipt.person_id if row.receipt else None} - {None}
    viewer = access.viewer(context.actor)
    if any(viewer.is_me(person) for person in about):
        return Message(SEPARATE, {"person": str(context.actor), "no": row.no})
    return None


def _within(day: dt.date, first: dt.date) -> dt.date:
    if not first <= day <= clock.today():
        raise Refused(Message(DAY_WRONG, {"day": day.isoformat(), "first": first.isoformat()}))
    return day


def found(context: Context) -> Mapping[str, Any]:
    """What was found, when, what was done; whoever looked into it, where nobody was named."""
    row: FilingComplaint = context.obj
    data = context.data
    assert context.actor is not None
    return {
        "finding": data["finding"],
        "found_on": _within(data["found_on"], row.accepted_on),
        "handling": str(data["handling"]).strip(),
        "person_id": row.person_id or context.actor.pk,
    }


def again(context: Context) -> Mapping[str, Any]:
    """It is to be looked into once more."""
    return {"finding": "", "found_on": None, "handling": ""}


def replied(context: Context) -> Mapping[str, Any]:
    """The day of the reply."""
    row: FilingComplaint = context.obj
    return {"replied_on": _within(context.data["replied_on"], row.found_on or row.accepted_on)}


def settle(context: Context) -> None:
    """The days of the reply again, now that it was given."""
    from .clock import refresh_complaints

    refresh_complaints([context.obj.pk])


def tell(row: FilingComplaint) -> None:
    """Tell whoever was named that the complaint is theirs."""
    if row.person is not None and row.due_on is not None:
        inbox.send([row.person], Message(TOLD_GIVEN, {"no": row.no, "due": row.due_on.isoformat()}))
