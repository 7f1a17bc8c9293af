"""Long-pending cases: one rule a tier, each case under the highest it has passed. Another clock than the statutory one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import DateField, F, QuerySet, Value
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.rules import Params, rule
from bihuan.law.errors import NotInForce
from bihuan.law.limits.clocks import PREFIX, cutoff

from ..models import Case, Line
from ..sources import CASES
from .limits import DOMAIN, open_cases

TIERS = ("twelve-months", "eighteen-months", "twenty-four-months", "thirty-six-months")
LITIGATION = (Line.CIVIL, Line.CRIMINAL, Line.ADMINISTRATIVE, Line.COMPENSATION)
"""Lines the tiers speak of: enforcement and bankruptcy take their own time."""


def pending(on: dt.date) -> QuerySet[Case]:
    """The open litigation cases."""
    return open_cases().filter(line__in=LITIGATION, filed_on__isnull=False)


def of_tier(number: int, on: dt.date, p: Params) -> QuerySet[Case]:
    """The cases that have passed a tier and not the next."""
    p.of(PREFIX + TIERS[number])
    rows = pending(on).filter(filed_on__lte=cutoff(PREFIX + TIERS[number], on))
    for later in TIERS[number + 1 :]:
        try:
            rows = rows.filter(filed_on__gt=cutoff(PREFIX + later, on))
        except NotInForce:
            continue
        break
    return rows.annotate(
        alert_due=Value(None, output_field=DateField(null=True)),
        alert_unit_id=F("division_id"),
        alert_person_id=F("judge_id"),
        alert_params=JSONObject(filed=F("filed_on")),
    )


def _declare(number: int, code: str, title: Any, severity: str) -> Any:
    @rule(
        f"cases.pending.{code}",
        title=title,
        says=_("%(filed)s 立案，至今未结，请登记原因和解决措施"),
        about="cases.Case",
        severity=severity,
        domain=DOMAIN,
        sources=(CASES,),
        basis=PREFIX + TIERS[number],
        population=pending,
    )
    def tier(on: dt.date, p: Params) -> QuerySet[Case]:
        """Cases pending longer than the tier."""
        return of_tier(number, on, p)

    return tier


twelve = _declare(0, "12", _("超过十二个月未结"), "notice")
eighteen = _declare(1, "18", _("超过十八个月未结"), "warning")
twenty_four = _declare(2, "24", _("二年以上未结"), "warning")
thirty_six = _declare(3, "36", _("三年以上未结"), "serious")
