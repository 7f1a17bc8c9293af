"""Forms of ledgers and of flow steps: dressed for the house's style sheet, choices limited to what the person may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django import forms
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db.models import Model
from django.forms.utils import flatatt
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from .. import access
from ..models.org import Person, Unit

if TYPE_CHECKING:
    from .declaration import Ledger

DAY = "%Y-%m-%d"


class QuickSelect(forms.Select):
    """A select drawn without a template for each option: some lists offer every person of the court, twice."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The select's HTML."""
        chosen = set(self.format_value(value))
        options = []
        for key, label in self.choices:
            if isinstance(label, list | tuple):
                return super().render(name, value, attrs, renderer)
            key = "" if key is None else str(key)
            mark = " selected" if key in chosen else ""
            options.append(f'<option value="{escape(key)}"{mark}>{escape(str(label))}</option>')
        held = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        return mark_safe(f"<select{flatatt(held)}>{''.join(options)}</select>")  # noqa: S308  every part is escaped


YEARS = range(1900, 2200)
"""Years in which something can have happened at a moment. A moment of the first day of all lies, in the time of the database, before any
that can be written down."""


def within_reach(moment: dt.datetime) -> None:
    """Raise ValidationError for a moment of a year nobody means."""
    if moment.year not in YEARS:
        limits = {"year": moment.year, "first": YEARS[0], "last": YEARS[-1]}
        raise ValidationError(_("没有 %(year)s 年的时间可以登记，年份应在 %(first)s 至 %(last)s 之间，请核对。"), params=limits)


def dress(form: forms.BaseForm) -> None:
    """Give the widgets the style sheet's classes and dates the browser's own date input; moments keep to years somebody means."""
    for field in form.fields.values():
        if isinstance(field, forms.DateTimeField) and within_reach not in field.validators:
            field.validators.append(within_reach)
        widget = field.widget
        if widget.is_hidden:
            continue
        if isinstance(field, forms.DateField) and type(widget) is forms.DateInput:
            widget = field.widget = forms.DateInput(format=DAY, attrs=widget.attrs)
            widget.input_type = "date"
        if isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
            css = "form-check-input"
        elif isinstance(widget, forms.Select):
            css = "form-select"
        else:
            css = "form-control"
        if isinstance(widget, forms.Textarea):
            widget.attrs.setdefault("rows", 4)
            widget.attrs["rows"] = min(int(widget.attrs["rows"]), 6)
        held = widget.attrs.get("class", "")
        widget.attrs["class"] = f"{held} {css}".strip() if css not in held.split() else held


def limit_choices(form: forms.BaseForm, person: Person, obj: Any = None) -> None:
    """Offer only related rows the person may see, and what the row holds already."""
    for name, field in form.fields.items():
        if not isinstance(field, forms.ModelChoiceField) or field.queryset is None:
            continue
        model: type[Model] = field.queryset.model
        rows = access.visible(person, model).complex_filter(field.get_limit_choices_to() or {})
        if model is Unit:
            rows = rows.filter(closed_on=None)
        elif model is Person:
            rows = rows.filter(is_active=True, admin_role="")
        kept = _held(obj, name)
        if kept:
            rows = rows | model._default_manager.filter(pk__in=kept)
        field.queryset = rows.distinct() if kept else rows


def _held(obj: Any, name: str) -> list[Any]:
    """Ids of the related rows an existing object holds under the field."""
    if obj is None or getattr(obj, "pk", None) is None or not hasattr(obj, name):
        return []
    field = obj._meta.get_field(name)
    if field.many_to_many:
        return list(getattr(obj, name).values_list("pk", flat=True))
    held = getattr(obj, field.attname, None)
    return [] if held is None else [held]


class LedgerForm(forms.ModelForm):  # type: ignore[type-arg]
    """The form of a ledger row. Derive from it to add checks in `clean`; writing stays with the ledger's service.

    Frozen fields are shown disabled, with the reason as their help. A correction asks for its reason and carries the
    version of the row it was made from.
    """

    reason = forms.CharField(
        label=_("更正理由"), max_length=300, help_text=_("说明为什么更正，写入日志。"), widget=forms.Textarea(attrs={"rows": 2})
    )
    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, person: Person, ledger: Ledger, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.ledger = ledger
        self.locked: dict[str, str] = {}
        changing = self.instance.pk is not None
        if changing:
            from .service import version_of

            self.initial["version"] = version_of(self.instance)
            self.order_fields([*[n for n in self.fields if n not in {"reason", "version"}], "reason", "version"])
        else:
            del self.fields["reason"], self.fields["version"]
        limit_choices(self, person, self.instance)
        for name, why in ledger.frozen_now(self.instance).items():
            if name in self.fields:
                self.fields[name].disabled = True
                self.locked[name] = str(why) if why else str(_("已冻结，须按变更流程办理。"))
        dress(self)

    def values(self) -> dict[str, Any]:
        """The cleaned values of the ledger's own fields that may be written."""
        names = [n for n in self.ledger.form_fields if n in self.cleaned_data and n not in self.locked]
        return {name: self.cleaned_data[name] for name in names}


class ReasonForm(forms.Form):
    """Asks for a reason: 作废, batch handling."""

    reason = forms.CharField(label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)


class StepForm(forms.Form):
    """What a flow step asks besides the note; its cleaned data reach guards and effect as `context.data`."""

    def __init__(self, *args: Any, person: Person, obj: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.obj = obj
        limit_choices(self, person)
        dress(self)

    def data_for_step(self) -> dict[str, Any]:
        """The cleaned data, query sets made lists of rows."""
        return {n: list(v) if hasattr(v, "iterator") else v for n, v in self.cleaned_data.items()}


_step_forms: dict[str, type[StepForm]] = {}
F = TypeVar("F", bound=type[StepForm])


def step_form(code: str) -> Callable[[F], F]:
    """Decorator: register a form for `Transition(form=code)`. Twice the same code is an error."""

    def register(form: F) -> F:
        if code in _step_forms:
            raise ImproperlyConfigured(f"step form {code!r} is registered twice")
        _step_forms[code] = form
        return form

    return register


def step_forms() -> dict[str, type[StepForm]]:
    """All registered step forms by code."""
    return dict(_step_forms)


def form_class(ledger: Ledger) -> type[LedgerForm]:
    """The ledger's form class: its own, or one made from its field names."""
    if not isinstance(ledger.form, tuple):
        return ledger.form  # type: ignore[return-value]
    made: Any = forms.modelform_factory(ledger.model, form=LedgerForm, fields=list(ledger.form))
    return cast(type[LedgerForm], made)
