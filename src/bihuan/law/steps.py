"""The words of a trace: step codes with their parameters. The kernel gives them sentences, this package none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

START = "T-02"  # the trigger day is not counted
DAYS = "T-02.days"
YEARS = "T-04.years"
MONTHS = "T-04"
CRIMINAL_MONTHS = "T-05"
HALF_MONTH = "T-05.half"
WORKDAYS = "T-13"
EXTENSION = "extension"
EXTENSION_UNTIL = "extension.until"
EXCLUSION = "exclusion"
EXCLUSION_IGNORED = "exclusion.ignored"  # because: "before" the trigger, or "after" the end
ROLL = "T-06"
NO_ROLL = "T-06.none"  # the raw end works; kind says whether only because it was swapped
CUSTODY = "T-07"
PROVISIONAL = "calendar.provisional"

# Every code a trace may hold, with its parameters: who words them for the screen can be checked for
# completeness.
STEP_PARAMS: Mapping[str, tuple[str, ...]] = {
    START: ("trigger", "first_counted", "article"),
    DAYS: ("from", "count", "to"),
    YEARS: ("from", "count", "to", "clamped", "article"),
    MONTHS: ("from", "count", "to", "clamped", "article"),
    CRIMINAL_MONTHS: ("from", "count", "to", "month_end", "clamped", "article"),
    HALF_MONTH: ("from", "count", "days", "to", "article"),
    WORKDAYS: ("from", "count", "to", "article"),
    EXTENSION: ("from", "term", "to", "article", "reference"),
    EXTENSION_UNTIL: ("from", "to", "article", "reference"),
    EXCLUSION: ("first", "last", "unit", "count", "grounds", "from", "to"),
    EXCLUSION_IGNORED: ("first", "last", "grounds", "because"),
    ROLL: ("from", "to", "rest_days", "kind", "notices", "article"),
    NO_ROLL: ("day", "kind", "article"),
    CUSTODY: ("day", "article"),
    PROVISIONAL: ("published_to",),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a trace: a code of STEP_PARAMS and JSON-able parameters (days as YYYY-MM-DD). Read only."""

    code: str
    params: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The form in which a step is stored."""
        return {"code": self.code, "params": dict(self.params)}
