"""Pages of the public notice: draw it up, edit its sections, keep an entry out, look at both versions, compare, print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel import access, clock
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.files import download_headers
from bihuan.kernel.ledger.views import LedgerDetail
from bihuan.kernel.ledger.views.base import WRONG_INPUT, refuse
from bihuan.kernel.models import Unit
from bihuan.kernel.pages.base import PersonView
from bihuan.kernel.pages.form_page import ActList, FormPage, HouseForm
from bihuan.rectification import selectors as rectification

from .. import actions as a
from .. import packages, services, steps_notice
from ..ledgers_notice import NOTICES
from ..models import Ground, NoticeSection, PublicNotice, VettingBody, VettingReply, VettingResult
from ..notice import figures, papers, versions

NAMES = {versions.PUBLIC: gettext_lazy("公开版"), versions.INTERNAL: gettext_lazy("党内版")}


class NoticeList(ActList):
    """The list, with the way to a new one."""

    acts = ((a.DRAW_UP, gettext_lazy("起草通报"), "plus", "disclosure:draw_up"),)


class NoticeDetail(LedgerDetail):
    """The notice: its sections, what stays out, replies, figures."""

    template_name = "disclosure/notice.html"

    def detail_context(self, obj: Any) -> dict[str, Any]:
        """Adds sections with what may be done to each, replies, and the figures of both versions."""
        context = super().detail_context(obj)
        edits = obj.state == "draft" and access.may(self.person, a.EDIT, obj)
        publishes = bool(obj.locked) and access.may(self.person, a.PUBLISH, obj)
        approves = obj.state in {"draft", "vetting"} and access.may(self.person, a.KEEP_OUT, obj)
        sections = obj.sections.filter(voided_at=None).select_related("ground_approved_by").order_by("order", "pk")
        shown = {which: versions.version(obj, which) for which in NAMES}
        return context | {
            "sections": [_section(one, edits, approves, shown[versions.INTERNAL].values) for one in sections],
            "replies": access.visible(self.person, VettingReply)
            .filter(notice=obj, voided_at=None)
            .order_by("-replied_on", "-pk"),
            "reply_url": reverse("disclosure:reply", args=[obj.pk])
            if obj.state == "vetting" and access.may(self.person, a.REPLY, obj)
            else "",
            "figures": [
                tuple(shown[which].values[name] for which in (versions.INTERNAL, versions.PUBLIC))
                for name in figures.KNOWN
            ],
            "versions": [(name, reverse("disclosure:preview", args=[obj.pk, which])) for which, name in NAMES.items()],
            "compare_url": reverse("disclosure:compare", args=[obj.pk]) if publishes else "",
            "package_url": reverse("disclosure:package", args=[obj.pk]) if publishes else "",
        }


def _section(
    one: NoticeSection, edits: bool, approves: bool, values: Mapping[str, figures.Filled]
) -> dict[str, Any]:
    urls = {}
    if edits:
        urls["edit"] = reverse("disclosure:section", args=[one.pk])
        if one.kind == "entry":
            urls["keep_out"] = reverse("disclosure:keep_out", args=[one.pk])
    if approves and one.ground and one.ground_approved_by_id is None:
        urls["approve"] = reverse("disclosure:approve_ground", args=[one.pk])
    lines = [figures.pieces(line.strip(), values) for line in one.text.split("\n") if line.strip()]
    return {"row": one, "urls": urls, "lines": lines}


class DrawUpForm(HouseForm):
    """What a notice is about."""

    no = forms.CharField(label=gettext_lazy("编号"), max_length=40, help_text=gettext_lazy("如：通报〔2026〕1号"))
    round = forms.ModelChoiceField(label=gettext_lazy("巡察轮次"), queryset=rectification.told_rounds())
    title = forms.CharField(label=gettext_lazy("标题"), max_length=120)
    signed_by = forms.CharField(label=gettext_lazy("落款"), max_length=80)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        court = Unit.objects.filter(parent=None).order_by("order", "pk").values_list("name", flat=True).first() or ""
        self.fields["title"].initial = f"中共{court}党组关于巡察整改进展情况的通报"
        self.fields["signed_by"].initial = f"中共{court}党组"


class DrawUp(FormPage):
    """Draw a notice up from the ledger."""

    heading = gettext_lazy("起草公开通报")
    lede = gettext_lazy("按台账逐段生成：开头、组织整改情况、逐项进展、巩固成果、联系方式。生成以后逐段修改。")
    button = gettext_lazy("生成")
    ledger = NOTICES

    def prepare(self, **kwargs: Any) -> None:
        """Only who draws notices up."""
        access.require(self.person, a.DRAW_UP)

    def form(self, *args: Any, **kwargs: Any) -> DrawUpForm:
        """Its form."""
        return DrawUpForm(*args[:1], person=self.person)

    def save(self, form: Any) -> str:
        """Draw it up."""
        row = services.draw_up(actor=self.person, **form.values())
        self.done(_("已生成“%(no)s”，请逐段核对。") % {"no": row.no})
        return NOTICES.url("detail", row.pk)


class _OfSection(FormPage):
    """Abstract: a page about a section."""

    ledger = NOTICES
    action = ""

    def prepare(self, **kwargs: Any) -> None:
        """The section, and the right."""
        self.row = self.seen(NoticeSection, kwargs["pk"], "notice")
        access.require(self.person, self.action, self.row)
        self.lede = f"{self.row.notice.no} · {self.row.heading or self.row.get_kind_display()}"

    def back_url(self) -> str:
        """The notice."""
        return NOTICES.url("detail", self.row.notice_id)


class SectionForm(HouseForm):
    """The words of a section."""

    heading = forms.CharField(label=gettext_lazy("小标题"), max_length=200, required=False)
    text = forms.CharField(label=gettext_lazy("正文"), widget=forms.Textarea(attrs={"rows": 14}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["heading"].initial, self.fields["text"].initial = self.obj.heading, self.obj.text
        places = "、".join(f"{{{name}}}" for name in figures.KNOWN)
        self.fields["text"].help_text = _("每行一段。数字写成花括号里的名称，显示时由台账填入：%(places)s。") % {
            "places": places
        }


class EditSection(_OfSection):
    """Change the words of a section."""

    heading = gettext_lazy("修改通报正文")
    action = a.EDIT

    def form(self, *args: Any, **kwargs: Any) -> SectionForm:
        """Its form."""
        return SectionForm(*args[:1], person=self.person, obj=self.row)

    def save(self, form: Any) -> str:
        """Save."""
        services.edit_section(actor=self.person, section=form.seen(), **form.values())
        self.done(_("已保存。"))
        return self.back_url()


class KeepOutForm(HouseForm):
    """Why an entry stays out of the public version."""

    ground = forms.ChoiceField(
        label=gettext_lazy("不公开的理由"), choices=[("", gettext_lazy("公开")), *Ground.choices], required=False
    )
    note = forms.CharField(
        label=gettext_lazy("说明"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].initial, self.fields["note"].initial = self.obj.ground, self.obj.ground_note


class KeepOut(_OfSection):
    """Ask that an entry stays out."""

    heading = gettext_lazy("提出不公开")
    action = a.EDIT

    def form(self, *args: Any, **kwargs: Any) -> KeepOutForm:
        """Its form."""
        return KeepOutForm(*args[:1], person=self.person, obj=self.row)

    def save(self, form: Any) -> str:
        """Ask."""
        services.keep_out(actor=self.person, section=form.seen(), **form.values())
        self.done(_("已保存。"))
        return self.back_url()


class ApproveForm(HouseForm):
    """The document that approves it."""

    document = forms.CharField(
        label=gettext_lazy("批准文件"), max_length=120, help_text=gettext_lazy("巡察工作领导小组的会议纪要或者文号")
    )


class ApproveGround(_OfSection):
    """Approve that an entry stays out."""

    heading = gettext_lazy("批准不公开")
    action = a.KEEP_OUT
    button = gettext_lazy("批准")
    icon = "check"

    def form(self, *args: Any, **kwargs: Any) -> ApproveForm:
        """Its form."""
        return ApproveForm(*args[:1], person=self.person, obj=self.row)

    def save(self, form: Any) -> str:
        """Approve."""
        services.approve_ground(actor=self.person, section=form.seen(), **form.values())
        self.done(_("已批准。"))
        return self.back_url()


class ReplyForm(HouseForm):
    """What a vetting body replied."""

    body = forms.ChoiceField(label=gettext_lazy("审核机关"), choices=VettingBody.choices)
    by = forms.CharField(label=gettext_lazy("答复单位和人员"), max_length=120)
    replied_on = forms.DateField(label=gettext_lazy("答复日期"))
    document = forms.CharField(label=gettext_lazy("文号"), max_length=120)
    result = forms.ChoiceField(label=gettext_lazy("审核意见"), choices=VettingResult.choices)
    note = forms.CharField(
        label=gettext_lazy("说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["replied_on"].initial = clock.today()


class _OfNotice(FormPage):
    """Abstract: a page about a notice."""

    ledger = NOTICES
    action = ""

    def prepare(self, **kwargs: Any) -> None:
        """The notice, and the right."""
        self.row = self.seen(PublicNotice, kwargs["pk"])
        access.require(self.person, self.action, self.row)
        self.lede = str(self.row)

    def back_url(self) -> str:
        """The notice."""
        return NOTICES.url("detail", self.row.pk)


class Reply(_OfNotice):
    """Record what a vetting body replied."""

    heading = gettext_lazy("登记审核答复")
    action = a.REPLY

    def form(self, *args: Any, **kwargs: Any) -> ReplyForm:
        """Its form."""
        return ReplyForm(*args[:1], person=self.person)

    def save(self, form: Any) -> str:
        """Record."""
        services.record_reply(actor=self.person, notice=self.row, **form.values())
        self.done(_("已登记审核答复。"))
        return self.back_url()


class CompareForm(HouseForm):
    """A text that is to be the locked one."""

    text = forms.CharField(label=gettext_lazy("公开的文字"), widget=forms.Textarea(attrs={"rows": 12}))


class Compare(_OfNotice):
    """Compare what stands on a site with the locked version, at any time."""

    heading = gettext_lazy("与定稿比对")
    action = a.PUBLISH
    button = gettext_lazy("比对")
    icon = "scale"

    def form(self, *args: Any, **kwargs: Any) -> CompareForm:
        """Its form."""
        return CompareForm(*args[:1], person=self.person)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Say where it differs, or that it does not."""
        self.prepare(**kwargs)
        form = self.form(request.POST)
        if not self.row.locked or not form.is_valid():
            return self.ask(form, WRONG_INPUT)
        try:
            steps_notice.compare(self.row, form.cleaned_data["text"])
        except NotAllowed:
            raise
        except Refused as refusal:
            return self.ask(form, refuse(form, refusal))
        self.done(_("公开的文字与定稿一致（空格和空行不计）。"))
        return self.ask(form)


class Preview(PersonView):
    """A version as it reads."""

    template = "disclosure/preview.html"

    def get(self, request: HttpRequest, pk: int, which: str) -> HttpResponse:
        """Show it."""
        row, made = _version(self, pk, which)
        return self.show(
            {
                "notice": row,
                "blocks": made.blocks,
                "name": NAMES[which],
                "url": NOTICES.url("detail", row.pk),
                "paper_url": reverse("disclosure:paper", args=[row.pk, which]),
                "digests": made.digests if row.locked else (),
            }
        )


class Package(PersonView):
    """The locked public version as a signed file for another network."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The package."""
        row = self.seen(PublicNotice, pk, "round")
        access.require(self.person, a.PUBLISH, row)
        content = packages.make(actor=self.person, notice=row)
        return HttpResponse(content, headers=download_headers(f"{row.no}.zip", "zip"))


class Paper(PersonView):
    """A version as a Word document."""

    def get(self, request: HttpRequest, pk: int, which: str) -> HttpResponse:
        """The document."""
        row, made = _version(self, pk, which)
        day = date_format(row.locked_on, "Y年n月j日") if row.locked_on else ""
        name = f"{row.title}（{NAMES[which]}）.docx"
        return HttpResponse(papers.docx(made, day), headers=download_headers(name, "docx"))


def _version(view: PersonView, pk: int, which: str) -> tuple[PublicNotice, versions.Version]:
    if which not in NAMES:
        raise Http404(which)
    row = view.seen(PublicNotice, pk, "round")
    return row, versions.version(row, which)
