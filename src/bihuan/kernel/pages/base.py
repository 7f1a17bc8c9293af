"""What the engine's pages share: a signed-in person, one row they may see, refusals shown where the form stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, ClassVar, TypeVar, cast

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

from .. import access
from ..errors import Refused
from ..models.org import Person
from ..paging import CheapPage, CheapPaginator

M = TypeVar("M", bound=Model)
PER_PAGE = 50


class PersonView(LoginRequiredMixin, View):
    """A page for a signed-in person. `self.person` is who asks."""

    template: ClassVar[str] = ""

    @property
    def person(self) -> Person:
        """The signed-in person."""
        return cast(Person, self.request.user)

    def seen(self, model: type[M], pk: int, *related: str) -> M:
        """The row, if the person may see it; else a page that does not say whether it exists."""
        rows = access.visible(self.person, model)
        return get_object_or_404(rows.select_related(*related) if related else rows, pk=pk)

    def page(self, rows: QuerySet[Any], size: int = PER_PAGE) -> CheapPage:
        """The asked page of the rows, of which no more are counted than there is use for; the first for what is no page."""
        return CheapPaginator(rows, size).get_page(self.request.GET.get("page", 1))

    def show(self, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        """Draw the page's template."""
        return render(self.request, self.template, {"person": self.person, **context}, status=status)

    def refuse(self, refusal: Refused) -> None:
        """Say the reasons above the page that is drawn next."""
        for reason in refusal.reasons:
            messages.error(self.request, str(reason))

    def done(self, text: object) -> None:
        """Say what was done above the page that is drawn next."""
        messages.success(self.request, str(text))

    def back(self, otherwise: str) -> str:
        """Where the form says it came from, if that is here; else `otherwise`."""
        wanted = self.request.POST.get("next") or self.request.GET.get("next") or ""
        return wanted if own_address(self.request, wanted) else otherwise


def own_address(request: HttpRequest, address: str) -> bool:
    """Whether the address leads to this very server."""
    return bool(address) and url_has_allowed_host_and_scheme(
        address, {request.get_host()}, require_https=request.is_secure()
    )


def day_of(text: str | None) -> dt.date | None:
    """A date field's text as a day; None for an empty one. Raises ValueError for what is no day."""
    return dt.date.fromisoformat(text.strip()) if text and text.strip() else None


def row_id(text: str) -> int:
    """A field's text as the id of a row; 0, which no row has, for what is no id."""
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def row_ids(texts: Iterable[str]) -> list[int]:
    """Fields' texts as ids of rows, in their order; what is no id is left out."""
    return [found for found in map(row_id, texts) if found]


def choice_of(text: str | None, known: Iterable[str], otherwise: str = "") -> str:
    """`text` if it is one of the known words, else `otherwise`: a query string never reaches the database raw."""
    return text if text in set(known) else otherwise
