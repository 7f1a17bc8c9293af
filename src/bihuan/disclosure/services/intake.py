"""Taking in what the public typed: each row becomes an opinion that lies with its receiver. One that cannot be opened stays, and is said."""

from __future__ import annotations

import logging
from typing import NamedTuple

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import clock, journal, log
from bihuan.kernel.errors import Refused
from bihuan.kernel.work import unit_of_work

from .. import sealing, vault
from ..masking import masked
from ..models import Channel, PublicFeedback
from ..public import exchange
from .opinions import EMPTY, receive_sealed

log.event("disclosure.feedback.fetched", _("从公开网页取回意见：%(count)s 条"))
log.event("disclosure.feedback.faulty", _("网上收到的意见第 %(row)s 条不能接收：%(why)s"))
logger = logging.getLogger("bihuan.jobs")


class Taken(NamedTuple):
    """How many became opinions, and how many could not."""

    opinions: int
    faults: int


def take_in() -> Taken:
    """Take in all that waits; may run twice, and be broken off anywhere. On SQLite the public pages have a file of their own, which is
    read and brought up to date first."""
    if connection.vendor == "sqlite":
        exchange.fetch()
    made = faults = 0
    for row in list(PublicFeedback.objects.filter(opinion=None, fault="").order_by("pk")):
        if _one(row):
            made += 1
        else:
            faults += 1
    if connection.vendor == "sqlite":
        exchange.lay_open()
    if faults:
        logger.error("opinions from the public pages could not be taken in", extra=journal.told(count=faults))
    return Taken(made, faults)


def nightly(on: object = None) -> None:
    """Before the patrol."""
    take_in()


def _one(row: PublicFeedback) -> bool:
    why = ""
    try:
        text, name = vault.unseal(row.text_sealed), vault.unseal(row.name_sealed)
        vault.unseal(row.contact_sealed)
        clean = masked(text, name)
        with unit_of_work(None, job="disclosure") as uow:
            held = {
                "name_sealed": row.name_sealed,
                "contact_sealed": row.contact_sealed,
                "text_sealed": row.text_sealed if clean != text else "",
            }
            opinion = receive_sealed(
                actor=None, channel=Channel.FORM, text=clean, sealed=held, receipt=row.receipt, about_office=row.about_office,
                received_on=min(timezone.localtime(row.at).date(), clock.today()),
            )  # fmt: skip
            PublicFeedback.objects.filter(pk=row.pk, opinion=None).update(opinion=opinion)
            uow.covered.add(PublicFeedback._meta.label)
        return True
    except sealing.Unopenable:
        why = "sealed"
    except Refused as refusal:
        why = refusal.reasons[0].code
        if why != EMPTY:  # a number taken meanwhile, a clock that stands behind: the next time it goes
            return False
    with unit_of_work(None, job="disclosure") as uow:
        PublicFeedback.objects.filter(pk=row.pk).update(fault=why[:60])
        uow.record("disclosure.feedback.faulty", row, params={"row": row.pk, "why": why[:60]})
    return False
