"""The forms of oversight."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import clock
from bihuan.kernel.ledger.forms import LedgerForm, StepForm, step_form

from ..fields import CaseNumberField
from ..models import MarkEnd, MeasureKind, OversightMark, OversightMeasure, ReadingRecord
from ..models.oversight import measures_on, not_on_list

NO_OPINION = _("只登记采取了什么措施、什么时间、在哪里留痕，不登记对案件的意见。")


class OversightForm(LedgerForm):
    """Abstract: a fact of a case typed by its number, written in the name of whoever fills it in."""

    case = CaseNumberField(help_text=_("括号、全角半角不限。"))
    actor_field = ""
    day_field = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            setattr(self.instance, self.actor_field, self.person)
            self.initial.setdefault(self.day_field, clock.today())

    def values(self) -> dict[str, Any]:
        """What was given; of a new row also by whom."""
        given = super().values()
        return given if self.instance.pk is not None else given | {self.actor_field: self.person}


class MarkForm(OversightForm):
    """A case proposed for oversight."""

    actor_field, day_field = "proposed_by", "proposed_on"

    class Meta:
        model = OversightMark
        fields: ClassVar = ["case", "kind", "ground", "proposed_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].help_text = _("写明指向这一类别的事实，例如当事人人数、媒体报道、类案案号；不写对案件处理的意见。")


class MeasureForm(OversightForm):
    """A measure of the list of today."""

    actor_field, day_field = "taken_by", "taken_on"

    class Meta:
        model = OversightMeasure
        fields: ClassVar = ["case", "kind", "taken_on", "reference", "answered_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        allowed, basis = measures_on(today)
        kinds: Any = self.fields["kind"]
        kinds.choices = [
            ("", "—"),
            *((c, n) for c, n in MeasureKind.choices if c in allowed or c == self.instance.kind),
        ]
        kinds.error_messages["invalid_choice"] = _("没有这一项措施。") if not self.is_bound else not_on_list(
            str(self.data.get(self.add_prefix("kind"), "")), today
        )  # fmt: skip
        kinds.help_text = _("可以采取的措施以清单为限：%(basis)s。") % {"basis": basis}
        self.fields["reference"].help_text = NO_OPINION


class ReadingForm(OversightForm):
    """A document that was read."""

    actor_field, day_field = "by", "read_on"

    class Meta:
        model = ReadingRecord
        fields: ClassVar = ["case", "document", "sent_on", "read_on", "outcome"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].help_text = _("不同意的，只有三种处理：建议复议、提交专业法官会议、提请审判委员会；不登记意见内容。")


@step_form("cases.oversight-end")
class EndForm(StepForm):
    """Why oversight ends."""

    end_reason = forms.ChoiceField(label=_("结束原因"), choices=[c for c in MarkEnd.choices if c[0]])
