"""Forms of complaints about filing and of regular checks."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel import clock
from bihuan.kernel.ledger.forms import LedgerForm, dress
from bihuan.kernel.pages.form_page import HouseForm
from bihuan.law.limits.book import current_limits

from ..meetings.terms import number
from ..models import CheckFinding, FilingCheckItem, FilingComplaint, Receipt
from . import terms
from .history import COMPLAINT


class ReceiptNumberField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A receipt, typed by its number: there are too many for a list to choose from."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Receipt.objects.none(), to_field_name="receipt_no", **kwargs)
        self.error_messages["invalid_choice"] = gettext_lazy("没有找到这一编号的收件，或者您无权查看。")

    def to_python(self, value: Any) -> Any:
        """The receipt; a field that may not be changed gives the key it holds."""
        if isinstance(value, int):
            return Receipt.objects.filter(pk=value).first()
        return super().to_python(value.strip() if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        """The number of a receipt given by its key."""
        if isinstance(value, int):
            return Receipt.objects.filter(pk=value).values_list("receipt_no", flat=True).first()
        return super().prepare_value(value)


class ComplaintForm(LedgerForm):
    """A complaint as it is accepted."""

    receipt = ReceiptNumberField(
        label=gettext_lazy("收件编号"), required=False, help_text=gettext_lazy("涉及某一收件的填写编号；没有收下材料的留空。")
    )

    class Meta:
        model = FilingComplaint
        fields: ClassVar = ["no", "receipt", "unit", "accused", "person", "accepted_on", "ground", "content"]

    def clean_accepted_on(self) -> Any:
        """Not in the future, and not before the law knew of such complaints: neither day nor reply could be told."""
        day = self.cleaned_data["accepted_on"]
        if day is not None and day > clock.today():
            raise ValidationError(_("受理日期晚于今天，请核对。"))
        begins = current_limits().get(COMPLAINT).versions[0].start
        if day is not None and day < begins:
            raise ValidationError(_("%(day)s 以前没有不立案投诉的答复期限，请核对受理日期。"), params={"day": begins.isoformat()})
        return day


class DrawForm(HouseForm):
    """A check to be drawn."""

    no = forms.CharField(label=gettext_lazy("检查编号"), max_length=40, help_text=gettext_lazy("如：立案检查〔2026〕第5次"))
    first = forms.DateField(label=gettext_lazy("收件日期自"))
    last = forms.DateField(label=gettext_lazy("收件日期至"))
    size = forms.IntegerField(label=gettext_lazy("抽取件数"), min_value=1, max_value=500)
    seed = forms.CharField(
        label=gettext_lazy("随机种子"), max_length=40, help_text=gettext_lazy("任意数字或者文字。同一期间、同一种子总是抽到同样的收件，可以复核。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        self.fields["size"].initial = number(terms.CHECK, "items", today)
        self.fields["first"].initial, self.fields["last"].initial = today.replace(day=1), today

    def clean(self) -> dict[str, Any]:
        """The days in order, and none to come."""
        given = super().clean() or {}
        if given.get("first") and given.get("last") and given["last"] < given["first"]:
            self.add_error("last", _("截止日期早于开始日期，请核对。"))
        if given.get("last") and given["last"] > clock.today():
            self.add_error("last", _("截止日期晚于今天，以后收到的材料会改变抽取结果，请核对。"))
        return given


class EstablishForm(HouseForm):
    """How often filing is to be checked."""

    every = forms.ChoiceField(
        label=gettext_lazy("检查周期"),
        choices=[("month", gettext_lazy("每月末")), ("fortnight", gettext_lazy("每两周的星期五")), ("quarter", gettext_lazy("每三个月末"))],
    )
    starts = forms.DateField(label=gettext_lazy("自何日起"))
    grace_days = forms.IntegerField(label=gettext_lazy("宽限工作日"), min_value=0, max_value=20, initial=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts"].initial = clock.today()


class ItemForm(forms.Form):
    """One line of a check."""

    finding = forms.ChoiceField(label=gettext_lazy("检查情况"), choices=[("", "—"), *CheckFinding.choices], required=False)
    note = forms.CharField(label=gettext_lazy("说明"), max_length=300, required=False)

    def __init__(self, data: Any = None, *, item: FilingCheckItem) -> None:
        super().__init__(data, prefix=f"i{item.pk}", initial={"finding": item.finding, "note": item.note})
        self.item = item
        dress(self)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{item.receipt.receipt_no} {field.label}"
