"""Receiving an opinion, opening who sent it, looking its answer up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access, clock, log
from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger import Ledger, service
from bihuan.kernel.models import Person
from bihuan.kernel.wording import Message, wording
from bihuan.kernel.work import unit_of_work

from .. import actions as a
from .. import codes, publishing, receivers, sealing, terms, vault
from ..masking import masked
from ..models import Channel, Opinion, Side
from ..numbers import next_no
from ..steps import tell

LEAST_REASON = 4
"""Fewer characters say nothing."""
EMPTY = wording("disclosure.opinion.empty", _("意见内容不能为空。"))
FUTURE = wording("disclosure.opinion.future", _("收到日期 %(day)s 晚于今天，请核对。"))
TAKEN = wording("disclosure.opinion.taken", _("编号冲突，或者这条意见已经登记过；没有保存，请核对后再试。"))
KNOWN = wording("disclosure.opinion.known", _("这条意见已经登记，不重复登记。"))
NO_REASON = wording("disclosure.identity.reason", _("查看来信人身份须写明理由（不少于 %(least)s 个字）。"))
NOT_NAMED = wording("disclosure.identity.none", _("“%(no)s”是匿名意见，没有来信人身份。"))
UNOPENABLE = wording(
    "disclosure.identity.closed",
    _("“%(no)s”的身份信息不能用现有密钥打开：密钥被更换，或者内容被改动。请联系系统管理员从备份恢复密钥。"),
)
NO_RECEIPT = wording("disclosure.receipt.unknown", _("没有这个回执码，请逐字核对（共 16 位，最后一位用于校验）。"))
log.event("disclosure.opinion.received", _("收到群众意见：%(no)s（%(channel)s）"))
log.event("disclosure.identity.opened", _("查看意见 %(no)s 的来信人身份"), any_time=True)


class Received(NamedTuple):
    """The row, and the code that is told to the sender now and never again."""

    opinion: Opinion
    receipt: str


@dataclass(frozen=True)
class Identity:
    """Who sent it, and the wording before numbers and names were taken out ("" where nothing was)."""

    name: str
    contact: str
    text: str


def receive(
    *,
    actor: Person | None,
    channel: str,
    text: str,
    name: str = "",
    contact: str = "",
    about_office: bool = False,
    received_on: dt.date | None = None,
    site_no: str = "",
) -> Received:
    """Register an opinion; it lies with the one receiver of its side, who is told. Raises NotAllowed, Refused."""
    clean = masked(text.strip(), name)
    sealed = {
        "name_sealed": vault.seal(name),
        "contact_sealed": vault.seal(contact),
        "text_sealed": vault.seal(text) if clean != text.strip() else "",
    }
    code = codes.new()
    row = receive_sealed(
        actor=actor, channel=channel, text=clean, about_office=about_office, received_on=received_on, site_no=site_no,
        receipt=vault.receipt_digest(code), sealed=sealed,
    )  # fmt: skip
    return Received(row, code)


def receive_sealed(
    *,
    actor: Person | None,
    channel: str,
    text: str,
    sealed: Mapping[str, str],
    receipt: str = "",
    about_office: bool = False,
    received_on: dt.date | None = None,
    site_no: str = "",
) -> Opinion:
    """As `receive`, for what came with its envelopes closed already (the public's form, a sheet)."""
    access.require(actor, a.REGISTER)
    day, today = received_on or clock.today(), clock.today()
    text = text.strip()
    if not text:
        raise Refused(Message(EMPTY))
    if day > today:
        raise Refused(Message(FUTURE, {"day": day.isoformat()}))
    side = Side.STATIONED if about_office else Side.INSPECTION
    with unit_of_work(actor) as uow:
        try:
            with transaction.atomic():
                row: Opinion = Opinion.objects.create(
                    no=next_no(day), side=side, channel=channel, site_no=site_no or None, received_on=day, text=text, receipt=receipt or None,
                    receiver=receivers.receiver(side), route_due=terms.day_of(terms.ROUTING, day), **sealed,
                )  # fmt: skip
        except IntegrityError as error:
            raise Refused(Message(TAKEN)) from error
        uow.record("disclosure.opinion.received", row, params={"no": row.no, "channel": _channel(channel)})
        tell(row)
        publishing.follow(row)
    return row


def open_identity(*, actor: Person, opinion: Opinion, reason: str) -> Identity:
    """Who sent the opinion. The reason is in the log before anything is opened. Raises NotAllowed, Refused."""
    access.require(actor, a.IDENTITY, opinion)
    told = " ".join(reason.split())[:300]
    if len(told) < LEAST_REASON:
        raise Refused(Message(NO_REASON, {"least": LEAST_REASON}))
    if not (opinion.named or opinion.text_sealed):
        raise Refused(Message(NOT_NAMED, {"no": opinion.no}))
    with unit_of_work(actor) as uow:
        uow.record("disclosure.identity.opened", opinion, params={"no": opinion.no}, reason=told)
    try:
        return Identity(
            vault.unseal(opinion.name_sealed), vault.unseal(opinion.contact_sealed), vault.unseal(opinion.text_sealed)
        )
    except sealing.Unopenable as error:
        raise Refused(Message(UNOPENABLE, {"no": opinion.no})) from error


def look_up(*, actor: Person, receipt: str) -> Opinion:
    """The opinion of a receipt code, for somebody who asks at the counter: its state and answer. Raises NotAllowed, Refused."""
    access.require(actor, a.LOOK_UP)
    digest = vault.receipt_digest(receipt)
    row = Opinion.objects.filter(receipt=digest, voided_at=None).first() if digest else None
    if row is None:
        raise Refused(Message(NO_RECEIPT))
    found: Opinion = row
    return found


def from_sheet(*, ledger: Any, actor: Person | None, values: Mapping[str, Any], reason: str = "") -> Opinion:
    """A row of the sheet the province's site gives; what names the sender was sealed when the cell was read."""
    access.require(actor, a.IMPORT)
    sealed = {field: str(values.get(field) or "") for field in ("name_sealed", "contact_sealed", "text_sealed")}
    text = vault.unseal(sealed["text_sealed"])
    clean = masked(text, vault.unseal(sealed["name_sealed"]))
    return receive_sealed(
        actor=actor,
        channel=values.get("channel") or Channel.SITE,
        text=clean,
        sealed=sealed if clean != text else sealed | {"text_sealed": ""},
        about_office=values.get("side") == Side.STATIONED,
        received_on=values.get("received_on"),
        site_no=str(values.get("site_no") or ""),
    )


def void_opinion(*, ledger: Ledger, actor: Person | None, obj: Any, reason: str, version: str) -> Opinion:
    """作废: what its receipt code found is taken from the public pages with it."""
    with unit_of_work(actor):
        row: Opinion = service.void(replace(ledger, services={}), actor=actor, obj=obj, reason=reason, version=version)
        publishing.forget(row)
    return row


def _channel(code: str) -> str:
    return str(Channel(code).label)
