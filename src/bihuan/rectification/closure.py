"""Whether an attempt may close: the criteria asked of the facts, and the conditions of the close-out procedure.

Everything here is asked again inside the deciding transaction; nothing trusts an earlier answer.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel import clock, criteria, evidence
from bihuan.kernel.access import viewer
from bihuan.kernel.criteria import Finding, Scope, Verdict
from bihuan.kernel.errors import Refused
from bihuan.kernel.models import Person, Post
from bihuan.kernel.models.evidence import Evidence
from bihuan.kernel.wording import Message
from bihuan.kernel.work import current

from . import wordings as w
from .actions import INSIDE_INSPECTORS, OUTSIDE_INSPECTOR
from .models import (
    Attempt,
    ChangeRequest,
    Closure,
    ClosureVerdict,
    Criterion,
    Measure,
    OnSite,
    PartyGroupMeeting,
    ProblemKind,
    Result,
    StagedTarget,
    Verification,
)


@dataclass(frozen=True)
class Checked:
    """A criterion with what it found."""

    criterion: Criterion
    finding: Finding

    @property
    def refusal(self) -> Message:
        """Why it stands against closing."""
        code = w.CRITERION_UNMET if self.finding.verdict is Verdict.UNMET else w.CRITERION_UNDETERMINABLE
        told = {"criterion": self.criterion.sentence.as_json(), "reason": self.finding.reason.as_json()}
        return Message(code, told)


def standing(measure_id: int) -> list[Criterion]:
    """The criteria of a measure that stand."""
    return list(Criterion.objects.filter(measure_id=measure_id, voided_at__isnull=True))


def scope_of(attempt: Attempt, on: dt.date) -> Scope:
    """What the criteria of an attempt are asked about."""
    return Scope(on=on, since=attempt.facts_since, unit_id=attempt.measure.lead_unit_id, subject=attempt)


def check(attempt: Attempt, on: dt.date | None = None, rows: Iterable[Criterion] | None = None) -> list[Checked]:
    """Ask every standing criterion of the attempt's measure about the facts up to `on` (today)."""
    scope = scope_of(attempt, on or clock.today())
    asked = standing(attempt.measure_id) if rows is None else rows
    return [Checked(row, criteria.evaluate(row.kind, row.params, scope)) for row in asked]


def is_deferred(kind: str) -> bool:
    """Whether a kind of criterion can be met at the verification only (an on-site check)."""
    return bool(getattr(criteria.kinds().get(kind), "deferred", False))


def against_criteria(attempt: Attempt, *, deferred: bool) -> list[Message]:
    """What the facts say against closing; with `deferred` false, kinds that wait for the verification are left out."""
    rows = standing(attempt.measure_id)
    if not rows:
        return [Message(w.NO_CRITERIA, {"measure": attempt.measure.code})]
    asked = rows if deferred else [row for row in rows if not is_deferred(row.kind)]
    return [found.refusal for found in check(attempt, rows=asked) if not found.finding.met]


def against_evidence(attempt: Attempt) -> list[Message]:
    """Papers alone close nothing: one piece of evidence must show a result, and a newer attempt needs a newer one."""
    shown = evidence.of(attempt.measure).filter(
        kind__in=evidence.outcome_kinds(), effective_on__gte=attempt.facts_since
    )
    if shown.exists():
        return []
    kinds = [str(k.name) for k in evidence.kinds().values() if k.outcome]
    return [Message(w.NO_OUTCOME_EVIDENCE, {"measure": attempt.measure.code, "kinds": kinds})]


def against_changes(attempt: Attempt) -> list[Message]:
    """A pending change of what was agreed comes first."""
    if ChangeRequest.objects.filter(measure=attempt.measure_id, state__in=["requested", "agreed"]).exists():
        return [Message(w.CHANGE_PENDING, {"measure": attempt.measure.code})]
    return []


def responsible_units(measure: Measure) -> set[int]:
    """The departments that lead and help."""
    return {measure.lead_unit_id, *measure.co_units.values_list("pk", flat=True)}


def needs_outside(measure: Measure) -> bool:
    """Whether a department that verifies is itself responsible, so that only the stationed discipline team may."""
    return Post.objects.filter(role__in=INSIDE_INSPECTORS, unit__in=responsible_units(measure)).exists()


def against_verifier(attempt: Attempt, actor: Person | None, step: str) -> list[Message]:
    """Why this person may not verify: the applicant, an owner, somebody of a responsible department, an insider where an
    outsider is needed."""
    if actor is None:
        return []
    measure, who = attempt.measure, viewer(actor)
    told = {"person": str(actor), "measure": measure.code, "step": step}
    reasons = []
    if who.is_me(attempt.applicant_id):
        reasons.append(Message(w.OWN_APPLICATION, told))
    if who.is_me(measure.person_id) or who.is_me(measure.leader_id):
        reasons.append(Message(w.OWN_PERSON, told))
    if needs_outside(measure):
        if not who.has(OUTSIDE_INSPECTOR):
            reasons.append(Message(w.OUTSIDE_NEEDED, told))
    elif who.units & responsible_units(measure):
        reasons.append(Message(w.OWN_UNIT, told | {"unit": str(measure.lead_unit)}))
    return reasons


def passed_check(attempt: Attempt, by: int | None = None) -> Verification | None:
    """The newest on-site check of the attempt (by a person, if given) since the last application, if it passed: a later
    check that failed takes an earlier one back."""
    rows = Verification.objects.filter(attempt=attempt, voided_at__isnull=True)
    if by is not None:
        rows = rows.filter(by=by)
    if attempt.applied_on is not None:
        rows = rows.filter(on__gte=attempt.applied_on)
    newest = rows.first()
    return newest if newest is not None and newest.result == OnSite.PASSED else None


def against_result(attempt: Attempt, result: str) -> list[Message]:
    """A long-term item is never done before its first staged target was assessed, nor while one that is due stands open."""
    if attempt.measure.problem.kind != ProblemKind.LONG_TERM and not _targets(attempt):
        return []
    measure = attempt.measure.code
    assessed = [t for t in _targets(attempt) if t.assessed_on]
    if not assessed:
        label = str(Result(result).label) if result else _("已完成")
        return [Message(w.TARGET_FIRST, {"measure": measure, "result": label})]
    if result != Result.DONE:
        return []
    return [
        Message(w.TARGET_OPEN, {"measure": measure, "target": t.text[:60], "due": t.due.isoformat()})
        for t in _targets(attempt)
        if t.result != "met"
    ]


def _targets(attempt: Attempt) -> list[StagedTarget]:
    return list(StagedTarget.objects.filter(measure=attempt.measure_id, voided_at__isnull=True))


def digest_of(rows: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256 over the verdicts, as the closure and its log entry name them."""
    text = json.dumps(list(rows), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def as_row(criterion_id: int, kind: str, params: Any, verdict: str, finding: Any) -> dict[str, Any]:
    return {"criterion": criterion_id, "kind": kind, "params": params, "verdict": verdict, "finding": finding}


def close(
    attempt: Attempt, *, actor: Person, meeting: PartyGroupMeeting, result: str, day: dt.date | None = None
) -> Closure:
    """Ask the criteria once more and write verdicts and closure, inside the current unit of work.

    The caller's flow step records the event. Raises Refused naming each criterion that is not met.
    """
    uow = current()
    day = day or clock.today()
    found = check(attempt, day)
    against = [c.refusal for c in found if not c.finding.met]
    if not found:
        against = [Message(w.NO_CRITERIA, {"measure": attempt.measure.code})]
    proof = passed_check(attempt, attempt.verifier_id)
    if proof is None:
        against.append(Message(w.NO_CHECK_AT_ALL, {"measure": attempt.measure.code}))
    if against or proof is None or attempt.applicant is None:
        raise Refused(against)
    rows = [
        as_row(c.criterion.pk, c.criterion.kind, c.criterion.params, str(c.finding.verdict), c.finding.as_json())
        for c in found
    ]
    ClosureVerdict.objects.bulk_create(
        [
            ClosureVerdict(
                attempt=attempt,
                criterion_id=row["criterion"],
                kind=row["kind"],
                params=row["params"],
                verdict=row["verdict"],
                finding=row["finding"],
            )
            for row in rows
        ]
    )
    closure: Closure = Closure.objects.create(
        attempt=attempt,
        result=result,
        applied_by=attempt.applicant,
        verifier_id=proof.by_id,
        verification=proof,
        decided_by=actor,
        decided_on=meeting.held_on,
        meeting=meeting,
        minutes_no=meeting.minutes_no,
        total=len(rows),
        met=sum(row["verdict"] == Verdict.MET for row in rows),
        digest=digest_of(rows),
        at=clock.now(),
    )
    uow.record(
        "rectification.closed",
        attempt,
        params={
            "measure": attempt.measure.code,
            "result": result,
            "minutes": meeting.minutes_no,
            "total": closure.total,
            "digest": closure.digest,
            "closure": closure.pk,
        },
        covers=[Closure, ClosureVerdict],
    )
    return closure


def used_for_closing(row: Evidence) -> bool:
    """Whether a piece of evidence lay before a closure of its measure: it may not be voided any more."""
    return Closure.objects.filter(attempt__measure=row.object_id, at__gte=row.received_at).exists()
