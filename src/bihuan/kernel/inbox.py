"""Notices inside the platform: sent in the same transaction as what they tell of, read by their addressee alone."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from . import access, bulk, clock, log, work
from .models.inbox import InboxItem
from .models.org import Person
from .wording import Message
from .work import plain, unit_of_work

log.event("inbox.read", "%(count)s", any_time=True)


def send(person: Person | Iterable[Person], message: Message, *, url: str = "") -> None:
    """Put a notice into the inbox of one or several persons. Must be called inside a unit of work, whose own entry covers
    the notice (it is a consequence of that event, not an event of its own). Disabled accounts get none.
    """
    people = {p.pk: p for p in ([person] if isinstance(person, Person) else person)}
    send_each((one, message, url) for one in people.values())


def send_each(notices: Iterable[tuple[Person, Message, str]]) -> None:
    """As `send`, for many notices (person, message, url) of one event or one lot of events, in one statement."""
    uow = work.current()
    at = clock.now()
    made = [
        InboxItem(person=person, code=message.code, params=plain(dict(message.params)), url=url, created_at=at)
        for person, message, url in notices
        if person.is_active
    ]
    if made:
        bulk.create(InboxItem, made)
        uow.covered.add(InboxItem._meta.label)


def unread(person: Person) -> int:
    """How many notices the person has not opened: one statement on a partial index."""
    return InboxItem.objects.filter(person=person, read_at__isnull=True).count()


def mark_read(*, actor: Person, items: Iterable[int] | None = None) -> int:
    """Mark the actor's own unread notices (all, or those of the given ids) as read; returns how many."""
    with unit_of_work(actor) as uow:
        rows = InboxItem.objects.filter(person=actor, read_at__isnull=True)
        if items is not None:
            rows = rows.filter(pk__in=list(items))
        count: int = rows.update(read_at=clock.now())
        uow.record("inbox.read", actor, params={"count": count}, covers=[InboxItem])
    return count


@access.scope(InboxItem)
def _own(viewer: access.Viewer) -> Q:
    """A notice is seen by its addressee, not even by their deputy: it may concern the person."""
    return Q(person=viewer.person)
