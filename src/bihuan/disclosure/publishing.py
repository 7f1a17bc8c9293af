"""What is laid open to the process that faces the public, kept in step with the ledgers: called by the steps that change it."""

from __future__ import annotations

from django.db import connection, transaction

from bihuan.kernel import clock
from bihuan.kernel.work import current

from .models import Opinion, Publication, PublicNotice, PublishedAnswer
from .public import exchange


def follow(opinion: Opinion) -> None:
    """Let the holder of the receipt code find how far the opinion is. Inside the unit of work that moved it, whose entry covers this."""
    if not opinion.receipt:
        return
    values = {
        "receipt": opinion.receipt,
        "state": opinion.state,
        "received_on": opinion.received_on,
        "answer": opinion.answer,
        "answered_on": opinion.answered_on,
    }
    PublishedAnswer.objects.update_or_create(opinion=opinion, defaults=values)
    current().covered.add(PublishedAnswer._meta.label)
    _lay_open()


def publish(notice: PublicNotice) -> None:
    """Lay the locked public version open. Inside the unit of work that recorded the publication."""
    held = notice.locked["public"]
    assert notice.published_on is not None  # the step wrote it
    Publication.objects.create(
        notice=notice,
        title=notice.title,
        blocks=held["blocks"],
        sm3=notice.public_sm3,
        published_on=notice.published_on,
    )
    current().covered.add(Publication._meta.label)
    _lay_open()


def withdraw(notice: PublicNotice) -> None:
    """Take a published notice down. Inside the unit of work whose entry says why."""
    Publication.objects.filter(notice=notice).update(withdrawn_on=clock.today())
    current().covered.add(Publication._meta.label)
    _lay_open()


def forget(opinion: Opinion) -> None:
    """The receipt code of a voided opinion finds nothing any more. Inside the unit of work that voided it."""
    if PublishedAnswer.objects.filter(opinion=opinion).update(withdrawn_on=clock.today()):
        current().covered.add(PublishedAnswer._meta.label)
        _lay_open()


def _lay_open() -> None:
    """On SQLite the public pages have a file of their own: brought up to date once this is committed; if that fails, by the next time."""
    if connection.vendor == "sqlite":
        transaction.on_commit(exchange.lay_open, robust=True)
