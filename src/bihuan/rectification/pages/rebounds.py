"""The page of a suspected rebound: the facts that raised it, the closure they contradict, what may be done."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from bihuan.kernel import access, criteria, law_words, sources
from bihuan.kernel.criteria import Verdict
from bihuan.kernel.ledger.views import LedgerDetail
from bihuan.kernel.models import Person
from bihuan.kernel.wording import message_of
from bihuan.law.errors import LawError

from .. import actions as a
from .. import closure, terms
from ..ledgers import MEASURES, MEETINGS
from ..models import Closure, Criterion, Rebound
from .fact_tables import said
from .measures import TONES
from .rounds import version_line

SOURCES = {"reading_range": ("readings",)}


class ReboundDetail(LedgerDetail):
    """The rebound's page, over the ledger's."""

    template_name = "rectification/rebound.html"

    def detail_context(self, obj: Any) -> dict[str, Any]:
        """Adds the evidence for it, and the closure."""
        context = super().detail_context(obj)
        context.update(rebound_context(self.person, obj))
        return context


def rebound_context(person: Person, rebound: Rebound) -> dict[str, Any]:
    """What the page of a rebound shows besides the ledger's own."""
    attempt = rebound.attempt
    measure = attempt.measure
    finding = rebound.finding
    criterion = (
        access.visible(person, Criterion).filter(pk=finding["criterion"]).first() if "criterion" in finding else None
    )
    then = attempt.verdicts.filter(criterion=criterion).first() if criterion else None
    now = None
    if criterion is not None:
        now = closure.check(attempt, rows=[criterion])[0].finding
    sentence = finding.get("sentence")
    return {
        "measure": measure,
        "measure_link": MEASURES.url("detail", measure.pk),
        "attempt": attempt,
        "raised": said(finding),
        "sentence": str(message_of(sentence)) if sentence else "",
        "then": said(then.finding) if then else None,
        "now": said(now.as_json()) if now else None,
        "now_tone": TONES[now.verdict] if now else "",
        "now_label": criteria.Verdict(now.verdict).label if now else "",
        "unmet": bool(now and now.verdict is Verdict.UNMET),
        "closing": access.visible(person, Closure).filter(attempt=attempt).select_related("meeting", "verifier").first(),
        "states": [sources.state(code) for code in SOURCES.get(criterion.kind, ())] if criterion else [],
        "meetings_url": MEETINGS.url("list") if access.may(person, a.MEETING) else "",
        "reopened": rebound.reopened,
        "verify_why": why_verify(rebound),
        "address": reverse("rectification.rebounds.detail", args=[rebound.pk]),
    }


def why_verify(rebound: Rebound) -> list[Any]:
    """Why it has to be verified by that day: the trace is made again from the stored day, as agreed then."""
    try:
        found, _version = terms.due_by(terms.REBOUND_VERIFY, rebound.raised_on)
    except LawError:
        return [version_line(rebound.verify_version)]
    lines: list[Any] = [law_words.message(step.as_json()) for step in found.trace] if found.due == rebound.verify_due else []
    return [*lines, version_line(rebound.verify_version)]
