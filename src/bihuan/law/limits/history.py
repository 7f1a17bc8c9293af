"""What happened in a case, as far as its limit is concerned: when it began, what stopped, extended or turned the clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..errors import PeriodError
from ..movements import as_day
from ..terms import Period, as_period

TurnKind = Literal["convert", "restart"]
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Pause:
    """Days somebody says do not count: a `ground` of the vocabulary, both days included; `last` None while it runs.

    `facts` are what is proved of it (all_parties_consent, longer_agreed).
    """

    ground: str
    first: dt.date
    last: dt.date | None = None
    facts: frozenset[str] = _NONE
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """An extension somebody granted: `by` whom ("" = not recorded), a `term` or an approved end `until`, asked for and
    decided when; `facts` are the conditions it stands on."""

    by: str = ""
    term: Period | str | None = None
    until: dt.date | None = None
    applied: dt.date | None = None
    decided: dt.date | None = None
    facts: frozenset[str] = _NONE
    reference: str = ""

    @property
    def length(self) -> Period | None:
        """The term, read. Raises TermError."""
        return None if self.term is None else as_period(self.term)

    @property
    def at(self) -> dt.date | None:
        """The day of the act: decided, else applied."""
        return self.decided or self.applied


@dataclass(frozen=True, slots=True)
class Turn:
    """The clock turned: a conversion `to` another limit, or a restart (its id in `to`).

    `on` is the day of the conversion or of the return; None while the case is still away. `sent` is when it went away.
    """

    kind: TurnKind
    to: str
    on: dt.date | None = None
    sent: dt.date | None = None
    reference: str = ""

    @property
    def began(self) -> dt.date:
        """When the turn began: sent away, else the day itself. Raises PeriodError."""
        day = self.sent or self.on
        if day is None:
            raise PeriodError(f"the turn {self.to!r} has neither a day nor a day of sending; give one")
        return day


@dataclass(frozen=True, slots=True)
class History:
    """A case's history under one limit.

    `trigger` is the day that starts the clock; where a limit knows several, `dates` gives them by event and the limit
    picks. `under` pins the text of the law to that of another day (a case that straddles a change). `closed` is the
    day of closing, None while the case is open.
    """

    limit: str
    trigger: dt.date
    dates: Mapping[str, dt.date] = field(default_factory=dict)
    facts: frozenset[str] = _NONE
    custody: bool = False
    pauses: tuple[Pause, ...] = ()
    grants: tuple[Grant, ...] = ()
    turns: tuple[Turn, ...] = ()
    under: dt.date | None = None
    closed: dt.date | None = None

    def checked(self) -> History:
        """Itself, if its days are days and in order. Raises PeriodError naming what is wrong."""
        as_day(self.trigger, "trigger")
        for name, day in self.dates.items():
            as_day(day, name)
        for pause in self.pauses:
            first = as_day(pause.first, "pause start")
            if pause.last is not None and as_day(pause.last, "pause end") < first:
                raise PeriodError(f"the pause {pause.first}..{pause.last} ends before it begins; check both days")
        for grant in self.grants:
            for name in ("until", "applied", "decided"):
                if getattr(grant, name) is not None:
                    as_day(getattr(grant, name), f"extension {name}")
        for turn in self.turns:
            began = as_day(turn.began, "turn")
            if turn.on is not None and as_day(turn.on, "turn") < began:
                raise PeriodError(f"the turn {turn.to!r} comes back on {turn.on}, before it was sent on {turn.sent}")
        return self

    def as_inputs(self) -> dict[str, Any]:
        """Plain values that say the same, for a digest."""
        return {
            "limit": self.limit,
            "trigger": str(self.trigger),
            "dates": {name: str(day) for name, day in sorted(self.dates.items())},
            "facts": sorted(self.facts),
            "custody": self.custody,
            "pauses": sorted([p.ground, str(p.first), str(p.last), sorted(p.facts), p.reference] for p in self.pauses),
            "grants": [
                [g.by, str(g.length or ""), str(g.until), str(g.applied), str(g.decided), sorted(g.facts), g.reference]
                for g in self.grants
            ],
            "turns": [[t.kind, t.to, str(t.on), str(t.sent), t.reference] for t in self.turns],
            "under": str(self.under),
            "closed": str(self.closed),
        }
