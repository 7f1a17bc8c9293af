"""The first screen, by role: what is mine and due, then what my post has to look after."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from bihuan.kernel import access
from bihuan.kernel.models import AdminRole, Person

CONSOLES = {
    AdminRole.SYSTEM.value: "account_list",
    AdminRole.SECURITY.value: "post_list",
    AdminRole.AUDIT.value: "log_list",
}


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The first screen. An administrator goes to their own console: there is no business for them here."""
    person = request.user
    assert isinstance(person, Person)
    viewer = access.viewer(person)
    if viewer.admin_role:
        return HttpResponseRedirect(reverse(CONSOLES[viewer.admin_role]))
    return render(request, "shell/home.html", {"viewer": viewer})
