"""What the pages of requests share: who may ask about which case, a request with its check, printing, taking it back."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel import access, clock, law_findings
from bihuan.kernel.errors import Refused
from bihuan.kernel.files import download_headers
from bihuan.kernel.ledger.forms import ReasonForm
from bihuan.kernel.ledger.registry import of_model
from bihuan.kernel.ledger.views import LedgerDetail
from bihuan.kernel.ledger.views.base import WRONG_INPUT, refuse
from bihuan.kernel.pages.base import PersonView

from .. import actions as a
from ..models import Case, RequestState
from ..opening.services import require_whole
from ..services import asking
from .cases import Act, act_on
from .sealed import require_open


class AskPage(PersonView, ABC):
    """Check and ask. Where nothing could come of any request the page says so with the article, and there is no form."""

    action: ClassVar[str]
    asked: ClassVar[Any]
    """What is said once it is recorded."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The form with what the law allows, or the refusal."""
        return self.answer(self.case(pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Check (`check`), or ask."""
        return self.answer(self.case(pk), request.POST)

    def case(self, pk: int) -> Case:
        """The case, if the person may ask. Raises Http404, NotAllowed."""
        case = require_open(self.person, self.seen(Case, pk, "division", "judge"))
        access.require(self.person, self.action, case)
        return case

    def around(self, case: Case) -> dict[str, Any]:
        """Where the page stands."""
        from ..ledgers import CASES

        return {
            "case": case,
            "back": CASES.url("detail", case.pk),
            "list": CASES.url("list"),
            "list_title": CASES.title,
        }

    @abstractmethod
    def prepare(self, case: Case, on: dt.date, typed: Any) -> dict[str, Any]:
        """The form as `form`, bound to what was typed, and what else the page shows. Raises Refused where there is nothing to ask."""

    def check(self, case: Case, on: dt.date, form: Any) -> Any:
        """What would be said of it; None where nothing is checked beforehand. Raises Refused."""
        return None

    @abstractmethod
    def ask(self, case: Case, form: Any) -> Any:
        """Record it; returns the row. Raises NotAllowed, Refused."""

    def answer(self, case: Case, typed: Any = None) -> HttpResponse:
        """The page, or away after asking."""
        on, context = clock.today(), self.around(case)
        try:
            context |= self.prepare(case, on, typed)
        except Refused as refusal:
            return self.show(context | {"refusals": refusal.reasons}, status=200 if typed is None else WRONG_INPUT)
        form = context["form"]
        if typed is None:
            return self.show(context)
        if not form.is_valid():
            return self.show(context, status=WRONG_INPUT)
        try:
            found = self.check(case, on, form) if "check" in typed else None
            if found is not None:
                return self.show(context | {"checked": found, "then": found.then})
            row = self.ask(case, form)
        except Refused as refusal:
            return self.show(context, status=refuse(form, refusal))
        self.done(self.asked)
        return HttpResponseRedirect(url_of(row))


def url_of(row: Any) -> str:
    """The row's own page."""
    found = of_model(type(row))
    assert found is not None
    return found.url("detail", row.pk)


def offer(action: str, label: Any, icon: str, name: str) -> None:
    """Offer the page `name` on the page of every open case to those who may."""

    def act(person: Any, case: Case) -> Act | None:
        if case.closed_on is not None or not access.may(person, action, case):
            return None
        return Act(label, icon, reverse(name, args=[case.pk]))

    act_on(act)


class RequestDetail(LedgerDetail):
    """A request: what was checked, print, take back. `named` is the stem of its addresses."""

    template_name = "cases/extension_request.html"
    named: ClassVar[str]

    def detail_context(self, obj: Any) -> dict[str, Any]:
        """Adds the findings in words and what may be done."""
        context = super().detail_context(obj)
        may = obj.state == RequestState.OPEN and access.may(self.person, a.WITHDRAW, obj)
        return context | {
            "checked": [law_findings.finding_message(found) for found in obj.checked],
            "print_url": reverse(f"cases:{self.named}_print", args=[obj.pk]),
            "withdraw_url": reverse(f"cases:{self.named}_withdraw", args=[obj.pk]) if may else "",
            "differences": [self.told(obj, one) for one in obj.difference],
        }

    def told(self, obj: Any, difference: dict[str, str]) -> dict[str, str]:
        """A difference as people read it: codes of a closed list by their names."""
        named = dict(obj._meta.get_field(difference["field"]).flatchoices)
        return {key: str(named.get(difference[key], difference[key])) for key in ("asked", "decided")}


class PrintPage(PersonView):
    """The application as a document. It names the parties: of another's case only with the reason all else of it needs."""

    model: ClassVar[Any]
    title: ClassVar[Any]
    document: ClassVar[Callable[[Any], bytes]]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send it. Raises Http404, NotAllowed."""
        row = self.seen(self.model, pk, "case__division", "case__judge", "asked_by")
        require_whole(self.person, row.case)
        headers = download_headers(f"{self.title}-{row.case.number}.docx", "docx")
        return HttpResponse(type(self).document(row), headers=headers)


class WithdrawPage(PersonView):
    """Take a request back, with a reason."""

    template = "cases/withdraw.html"
    model: ClassVar[Any]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the reason."""
        return self.page_of(pk, ReasonForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take it back."""
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self.page_of(pk, form, WRONG_INPUT)
        row = self.seen(self.model, pk, "case")
        try:
            asking.withdraw(actor=self.person, request=row, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            return self.page_of(pk, form, refuse(form, refusal))
        self.done(_("已撤回申请。"))
        return HttpResponseRedirect(url_of(row))

    def page_of(self, pk: int, form: Any, status: int = 200) -> HttpResponse:
        """The page around the form."""
        row = self.seen(self.model, pk, "case")
        access.require(self.person, a.WITHDRAW, row)
        return self.show({"form": form, "row": row, "back": url_of(row)}, status=status)
