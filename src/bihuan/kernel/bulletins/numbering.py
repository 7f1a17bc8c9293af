"""Giving numbers: each register counts on within a year, one by one, under the lock of its row; a number stays with its bulletin."""

from __future__ import annotations

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from .. import clock, log
from ..models.bulletins import Bulletin, BulletinNumber, BulletinSeries
from ..work import current
from .declaring import Kind

log.event("bulletins.numbered", _("通报编号：%(title)s，%(number)s"))


def number(bulletin: Bulletin, kind: Kind) -> str:
    """The bulletin's number, given now if it has none yet. To be called inside a unit of work.

    Two who ask at once wait for each other at the register's row; a transaction that fails gives its number back.
    """
    held = BulletinNumber.objects.filter(bulletin=bulletin).select_related("series").first()
    if held is None:
        held = _next(bulletin, kind)
    return written(kind, held.series.year, held.no, bulletin)


def written(kind: Kind, year: int, no: int, bulletin: Bulletin) -> str:
    """How a number is written: 第3期, or code word, year in brackets, number (GB/T 9704: no leading zero)."""
    if kind.numbering == "issue":
        return f"第{no}期"
    word = str(kind.held(bulletin.ends)["code_word"])
    return f"{word}〔{year}〕{no}号"


def _next(bulletin: Bulletin, kind: Kind) -> BulletinNumber:
    year = clock.today().year
    made, _new = BulletinSeries.objects.get_or_create(register=kind.register, year=year)
    # The lock: whoever comes second waits here and then reads what the first left.
    series = BulletinSeries.objects.select_for_update().get(pk=made.pk)
    BulletinSeries.objects.filter(pk=series.pk).update(last=F("last") + 1)
    given: BulletinNumber = BulletinNumber.objects.create(
        series=series, no=series.last + 1, bulletin=bulletin, on=clock.today()
    )
    params = {"title": bulletin.title, "number": written(kind, year, given.no, bulletin)}
    current().record("bulletins.numbered", bulletin, params=params, covers=[BulletinNumber, BulletinSeries])
    return given
