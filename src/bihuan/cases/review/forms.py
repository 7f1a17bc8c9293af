"""The forms of reviews."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.apps import apps
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access, clock
from bihuan.kernel.ledger.forms import LedgerForm, StepForm, step_form
from bihuan.kernel.pages.form_page import HouseForm
from bihuan.kernel.wording import Message

from ..fields import CaseNumberField
from ..models import DEFECTIVE, SAT, CaseReview, ConductInstance, Meeting, ReviewFinding, ReviewGrade
from . import wordings as w
from .flows import due_in

GRADES = [one for one in ReviewGrade.choices if one[0]]
CLEAN = [one for one in GRADES if one[0] not in DEFECTIVE]
BAD = [one for one in GRADES if one[0] in DEFECTIVE]


class ReviewForm(LedgerForm):
    """A review to be opened, or its reviewer to be named."""

    case = CaseNumberField(help_text=_("括号、全角半角不限。"))

    class Meta:
        model = CaseReview
        fields: ClassVar = ["case", "ground", "reviewer"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reviewer"].help_text = _("不能是承办、协办或者参加合议过这件案件的人；可以以后指定。")
        if self.instance.pk is None:
            self.instance.opened_on = clock.today()

    def values(self) -> dict[str, Any]:
        """What was given; of a new review also the day, and by when the self-check is due."""
        given = super().values()
        return given if self.instance.pk is not None else given | {"opened_on": clock.today(), "due_on": due_in("opened")}


class FindingForm(LedgerForm):
    """Something a review found; afterwards the measure that answers it."""

    class Meta:
        model = ReviewFinding
        fields: ClassVar = ["review", "kind", "serious", "text", "measure"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reviews: Any = self.fields["review"]
        if self.instance.pk is None:
            reviews.queryset = reviews.queryset.filter(state="checked", reviewer=self.person, voided_at=None)
        self.fields["measure"].help_text = _("纳入整改的，填整改措施的编号。")

    def clean_measure(self) -> str:
        """A measure the person may see, by its code."""
        code = str(self.cleaned_data["measure"]).strip()
        if code and not access.visible(self.person, apps.get_model("rectification", "Measure")).filter(code=code).exists():
            raise forms.ValidationError(str(Message(w.NO_MEASURE, {"code": code})))
        return code


class ConductForm(LedgerForm):
    """An instance of conduct toward an enterprise."""

    case = CaseNumberField(help_text=_("只登记涉企案件。"))

    class Meta:
        model = ConductInstance
        fields: ClassVar = ["case", "conduct", "happened_on", "text", "source"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.instance.recorded_by = self.person

    def values(self) -> dict[str, Any]:
        """What was given; of a new row also by whom."""
        given = super().values()
        return given if self.instance.pk is not None else given | {"recorded_by": self.person}


class DaysForm(HouseForm):
    """From when to when."""

    first = forms.DateField(label=_("自"))
    last = forms.DateField(label=_("至"))

    def clean(self) -> dict[str, Any]:
        """The days in order."""
        given = super().clean() or {}
        if given.get("first") and given.get("last") and given["last"] < given["first"]:
            self.add_error("last", gettext("结束日期早于开始日期，请核对。"))
        return given


class DrawForm(DaysForm):
    """A sample to be drawn."""

    field_order = ("no", "first", "last", "enterprise", "size", "seed")
    no = forms.CharField(label=_("抽取编号"), max_length=40, help_text=_("如：评查〔2026〕第2次"))
    first = forms.DateField(label=_("结案日期自"))
    last = forms.DateField(label=_("结案日期至"))
    enterprise = forms.BooleanField(label=_("只抽涉企案件"), required=False)
    size = forms.IntegerField(label=_("抽取件数"), min_value=1, max_value=2000)
    seed = forms.CharField(
        label=_("随机种子"), max_length=40, required=False,
        help_text=_("当众摇号、开奖号等均可；不填的，由系统生成。同一种子、同一清单抽出的永远是同样的案件。"),
    )  # fmt: skip

    def clean_last(self) -> Any:
        """No day to come: cases closed after the draw would join those it was drawn from."""
        last = self.cleaned_data["last"]
        if last > clock.today():
            raise forms.ValidationError(gettext("日期晚于今天，抽取以后还会有案件结案，抽样不能复核。请填写今天或者以前的日期。"))
        return last


@step_form("cases.review-self")
class SelfForm(StepForm):
    """The judge's own grade."""

    self_grade = forms.ChoiceField(label=_("自查等次"), choices=GRADES)


@step_form("cases.review-do")
class DoForm(StepForm):
    """The reviewer's grade."""

    proposed = forms.ChoiceField(
        label=_("建议等次"), choices=GRADES,
        help_text=_("改判、发回不等于质量有问题：法律理解、事实证据认识上的偏差，新证据，法律政策变化，所据文书变更，都不作为瑕疵。"),
    )  # fmt: skip


@step_form("cases.review-grade")
class GradeForm(StepForm):
    """The office's grade."""

    grade = forms.ChoiceField(label=_("评定等次"), choices=CLEAN, help_text=_("拟评瑕疵、不合格的，请提交审判委员会。"))


@step_form("cases.review-submit")
class SubmitForm(StepForm):
    """The grade the committee is to discuss."""

    proposed = forms.ChoiceField(label=_("拟评等次"), choices=BAD)


@step_form("cases.review-decide")
class DecideForm(StepForm):
    """What the committee decided, and where."""

    grade = forms.ChoiceField(label=_("评定等次"), choices=GRADES)
    meeting = forms.ModelChoiceField(label=_("审判委员会会议"), queryset=Meeting.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        meetings: Any = self.fields["meeting"]
        meetings.queryset = access.visible(self.person, Meeting).filter(body="committee", state__in=SAT)
