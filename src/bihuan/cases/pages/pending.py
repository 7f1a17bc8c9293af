"""Recording why a case has been pending for long, from the page of the case."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy

from bihuan.kernel import access, clock
from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger.forms import dress
from bihuan.kernel.wording import Message

from .. import actions as a
from ..ledgers.pending import PENDING_REASONS, tier_name
from ..models import Case, PendingCause, PendingReason
from ..services import pending
from .cases import Act, act_on
from .requesting import AskPage


class PendingForm(forms.Form):
    """What is recorded of a tier the case has passed."""

    tier = forms.ChoiceField(label=gettext_lazy("档次"))
    cause = forms.ChoiceField(label=gettext_lazy("原因"), choices=[("", "—"), *PendingCause.choices])
    detail = forms.CharField(label=gettext_lazy("原因说明"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    solution = forms.CharField(label=gettext_lazy("解决措施"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
                               help_text=gettext_lazy("由谁、在什么时间、做什么。"))  # fmt: skip
    plan_on = forms.DateField(
        label=gettext_lazy("计划结案日期"), help_text=gettext_lazy("过了这一天还没有结案，将再次预警。")
    )

    def __init__(self, *args: Any, reached: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tier: Any = self.fields["tier"]
        tier.choices = [(code, tier_name(code)) for code in reached]
        dress(self)


class PendingRecord(AskPage):
    """Record it; once a tier."""

    template = "cases/pending.html"
    action = a.PENDING
    asked = gettext_lazy("已登记长期未结的原因和解决措施。")

    def prepare(self, case: Case, on: dt.date, typed: Any) -> dict[str, Any]:
        """The tiers the case has passed."""
        reached = pending.passed(case, on)
        if not reached:
            raise Refused(Message(pending.NOT_PENDING, {"case": case.number}))
        return {"form": PendingForm(typed, reached=reached), "since": case.filed_on}

    def ask(self, case: Case, form: Any) -> PendingReason:
        """Record it."""
        return pending.record(actor=self.person, case=case, values=form.cleaned_data)


def _offer(person: Any, case: Case) -> Act | None:
    reached = pending.passed(case, clock.today())
    if not reached or not access.may(person, a.PENDING, case):
        return None
    held = PendingReason.objects.filter(case=case, tier=reached[0], voided_at=None).first()
    if held is not None:
        return Act(gettext_lazy("更正未结原因"), "hourglass-high", PENDING_REASONS.url("change", held.pk))
    return Act(gettext_lazy("登记未结原因"), "hourglass-high", reverse("cases:pending", args=[case.pk]))


act_on(_offer)
