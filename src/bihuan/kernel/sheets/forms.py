"""Forms of the import wizard."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import clock, sources
from ..errors import Refused
from ..ledger.declaration import Ledger
from ..ledger.forms import dress
from ..models.imports import ImportDraft, RowAction
from .columns import importable
from .drafts import held_cut_off, parse_heading_rows
from .ways import most_rows

ACCEPT = ".xlsx,.xls,.et,.ods,.csv,.txt,.html,.htm"


class UploadForm(forms.Form):
    """The file, and up to which day it is complete."""

    file = forms.FileField(label=gettext_lazy("文件"), widget=forms.FileInput(attrs={"accept": ACCEPT}))
    cut_off = forms.DateField(label=gettext_lazy("数据截止日"))
    cut_off_reason = forms.CharField(
        label=gettext_lazy("截止日回退理由"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("截止日早于已导入的截止日时填写。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    heading_rows = forms.CharField(
        label=gettext_lazy("表头所在行"),
        max_length=9,
        required=False,
        help_text=gettext_lazy("一般不用填写，系统自动识别；识别不对时填写行号，双层表头填写 2-3。"),
    )

    def __init__(self, *args: Any, ledger: Ledger, limit_mb: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _(
            "可上传 .xlsx、.xls、WPS 表格、.ods、.csv（UTF-8 或 GBK）以及网页格式的 .xls，最大 %(mb)s MB，一次最多 %(rows)s 行。"
        ) % {"mb": limit_mb, "rows": most_rows(ledger)}
        if ledger.sheet is None or not ledger.sheet.source:
            del self.fields["cut_off"], self.fields["cut_off_reason"]
        else:
            name = str(sources.specs()[ledger.sheet.source].name)
            now = held_cut_off(ledger)
            hint = _("“%(source)s”的数据完整到哪一天。") % {"source": name}
            if now is not None:
                hint += _("已导入至 %(day)s。") % {"day": now.isoformat()}
            self.fields["cut_off"].help_text = hint
            self.fields["cut_off"].widget.attrs["max"] = clock.today().isoformat()
        dress(self)

    def clean_heading_rows(self) -> str:
        """Row numbers, or nothing."""
        text = str(self.cleaned_data["heading_rows"]).strip()
        try:
            parse_heading_rows(text)
        except Refused as refusal:
            raise forms.ValidationError([str(reason) for reason in refusal.reasons]) from refusal
        return text


class MappingForm(forms.Form):
    """One choice for each heading of the sheet."""

    def __init__(self, *args: Any, ledger: Ledger, headings: list[str], chosen: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.headings = headings
        options = [("", _("不导入"))]
        for column in importable(ledger):
            need = _("（更新依据）") if column.key else _("（必填）") if column.required else ""
            options.append((column.name, f"{column.heading}{need}"))
        for index, heading in enumerate(headings):
            self.fields[f"c{index}"] = forms.ChoiceField(
                label=heading, choices=options, required=False, initial=chosen.get(heading, "")
            )
        dress(self)

    def mapping(self) -> dict[str, str]:
        """Heading -> field name or ""."""
        return {h: self.cleaned_data.get(f"c{index}", "") for index, h in enumerate(self.headings)}


class MergeForm(forms.Form):
    """The explicit choices of a merge: leave out what cannot be imported; why rows are corrected."""

    partial = forms.BooleanField(required=False)
    reason = forms.CharField(label=gettext_lazy("更正理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    check_no = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, draft: ImportDraft, **kwargs: Any) -> None:
        initial = {"check_no": draft.check_no, "reason": _("按“%(file)s”更新") % {"file": draft.filename}}
        super().__init__(*args, **{**kwargs, "initial": initial})
        if draft.refused:
            self.fields["partial"].label = _("只导入其余 %(taken)s 行，%(refused)s 行不导入（已列入报告）") % {
                "taken": draft.taken,
                "refused": draft.refused,
            }
        else:
            del self.fields["partial"]
        changed = int(draft.counts.get(RowAction.CHANGED, 0))
        if changed:
            self.fields["reason"].help_text = _("将更正台账已有的 %(n)s 行，理由写入日志。") % {"n": changed}
        else:
            del self.fields["reason"]
        dress(self)
