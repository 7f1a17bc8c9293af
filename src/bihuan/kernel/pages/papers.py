"""The court's own templates of official papers: what is in use, uploading with the place of each fault, history, going back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from .. import access, clock, official
from ..errors import NotAllowed, Refused
from ..files import download_headers
from ..ledger.views.base import CONFLICT, WRONG_INPUT, status_of
from ..models.papers import PaperTemplate
from ..official import store
from ..official.opening import MAX_BYTES
from ..wording import Message
from .base import PersonView, row_id
from .form_page import HouseForm


class TemplateForm(HouseForm):
    """A new version."""

    file = forms.FileField(
        label=gettext_lazy("模板文件"),
        help_text=gettext_lazy("Word 文档（.docx），不超过 5 MB，不带宏、不引用外部内容。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".docx"}),
    )
    active_from = forms.DateField(label=gettext_lazy("启用日期"), initial=clock.today)
    note = forms.CharField(label=gettext_lazy("说明"), max_length=300, required=False)

    def clean_file(self) -> Any:
        """Within the limit, before it is read."""
        upload = self.cleaned_data["file"]
        if upload.size > MAX_BYTES:
            raise forms.ValidationError(_("文件超过 5 MB，请压缩图片后再传。"))
        return upload


class PaperTemplateList(PersonView):
    """Every kind of paper with the template in use."""

    template = "papers/list.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them."""
        self.no_administrators()
        rows: dict[str, list[PaperTemplate]] = {}
        for row in access.visible(self.person, PaperTemplate).select_related("file", "uploaded_by"):
            rows.setdefault(row.kind, []).append(row)
        today = clock.today()
        listed = []
        for held in official.papers().values():
            versions = rows.get(held.code, [])
            present = next((row for row in versions if row.active_from <= today), None)
            listed.append((held, present if present and present.file_id else None, len(versions)))
        return self.show({"rows": listed})

    def no_administrators(self) -> None:
        """Templates are business. Raises NotAllowed."""
        viewer = access.viewer(self.person)
        if viewer.admin_role or not viewer.roles:
            raise NotAllowed(Message(access.NOT_ALLOWED, {"person": str(self.person), "action": _("查看文书模板")}))


class PaperTemplateDetail(PaperTemplateList):
    """One kind: its versions, the names a template may use, and the form for a new version."""

    template = "papers/detail.html"

    def get(self, request: HttpRequest, code: str = "") -> HttpResponse:
        """Show it."""
        self.no_administrators()
        return self.draw(_found(code))

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Take in a new version, or go back to an earlier one."""
        self.no_administrators()
        access.require(self.person, store.KEEP)
        held = _found(code)
        return self.back_to(held) if "back" in request.POST else self.upload(held)

    def upload(self, held: store.Paper) -> HttpResponse:
        """Check and keep what was sent."""
        form = TemplateForm(self.request.POST, self.request.FILES, person=self.person)
        if not form.is_valid():
            return self.draw(held, form=form, status=WRONG_INPUT)
        upload = form.cleaned_data["file"]
        try:
            row = store.upload(
                actor=self.person, kind=held.code, template=upload.read(), filename=upload.name,
                active_from=form.cleaned_data["active_from"], note=form.cleaned_data["note"],
            )  # fmt: skip
        except NotAllowed:
            raise
        except official.TemplateFault as fault:
            return self.draw(held, form=form, faults=fault.faults, name=upload.name, status=WRONG_INPUT)
        except Refused as refusal:
            for reason in refusal.reasons:
                form.add_error(None, str(reason))
            return self.draw(held, form=form, status=status_of(refusal))
        self.done(_("模板已检查无误，存为第 %(version)s 版。") % {"version": row.version})
        return HttpResponseRedirect(reverse("paper_template", args=[held.code]))

    def back_to(self, held: store.Paper) -> HttpResponse:
        """Use an earlier version again; 0 is the house's own."""
        wanted, seen = (row_id(self.request.POST.get(name, "")) for name in ("back", "seen"))
        rows = access.visible(self.person, PaperTemplate).filter(kind=held.code).select_related("file")
        to = rows.filter(version=wanted).first()
        if wanted and to is None:
            raise Http404(str(wanted))
        try:
            row = store.go_back(actor=self.person, kind=held.code, to=to, active_from=clock.today(), seen=seen)
        except NotAllowed:
            raise
        except official.TemplateFault as fault:
            return self.draw(held, faults=fault.faults, name=to.filename if to else "", status=WRONG_INPUT)
        except Refused as refusal:
            self.refuse(refusal)
            return self.draw(held, status=CONFLICT)
        self.done(_("已恢复，存为第 %(version)s 版。") % {"version": row.version})
        return HttpResponseRedirect(reverse("paper_template", args=[held.code]))

    def draw(
        self, held: store.Paper, *, form: Any = None, faults: Any = (), name: str = "", status: int = 200
    ) -> HttpResponse:
        """The page."""
        rows = access.visible(self.person, PaperTemplate).filter(kind=held.code)
        versions = list(rows.select_related("file", "uploaded_by", "restores").order_by("-version"))
        today = clock.today()
        present = next((row for row in versions if row.active_from <= today), None)
        may_keep = access.may(self.person, store.KEEP)
        missing = official.missing_fonts(store.content(present)) if present and present.file_id else []
        context = {
            "paper": held,
            "versions": versions,
            "present": present,
            "own": bool(present and present.file_id),
            "today": today,
            "newest": versions[0].version if versions else 0,
            "faults": faults,
            "name": name,
            "form": (form or TemplateForm(person=self.person)) if may_keep else None,
            "names": _names(held),
            "missing": missing,
            "how": _(
                "逐段列出：{%%p for line in texts.名称 %%} … {%%p endfor %%}；表格逐行列出："
                "{%%tr for row in tables.名称.rows %%} … {%%tr endfor %%}。标记写在同一段里，独占一段或一行。"
            )
            % {},
        }
        return self.show(context, status=status)


class PaperTemplateFile(PaperTemplateList):
    """A version's file; version 0 is the house's own template."""

    def get(self, request: HttpRequest, code: str = "", version: int = 0) -> HttpResponse:
        """The .docx."""
        self.no_administrators()
        held = _found(code)
        if version == 0:
            content, name = official.default_template(held.layout, held.known()), f"{held.title}（系统自带格式）.docx"
        else:
            row = (
                access.visible(self.person, PaperTemplate)
                .filter(kind=code, version=version)
                .select_related("file")
                .first()
            )
            if row is None or row.file is None:
                raise Http404(f"{code} {version}")
            content, name = store.content(row), row.filename
        return HttpResponse(content, headers=download_headers(name, "docx"))


def _found(code: str) -> store.Paper:
    held = official.papers().get(code)
    if held is None:
        raise Http404(code)
    return held


_PLACES = {
    "title": gettext_lazy("标题"), "mark": gettext_lazy("红色标志"), "org": gettext_lazy("发文机关"),
    "number": gettext_lazy("发文字号"), "issue": gettext_lazy("期数"), "date": gettext_lazy("成文日期"),
    "signer": gettext_lazy("签发人"), "copy_no": gettext_lazy("份号"), "secrecy": gettext_lazy("密级"),
    "urgency": gettext_lazy("紧急程度"), "to_main": gettext_lazy("主送机关"), "to_report": pgettext_lazy("paper", "报"),
    "to_send": pgettext_lazy("paper", "送"), "to_issue": pgettext_lazy("paper", "发"), "cc": gettext_lazy("抄送机关"),
    "printed_by": gettext_lazy("印发机关"), "printed": gettext_lazy("印发日期"), "copies": gettext_lazy("印数"),
    "note": gettext_lazy("附注"), "contact": gettext_lazy("联系人"), "attachments": gettext_lazy("附件（列表）"),
    "attendees": gettext_lazy("出席人（列表）"),
}  # fmt: skip


def _names(held: store.Paper) -> list[tuple[str, Any]]:
    """What a template of the kind may name: as it is written, and what it is."""
    own = [
        (f"{{{{ {full} }}}}" if full.startswith("figures.") else full, label) for full, label in held.known().items()
    ]
    return [*own, *((f"{{{{ paper.{name} }}}}", label) for name, label in _PLACES.items())]
