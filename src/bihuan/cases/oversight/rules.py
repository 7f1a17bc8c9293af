"""Marked cases without a measure, and cases that facts point to and nobody marked."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Exists, F, IntegerField, OuterRef, QuerySet, Value
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import sources
from bihuan.kernel.rules import Params, carrying, rule

from ..models import OPEN, Case, OversightMark, OversightMeasure, ReadingRecord
from ..sources import CASES
from .flows import FIRST_MEASURE
from .selectors import PARTIES, pointing

DOMAIN = "cases"
OVERSIGHT = "case-oversight"

sources.register_source(
    OVERSIGHT,
    name=_("院庭长监督管理登记"),
    owner_role="trial_management",
    every=sources.LIVE,
    models=("cases.OversightMark", "cases.OversightMeasure", "cases.ReadingRecord"),
)


def overseen(on: dt.date) -> QuerySet[Any]:
    """Marks that are confirmed, of cases that still run."""
    rows: QuerySet[Any] = OversightMark.objects.filter(
        voided_at=None, state="confirmed", case__closed_on=None, case__voided_at=None
    )
    return rows


@rule(
    "cases.oversight.no-measure",
    title=_("“四类案件”逾期未采取监督管理措施"),
    says=_("%(confirmed)s 确认为“四类案件”，应于 %(due)s 前采取监督管理措施或者阅核，至今没有"),
    about="cases.OversightMark",
    severity="warning",
    domain=DOMAIN,
    sources=(OVERSIGHT,),
    basis=(FIRST_MEASURE, "oversight.measures"),
    population=overseen,
)
def without_measure(on: dt.date, p: Params) -> QuerySet[Any]:
    """Confirmed marks past the day of the first measure, with none taken and no document read since the mark."""
    p.of(FIRST_MEASURE)
    taken = OversightMeasure.objects.filter(mark=OuterRef("pk"), voided_at=None, taken_on__lte=on)
    read = ReadingRecord.objects.filter(
        case=OuterRef("case"), voided_at=None, read_on__gte=OuterRef("confirmed_on"), read_on__lte=on
    )
    rows = overseen(on).filter(measure_by__lt=on).filter(~Exists(taken.order_by()), ~Exists(read.order_by()))
    return carrying(
        rows,
        alert_due=F("measure_by"),
        alert_unit_id=F("case__division_id"),
        alert_person_id=F("confirmed_by_id"),
        alert_subject=F("case__number"),
        alert_params=JSONObject(confirmed=F("confirmed_on")),
    )


@rule(
    "cases.oversight.unmarked",
    title=_("有事实指向“四类案件”，尚未标注"),
    says=_("提交会议的事由、类案检索或者当事人人数指向“四类案件”，请标注；确认不属于的，登记“不属于”"),
    about="cases.Case",
    severity="notice",
    domain=DOMAIN,
    sources=(CASES, OVERSIGHT),
    basis=("oversight.kinds", PARTIES),
    population=lambda on: Case.objects.filter(OPEN),
)
def unmarked(on: dt.date, p: Params) -> QuerySet[Any]:
    """Open cases that a fact points to, for the head of the division to decide."""
    p.of(PARTIES)
    return carrying(
        pointing(on),
        alert_due=F("filed_on"),
        alert_unit_id=F("division_id"),
        alert_person_id=Value(None, output_field=IntegerField(null=True)),
    )
