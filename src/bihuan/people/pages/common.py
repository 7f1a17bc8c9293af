"""What the pages about people share: who may open them, the day they are looked at, refusals on forms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from bihuan.kernel import access, clock
from bihuan.kernel.errors import Refused
from bihuan.kernel.models import Person

from ..forms import HouseForm

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
WRONG_INPUT = 422


def person_of(request: HttpRequest) -> Person:
    """Who asks; the page is behind a sign-in."""
    return cast(Person, request.user)


def guarded(action: str) -> Callable[[View[P]], View[P]]:
    """Decorator: sign-in, then the right to the action (for an administrator's console: that administrator alone)."""

    def wrap(view: View[P]) -> View[P]:
        @wraps(view)
        def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            access.require(person_of(request), action)
            return view(request, *args, **kwargs)

        return cast("View[P]", login_required(checked))

    return wrap


def one(person: Person, model: type[Any], pk: int, *related: str) -> Any:
    """The row if the person may see it, else 404."""
    found = access.visible(person, model).select_related(*related).filter(pk=pk).first()
    if found is None:
        raise Http404(f"no visible {model._meta.label} {pk}")
    return found


def day_of(request: HttpRequest) -> dt.date:
    """The day asked for in the address, else the business day."""
    try:
        return dt.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return clock.today()


def attempt(form: HouseForm, act: Callable[[dict[str, Any]], Any]) -> tuple[bool, Any]:
    """Do the act with the form's values; a refusal stays on the form. Returns whether it was done, and its result."""
    if not form.is_valid():
        return False, None
    try:
        return True, act(form.cleaned_data)
    except Refused as refusal:
        form.refuse(refusal)
        return False, None


def show_form(
    request: HttpRequest,
    form: HouseForm,
    *,
    title: str,
    back: str,
    button: str,
    lede: str = "",
    facts: list[tuple[str, Any]] | None = None,
    danger: bool = False,
) -> HttpResponse:
    """The page of one form; 422 when it came back with errors."""
    context = {
        "form": form,
        "title": title,
        "back": back,
        "button": button,
        "lede": lede,
        "facts": facts or [],
        "danger": danger,
    }
    status = WRONG_INPUT if form.is_bound and form.errors else 200
    return render(request, "people/form.html", context, status=status)
