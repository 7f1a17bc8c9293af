"""What the steps of opinions and of their handling ask for, and the form that names a receiver."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel import clock, org
from bihuan.kernel.ledger.forms import LedgerForm, StepForm, step_form
from bihuan.kernel.models import Unit
from bihuan.rectification import selectors as rectification

from . import terms
from .models import Receiver
from .receivers import ROLES

_OPEN = Q(closed_on=None)


class Handing(StepForm):
    """Abstract: a department and the day by which it is to answer."""

    unit = forms.ModelChoiceField(label=gettext_lazy("承办部门"), queryset=Unit.objects.filter(_OPEN))
    due = forms.DateField(label=gettext_lazy("答复期限"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due"].initial = terms.day_of(terms.REPLY, clock.today())


@step_form("disclosure.route")
class RouteForm(Handing):
    """Hand an opinion to a department: what it may know, and which problems it belongs to."""

    brief = forms.CharField(
        label=gettext_lazy("交办内容"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "部门只看得到这一段，看不到来信人。请删去能认出来信人的内容；电话、证件号码和署名已自动隐去。"
        ),
    )
    problems = forms.ModelMultipleChoiceField(
        label=gettext_lazy("关联的反馈问题"), queryset=rectification.problems_in_work(), required=False,
        help_text=gettext_lazy("可多选（按住Ctrl点选）。"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["brief", "unit", "due", "problems"])
        if self.obj is not None:
            self.fields["brief"].initial = self.obj.text


@step_form("disclosure.reassign")
class ReassignForm(Handing):
    """Another department, or another day."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.obj is not None:
            self.fields["unit"].initial = self.obj.unit_id


@step_form("disclosure.set-aside")
class SetAsideForm(StepForm):
    """Why it is not taken up."""

    answer = forms.CharField(
        label=gettext_lazy("向来信人的说明"), widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("凭回执码可以查到这段说明。请写明不予受理的原因和其他反映渠道。"),
    )  # fmt: skip


@step_form("disclosure.reply")
class ReplyForm(StepForm):
    """The department's reply."""

    reply = forms.CharField(
        label=gettext_lazy("答复内容"), widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("写给来信人看：做了什么，结果怎样。由接收单位审核后答复。"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.obj is not None:
            self.fields["reply"].initial = self.obj.reply


@step_form("disclosure.give")
class GiveForm(StepForm):
    """How the sender was told."""

    given_how = forms.CharField(
        label=gettext_lazy("答复方式"), max_length=200, initial=gettext_lazy("凭回执码查询"),
        help_text=gettext_lazy("如：凭回执码查询、电话答复、书面答复、当面答复。不写来信人姓名和电话。"),
    )  # fmt: skip


class ReceiverForm(LedgerForm):
    """The receiver of a side, who must hold its role."""

    class Meta:
        model = Receiver
        fields: ClassVar = ["side", "person", "starts"]

    def clean(self) -> dict[str, Any]:
        """Nobody else than somebody of the side."""
        given = super().clean() or {}
        side, person, starts = given.get("side"), given.get("person"), given.get("starts")
        if side and person and starts and person not in org.holders(ROLES[side], starts):
            raise ValidationError(
                {"person": _("%(person)s 这一天不在该单位任职，不能指定为接收人。") % {"person": person}}
            )
        return given


@step_form("disclosure.publish")
class PublishForm(StepForm):
    """Where the notice was published, and the words that stand there."""

    published_on = forms.DateField(label=gettext_lazy("公开日期"))
    published_at = forms.CharField(label=gettext_lazy("公开网址或者载体"), max_length=300)
    text = forms.CharField(
        label=gettext_lazy("公开的文字"), widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy("从公开的网页复制全文粘贴到这里，与定稿逐行比对，空格和空行不计。"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["published_on"].initial = clock.today()
