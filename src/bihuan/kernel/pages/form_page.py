"""A page that asks one form and calls one service. What was typed stays, whatever is refused."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .. import access
from ..errors import NotAllowed, Refused
from ..ledger.forms import dress, limit_choices
from ..ledger.views import LedgerList
from ..ledger.views.base import CONFLICT, WRONG_INPUT, refuse
from ..models import Person
from .base import PersonView


class HouseForm(forms.Form):
    """A form dressed like every other. Over an existing row it carries the revision the person looked at."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, person: Person, obj: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.obj = person, obj
        if obj is None:
            del self.fields["version"]
        else:
            self.fields["version"].initial = obj.revision
        limit_choices(self, person, obj)
        dress(self)

    def values(self) -> dict[str, Any]:
        """What was given, without the revision."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def seen(self) -> Any:
        """The row as the person looked at it: a service then refuses when it changed meanwhile."""
        given = self.cleaned_data.get("version")
        self.obj.revision = -1 if given is None else given
        return self.obj


class ReasonForm(HouseForm):
    """A reason, and nothing else."""

    reason = forms.CharField(label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class Offered(NamedTuple):
    """An act above a list. `about`: what it is done to, where the right depends on it (else: to anything at all)."""

    action: str
    label: Any
    icon: str
    name: str
    about: Any = None


class ActList(LedgerList):
    """A ledger's list with the acts of the domain above it, each by its address."""

    template_name = "ledger/acts_list.html"
    acts: ClassVar[tuple[tuple[str, Any, str, str] | Offered, ...]] = ()

    def list_context(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds those the person may do."""
        shown = [
            {"label": act.label, "icon": act.icon, "url": reverse(act.name)}
            for act in (Offered(*given) for given in self.acts)
            if access.may(self.person, act.action, act.about)
        ]
        return {**super().list_context(*args, **kwargs), "acts": shown}


class FormPage(PersonView):
    """Derive: `prepare` finds the row and checks the right, `form` makes the form, `save` calls the service."""

    template: ClassVar[str] = "shell/form_page.html"
    heading: Any = ""
    lede: Any = ""
    button: Any = _("保存")
    icon: str = "device-floppy"
    danger: bool = False
    ledger: Any = None
    """Whose list the crumbs lead to."""

    def prepare(self, **kwargs: Any) -> None:
        """Find what the page is about; raise Http404, NotAllowed, Refused."""

    def form(self, *args: Any, **kwargs: Any) -> Any:
        """The form, bound to `args` if given."""
        raise TypeError("a form page names its form")

    def save(self, form: Any) -> str:
        """Write, say what was done, return where to go."""
        raise TypeError("a form page names its service")

    def back_url(self) -> str:
        """Where “cancel” leads."""
        return str(self.ledger.url("list"))

    def more(self, form: Any) -> dict[str, Any]:
        """What the template needs besides."""
        return {}

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Ask."""
        self.prepare(**kwargs)
        return self.ask(self.form())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Do it, or ask again with what was typed and why it was not done."""
        self.prepare(**kwargs)
        form = self.form(request.POST, request.FILES)
        if not form.is_valid():
            return self.ask(form, WRONG_INPUT)
        try:
            target = self.save(form)
        except NotAllowed:
            raise
        except Refused as refusal:
            return self.ask(form, refuse(form, refusal))
        return HttpResponseRedirect(target)

    def ask(self, form: Any, status: int = 200) -> HttpResponse:
        """Draw the form."""
        context = {
            "form": form,
            "heading": self.heading,
            "lede": self.lede,
            "button": self.button,
            "button_icon": self.icon,
            "danger": self.danger,
            "back": self.back_url(),
            "ledger": self.ledger,
            "list_url": self.ledger.url("list") if self.ledger else "",
            "fresh": self.request.get_full_path() if status == CONFLICT else "",
        }
        return self.show({**context, **self.more(form)}, status=status)
