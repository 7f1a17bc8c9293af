"""Taking one step of a flow: the note, what the step asks besides, and what stands against it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from ... import access, workflow
from ...errors import Refused, Stale
from ...wording import Message
from ...workflow import Flow, Transition
from ..cells import state_of
from ..forms import StepForm, dress, step_forms
from ..service import version_of
from .base import WRONG_INPUT, RowMixin, refuse


class NoteForm(forms.Form):
    """The note of a step, and the version of the row it was written about."""

    note = forms.CharField(label=gettext_lazy("意见"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, step: Transition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = step.needs_note
        if step.silent:
            del self.fields["note"]
        dress(self)


class LedgerDo(RowMixin, View):
    """The page of a step."""

    template_name = "ledger/step.html"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Ask for what the step needs, or say what stands against it."""
        obj, flow, step = self.subject()
        note = NoteForm(initial={"version": version_of(obj)}, step=step)
        return self.page(obj, flow, step, note, self.more(step, obj))

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Take the step, or show the page again with what was typed and why it was refused."""
        obj, flow, step = self.subject()
        note = NoteForm(request.POST, step=step)
        more = self.more(step, obj, request.POST, request.FILES)
        whole = note.is_valid()
        whole = (more is None or more.is_valid()) and whole
        if not whole:
            return self.page(obj, flow, step, note, more, WRONG_INPUT)
        name = self.ledger.name_of(obj)
        try:
            if note.cleaned_data["version"] != version_of(obj):
                raise Stale(Message(workflow.CHANGED))
            data = more.data_for_step() if more is not None else {}
            flow.perform(obj, step.code, actor=self.person, note=note.cleaned_data.get("note", ""), data=data)
        except Refused as refusal:
            status = refuse(note, refusal)
            return self.page(self.get_object(), flow, step, note, more, status)
        messages.success(request, _("已办理“%(step)s”：%(row)s。") % {"step": step.label, "row": name})
        seen = self.rows().filter(pk=obj.pk).exists()
        return HttpResponseRedirect(self.ledger.url("detail", obj.pk) if seen else self.ledger.url("list"))

    def subject(self) -> tuple[Any, Flow, Transition]:
        """Row, flow and step. 404 for a step there is not; NotAllowed for one that is not the person's to take."""
        flow = self.ledger.flow
        if flow is None:
            raise Http404(f"{self.ledger.code} has no flow")
        obj = self.get_object()
        try:
            step = flow.transition(self.kwargs["step"])
        except KeyError:
            raise Http404(f"flow {flow.code} has no step {self.kwargs['step']}") from None
        if step.by_system:
            raise Http404(f"step {step.code} is taken by the system")
        access.require(self.person, step.action, obj)
        return obj, flow, step

    def more(self, step: Transition, obj: Any, *args: Any) -> StepForm | None:
        """The step's own form."""
        return step_forms()[step.form](*args, person=self.person, obj=obj) if step.form else None

    def against(self, obj: Any, flow: Flow, step: Transition) -> list[Message]:
        """What stands against the step at present, before anything is typed."""
        if getattr(obj, "is_void", False):
            from ..service import IS_VOID

            return [Message(IS_VOID, {"row": self.ledger.name_of(obj)})]
        for offer in flow.offers(self.person, obj):
            if offer.transition.code == step.code:
                return list(offer.refusals)
        names = {"state": flow.label(obj.state), "transition": str(step.label)}
        return [Message(workflow.WRONG_STATE, names)]

    def page(
        self, obj: Any, flow: Flow, step: Transition, note: NoteForm, more: StepForm | None, status: int = 200
    ) -> HttpResponse:
        """The page around the forms."""
        context = {
            "object": obj,
            "name": self.ledger.name_of(obj),
            "badge": state_of(self.ledger, obj),
            "step": step,
            "target": flow.label(step.target),
            "form": note,
            "more": more,
            "against": self.against(obj, flow, step),
            "back": self.ledger.url("detail", obj.pk),
        }
        return self.show(self.template_name, status, **context)
