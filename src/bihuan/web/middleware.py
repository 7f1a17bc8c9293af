"""Turns what the engine refuses into pages that say why, and carries the simulated day through a request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from bihuan.kernel import clock, parameters
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.operations import faults
from bihuan.kernel.sheets.messages import TOO_LARGE
from bihuan.kernel.wording import Message
from bihuan.kernel.work import SimulatedReadOnly

from .pages import unavailable

Handler = Callable[[HttpRequest], HttpResponse]
MB = 1024 * 1024
FORM_ROOM = 64 * 1024
"""What a form may hold besides a file: its other fields and the lines between them."""


class UploadLimitMiddleware:
    """Refuses a body that is too large by what the request says of itself, before a byte of it is read.

    It stands before the check of the form's token, which reads the whole form. Who is not signed in sends forms alone.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = str(request.META.get("CONTENT_LENGTH") or "0")
        most = settings.BIHUAN_MAX_UPLOAD if request.user.is_authenticated else 0
        if length.isdecimal() and int(length) > most + FORM_ROOM:
            told = {"size_mb": f"{int(length) / MB:.1f}", "limit_mb": f"{(most or FORM_ROOM) / MB:.1f}"}
            context = {"reason": Message(TOO_LARGE, told)}
            return render(request, "sheets/too_large.html", context, status=413)
        return self.get_response(request)


class ShellMiddleware:
    """Simulated day from the session; refusals as pages; no cached copies of business pages."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        parameters.refresh()
        chosen = request.session.get("simulated_day") if request.user.is_authenticated else None
        with clock.simulate(dt.date.fromisoformat(chosen) if chosen else None):
            response = self.get_response(request)
        patch_vary_headers(response, ["HX-Request"])
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """403 for a missing right, 409 for any other refusal, 423 on a simulated day, 503 when the machine fails."""
        if isinstance(error, NotAllowed):
            return render(request, "errors/403.html", {"reasons": error.reasons}, status=403)
        if isinstance(error, Refused):
            return render(request, "errors/refused.html", {"reasons": error.reasons}, status=409)
        if isinstance(error, SimulatedReadOnly):
            return render(request, "errors/simulated.html", status=423)
        fault = faults.of(error)
        return unavailable(request, fault) if fault is not None else None
