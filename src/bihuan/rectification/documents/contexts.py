"""Rows of the ledger as plain texts for documents: nothing here but text, numbers and lists."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel import access, clock, criteria, evidence, org, sources
from bihuan.kernel.models import FlowStep, Person
from bihuan.kernel.models.evidence import Evidence
from bihuan.kernel.paper import day
from bihuan.kernel.wording import message_of

from .. import closure
from ..flows import ATTEMPT_FLOW
from ..models import (
    Attempt,
    Closure,
    ClosureVerdict,
    Criterion,
    ExternalReview,
    Measure,
    Problem,
    SubProblem,
    Verification,
)

#: Transition -> the level that speaks in it.
_LEVELS: dict[str, str | Promise] = {
    "apply": gettext_lazy("申请人"),
    "head": gettext_lazy("部门负责人"),
    "leader": gettext_lazy("分管领导"),
    "verify": gettext_lazy("验收部门"),
    "decide": gettext_lazy("党组会审定"),
    "external": gettext_lazy("外部认定"),
    "withdraw": gettext_lazy("申请人"),
    "start": gettext_lazy("责任部门"),
}
_FACTS: dict[str, str | Promise] = {
    "period": gettext_lazy("期间"),
    "value": gettext_lazy("数值"),
    "numerator": gettext_lazy("分子"),
    "denominator": gettext_lazy("分母"),
    "revision": gettext_lazy("修订"),
    "rule": gettext_lazy("规则"),
    "first": gettext_lazy("起"),
    "last": gettext_lazy("止"),
    "due": gettext_lazy("应完成"),
    "deadline": gettext_lazy("最迟"),
    "fulfilled": gettext_lazy("完成"),
    "day": gettext_lazy("日期"),
    "title": gettext_lazy("名称"),
    "sm3": gettext_lazy("SM3"),
    "effective_on": gettext_lazy("形成日期"),
    "on": gettext_lazy("日期"),
    "method": gettext_lazy("方式"),
    "first_seen": gettext_lazy("发现"),
    "cleared_on": gettext_lazy("消除"),
    "breach_state": gettext_lazy("状态"),
    "subject": gettext_lazy("对象"),
    "count": gettext_lazy("数量"),
}
_NUMBERS = {"value", "numerator", "denominator", "count"}
_IDS = {"reading", "occurrence", "outcome", "evidence", "verification", "pk", "revision"}


def court_name() -> str:
    """The court is the unit at the top of the tree."""
    return org.top_name()


def names(units: Iterable[Any]) -> str:
    """Names set apart by 、."""
    return "、".join(str(unit) for unit in units)


def problem(row: Problem) -> dict[str, Any]:
    """A problem."""
    return {
        "code": row.code,
        "title": row.title,
        "verbatim": row.verbatim,
        "category": row.get_category_display(),
        "kind": row.get_kind_display(),
        "grade": row.get_grade_display(),
        "root_cause": row.root_cause,
        "leader": str(row.leader or ""),
        "round": str(row.round),
        "body": row.round.body,
        "feedback_on": day(row.round.feedback_on),
    }


def sub_problem(row: SubProblem) -> dict[str, Any]:
    """A part of a problem."""
    return {"no": row.no, "title": row.title, "verbatim": row.verbatim}


def measure(row: Measure) -> dict[str, Any]:
    """A measure."""
    return {
        "code": row.code,
        "text": row.text,
        "standard": row.completion_standard,
        "leader": str(row.leader or ""),
        "unit": str(row.lead_unit),
        "co_units": names(row.co_units.all()),
        "person": str(row.person or ""),
        "starts": day(row.starts),
        "due": day(row.due),
    }


def attempt(row: Attempt) -> dict[str, Any]:
    """An attempt."""
    return {
        "number": row.number,
        "state": ATTEMPT_FLOW.label(row.state),
        "result": row.get_result_display() if row.result else "",
        "opened_on": day(row.opened_on),
        "started_on": day(row.started_on),
        "applied_on": day(row.applied_on),
        "applicant": str(row.applicant or ""),
        "closed_on": day(row.closed_on),
    }


def verdicts(row: Attempt, actor: Person | None) -> list[dict[str, Any]]:
    """What each criterion found: as frozen at the closing, else as the facts stand today.

    Each: sentence, verdict (label), reason, facts (texts), frozen (bool), on (day), raw (finding as stored).
    """
    frozen = list(access.visible(actor, ClosureVerdict).filter(attempt=row).select_related("criterion").order_by("id"))
    if frozen:
        on = next((step.day for step in reversed(ATTEMPT_FLOW.steps(row)) if step.transition == "decide"), None)
        return [
            _finding(criteria.describe(v.kind, v.params), v.finding, on, frozen=True) | {"kind": v.kind} for v in frozen
        ]
    today = clock.today()
    standing = list(access.visible(actor, Criterion).filter(measure=row.measure_id, voided_at__isnull=True))
    return [
        _finding(found.criterion.sentence, found.finding.as_json(), today, frozen=False)
        | {"kind": found.criterion.kind}
        for found in closure.check(row, today, rows=standing)
    ]


def _finding(
    sentence: Any, stored: Mapping[str, Any], on: dt.date | dt.datetime | None, *, frozen: bool
) -> dict[str, Any]:
    reason = str(message_of(stored["reason"])) if stored.get("reason") else ""
    return {
        "sentence": str(sentence),
        "verdict": str(criteria.Verdict(stored["verdict"]).label),
        "reason": reason,
        "facts": [fact(one) for one in stored.get("facts", ())],
        "frozen": frozen,
        "on": day(on),
        "raw": dict(stored),
    }


def fact(one: Mapping[str, Any]) -> str:
    """A fact as a line of text: its known parts by their names, row ids left out."""
    parts = []
    for name, value in one.items():
        if name in _IDS or value in (None, "", []):
            continue
        parts.append(f"{_FACTS.get(name, name)}：{_fact_value(name, value)}")
    return "，".join(parts)


def _fact_value(name: str, value: Any) -> str:
    if isinstance(value, Mapping) and "code" in value:
        return str(message_of(value))
    text = str(value)
    if name in _NUMBERS:
        return f"{Decimal(text).normalize():f}" if re.fullmatch(r"-?\d+(\.\d+)?", text) else text
    if name == "sm3":
        return text[:16] + "…"
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return day(dt.date.fromisoformat(text))
    return text


def cut_offs(day_: dt.date) -> list[dict[str, str]]:
    """How far each source of facts reaches: name, cut_off, state."""
    found = []
    for code, spec in sources.specs().items():
        state = sources.state(code, day_)
        found.append({"name": str(spec.name), "cut_off": day(state.cut_off), "state": str(state.message)})
    return found


def evidence_list(rows: Iterable[Evidence]) -> list[dict[str, Any]]:
    """Filings, numbered: no, title, kind, filename, effective_on, received_on, sm3, by."""
    kinds = evidence.kinds()
    return [
        {
            "no": number,
            "title": row.title,
            "kind": str(kinds[row.kind].name) if row.kind in kinds else row.kind,
            "filename": row.filename,
            "effective_on": day(row.effective_on),
            "received_on": day(row.received_at),
            "sm3": row.file.sm3,
            "by": str(row.uploaded_by),
        }
        for number, row in enumerate(rows, 1)
    ]


def filed_for(actor: Person | None, kind: str, ids: Iterable[int]) -> list[Evidence]:
    """What stands filed for the objects, oldest first, as `actor` may see it."""
    rows = access.visible(actor, Evidence).filter(object_kind=kind, object_id__in=list(ids), voided_at__isnull=True)
    return list(rows.select_related("file", "uploaded_by").order_by("effective_on", "id"))


def opinions(row: Attempt) -> list[dict[str, Any]]:
    """What each level said since the newest application: level, step, opinion, person, acted_for, day."""
    steps = ATTEMPT_FLOW.steps(row)
    newest = max((n for n, step in enumerate(steps) if step.transition == "apply"), default=len(steps))
    return [opinion(step) for step in steps[newest:]]


def opinion(step: FlowStep) -> dict[str, Any]:
    """One step as an opinion."""
    level = _LEVELS.get(step.transition.split("_")[0], "")
    label = str(ATTEMPT_FLOW.transition(step.transition).label)
    return {
        "level": str(level),
        "code": step.transition,
        "step": label,
        "opinion": step.note,
        "person": str(step.actor) if step.actor else _("系统"),
        "acted_for": str(step.acted_for or ""),
        "day": day(step.day),
    }


def checks(row: Attempt, actor: Person | None) -> list[dict[str, str]]:
    """On-site checks of the attempt, oldest first."""
    rows = access.visible(actor, Verification).filter(attempt=row, voided_at__isnull=True).select_related("by")
    return [
        {
            "by": str(one.by),
            "on": day(one.on),
            "method": one.method,
            "persons_asked": one.persons_asked,
            "result": one.get_result_display(),
            "note": one.note,
        }
        for one in rows.order_by("on", "id")
    ]


def decision(row: Attempt, actor: Person | None) -> dict[str, str]:
    """Meeting, minutes and result; empty texts while it is not decided."""
    held = access.visible(actor, Closure).filter(attempt=row).select_related("verifier", "decided_by").first()
    if held is None:
        return dict.fromkeys(("held_on", "minutes_no", "result", "verifier", "registered_by", "criteria"), "")
    return {
        "held_on": day(held.decided_on),
        "minutes_no": held.minutes_no,
        "result": held.get_result_display(),
        "verifier": str(held.verifier),
        "registered_by": str(held.decided_by),
        "criteria": f"{held.met}/{held.total}",
    }


def review(row: Attempt, actor: Person | None) -> dict[str, str]:
    """What bodies outside recognised; empty texts without one."""
    held = access.visible(actor, ExternalReview).filter(attempt=row, voided_at__isnull=True).first()
    if held is None:
        return dict.fromkeys(("by", "on", "document_no", "result", "note"), "")
    return {
        "by": held.by,
        "on": day(held.on),
        "document_no": held.document_no,
        "result": held.get_result_display(),
        "note": held.note,
    }
