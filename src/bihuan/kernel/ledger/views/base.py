"""What every view of a ledger does first: sign-in, may the person open the ledger, which rows are theirs to see."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views import View

from ... import access
from ...errors import NotAllowed, Refused, Stale
from ...models.org import Person
from ...wording import Message, wording
from .. import need
from ..declaration import Ledger

NO_ENTRY = wording("ledger.no_entry", _("“%(person)s”不能打开“%(ledger)s”。管理员账号不接触业务数据；需要办理的，请使用业务账号。"))
WRONG_INPUT = 422
CONFLICT = 409


def may_open(person: Person, ledger: Ledger) -> bool:
    """Whether the ledger is open to the person: its `view` action, else any person with business."""
    if ledger.view:
        return access.may(person, ledger.view)
    return person.is_active and not access.viewer(person).admin_role


class LedgerMixin(LoginRequiredMixin):
    """Sign-in and access. `action` names the attribute of the ledger that holds the action this view needs ("add" ...)."""

    ledger: Ledger = cast(Ledger, None)  # set by as_view(ledger=...)
    action = ""
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Check before any work is done. Raises NotAllowed (a page of its own says why)."""
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        if not may_open(self.person, self.ledger):
            names = {"person": str(self.person), "ledger": str(self.ledger.title)}
            raise NotAllowed(Message(NO_ENTRY, names))
        if self.action:
            code = getattr(self.ledger, self.action)
            if not code:
                raise Http404(f"{self.ledger.code} declares no {self.action}")
            access.require(self.person, code)
        return super().dispatch(request, *args, **kwargs)

    @property
    def person(self) -> Person:
        """Who asks."""
        return cast(Person, self.request.user)

    def rows(self) -> QuerySet[Any]:
        """The rows the person may see."""
        return access.visible(self.person, self.ledger.model)

    def context(self, **more: Any) -> dict[str, Any]:
        """What every template of the engine gets."""
        base = {"ledger": self.ledger, "title": self.ledger.title, "urls": {"list": self.ledger.url("list")}}
        return {**base, **more}

    def show(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        """Render a page."""
        return render(self.request, template, self.context(**context), status=status)


class LedgerView(LedgerMixin, View):
    """Base of the views that are about the whole ledger."""


class RowMixin(LedgerMixin):
    """A view about one row: `obj`, or 404 for a row that is not there or not to be seen by the person."""

    kwargs: dict[str, Any]
    nodes_suffice = False
    """Whether the view does with the nodes of a row the rest of which is not open to the person (see `ledger.need`)."""

    def get_object(self) -> Any:
        """The row with its relations loaded. Raises NotAllowed where the view needs more of it than is open to the person."""
        from ..tables import loaded

        rows = loaded(self.ledger, self.rows(), tuple(self.paths()))
        found = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404(f"no visible row {self.kwargs['pk']} in {self.ledger.code}")
        if not self.nodes_suffice:
            need.require(self.ledger, self.person, found)
        return found

    def paths(self) -> list[str]:
        """The fields the page shows of the row."""
        return list(dict.fromkeys([*self.ledger.form_fields, *(c.name for c in self.ledger.all_columns)]))


def status_of(refusal: Refused) -> int:
    """The answer's status: 403 without the right, 409 when somebody else was faster, else 422."""
    if isinstance(refusal, NotAllowed):
        return 403
    return CONFLICT if isinstance(refusal, Stale) else WRONG_INPUT


def refuse(form: forms.BaseForm, refusal: Refused) -> int:
    """Put the reasons at the head of the form, which keeps what was typed. Returns the answer's status."""
    for reason in refusal.reasons:
        form.add_error(None, str(reason))
    return status_of(refusal)
