"""Rules about opinions: not routed in time, not answered in time. Alerts carry the number alone, never what was written."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Case, F, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.rules import Params, carrying, rule

from . import terms
from .models import Opinion, OpinionState, OpinionTask, Side, TaskState
from .receivers import receiver, units

DOMAIN = "disclosure"
WAITING = [state for state in TaskState.values if state != TaskState.GIVEN]


def _standing(on: dt.date) -> QuerySet[Opinion]:
    rows: QuerySet[Opinion] = Opinion.objects.filter(voided_at=None)
    return rows


def _tasks(on: dt.date) -> QuerySet[OpinionTask]:
    rows: QuerySet[OpinionTask] = OpinionTask.objects.filter(voided_at=None, opinion__voided_at=None)
    return rows


def _by_side(values: dict[str, int | None]) -> Case:
    """The value of the opinion's side, as a column."""
    whens = [When(side=side, then=Value(value)) for side, value in values.items()]
    return Case(*whens, default=Value(None), output_field=IntegerField(null=True))


@rule(
    "disclosure.opinion.unrouted",
    title=_("群众意见逾期未交办"),
    says=_("应于 %(due)s 前交办，至今没有承办部门"),
    about="disclosure.Opinion",
    severity="warning",
    domain=DOMAIN,
    basis=terms.ROUTING,
    population=_standing,
)
def unrouted(on: dt.date, p: Params) -> QuerySet[Any]:
    """Received, past the day by which they were to be handed on. The receiver of the side answers for it."""
    people = {side: receiver(side, on) for side in Side.values}
    rows = _standing(on).filter(state=OpinionState.RECEIVED, route_due__lt=on)
    return carrying(
        rows,
        alert_due=F("route_due"),
        alert_unit_id=_by_side({side: next(iter(units(side)), None) for side in Side.values}),
        alert_person_id=_by_side({side: who.pk if who else None for side, who in people.items()}),
        alert_subject=F("no"),
    )


@rule(
    "disclosure.task.overdue",
    title=_("群众意见逾期未答复"),
    says=_("应于 %(due)s 前答复，至今没有答复"),
    about="disclosure.OpinionTask",
    severity="warning",
    domain=DOMAIN,
    basis=terms.REPLY,
    population=_tasks,
)
def overdue(on: dt.date, p: Params) -> QuerySet[Any]:
    """Handed to a department, past the day, not answered. Its head answers for it."""
    return carrying(
        _tasks(on).filter(state__in=WAITING, due__lt=on),
        alert_due=F("due"),
        alert_unit_id=F("unit_id"),
        alert_person_id=Value(None, output_field=IntegerField(null=True)),
        alert_subject=F("no"),
    )
