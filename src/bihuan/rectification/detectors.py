"""Detectors of the usual failings (纸面整改, 突击销号): what looks done and may not be. They point, people judge."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import evidence
from bihuan.kernel.models import FlowStep
from bihuan.kernel.models.evidence import Evidence
from bihuan.kernel.rules import Params, carrying, rule
from bihuan.law.periods import ends_on
from bihuan.law.terms import Period

from . import terms
from .models import CLOSED_STATES, Attempt, InspectionRound, Measure, Outcome, Problem
from .rules import DOMAIN, PLAN, WORKED_ON, live_measures, owned, with_open_attempt


@rule(
    "rect.paper-only",
    title=_("只有纸面材料"),
    says=_("已提交 %(papers)s 份方案、会议、制度类材料，没有成果材料，也没有登记成果"),
    about="rectification.Measure",
    severity="notice",
    domain=DOMAIN,
    sources=(PLAN,),
    population=lambda on: live_measures(),
)
def paper_only(on: dt.date, p: Params) -> QuerySet[Measure]:
    """Measures under work that have evidence, none of which shows a result, and no outcome on record."""
    filed = Evidence.objects.filter(
        object_kind="rectification.measure", object_id=OuterRef("pk"), voided_at__isnull=True
    ).order_by()
    shown = filed.filter(kind__in=evidence.outcome_kinds())
    papers = filed.values("object_id").annotate(n=Count("pk")).values("n")
    outcome = Outcome.objects.filter(measure=OuterRef("pk"), voided_at__isnull=True).order_by()
    rows = with_open_attempt(live_measures()).filter(Exists(filed), ~Exists(shown), ~Exists(outcome))
    return owned(rows).annotate(alert_params=JSONObject(papers=Subquery(papers, output_field=IntegerField())))


@rule(
    "rect.closures-bunched",
    title=_("临近期满集中申请销号"),
    says=_("本轮 %(total)s 件销号申请中，%(late)s 件集中在 %(since)s 之后"),
    about="rectification.InspectionRound",
    severity="notice",
    domain=DOMAIN,
    sources=(PLAN,),
    basis=terms.BUNCHED,
    population=lambda on: InspectionRound.objects.filter(state="approved"),
)
def closures_bunched(on: dt.date, p: Params) -> QuerySet[InspectionRound]:
    """Rounds in which a large share of the applications came in the last days before the period ended."""
    held = p.of(terms.BUNCHED)
    rounds = InspectionRound.objects.filter(state="approved", is_backfilled=False, voided_at__isnull=True)
    window = Period.parse(str(held["window_term"]))
    ends = dict(rounds.values_list("pk", "period_end"))
    begins = {pk: end - (ends_on(end, window) - end) for pk, end in ends.items()}
    if not begins:
        return _bare(InspectionRound.objects.none())
    # Counted by round and day in one pass over the steps; the days are compared here.
    of_round = Attempt.objects.filter(pk=OuterRef("object_id")).values("measure__round_id")[:1]
    steps = FlowStep.objects.filter(flow="rectification.attempt", transition="apply", day__lte=on)
    by_day = steps.order_by().values("day", round_id=Subquery(of_round)).annotate(n=Count("pk"))
    counts: dict[int, dict[str, int]] = {}
    for row in by_day:
        if row["round_id"] in begins and row["day"] <= ends[row["round_id"]]:
            held_by = counts.setdefault(row["round_id"], {"total": 0, "late": 0})
            held_by["total"] += row["n"]
            held_by["late"] += row["n"] if row["day"] > begins[row["round_id"]] else 0
    least, percent = int(held["at_least"]), int(held["percent"])
    bunched = {
        pk: row for pk, row in counts.items() if row["late"] >= max(least, row["total"] * percent // 100)
    }
    if not bunched:
        return _bare(InspectionRound.objects.none())

    def of(name: str) -> Case:
        return Case(*(When(pk=pk, then=Value(row[name])) for pk, row in bunched.items()), output_field=IntegerField())

    began = Case(*(When(pk=pk, then=Value(begins[pk])) for pk in bunched), output_field=DateField())
    rows = InspectionRound.objects.filter(pk__in=list(bunched)).annotate(since=began, total=of("total"), late=of("late"))
    return _bare(rows).annotate(alert_params=JSONObject(total=F("total"), late=F("late"), since=F("since")))


def _bare(rows: QuerySet[InspectionRound]) -> QuerySet[InspectionRound]:
    none = Value(None, output_field=IntegerField(null=True))
    return rows.annotate(alert_due=F("period_end"), alert_unit_id=none, alert_person_id=none)


@rule(
    "rect.half-done",
    title=_("同一问题部分措施未完成"),
    says=_("同一问题的其他措施已销号，本措施仍未完成"),
    about="rectification.Measure",
    severity="notice",
    domain=DOMAIN,
    sources=(PLAN,),
    population=lambda on: live_measures(),
)
def half_done(on: dt.date, p: Params) -> QuerySet[Measure]:
    """Overdue measures whose siblings are closed: a problem half put right."""
    # From the problem to its other measures to their attempts: asked the other way round, every closed attempt of the court
    # is looked at once for each overdue measure.
    closed = Attempt.objects.filter(measure=OuterRef("pk"), state__in=CLOSED_STATES).order_by()
    others = Measure.objects.filter(Exists(closed), problem=OuterRef("problem")).exclude(pk=OuterRef("pk")).order_by()
    rows = with_open_attempt(live_measures().filter(due__lt=on), WORKED_ON).filter(Exists(others))
    return owned(rows)


@rule(
    "rect.cause-again",
    title=_("同类原因再次出现"),
    says=_("以往轮次已有原因类别为“%(cause)s”的问题"),
    about="rectification.Problem",
    severity="notice",
    domain=DOMAIN,
    sources=(PLAN,),
    population=lambda on: Problem.objects.filter(voided_at__isnull=True),
)
def cause_again(on: dt.date, p: Params) -> QuerySet[Any]:
    """Problems of a running round whose root cause stood in an earlier round already."""
    earlier = Problem.objects.filter(
        root_cause_code=OuterRef("root_cause_code"),
        round__feedback_on__lt=OuterRef("round__feedback_on"),
        voided_at__isnull=True,
    )
    rows = Problem.objects.filter(voided_at__isnull=True, round__state="approved").exclude(root_cause_code="")
    none = Value(None, output_field=IntegerField(null=True))
    return carrying(
        rows.filter(Exists(earlier.order_by())),
        alert_due=Value(None, output_field=DateField(null=True)),
        alert_unit_id=none,
        alert_person_id=F("leader_id"),
        alert_params=JSONObject(cause=F("root_cause_code")),
    )
