"""The lifecycle of a public notice."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.workflow import Flow, State, Transition

from . import actions as a
from . import steps_notice as steps
from .models import NoticeState, PublicNotice

NOTICE_FLOW = Flow(
    code="disclosure.notice",
    model=PublicNotice,
    name=_("公开通报"),
    states=(
        State("draft", NoticeState.DRAFT.label, "active"),
        State("vetting", NoticeState.VETTING.label, "wait"),
        State("locked", NoticeState.LOCKED.label, "good"),
        State("published", NoticeState.PUBLISHED.label, "good"),
        State("withdrawn", NoticeState.WITHDRAWN.label, "idle", final=True),
    ),
    transitions=(
        Transition("submit", pgettext_lazy("public notice", "送审"), ("draft",), "vetting", a.SUBMIT, guards=(steps.whole,), tone="good"),
        Transition("take_back", pgettext_lazy("public notice", "收回修改"), ("vetting",), "draft", a.SUBMIT, needs_note=True, tone="idle"),
        Transition(
            "lock", pgettext_lazy("public notice", "定稿"), ("vetting",), "locked", a.LOCK,
            guards=(steps.whole, steps.grounds_approved, steps.vetted), prepare=steps.lock, tone="good",
        ),
        Transition(
            "publish", pgettext_lazy("public notice", "登记公开"), ("locked",), "published", a.PUBLISH, prepare=steps.published, effect=steps.laid_open,
            form="disclosure.publish", silent=True, tone="good",
        ),
        Transition(
            "withdraw", pgettext_lazy("public notice", "撤下"), ("published",), "withdrawn", a.WITHDRAW, needs_note=True, effect=steps.taken_down,
            tone="idle",
        ),
    ),
)  # fmt: skip
