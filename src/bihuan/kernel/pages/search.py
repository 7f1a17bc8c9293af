"""The page of the search over everything."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from .. import access
from ..errors import NotAllowed
from ..ledger import registry
from ..ledger.views.base import may_open
from ..search import everywhere
from ..search.tokens import terms
from ..wording import Message
from .base import PersonView

LONGEST = 100


class SearchPage(PersonView):
    """What was found, kind by kind; what to try where nothing was."""

    template = "search/page.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Search. Administrators have no business to search in."""
        if access.viewer(self.person).admin_role:
            raise NotAllowed(Message(access.NOT_ALLOWED, {"person": str(self.person), "action": _("全院搜索")}))
        text = request.GET.get("q", "").strip()[:LONGEST]
        groups = everywhere.look(self.person, text)
        context: dict[str, Any] = {"q": text, "groups": groups, "asked": terms(text)}
        if not groups:
            opened = [
                (one.menu.order, one)
                for one in registry.ledgers().values()
                if one.menu is not None and may_open(self.person, one)
            ]
            context["ledgers"] = [ledger for _order, ledger in sorted(opened, key=lambda pair: pair[0])]
        return self.show(context)
