"""The check of a draft: its figures read, reckoned after, held against the system."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator

from django.core.exceptions import ImproperlyConfigured

from .. import clock
from ..models.org import Person
from . import changes, shares, times
from .binding import Binder
from .model import Checked, Mention, Remark, Report, sentences

Reading = Callable[[str, dt.date | None], tuple[str, list[Mention]]]
"""Reads a draft (text, its date): the text in one spelling, as long as the original, and its figures in order."""

REACH = 200
"""So many letters before a figure may name its span or its kind."""
_readings: list[Reading] = []


def reading(function: Reading) -> Reading:
    """Register who reads figures out of Chinese text: the notice reader's domain. There is one."""
    if _readings and function not in _readings:
        raise ImproperlyConfigured("figures are read in one way; a reading is registered already")
    _readings[:] = [function]
    return function


def check(text: str, *, person: Person | None = None, today: dt.date | None = None, bind: bool = True) -> Report:
    """Every figure of a draft with what was found: bound and equal, bound and different, not bound; arithmetic, points, sums, dates.

    `person`: as whom the system's figures are seen (None: the system). `bind` False leaves the system's figures out.
    """
    if not _readings:
        raise ImproperlyConfigured("no reading of figures is registered")
    day = today or clock.today()
    signed = times.signed_on(text)
    plain, mentions = _readings[0](text, signed)
    ends = [match.start() for match in re.finditer("\n", text)]
    held = {one.at: Checked(one, bisect_left(ends, one.at) + 1) for one in mentions}
    others: list[Remark] = list(times.dates(plain, signed))
    for about, remark in _found(plain, mentions, day, signed):
        if about is None:
            others.append(remark)
        elif remark not in held[about.at].remarks:
            held[about.at].remarks.append(remark)
    if bind:
        binder = Binder(person, day)
        for sentence in sentences(plain, mentions):
            for one in sentence.mentions:
                held[one.at].bound = binder.bind(one, sentence.between(max(sentence.start, one.at - REACH), one.at))
    return Report(text, [held[one.at] for one in mentions], sorted(others, key=lambda remark: remark.start))


def _found(
    plain: str, mentions: list[Mention], day: dt.date, signed: dt.date | None
) -> Iterator[tuple[Mention | None, Remark]]:
    for sentence in sentences(plain, mentions):
        yield from shares.shares(sentence)
        yield from shares.sums(sentence)
        yield from changes.changes(sentence)
    yield from times.cadences(plain, mentions, day, signed)
