"""The due date of a case from its history: the limit's text, what turned the clock, what extended it, what stopped it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from .. import movements, steps
from ..calendar import WorkCalendar, current_calendar
from ..dated import Parameters, current_parameters
from ..errors import LawError, PeriodError
from ..levels import UNCONFIRMED
from ..movements import ONE_DAY, Way, extend, params, roll, unpublished
from ..periods import ENGINE_VERSION, digest_of
from ..steps import Step
from ..systems import rules_of
from ..terms import MonthStart, Period
from . import findings as f
from .book import LimitBook, choice, chosen, current_limits
from .findings import Finding, finding
from .history import History
from .lamps import Lamp, Light, lamp, thresholds
from .model import Limit, Version
from .pauses import hidden_days
from .segments import Run, Segment, run, stopped_on

MONTH_START = "law.reading.criminal-month-start"


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A case's due date under one limit, with everything that explains it.

    `raw` is the end before the roll, `due` after it; both None where there is expressly no limit. `hard_due` is the day
    "at the latest" of a limit that has an ordinary and a last day (公诉: 二个月，至迟三个月) and was not extended.
    `hidden_days` are days treated as a pause on no ground of the closed list. `stopped` says that a ground of the list
    holds on the day of asking; `due` then assumes that it ends on that day. `extensions` counts those that count. `digest` covers all inputs: equal digests
    mean equal days and findings (the lamp also depends on the day of asking).
    """

    limit: Limit
    version: Version
    trigger: dt.date
    raw: dt.date | None
    due: dt.date | None
    hard_raw: dt.date | None
    hard_due: dt.date | None
    provisional: bool
    trace: tuple[Step, ...]
    findings: tuple[Finding, ...]
    hidden_days: int
    stopped: bool
    lamp: Lamp
    digest: str
    calendar_version: str
    extensions: int = 0

    def of_effect(self, effect: f.Effect) -> tuple[Finding, ...]:
        """The findings of one effect: refused, breach, unproven, note."""
        return tuple(found for found in self.findings if found.effect == effect)


def reckon(
    history: History,
    *,
    on: dt.date,
    book: LimitBook | None = None,
    calendar: WorkCalendar | None = None,
    parameters: Parameters | None = None,
) -> Reckoning:
    """The due date of a case as of the day `on`, which closes running pauses and lights the lamp.

    Raises UnknownLimit, NotInForce (no text of the limit in force on the trigger day), PeriodError (days that
    contradict each other), LawError (a limit in hours, or one that is no period).
    """
    history = history.checked()
    books, days, values = book or current_limits(), calendar or current_calendar(), parameters or current_parameters()
    limit = books.get(history.limit)
    history = _started(limit, history, values)
    version = limit.on(history.under or history.trigger)
    _refuse_others(limit, version, history)
    cut_off = min(on, history.closed) if history.closed else on
    month_start = month_start_on(history.trigger, values)
    inputs = {
        "engine": ENGINE_VERSION,
        "history": history.as_inputs(),
        "on": str(cut_off) if _runs(history) else "",
        "limits": books.digest,
        "parameters": values.digest,
        "calendar": days.digest,
    }
    base = Reckoning(
        limit=limit, version=version, trigger=history.trigger, raw=None, due=None, hard_raw=None, hard_due=None,
        provisional=False, trace=(), findings=(), hidden_days=0, stopped=False, lamp=Lamp("none"),
        digest=digest_of(inputs), calendar_version=days.version,
    )  # fmt: skip
    if version.unlimited or version.before:
        return _without_term(base, history, on, books, values)
    through = Run(history, cut_off, Way(rules_of(limit.system), days, month_start), books, values)
    segments = run(through)
    made = _answered(base, segments[-1], history, on, books, values)
    earlier = [found for segment in segments[:-1] for found in segment.findings]
    return replace(made, findings=(*earlier, *through.found, *made.findings))


def month_start_on(on: dt.date, parameters: Parameters) -> MonthStart:
    """How 刑解202 is read on `on` (data/local/readings.yaml)."""
    return "first_counted" if choice(MONTH_START, on, parameters) == "first_counted" else "trigger"


# ---- what is asked ----


def _started(limit: Limit, history: History, parameters: Parameters) -> History:
    """The history with the trigger day its limit wants: the first of its events that the history dates."""
    for event in _events(limit, history, parameters):
        if event in history.dates:
            return replace(history, trigger=history.dates[event])
    return history


def _events(limit: Limit, history: History, parameters: Parameters) -> list[str]:
    """The events that may start the limit in this case, the first choice first."""
    held = history.facts | ({"custody"} if history.custody else set())
    return [
        start.event
        for start in limit.starts
        if (not start.when or start.when in held) and chosen(start.reading, history.trigger, parameters)
    ]


def _refuse_others(limit: Limit, version: Version, history: History) -> None:
    if limit.kind == "consequence":
        raise LawError(f"{limit.id} says what follows when a limit expires; it is no period of its own")
    if history.custody and not rules_of(limit.system).custody:
        raise PeriodError(f"custody with {limit.id}: only criminal limits know it (刑诉法105)")
    term = version.term.term if version.term else None
    if term is not None and term.in_hours:
        raise LawError(f"{limit.id} counts hours ({term}): give the moment, to the calculation by hours")


def _runs(history: History) -> bool:
    return any(p.last is None for p in history.pauses) or any(t.on is None for t in history.turns)


# ---- the answer ----


def _without_term(
    base: Reckoning, history: History, on: dt.date, book: LimitBook, parameters: Parameters
) -> Reckoning:
    """A limit that is expressly none, or that ends the day before an event."""
    version, limit, trigger = base.version, base.limit, history.trigger
    article = version.basis.cite_all(trigger)
    if version.unlimited:
        step = Step(steps.LIMIT_UNLIMITED, params(limit=limit.id, article=article))
        return replace(base, trace=(step,))
    event = history.dates.get(version.before)
    if event is None:
        raise PeriodError(f"{limit.id} ends before the event {version.before!r}; give its day")
    end = event - ONE_DAY
    step = Step(steps.LIMIT_BEFORE, params(event=version.before, on=event, to=end, article=article))
    light = _lamp(base, history, on, parameters, raw=end, due=end, hard=None, stopped=False)
    return replace(base, raw=end, due=end, trace=(step,), lamp=light, findings=_exceeded(base, history, on, end, book))


def _answered(
    base: Reckoning, last: Segment, history: History, on: dt.date, book: LimitBook, parameters: Parameters
) -> Reckoning:
    """The last stretch's days, with the trace that explains them."""
    limit, version, way = last.limit, last.version, last.way
    events = _events(limit, history, parameters) or [limit.starts[-1].event]
    event = next((name for name in events if history.dates.get(name) == last.trigger), events[0])
    trace = [*last.turns, _limit_step(last, event), movements.start_step(way, last.trigger)]
    start = last.base if not last.extensions or last.hard is None else last.hard
    _term_steps(last, start, trace)
    raw = start
    for extension in last.extensions:
        raw = extend(way, raw, extension, trace)
    raw = last.after(raw, trace)
    due = _end(limit, way, raw, history.custody, trace, version)
    hard_raw = last.after(last.hard, []) if last.hard is not None and not last.extensions else None
    hard_due = _end(limit, way, hard_raw, history.custody, [], version) if hard_raw else None
    if hard_raw and hard_due:
        article = version.basis.cite_all(last.trigger)
        told = params(raw=hard_raw, due=hard_due, term=last.at_latest, article=article)
        trace.append(Step(steps.LIMIT_AT_LATEST, told))
    asked_from = last.trigger + ONE_DAY if last.in_workdays else raw
    rolls = limit.kind == "deadline" and not history.custody
    provisional = (last.in_workdays or rolls) and unpublished(way.days, asked_from, hard_due or due)
    if provisional:
        trace.append(Step(steps.PROVISIONAL, params(published_to=way.days.published_to())))
    stopped = history.closed is None and stopped_on(last, on)
    made = replace(
        base, limit=limit, version=version, trigger=last.trigger, raw=raw, due=due, hard_raw=hard_raw, hard_due=hard_due,
        provisional=provisional, trace=tuple(trace), stopped=stopped, hidden_days=hidden_days(last.judged, last.trigger),
        extensions=len(last.extensions),
    )  # fmt: skip
    hard = (hard_raw, hard_due) if hard_raw and hard_due else None
    light = _lamp(made, history, on, parameters, raw=raw, due=due, hard=hard, stopped=stopped)
    told_pauses = [found for judged in last.judged for found in judged.findings]
    late = _exceeded(made, history, on, hard_due or due, book)
    ordinary = _past_ordinary(made, history, on)
    return replace(made, lamp=light, findings=(*told_pauses, *last.findings, *late, *ordinary, *_unconfirmed(made)))


def _limit_step(segment: Segment, event: str) -> Step:
    version, limit = segment.version, segment.limit
    told = params(
        limit=limit.id, term=segment.term, article=version.basis.cite_all(segment.trigger), tag=version.basis.tag,
        event=event, text_from=version.start,
    )  # fmt: skip
    return Step(steps.LIMIT, told)


def _term_steps(segment: Segment, start: dt.date, trace: list[Step]) -> None:
    """The movements that lead to `start`: by the ordinary length, or by the longest where extensions stand on it."""
    length = segment.term if start == segment.base else str(segment.at_latest)
    movements.advance(segment.way, segment.trigger, segment.way.of_system(Period.parse(length)), trace)


def _end(limit: Limit, way: Way, raw: dt.date, custody: bool, trace: list[Step], version: Version) -> dt.date:
    """The day on which a raw end takes effect: rolled for a deadline; as it is for a ceiling; for a floor the first
    day on which the act is allowed."""
    if limit.kind == "deadline":
        return roll(way, raw, custody, trace)
    article = version.basis.cite(raw)
    if limit.kind == "maximum":
        trace.append(Step(steps.LIMIT_CEILING, params(day=raw, article=article)))
        return raw
    day = raw + ONE_DAY if limit.boundary == "over" else raw
    trace.append(Step(steps.LIMIT_FLOOR, params(day=day, boundary=limit.boundary, article=article)))
    return day


def _lamp(
    made: Reckoning, history: History, on: dt.date, parameters: Parameters, *, raw: dt.date, due: dt.date,
    hard: tuple[dt.date, dt.date] | None, stopped: bool,
) -> Lamp:
    if made.limit.kind == "minimum":
        floor: Light = "allowed" if (history.closed or on) >= due else "not_yet"
        return Lamp(floor, (due - on).days)
    last_due = hard[1] if hard else due
    if history.closed is not None:
        closed: Light = "closed_in_time" if history.closed <= last_due else "closed_late"
        return Lamp(closed, (raw - history.closed).days)
    hard_raw, hard_due = hard or (None, None)
    return lamp(
        on, trigger=made.trigger, raw=raw, due=due, hard_raw=hard_raw, hard_due=hard_due, stopped=stopped,
        steps=thresholds(on, parameters),
    )  # fmt: skip


def _exceeded(
    made: Reckoning, history: History, on: dt.date, due: dt.date, book: LimitBook
) -> tuple[Finding, ...]:
    if made.limit.kind == "minimum":
        return ()
    article = made.version.basis.cite(made.trigger)
    if history.closed is not None:
        if history.closed <= due:
            return ()
        late = (history.closed - due).days
        return (finding(f.EXCEEDED_CLOSED, due=due, closed=history.closed, days=late, article=article),)
    if on <= due:
        return ()
    found = [finding(f.EXCEEDED, due=due, on=on, days=(on - due).days, article=article)]
    if made.limit.at_expiry:
        follows = book.get(made.limit.at_expiry)
        found.append(finding(f.AT_EXPIRY, limit=follows.id, article=follows.versions[-1].basis.cite(due)))
    return tuple(found)


def _past_ordinary(made: Reckoning, history: History, on: dt.date) -> tuple[Finding, ...]:
    day = history.closed or on
    if made.hard_due is None or made.due is None or not made.due < day <= made.hard_due:
        return ()
    article = made.version.basis.cite(made.trigger)
    return (finding(f.PAST_ORDINARY, due=made.due, hard_due=made.hard_due, article=article),)


def _unconfirmed(made: Reckoning) -> tuple[Finding, ...]:
    """Whether the text was not read in the original, or is our own default."""
    basis = made.version.basis
    if basis.tag not in UNCONFIRMED:
        return ()
    return (finding(f.UNCONFIRMED, article=basis.cite(made.trigger), tag=basis.tag),)
