"""What the steps of a bulletin ask."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .. import access
from ..ledger.forms import StepForm, step_form
from ..models.org import Unit
from . import access_rules as rules

AGREES, OBJECTS = "yes", "no"


@step_form("bulletins.ask")
class AskForm(StepForm):
    """Which units countersign."""

    units = forms.ModelMultipleChoiceField(
        label=_("会签部门"), queryset=Unit.objects.filter(closed_on=None), help_text=_("可多选（按住Ctrl点选）。")
    )


@step_form("bulletins.opine")
class OpineForm(StepForm):
    """A unit's opinion; the note says it in words."""

    unit = forms.ModelChoiceField(label=_("会签部门"), queryset=Unit.objects.none(), empty_label=None)
    agrees = forms.ChoiceField(
        label=_("会签意见"),
        choices=[(AGREES, pgettext_lazy("opinion", "同意")), (OBJECTS, pgettext_lazy("opinion", "不同意，意见见下"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = rules.asked(access.viewer(self.person), self.obj) if self.obj is not None else []
        units: Any = self.fields["unit"]
        units.queryset = Unit.objects.filter(pk__in=[one.unit_id for one in held])
        units.initial = held[0].unit_id if held else None

    def clean_agrees(self) -> bool:
        """Yes or no."""
        return bool(self.cleaned_data["agrees"] == AGREES)


@step_form("bulletins.seal")
class SealForm(StepForm):
    """Which seal, on how many copies."""

    seal = forms.CharField(label=_("印章"), max_length=60, initial=_("院印"))
    copies = forms.IntegerField(label=_("用印份数"), min_value=1, max_value=1000, initial=1)
