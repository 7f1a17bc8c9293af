"""Pages of opinions: register one and hand out its code, open who sent it for a reason, look an answer up."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel import access, clock
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.ledger.views import LedgerDetail
from bihuan.kernel.ledger.views.base import WRONG_INPUT, refuse
from bihuan.kernel.pages.form_page import ActList, FormPage, HouseForm

from .. import actions as a
from .. import services
from ..ledgers import OPINIONS, TASKS
from ..models import Channel, Opinion, OpinionTask


class OpinionList(ActList):
    """The list, with the ways to register one and to look a receipt up."""

    acts = (
        (a.REGISTER, gettext_lazy("登记意见"), "plus", "disclosure:register"),
        (a.IMPORT, gettext_lazy("接收网上意见"), "inbox", "disclosure:take_in"),
        (a.LOOK_UP, gettext_lazy("回执查询"), "search", "disclosure:receipt"),
    )


class TakeIn(FormPage):
    """Take in what the public typed into its pages."""

    heading = gettext_lazy("接收网上意见")
    lede = gettext_lazy("公开网页收到的意见每晚自动接收，也可以现在接收。")
    button = gettext_lazy("接收")
    icon = "inbox"
    ledger = OPINIONS

    def prepare(self, **kwargs: Any) -> None:
        """Only where opinions are received."""
        access.require(self.person, a.IMPORT)

    def form(self, *args: Any, **kwargs: Any) -> HouseForm:
        """Nothing is asked."""
        return HouseForm(*args[:1], person=self.person)

    def save(self, form: Any) -> str:
        """Take in, and say how many."""
        done = services.take_in()
        self.done(_("接收意见 %(made)s 件，不能接收 %(faults)s 件。") % {"made": done.opinions, "faults": done.faults})
        return OPINIONS.url("list")


class OpinionDetail(LedgerDetail):
    """The opinion: what it says, its task, its answer. Who sent it is behind a reason."""

    template_name = "disclosure/opinion.html"

    def detail_context(self, obj: Any) -> dict[str, Any]:
        """Adds the task and the way to the sender."""
        context = super().detail_context(obj)
        task = access.visible(self.person, OpinionTask).filter(opinion=obj).select_related("unit").first()
        may_open = (obj.named or obj.text_sealed) and access.may(self.person, a.IDENTITY, obj)
        return context | {
            "task": task,
            "task_url": TASKS.url("detail", task.pk) if task else "",
            "identity_url": reverse("disclosure:identity", args=[obj.pk]) if may_open else "",
        }


class TaskDetail(LedgerDetail):
    """What a department was given, and what it answered."""

    template_name = "disclosure/task.html"

    def detail_context(self, obj: Any) -> dict[str, Any]:
        """Adds the problems and, for the receiver, the opinion."""
        context = super().detail_context(obj)
        opinion = access.visible(self.person, Opinion).filter(pk=obj.opinion_id).first()
        return context | {
            "problems": list(obj.problems.all()),
            "opinion_url": OPINIONS.url("detail", opinion.pk) if opinion else "",
        }


class RegisterForm(HouseForm):
    """An opinion as it is told."""

    channel = forms.ChoiceField(
        label=gettext_lazy("来源"),
        choices=[(one.value, one.label) for one in (Channel.PHONE, Channel.LETTER, Channel.VISIT)],
    )
    received_on = forms.DateField(label=gettext_lazy("收到日期"))
    text = forms.CharField(label=gettext_lazy("意见内容"), max_length=5000, widget=forms.Textarea(attrs={"rows": 6}))
    name = forms.CharField(
        label=gettext_lazy("来信人姓名"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("愿意署名的填写，加密保存。"),
    )
    contact = forms.CharField(
        label=gettext_lazy("联系方式"), max_length=120, required=False, help_text=gettext_lazy("加密保存，部门看不到。")
    )
    about_office = forms.BooleanField(
        label=gettext_lazy("反映的是督察室或者督察室人员"),
        required=False,
        help_text=gettext_lazy("由派驻纪检监察组接收，督察室看不到。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["received_on"].initial = clock.today()


class Register(FormPage):
    """Register an opinion. Its code is shown once, to be told to the sender."""

    heading = gettext_lazy("登记群众意见")
    lede = gettext_lazy("登记后由接收人交办。回执码只显示一次，请当场告知来信人。")
    button = gettext_lazy("登记")
    ledger = OPINIONS

    def prepare(self, **kwargs: Any) -> None:
        """Only at a desk where opinions arrive."""
        access.require(self.person, a.REGISTER)

    def form(self, *args: Any, **kwargs: Any) -> RegisterForm:
        """Its form."""
        return RegisterForm(*args[:1], person=self.person)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Register, and show the code: a page that is not kept."""
        self.prepare(**kwargs)
        form = self.form(request.POST)
        if not form.is_valid():
            return self.ask(form, WRONG_INPUT)
        try:
            made = services.receive(actor=self.person, **form.values())
        except NotAllowed:
            raise
        except Refused as refusal:
            return self.ask(form, refuse(form, refusal))
        seen = access.visible(self.person, Opinion).filter(pk=made.opinion.pk).exists()
        answer = render(
            request,
            "disclosure/registered.html",
            {
                "person": self.person,
                "opinion": made.opinion,
                "receipt": made.receipt,
                "url": OPINIONS.url("detail", made.opinion.pk) if seen else "",
                "list_url": OPINIONS.url("list"),
                "ledger": OPINIONS,
            },
        )
        add_never_cache_headers(answer)
        return answer


class ReasonForm(HouseForm):
    """Why the sender's identity is opened."""

    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("写入日志，不能删改。"),
    )  # fmt: skip


class OpenIdentity(FormPage):
    """Open who sent an opinion, for a reason."""

    heading = gettext_lazy("查看来信人身份")
    lede = gettext_lazy("只在答复、核实确有需要时查看。谁、何时、为什么看过，都在日志里。")
    button = gettext_lazy("查看")
    icon = "lock-open"
    ledger = OPINIONS

    def prepare(self, **kwargs: Any) -> None:
        """The opinion, and the right that was given by name."""
        self.row = self.seen(Opinion, kwargs["pk"])
        access.require(self.person, a.IDENTITY, self.row)

    def form(self, *args: Any, **kwargs: Any) -> ReasonForm:
        """Its form."""
        return ReasonForm(*args[:1], person=self.person)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Record the reason, then show: a page that is not kept."""
        self.prepare(**kwargs)
        form = self.form(request.POST)
        if not form.is_valid():
            return self.ask(form, WRONG_INPUT)
        try:
            identity = services.open_identity(actor=self.person, opinion=self.row, reason=form.cleaned_data["reason"])
        except NotAllowed:
            raise
        except Refused as refusal:
            return self.ask(form, refuse(form, refusal))
        answer = render(
            request,
            "disclosure/identity.html",
            {
                "person": self.person,
                "identity": identity,
                "opinion": self.row,
                "back": self.back_url(),
                "list_url": OPINIONS.url("list"),
                "ledger": OPINIONS,
            },
        )
        add_never_cache_headers(answer)
        return answer

    def back_url(self) -> str:
        """The opinion."""
        return OPINIONS.url("detail", self.row.pk)


class ReceiptForm(HouseForm):
    """A receipt code."""

    receipt = forms.CharField(
        label=gettext_lazy("回执码"), max_length=40, help_text=gettext_lazy("16 位字母和数字，大小写、空格、短横均可。")
    )


class LookUp(FormPage):
    """Look the answer up for somebody who asks at the counter."""

    heading = gettext_lazy("回执查询")
    lede = gettext_lazy("来信人凭回执码查询办理情况，不需要说明身份。")
    button = gettext_lazy("查询")
    icon = "search"
    ledger = OPINIONS
    template = "disclosure/look_up.html"

    def prepare(self, **kwargs: Any) -> None:
        """Only at a desk where opinions arrive."""
        access.require(self.person, a.LOOK_UP)
        self.found: Opinion | None = None

    def form(self, *args: Any, **kwargs: Any) -> ReceiptForm:
        """Its form."""
        return ReceiptForm(*args[:1], person=self.person)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show the state and the answer beneath the form."""
        self.prepare(**kwargs)
        form = self.form(request.POST)
        if not form.is_valid():
            return self.ask(form, WRONG_INPUT)
        try:
            self.found = services.look_up(actor=self.person, receipt=form.cleaned_data["receipt"])
        except NotAllowed:
            raise
        except Refused as refusal:
            return self.ask(form, refuse(form, refusal))
        return self.ask(form)

    def more(self, form: Any) -> dict[str, Any]:
        """What was found."""
        return {"found": self.found, "state": _state(self.found) if self.found else ""}


def _state(row: Opinion) -> str:
    return str(row.get_state_display()) or _("办理中")
