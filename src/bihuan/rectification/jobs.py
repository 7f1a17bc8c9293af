"""Work of the ledger done by the clock: both steps may run twice without harm."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bihuan.kernel import clock

from .services import settle_silence, sweep


@dataclass(frozen=True)
class Watched:
    """How many rebounds were suspected, and how many items were reopened because nobody answered."""

    suspected: int
    reopened: int


def watch(on: dt.date | None = None) -> Watched:
    """Ask the facts about all closed items, then reopen what was left unanswered. Run before the patrol's rules."""
    day = on or clock.today()
    return Watched(len(sweep(day)), len(settle_silence(day)))
