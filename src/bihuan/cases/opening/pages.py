"""The form in which a reason is given, and what the handling judge sees of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel import access
from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger.forms import dress
from bihuan.kernel.ledger.views.base import WRONG_INPUT, refuse
from bihuan.kernel.models import Person
from bihuan.kernel.pages.base import PersonView

from ..models import AccessReason, Case
from ..pages.sealed import require_open
from . import services

SHOWN = 20


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=gettext_lazy("查看理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
                             help_text=gettext_lazy("记入日志，承办法官可以看到。"))  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)


class OpenWhole(PersonView):
    """Give the reason, then see all."""

    template = "cases/open_whole.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The form by itself."""
        return self.page_of(self.case(pk), ReasonForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Record it and go to the case."""
        case, form = self.case(pk), ReasonForm(request.POST)
        if not form.is_valid():
            return self.page_of(case, form, status=WRONG_INPUT)
        try:
            row = services.open_whole(actor=self.person, case=case, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            return self.page_of(case, form, status=refuse(form, refusal))
        self.done(_("已记录查看理由，%(until)s 前可以查看全部内容。") % {"until": f"{timezone.localtime(row.until):%Y-%m-%d %H:%M}"})
        return HttpResponseRedirect(self.back(self.back_to(case)))

    def case(self, pk: int) -> Case:
        """The case, which the person sees and a reason opens. Raises Http404, NotAllowed."""
        case = require_open(self.person, self.seen(Case, pk, "division", "judge"))
        access.require(self.person, services.OPEN_WHOLE, case)
        return case

    def back_to(self, case: Case) -> str:
        """The page of the case."""
        from ..ledgers import CASES

        return CASES.url("detail", case.pk)

    def page_of(self, case: Case, form: ReasonForm, *, status: int = 200) -> HttpResponse:
        """The form with what is wrong."""
        return self.show({"case": case, "form": form, "back": self.back_to(case), "next": self.back("")}, status=status)


def looks(person: Person, case: Case) -> list[AccessReason]:
    """Who opened the case, when and why, the latest first: for its judge."""
    if not access.viewer(person).is_me(case.judge_id):
        return []
    rows = access.visible(person, AccessReason).filter(case=case.pk, voided_at=None).select_related("person")
    return list(rows.order_by("-at", "-pk")[:SHOWN])
