"""Pages of the shell itself: preferences, the simulated day, errors."""

from __future__ import annotations

import datetime as dt
import re
import sys
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from bihuan.kernel import access, clock, journal
from bihuan.kernel.operations import faults

YEAR = 365 * 24 * 3600
_SECRET = re.compile("password|passphrase|secret|otp", re.IGNORECASE)
_WORDS = re.compile(r"[^\x00-\x7f]|\s")
"""What a person wrote, and not a number, a day or a choice: worth showing, to be copied."""


@require_POST
def preference(request: HttpRequest) -> HttpResponse:
    """Keep theme or language in a cookie of this browser."""
    response = HttpResponseRedirect(_back(request))
    theme = request.POST.get("theme", "")
    language = request.POST.get("language", "")
    secure = settings.SESSION_COOKIE_SECURE
    if theme in {"light", "dark"}:
        response.set_cookie("bihuan_theme", theme, max_age=YEAR, samesite="Lax", httponly=True, secure=secure)
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=YEAR, samesite="Lax", httponly=True, secure=secure
        )
    return response


@login_required
@require_POST
def simulate(request: HttpRequest) -> HttpResponse:
    """Look at everything as of another day (empty: back to today). Outside the demo this is for looking only."""
    chosen = request.POST.get("day", "").strip()
    request.session.pop("simulated_day", None)
    if chosen and not access.viewer(request.user).admin_role:  # type: ignore[arg-type]
        try:
            day = dt.date.fromisoformat(chosen)
        except ValueError:
            return bare(400)
        if day != clock.real_today():
            request.session["simulated_day"] = day.isoformat()
    return HttpResponseRedirect(_back(request))


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.META.get("HTTP_REFERER", "")
    if wanted and url_has_allowed_host_and_scheme(wanted, {request.get_host()}):
        return wanted
    return reverse("home")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return bare(400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: does not exist, or exists and is not for this person; which of the two is not said."""
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, drawn without the shell, which may be what failed; a failure of the machine is named as what it is."""
    error = sys.exc_info()[1]
    fault = faults.of(error)
    return unavailable(request, fault) if fault is not None else bare(500)


def bare(code: int, status: int | None = None) -> HttpResponse:
    """An error page that asks neither the request nor the database for anything: either may be what failed."""
    context = {"code": code, "number": journal.request_number()}
    return HttpResponse(render_to_string("errors/bare.html", context), status=status or code)


def unavailable(request: HttpRequest, fault: faults.Fault) -> HttpResponse:
    """503: the machine failed. What was sent with a form stands on the page and can be sent again."""
    theme = request.COOKIES.get("bihuan_theme", "auto")
    context = {
        "theme": theme if theme in {"light", "dark"} else "light",
        "theme_choice": theme if theme in {"light", "dark"} else "auto",
        "title": faults.TITLES[fault],
        "text": faults.TEXTS[fault],
        "number": journal.request_number(),
        "again": request.get_full_path(),
        **_sent(request),
    }
    return HttpResponse(render_to_string("errors/unavailable.html", context), status=503, headers={"Retry-After": "10"})


def _sent(request: HttpRequest) -> dict[str, Any]:
    """The fields of a form that was sent, but no passwords and codes; files have to be chosen again."""
    if request.method != "POST" or request.path.startswith("/account/"):
        return {}
    try:
        fields = [(name, value) for name, values in request.POST.lists() for value in values]
        files = list(request.FILES)
    except Exception:  # reading the form may be the very thing that failed
        return {}
    if any(_SECRET.search(name) for name, _value in fields):
        return {}
    words = [value for name, value in fields if name != "csrfmiddlewaretoken" and len(value) > 7 and _WORDS.search(value)]
    return {"fields": fields, "files": files, "words": words}


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is gone: the page lay open for long, or cookies are off."""
    return bare(419, 403)


def too_many(request: HttpRequest) -> HttpResponse:
    """More log-ins or forms in a minute than one desk sends (see ACCOUNT_RATE_LIMITS)."""
    return bare(429)
