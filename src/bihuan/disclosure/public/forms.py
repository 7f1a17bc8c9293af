"""The two forms of the public pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.disclosure import codes

from . import captcha


class OpinionForm(forms.Form):
    """An opinion; who sends it is asked, not demanded. `website` is for robots alone."""

    text = forms.CharField(
        label=gettext_lazy("意见、建议或者反映的情况"), max_length=5000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("不要写国家秘密、他人隐私。对判决、裁定不服的，请依法上诉或者申请再审。"),
    )  # fmt: skip
    name = forms.CharField(
        label=gettext_lazy("姓名（可以不填）"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    contact = forms.CharField(
        label=gettext_lazy("联系方式（可以不填）"), max_length=120, required=False,
        help_text=gettext_lazy("加密后才保存，承办部门看不到。不留联系方式也能凭回执码查询答复。"),
    )  # fmt: skip
    about_office = forms.BooleanField(
        label=gettext_lazy("反映的是督察室或者督察室人员（由派驻纪检监察组接收）"), required=False
    )
    website = forms.CharField(required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)
    answer = forms.CharField(
        label="", max_length=10, widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.given = str(self.data.get("token", "")) if self.is_bound else ""
        question, token = captcha.ask()
        self.fields["answer"].label = question
        self.fields["answer"].help_text = gettext_lazy("用来防止程序自动提交。")
        self.fields["token"].initial = token
        self.fresh = token
        for name, field in self.fields.items():
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"id_{name}_help"

    def ask_again(self) -> None:
        """Show the form with what was typed and a question that was not asked yet."""
        self.data = {**self.data.dict(), "token": self.fresh, "answer": ""}  # type: ignore[attr-defined]

    def clean_text(self) -> str:
        """Something is said."""
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n").strip()
        if not text:
            raise ValidationError(_("请写明意见。"))
        return text

    def clean(self) -> dict[str, Any]:
        """The answer is right; asked last, so that what else is wrong does not use the question up."""
        given = super().clean() or {}
        if not self.errors and not captcha.answered(self.given, str(given.get("answer", ""))):
            self.add_error("answer", _("回答不对，或者页面打开太久了。请回答新的问题。"))
        return given


class ReceiptForm(forms.Form):
    """A receipt code."""

    receipt = forms.CharField(
        label=gettext_lazy("回执码"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off", "aria-describedby": "id_receipt_help"}),
        help_text=gettext_lazy("16 位字母和数字，大小写、空格、短横均可。"),
    )  # fmt: skip

    def clean_receipt(self) -> str:
        """A whole code."""
        code = codes.plain(self.cleaned_data["receipt"])
        if not code:
            raise ValidationError(_("回执码不对，请逐字核对：共 16 位，最后一位用于校验。"))
        return code
