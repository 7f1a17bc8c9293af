"""The measures by number: whose, until when, how far; everything else about them follows from here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..sizes import Size
from .people import People

TODAY = dt.date(2026, 6, 1)
"""The business day of the measured court: in the demo, where days may be simulated, so that the data never age."""
STEPS = ("start", "apply", "head_pass", "leader_pass", "verify_pass", "decide", "external_accept")
STATES = (
    "not_started", "in_progress", "applied", "head_passed", "leader_passed", "verified", "internally_closed", "accepted",
)  # fmt: skip
FIGURES = 8
QUIET_RULE = "rect.letter.unanswered"
DUTY = "D001"
_OLD = ((90, "closed"), (96, "in_progress"), (100, "review"))
_NEW = ((25, "closed"), (33, "not_started"), (88, "in_progress"), (100, "review"))


@dataclass(frozen=True, slots=True)
class Item:
    """A problem with its part, a measure with its attempts. All share the number, so `number + 1` is every id."""

    number: int
    round: int
    code: str
    kind: str
    unit: int
    person: int
    leader: int
    feedback: dt.date
    approved: dt.date
    due: dt.date
    state: str
    applied: dt.date | None
    closed: dt.date | None
    reopened: bool
    criteria: tuple[tuple[int, str, dict[str, Any]], ...]

    @property
    def pk(self) -> int:
        """The id of problem, part, measure and first attempt."""
        return self.number + 1

    @property
    def problem(self) -> int:
        """The problem the measure belongs to: its own, and for every tenth the one before, which then has two."""
        return self.number if self.number % 10 == 9 else self.pk

    @property
    def is_closed(self) -> bool:
        """Whether the first attempt was closed."""
        return self.closed is not None

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps the first attempt took."""
        return STEPS[: STATES.index(self.state)]


def feedback_of(number: int, size: Size) -> dt.date:
    """The feedback day of a round: the newest three months back, the others a month apart before it."""
    return TODAY - dt.timedelta(days=91 + 30 * (size.rounds - 1 - number))


def items(size: Size, people: People) -> Iterator[Item]:
    """All measures, in the order of their numbers."""
    per_round = -(-size.measures // size.rounds)
    criterion = 0
    for number in range(size.measures):
        where = number // per_round
        feedback = feedback_of(where, size)
        unit = people.divisions[number * 7 % len(people.divisions)]
        group = _group(number, recent=where >= size.rounds * 3 // 5)
        state = _state(number, group)
        due = feedback + dt.timedelta(days=30 + number * 13 % 220)
        applied, closed = _days(number, group, feedback, due)
        kinds = _criteria(number)
        yield Item(
            number=number,
            round=where + 1,
            code=f"{number % per_round + 1:05}",
            kind=("concentrated", "at_once", "concentrated", "long_term", "concentrated")[number % 5],
            unit=unit,
            person=people.judges[unit][number // len(people.divisions) % len(people.judges[unit])],
            leader=people.leader[unit],
            feedback=feedback,
            approved=feedback + dt.timedelta(days=29),
            due=due,
            state=state,
            applied=applied,
            closed=closed,
            reopened=closed is not None and number % 50 == 7,
            criteria=tuple((criterion + place + 1, kind, params) for place, (kind, params) in enumerate(kinds)),
        )
        criterion += len(kinds)


def _mixed(number: int) -> int:
    """A number below 100 that looks drawn, and is the same every time."""
    return (number * 2_654_435_761 >> 8) % 100


def _group(number: int, *, recent: bool) -> str:
    return next(group for limit, group in (_NEW if recent else _OLD) if _mixed(number) < limit)


def _state(number: int, group: str) -> str:
    if group == "closed":
        return "internally_closed" if number % 4 == 0 else "accepted"
    return ("applied", "head_passed", "leader_passed", "verified")[number % 4] if group == "review" else group


def _days(number: int, group: str, feedback: dt.date, due: dt.date) -> tuple[dt.date | None, dt.date | None]:
    """When it was applied for and closed."""
    if group == "review":
        return TODAY - dt.timedelta(days=number % 30 + 1), None
    if group != "closed":
        return None, None
    first = feedback + dt.timedelta(days=40)
    applied = min(max(due - dt.timedelta(days=20), first), TODAY - dt.timedelta(days=30))
    return applied, applied + dt.timedelta(days=15)


def _criteria(number: int) -> list[tuple[str, dict[str, Any]]]:
    """One criterion, or two of every fifth measure."""
    check: tuple[str, dict[str, Any]] = ("onsite_check", {})
    level = "court" if number % 3 == 0 else "unit"
    figure = {"figure": f"F{number % FIGURES + 1:02}", "level": level, "high": "5", "periods": number % 3 + 1}
    reading: tuple[str, dict[str, Any]] = ("reading_range", figure)
    drawn = number // 3 % 20
    if drawn < 10:
        first = check
    elif drawn < 14:
        first = reading
    elif drawn < 16:
        first = ("ledger_count", {"count": "rules_made", "least": "1"})
    elif drawn < 18:
        first = ("evidence_kind", {"kind": "statistics", "least": 1})
    elif drawn < 19:
        first = ("rule_quiet", {"rule": QUIET_RULE, "level": "unit", "days": 30})
    else:
        first = ("duty_kept", {"duty": DUTY, "periods": 2})
    second = reading if first is check else check
    return [first, second] if number % 5 == 0 else [first]
