"""Rules of the rectification ledger: each one query over facts, its rows the breaches."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateField,
    Exists,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat, JSONObject, Substr
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import sources
from bihuan.kernel.rules import Params, carrying, rule

from . import terms
from .models import (
    OPEN_REBOUNDS,
    OPEN_STATES,
    Attempt,
    ChangeRequest,
    InspectionRound,
    LookBack,
    Measure,
    Milestone,
    Progress,
    Rebound,
    StagedTarget,
    SupervisionLetter,
)

DOMAIN = "rectification"
PLAN = "plan"
WORKED_ON = ("not_started", "in_progress")

sources.register_source(
    PLAN,
    name=_("整改台账"),
    owner_role="rectification_office",
    every=sources.LIVE,
    models=(
        "rectification.InspectionRound",
        "rectification.Problem",
        "rectification.Measure",
        "rectification.Attempt",
        "rectification.Progress",
        "rectification.Rebound",
        "rectification.Milestone",
    ),
)


def live_measures() -> QuerySet[Measure]:
    """Measures of approved plans that stand."""
    return Measure.objects.filter(voided_at__isnull=True, round__state="approved", round__voided_at__isnull=True)


def owned(rows: QuerySet[Measure]) -> QuerySet[Measure]:
    """With due day and owner, as the patrol wants them."""
    return rows.annotate(alert_due=F("due"), alert_unit_id=F("lead_unit_id"), alert_person_id=F("person_id"))


def with_open_attempt(rows: QuerySet[Measure], states: tuple[str, ...] = OPEN_STATES) -> QuerySet[Measure]:
    """Those on which work (or review) is under way."""
    return rows.filter(Exists(Attempt.objects.filter(measure=OuterRef("pk"), state__in=states).order_by()))


def _named(path: str) -> Concat:
    """The measure's code and the beginning of its text, as it is called everywhere; `path` leads to it."""
    text = Substr(f"{path}text", 1, 40)
    return Concat(F(f"{path}code"), Value(" "), text, output_field=CharField())


NO_DAY = Value(None, output_field=DateField(null=True))


@rule(
    "rect.measure.overdue",
    title=_("整改措施逾期"),
    says=_("应于 %(due)s 完成，至今未申请销号"),
    about="rectification.Measure",
    severity="warning",
    domain=DOMAIN,
    sources=(PLAN,),
    population=lambda on: live_measures(),
)
def measure_overdue(on: dt.date, p: Params) -> QuerySet[Measure]:
    """Measures past their day on which work goes on: not yet applied for."""
    return owned(with_open_attempt(live_measures().filter(due__lt=on), WORKED_ON))


@rule(
    "rect.measure.due-soon",
    title=_("整改措施即将到期"),
    says=_("将于 %(due)s 到期"),
    about="rectification.Measure",
    severity="notice",
    domain=DOMAIN,
    sources=(PLAN,),
    basis=terms.DUE_SOON,
    population=lambda on: live_measures(),
)
def measure_due_soon(on: dt.date, p: Params) -> QuerySet[Measure]:
    """Measures that fall due within the term of notice."""
    p.of(terms.DUE_SOON)
    rows = live_measures().filter(due__gte=on, due__lte=terms.ahead_of(terms.DUE_SOON, on))
    return owned(with_open_attempt(rows, WORKED_ON))


@rule(
    "rect.progress.silent",
    title=_("整改进展长期未填报"),
    says=_("最近一次填报为 %(last)s，已超过填报间隔"),
    about="rectification.Measure",
    severity="notice",
    domain=DOMAIN,
    sources=(PLAN,),
    basis=terms.PROGRESS_SILENCE,
    population=lambda on: live_measures(),
)
def progress_silent(on: dt.date, p: Params) -> QuerySet[Measure]:
    """Measures under work with no progress noted for longer than the interval."""
    p.of(terms.PROGRESS_SILENCE)
    since = terms.back_from(terms.PROGRESS_SILENCE, on)
    last = Progress.objects.filter(measure=OuterRef("pk"), voided_at__isnull=True).order_by("-day").values("day")[:1]
    opened = Attempt.objects.filter(measure=OuterRef("pk"), state__in=OPEN_STATES).order_by().values("opened_on")[:1]
    rows = with_open_attempt(live_measures(), WORKED_ON).annotate(
        silent_since=Coalesce(Subquery(last), Subquery(opened), output_field=DateField())
    )
    silent = owned(rows.filter(silent_since__lt=since))
    # The measure's own day says nothing about when the next word was due.
    return silent.annotate(alert_due=NO_DAY, alert_params=JSONObject(last=F("silent_since")))


@rule(
    "rect.rebound.unverified",
    title=_("疑似反弹逾期未核实"),
    says=_("应于 %(due)s 前核实"),
    about="rectification.Rebound",
    severity="serious",
    domain=DOMAIN,
    sources=(PLAN,),
    basis=terms.REBOUND_VERIFY,
    population=lambda on: Rebound.objects.all(),
)
def rebound_unverified(on: dt.date, p: Params) -> QuerySet[Any]:
    """Suspected rebounds nobody verified in time, and verified ones the party group did not confirm in time."""
    late = Q(state="suspected", verify_due__lt=on) | Q(state="found", confirm_due__lt=on)
    return carrying(
        Rebound.objects.filter(late),
        alert_due=Coalesce("confirm_due", "verify_due"),
        alert_unit_id=F("attempt__measure__lead_unit_id"),
        # Late is whoever has to verify, or to bring it before the party group; not the department that is checked.
        alert_person_id=Case(
            When(state="found", then=_holder_of("rectification_office", on)),
            default=_holder_of("inspection_office", on),
            output_field=IntegerField(null=True),
        ),
        alert_subject=_named("attempt__measure__"),
    )


@rule(
    "rect.rebound.suspected",
    title=_("疑似反弹"),
    says=_("销号后出现反弹迹象，待核实"),
    about="rectification.Rebound",
    severity="warning",
    domain=DOMAIN,
    sources=(PLAN,),
    population=lambda on: Rebound.objects.all(),
)
def rebound_suspected(on: dt.date, p: Params) -> QuerySet[Any]:
    """Every suspicion under way."""
    return carrying(
        Rebound.objects.filter(state__in=OPEN_REBOUNDS),
        alert_due=F("verify_due"),
        alert_unit_id=F("attempt__measure__lead_unit_id"),
        alert_person_id=F("attempt__measure__person_id"),
        alert_subject=_named("attempt__measure__"),
    )


@rule(
    "rect.target.stale",
    title=_("阶段目标逾期未评估"),
    says=_("阶段目标应于 %(due)s 评估"),
    about="rectification.StagedTarget",
    severity="warning",
    domain=DOMAIN,
    sources=(PLAN,),
    population=lambda on: StagedTarget.objects.filter(voided_at__isnull=True),
)
def target_stale(on: dt.date, p: Params) -> QuerySet[Any]:
    """Staged targets whose day passed without an assessment."""
    rows = StagedTarget.objects.filter(
        due__lt=on, assessed_on__isnull=True, voided_at__isnull=True, measure__in=live_measures().values("pk")
    )
    return carrying(
        rows,
        alert_due=F("due"),
        alert_unit_id=F("measure__lead_unit_id"),
        alert_person_id=F("measure__person_id"),
        alert_subject=_named("measure__"),
    )


@rule(
    "rect.milestone.overdue",
    title=_("巡察整改节点逾期"),
    says=_("节点应于 %(due)s 前完成"),
    about="rectification.Milestone",
    severity="serious",
    domain=DOMAIN,
    sources=(PLAN,),
    population=lambda on: Milestone.objects.filter(voided_at__isnull=True),
)
def milestone_overdue(on: dt.date, p: Params) -> QuerySet[Any]:
    """Milestones of running rounds whose day passed."""
    rounds = InspectionRound.objects.filter(is_backfilled=False, voided_at__isnull=True)
    rows = Milestone.objects.filter(
        due__lt=on, done_on__isnull=True, voided_at__isnull=True, round__in=rounds.values("pk")
    )
    return carrying(
        rows,
        alert_due=F("due"),
        alert_unit_id=Value(None, output_field=IntegerField(null=True)),
        alert_person_id=_holder_of("rectification_office", on),
    )


def _holder_of(role: str, on: dt.date) -> Subquery:
    from bihuan.kernel.models import Assignment

    held = Assignment.objects.filter(Assignment.on(on), post__role=role, person__is_active=True)
    return Subquery(held.order_by("starts", "id").values("person_id")[:1])


@rule(
    "rect.owner.gone",
    title=_("责任人已离岗未办移交"),
    says=_("责任人已不在责任部门任职或已停用，没有移交记录"),
    about="rectification.Measure",
    severity="serious",
    domain=DOMAIN,
    sources=(PLAN,),
    population=lambda on: live_measures(),
)
def owner_gone(on: dt.date, p: Params) -> QuerySet[Measure]:
    """Measures whose person holds no post in the department any more; the alert goes to the department, not to them."""
    from bihuan.kernel.models import Assignment

    held = Assignment.objects.filter(
        Assignment.on(on), person=OuterRef("person"), post__unit=OuterRef("lead_unit"), person__is_active=True
    )
    rows = with_open_attempt(live_measures()).filter(~Exists(held.order_by()))
    return carrying(
        rows,
        alert_due=F("due"),
        alert_unit_id=F("lead_unit_id"),
        alert_person_id=Value(None, output_field=IntegerField(null=True)),
    )


@rule(
    "rect.review.slow",
    title=_("销号审核停滞"),
    says=_("自 %(since)s 起停留在同一环节"),
    about="rectification.Attempt",
    severity="notice",
    domain=DOMAIN,
    sources=(PLAN,),
    basis=terms.REBOUND_CONFIRM,
    population=lambda on: Attempt.objects.filter(state__in=OPEN_STATES),
)
def review_slow(on: dt.date, p: Params) -> QuerySet[Any]:
    """Applications that wait at one desk for longer than the party group's own term."""
    from bihuan.kernel.models import FlowStep

    p.of(terms.REBOUND_CONFIRM)
    since = terms.back_from(terms.REBOUND_CONFIRM, on)
    last = (
        FlowStep.objects.filter(flow="rectification.attempt", object_id=OuterRef("pk"))
        .order_by()
        .values("object_id")
        .annotate(newest=Max("day"))
        .values("newest")
    )
    rows = Attempt.objects.filter(state__in=("applied", "head_passed", "leader_passed", "verified"))
    rows = rows.annotate(since=Subquery(last, output_field=DateField())).filter(since__lt=since)
    desk = Case(  # whose turn it is; the head's is found through the department
        When(state="head_passed", then=F("measure__leader_id")),
        When(state="leader_passed", then=_holder_of("inspection_office", on)),
        When(state="verified", then=_holder_of("rectification_office", on)),
        default=None,
        output_field=IntegerField(null=True),
    )
    return carrying(
        rows,
        alert_due=NO_DAY,
        alert_unit_id=F("measure__lead_unit_id"),
        alert_person_id=desk,
        alert_params=JSONObject(since=F("since")),
        alert_subject=_named("measure__"),
    )


@rule(
    "rect.look-back.overdue",
    title=_("“回头看”逾期未开展"),
    says=_("计划于 %(due)s 开展，至今未登记结果"),
    about="rectification.LookBack",
    severity="notice",
    domain=DOMAIN,
    sources=(PLAN,),
    track="",
    population=lambda on: LookBack.objects.filter(voided_at__isnull=True),
)
def look_back_overdue(on: dt.date, p: Params) -> QuerySet[Any]:
    """Planned look-backs not done; the alert goes to the office that checks, so that it announces nothing."""
    rows = LookBack.objects.filter(planned_on__lt=on, done_on__isnull=True, voided_at__isnull=True)
    return carrying(
        rows,
        alert_due=F("planned_on"),
        alert_unit_id=Value(None, output_field=IntegerField(null=True)),
        alert_person_id=_holder_of("inspection_office", on),
        alert_subject=_named("measure__"),
    )


@rule(
    "rect.letter.unanswered",
    title=_("督办函逾期未回复"),
    says=_("应于 %(due)s 前回复"),
    about="rectification.SupervisionLetter",
    severity="warning",
    domain=DOMAIN,
    sources=(PLAN,),
    population=lambda on: SupervisionLetter.objects.filter(voided_at__isnull=True),
)
def letter_unanswered(on: dt.date, p: Params) -> QuerySet[Any]:
    """Letters past their day without an answer."""
    rows = SupervisionLetter.objects.filter(due__lt=on, replied_on__isnull=True, voided_at__isnull=True)
    return carrying(
        rows,
        alert_due=F("due"),
        alert_unit_id=F("to_unit_id"),
        alert_person_id=Value(None, output_field=IntegerField(null=True)),
        alert_subject=F("no"),
    )


@rule(
    "rect.change.undecided",
    title=_("变更申请到期未办结"),
    says=_("措施期限 %(due)s 已到，变更申请仍未办结"),
    about="rectification.ChangeRequest",
    severity="notice",
    domain=DOMAIN,
    sources=(PLAN,),
    population=lambda on: ChangeRequest.objects.filter(state__in=("requested", "agreed")),
)
def change_undecided(on: dt.date, p: Params) -> QuerySet[Any]:
    """Requests still open though the measure they are about fell due."""
    rows = ChangeRequest.objects.filter(state__in=("requested", "agreed"), measure__due__lte=on)
    return carrying(
        rows,
        alert_due=F("measure__due"),
        alert_unit_id=F("measure__lead_unit_id"),
        alert_person_id=F("measure__person_id"),
        alert_subject=_named("measure__"),
    )
