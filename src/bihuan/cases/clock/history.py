"""One case as the law wants to be asked about it, and the answer with its reasons. The columns of many cases say the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from bihuan.law.calendar import WorkCalendar
from bihuan.law.errors import UnknownLimit
from bihuan.law.limits.book import LimitBook, current_limits
from bihuan.law.limits.history import Grant, History, Pause, Turn
from bihuan.law.limits.reckon import Reckoning, reckon

from ..models import Case, CaseGrant, CasePause, CaseTurn, Decision, TurnKind
from .choose import chooser

Facts = tuple[Sequence[CasePause], Sequence[CaseGrant], Sequence[CaseTurn]]


def facts_of(case: Case) -> Facts:
    """The standing clock facts of a case: three statements."""
    pauses = list(CasePause.objects.filter(case=case.pk, voided_at=None).order_by("pk"))
    grants = list(
        CaseGrant.objects.filter(case=case.pk, voided_at=None).exclude(decision=Decision.REFUSED).order_by("pk")
    )
    turns = list(CaseTurn.objects.filter(case=case.pk, voided_at=None).order_by("pk"))
    return pauses, grants, turns


def history_of(case: Case, facts: Facts | None = None, *, book: LimitBook | None = None) -> History:
    """The history of a case. `facts`: those to ask about (default: those that stand).

    Raises UnknownLimit: no limit fits the type of case and its procedure, or it has no day to begin with.
    """
    books = book or current_limits()
    pauses, grants, turns = facts_of(case) if facts is None else facts
    began = case.under or case.trigger_given or case.filed_on or case.received_on
    trigger = case.trigger_given or case.filed_on
    if began is None or (trigger is None and not case.dates):
        raise UnknownLimit(f"{case.number} has no day of filing; import it, or name the day its limit runs from")
    converted = [] if case.limit_given else _conversions(turns)
    procedure = converted[0].was or case.procedure if converted else case.procedure
    choose = chooser(books).limit
    limit = case.limit_given or choose(case.type_code, procedure, case.under_facts, began)
    if not limit:
        raise UnknownLimit(f"no limit for {case.type_code!r}, procedure {procedure!r}; correct them or name the limit")
    dates = {event: dt.date.fromisoformat(day) for event, day in case.dates.items()}
    if case.trigger_given:
        starts = {start.event for start in books.get(limit).starts}
        dates = {event: day for event, day in dates.items() if event not in starts}
    return History(
        limit=limit,
        trigger=trigger or min(dates.values()),
        dates=dates,
        facts=case.under_facts,
        custody=bool(case.custody),
        pauses=tuple(Pause(p.ground, p.first, p.last, frozenset(p.facts), p.reference) for p in pauses),
        grants=tuple(_grant(g) for g in grants),
        turns=tuple(_turn(t, case, choose) for t in turns if t.kind == TurnKind.RESTART or not case.limit_given),
        under=case.under,
        closed=case.closed_on,
    )


def reckon_case(
    case: Case,
    *,
    on: dt.date,
    facts: Facts | None = None,
    book: LimitBook | None = None,
    calendar: WorkCalendar | None = None,
) -> Reckoning:
    """The days of a case with every step and article. Raises LawError where there is no answer."""
    return reckon(history_of(case, facts, book=book), on=on, book=book, calendar=calendar)


def _conversions(turns: Iterable[CaseTurn]) -> list[Any]:
    found = [turn for turn in turns if turn.kind == TurnKind.CONVERT]
    return sorted(found, key=lambda turn: turn.on or dt.date.max)


def _grant(grant: CaseGrant) -> Grant:
    return Grant(
        by=grant.by, term=grant.term or None, until=grant.until, applied=grant.applied_on, decided=grant.decided_on,
        facts=frozenset(grant.facts), reference=grant.reference,
    )  # fmt: skip


def _turn(turn: CaseTurn, case: Case, choose: Any) -> Turn:
    if turn.kind == TurnKind.RESTART:
        return Turn("restart", turn.to, turn.on, turn.sent_on, turn.reference)
    to = choose(case.type_code, turn.to, case.under_facts, turn.on)
    if not to:
        raise UnknownLimit(f"no limit for {case.type_code!r} converted to {turn.to!r}; correct the conversion")
    return Turn("convert", to, turn.on, turn.sent_on, turn.reference)
