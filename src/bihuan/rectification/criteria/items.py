"""What stands in the ledger itself: counts, evidence, on-site checks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel import evidence
from bihuan.kernel.criteria import Finding, Param, Question, Scope, SetKind, met, places_by, undeterminable, unmet
from bihuan.kernel.models import Person
from bihuan.kernel.wording import Message, wording

from ..models import Measure, OnSite, Outcome, Verification
from .subjects import attempt_in, measure_in
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

MOST = 50
"""How many facts a finding names."""

Counted = tuple[Decimal, list[dict[str, Any]]]
"""The number, and the rows it stands on."""


@dataclass(frozen=True)
class Count:
    """Something a ledger can be counted by. `counter(scopes)` counts for many scopes in a few statements."""

    code: str
    label: str | Promise
    counter: Callable[[Sequence[Scope]], list[Counted]]


_counts: dict[str, Count] = {}


def register_count(code: str, label: str | Promise, counter: Callable[[Sequence[Scope]], list[Counted]]) -> None:
    """Register a count for criteria of the kind ledger_count; other domains register theirs through this."""
    wording(f"rectification.count.{code}", label)
    _counts[code] = Count(code, label, counter)


def _count_choices() -> Iterable[tuple[str, str | Promise]]:
    return [(c.code, c.label) for c in _counts.values()]


class LedgerCount(SetKind):
    """A count in a ledger reaches a number."""

    code = "ledger_count"
    label = _("台账数量达到要求")
    fields = (
        Param("count", _("统计项"), "choice", choices=_count_choices),
        Param("least", _("不少于"), "decimal", least=0),
    )

    def describe(self, params: Mapping[str, Any]) -> Message:
        return Message(DESCRIBE_COUNT, {"count": _count_label(str(params.get("count"))), "least": params.get("least")})

    def judge(self, asked: Sequence[Question]) -> list[Finding]:
        found: dict[int, Finding] = {}
        for code, places in places_by(asked, "count").items():
            count = _counts.get(code)
            scopes = [asked[place].scope for place in places]
            counted = count.counter(scopes) if count is not None else [None] * len(scopes)
            for place, one in zip(places, counted, strict=True):
                found[place] = _compared(code, asked[place].params, one)
        return [found[place] for place in range(len(asked))]


def _compared(code: str, params: Mapping[str, Any], counted: Counted | None) -> Finding:
    told: dict[str, Any] = {"count": _count_label(code), "least": params["least"]}
    if counted is None:
        return undeterminable(Message(COUNT_GONE, told))
    number, facts = counted
    reason = Message(COUNTED, told | {"have": f"{number.normalize():f}"})
    return met(reason, facts) if number >= Decimal(str(params["least"])) else unmet(reason, facts)


def _count_label(code: str) -> Any:
    return {"code": f"rectification.count.{code}", "params": {}} if code in _counts else code


def _outcomes(kind: str, field: str) -> Callable[[Sequence[Scope]], list[Counted]]:
    def counter(scopes: Sequence[Scope]) -> list[Counted]:
        rows = Outcome.objects.filter(measure__in=_measures(scopes), kind=kind, voided_at__isnull=True)
        of_measure: dict[int, list[Outcome]] = {}
        for row in rows:
            of_measure.setdefault(row.measure_id, []).append(row)
        counted: list[Counted] = []
        for scope in scopes:
            mine = of_measure.get(measure_in(scope) or 0, [])
            mine = [r for r in mine if r.day <= scope.on and (scope.since is None or r.day >= scope.since)]
            total = sum((Decimal(getattr(r, field) or 0) for r in mine), Decimal(0))
            counted.append((total, [{"outcome": r.pk, "day": r.day.isoformat(), "title": r.title} for r in mine[:MOST]]))
        return counted

    return counter


def _measures(scopes: Iterable[Scope]) -> set[int]:
    return {measure for scope in scopes if (measure := measure_in(scope)) is not None}


register_count("rules_made", _("制定或修订制度（件）"), _outcomes("rule_made", "number"))
register_count("money_recovered", _("清退或追回资金（元）"), _outcomes("money_recovered", "amount"))
register_count("persons_held", _("追责问责（人）"), _outcomes("person_held", "number"))
register_count("cases_fixed", _("纠正或办结案件（件）"), _outcomes("case_fixed", "number"))


def _evidence_kinds() -> Iterable[tuple[str, str | Promise]]:
    return [(code, kind.name) for code, kind in evidence.kinds().items()]


class _Filed(NamedTuple):
    """A piece of evidence as a finding names it."""

    pk: int
    title: str
    sm3: str
    effective_on: dt.date


class EvidenceKind(SetKind):
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

    def judge(self, asked: Sequence[Question]) -> list[Finding]:
        filed: dict[tuple[int, str], list[_Filed]] = {}
        kinds = {str(one.params["kind"]) for one in asked}
        rows = evidence.of_many(Measure, _measures(one.scope for one in asked)).filter(kind__in=kinds)
        columns = ("object_id", "kind", "pk", "title", "file__sm3", "effective_on")
        for object_id, kind, *more in rows.values_list(*columns):
            filed.setdefault((object_id, kind), []).append(_Filed(*more))
        return [self._finding(one, filed) for one in asked]

    def _finding(self, one: Question, filed: Mapping[tuple[int, str], list[_Filed]]) -> Finding:
        measure, scope = measure_in(one.scope), one.scope
        if measure is None:
            return undeterminable(Message(NO_SUBJECT))
        rows = filed.get((measure, str(one.params["kind"])), [])
        rows = [r for r in rows if r.effective_on <= scope.on and (scope.since is None or r.effective_on >= scope.since)]
        facts = [
            {"evidence": r.pk, "title": r.title, "sm3": r.sm3, "effective_on": r.effective_on.isoformat()}
            for r in rows[:MOST]
        ]
        kind = {"code": f"evidence.kind.{one.params['kind']}", "params": {}}
        reason = Message(FILED, {"kind": kind, "have": len(facts), "least": one.params["least"]})
        return met(reason, facts) if len(facts) >= int(one.params["least"]) else unmet(reason, facts)


def _verifiers() -> Iterable[tuple[str, str]]:
    held = Person.objects.filter(is_active=True, admin_role="").order_by("name")
    return [("", str(pgettext_lazy("verifier", "不限"))), *((p.username, p.name) for p in held)]


class _Check(NamedTuple):
    """An on-site check as a finding names it."""

    pk: int
    on: dt.date
    method: str
    result: str
    note: str
    username: str
    name: str

    def finding(self) -> Finding:
        """What it says."""
        told = {"person": self.name or self.username, "on": self.on.isoformat(), "note": self.note}
        fact = {"verification": self.pk, "on": self.on.isoformat(), "method": self.method}
        if self.result == OnSite.PASSED:
            return met(Message(CHECK_PASSED, told), [fact])
        return unmet(Message(CHECK_FAILED, told), [fact])


class OnSiteCheck(SetKind):
    """A named person (or whoever verifies) checked on the spot and found it good. It waits for the verification."""

    code = "onsite_check"
    label = _("实地验收合格")
    fields = (Param("person", _("验收人"), "choice", required=False, choices=_verifiers),)
    deferred = True

    def describe(self, params: Mapping[str, Any]) -> Message:
        return Message(DESCRIBE_CHECK, {"person": self._person(params)})

    def judge(self, asked: Sequence[Question]) -> list[Finding]:
        attempts = {attempt.pk for one in asked if (attempt := attempt_in(one.scope)) is not None}
        rows = Verification.objects.filter(attempt__in=attempts, voided_at__isnull=True).order_by("-on", "-id")
        checks: dict[int, list[_Check]] = {}
        columns = ("attempt_id", "pk", "on", "method", "result", "note", "by__username", "by__name")
        for attempt_id, *more in rows.values_list(*columns):
            checks.setdefault(attempt_id, []).append(_Check(*more))
        names = dict(Person.objects.filter(username__in=_named(asked)).values_list("username", "name"))
        return [self._finding(one, checks, names) for one in asked]

    def _finding(self, one: Question, checks: Mapping[int, list[_Check]], names: Mapping[str, str]) -> Finding:
        attempt, named = attempt_in(one.scope), one.params.get("person")
        if attempt is None:
            return undeterminable(Message(NO_SUBJECT))
        for row in checks.get(attempt.pk, []):
            early = attempt.applied_on is not None and row.on < attempt.applied_on
            if row.on <= one.scope.on and not early and (not named or row.username == named):
                return row.finding()
        person = (names.get(named) or named) if named else {"code": ANY_VERIFIER, "params": {}}
        return undeterminable(Message(CHECK_NONE, {"person": person}))

    def _person(self, params: Mapping[str, Any]) -> Any:
        if not params.get("person"):
            return {"code": ANY_VERIFIER, "params": {}}
        name = Person.objects.filter(username=params["person"]).values_list("name", flat=True).first()
        return name or params["person"]


def _named(asked: Iterable[Question]) -> set[str]:
    return {str(one.params["person"]) for one in asked if one.params.get("person")}
