"""Lifecycles of complaints about filing and of regular checks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.workflow import Flow, State, Transition

from .. import actions as a
from ..models import CheckState, ComplaintState, FilingCheck, FilingComplaint
from . import checks, complaints

COMPLAINT_FLOW = Flow(
    code="cases.filing-complaint",
    model=FilingComplaint,
    name=_("不立案投诉"),
    states=(
        State("accepted", ComplaintState.ACCEPTED.label, "wait"),
        State("found", ComplaintState.FOUND.label, "active"),
        State("replied", ComplaintState.REPLIED.label, "good", final=True),
    ),
    transitions=(
        Transition(
            "find",
            _("登记查明情况"),
            ("accepted",),
            "found",
            a.COMPLAINT_HANDLE,
            guards=(complaints.is_not_accused,),
            prepare=complaints.found,
            form="cases.complaint-find",
            silent=True,
            tone="good",
        ),
        Transition(
            "reply",
            _("登记答复"),
            ("found",),
            "replied",
            a.COMPLAINT_HANDLE,
            guards=(complaints.is_not_accused,),
            prepare=complaints.replied,
            effect=complaints.settle,
            form="cases.complaint-reply",
            silent=True,
            tone="good",
        ),
        Transition(
            "again",
            _("退回重新查明"),
            ("found",),
            "accepted",
            a.COMPLAINT_HANDLE,
            guards=(complaints.is_not_accused,),
            needs_note=True,
            prepare=complaints.again,
            tone="warn",
        ),
    ),
)

CHECK_FLOW = Flow(
    code="cases.filing-check",
    model=FilingCheck,
    name=_("立案定期检查"),
    states=(
        State("drawn", CheckState.DRAWN.label, "wait"),
        State("done", CheckState.DONE.label, "good", final=True),
        State("cancelled", CheckState.CANCELLED.label, "idle", final=True),
    ),
    transitions=(
        Transition(
            "conclude",
            pgettext_lazy("filing check", "完成检查"),
            ("drawn",),
            "done",
            a.FILING_FINDINGS,
            guards=(checks.all_looked_at,),
            prepare=checks.concluded,
            effect=checks.fulfil,
            form="cases.filing-check",
            silent=True,
            tone="good",
        ),
        Transition(
            "cancel",
            pgettext_lazy("filing check", "取消检查"),
            ("drawn",),
            "cancelled",
            a.FILING_FINDINGS,
            needs_note=True,
            tone="idle",
        ),
    ),
)
