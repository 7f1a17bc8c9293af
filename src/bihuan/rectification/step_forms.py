"""What the steps of the flows ask for besides the note."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import clock
from bihuan.kernel.ledger.forms import StepForm, step_form

from .models import PartyGroupMeeting, Result


class MeetingForm(StepForm):
    """Which party group meeting decided. A meeting is recorded first, with its minutes number."""

    meeting = forms.ModelChoiceField(
        label=_("党组会议"),
        queryset=PartyGroupMeeting.objects.filter(voided_at__isnull=True),
        help_text=_("没有要选的会议时，先到“党组会议”登记会议日期和纪要编号。"),
    )


@step_form("meeting")
class Meeting(MeetingForm):
    """A decision of the party group."""


@step_form("plan_approval")
class PlanApproval(MeetingForm):
    """The meeting that approved the plan, where there was one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["meeting"].required = False


@step_form("change_approval")
class ChangeApproval(PlanApproval):
    """The meeting that approved the change, where there was one."""


@step_form("decision")
class Decision(MeetingForm):
    """The meeting, and the class of what was reached. A long-term item closes a stage, it is not done."""

    result = forms.ChoiceField(
        label=_("结果"), choices=[c for c in Result.choices if c[0]], initial=Result.DONE, widget=forms.RadioSelect
    )


@step_form("external_review")
class External(StepForm):
    """Who recognised it or not, when, by which document."""

    by = forms.CharField(label=_("认定机关"), max_length=120, help_text=_("如：市委巡察办、市纪委监委、市委组织部"))
    on = forms.DateField(label=_("认定日期"))
    document_no = forms.CharField(label=_("认定文号"), max_length=80)

    def clean_on(self) -> Any:
        """Not a day to come."""
        day = self.cleaned_data["on"]
        if day > clock.today():
            raise forms.ValidationError(_("认定日期晚于今天，请核对。"))
        return day
