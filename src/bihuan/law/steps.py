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
EXCLUSION_CITED = "exclusion.cited"  # judged against a closed list: the articles are known
EXCLUSION_IGNORED = "exclusion.ignored"  # because: "before" the trigger, or "after" the end
ROLL = "T-06"
NO_ROLL = "T-06.none"  # the raw end works; kind says whether only because it was swapped
CUSTODY = "T-07"
PROVISIONAL = "calendar.provisional"

HOUR_START = "T-03.start"
HOURS = "T-03"

LIMIT = "limit"
LIMIT_AT_LATEST = "limit.at_latest"
LIMIT_BEFORE = "limit.before"
LIMIT_UNLIMITED = "limit.unlimited"
LIMIT_FLOOR = "limit.floor"
LIMIT_CEILING = "limit.ceiling"
TURN_CONTINUE = "limit.turn.continue"
TURN_RESTART = "limit.turn.restart"
TURN_CONVERTED = "limit.turn.converted"

# Every code a trace may hold, with its parameters: who words them for the screen can be checked for
# completeness.
PERIOD_PARAMS: Mapping[str, tuple[str, ...]] = {
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
HOUR_PARAMS: Mapping[str, tuple[str, ...]] = {
    HOUR_START: ("moment", "start", "rule", "article"),
    HOURS: ("from", "count", "to"),
}
LIMIT_PARAMS: Mapping[str, tuple[str, ...]] = {
    LIMIT: ("limit", "term", "article", "tag", "event", "text_from"),
    LIMIT_AT_LATEST: ("raw", "due", "term", "article"),
    LIMIT_BEFORE: ("event", "on", "to", "article"),
    LIMIT_UNLIMITED: ("limit", "article"),
    LIMIT_FLOOR: ("day", "boundary", "article"),
    LIMIT_CEILING: ("day", "article"),
    TURN_CONTINUE: ("turn", "on", "trigger", "article"),
    TURN_RESTART: ("turn", "on", "trigger", "article"),
    TURN_CONVERTED: ("turn", "on", "trigger", "article"),
    EXCLUSION_CITED: ("first", "last", "unit", "count", "grounds", "articles", "from", "to"),
}
STEP_PARAMS: Mapping[str, tuple[str, ...]] = {**PERIOD_PARAMS, **HOUR_PARAMS, **LIMIT_PARAMS}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a trace: a code of STEP_PARAMS and JSON-able parameters (days as YYYY-MM-DD). Read only."""

    code: str
    params: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The form in which a step is stored."""
        return {"code": self.code, "params": dict(self.params)}
