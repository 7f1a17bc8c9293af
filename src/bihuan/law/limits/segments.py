"""A case's clock in stretches: each conversion or restart that the law knows begins a new one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from .. import steps
from ..dated import Parameters
from ..errors import PeriodError
from ..movements import Exclusion, Extension, Way, advance, exclude, params
from ..steps import Step
from ..systems import rules_of
from . import findings as f
from .book import LimitBook
from .findings import Finding, finding
from .grants import Clock
from .history import Grant, History, Pause, Turn
from .model import Limit, RestartRule, Version
from .pauses import Judged, judge_pause


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch: under one limit from one trigger, with the raw ends it comes to.

    `base` is the ordinary end before extensions and exclusions, `hard` the end at the latest (None where the limit has
    only one), `end` the end after extensions.
    """

    limit: Limit
    version: Version
    trigger: dt.date
    way: Way
    base: dt.date
    hard: dt.date | None
    end: dt.date
    term: str
    at_latest: str
    extensions: tuple[Extension, ...]
    judged: tuple[Judged, ...]
    in_workdays: bool
    turns: tuple[Step, ...]  # how the clock came here
    findings: tuple[Finding, ...]

    def excluded(self) -> list[Exclusion]:
        """What does not count."""
        return [j.excluded for j in self.judged if j.excluded is not None]

    def after(self, raw: dt.date, trace: list[Step]) -> dt.date:
        """`raw` later by what does not count."""
        return exclude(self.way, self.trigger, raw, self.excluded(), self.in_workdays, trace)


@dataclass
class Run:
    """The way through a history; `found` collects what turns brought to light."""

    history: History
    on: dt.date
    way: Way
    book: LimitBook
    parameters: Parameters
    turned: list[Step] = field(default_factory=list)
    found: list[Finding] = field(default_factory=list)


def run(through: Run) -> list[Segment]:
    """The stretches of the clock in order; the last one is the one that counts. Raises NotInForce, PeriodError."""
    history = through.history
    limit, trigger = through.book.get(history.limit), history.trigger
    turns = sorted(history.turns, key=lambda turn: turn.on or turn.began)
    starts: list[tuple[dt.date, Limit]] = [(dt.date.min, limit)]
    accepted: list[tuple[Turn, str, Limit, dt.date]] = []  # turn, effect, limit, trigger from then on
    counts: dict[str, int] = {}
    for turn in turns:
        if turn.on is None:
            continue
        step = _turn(through, turn, limit, trigger, counts)
        if step is None:
            continue
        effect, limit, trigger = step
        accepted.append((turn, effect, limit, trigger))
        starts.append((turn.on, limit))
    judged = _pauses(through, starts)
    grants = _by_stretch([start for start, _limit in starts], history.grants)
    segments = [_segment(through, starts[0][1], history.trigger, judged, grants[0])]
    for index, (turn, effect, turned_to, start) in enumerate(accepted, 1):
        _look_back(through, turn, segments[-1], effect)
        segments.append(_segment(through, turned_to, start, judged, grants[index]))
    return segments


# ---- turns ----


def _turn(
    through: Run, turn: Turn, limit: Limit, trigger: dt.date, counts: dict[str, int]
) -> tuple[str, Limit, dt.date] | None:
    """(effect, limit, trigger) after a turn the law knows; None after one it does not."""
    assert turn.on is not None
    if turn.kind == "convert":
        rule = through.book.conversion(limit.id, turn.to)
        if rule is None or turn.on < rule.start:
            through.found.append(finding(f.TURN_UNKNOWN, turn=turn.to, limit=limit.id, on=turn.on))
            return None
        start = turn.on if rule.effect == "restart" else trigger
        code = steps.TURN_CONVERTED if rule.effect == "restart" else steps.TURN_CONTINUE
        told = params(turn=turn.to, on=turn.on, trigger=start, article=rule.basis.cite_all(turn.on))
        through.turned.append(Step(code, told))
        return rule.effect, through.book.get(turn.to), start
    restart = through.book.restart(turn.to)
    if limit.id not in restart.limits or turn.on < restart.start:
        through.found.append(finding(f.TURN_UNKNOWN, turn=turn.to, limit=limit.id, on=turn.on))
        return None
    counts[restart.id] = counts.get(restart.id, 0) + 1
    article = restart.basis.cite_all(turn.on)
    if restart.times and counts[restart.id] > restart.times:
        values = {"turn": turn.to, "times": restart.times, "on": turn.on, "article": article}
        through.found.append(finding(f.TURN_TIMES, **values))
        return None
    _away(through, turn, restart)
    told = params(turn=turn.to, on=turn.on, trigger=turn.on, article=article)
    through.turned.append(Step(steps.TURN_RESTART, told))
    return "restart", limit, turn.on


def _away(through: Run, turn: Turn, rule: RestartRule) -> None:
    """A case may be away for so long only."""
    if rule.away is None or turn.sent is None or turn.on is None:
        return
    longest = advance(through.way, turn.sent, through.way.of_system(rule.away), [])
    if turn.on > longest:
        values = {"turn": turn.to, "sent": turn.sent, "on": turn.on, "away": str(rule.away)}
        through.found.append(finding(f.TURN_AWAY, **values, article=rule.away_article))


def _look_back(through: Run, turn: Turn, before: Segment, effect: str) -> None:
    """Whether the stretch that a turn ended had expired by then."""
    raw = before.after(before.end, [])
    due = _due(before, raw, through.history.custody)
    if turn.began > due:
        rule = through.book.conversion(before.limit.id, turn.to) if turn.kind == "convert" else None
        if rule is not None and rule.before_expiry:
            article = rule.basis.cite(turn.began)
            through.found.append(finding(f.TURN_LATE, turn=turn.to, on=turn.began, due=due, article=article))
        else:
            article = before.version.basis.cite(before.trigger)
            late = (turn.began - due).days
            through.found.append(finding(f.EXCEEDED_EARLIER, due=due, on=turn.began, days=late, article=article))
    if turn.kind == "convert" and effect == "continue" and before.extensions:
        article = before.version.basis.cite(before.trigger)
        through.found.append(finding(f.TURN_GRANTS_DROPPED, count=len(before.extensions), article=article))


def _due(segment: Segment, raw: dt.date, custody: bool) -> dt.date:
    return raw if custody else segment.way.days.next_workday_on_or_after(raw)


# ---- pauses and extensions of each stretch ----


def _pauses(through: Run, starts: list[tuple[dt.date, Limit]]) -> tuple[Judged, ...]:
    """Each pause judged by the list of the stretch it begins in; a case still away for a restart counts as one."""
    history, found = through.history, []
    for pause in [*history.pauses, *_still_away(through)]:
        limit = [limit for start, limit in starts if start <= pause.first][-1]
        way = replace(through.way, rules=rules_of(limit.system))
        judged = judge_pause(pause, limit, history.facts, through.on, way, through.book, through.parameters)
        found.append(judged)
    return tuple(found)


def _still_away(through: Run) -> Iterator[Pause]:
    for turn in through.history.turns:
        if turn.on is None and turn.kind == "restart":
            rule = through.book.restart(turn.to)
            yield Pause(rule.ground or turn.to, turn.began, None, reference=turn.reference)
        elif turn.on is None:
            raise PeriodError(f"the conversion to {turn.to} has no day; give the day of the ruling")


def _by_stretch(starts: list[dt.date], grants: tuple[Grant, ...]) -> list[list[Grant]]:
    """The extensions of each stretch, in order of their day; those without a day belong to the last one."""
    found: list[list[Grant]] = [[] for _ in starts]
    for grant in sorted(grants, key=lambda g: g.at or dt.date.max):
        place = max(n for n, start in enumerate(starts) if grant.at is None or start <= grant.at)
        found[place].append(grant)
    return found


def _segment(through: Run, limit: Limit, trigger: dt.date, judged: tuple[Judged, ...], grants: list[Grant]) -> Segment:
    history, parameters = through.history, through.parameters
    way = replace(through.way, rules=rules_of(limit.system))
    version = limit.on(history.under or trigger)
    facts = history.facts | ({"custody"} if history.custody else set())
    variant = version.variant(facts)
    ref = variant.term if variant else version.term
    assert ref is not None
    term = way.of_system(ref.on(history.under or trigger, parameters))
    latest = variant.at_latest if variant else version.at_latest
    base = advance(way, trigger, term, [])
    hard = advance(way, trigger, way.of_system(latest), []) if latest else None
    workdays = term.in_workdays
    spans = [j.excluded for j in judged if j.excluded is not None]

    def expiry(end: dt.date) -> tuple[dt.date, dt.date]:
        raw = exclude(way, trigger, end, spans, workdays, [])
        return raw, raw if history.custody else way.days.next_workday_on_or_after(raw)

    clock = Clock(
        limit, trigger, hard or base, way, through.book, parameters, frozenset(facts), history.under, expiry
    )
    for grant in grants:
        clock.grant(grant)
    return Segment(
        limit=limit, version=version, trigger=trigger, way=way, base=base, hard=hard, end=clock.end, term=str(term),
        at_latest=str(latest or ""), extensions=tuple(clock.accepted), judged=judged, in_workdays=workdays,
        turns=tuple(through.turned), findings=tuple(clock.found),
    )  # fmt: skip


def stopped_on(segment: Segment, on: dt.date) -> bool:
    """Whether a ground of the list holds on `on`."""
    return any(e.first <= on <= e.last and on > segment.trigger for e in segment.excluded())
