"""Requests recorded here that the case system has not answered: asked for and forgotten, or decided and not imported."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.rules import Params, carrying, rule
from bihuan.law.dated import current_parameters
from bihuan.law.terms import Unit

from ..meetings.sql import MonthsAfter
from ..models import ExclusionRequest, ExtensionRequest, RequestState
from ..sources import CASES
from .limits import DOMAIN

DUE = "local.requests.answer-due"


def _waiting(model: Any, on: dt.date, p: Params) -> QuerySet[Any]:
    p.of(DUE)
    count, unit = current_parameters().version_on(DUE, on).term().parts[0]
    if unit is not Unit.DAY:
        raise ValueError(f"{DUE} is a number of days, not {count}{unit}")
    rows = model.objects.filter(state=RequestState.OPEN, voided_at=None, case__voided_at=None)
    return carrying(
        rows.filter(asked_on__lt=on - dt.timedelta(days=count)),
        alert_due=MonthsAfter("asked_on", 0, count),
        alert_unit_id=F("case__division_id"),
        alert_person_id=F("asked_by_id"),
        alert_subject=F("case__number"),
    )


@rule(
    "cases.request.extension-waiting",
    title=_("延长审限申请没有审批结果"),
    says=_("申请登记后，应于 %(due)s 前有审批结果，至今没有导入；没有报批的请报批，不再需要的请撤回"),
    about="cases.ExtensionRequest",
    severity="warning",
    domain=DOMAIN,
    sources=(CASES,),
    basis=DUE,
    population=lambda on: ExtensionRequest.objects.filter(voided_at=None),
)
def extension_waiting(on: dt.date, p: Params) -> QuerySet[Any]:
    """Extensions asked for longer ago than the term, without a decision."""
    return _waiting(ExtensionRequest, on, p)


@rule(
    "cases.request.exclusion-waiting",
    title=_("扣除审限申请没有登记结果"),
    says=_("申请登记后，应于 %(due)s 前在案件系统登记，至今没有导入；没有办理的请办理，不再需要的请撤回"),
    about="cases.ExclusionRequest",
    severity="notice",
    domain=DOMAIN,
    sources=(CASES,),
    basis=DUE,
    population=lambda on: ExclusionRequest.objects.filter(voided_at=None),
)
def exclusion_waiting(on: dt.date, p: Params) -> QuerySet[Any]:
    """Exclusions asked for longer ago than the term, not registered."""
    return _waiting(ExclusionRequest, on, p)
