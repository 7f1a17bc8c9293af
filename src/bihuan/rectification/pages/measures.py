"""The page of a measure: where it stands, what still stands against closing it and why, and everything filed for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel import access, alerts, criteria, evidence
from bihuan.kernel.criteria import Finding, Verdict
from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger.views import LedgerDetail, LedgerDo
from bihuan.kernel.models import Alert, Person
from bihuan.kernel.wording import Message

from .. import closure
from .. import wordings as w
from ..flows import ATTEMPT_FLOW
from ..ledgers import ATTEMPTS, MEASURES, PROBLEMS
from ..models import Attempt, LookBack, Measure
from .act_forms import ACTS, Act

STAGES = (
    "not_started",
    "in_progress",
    "applied",
    "head_passed",
    "leader_passed",
    "verified",
    "internally_closed",
    "accepted",
)
TONES = {Verdict.MET: "good", Verdict.UNMET: "bad", Verdict.UNDETERMINABLE: "warn"}
RECENT = 8


@dataclass(frozen=True)
class Judged:
    """A criterion as the page shows it: the verdict now and, where it was closed, the frozen one."""

    sentence: str
    finding: Finding
    frozen: Mapping[str, Any] | None

    @property
    def tone(self) -> str:
        """The verdict's colour."""
        return TONES[self.finding.verdict]

    @property
    def label(self) -> str:
        """The verdict in words."""
        return str(self.finding.verdict.label)

    @property
    def facts(self) -> list[list[str]]:
        """The facts it stood on, each as its values."""
        return [[str(value) for value in fact.values() if value not in (None, "")] for fact in self.finding.facts]


class MeasureDetail(LedgerDetail):
    """The measure's page, over the ledger's."""

    template_name = "rectification/measure.html"

    def detail_context(self, obj: Any) -> dict[str, Any]:
        """Adds attempt, stages, criteria, acts and everything filed."""
        context = super().detail_context(obj)
        person = self.person
        attempts = list(
            access.visible(person, Attempt)
            .filter(measure=obj)
            .select_related("applicant", "verifier", "closure__meeting", "closure__verifier")
            .prefetch_related("verifications__by", "reviews", "rebounds", "verdicts")
            .order_by("-number")
        )
        latest = attempts[0] if attempts else None
        state = latest.state if latest else ""
        if latest is not None:
            latest.measure = obj
        context.update(
            problem=obj.problem,
            problem_url=PROBLEMS.url("detail", obj.problem_id),
            attempt=latest,
            attempts=attempts,
            state=ATTEMPT_FLOW.state(latest) if latest else None,
            stages=_stages(state),
            judged=judged(obj, latest),
            offers=_offers(person, latest),
            acts=_acts(person, obj, state),
            evidence=list(evidence.of(obj)),
            person=person,
            object_kind=obj._meta.label_lower,
            progress=list(obj.progress.filter(voided_at=None).select_related("author", "figure")[:RECENT]),
            outcomes=list(obj.outcomes.filter(voided_at=None)),
            targets=list(obj.targets.filter(voided_at=None)),
            changes=list(obj.change_requests.select_related("requested_by")),
            look_backs=list(access.visible(person, LookBack).filter(measure=obj, voided_at=None).select_related("by")),
            situations=list(obj.situations.filter(voided_at=None).select_related("author")),
            letters=list(obj.letters.filter(voided_at=None)),
            open_alerts=list(alerts.of(obj, access.visible(person, Alert))),
            co_units=list(obj.co_units.all()),
            closed=state in closure_states(),
        )
        return context


def closure_states() -> frozenset[str]:
    """States in which an attempt is closed."""
    return frozenset({"internally_closed", "accepted"})


def judged(measure: Measure, attempt: Attempt | None) -> list[Judged]:
    """Every standing criterion with what it finds today, and what it found when the attempt was closed."""
    if attempt is None:
        unapproved = criteria.undeterminable(Message(w.NOT_FROZEN, {"measure": measure.code}))
        return [Judged(str(row.sentence), unapproved, None) for row in closure.standing(measure.pk)]
    frozen = {verdict.criterion_id: verdict.finding for verdict in attempt.verdicts.all()}
    return [Judged(str(c.criterion.sentence), c.finding, frozen.get(c.criterion.pk)) for c in closure.check(attempt)]


def _stages(state: str) -> list[dict[str, Any]]:
    reached = STAGES.index(state) if state in STAGES else (6 if state == "externally_refused" else -1)
    return [
        {"label": ATTEMPT_FLOW.label(code), "done": number < reached, "here": code == state}
        for number, code in enumerate(STAGES)
    ]


def _offers(person: Person, attempt: Attempt | None) -> list[dict[str, Any]]:
    if attempt is None:
        return []
    return [
        {"offer": offer, "step": offer.transition, "url": ATTEMPTS.url("do", attempt.pk, step=offer.transition.code)}
        for offer in ATTEMPT_FLOW.offers(person, attempt)
    ]


def _acts(person: Person, measure: Measure, state: str) -> list[dict[str, Any]]:
    return [
        {"label": act.label, "code": act.code, "url": reverse("rectification:act", args=[measure.pk, act.code])}
        for act in ACTS.values()
        if act.fits(measure, state) and access.may(person, act.action, measure)
    ]


@login_required
def act(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """An act on a measure: the form, or the form again with what was typed and why it was refused."""
    person = request.user
    assert isinstance(person, Person)
    wanted: type[Act] | None = ACTS.get(code)
    if wanted is None:
        raise Http404(code)
    rows = access.visible(person, Measure).select_related("problem", "lead_unit", "person", "leader")
    measure = get_object_or_404(rows, pk=pk)
    access.require(person, wanted.action, measure)
    form = wanted(request.POST or None, person=person, measure=measure)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                form.run()
            except Refused as refusal:
                status = 409
                for reason in refusal.reasons:
                    form.add_error(None, str(reason))
            else:
                messages.success(
                    request, _("已办理“%(act)s”：%(code)s。") % {"act": wanted.label, "code": measure.code}
                )
                return HttpResponseRedirect(MEASURES.url("detail", measure.pk))
    context = {"form": form, "act": wanted, "measure": measure, "back": MEASURES.url("detail", measure.pk)}
    return render(request, "rectification/act.html", context, status=status)


@login_required
def go(request: HttpRequest, pk: int) -> HttpResponse:
    """The stable address of a measure, as messages and alerts name it."""
    return HttpResponseRedirect(MEASURES.url("detail", pk))


class AttemptDo(LedgerDo):
    """A step of the close-out; afterwards the person is back on the measure."""

    def page(self, obj: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """The step's page, named after the measure, with what each criterion finds now."""
        self.measure = obj.measure
        return super().page(obj, *args, **kwargs)

    def show(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        """Name the measure, lead back to it."""
        if "object" in context:
            attempt = context["object"]
            context.update(
                name=f"{attempt.measure.code} {attempt.measure.text[:60]}",
                back=MEASURES.url("detail", attempt.measure_id),
                judged=judged(attempt.measure, attempt),
            )
            template = "rectification/step.html"
        return super().show(template, status, **context)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Take the step."""
        response = super().post(request, **kwargs)
        if isinstance(response, HttpResponseRedirect):
            return HttpResponseRedirect(MEASURES.url("detail", self.get_object().measure_id))
        return response


class AttemptDetail(LedgerDetail):
    """An attempt is shown on its measure's page."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Go there."""
        return HttpResponseRedirect(MEASURES.url("detail", self.get_object().measure_id))
