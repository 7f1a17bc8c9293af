"""Limits outside the history of a case: in hours, by a schedule, the caps on adjournments, the day of closing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from ..calendar import WorkCalendar, current_calendar
from ..dated import Parameters, current_parameters
from ..errors import LawError, UnknownLimit
from ..hours import DueMoment, hours_due
from ..movements import Way, advance, params
from ..periods import Due, due
from ..systems import rules_of
from .book import LimitBook, current_limits
from .findings import Effect

ADJOURNED_TOO_OFTEN = "limit.adjourned.too_often"
ADJOURNED_TOO_LONG = "limit.adjourned.too_long"
ADJOURNED_UNAPPROVED = "limit.adjourned.unapproved"
ADJOURNED_OTHER = "limit.adjourned.other"
ADJOURNED_PARAMS: Mapping[str, tuple[str, ...]] = {
    ADJOURNED_TOO_OFTEN: ("count", "times", "on", "article"),
    ADJOURNED_TOO_LONG: ("on", "to", "latest", "article"),
    ADJOURNED_UNAPPROVED: ("on", "article"),
    ADJOURNED_OTHER: ("on", "article"),
}


def limit_by_hours(
    id_: str, moment: dt.datetime, *, facts: Iterable[str] = (), book: LimitBook | None = None,
    parameters: Parameters | None = None,
) -> DueMoment:
    """When a limit in hours from `moment` ends. Raises UnknownLimit, NotInForce, TermError."""
    books, values = book or current_limits(), parameters or current_parameters()
    limit = books.get(id_)
    version = limit.on(moment.date())
    variant = version.variant(frozenset(facts))
    ref = variant.term if variant else version.term
    if ref is None:
        raise LawError(f"{id_} has no length")
    return hours_due(moment, ref.on(moment.date(), values), system=limit.system)


def in_hours(id_: str, on: dt.date, book: LimitBook | None = None, parameters: Parameters | None = None) -> bool:
    """Whether the limit counts hours on `on`. Raises UnknownLimit, NotInForce."""
    ref = (book or current_limits()).version_on(id_, on).term
    return ref is not None and ref.on(on, parameters or current_parameters()).in_hours


def schedule(
    id_: str, trigger: dt.date, *, book: LimitBook | None = None, calendar: WorkCalendar | None = None
) -> list[Due]:
    """The due dates of a limit that comes back (终本后每六个月查询一次): the k-th is k steps after the trigger, not after
    the one before. Raises LawError for a limit without a schedule."""
    limit = (book or current_limits()).get(id_)
    if limit.every is None:
        raise LawError(f"{id_} does not come back; ask for its due date")
    limit.on(trigger)
    days = calendar or current_calendar()
    count, unit = limit.every.parts[0]
    steps_of = [f"{count * k}{unit}" for k in range(1, limit.times + 1)]
    return [due(trigger, term, system=limit.system, calendar=days) for term in steps_of]


@dataclass(frozen=True, slots=True)
class Hearing:
    """A hearing: its day; whether it was adjourned, and if so why and with whose leave."""

    on: dt.date
    adjourned: bool = True
    other_reason: bool = False  # 其他应当延期的情形
    approved: bool = False  # 院长 approved
    force_majeure: bool = False  # 不可抗力、意外事件
    consent: bool = False  # the parties agreed to a longer interval


@dataclass(frozen=True, slots=True)
class HearingFinding:
    """A breach of the caps on adjournments: a code of ADJOURNED_PARAMS with its parameters."""

    code: str
    params: Mapping[str, object]
    effect: Effect = "breach"


def judge_hearings(
    id_: str, hearings: Iterable[Hearing], *, book: LimitBook | None = None
) -> tuple[HearingFinding, ...]:
    """What is wrong with the hearings of a case: too many adjournments, too far apart, "other" reasons not force
    majeure or without the president's leave (9号2、3、5、6). Hearings before the rule came into force pass."""
    books = book or current_limits()
    rule = next((r for r in books.adjournments if id_ in r.limits), None)
    if rule is None:
        books.get(id_)
        return ()
    held = sorted((h for h in hearings if h.on >= rule.start), key=lambda h: h.on)
    found: list[HearingFinding] = []
    count = 0
    for hearing in held:
        if not hearing.adjourned:
            continue
        count += 1
        if count > rule.times:
            told = params(count=count, times=rule.times, on=hearing.on, article=rule.basis.cite(hearing.on))
            found.append(HearingFinding(ADJOURNED_TOO_OFTEN, told))
        if hearing.other_reason and not hearing.force_majeure:
            found.append(HearingFinding(ADJOURNED_OTHER, params(on=hearing.on, article=rule.force_article)))
        if hearing.other_reason and not hearing.approved:
            found.append(HearingFinding(ADJOURNED_UNAPPROVED, params(on=hearing.on, article=rule.other_article)))
    way = Way(rules_of(books.get(id_).system), current_calendar())
    for before, after in pairwise(held):
        latest = advance(way, before.on, rule.gap, [])
        if after.on > latest and not (before.force_majeure or before.consent):
            told = params(on=before.on, to=after.on, latest=latest, article=rule.gap_article)
            found.append(HearingFinding(ADJOURNED_TOO_LONG, told))
    return tuple(found)


def closing_day(served: Iterable[tuple[str, dt.date]], *, book: LimitBook | None = None) -> dt.date:
    """The day of closing from (way of service, its day) of every party: the last one (29号10). The day is that of the
    way: left, published, posted, signed. Raises UnknownLimit for a way the rule does not know, LawError for none."""
    known = (book or current_limits()).closings
    days = list(served)
    for way, _day in days:
        if way not in known:
            raise UnknownLimit(f"no way of closing {way!r}; known: {', '.join(known)}")
    if not days:
        raise LawError("nobody was served: there is no day of closing yet")
    return max(day for _way, day in days)
