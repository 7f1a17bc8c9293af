"""Asking for an exclusion: the closed list of the case's line, checked beforehand, recorded, printed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from bihuan.kernel import law_words
from bihuan.kernel.ledger.forms import dress
from bihuan.kernel.wording import Message, wording
from bihuan.law.limits.model import GroundRule

from .. import actions as a
from .. import words
from ..documents import exclusion_application
from ..models import Case, ExclusionRequest
from ..services import exclusions
from .requesting import AskPage, PrintPage, RequestDetail, WithdrawPage, offer

LISTED = gettext_lazy("清单内，可以扣除")
UNLISTED = gettext_lazy("清单以外，不扣除")
ENTRY = wording("cases.exclusion.entry", gettext_lazy("%(ground)s（%(article)s）"))


class ExclusionForm(forms.Form):
    """What is asked for. All grounds stand in the list, so that one that may not be excluded is refused in so many words."""

    ground = forms.ChoiceField(label=gettext_lazy("事由"))
    first = forms.DateField(label=gettext_lazy("开始日期"))
    last = forms.DateField(
        label=gettext_lazy("预计结束日期"), required=False, help_text=gettext_lazy("还不能确定的空着。")
    )
    facts = forms.MultipleChoiceField(
        label=gettext_lazy("已证明的情形"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reference = forms.CharField(label=gettext_lazy("依据的文书或材料"), max_length=120, required=False,
                                help_text=gettext_lazy("如鉴定委托书、中止裁定书及其文号；没有的不能扣除。"))  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, listed: list[GroundRule], on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = [(rule.ground, str(_entry(rule, on))) for rule in listed]
        held = {rule.ground for rule in listed}
        outside = [(code, name) for code, name in words.grounds() if code not in held]
        ground: Any = self.fields["ground"]
        ground.choices = [("", "—"), (LISTED, inside), (UNLISTED, outside)]
        asked = {fact for rule in listed for fact in (*rule.needs, *rule.unless)}
        facts: Any = self.fields["facts"]
        facts.choices = [(code, name) for code, name in words.facts() if code in asked]
        if not facts.choices:
            del self.fields["facts"]
        dress(self)

    def values(self) -> Mapping[str, Any]:
        """For the service."""
        given: Mapping[str, Any] = self.cleaned_data
        return given


class ExclusionAsk(AskPage):
    """Check and ask for an exclusion. A ground on no list, or one that is not proved: refused with the article."""

    template = "cases/exclusion.html"
    action = a.EXCLUSION
    asked = gettext_lazy("已登记申请。请打印后在案件系统办理，登记结果导入后自动核对。")

    def prepare(self, case: Case, on: dt.date, typed: Any) -> dict[str, Any]:
        """The grounds of the case's line, and its days as they stand."""
        listed = exclusions.grounds(case, on)
        return {"form": ExclusionForm(typed, listed=listed, on=on), "now": exclusions.answer(case, on)}

    def check(self, case: Case, on: dt.date, form: Any) -> exclusions.Check:
        """Whether it would count, and what day the limit would end."""
        return exclusions.check(case, on, form.values())

    def ask(self, case: Case, form: Any) -> ExclusionRequest:
        """Record it."""
        return exclusions.ask(actor=self.person, case=case, values=form.values())


class ExclusionDetail(RequestDetail):
    """A request for an exclusion."""

    named = "exclusion"


class ExclusionPrint(PrintPage):
    """The application as a document."""

    model = ExclusionRequest
    title = gettext_lazy("扣除审限申请表")
    document = exclusion_application


class ExclusionWithdraw(WithdrawPage):
    """Take it back."""

    model = ExclusionRequest


def _entry(rule: GroundRule, on: dt.date) -> Message:
    article = law_words.article(rule.basis.cite_all(max(on, rule.start)))
    return Message(ENTRY, {"ground": law_words.name("ground", rule.ground), "article": article})


offer(a.EXCLUSION, gettext_lazy("申请扣除审限"), "player-pause", "cases:exclusion")
