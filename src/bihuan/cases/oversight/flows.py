"""The lifecycle of a mark."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel import clock
from bihuan.kernel.workflow import Context, Flow, State, Transition

from .. import actions as a
from ..meetings.terms import after
from ..models import MarkState, OversightMark

FIRST_MEASURE = "local.oversight.first-measure"


def confirmed(context: Context) -> Mapping[str, Any]:
    """Who oversees the case from today, and until when a first measure is due."""
    today = clock.today()
    return {"confirmed_by": context.actor, "confirmed_on": today, "measure_by": after(FIRST_MEASURE, today)}


def ended(context: Context) -> Mapping[str, Any]:
    """Why oversight ended, today."""
    return {"ended_on": clock.today(), "end_reason": context.data["end_reason"]}


MARK_FLOW = Flow(
    code="cases.oversight-mark",
    model=OversightMark,
    name=_("“四类案件”标注"),
    states=(
        State("proposed", MarkState.PROPOSED.label, "wait"),
        State("confirmed", MarkState.CONFIRMED.label, "active"),
        State("declined", MarkState.DECLINED.label, "idle", final=True),
        State("ended", MarkState.ENDED.label, "good", final=True),
    ),
    transitions=(
        Transition(
            "confirm",
            pgettext_lazy("mark", "确认属于“四类案件”"),
            ("proposed",),
            "confirmed",
            a.OVERSEE,
            prepare=confirmed,
            tone="good",
        ),
        Transition(
            "decline",
            pgettext_lazy("mark", "确认不属于"),
            ("proposed",),
            "declined",
            a.OVERSEE,
            needs_note=True,
            tone="idle",
        ),
        Transition(
            "end",
            _("结束监督"),
            ("confirmed",),
            "ended",
            a.OVERSEE,
            needs_note=True,
            prepare=ended,
            form="cases.oversight-end",
            tone="good",
        ),
    ),
)
