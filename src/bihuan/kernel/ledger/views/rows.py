"""Adding, correcting and voiding one row."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views import View

from ... import access
from ...errors import Refused
from .. import service
from ..forms import LedgerForm, ReasonForm, form_class
from .base import WRONG_INPUT, LedgerView, RowMixin, refuse


class LedgerAdd(LedgerView):
    """The form of a new row. The query string may fill fields in advance (`?problem=3`)."""

    template_name = "ledger/form.html"
    action = "add"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Show the empty form."""
        return self.page(self.form(initial=self.initial()))

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Save, or show the form again with what was typed and why it was not saved."""
        form = self.form(request.POST, request.FILES, initial=self.initial())
        if not form.is_valid():
            return self.page(form, WRONG_INPUT)
        try:
            obj = service.create(self.ledger, actor=self.person, values=form.values())
        except Refused as refusal:
            return self.page(form, refuse(form, refusal))
        messages.success(request, _("已新增“%(row)s”。") % {"row": self.ledger.name_of(obj)})
        return HttpResponseRedirect(self.after(obj))

    def after(self, obj: Any) -> str:
        """Where to go: the row; the list when it is not the person's to see; the form again when asked for."""
        if "again" in self.request.POST:
            query = self.request.GET.urlencode()
            return self.ledger.url("add") + (f"?{query}" if query else "")
        seen = self.rows().filter(pk=obj.pk).exists()
        return self.ledger.url("detail", obj.pk) if seen else self.ledger.url("list")

    def form(self, *args: Any, **kwargs: Any) -> LedgerForm:
        """The form for this person."""
        return form_class(self.ledger)(*args, person=self.person, ledger=self.ledger, **kwargs)

    def initial(self) -> dict[str, str]:
        """Field values given in advance; the form still offers only what the person may see."""
        return {name: self.request.GET[name] for name in self.ledger.form_fields if name in self.request.GET}

    def page(self, form: LedgerForm, status: int = 200) -> HttpResponse:
        """The page around the form."""
        heading = _("新增%(ledger)s") % {"ledger": self.ledger.title}
        return self.show(self.template_name, status, form=form, heading=heading, object=None, back=self.ledger.url("list"))


class LedgerChange(RowMixin, View):
    """The form of a correction: asks for the reason, refuses frozen fields and lost updates."""

    template_name = "ledger/form.html"
    action = "change"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Show the form."""
        obj = self.changeable()
        return self.page(obj, self.form(instance=obj))

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Save, or show the form again with what was typed and why it was not saved."""
        obj = self.changeable()
        name = self.ledger.name_of(obj)
        form = self.form(request.POST, request.FILES, instance=obj)
        if not form.is_valid():
            return self.page(obj, form, WRONG_INPUT, name)
        try:
            values, reason, version = form.values(), form.cleaned_data["reason"], form.cleaned_data["version"]
            service.change(
                self.ledger, actor=self.person, obj=obj, values=values, reason=reason, version=version or "missing"
            )
        except Refused as refusal:
            return self.page(obj, form, refuse(form, refusal), name)
        messages.success(request, _("已更正“%(row)s”。") % {"row": name})
        return HttpResponseRedirect(self.ledger.url("detail", obj.pk))

    def changeable(self) -> Any:
        """The row, if the person may correct it."""
        obj = self.get_object()
        access.require(self.person, self.ledger.change, obj)
        return obj

    def form(self, *args: Any, **kwargs: Any) -> LedgerForm:
        """The form for this person."""
        return form_class(self.ledger)(*args, person=self.person, ledger=self.ledger, **kwargs)

    def page(self, obj: Any, form: LedgerForm, status: int = 200, name: str = "") -> HttpResponse:
        """The page around the form."""
        name = name or self.ledger.name_of(obj)
        heading = _("更正：%(row)s") % {"row": name}
        back = self.ledger.url("detail", obj.pk)
        fresh = self.ledger.url("change", obj.pk) if status == 409 else ""
        return self.show(self.template_name, status, form=form, heading=heading, object=obj, back=back, fresh=fresh)


class LedgerVoid(RowMixin, View):
    """作废 with a reason. The row stays to be looked at."""

    template_name = "ledger/void.html"
    action = "void"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Ask for the reason."""
        obj = self.voidable()
        return self.page(obj, ReasonForm(initial={"version": service.version_of(obj)}))

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Void the row, or say why not."""
        obj = self.voidable()
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self.page(obj, form, WRONG_INPUT)
        try:
            given = form.cleaned_data
            service.void(
                self.ledger, actor=self.person, obj=obj, reason=given["reason"], version=given["version"] or "missing"
            )
        except Refused as refusal:
            return self.page(obj, form, refuse(form, refusal))
        messages.success(request, _("已作废“%(row)s”。") % {"row": self.ledger.name_of(obj)})
        return HttpResponseRedirect(self.ledger.url("detail", obj.pk))

    def voidable(self) -> Any:
        """The row, if the person may void it."""
        obj = self.get_object()
        access.require(self.person, self.ledger.void, obj)
        if obj.is_void:
            raise Http404(f"row {obj.pk} of {self.ledger.code} is void already")
        return obj

    def page(self, obj: Any, form: ReasonForm, status: int = 200) -> HttpResponse:
        """The page around the form."""
        back = self.ledger.url("detail", obj.pk)
        return self.show(self.template_name, status, form=form, object=obj, name=self.ledger.name_of(obj), back=back)
