"""The language of a page: chosen by ?lang=, kept in a cookie that says nothing else; else Chinese."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

COOKIE = "lang"


def language(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The middleware."""
    known = {code for code, _name in settings.LANGUAGES}

    def answer(request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("lang", "")
        chosen = asked if asked in known else request.COOKIES.get(COOKIE, "")
        chosen = chosen if chosen in known else settings.LANGUAGE_CODE
        with translation.override(chosen):
            request.LANGUAGE_CODE = chosen
            response = get_response(request)
            response.headers.setdefault("Content-Language", chosen)
        if asked in known:
            response.set_cookie(
                COOKIE, asked, max_age=31_536_000, secure=settings.BIHUAN_TLS, httponly=True, samesite="Strict"
            )
        return response

    return answer
