"""What the steps of complaints and checks ask for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import clock
from bihuan.kernel.ledger.forms import StepForm, step_form

from ..models import ComplaintFinding


class Dated(StepForm):
    """Abstract: a day, today unless said otherwise."""

    day_field = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[self.day_field].initial = clock.today()


@step_form("cases.complaint-find")
class FindForm(Dated):
    """What was found, and what was done about it."""

    day_field = "found_on"
    finding = forms.ChoiceField(label=_("查明情况"), choices=[("", "—"), *ComplaintFinding.choices])
    found_on = forms.DateField(label=_("查明日期"))
    handling = forms.CharField(
        label=_("处理情况"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("查明的事实和处理结果，写入答复书。")
    )


@step_form("cases.complaint-reply")
class ReplyForm(Dated):
    """When the complainant was answered."""

    day_field = "replied_on"
    replied_on = forms.DateField(label=_("答复日期"), help_text=_("书面答复送交投诉人的日期。"))


@step_form("cases.filing-check")
class ConcludeForm(StepForm):
    """The conclusion of a check."""

    conclusion = forms.CharField(label=_("检查结论与整改要求"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}))
