"""What is read of oversight: the cases that facts point to, and what was done about one case."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from bihuan.kernel.rules import carrying
from bihuan.law.dated import current_parameters

from ..models import OPEN, AgendaItem, Case, CaseParty, OversightMark, SearchRecord, SearchUse, Trigger

PARTIES = "local.oversight.mass-parties"


def pointing(on: dt.date) -> QuerySet[Any]:
    """Open cases that a fact points to one of the four kinds, with what points there, and not marked in any state.

    `points_agenda`: put before a meeting as such, or to unify the law, or because the law asks for the committee; `points_search`:
    a similar case was found and not followed; `parties_counted` many parties. Facts only point; persons decide.
    """
    least = int(current_parameters().value_on(PARTIES, on)["parties"])
    triggers = (Trigger.OVERSIGHT, Trigger.UNIFORM, Trigger.STATUTORY)
    listed = AgendaItem.objects.filter(case=OuterRef("pk"), trigger__in=triggers, voided_at=None)
    departed = SearchRecord.objects.filter(case=OuterRef("pk"), use=SearchUse.DEPARTED, searched_on__lte=on, voided_at=None)
    parties = CaseParty.objects.filter(case=OuterRef("pk"), voided_at=None).order_by().values("case").annotate(n=Count("pk"))
    marked = OversightMark.objects.filter(case=OuterRef("pk"), voided_at=None)
    rows = carrying(
        Case.objects.filter(OPEN, filed_on__lte=on).filter(~Exists(marked.order_by())),
        points_agenda=Exists(listed.order_by()),
        points_search=Exists(departed.order_by()),
        parties_counted=Coalesce(Subquery(parties.values("n")[:1], output_field=IntegerField()), Value(0)),
    )
    return rows.filter(Q(points_agenda=True) | Q(points_search=True) | Q(parties_counted__gte=least))
