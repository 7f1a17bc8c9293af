"""The dated parameters as the court sees them: value, how sure, whence; and its own values over them."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bihuan.law.dated import Parameter, current_parameters
from bihuan.law.errors import LawError

from .. import access, clock, parameters
from ..errors import NotAllowed, Refused
from ..ledger.forms import dress
from ..models.parameters import ParameterOverride
from ..parameter_words import said
from ..wording import Message
from .base import PersonView, row_id

TAGS = {
    "T": pgettext_lazy("tag", "原文已核"),
    "S": pgettext_lazy("tag", "转载可查"),
    "M": pgettext_lazy("tag", "待核实"),
    "I": pgettext_lazy("tag", "理解推定"),
    "D": pgettext_lazy("tag", "本平台默认或本院自定"),
}

LABELS = {
    "direction": pgettext_lazy("parameter", "取向"),
    "low": gettext_lazy("下限"),
    "high": gettext_lazy("上限"),
    "start_month": gettext_lazy("起始月"),
    "indicators": gettext_lazy("指标编号，按显示的先后"),
    "size": gettext_lazy("文件所称项数"),
}
"""What keys are called in the form; the others are called by themselves."""


class ValueForm(forms.Form):
    """A dated value of one parameter. Its fields are the keys of the shipped value, each of its kind."""

    def __init__(self, *args: Any, parameter: Parameter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shipped = _shipped(parameter)
        for name, value in self.shipped.items():
            self.fields[name] = _field(name, value, parameter.options.get(name, ()))
            self.fields[name].label = LABELS.get(name, name)
        self.fields["starts_on"] = forms.DateField(label=gettext_lazy("自"), initial=clock.today)
        self.fields["ends_on"] = forms.DateField(
            label=gettext_lazy("至"), required=False, help_text=gettext_lazy("空即长期有效。")
        )
        self.fields["reference_no"] = forms.CharField(label=gettext_lazy("批准文号"), max_length=120)
        self.fields["why"] = forms.CharField(label=gettext_lazy("理由"), max_length=300, widget=forms.Textarea)
        dress(self)

    def values(self) -> dict[str, Any]:
        """The value as the parameter holds it."""
        given = {name: self.cleaned_data[name] for name in self.shipped}
        return {n: json.loads(v) if isinstance(self.shipped[n], list | dict) and isinstance(v, str) else v for n, v in given.items()}


def _field(name: str, value: Any, allowed: tuple[str, ...]) -> forms.Field:
    if allowed:
        choices = [(one, str(said(name, one))) for one in allowed]
        if isinstance(value, list):
            return forms.MultipleChoiceField(initial=value, choices=choices, required=False, widget=forms.CheckboxSelectMultiple)
        return forms.ChoiceField(initial=value, choices=choices)
    if isinstance(value, bool):
        return forms.BooleanField(initial=value, required=False)
    if isinstance(value, int):
        return forms.IntegerField(initial=value)
    if isinstance(value, list | dict):
        return forms.JSONField(initial=value, decoder=_AsText)
    return forms.CharField(initial=value, required=value != "" and name not in parameters.ENDS)  # these may be empty


class _AsText(json.JSONDecoder):
    """Checks that the text is JSON and leaves it text."""

    def decode(self, s: str, *args: Any) -> Any:
        super().decode(s, *args)
        return s


class ParameterList(PersonView):
    """All parameters with the value of today."""

    template = "parameters/list.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them, those that still want confirming first."""
        self._no_administrators()
        day = clock.today()
        rows = [_row(parameter, day) for parameter in current_parameters()]
        rows.sort(key=lambda row: (row["tag"] not in "MI", row["parameter"].id))
        return self.show({"rows": rows, "may_set": access.may(self.person, parameters.SET)})

    def _no_administrators(self) -> None:
        if access.viewer(self.person).admin_role:
            raise NotAllowed(Message(access.NOT_ALLOWED, {"person": str(self.person), "action": _("查看参数")}))


class ParameterDetail(ParameterList):
    """One parameter: its history, the court's own values, and the form to set one."""

    template = "parameters/detail.html"

    def get(self, request: HttpRequest, id: str = "") -> HttpResponse:
        """Show it."""
        self._no_administrators()
        return self._page(_found(id), None)

    def post(self, request: HttpRequest, id: str) -> HttpResponse:
        """Set a value, or take one back."""
        parameter = _found(id)
        if request.POST.get("void"):
            row = self.seen(ParameterOverride, row_id(request.POST["void"]))
            try:
                parameters.void_value(actor=self.person, row=row, reason=request.POST.get("reason", ""))
            except Refused as refusal:
                self.refuse(refusal)
            else:
                self.done(_("已撤销，恢复原有取值。"))
            return HttpResponseRedirect(reverse("parameter", args=[id]))
        form = ValueForm(request.POST, parameter=parameter)
        if not form.is_valid():
            return self._page(parameter, form, 422)
        given = form.cleaned_data
        try:
            parameters.set_value(
                actor=self.person, parameter=id, values=form.values(), starts=given["starts_on"],
                ends=given["ends_on"], reference=given["reference_no"], reason=given["why"],
            )  # fmt: skip
        except Refused as refusal:
            for reason in refusal.reasons:
                form.add_error(None, str(reason))
            return self._page(parameter, form, 403 if isinstance(refusal, NotAllowed) else 409)
        self.done(_("参数已调整，各页面和下次巡查起按新值计算。"))
        return HttpResponseRedirect(reverse("parameter", args=[id]))

    def _page(self, parameter: Parameter, form: ValueForm | None, status: int = 200) -> HttpResponse:
        may_set = access.may(self.person, parameters.SET)
        history = [
            {"from": v.start, "to": v.end, "lines": _lines(v.values), "tag": v.tag, "tag_name": TAGS.get(v.tag, v.tag),
             "source": v.source, "reference": v.reference}
            for v in parameter.values if not v.closed
        ]  # fmt: skip
        own = access.visible(self.person, ParameterOverride).filter(parameter=parameter.id).select_related("set_by")
        context = {
            "parameter": parameter,
            "title": _(parameter.title),
            "history": history,
            "own": list(own),
            "form": form or (ValueForm(parameter=parameter) if may_set else None),
        }
        return self.show(context, status=status)


def _found(id: str) -> Parameter:
    try:
        return current_parameters().get(id)
    except LawError as error:
        raise Http404(id) from error


def _shipped(parameter: Parameter) -> dict[str, Any]:
    found = parameter.find_on(clock.today()) or next(v for v in parameter.values if not v.closed)
    return found.values


def _lines(values: dict[str, Any]) -> list[str]:
    return [_line(name, value) for name, value in values.items() if value != ""]


def _line(name: str, value: Any) -> str:
    """A value in words; of several lists each by its name."""
    if isinstance(value, list) and name in LABELS:
        return _("%(label)s：%(values)s") % {"label": LABELS[name], "values": said(name, value) if value else _("无")}
    return str(said(name, value))


def _row(parameter: Parameter, day: Any) -> dict[str, Any]:
    held = parameter.find_on(day)
    return {
        "parameter": parameter,
        "title": _(parameter.title),
        "lines": _lines(held.values) if held else [],
        "tag": held.tag if held else "",
        "tag_name": TAGS.get(held.tag, held.tag) if held else "",
        "source": held.source if held else "",
        "own": bool(held and held.reference),
    }
