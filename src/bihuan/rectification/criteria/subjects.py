"""What the criteria are asked about: an attempt, a measure, or (by the thousand) what one needs to know of an attempt."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from bihuan.kernel.criteria import Scope

from ..models import Attempt, Measure


class Watched(NamedTuple):
    """An attempt as the criteria need it. A patrol asks about all closed ones: reading them as rows takes twice the time."""

    pk: int
    measure_id: int
    lead_unit_id: int
    applied_on: dt.date | None
    facts_since: dt.date

    def scope(self, on: dt.date) -> Scope:
        """What its criteria are asked about."""
        return Scope(on=on, since=self.facts_since, unit_id=self.lead_unit_id, subject=self)


def attempt_in(scope: Scope) -> Attempt | Watched | None:
    """The attempt a scope is about, if it is about one."""
    return scope.subject if isinstance(scope.subject, Attempt | Watched) else None


def measure_in(scope: Scope) -> int | None:
    """The id of the measure a scope is about."""
    if isinstance(scope.subject, Measure):
        return int(scope.subject.pk)
    attempt = attempt_in(scope)
    return attempt.measure_id if attempt is not None else None
