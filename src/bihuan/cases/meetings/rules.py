"""House triggers (长期未结上会), decisions not carried out, advice not answered, defects not settled."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F, IntegerField, QuerySet, Subquery, Value
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import sources
from bihuan.kernel.models import Assignment
from bihuan.kernel.rules import Params, carrying, rule

from ..models import SAT, AgendaItem, Body, DefectState, Meeting, MeetingDefect
from ..sources import CASES
from . import selectors, terms

DOMAIN = "cases"
MEETINGS = "case-meetings"

sources.register_source(
    MEETINGS,
    name=_("专业法官会议、审判委员会会议登记"),
    owner_role="committee_secretary",
    every=sources.LIVE,
    models=("cases.Meeting", "cases.MeetingMember", "cases.AgendaItem", "cases.MeetingDefect"),
)


def _triggered(body: Body, on: dt.date) -> QuerySet[Any]:
    return carrying(
        selectors.must_go(body, on),
        alert_due=F("trigger_since"),
        alert_unit_id=F("division_id"),
        alert_person_id=F("judge_id"),
        alert_params=JSONObject(filed=F("filed_on")),
    )


@rule(
    "cases.trigger.professional",
    title=_("长期未结，未提交专业法官会议"),
    says=_("%(filed)s 立案，自 %(due)s 起须提交专业法官会议，至今没有讨论"),
    about="cases.Case",
    severity="warning",
    domain=DOMAIN,
    sources=(CASES, MEETINGS),
    basis=(selectors.TRIGGERS[Body.PROFESSIONAL], terms.LINES),
    population=selectors.in_scope,
)
def without_professional(on: dt.date, p: Params) -> QuerySet[Any]:
    """Open cases past the threshold that neither the professional judges' meeting nor the committee properly discussed."""
    p.of(selectors.TRIGGERS[Body.PROFESSIONAL])
    return _triggered(Body.PROFESSIONAL, on)


@rule(
    "cases.trigger.committee",
    title=_("长期未结，未提交审判委员会"),
    says=_("%(filed)s 立案，自 %(due)s 起须提交审判委员会，至今没有讨论"),
    about="cases.Case",
    severity="serious",
    domain=DOMAIN,
    sources=(CASES, MEETINGS),
    basis=(selectors.TRIGGERS[Body.COMMITTEE], terms.LINES),
    population=selectors.in_scope,
)
def without_committee(on: dt.date, p: Params) -> QuerySet[Any]:
    """Open cases past the threshold that the committee has not properly discussed."""
    p.of(selectors.TRIGGERS[Body.COMMITTEE])
    return _triggered(Body.COMMITTEE, on)


def _waiting(body: Body, on: dt.date) -> QuerySet[Any]:
    rows = AgendaItem.objects.filter(voided_at=None, state="concluded", meeting__body=body, execute_by__lt=on, case__voided_at=None)
    return carrying(
        rows,
        alert_due=F("execute_by"),
        alert_unit_id=F("case__division_id"),
        alert_person_id=F("case__judge_id"),
        alert_subject=F("case__number"),
    )


def _items(on: dt.date) -> QuerySet[Any]:
    rows: QuerySet[Any] = AgendaItem.objects.filter(voided_at=None, meeting__state__in=SAT)
    return rows


@rule(
    "cases.meeting.not-executed",
    title=_("审判委员会决定逾期未落实"),
    says=_("应于 %(due)s 前落实，至今没有登记落实情况"),
    about="cases.AgendaItem",
    severity="warning",
    domain=DOMAIN,
    sources=(MEETINGS,),
    basis=terms.EXECUTE_DUE,
    population=_items,
)
def not_executed(on: dt.date, p: Params) -> QuerySet[Any]:
    """Decisions of the committee past their day."""
    return _waiting(Body.COMMITTEE, on)


@rule(
    "cases.meeting.not-answered",
    title=_("专业法官会议意见逾期未反馈"),
    says=_("合议庭应于 %(due)s 前反馈对会议意见的处理，至今没有"),
    about="cases.AgendaItem",
    severity="notice",
    domain=DOMAIN,
    sources=(MEETINGS,),
    basis=terms.ANSWER_DUE,
    population=_items,
)
def not_answered(on: dt.date, p: Params) -> QuerySet[Any]:
    """Advice the panel has not answered in time."""
    return _waiting(Body.PROFESSIONAL, on)


def _secretary(on: dt.date) -> Subquery:
    held = Assignment.objects.filter(Assignment.on(on), post__role="committee_secretary", person__is_active=True)
    return Subquery(held.order_by("starts", "id").values("person_id")[:1])


@rule(
    "cases.meeting.defect-open",
    title=_("会议瑕疵逾期未处理"),
    says=_("应于 %(due)s 前补正或者重新讨论"),
    about="cases.MeetingDefect",
    severity="warning",
    domain=DOMAIN,
    sources=(MEETINGS,),
    basis=terms.DEFECT_DUE,
    population=lambda on: MeetingDefect.objects.all(),
)
def defect_open(on: dt.date, p: Params) -> QuerySet[Any]:
    """Defects nobody settled in time; they fall to the secretary."""
    return carrying(
        MeetingDefect.objects.filter(state=DefectState.OPEN, due_on__lt=on),
        alert_due=F("due_on"),
        alert_unit_id=Value(None, output_field=IntegerField(null=True)),
        alert_person_id=_secretary(on),
        alert_subject=F("meeting__no"),
    )


@rule(
    "cases.meeting.not-recorded",
    title=_("会议日期已过，没有登记召开"),
    says=_("定于 %(due)s，至今没有登记召开、未开成或者取消"),
    about="cases.Meeting",
    severity="notice",
    domain=DOMAIN,
    sources=(MEETINGS,),
    basis=terms.MINUTES_DUE,
    population=lambda on: Meeting.objects.all(),
)
def not_recorded(on: dt.date, p: Params) -> QuerySet[Any]:
    """Planned meetings whose day passed longer ago than the term for minutes."""
    p.of(terms.MINUTES_DUE)
    rows = Meeting.objects.filter(state="planned", held_on__lt=terms.back(terms.MINUTES_DUE, on))
    return carrying(
        rows,
        alert_due=F("held_on"),
        alert_unit_id=Value(None, output_field=IntegerField(null=True)),
        alert_person_id=F("recorded_by"),
    )
