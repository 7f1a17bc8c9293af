"""Form fields of this domain."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.law_findings import number_message
from bihuan.law.errors import CaseNumberError, TermError
from bihuan.law.numbers import parse_number
from bihuan.law.terms import Period

from .models import Case


class CaseNumberField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A case, typed by its number in any usual spelling: a court has too many cases for a list to choose from."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("案号"))
        kwargs.setdefault("queryset", Case.objects.none())
        super().__init__(to_field_name="number", **kwargs)
        self.error_messages["invalid_choice"] = _("没有找到这一案号的案件，或者您无权查看。")

    def to_python(self, value: Any) -> Any:
        """The case; the number is read first, so that brackets and width do not matter. A frozen field gives the key it holds."""
        if isinstance(value, int):
            return Case.objects.filter(pk=value).first()
        if isinstance(value, str) and value.strip():
            try:
                value = str(parse_number(value))
            except CaseNumberError as error:
                raise ValidationError(str(number_message(error)), code="invalid") from error
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """The number of a case given by its key."""
        if isinstance(value, int):
            return Case.objects.filter(pk=value).values_list("number", flat=True).first()
        return super().prepare_value(value)


class TermField(forms.CharField):
    """A length of time as people write it (六个月、30日), kept as the law's data write it; "" where it may be left empty."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 12)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        """The length. Raises ValidationError naming what was typed."""
        text = str(super().clean(value)).strip()
        try:
            return str(Period.parse(text)) if text else ""
        except TermError as error:
            raise ValidationError(gettext("读不懂“%(text)s”，请写成六个月、30日。") % {"text": text}, code="invalid") from error
