"""Threshold clocks (长期未结): calendar time from the filing, nothing deducted, nothing rolled. Another clock than the limit.

Tiers are dated parameters (data/local/long-pending.yaml); 超过 leaves the day itself out (民法典1259).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import cast

from ..calendar import WorkCalendar
from ..dated import Parameters, current_parameters
from ..errors import NotInForce
from ..periods import Boundary, ends_on, exceeded_cutoff
from ..terms import Period

PREFIX = "local.long-pending."


@dataclass(frozen=True, slots=True)
class Tier:
    """One threshold of a case: `since` is the first day on which it is passed, `passed` whether it is so on the day
    asked, `tag` how sure the rule is."""

    parameter: str
    term: Period
    boundary: Boundary
    since: dt.date
    passed: bool
    tag: str
    reference: str = ""


def tiers(
    filed: dt.date, on: dt.date, *, parameters: Parameters | None = None, calendar: WorkCalendar | None = None
) -> tuple[Tier, ...]:
    """The tiers of a case filed on `filed`, as they stand on `on`, shortest first."""
    found = []
    for parameter in parameters or current_parameters():
        if not parameter.id.startswith(PREFIX):
            continue
        value = parameter.find_on(on)
        if value is None:
            continue
        boundary = cast(Boundary, value.content["boundary"])
        end = ends_on(filed, value.term(), calendar=calendar)
        since = end + dt.timedelta(days=1) if boundary == "over" else end
        found.append(Tier(parameter.id, value.term(), boundary, since, on >= since, value.tag, value.reference))
    return tuple(sorted(found, key=lambda tier: tier.since))


def cutoff(
    parameter: str, on: dt.date, *, parameters: Parameters | None = None, calendar: WorkCalendar | None = None
) -> dt.date:
    """The latest filing day that has passed the tier on `on`: a rule is one comparison, `filed_on <= cutoff(...)`.

    Raises UnknownParameter, NotInForce.
    """
    if not parameter.startswith(PREFIX):
        raise NotInForce(f"{parameter} is no threshold of long-pending cases; they begin with {PREFIX}")
    value = (parameters or current_parameters()).version_on(parameter, on)
    boundary = cast(Boundary, value.content["boundary"])
    return exceeded_cutoff(value.term(), on, boundary=boundary, calendar=calendar)
