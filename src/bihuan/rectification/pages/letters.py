"""Letters that press a department (督办函): issuing, signing for, answering, printing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel import access, clock
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.files import download_headers
from bihuan.kernel.ledger.cells import remaining
from bihuan.kernel.ledger.views import LedgerDetail
from bihuan.kernel.models import Unit
from bihuan.kernel.pages.base import PersonView, row_ids
from bihuan.kernel.pages.form_page import ActList, FormPage, HouseForm
from bihuan.kernel.wording import Message

from .. import actions as a
from .. import services
from .. import wordings as w
from ..ledgers import LETTERS, MEASURES
from ..models import Measure, SupervisionLetter


class LetterList(ActList):
    """The list of letters, with the way to a new one."""

    acts = ((a.LETTER, gettext_lazy("制发督办函"), "plus", "rectification:letter_add"),)


class LetterDetail(LedgerDetail):
    """The letter's page, over the ledger's."""

    template_name = "rectification/letter.html"

    def detail_context(self, obj: Any) -> dict[str, Any]:
        """Adds the measures it is about and what the addressee may do."""
        context = super().detail_context(obj)
        receives = access.may(self.person, a.LETTER_RECEIPT, obj) and not obj.is_void
        left, tone = remaining(obj.due) if obj.replied_on is None else ("", "")
        context.update(
            measures=[
                {"row": row, "url": MEASURES.url("detail", row.pk)}
                for row in access.visible(self.person, Measure).filter(letters=obj).select_related("lead_unit")
            ],
            sign_url=reverse("rectification:letter_sign", args=[obj.pk]) if receives and obj.receipt_at is None else "",
            reply_url=reverse("rectification:letter_reply", args=[obj.pk])
            if receives and obj.receipt_at is not None and obj.replied_on is None
            else "",
            print_url=reverse("rectification:letter_print", args=[obj.pk]),
            left=left,
            left_tone=tone or "idle",
        )
        return context


class LetterForm(HouseForm):
    """A letter to a department about some of its measures."""

    no = forms.CharField(label=gettext_lazy("督办函编号"), max_length=60, help_text=gettext_lazy("如：督办〔2026〕3号"))
    to_unit = forms.ModelChoiceField(label=gettext_lazy("送达部门"), queryset=Unit.objects.filter(closed_on=None))
    title = forms.CharField(label=gettext_lazy("标题"), max_length=120)
    text = forms.CharField(label=gettext_lazy("督办内容"), widget=forms.Textarea(attrs={"rows": 6}))
    measures = forms.ModelMultipleChoiceField(
        label=gettext_lazy("督办措施"),
        queryset=Measure.objects.filter(voided_at=None),
        required=False,
        help_text=gettext_lazy("可多选（按住Ctrl点选）。"),
    )
    due = forms.DateField(label=gettext_lazy("回复期限"))

    def clean(self) -> dict[str, Any]:
        """A letter presses a department for its own measures."""
        given = super().clean() or {}
        unit = given.get("to_unit")
        if unit is not None:
            others = [m.code for m in given.get("measures", ()) if m.lead_unit_id != unit.pk]
            if others:
                told = {"codes": _("、").join(others), "unit": unit}
                self.add_error("measures", _("%(codes)s 的责任部门不是“%(unit)s”，请改选部门或去掉这些措施。") % told)
        return given


class LetterIssue(FormPage):
    """Issue a letter. `?measure=` fills in the measure and its department."""

    heading = gettext_lazy("制发督办函")
    button = gettext_lazy("制发")
    ledger = LETTERS
    icon = "send"

    def prepare(self, **kwargs: Any) -> None:
        """Only who presses."""
        access.require(self.person, a.LETTER)

    def form(self, *args: Any, **kwargs: Any) -> LetterForm:
        """Its form."""
        asked = row_ids(self.request.GET.getlist("measure"))
        about = list(access.visible(self.person, Measure).filter(pk__in=asked))
        first: dict[str, Any] = {"measures": about}
        if about:
            first["to_unit"] = about[0].lead_unit_id
        return LetterForm(*args[:1], person=self.person, initial=first)

    def save(self, form: Any) -> str:
        """Issue it."""
        row = services.issue_letter(actor=self.person, **form.values())
        self.done(_("已制发督办函“%(no)s”，部门负责人会收到提醒。") % {"no": row.no})
        return LETTERS.url("detail", row.pk)


class LetterSign(PersonView):
    """Sign for a letter."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Sign."""
        row = self.seen(SupervisionLetter, pk)
        try:
            services.receive_letter(actor=self.person, letter=row)
            self.done(_("已签收督办函“%(no)s”。") % {"no": row.no})
        except NotAllowed:
            raise
        except Refused as refusal:
            self.refuse(refusal)
        return HttpResponseRedirect(LETTERS.url("detail", pk))


class ReplyForm(HouseForm):
    """The department's answer."""

    reply = forms.CharField(label=gettext_lazy("回复"), widget=forms.Textarea(attrs={"rows": 6}))


class LetterReply(FormPage):
    """Answer a letter."""

    heading = gettext_lazy("回复督办函")
    button = gettext_lazy("回复")
    ledger = LETTERS
    icon = "send"

    def prepare(self, **kwargs: Any) -> None:
        """The letter, signed for and not answered."""
        self.row = self.seen(SupervisionLetter, kwargs["pk"], "to_unit")
        self.lede = str(self.row)
        access.require(self.person, a.LETTER_RECEIPT, self.row)
        if self.row.receipt_at is None:
            raise Refused(Message(w.RECEIPT_FIRST, {"no": self.row.no}))
        if self.row.replied_on is not None:
            raise Refused(Message(w.RECEIPT_DONE, {"no": self.row.no}))

    def form(self, *args: Any, **kwargs: Any) -> ReplyForm:
        """Its form."""
        return ReplyForm(*args[:1], person=self.person, obj=self.row)

    def save(self, form: Any) -> str:
        """Answer."""
        services.reply_letter(actor=self.person, letter=form.seen(), reply=form.cleaned_data["reply"])
        self.done(_("已于 %(day)s 回复。") % {"day": clock.today()})
        return self.back_url()

    def back_url(self) -> str:
        """The letter."""
        return LETTERS.url("detail", self.row.pk)


class LetterPrint(PersonView):
    """The letter with its receipt slip as a Word document."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The document."""
        from .. import documents

        row = self.seen(SupervisionLetter, pk, "to_unit", "issued_by")
        content = documents.supervision_letter(self.person, row)
        return HttpResponse(content, headers=download_headers(f"督办函 {row.no}.docx", "docx"))
