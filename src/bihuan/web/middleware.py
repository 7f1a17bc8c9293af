"""Turns what the engine refuses into pages that say why, and carries the simulated day through a request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from bihuan.kernel import clock
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.work import SimulatedReadOnly

Handler = Callable[[HttpRequest], HttpResponse]


class ShellMiddleware:
    """Simulated day from the session; refusals as pages; no cached copies of business pages."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.session.get("simulated_day") if request.user.is_authenticated else None
        with clock.simulate(dt.date.fromisoformat(chosen) if chosen else None):
            response = self.get_response(request)
        patch_vary_headers(response, ["HX-Request"])
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """403 for a missing right, 409 for any other refusal, 423 on a simulated day, 503 while the database is away."""
        if isinstance(error, NotAllowed):
            return render(request, "errors/403.html", {"reasons": error.reasons}, status=403)
        if isinstance(error, Refused):
            return render(request, "errors/refused.html", {"reasons": error.reasons}, status=409)
        if isinstance(error, SimulatedReadOnly):
            return render(request, "errors/simulated.html", status=423)
        if isinstance(error, OperationalError):
            return render(request, "errors/bare.html", {"code": 503}, status=503)
        return None
