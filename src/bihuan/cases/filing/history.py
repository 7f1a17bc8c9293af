"""One receipt, its mediation, its hand-over, one complaint, as the law wants to be asked about each. Columns say the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bihuan.law.limits.history import Grant, History, Pause, Turn
from bihuan.law.limits.reckon import Reckoning, reckon

from ..models import FilingComplaint, Receipt, ReceiptOutcome, ReceiptSupplement

FILE_FIRST = "F-06"
TRANSFER = "F-17"
COMPLAINT = "F-18"
MEDIATION = "F-19"
GROUND = "pre_filing_mediation"
RESTART = "supplement_received"
FILED = (ReceiptOutcome.FILED, ReceiptOutcome.FILED_FIRST)


def received_of(receipt: Receipt) -> list[dt.date]:
    """The days on which what was to be supplemented came, each once: one statement. What came after the outcome starts nothing."""
    rows = ReceiptSupplement.objects.filter(receipt=receipt.pk, voided_at=None, received_on__isnull=False)
    return sorted({day for day in rows.values_list("received_on", flat=True) if came_in_time(receipt, day)})


def came_in_time(receipt: Receipt, day: dt.date) -> bool:
    """Whether a supplement of that day came before there was an outcome."""
    return receipt.outcome_on is None or day <= receipt.outcome_on


def history_of(receipt: Receipt, received: Sequence[dt.date] | None = None) -> History:
    """The history of a receipt: supplements start it anew, mediation all agreed to stops it, the outcome ends it."""
    assert receipt.received_on is not None  # the model's clean fills it in
    turns = received_of(receipt) if received is None else received
    return History(
        limit=receipt.kind,
        trigger=receipt.received_on,
        pauses=_pauses(receipt),
        turns=tuple(Turn("restart", RESTART, day) for day in turns),
        closed=receipt.outcome_on,
    )


def _pauses(receipt: Receipt) -> tuple[Pause, ...]:
    if receipt.mediation_sent_on is None:
        return ()
    return (Pause(GROUND, receipt.mediation_sent_on, receipt.mediation_ended_on, frozenset(proved(receipt))),)


def proved(receipt: Receipt) -> list[str]:
    """What is proved of the mediation: consent, and that both sides agreed to more time."""
    consent = ["all_parties_consent"] if receipt.mediation_consent else []
    return [*consent, "longer_agreed"] if consent and receipt.mediation_until else consent


def mediation_of(receipt: Receipt) -> History | None:
    """The history of the mediation before filing: from the mediator's signature, longer where both sides agreed; None before."""
    if receipt.mediation_signed_on is None:
        return None
    until = receipt.mediation_until
    grants = (Grant(by="parties", until=until, decided=receipt.mediation_signed_on),) if until else ()
    return History(limit=MEDIATION, trigger=receipt.mediation_signed_on, grants=grants, closed=receipt.mediation_ended_on)


def transfer_of(receipt: Receipt) -> History | None:
    """The history of handing the filed case to its division; None for what was not filed."""
    if receipt.outcome not in FILED or receipt.outcome_on is None:
        return None
    return History(limit=TRANSFER, trigger=receipt.outcome_on)


def complaint_of(complaint: FilingComplaint) -> History:
    """The history of the reply to a complaint."""
    return History(limit=COMPLAINT, trigger=complaint.accepted_on, closed=complaint.replied_on)


def reckon_receipt(receipt: Receipt, *, on: dt.date) -> Reckoning:
    """The days of a receipt with every step and article. Raises LawError where there is no answer."""
    return reckon(history_of(receipt), on=on)
