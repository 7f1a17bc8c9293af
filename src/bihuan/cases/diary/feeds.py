"""The calendar feed of a person: off until they switch it on; the secret is shown once, its digest is kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access, clock
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.models import Person
from bihuan.kernel.wording import Message, wording
from bihuan.kernel.work import unit_of_work

from ..models import CalendarFeed
from .selectors import MINE, Entry, entries

BACK, AHEAD = dt.timedelta(days=31), dt.timedelta(days=400)
"""How far the feed reaches from the day it is read."""
MOST = 500
"""So many entries of a kind on one day; a feed has no room for \"and more\"."""
ON_ALREADY = wording("cases.feed.on", _("日历订阅已经开通；地址遗失的，请先停用再重新开通。"))
OFF_ALREADY = wording("cases.feed.off", _("日历订阅没有开通。"))
FOR_NOBODY = wording("cases.feed.nobody", _("没有办案或者管理岗位，不能订阅案件日历。"))


def held(person: Person) -> CalendarFeed | None:
    """The person's feed, if it is on."""
    found: CalendarFeed | None = CalendarFeed.objects.filter(person=person, voided_at=None).first()
    return found


def switch_on(*, actor: Person) -> str:
    """Switch the actor's own feed on; returns the secret of its address, which is kept nowhere. Raises NotAllowed, Refused."""
    if not access.viewer(actor).roles:
        raise NotAllowed(Message(FOR_NOBODY))
    token = secrets.token_urlsafe(32)
    with unit_of_work(actor) as uow:
        try:
            with transaction.atomic():
                row = CalendarFeed.objects.create(person=actor, digest=digest(token), since=clock.now())
        except IntegrityError as error:
            raise Refused(Message(ON_ALREADY)) from error
        uow.record("cases.feed.opened", row)
    return token


def switch_off(*, actor: Person) -> None:
    """Switch the actor's own feed off; its address is dead from then on. Raises Refused."""
    row = held(actor)
    if row is None:
        raise Refused(Message(OFF_ALREADY))
    with unit_of_work(actor) as uow:
        on = CalendarFeed.objects.filter(pk=row.pk, voided_at=None)
        if not on.update(voided_at=clock.now(), void_reason=str(_("本人停用")), revision=row.revision + 1):
            raise Refused(Message(OFF_ALREADY))
        uow.record("cases.feed.closed", row)


def owner(token: str) -> Person | None:
    """Whose feed the secret opens: of an account that is in use, and not an administrator's."""
    feed = CalendarFeed.objects.filter(digest=digest(token), voided_at=None).select_related("person").first()
    if feed is None or not feed.person.is_active or feed.person.admin_role:
        return None
    found: Person = feed.person
    return found


def contents(person: Person, on: dt.date) -> list[Entry]:
    """What the feed holds on a day: what the person works on."""
    return entries(person, on - BACK, on + AHEAD, on, MINE, most=MOST)


def digest(token: str) -> str:
    """As it is kept. The secret has 256 random bits: a plain digest cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()
