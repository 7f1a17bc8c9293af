"""The public pages: notices, the form, the receipt, the answer."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.disclosure import codes, sealing
from bihuan.kernel import clock

from . import home, limits, store
from .forms import OpinionForm, ReceiptForm


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """What was published, and the two ways in."""
    return _page(request, "front", {"notices": store.notices()})


@require_safe
def notice(request: HttpRequest, number: int) -> HttpResponse:
    """A notice."""
    row = store.notice(number)
    if row is None:
        return not_found(request)
    return _page(request, "notice", {"notice": row, "title": row.title})


@require_http_methods(["GET", "HEAD", "POST"])
def opinion(request: HttpRequest) -> HttpResponse:
    """Say something: what was typed is closed in envelopes before it is stored."""
    form = OpinionForm(request.POST or None)
    if request.method != "POST":
        return _page(request, "opinion", {"form": form})
    if not form.is_valid():
        form.ask_again()
        return _page(request, "opinion", {"form": form}, status=422)
    if not limits.OPINIONS.allows(_address(request)):
        return _too_many(request)
    code = codes.new()
    if not form.cleaned_data["website"]:  # a robot is told what everybody is told, and nothing is stored
        _store(form.cleaned_data, code)
    return _page(request, "receipt", {"receipt": code})


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest) -> HttpResponse:
    """Look an answer up. By POST, so that no code stands in an address or a log."""
    form = ReceiptForm(request.POST or None)
    if request.method != "POST":
        return _page(request, "answer", {"form": form})
    if not limits.LOOK_UPS.allows(_address(request)):
        return _too_many(request)
    if not form.is_valid():
        return _page(request, "answer", {"form": form}, status=422)
    found = store.answer(codes.digest(home.receipts(), form.cleaned_data["receipt"]))
    return _page(request, "answer", {"form": ReceiptForm(), "found": found, "asked": True})


def _store(given: dict[str, Any], code: str) -> None:
    key = home.identity()
    store.add(
        {
            "at": clock.now().isoformat(),
            "receipt": codes.digest(home.receipts(), code),
            "about_office": bool(given["about_office"]),
            "text_sealed": sealing.seal(key, given["text"]),
            "name_sealed": sealing.seal(key, given["name"].strip()),
            "contact_sealed": sealing.seal(key, given["contact"].strip()),
        }
    )


def _address(request: HttpRequest) -> str:
    """Whose the request is: behind a proxy of the court's, what that proxy saw."""
    if settings.BIHUAN_TLS:
        return str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip() or "?"
    return str(request.META.get("REMOTE_ADDR", "?"))


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    answer = render(
        request,
        f"public/{name}.html",
        {"court": getattr(settings, "BIHUAN_PUBLIC_COURT", ""), **context},
        status=status,
    )
    if name not in {"front", "notice"}:
        add_never_cache_headers(answer)
    return answer


def _said(request: HttpRequest, what: str, status: int) -> HttpResponse:
    return _page(request, "said", {"what": what}, status=status)


def _too_many(request: HttpRequest) -> HttpResponse:
    return _said(request, _("提交得太频繁，请过一会儿再试。来电、来信、来访也可以反映。"), 429)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """No such page."""
    return _said(request, _("没有这个页面。"), 404)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What was sent is no request of these pages."""
    return _said(request, _("请求的格式不对，请从首页重新进入。"), 400)


def expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is not one of these pages, or too old."""
    return _said(request, _("页面已经过期，请重新打开再填写。浏览器须允许本站的 Cookie。"), 403)


def failed(request: HttpRequest) -> HttpResponse:
    """Something broke: said without saying what."""
    return _said(request, _("暂时不能办理，请稍后再试。您填写的内容没有提交。"), 500)
