"""What the calculus finds wrong or unproved in a history. Codes with parameters; the kernel gives them sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..movements import params

# refused: not counted, with the article. breach: counted, but against a rule. unproven: counted, and something is not
# shown. note: to be known.
Effect = Literal["refused", "breach", "unproven", "note"]

PAUSE_UNLISTED = "limit.pause.unlisted"
PAUSE_UNPROVED = "limit.pause.unproved"
PAUSE_CAPPED = "limit.pause.capped"
PAUSE_SKIPPED = "limit.pause.skipped"
PAUSE_RUNNING = "limit.pause.running"
GRANT_NONE = "limit.grant.none"
GRANT_APPROVER = "limit.grant.approver"
GRANT_UNRECORDED = "limit.grant.unrecorded"
GRANT_ORDER = "limit.grant.order"
GRANT_TIMES = "limit.grant.times"
GRANT_CONDITION = "limit.grant.condition"
GRANT_NO_LENGTH = "limit.grant.no_length"
GRANT_NOTHING = "limit.grant.nothing"
GRANT_OVER = "limit.grant.over"
GRANT_UNDER = "limit.grant.under"
GRANT_AFTER_EXPIRY = "limit.grant.after_expiry"
GRANT_LATE = "limit.grant.late"
GRANT_UNDATED = "limit.grant.undated"
GRANT_PENDING = "limit.grant.pending"
GRANT_DECIDED_AFTER = "limit.grant.decided_after"
GRANT_DECIDED_REFUSED = "limit.grant.decided_refused"
GRANT_DECIDED_LATE = "limit.grant.decided_late"
GRANT_DAYS = "limit.grant.days"
GRANT_LEGACY = "limit.grant.legacy"
TURN_UNKNOWN = "limit.turn.unknown"
TURN_TIMES = "limit.turn.times"
TURN_LATE = "limit.turn.late"
TURN_AWAY = "limit.turn.away"
TURN_GRANTS_DROPPED = "limit.turn.grants_dropped"
EXCEEDED = "limit.exceeded"
EXCEEDED_CLOSED = "limit.exceeded.closed"
EXCEEDED_EARLIER = "limit.exceeded.earlier"
PAST_ORDINARY = "limit.past_ordinary"
AT_EXPIRY = "limit.at_expiry"
UNCONFIRMED = "limit.unconfirmed"

EFFECTS: Mapping[str, Effect] = {
    PAUSE_UNLISTED: "refused",
    PAUSE_UNPROVED: "refused",
    PAUSE_CAPPED: "refused",
    PAUSE_SKIPPED: "note",
    PAUSE_RUNNING: "note",
    GRANT_NONE: "refused",
    GRANT_APPROVER: "refused",
    GRANT_UNRECORDED: "unproven",
    GRANT_ORDER: "refused",
    GRANT_TIMES: "refused",
    GRANT_CONDITION: "refused",
    GRANT_NO_LENGTH: "refused",
    GRANT_NOTHING: "refused",
    GRANT_OVER: "breach",
    GRANT_UNDER: "breach",
    GRANT_AFTER_EXPIRY: "refused",
    GRANT_LATE: "breach",
    GRANT_UNDATED: "unproven",
    GRANT_PENDING: "refused",
    GRANT_DECIDED_AFTER: "breach",
    GRANT_DECIDED_REFUSED: "refused",
    GRANT_DECIDED_LATE: "breach",
    GRANT_DAYS: "breach",
    GRANT_LEGACY: "note",
    TURN_UNKNOWN: "refused",
    TURN_TIMES: "refused",
    TURN_LATE: "breach",
    TURN_AWAY: "breach",
    TURN_GRANTS_DROPPED: "note",
    EXCEEDED: "breach",
    EXCEEDED_CLOSED: "breach",
    EXCEEDED_EARLIER: "breach",
    PAST_ORDINARY: "note",
    AT_EXPIRY: "note",
    UNCONFIRMED: "note",
}

# Every code with its parameters: who words them for the screen can be checked for completeness.
FINDING_PARAMS: Mapping[str, tuple[str, ...]] = {
    PAUSE_UNLISTED: ("ground", "first", "last", "days", "article"),
    PAUSE_UNPROVED: ("ground", "first", "last", "days", "needs", "article"),
    PAUSE_CAPPED: ("ground", "first", "last", "counted_to", "max", "days", "article"),
    PAUSE_SKIPPED: ("ground", "first", "last", "skip", "counted_from", "article"),
    PAUSE_RUNNING: ("ground", "first", "on"),
    GRANT_NONE: ("reference", "article"),
    GRANT_APPROVER: ("by", "expected", "reference", "article"),
    GRANT_UNRECORDED: ("assumed", "reference"),
    GRANT_ORDER: ("by", "reference", "article"),
    GRANT_TIMES: ("by", "times", "reference", "article"),
    GRANT_CONDITION: ("needs", "all", "reference", "article"),
    GRANT_NO_LENGTH: ("by", "legacy_term", "legacy", "reference", "article"),
    GRANT_NOTHING: ("until", "end", "reference"),
    GRANT_OVER: ("asked", "allowed", "reference", "article"),
    GRANT_UNDER: ("asked", "least", "reference", "article"),
    GRANT_AFTER_EXPIRY: ("applied", "due", "reference", "article"),
    GRANT_LATE: ("applied", "wanted", "days", "raw", "reference", "article"),
    GRANT_UNDATED: ("reference",),
    GRANT_PENDING: ("applied", "reference"),
    GRANT_DECIDED_AFTER: ("decided", "due", "reference", "article"),
    GRANT_DECIDED_REFUSED: ("decided", "due", "reference", "article"),
    GRANT_DECIDED_LATE: ("decided", "wanted", "days", "raw", "reference", "article"),
    GRANT_DAYS: ("applied", "decided", "reference"),
    GRANT_LEGACY: ("article", "reference"),
    TURN_UNKNOWN: ("turn", "limit", "on"),
    TURN_TIMES: ("turn", "times", "on", "article"),
    TURN_LATE: ("turn", "on", "due", "article"),
    TURN_AWAY: ("turn", "sent", "on", "away", "article"),
    TURN_GRANTS_DROPPED: ("count", "article"),
    EXCEEDED: ("due", "on", "days", "article"),
    EXCEEDED_CLOSED: ("due", "closed", "days", "article"),
    EXCEEDED_EARLIER: ("due", "on", "days", "article"),
    PAST_ORDINARY: ("due", "hard_due", "article"),
    AT_EXPIRY: ("limit", "article"),
    UNCONFIRMED: ("article", "tag"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: a code of FINDING_PARAMS, what it means for the answer, JSON-able parameters."""

    code: str
    params: Mapping[str, Any]

    @property
    def effect(self) -> Effect:
        """refused, breach, unproven or note."""
        return EFFECTS[self.code]

    def as_json(self) -> dict[str, Any]:
        """The form in which a finding is stored."""
        return {"code": self.code, "effect": self.effect, "params": dict(self.params)}


def finding(code: str, **values: Any) -> Finding:
    """A finding with its parameters, days as text."""
    return Finding(code, params(**values))
