"""The rule of shares: a quarter is over, and fewer cases were handled than the minimum up to its end."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import BigIntegerField, F, QuerySet, Value
from django.db.models.functions import Cast, JSONObject
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.rules import Params, carrying, rule

from ..models import Quota, ShareRecord
from ..sources import CASES
from .services import MINIMUM, RANGE, ended


def measured(on: dt.date) -> QuerySet[Any]:
    """The records of the quarter that ended last, of judges within the quota."""
    year, quarter = ended(on)
    rows: QuerySet[Any] = ShareRecord.objects.filter(
        year=year, quarter=quarter, quota=Quota.YES, person__is_active=True
    )
    return rows


@rule(
    "cases.shares.below",
    title=_("院庭长办案数低于最低比例"),
    says=_("截至 %(due)s 办案 %(handled)s 件，低于按当年平均办案量和任职天数折算的最低数（最低比例 %(percent)s%%）"),
    about="cases.ShareRecord",
    severity="notice",
    domain="cases",
    sources=(CASES,),
    basis=(MINIMUM, RANGE),
    population=measured,
)
def below(on: dt.date, p: Params) -> QuerySet[Any]:
    """Below the minimum, unrounded. It falls to the person and names no unit, so that no colleague or head of another sees it."""
    big = {name: Cast(name, BigIntegerField()) for name in ("handled", "cases")}
    rows = measured(on).annotate(
        had=big["handled"] * 100 * F("judge_days"), owed=big["cases"] * F("percent") * F("own_days")
    )
    return carrying(
        rows.filter(had__lt=F("owed")),
        alert_due=F("last"),
        alert_unit_id=Value(None, output_field=BigIntegerField(null=True)),
        alert_person_id=F("person_id"),
        alert_params=JSONObject(handled=F("handled"), percent=F("percent")),
    )
