"""The list of cases and the page of a case, over the ledger's. What is sealed stays sealed: in search, filters, export, history."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access, clock
from bihuan.kernel.errors import NotAllowed
from bihuan.kernel.ledger.views import LedgerChange, LedgerDetail, LedgerExport, LedgerHistory, LedgerList, LedgerVoid
from bihuan.kernel.wording import Message, wording

from ..clock import lamp_of
from ..scopes import is_open_to

SEALED = wording("cases.sealed", _("案件 %(number)s 不公开，只有办案人员、部门负责人和经批准的审管办人员可以查看内容。"))
TELLING = ("q", "judge", "enterprise", "procedure")
"""What narrows a list by the contents of its cases: sealed ones are left out, or their contents could be guessed."""


class CaseList(LedgerList):
    """Sealed cases stand in the list by number and days; whatever asks for contents passes them over."""

    def rows(self) -> QuerySet[Any]:
        """The rows the person may see."""
        rows = super().rows()
        return rows.filter(sealed="") if any(self.request.GET.get(name) for name in TELLING) else rows


class CaseExport(LedgerExport):
    """Without sealed cases, whoever exports."""

    def rows(self) -> QuerySet[Any]:
        """The open rows."""
        return super().rows().filter(sealed="")


class _Open:
    """Views of what is in a case: refused for a sealed one that is not open to the person."""

    person: Any

    def get_object(self) -> Any:
        """The case. Raises NotAllowed."""
        found = super().get_object()  # type: ignore[misc]
        if not is_open_to(access.viewer(self.person), found):
            raise NotAllowed(Message(SEALED, {"number": found.number}))
        return found


class CaseChange(_Open, LedgerChange):
    """Correction."""


class CaseVoid(_Open, LedgerVoid):
    """Voiding."""


class CaseHistory(_Open, LedgerHistory):
    """What happened to it."""


class CaseDetail(LedgerDetail):
    """The case: facts, its time drawn to scale, why, and what is wrong. Of a sealed one number and days."""

    template_name = "cases/case.html"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Show the case."""
        obj = self.get_object()
        if not is_open_to(access.viewer(self.person), obj):
            lamp = lamp_of(obj, clock.today())
            return self.show("cases/sealed.html", object=obj, name=obj.number, lamp=lamp, why=Message(SEALED, {"number": obj.number}))
        return self.show(self.template_name, **self.detail_context(obj))
