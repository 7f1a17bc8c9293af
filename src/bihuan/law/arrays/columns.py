"""Cases as columns, the way rows of SQL arrive: one value a case, and what a case has several of as offsets and values.

A case's pauses are the entries offsets[i]:offsets[i+1] of the pause columns, and so for extensions and turns. Days are
datetime64[D] (NaT where there is none), codes are the small numbers of a `LimitTable`, facts are bits (`table.mask`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .days import Bits, Bools, Dates

Codes = NDArray[np.integer[Any]]
Offsets = NDArray[np.int64]


def offsets_of(case: NDArray[np.integer[Any]], count: int) -> Offsets:
    """The offsets of entries that come in the order of their case, `case` being the place of each one's case (0 to
    count-1): what a query ordered by case delivers. Raises ValueError when they are not in order."""
    if len(case) and ((np.diff(case) < 0).any() or case[0] < 0 or case[-1] >= count):
        raise ValueError(f"entries must come in the order of their cases, 0 to {count - 1}; order the query by case")
    return np.searchsorted(case, np.arange(count + 1)).astype(np.int64)


@dataclass(frozen=True)
class PauseColumns:
    """Pauses: `last` NaT while running; `facts` the bits of what is proved (may be left out)."""

    offsets: Offsets
    ground: Codes
    first: Dates
    last: Dates
    facts: Bits | None = None


@dataclass(frozen=True)
class GrantColumns:
    """Extensions: `by` -1 where nobody recorded who; a length in months and days (both 0: none given), or `until`."""

    offsets: Offsets
    by: Codes
    months: Codes
    days: Codes
    until: Dates
    applied: Dates
    decided: Dates
    facts: Bits | None = None


@dataclass(frozen=True)
class TurnColumns:
    """Turns: `restart` true for a restart (`to` counts `table.restarts`), false for a conversion (`to` counts limits)."""

    offsets: Offsets
    restart: Bools
    to: Codes
    on: Dates
    sent: Dates


@dataclass(frozen=True)
class CaseColumns:
    """The histories of many cases; see `limits.history.History` for what each column means."""

    limit: Codes
    trigger: Dates
    facts: Bits | None = None
    custody: Bools | None = None
    under: Dates | None = None
    closed: Dates | None = None
    dates: Mapping[str, Dates] = field(default_factory=dict)
    pauses: PauseColumns | None = None
    grants: GrantColumns | None = None
    turns: TurnColumns | None = None

    def __len__(self) -> int:
        return len(self.limit)

    def part(self, start: int, stop: int) -> CaseColumns:
        """The cases start..stop, without copying the values."""
        cut: dict[str, Any] = {}
        for name in ("limit", "trigger", "facts", "custody", "under", "closed"):
            column = getattr(self, name)
            cut[name] = None if column is None else column[start:stop]
        for name, columns in (("pauses", self.pauses), ("grants", self.grants), ("turns", self.turns)):
            cut[name] = None if columns is None else _part(columns, start, stop)
        return CaseColumns(**cut, dates={event: column[start:stop] for event, column in self.dates.items()})


#: Why a case has no answer: the place in this tuple is the number in `DueColumns.problem`.
PROBLEMS = (
    "", "no_trigger", "unknown_limit", "not_in_force", "outside_calendar", "reversed_days", "no_custody_here",
    "counts_hours", "no_period", "no_event_day", "turn_without_day", "unknown_code",
)  # fmt: skip
LIGHTS = (
    "green", "near", "past_ordinary", "overdue", "stopped", "closed_in_time", "closed_late", "not_yet", "allowed", "none",
)  # fmt: skip


@dataclass(frozen=True)
class DueColumns:
    """The answers, a row a case; see `limits.reckon.Reckoning`. A row with a problem has NaT and no other value counts.

    `limit` and `trigger` are those of the last stretch, after all turns; `extensions` counts those that count in it. `findings`
    are bits by the place of a code in `engine.FINDINGS`; `light` is a place in LIGHTS; `step` -1 unless near.
    """

    limit: Codes
    trigger: Dates

    raw: Dates
    due: Dates
    hard_raw: Dates
    hard_due: Dates
    provisional: Bools
    stopped: Bools
    hidden_days: NDArray[np.int32]
    extensions: NDArray[np.int16]
    findings: Bits
    light: NDArray[np.int8]
    light_days: NDArray[np.int32]
    step: NDArray[np.int16]
    problem: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.raw)


def joined(parts: list[DueColumns]) -> DueColumns:
    """The answers of consecutive parts as one."""
    names = DueColumns.__dataclass_fields__
    return DueColumns(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def _part(columns: Any, start: int, stop: int) -> Any:
    low, high = int(columns.offsets[start]), int(columns.offsets[stop])
    cut = {"offsets": columns.offsets[start : stop + 1] - low}
    for name in columns.__dataclass_fields__:
        if name != "offsets":
            column = getattr(columns, name)
            cut[name] = None if column is None else column[low:high]
    return type(columns)(**cut)
