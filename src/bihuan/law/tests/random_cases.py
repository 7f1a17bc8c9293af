"""Random histories of cases, and the same histories as columns. Everything comes from a seeded generator."""

import datetime as dt
import random
from dataclasses import replace

import numpy as np

from bihuan.law.arrays.columns import CaseColumns, GrantColumns, PauseColumns, TurnColumns
from bihuan.law.limits.history import Grant, History, Pause, Turn

FIRST, LAST = dt.date(1999, 1, 1), dt.date(2027, 6, 30)
ONE = dt.timedelta(days=1)
TERMS = (None, "1m", "2m", "3m", "6m", "8m", "15d", "30d", "60d", "1m+15d")


def histories(book, count, seed, *, limits=None, fitting=False):
    """`count` random histories; most days are near the trigger, so that rules bite. With `fitting` the extensions are
    mostly such as the law allows: by the right person, in time, on their conditions."""
    dice = random.Random(seed)
    ids = list(limits or book.limits)
    made = [_history(dice, book, dice.choice(ids)) for _ in range(count)]
    return [_fitting(dice, book, history) for history in made] if fitting else made


def _fitting(dice, book, history):
    rules = [rule for version in book.limits[history.limit].versions[-1:] for rule in version.extensions]
    rules += [rule for rule in rules if not rule.times]
    grants, day = [], history.trigger
    for rule in rules[: dice.randint(1, 4)]:
        day += ONE * dice.randint(20, 60)
        facts = frozenset((*rule.any_of, *rule.all_of))
        grants.append(Grant(rule.by[0].by, dice.choice(("15d", "1m", "2m", "3m", "7m")), None, day, day + ONE * dice.randint(1, 9), facts))
    return replace(history, grants=tuple(grants), turns=history.turns[:1], under=None)


def _history(dice, book, id_):
    limit = book.limits[id_]
    since = limit.versions[0].start if dice.random() < 0.9 else FIRST
    trigger = since + ONE * dice.randrange((LAST - since).days)
    facts = frozenset(f for f in book.words.facts if f != "custody" and dice.random() < 0.15)
    custody = limit.system == "criminal" and dice.random() < 0.4
    events = {start.event for start in limit.starts} | {v.before for v in limit.versions if v.before}
    dates = {e: _near(dice, trigger, -20, 40) for e in sorted(events) if dice.random() < 0.3}
    return History(
        limit=id_,
        trigger=trigger,
        dates=dates,
        facts=facts,
        custody=custody,
        pauses=tuple(_pause(dice, book, limit, trigger) for _ in range(dice.choice((0, 0, 1, 2, 3, 5)))),
        grants=tuple(_grant(dice, book, trigger) for _ in range(dice.choice((0, 0, 1, 1, 2, 3)))),
        turns=tuple(_turn(dice, book, limit, trigger) for _ in range(dice.choice((0, 0, 0, 1, 2, 3)))),
        under=_near(dice, trigger, -900, 900) if dice.random() < 0.05 else None,
        closed=_near(dice, trigger, 0, 500) if dice.random() < 0.3 else None,
    )


def _near(dice, day, low, high):
    return day + ONE * dice.randint(low, high)


def _pause(dice, book, limit, trigger):
    listed = [g.ground for g in book.lists[limit.exclusions].grounds] if limit.exclusions else []
    ground = dice.choice(listed) if listed and dice.random() < 0.7 else dice.choice(list(book.words.grounds))
    first = _near(dice, trigger, -40, 300)
    last = None if dice.random() < 0.1 else first + ONE * dice.randint(0, 70)
    proved = frozenset(f for f in ("all_parties_consent", "longer_agreed") if dice.random() < 0.5)
    return Pause(ground, first, last, proved)


def _grant(dice, book, trigger):
    applied = None if dice.random() < 0.2 else _near(dice, trigger, 0, 320)
    decided = None if dice.random() < 0.15 else (applied or trigger) + ONE * dice.randint(-3, 40)
    by = dice.choice(("president", "president", "superior", "high_court", "supreme", "", *book.words.approvers))
    until = (decided or trigger) + ONE * dice.randint(-10, 400) if dice.random() < 0.3 else None
    facts = frozenset(f for f in ("death_penalty_possible", "complex_158", "both_parties_consent", "complex_case",
                                  "special_reason", "incidental_civil_action") if dice.random() < 0.5)  # fmt: skip
    return Grant(by, dice.choice(TERMS), until, applied, decided, facts)


def _turn(dice, book, limit, trigger):
    day = _near(dice, trigger, 0, 250)
    if dice.random() < 0.5:
        known = [to for c in book.conversions if limit.id in c.from_limits for to in c.to_limits]
        return Turn("convert", dice.choice(known or ["CV-01"]), day)
    rule = dice.choice(book.restarts)
    sent = None if dice.random() < 0.3 else day - ONE * dice.randint(0, 45)
    away = sent is not None and dice.random() < 0.15
    return Turn("restart", rule.id, None if away else day, sent)


# ---- as columns ----


def _dates(values):
    return np.array([np.datetime64("NaT") if v is None else np.datetime64(v) for v in values], dtype="datetime64[D]")


def _offsets(groups):
    return np.concatenate([[0], np.cumsum([len(g) for g in groups])]).astype(np.int64)


def _length(term):
    if term is None:
        return 0, 0
    months, days = 0, 0
    for piece in term.split("+"):
        if piece.endswith("m"):
            months += int(piece[:-1])
        else:
            days += int(piece[:-1])
    return months, days


def columns(table, cases):
    """The same histories as columns, in the same order."""
    pauses = [p for h in cases for p in h.pauses]
    grants = [g for h in cases for g in h.grants]
    turns = [t for h in cases for t in h.turns]
    bits = lambda items: np.array([table.mask(x.facts) for x in items], dtype=np.uint64)  # noqa: E731
    events = sorted({e for h in cases for e in h.dates})
    return CaseColumns(
        limit=table.limit_codes([h.limit for h in cases]),
        trigger=_dates([h.trigger for h in cases]),
        facts=bits(cases),
        custody=np.array([h.custody for h in cases]),
        under=_dates([h.under for h in cases]),
        closed=_dates([h.closed for h in cases]),
        dates={e: _dates([h.dates.get(e) for h in cases]) for e in events},
        pauses=PauseColumns(
            _offsets([h.pauses for h in cases]),
            np.array([table.grounds.index(p.ground) for p in pauses], dtype=np.int8),
            _dates([p.first for p in pauses]), _dates([p.last for p in pauses]), bits(pauses),
        ),
        grants=GrantColumns(
            _offsets([h.grants for h in cases]),
            np.array([table.approvers.index(g.by) if g.by else -1 for g in grants], dtype=np.int8),
            np.array([_length(g.term)[0] for g in grants], dtype=np.int16),
            np.array([_length(g.term)[1] for g in grants], dtype=np.int16),
            _dates([g.until for g in grants]), _dates([g.applied for g in grants]), _dates([g.decided for g in grants]),
            bits(grants),
        ),
        turns=TurnColumns(
            _offsets([h.turns for h in cases]),
            np.array([t.kind == "restart" for t in turns], dtype=bool),
            np.array([(table.restarts if t.kind == "restart" else table.ids).index(t.to) for t in turns], dtype=np.int16),
            _dates([t.on for t in turns]), _dates([t.sent for t in turns]),
        ),
    )  # fmt: skip
