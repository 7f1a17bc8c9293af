"""What the dashboard says: standing alerts by domain and age, figures against their range, duties. Nothing is in the order of a value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from bihuan.kernel import access, duties
from bihuan.kernel.alerts_campaigns import domain_name, domains
from bihuan.kernel.indicators import Figure, Range, Standing, get, history, month_of, range_of, year_of
from bihuan.kernel.indicators.declaring import Indicator
from bihuan.kernel.indicators.tallies import AGES
from bihuan.kernel.models import DutyOccurrence, Person, Severity
from bihuan.law.dated import current_parameters

from .drawing import Bar, Spark, bar, spark
from .fields import Field

MONTHS = 13
SHOWN = "local.dashboard"
RECTIFICATION = (
    "rectification.problems-done", "rectification.measures-done", "rectification.measures-open", "rectification.measures-overdue",
    "rectification.on-time", "rectification.look-back-rebounds", "rectification.rebounds",
)  # fmt: skip
AHEAD = dt.timedelta(days=14)
DUTIES = 8


@dataclass(frozen=True)
class Line:
    """An indicator as it was last counted: the year to date, its standing, its months."""

    one: Indicator
    figure: Figure | None
    afterwards: bool
    range: Range | None
    standing: Standing
    spark: Spark | None
    url: str


@dataclass(frozen=True)
class DomainLine:
    """The standing alerts of a domain: number by age, of these serious."""

    name: str
    ages: Mapping[str, int]
    serious: int
    bar: list[Bar]
    url: str

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.ages.values())


def lines(
    codes: Sequence[str], days: Sequence[dt.date], found: Mapping[Any, history.Kept], field: Field, day: dt.date
) -> list[Line]:
    """The indicators of these codes, in this order, of what was counted on `day` and at the ends of the months before."""
    starts = year_of(day).starts
    made = []
    for code in codes:
        one = get(code)
        if one is None or (field.units is not None and not one.of.unit):
            continue
        kept = found.get((code, day, starts))
        held = range_of(one, day)
        figure = kept.figure if kept else None
        # A rate has its range for the year so far, and is drawn so; a number of things is drawn month by month.
        alone = one.kind == "count"
        moments = history.months_of(code, days, dict(found), day, MONTHS, to_date=not alone)
        standing = figure.standing(held) if figure else Standing.NONE
        span = {"from": starts, "to": day} | ({"view": field.view} if field.view else {})
        made.append(
            Line(
                one, figure, bool(kept and kept.afterwards), held, standing,
                spark(moments, held, running=alone),
                f"{reverse('indicator', args=[code])}?{urlencode(span)}",
            )
        )  # fmt: skip
    return made


def chosen(day: dt.date) -> list[str]:
    """The indicators that the court shows on its dashboard."""
    held = current_parameters().get(SHOWN).find_on(day)
    return [str(code) for code in held.content["indicators"]] if held else []


def shown(day: dt.date) -> list[str]:
    """All indicators that the dashboard says something of."""
    return [*RECTIFICATION, *chosen(day)]


def counted(person: Person, field: Field, day: dt.date) -> dict[str, Any]:
    """All that is read of the nightly count of a day: three statements."""
    days = history.month_ends(person, field.units, day, MONTHS)
    found = history.figures_on({*days, day}, shown(day), person=person, units=field.units)
    return {
        "figures": lines(chosen(day), days, found, field, day),
        "rectification": lines(RECTIFICATION, days, found, field, day),
        "alerts": alert_lines(history.alerts_on(person, field.units, day), field),
        "month": month_of(day),
    }


def alert_lines(told: Sequence[tuple[str, str, str, int]], field: Field) -> list[DomainLine]:
    """The alerts by domain, in the order in which the domains register."""
    order = [*domains(), *sorted({domain for domain, *_rest in told} - set(domains()))]
    ages: dict[str, dict[str, int]] = {}
    serious: dict[str, int] = {}
    for domain, severity, age, number in told:
        held = ages.setdefault(domain, dict.fromkeys(AGES, 0))
        held[age] += number
        serious[domain] = serious.get(domain, 0) + (number if severity == Severity.SERIOUS else 0)
    longest = max((sum(held.values()) for held in ages.values()), default=0)
    address = reverse("alert_list")
    scope = "all" if field.units is None else "units"
    return [
        DomainLine(
            domain_name(domain), ages[domain], serious[domain], bar(ages[domain], longest),
            f"{address}?{urlencode({'scope': scope, 'domain': domain})}",
        )
        for domain in order
        if domain in ages
    ]  # fmt: skip


def duty_rows(person: Person, field: Field, today: dt.date) -> tuple[list[DutyOccurrence], int, int]:
    """The duties that wait, the nearest last day first: the first of them, how many there are, how many are overdue."""
    rows = access.visible(person, DutyOccurrence).filter(
        duties.RUNNING, fulfilled_on__isnull=True, due_on__lte=today + AHEAD
    )
    if field.units is not None:
        rows = rows.filter(duty__unit__in=list(field.units))
    found = list(rows.select_related("duty", "unit").order_by("deadline", "pk")[:200])
    return found[:DUTIES], len(found), sum(row.deadline < today for row in found)
