"""Signing in, one's own page and second factor."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from allauth.account.views import LoginView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access, clock
from bihuan.kernel.models import Delegation, LogEntry, Unit
from bihuan.kernel.work import unit_of_work

from .. import demo
from ..services import accounts, duty
from .common import person_of


class SignInForm(LoginForm):
    """User names do not mind the case; attempts are counted by the same name however it is typed."""

    def clean_login(self) -> str:
        """The name in small letters."""
        return str(super().clean_login()).lower()


class SignIn(LoginView):
    """The sign-in page; in the demo it offers the demo accounts."""

    form_class = SignInForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The demo's accounts and password, in the demo alone."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if settings.BIHUAN_DEMO:
            context |= {"demo_accounts": demo.accounts(), "demo_password": demo.password()}
        return context


class SecondStep(AuthenticateView):
    """The one-time code at sign-in; a wrong one leaves its entry."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """Record it, and ask again."""
        person = self.stage.login.user
        with unit_of_work(None) as uow:
            uow.record("account.code_refused", person, params={"name": person.name})
        response: HttpResponse = super().form_invalid(form)
        return response


class ActivateTotp(ActivateTOTPView):
    """Switching the second factor on leaves its entry in the log."""

    def get_form(self, form_class: Any = None) -> Any:
        """The library's form, in the words of our pages."""
        form = super().get_form(form_class)
        form.fields["code"].label = _("验证码")
        return form

    def form_valid(self, form: Any) -> HttpResponse:
        """Record, and let the library do its part, together."""
        with unit_of_work(person_of(self.request)) as uow:
            response: HttpResponse = super().form_valid(form)
            uow.record("account.second_factor", person_of(self.request))
        return response


class DeactivateTotp(DeactivateTOTPView):
    """Switching it off leaves its entry too; administrators keep theirs."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Record, and let the library do its part, together."""
        with unit_of_work(person_of(self.request)) as uow:
            response: HttpResponse = super().form_valid(form)
            uow.record("account.second_factor_off", person_of(self.request))
        return response


class RecoveryCodes(GenerateRecoveryCodesView):
    """New recovery codes; the old ones are void."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Record, and let the library do its part, together."""
        with unit_of_work(person_of(self.request)) as uow:
            response: HttpResponse = super().form_valid(form)
            uow.record("account.recovery_codes", person_of(self.request))
        return response


@login_required
def me(request: HttpRequest) -> HttpResponse:
    """Who I am here: posts, units led, who acts for me, what is open in my name, my last sign-ins."""
    person = person_of(request)
    viewer = access.viewer(person)
    running = Delegation.objects.filter(Delegation.on(clock.today())).select_related("deputy", "person")
    entries = LogEntry.objects.filter(actor=person, type="account.signed_in")
    context = {
        "person": person,
        "posts": accounts.posts_held(person),
        "led": Unit.objects.filter(pk__in=viewer.led),
        "delegations": running.filter(person=person),
        "acting_for": running.filter(deputy=person),
        "open_items": [] if person.admin_role else duty.open_items(person),
        "sign_ins": entries.order_by("-seq")[:5],
        "second_factor": is_mfa_enabled(person),
    }
    return render(request, "people/me.html", context)
