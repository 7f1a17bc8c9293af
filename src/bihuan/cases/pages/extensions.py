"""Asking for an extension: checked beforehand, recorded, printed for the case system's approval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel import access, clock, law_findings
from bihuan.kernel.errors import Refused
from bihuan.kernel.files import download_headers
from bihuan.kernel.ledger.forms import dress
from bihuan.kernel.ledger.views.base import WRONG_INPUT, refuse
from bihuan.kernel.pages.base import PersonView

from .. import actions as a
from .. import words
from ..documents import extension_application
from ..fields import TermField
from ..models import Case, ExtensionRequest
from ..services import requests
from .cases import Act, act_on
from .requesting import DOCX, AskPage, RequestDetail, WithdrawPage


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

    def answer(self, case: Case, typed: Any = None) -> HttpResponse:
        """The page, or away after asking."""
        from ..ledgers.requests import EXTENSIONS

        on = clock.today()
        context = self.around(case)
        try:
            options = requests.options(case, on)
            first = requests.check(case, on, {"by": options[0].by, "term": str(options[0].rule.term or "1d")})
        except Refused as refusal:
            return self.show(context | {"refusals": refusal.reasons}, status=WRONG_INPUT if typed is not None else 200)
        context |= {"now": first.now, "late": law_findings.finding_message(first.late) if first.late else None}
        form = ExtensionForm(typed, options=options, late=first.late is not None)
        context["form"] = form
        if typed is None:
            return self.show(context)
        if not form.is_valid():
            return self.show(context, status=WRONG_INPUT)
        try:
            if "check" in typed:
                found = requests.check(case, on, form.values())
                return self.show(context | {"checked": found, "then": found.then})
            row = requests.ask(actor=self.person, case=case, values=form.values())
        except Refused as refusal:
            return self.show(context, status=refuse(form, refusal))
        self.done(_("已登记申请。请打印后在案件系统报批，审批结果导入后自动核对。"))
        return HttpResponseRedirect(EXTENSIONS.url("detail", row.pk))


class ExtensionDetail(RequestDetail):
    """A request for an extension."""

    named = "extension"


class ExtensionPrint(PersonView):
    """The application as a document."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send it."""
        row = self.seen(ExtensionRequest, pk, "case__division", "case__judge", "asked_by")
        name = f"{_('延长审限申请表')}-{row.case.number}.docx"
        return HttpResponse(extension_application(row), headers=download_headers(name, DOCX))


class ExtensionWithdraw(WithdrawPage):
    """Take it back."""

    model = ExtensionRequest


def _offer(person: Any, case: Case) -> Act | None:
    if case.closed_on is not None or not access.may(person, a.EXTENSION, case):
        return None
    return Act(gettext_lazy("申请延长审限"), "calendar-time", reverse("cases:extension", args=[case.pk]))


act_on(_offer)
