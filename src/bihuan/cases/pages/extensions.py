"""Asking for an extension: checked beforehand, recorded, printed for the case system's approval."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel import law_findings
from bihuan.kernel.ledger.forms import dress

from .. import actions as a
from .. import words
from ..documents import extension_application
from ..fields import TermField
from ..models import Case, ExtensionRequest
from ..services import requests
from .requesting import AskPage, PrintPage, RequestDetail, WithdrawPage, offer


class ExtensionForm(forms.Form):
    """What is asked for. The choices are what the law knows for the case."""

    option = forms.ChoiceField(label=gettext_lazy("延长种类"), widget=forms.RadioSelect)
    term = TermField(label=gettext_lazy("申请延长的期限"), required=False, help_text=gettext_lazy("如六个月、30日；空着按法定最长。"))
    until = forms.DateField(label=gettext_lazy("延长至"), required=False, help_text=gettext_lazy("法律没有规定长度的，写明日期。"))
    facts = forms.MultipleChoiceField(label=gettext_lazy("所据情形"), required=False, widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}))
    late_reason = forms.CharField(label=gettext_lazy("迟延的原因"), max_length=300, required=False,
                                  widget=forms.Textarea(attrs={"rows": 2}))  # fmt: skip

    def __init__(self, *args: Any, options: list[requests.Option], late: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.options = {option.key: option for option in options}
        choice: Any = self.fields["option"]
        choice.choices = [(option.key, str(option.text)) for option in options]
        choice.initial = options[0].key
        asked = {fact for option in options for fact in (*option.rule.any_of, *option.rule.all_of)}
        facts: Any = self.fields["facts"]
        facts.choices = [(code, name) for code, name in words.facts() if code in asked]
        if not facts.choices:
            del self.fields["facts"]
        if late:
            self.fields["late_reason"].required = True
        else:
            del self.fields["late_reason"]
        dress(self)

    def clean(self) -> dict[str, Any]:
        """A length or a day; the longest the law allows where neither is given."""
        given = super().clean() or {}
        option = self.options.get(given.get("option", ""))
        if option is not None and not given.get("term") and not given.get("until") and "term" not in self.errors:
            length = option.rule.term
            if length is None:
                self.add_error("until", _("请写明延长的期限或者延长至哪一日。"))
            else:
                given["term"] = str(length)
        return given

    def values(self) -> dict[str, Any]:
        """For the service."""
        given: Mapping[str, Any] = self.cleaned_data
        option = self.options[given["option"]]
        return {"rule": option.rule.code, "by": option.by} | {name: value for name, value in given.items() if name != "option"}


class ExtensionAsk(AskPage):
    """Check and ask for an extension. Too late or unknown to the law: refused with the article."""

    template = "cases/extension.html"
    action = a.EXTENSION
    asked = gettext_lazy("已登记申请。请打印后在案件系统报批，审批结果导入后自动核对。")

    def prepare(self, case: Case, on: dt.date, typed: Any) -> dict[str, Any]:
        """The extensions the law knows for the case, and whether any request would be late by now."""
        options = requests.options(case, on)
        first = requests.check(case, on, {"by": options[0].by, "term": str(options[0].rule.term or "1d")})
        form = ExtensionForm(typed, options=options, late=first.late is not None)
        return {"form": form, "now": first.now, "late": law_findings.finding_message(first.late) if first.late else None}

    def check(self, case: Case, on: dt.date, form: Any) -> requests.Check:
        """Whether it could be granted, and what day the limit would end."""
        return requests.check(case, on, form.values())

    def ask(self, case: Case, form: Any) -> ExtensionRequest:
        """Record it."""
        return requests.ask(actor=self.person, case=case, values=form.values())


class ExtensionDetail(RequestDetail):
    """A request for an extension."""

    named = "extension"


class ExtensionPrint(PrintPage):
    """The application as a document."""

    model = ExtensionRequest
    title = gettext_lazy("延长审限申请表")
    document = extension_application


class ExtensionWithdraw(WithdrawPage):
    """Take it back."""

    model = ExtensionRequest


offer(a.EXTENSION, gettext_lazy("申请延长审限"), "calendar-time", "cases:extension")
