"""Long-pending cases: one rule a tier, each case under the highest it has passed. Another clock than the statutory one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Case as Choice
from django.db.models import CharField, DateField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.rules import Params, carrying, rule
from bihuan.law.dated import current_parameters
from bihuan.law.errors import NotInForce
from bihuan.law.limits.clocks import PREFIX, cutoff

from ..meetings.selectors import in_scope
from ..meetings.sql import MonthsAfter, months_of
from ..meetings.terms import LINES
from ..models import Case, PendingReason
from ..sources import CASES
from .limits import DOMAIN

TIERS = ("twelve-months", "eighteen-months", "twenty-four-months", "thirty-six-months")


def pending(on: dt.date) -> QuerySet[Case]:
    """The open cases of the lines the tiers speak of: by default litigation, for enforcement and bankruptcy take their own time."""
    return in_scope(on)


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
        says=_("%(filed)s 立案，至今未结"),
        about="cases.Case",
        severity=severity,
        domain=DOMAIN,
        sources=(CASES,),
        basis=(PREFIX + TIERS[number], LINES),
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


def tiers_in_force(on: dt.date) -> list[tuple[str, dt.date]]:
    """The tiers in force on a day with the latest filing day that has passed each; the shortest first."""
    found = []
    for name in TIERS:
        try:
            found.append((PREFIX + name, cutoff(PREFIX + name, on)))
        except NotInForce:
            continue
    return found


def since(tier: str, on: dt.date) -> MonthsAfter:
    """The first day on which a case has passed the tier."""
    held = current_parameters().version_on(tier, on)
    return MonthsAfter("filed_on", months_of(held.term()), 1 if held.content["boundary"] == "over" else 0)


def standing_in(rows: QuerySet[Any], on: dt.date) -> QuerySet[Any]:
    """The cases past a tier, with `tier` (the highest passed) and `tier_since`."""
    held = tiers_in_force(on)
    if not held:
        return carrying(rows.none(), tier=Value("", output_field=CharField()), tier_since=F("filed_on"))
    highest = [(Q(filed_on__lte=day), code) for code, day in reversed(held)]
    return carrying(
        rows.filter(filed_on__lte=held[0][1]),
        tier=Choice(*(When(q, then=Value(code)) for q, code in highest), output_field=CharField()),
        tier_since=Choice(*(When(q, then=since(code, on)) for q, code in highest), output_field=DateField()),
    )


def latest_reason() -> QuerySet[Any]:
    """The reason recorded last of the case asked about."""
    rows: QuerySet[Any] = PendingReason.objects.filter(case=OuterRef("pk"), voided_at=None).order_by(
        "-recorded_on", "-pk"
    )
    return rows


@rule(
    "cases.pending.no-reason",
    title=_("长期未结，没有登记原因和解决措施"),
    says=_("%(filed)s 立案，%(due)s 起进入现在的档次，至今没有登记这一档的原因和解决措施"),
    about="cases.Case",
    severity="warning",
    domain=DOMAIN,
    sources=(CASES,),
    basis=(*(PREFIX + name for name in TIERS), LINES),
    population=pending,
)
def without_reason(on: dt.date, p: Params) -> QuerySet[Any]:
    """Cases past a tier of which no reason was recorded for the tier they stand in."""
    for code, _day in tiers_in_force(on):
        p.of(code)
    rows = standing_in(pending(on), on)
    recorded = PendingReason.objects.filter(case=OuterRef("pk"), tier=OuterRef("tier"), voided_at=None)
    return carrying(
        rows.filter(~Exists(recorded.order_by())),
        alert_due=F("tier_since"),
        alert_unit_id=F("division_id"),
        alert_person_id=F("judge_id"),
        alert_params=JSONObject(filed=F("filed_on")),
    )


@rule(
    "cases.pending.plan-passed",
    title=_("长期未结，已过计划结案日期"),
    says=_("计划于 %(due)s 结案，至今未结，请登记新的原因、措施和计划"),
    about="cases.Case",
    severity="warning",
    domain=DOMAIN,
    sources=(CASES,),
    basis=LINES,
    population=pending,
)
def plan_passed(on: dt.date, p: Params) -> QuerySet[Any]:
    """Open cases whose planned day of closing, as recorded last, has passed."""
    rows = carrying(
        pending(on), plan_on=Subquery(latest_reason().values("plan_on")[:1], output_field=DateField(null=True))
    )
    return carrying(
        rows.filter(plan_on__lt=on),
        alert_due=F("plan_on"),
        alert_unit_id=F("division_id"),
        alert_person_id=F("judge_id"),
        alert_params=JSONObject(filed=F("filed_on")),
    )
