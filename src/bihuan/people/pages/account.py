"""One's own page and second factor."""

from __future__ import annotations

from typing import Any

from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bihuan.kernel import access, clock
from bihuan.kernel.models import Delegation, LogEntry, Unit
from bihuan.kernel.work import unit_of_work

from ..services import accounts, duty


class ActivateTotp(ActivateTOTPView):
    """Switching the second factor on leaves its entry in the log."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Record, then let the library do its part."""
        response: HttpResponse = super().form_valid(form)
        with unit_of_work(self.request.user) as uow:
            uow.record("account.second_factor", self.request.user)
        return response


@login_required
def me(request: HttpRequest) -> HttpResponse:
    """Who I am here: posts, units led, who acts for me, what is open in my name, my last sign-ins."""
    person = request.user
    viewer = access.viewer(person)
    entries = LogEntry.objects.filter(actor=person, type__in=["account.signed_in", "account.refused"])
    return render(
        request,
        "people/me.html",
        {
            "person": person,
            "posts": accounts.posts_held(person),
            "led": Unit.objects.filter(pk__in=viewer.led),
            "delegations": Delegation.objects.filter(Delegation.on(clock.today()), person=person).select_related(
                "deputy"
            ),
            "acting_for": Delegation.objects.filter(Delegation.on(clock.today()), deputy=person).select_related(
                "person"
            ),
            "open_items": [] if person.admin_role else duty.open_items(person),
            "sign_ins": entries.order_by("-seq")[:5],
            "second_factor": is_mfa_enabled(person),
        },
    )
