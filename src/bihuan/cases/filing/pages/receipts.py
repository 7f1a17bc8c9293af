"""The page of a receipt: its days and why, what was supplemented, mediation before filing, alerts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from bihuan.kernel import access, alerts, clock, law_words
from bihuan.kernel.law_findings import lamp_message
from bihuan.kernel.ledger.cells import EMPTY
from bihuan.kernel.ledger.views import LedgerDetail
from bihuan.kernel.models import Alert
from bihuan.kernel.wording import Message, message_of
from bihuan.law.limits.book import current_limits
from bihuan.law.limits.reckon import reckon

from ...clock import lamp_of
from ...ledgers import CASES
from ...models import Case, FilingComplaint, Receipt, ReceiptSupplement
from ...pages.why import Why, explain
from ...rules.limits import ARTICLE
from .. import history, lamps
from ..ledgers import SUPPLEMENTS


@dataclass(frozen=True)
class FileFirst:
    """What follows when the limit ends undecided (先行立案)."""

    article: Message
    since: dt.date
    now: bool


def file_first(receipt: Receipt, on: dt.date) -> FileFirst | None:
    """The duty to file first, of an undecided receipt whose limit knows it: from the day after the limit ends."""
    follows = current_limits().get(receipt.kind).at_expiry
    if receipt.outcome or receipt.due_on is None or not follows:
        return None
    limit = current_limits().get(follows)
    article = law_words.article(limit.on(receipt.due_on).basis.cite(receipt.due_on))
    return FileFirst(Message(ARTICLE, {"article": article}), receipt.due_on, on > receipt.due_on)


class ReceiptDetail(LedgerDetail):
    """The receipt."""

    template_name = "cases/receipt.html"

    def detail_context(self, obj: Any) -> dict[str, Any]:
        """Adds the days with their reasons, and what hangs on the receipt."""
        context = super().detail_context(obj)
        on, lamp = clock.today(), lamp_of(obj, clock.today())
        why = explain(lambda: history.reckon_receipt(obj, on=on), obj.clock_problem)
        found = why.reckoning
        seen = access.visible(self.person, Alert).values("pk")
        rows = access.visible(self.person, ReceiptSupplement).filter(receipt=obj.pk, voided_at=None)
        complaints = access.visible(self.person, FilingComplaint).filter(receipt=obj.pk, voided_at=None)
        opens = obj.case_id is not None and access.visible(self.person, Case).filter(pk=obj.case_id).exists()
        return context | {
            "lamp": {"tone": lamp.tone, "name": lamps.name_of(lamp)},
            "lamp_text": lamp_message(found.lamp) if found else "",
            "why": why,
            "limit_name": message_of(law_words.limit_name(found.limit.id)) if found else "",
            "first": file_first(obj, on),
            "mediation": mediation_of(obj, on),
            "supplements": [{"row": row, "url": SUPPLEMENTS.url("detail", row.pk)} for row in rows.order_by("notice_on", "pk")],
            "complaints": list(complaints.order_by("accepted_on")),
            "open_alerts": list(alerts.of(obj).filter(pk__in=seen)),
            "case_url": CASES.url("detail", obj.case_id) if opens else "",
            "facts": [fact for fact in context["facts"] if str(fact.value) not in {EMPTY, ""}],
        }


def mediation_of(receipt: Receipt, on: dt.date) -> Why | None:
    """The days of the mediation before filing; None where there is none, or nobody signed for it yet."""
    asked = history.mediation_of(receipt)
    return None if asked is None else explain(lambda: reckon(asked, on=on))
