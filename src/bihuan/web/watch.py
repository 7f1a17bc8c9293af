"""Around every request: health for the proxy, the number and the journal line of the request, a database file that was replaced."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from bihuan.kernel import journal, log
from bihuan.kernel.operations import ready

Handler = Callable[[HttpRequest], HttpResponseBase]
HEALTH, READY = "/healthz", "/readyz"
HEADER = "X-Request-Id"
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
logger = logging.getLogger("bihuan.request")


class HealthMiddleware:
    """Two addresses for the proxy, before anything else: no sign-in, no host check, no line in any log, yes or no and no more.

    /healthz: the process answers. /readyz: it can serve (database, its version, its triggers, the disk).
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info not in {HEALTH, READY}:
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            answer = HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
            _said(answer)
            return answer
        fine = request.path_info == HEALTH or not ready.problem()
        answer = HttpResponse("ok\n" if fine else "not ready\n", status=200 if fine else 503, content_type="text/plain")
        answer["Cache-Control"] = "no-store"
        _said(answer)
        return answer


class JournalMiddleware:
    """Gives the request a number, counts its statements, and writes one line when it is answered."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started, statements = time.monotonic(), 0

        def count(execute: Callable[..., Any], *arguments: Any) -> Any:
            nonlocal statements
            statements += 1
            return execute(*arguments)

        with journal.request() as number:
            _drop_replaced()
            with connection.execute_wrapper(count):
                response = self.get_response(request)
            response[HEADER] = number
            _said(response)
            match = request.resolver_match
            logger.log(
                logging.INFO if response.status_code < 500 else logging.ERROR,
                "request",
                extra=journal.told(
                    route=match.view_name if match else None,
                    method=request.method if request.method in METHODS else "other",
                    status=response.status_code,
                    ms=round((time.monotonic() - started) * 1000),
                    statements=statements,
                    person=_person(request),
                ),
            )
        return response


def _said(response: Any) -> None:
    """Keep Django from writing a second line for an answer of 400 or more; an error it caught was written when it was caught."""
    response._has_been_logged = True


def _person(request: HttpRequest) -> str | None:
    """Who is signed in, where the request asked for it; asking here would cost statements."""
    person: Any = getattr(request, "_cached_user", None)
    if person is None or not person.is_authenticated:
        return None
    try:
        return _digest(person.pk)
    except OSError:  # the key cannot be read: the page is answered all the same
        return None


@lru_cache(maxsize=2000)
def _digest(pk: int) -> str:
    """The person without the name: the same person has the same digest on this installation, and on no other."""
    return log.keyed_digest(f"journal:person:{pk}")[:16]


def _drop_replaced() -> None:
    """A connection to a SQLite file that another file has taken the place of is closed: the next one opens what is there."""
    held: Any = connection.connection
    if connection.vendor == "sqlite" and held is not None and not connection.in_atomic_block and held.is_replaced():
        connection.close()
