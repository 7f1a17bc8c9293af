"""The forms of meetings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.ledger.forms import dress
from bihuan.kernel.models import Person
from bihuan.kernel.pages.form_page import HouseForm

from ...fields import CaseNumberField
from ...models import Body, Case, Grade, Meeting, MeetingMember, PriorExempt, Trigger
from ..services import Row


class ConveneForm(HouseForm):
    """A meeting to be held."""

    body = forms.ChoiceField(label=_("会议"), choices=Body.choices)
    no = forms.CharField(label=_("会议编号"), max_length=40, help_text=_("如：审委会〔2026〕第3次"))
    held_on = forms.DateField(label=_("会议日期"))
    persons = forms.ModelMultipleChoiceField(
        label=_("参会法官"),
        queryset=Person.objects.all(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=_("专业法官会议选择参会法官（按住Ctrl多选）；审判委员会按任职自动带出全体委员，不用选。"),
    )


class ListForm(HouseForm):
    """A case for the agenda."""

    case = CaseNumberField(help_text=_("须已登记类案检索并写入审理报告。"))
    trigger = forms.ChoiceField(label=_("提交事由"), choices=Trigger.choices)
    report = forms.FileField(
        label=_("审理报告"), required=False, help_text=_("只计算并保存校验值，不保存内容。没有提交的，系统记为瑕疵。")
    )
    report_on = forms.DateField(label=_("审理报告日期"), required=False)
    prior_exempt = forms.ChoiceField(
        label=_("未经专业法官会议的理由"),
        choices=PriorExempt.choices,
        required=False,
        help_text=_("提交审判委员会而此前没有经专业法官会议讨论的，选择理由。"),
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The secretary puts cases on the agenda by their number, of all divisions; the page tells nothing of a case but that.
        self.fields["case"].queryset = Case.objects.filter(voided_at=None)  # type: ignore[attr-defined]
        if not meeting.is_committee:
            del self.fields["prior_exempt"]


class MemberForm(forms.Form):
    """One line of the roll."""

    grade = forms.TypedChoiceField(
        label=_("法官等级"), choices=[("", "—"), *Grade.choices], coerce=int, empty_value=None, required=False
    )
    grade_since = forms.DateField(label=_("任该等级日期"), required=False)
    present = forms.BooleanField(label=_("到会"), required=False)
    spoke_order = forms.IntegerField(label=_("发言次序"), min_value=1, max_value=99, required=False)
    gave_reason = forms.BooleanField(label=_("说明理由"), required=False)

    def __init__(self, data: Any = None, *, member: MeetingMember) -> None:
        first = {name: getattr(member, name) for name in self.base_fields}
        super().__init__(data, prefix=f"m{member.pk}", initial=first)
        self.member = member
        dress(self)
        for name, field in self.fields.items():
            field.widget.attrs["aria-label"] = f"{member.person} {field.label}"
            if name == "spoke_order":
                field.widget.attrs["class"] += " short"

    def row(self) -> Row:
        """What it says."""
        return Row(**self.cleaned_data)


class RollForm(HouseForm):
    """Chair, and judges who came besides."""

    chair = forms.ModelChoiceField(label=_("主持人"), queryset=Person.objects.none(), required=False)
    delegated = forms.BooleanField(label=_("受院长委托主持"), required=False)
    more = forms.ModelMultipleChoiceField(
        label=_("增加参会法官"),
        queryset=Person.objects.all(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 5}),
        help_text=_("不在名单上而到会的，选中并保存后登记到会。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        meeting: Meeting = self.obj
        there = MeetingMember.objects.filter(meeting=meeting).values("person_id")
        self.fields["chair"].queryset = Person.objects.filter(pk__in=there)  # type: ignore[attr-defined]
        self.initial.update(chair=meeting.chair_id, delegated=meeting.delegated)
        if meeting.is_committee:
            del self.fields["more"]
        else:
            del self.fields["delegated"]


class SignForm(HouseForm):
    """Whose signature stands under the minutes."""

    signed = forms.ModelMultipleChoiceField(
        label=_("已签名人员"), queryset=MeetingMember.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    on = forms.DateField(label=_("签名日期"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = MeetingMember.objects.filter(meeting=self.obj, present=True, signed_on=None).select_related("person")
        self.fields["signed"].queryset = rows  # type: ignore[attr-defined]
        self.fields["signed"].label_from_instance = lambda member: str(member.person)  # type: ignore[attr-defined]
