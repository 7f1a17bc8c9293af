"""Batch handling: each selected row in a unit of work of its own, with a report of what was refused and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from ... import access
from ...errors import Refused
from ...pages.base import row_ids
from ...wording import Message
from ...work import unit_of_work
from .. import need
from ..declaration import Bulk
from ..forms import ReasonForm, StepForm
from ..service import IS_VOID
from ..tables import sorted_by_default
from .base import WRONG_INPUT, LedgerView

MOST_ROWS = 500


class LedgerBulk(LedgerView):
    """Shows the selected rows and asks for what the act needs; then does it row by row."""

    template_name = "ledger/bulk.html"
    report_name = "ledger/bulk_report.html"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """A reloaded page has lost its selection."""
        return HttpResponseRedirect(self.ledger.url("list"))

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """First the confirmation, then (with `confirm`) the act."""
        bulk = self.bulk()
        rows = self.chosen()
        if not rows:
            messages.error(request, _("请先选择要处理的行。"))
            return HttpResponseRedirect(self.ledger.url("list"))
        confirmed = "confirm" in request.POST
        reason, more = self.ask(bulk, confirmed)
        if not confirmed:
            return self.page(bulk, rows, reason, more)
        whole = reason.is_valid()
        whole = (more is None or more.is_valid()) and whole
        if not whole:
            return self.page(bulk, rows, reason, more, WRONG_INPUT)
        data = more.data_for_step() if isinstance(more, StepForm) else dict(more.cleaned_data) if more else {}
        outcome = [(obj, self.do(bulk, obj, data, reason.cleaned_data["reason"])) for obj in rows]
        done = [obj for obj, reasons in outcome if not reasons]
        refused = [{"object": obj, "name": self.ledger.name_of(obj), "url": self.ledger.url("detail", obj.pk), "reasons": r}
                   for obj, r in outcome if r]  # fmt: skip
        return self.show(self.report_name, bulk=bulk, done=done, refused=refused, total=len(rows))

    def do(self, bulk: Bulk, obj: Any, data: dict[str, Any], reason: str) -> list[Message]:
        """One row. Returns the reasons of a refusal; the row is then as it was."""
        try:
            if getattr(obj, "is_void", False):
                raise Refused(Message(IS_VOID, {"row": self.ledger.name_of(obj)}))
            with unit_of_work(self.person):
                access.require(self.person, bulk.action, obj)
                bulk.apply(actor=self.person, obj=obj, data=data, reason=reason)
        except Refused as refusal:
            return list(refusal.reasons)
        return []

    def bulk(self) -> Bulk:
        """The act asked for; NotAllowed when it is not the person's."""
        code = self.request.POST.get("code", "")
        for bulk in self.ledger.bulk:
            if bulk.code == code:
                access.require(self.person, bulk.action)
                return bulk
        raise Http404(f"{self.ledger.code} has no batch act {code!r}")

    def chosen(self) -> list[Any]:
        """The selected rows that the person may see."""
        ids = row_ids(self.request.POST.getlist("pk"))[:MOST_ROWS]
        return list(sorted_by_default(self.ledger, self.rows().filter(need.opened(self.ledger, self.person), pk__in=ids)))

    def ask(self, bulk: Bulk, bound: bool) -> tuple[ReasonForm, forms.Form | None]:
        """The form of the reason, and the act's own."""
        data = self.request.POST if bound else None
        reason = ReasonForm(data)
        reason.fields["reason"].required = bulk.needs_reason
        del reason.fields["version"]
        if bulk.form is None:
            return reason, None
        if issubclass(bulk.form, StepForm):
            return reason, bulk.form(data, person=self.person)
        return reason, bulk.form(data)

    def page(
        self, bulk: Bulk, rows: list[Any], reason: ReasonForm, more: forms.Form | None, status: int = 200
    ) -> HttpResponse:
        """The page that shows what is about to be done."""
        named = [{"pk": obj.pk, "name": self.ledger.name_of(obj)} for obj in rows]
        back = self.ledger.url("list")
        return self.show(self.template_name, status, bulk=bulk, rows=named, form=reason, more=more, back=back)
