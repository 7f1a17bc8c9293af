"""What the steps of meetings ask for besides the note."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import clock
from bihuan.kernel.ledger.forms import StepForm, step_form

from ..models import Answer, Body, Execution, Result
from .effects import ONLY


@step_form("cases.minutes")
class MinutesForm(StepForm):
    """The minutes, of which the digest is kept."""

    minutes = forms.FileField(
        label=_("会议记录"),
        help_text=_("选择签署后的会议记录文件。只计算并保存校验值，不保存文件内容；以后可用同一文件核对是否被改动。"),
    )

    def data_for_step(self) -> dict[str, Any]:
        """The file; the step keeps its digest, and the record of the step its name alone."""
        return {"minutes": self.cleaned_data["minutes"]}


@step_form("cases.conclude")
class ConcludeForm(StepForm):
    """The result; of the committee also the votes for it."""

    result = forms.ChoiceField(label=_("结果"), choices=[], help_text=_("只登记结果，不登记任何人的意见。"))
    votes_for = forms.IntegerField(label=_("同意人数"), min_value=0, required=False)
    execute_by = forms.DateField(label=_("落实期限"), required=False, help_text=_("不填的，按本院规定的期限。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        body = self.obj.meeting.body if self.obj is not None else Body.COMMITTEE
        fitting = [(c, n) for c, n in Result.choices if c and ONLY.get(c, body) == body]  # type: ignore[call-overload]
        self.fields["result"].choices = [("", "—"), *fitting]  # type: ignore[attr-defined]
        if body == Body.COMMITTEE:
            self.fields["votes_for"].required = True
            self.fields["votes_for"].help_text = _("须获得全体组成人员（不是到会人员）的过半数同意。")
        else:
            del self.fields["votes_for"], self.fields["execute_by"]


class Dated(StepForm):
    """Abstract: a day, today unless said otherwise."""

    day_field = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[self.day_field].initial = clock.today()


@step_form("cases.execute")
class ExecuteForm(Dated):
    """How and when a decision was carried out."""

    day_field = "executed_on"
    execution = forms.ChoiceField(label=_("落实情况"), choices=[c for c in Execution.choices if c[0]])
    executed_on = forms.DateField(label=_("落实日期"))


@step_form("cases.answer")
class AnswerForm(Dated):
    """What the panel did with the advice."""

    day_field = "answered_on"
    answer = forms.ChoiceField(label=_("对意见的处理"), choices=[c for c in Answer.choices if c[0]])
    answered_on = forms.DateField(label=_("反馈日期"))
