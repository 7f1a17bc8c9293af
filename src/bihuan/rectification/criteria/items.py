"""What stands in the ledger itself: counts, evidence, on-site checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel import evidence
from bihuan.kernel.criteria import CriterionKind, Finding, Param, Scope, met, undeterminable, unmet
from bihuan.kernel.models import Person
from bihuan.kernel.wording import Message, wording

from ..models import Attempt, Measure, OnSite, Outcome, Verification
from .words import (
    ANY_VERIFIER,
    CHECK_FAILED,
    CHECK_NONE,
    CHECK_PASSED,
    COUNT_GONE,
    COUNTED,
    DESCRIBE_CHECK,
    DESCRIBE_COUNT,
    DESCRIBE_EVIDENCE,
    FILED,
    NO_SUBJECT,
)


@dataclass(frozen=True)
class Count:
    """Something a ledger can be counted by: `counter(scope)` returns the number and the rows it stands on."""

    code: str
    label: str | Promise
    counter: Callable[[Scope], tuple[Decimal, list[dict[str, Any]]]]


_counts: dict[str, Count] = {}


def register_count(
    code: str, label: str | Promise, counter: Callable[[Scope], tuple[Decimal, list[dict[str, Any]]]]
) -> None:
    """Register a count for criteria of the kind ledger_count; other domains register theirs through this."""
    wording(f"rectification.count.{code}", label)
    _counts[code] = Count(code, label, counter)


def _count_choices() -> Iterable[tuple[str, str | Promise]]:
    return [(c.code, c.label) for c in _counts.values()]


class LedgerCount(CriterionKind):
    """A count in a ledger reaches a number."""

    code = "ledger_count"
    label = _("台账数量达到要求")
    fields = (
        Param("count", _("统计项"), "choice", choices=_count_choices),
        Param("least", _("不少于"), "decimal", least=0),
    )

    def describe(self, params: Mapping[str, Any]) -> Message:
        return Message(DESCRIBE_COUNT, {"count": _count_label(str(params.get("count"))), "least": params.get("least")})

    def evaluate(self, params: Mapping[str, Any], scope: Scope) -> Finding:
        count = _counts.get(str(params["count"]))
        told: dict[str, Any] = {"count": _count_label(str(params["count"])), "least": params["least"]}
        if count is None:
            return undeterminable(Message(COUNT_GONE, told))
        number, facts = count.counter(scope)
        reason = Message(COUNTED, told | {"have": f"{number.normalize():f}"})
        return met(reason, facts) if number >= Decimal(str(params["least"])) else unmet(reason, facts)


def _count_label(code: str) -> Any:
    return {"code": f"rectification.count.{code}", "params": {}} if code in _counts else code


def measure_in(scope: Scope) -> Measure | None:
    """The measure a scope is about."""
    subject = scope.subject
    return subject.measure if isinstance(subject, Attempt) else subject if isinstance(subject, Measure) else None


def _outcomes(kind: str, field: str) -> Callable[[Scope], tuple[Decimal, list[dict[str, Any]]]]:
    def counter(scope: Scope) -> tuple[Decimal, list[dict[str, Any]]]:
        rows = Outcome.objects.filter(measure=measure_in(scope), kind=kind, day__lte=scope.on, voided_at__isnull=True)
        if scope.since is not None:
            rows = rows.filter(day__gte=scope.since)
        total = rows.aggregate(total=Sum(field))["total"] or 0
        return Decimal(total), [{"outcome": r.pk, "day": r.day.isoformat(), "title": r.title} for r in rows[:50]]

    return counter


register_count("rules_made", _("制定或修订制度（件）"), _outcomes("rule_made", "number"))
register_count("money_recovered", _("清退或追回资金（元）"), _outcomes("money_recovered", "amount"))
register_count("persons_held", _("追责问责（人）"), _outcomes("person_held", "number"))
register_count("cases_fixed", _("纠正或办结案件（件）"), _outcomes("case_fixed", "number"))


def _evidence_kinds() -> Iterable[tuple[str, str | Promise]]:
    return [(code, kind.name) for code, kind in evidence.kinds().items()]


class EvidenceKind(CriterionKind):
    """Material of a kind was filed."""

    code = "evidence_kind"
    label = _("提交指定类别佐证材料")
    fields = (
        Param("kind", _("材料类别"), "choice", choices=_evidence_kinds),
        Param("least", _("最少份数"), "integer", least=1),
    )

    def describe(self, params: Mapping[str, Any]) -> Message:
        kind = {"code": f"evidence.kind.{params.get('kind')}", "params": {}}
        return Message(DESCRIBE_EVIDENCE, {"kind": kind, "least": params.get("least")})

    def evaluate(self, params: Mapping[str, Any], scope: Scope) -> Finding:
        measure = measure_in(scope)
        if measure is None:
            return undeterminable(Message(NO_SUBJECT))
        rows = evidence.of(measure).filter(kind=params["kind"], effective_on__lte=scope.on)
        if scope.since is not None:
            rows = rows.filter(effective_on__gte=scope.since)
        facts = [
            {"evidence": r.pk, "title": r.title, "sm3": r.file.sm3, "effective_on": r.effective_on.isoformat()}
            for r in rows[:50]
        ]
        kind = {"code": f"evidence.kind.{params['kind']}", "params": {}}
        reason = Message(FILED, {"kind": kind, "have": len(facts), "least": params["least"]})
        return met(reason, facts) if len(facts) >= int(params["least"]) else unmet(reason, facts)


def _verifiers() -> Iterable[tuple[str, str]]:
    held = Person.objects.filter(is_active=True, admin_role="").order_by("name")
    return [("", str(pgettext_lazy("verifier", "不限"))), *((p.username, p.name) for p in held)]


class OnSiteCheck(CriterionKind):
    """A named person (or whoever verifies) checked on the spot and found it good. It waits for the verification."""

    code = "onsite_check"
    label = _("实地验收合格")
    fields = (Param("person", _("验收人"), "choice", required=False, choices=_verifiers),)
    deferred = True

    def describe(self, params: Mapping[str, Any]) -> Message:
        return Message(DESCRIBE_CHECK, {"person": self._person(params)})

    def evaluate(self, params: Mapping[str, Any], scope: Scope) -> Finding:
        attempt = scope.subject
        if not isinstance(attempt, Attempt):
            return undeterminable(Message(NO_SUBJECT))
        rows = Verification.objects.filter(attempt=attempt, on__lte=scope.on, voided_at__isnull=True)
        if params.get("person"):
            rows = rows.filter(by__username=params["person"])
        if attempt.applied_on is not None:
            rows = rows.filter(on__gte=attempt.applied_on)
        newest = rows.select_related("by").order_by("-on", "-id").first()
        if newest is None:
            return undeterminable(Message(CHECK_NONE, {"person": self._person(params)}))
        told = {"person": str(newest.by), "on": newest.on.isoformat(), "note": newest.note}
        fact = {"verification": newest.pk, "on": newest.on.isoformat(), "method": newest.method}
        if newest.result == OnSite.PASSED:
            return met(Message(CHECK_PASSED, told), [fact])
        return unmet(Message(CHECK_FAILED, told), [fact])

    def _person(self, params: Mapping[str, Any]) -> Any:
        if not params.get("person"):
            return {"code": ANY_VERIFIER, "params": {}}
        name = Person.objects.filter(username=params["person"]).values_list("name", flat=True).first()
        return name or params["person"]
