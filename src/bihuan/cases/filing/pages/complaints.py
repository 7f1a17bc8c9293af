"""The list and page of complaints about filing; the register and the reply to print."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel import access, alerts, clock
from bihuan.kernel.errors import Refused
from bihuan.kernel.files import download_headers
from bihuan.kernel.ledger.views import LedgerDetail
from bihuan.kernel.models import Alert
from bihuan.kernel.pages.base import PersonView
from bihuan.kernel.pages.form_page import ActList
from bihuan.kernel.wording import Message, wording
from bihuan.law.limits.reckon import reckon

from ... import actions as a
from ...models import FilingComplaint, Receipt
from ...pages.why import explain
from .. import documents
from ..history import complaint_of
from ..ledgers import RECEIPTS

YEAR = re.compile(r"20[0-9]{2}")
NOT_FOUND_OUT = wording("cases.complaint.not_found_out", gettext_lazy("“%(no)s”还没有登记查明情况，请登记以后再打印答复书。"))


class ComplaintList(ActList):
    """The list, and the register to print."""

    acts = ((a.COMPLAINT_PRINT, gettext_lazy("打印登记台账"), "file-type-docx", "filing:register"),)


class ComplaintDetail(LedgerDetail):
    """The complaint: what was found, the day of the reply and why."""

    template_name = "cases/filing_complaint.html"

    def detail_context(self, obj: Any) -> dict[str, Any]:
        """Adds the receipt, the reason of the day, alerts and the reply to print."""
        context = super().detail_context(obj)
        opens = obj.receipt_id and access.visible(self.person, Receipt).filter(pk=obj.receipt_id).exists()
        seen = access.visible(self.person, Alert).values("pk")
        on = clock.today()
        return context | {
            "why": explain(lambda: reckon(complaint_of(obj), on=on)),
            "receipt_url": RECEIPTS.url("detail", obj.receipt_id) if opens else "",
            "open_alerts": list(alerts.of(obj).filter(pk__in=seen)),
            "reply_url": reverse("filing:reply", args=[obj.pk]) if obj.state != "accepted" else "",
        }


class ReplyPrint(PersonView):
    """The reply as a Word document."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The document."""
        row = self.seen(FilingComplaint, pk, "unit", "receipt")
        access.require(self.person, a.COMPLAINT_HANDLE, row)
        if row.state == "accepted":
            raise Refused(Message(NOT_FOUND_OUT, {"no": row.no}))
        return HttpResponse(documents.reply(row), headers=download_headers(f"{_('不立案投诉答复书')} {row.no}.docx", "docx"))


class RegisterPrint(PersonView):
    """The register of a year as a Word document."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The document."""
        access.require(self.person, a.COMPLAINT_PRINT)
        asked = request.GET.get("year", "")
        year = int(asked) if YEAR.fullmatch(asked) else clock.today().year
        content = documents.register(self.person, year)
        return HttpResponse(content, headers=download_headers(f"{_('不立案投诉登记台账')} {year}.docx", "docx"))
