"""Pauses judged against the closed list of their line: what is not on it does not stop the clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from ..dated import Parameters
from ..movements import ONE_DAY, Exclusion, Way, advance, merge_days
from . import findings as f
from .book import LimitBook
from .findings import Finding, finding
from .history import Pause
from .model import GroundRule, Limit


@dataclass(frozen=True, slots=True)
class Judged:
    """A pause after judgement: the days that do not count (None: none of them), the days that are a hidden pause."""

    pause: Pause
    excluded: Exclusion | None
    hidden: tuple[tuple[dt.date, dt.date], ...]
    findings: tuple[Finding, ...]


def judge_pause(
    pause: Pause, limit: Limit, facts: frozenset[str], on: dt.date, way: Way, book: LimitBook, parameters: Parameters
) -> Judged:
    """What of `pause` is excluded under `limit`, and why not the rest. A running pause counts up to the cut-off `on`."""
    found: list[Finding] = []
    last = pause.last
    if last is None:
        last = max(on, pause.first)
        found.append(finding(f.PAUSE_RUNNING, ground=pause.ground, first=pause.first, on=last))
    days = (last - pause.first).days + 1
    told = {"ground": pause.ground, "first": pause.first, "last": last}
    rule = book.grounds(limit.exclusions, pause.first, parameters).get(pause.ground)
    if rule is None:
        article = _closing_articles(limit, book, pause.first)
        found.append(finding(f.PAUSE_UNLISTED, **told, days=days, article=article))
        return Judged(pause, None, ((pause.first, last),), tuple(found))
    article = rule.basis.cite_all(pause.first)
    held = facts | pause.facts
    missing = [need for need in rule.needs if need not in held]
    if missing:
        found.append(finding(f.PAUSE_UNPROVED, **told, days=days, needs=missing, article=article))
        return Judged(pause, None, ((pause.first, last),), tuple(found))
    first, end = pause.first, last
    hidden: tuple[tuple[dt.date, dt.date], ...] = ()
    if rule.skip is not None:
        first = advance(way, pause.first, rule.skip, []) + ONE_DAY
        found.append(
            finding(f.PAUSE_SKIPPED, **told, skip=str(rule.skip), counted_from=first, article=article)
        )
    cap = _cap(rule, first, held, way)
    if cap is not None and cap < end:
        hidden = ((cap + ONE_DAY, end),)
        over = {"counted_to": cap, "max": str(rule.max_each), "days": (end - cap).days}
        found.append(finding(f.PAUSE_CAPPED, **told, **over, article=article))
        end = cap
    excluded = Exclusion(first, end, pause.ground, article) if first <= end else None
    return Judged(pause, excluded, hidden, tuple(found))


def hidden_days(judged: Iterable[Judged], after: dt.date) -> int:
    """The days after `after` that were treated as a pause without the law's leave, each once; days that another ground
    rightly excludes are not among them."""
    all_of = list(judged)
    rightly = [(j.excluded.first, j.excluded.last) for j in all_of if j.excluded is not None]
    wrongly = [span for j in all_of for span in j.hidden]
    return _length(merge_days([*rightly, *wrongly]), after) - _length(merge_days(rightly), after)


def _length(spans: Iterable[tuple[dt.date, dt.date]], after: dt.date) -> int:
    return sum(max(0, (last - max(first, after + ONE_DAY)).days + 1) for first, last in spans)


def _cap(rule: GroundRule, first: dt.date, held: frozenset[str], way: Way) -> dt.date | None:
    """The last day that may be excluded when the first is `first`; None without a maximum."""
    if rule.max_each is None or held & set(rule.unless):
        return None
    return advance(way, first - ONE_DAY, way.of_system(rule.max_each), [])


def _closing_articles(limit: Limit, book: LimitBook, on: dt.date) -> str:
    """The articles that close the list; of a limit without a list its own."""
    if limit.exclusions:
        return book.lists[limit.exclusions].basis.cite_all(on)
    return limit.versions[-1].basis.cite(on)
