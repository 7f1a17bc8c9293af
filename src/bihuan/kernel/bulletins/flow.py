"""The way of a bulletin: draft, countersign, review, sign, number, seal, issue; back to the draft with a reason from anywhere before it
is out; afterwards withdrawn or superseded, never edited."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..models.bulletins import Bulletin, BulletinState
from ..workflow import Flow, State, Transition
from . import access_rules as a
from . import steps

_TONES = {
    "draft": "idle", "countersigning": "wait", "reviewing": "wait", "signing": "wait", "signed": "active", "numbered": "active",
    "sealed": "active", "issued": "good", "superseded": "idle", "withdrawn": "bad",
}  # fmt: skip
SENT = ("ask", "submit", "forward")
"""Steps by which its drafter sends a bulletin on: who took one neither reviews nor signs it."""


def _state(code: str) -> State:
    return State(code, BulletinState(code).label, _TONES[code], final=code in ("superseded", "withdrawn"))  # type: ignore[arg-type]


BULLETIN_FLOW = Flow(
    code="bulletins",
    model=Bulletin,
    name=pgettext_lazy("flow", "通报办理"),
    states=tuple(_state(code) for code in BulletinState.values),
    transitions=(
        Transition(
            "ask", _("送会签"), ("draft",), "countersigning", a.DRAFT, guards=(steps.countersigned_kind, steps.written),
            prepare=steps.sent, effect=steps.ask, form="bulletins.ask",
        ),
        Transition(
            "submit", _("送核稿"), ("draft",), "reviewing", a.DRAFT, guards=(steps.not_countersigned_kind, steps.written),
            prepare=steps.sent, effect=steps.tell_reviewers,
        ),
        Transition(
            "opine", pgettext_lazy("bulletin", "填写会签意见"), ("countersigning",), "countersigning", a.COUNTERSIGN,
            prepare=steps.opinion_given, effect=steps.opine, form="bulletins.opine",
        ),
        Transition(
            "forward", _("会签完毕，送核稿"), ("countersigning",), "reviewing", a.DRAFT, guards=(steps.all_agree,),
            prepare=steps.sent_on, effect=steps.tell_reviewers,
        ),
        Transition(
            "review", _("核稿通过，送签发"), ("reviewing",), "signing", a.REVIEW, not_by=SENT, guards=(steps.not_own_draft,),
            effect=steps.tell_signers, tone="good",
        ),
        Transition(
            "sign", pgettext_lazy("bulletin", "签发"), ("signing",), "signed", a.SIGN, not_by=(*SENT, "review"),
            guards=(steps.not_own_draft,), prepare=steps.signed, effect=steps.tell_keepers, tone="good",
        ),
        Transition("number", pgettext_lazy("bulletin", "编号"), ("signed",), "numbered", a.KEEP, prepare=steps.numbered),
        Transition(
            "seal", pgettext_lazy("bulletin", "用印登记"), ("numbered",), "sealed", a.KEEP, guards=(steps.sealed_kind,),
            effect=steps.seal, form="bulletins.seal",
        ),
        Transition(
            "issue", pgettext_lazy("bulletin", "印发"), ("numbered", "sealed"), "issued", a.KEEP, guards=(steps.sealed_if_asked,),
            prepare=steps.issued, effect=steps.after_issue, tone="good",
        ),
        Transition(
            "return", pgettext_lazy("bulletin", "退回修改"), ("countersigning", "reviewing", "signing", "signed", "numbered", "sealed"),
            "draft", a.SEND_BACK, needs_note=True, prepare=steps.returned, effect=steps.tell_drafter, tone="warn",
        ),
        Transition("withdraw", _("撤回"), ("issued",), "withdrawn", a.WITHDRAW, needs_note=True, tone="bad"),
        Transition("supersede", _("由新的一期替代"), ("issued",), "superseded", a.SUPERSEDE, by_system=True),
    ),
)  # fmt: skip
