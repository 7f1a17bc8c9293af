"""Exclusions (扣除、中止) asked for here and recorded in the case system: checked against the closed list of the case's line.

A ground that is on no list, or without what proves it, is refused with the article; it would be a hidden pause. Nothing is approved
here: the pause arrives by import and is compared with what was asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access, clock, law_findings, law_words, log
from bihuan.kernel.errors import Refused
from bihuan.kernel.models import Person
from bihuan.kernel.wording import Message, wording
from bihuan.kernel.work import unit_of_work
from bihuan.law.dated import current_parameters
from bihuan.law.limits import findings as f
from bihuan.law.limits.book import current_limits
from bihuan.law.limits.findings import Finding
from bihuan.law.limits.model import GroundRule
from bihuan.law.limits.reckon import Reckoning

from .. import actions as a
from ..clock.history import facts_of
from ..models import Case, CasePause, ExclusionRequest, RequestState
from . import asking

log.event("cases.exclusion.asked", _("申请扣除审限：%(case)s"))
log.event("cases.exclusion.settled", _("扣除审限申请与案件系统的登记核对：%(case)s"))

CLOSED = wording("cases.exclusion.closed", _("案件 %(case)s 已结案，不需要扣除。"))
NO_LIST = wording("cases.exclusion.no_list", _("“%(limit)s”没有可以扣除的事由（%(article)s）。"))
NO_EVIDENCE = wording(
    "cases.exclusion.evidence", _("没有写明所依据的文书或材料，不能扣除（%(article)s）。请写明文书名称和文号。")
)
BEFORE = wording(
    "cases.exclusion.before", _("开始日期 %(first)s 不晚于起算日 %(trigger)s，期限还没有开始计算，请核对。")
)
PAST = wording(
    "cases.exclusion.past", _("期限已于 %(due)s 届满，%(first)s 开始的期间没有可以扣除的日子（%(article)s）。")
)
BACKWARDS = wording("cases.exclusion.backwards", _("预计结束日期 %(last)s 早于开始日期 %(first)s，请核对。"))
RECORDED = wording("cases.exclusion.recorded", _("案件系统已登记自 %(first)s 起的“%(ground)s”，不需要再申请。"))
OPEN_ALREADY = wording(
    "cases.exclusion.open", _("同一事由、同一开始日期的申请正等待案件系统登记，请先撤回或者等结果导入。")
)
SETTLED = wording("cases.exclusion.told", _("案件 %(case)s 的扣除审限申请，案件系统的结果：%(state)s。"))
OF_A_PAUSE = "limit.pause."
NEVER = (f.PAUSE_UNLISTED, f.PAUSE_UNPROVED)
"""What keeps a pause from counting at all; a maximum only shortens it."""
NEAR = dt.timedelta(days=7)
"""The pause is registered with the day of the paper it stands on, some days from the one that was asked for."""


@dataclass(frozen=True)
class Check:
    """What would be said of a request: the reckoning now and with it, what stands against it, what is to be known."""

    now: Reckoning
    then: Reckoning | None
    refusals: tuple[Message, ...]
    findings: tuple[Finding, ...]

    @property
    def warnings(self) -> list[Message]:
        """What is taken but told."""
        return [law_findings.finding_message(found) for found in self.findings if found.code not in NEVER]


def grounds(case: Case, on: dt.date) -> list[GroundRule]:
    """The grounds that may be excluded from the case's limit on a day. Raises Refused where the limit knows none."""
    return list(_listed(answer(case, on), on).values())


def answer(case: Case, on: dt.date) -> Reckoning:
    """The days of an open case. Raises Refused."""
    return asking.answer(case, on, CLOSED)


def check(case: Case, on: dt.date, values: Mapping[str, Any]) -> Check:
    """A request checked: `ground`, `first`, `last`, `facts`, `reference`. Raises Refused where the limit knows no exclusion."""
    now = answer(case, on)
    first: dt.date = values["first"]
    last: dt.date | None = values.get("last")
    listed = _listed(now, first)
    if last is not None and last < first:
        raise Refused(Message(BACKWARDS, {"first": first.isoformat(), "last": last.isoformat()}))
    _in_time(now, first)
    pauses, grants, turns = facts_of(case)
    known = next((p for p in pauses if p.ground == values["ground"] and p.first == first), None)
    if known is not None:
        raise Refused(Message(RECORDED, {"first": first.isoformat(), "ground": law_words.name("ground", known.ground)}))
    asked = CasePause(
        case=case, ground=values["ground"], first=first, last=last, facts=list(values.get("facts") or ()),
        reference=str(values.get("reference") or ""),
    )  # fmt: skip
    then = asking.with_asked(case, on, ([*pauses, asked], grants, turns))
    new = asking.new_findings(now, then, OF_A_PAUSE)
    refused = [law_findings.finding_message(found) for found in new if found.code in NEVER]
    rule = listed.get(values["ground"])
    if rule is not None and not str(values.get("reference") or "").strip():
        refused.append(Message(NO_EVIDENCE, {"article": law_words.article(rule.basis.cite_all(first))}))
    return Check(now, None if refused else then, tuple(refused), tuple(new))


def ask(*, actor: Person | None, case: Case, values: Mapping[str, Any]) -> ExclusionRequest:
    """Record a request as of the business day. `values`: ground, first, last, facts, reference, reason.

    Raises NotAllowed; Refused with the article (on no list, not proved), for days that cannot be, for a pause the case system has already,
    and while the same request is open.
    """
    access.require(actor, a.EXCLUSION, case)
    day = clock.today()
    found = check(case, day, values)
    if found.refusals:
        raise Refused(found.refusals)
    assert actor is not None
    with unit_of_work(actor) as uow:
        try:
            with transaction.atomic():
                row: ExclusionRequest = ExclusionRequest.objects.create(
                    case=case, asked_on=day, asked_by=actor, reason=str(values["reason"]).strip()[:500],
                    checked=[{"code": one.code, "params": dict(one.params)} for one in found.findings],
                    raw_due=found.now.raw, due_on=found.now.due, ground=values["ground"], first=values["first"],
                    last=values.get("last"), facts=list(values.get("facts") or ()),
                    reference=str(values["reference"]).strip()[:120],
                )  # fmt: skip
        except IntegrityError as error:
            raise Refused(Message(OPEN_ALREADY)) from error
        uow.record(
            "cases.exclusion.asked", row, params={"case": case.number, "ground": row.ground}, unit_id=case.division_id
        )
    return row


def reconcile_exclusions(cases: Iterable[int]) -> int:
    """Compare the open requests of these cases with the pauses the case system has; returns how many were settled."""
    waiting = ExclusionRequest.objects.filter(case__in=list(cases), state=RequestState.OPEN, voided_at=None)
    settled = 0
    for request in waiting.select_related("case", "asked_by").order_by("pk"):
        pause = _answer_to(request)
        if pause is None:
            continue
        differing = asking.differences(request, pause, ("ground", "first", "last"))
        state = RequestState.DIFFERS if differing else RequestState.GRANTED
        told = Message(SETTLED, {"case": request.case.number, "state": str(state.label)})
        asking.settle(request, state, differing, told=told, event="cases.exclusion.settled", pause=pause)
        settled += 1
    return settled


def _listed(now: Reckoning, on: dt.date) -> dict[str, GroundRule]:
    book = current_limits()
    listed = book.grounds(now.limit.exclusions, on, current_parameters())
    if not listed:
        article = law_words.article(now.version.basis.cite(on))
        raise Refused(Message(NO_LIST, {"limit": law_words.limit_name(now.limit.id), "article": article}))
    return listed


def _in_time(now: Reckoning, first: dt.date) -> None:
    if first <= now.trigger:
        raise Refused(Message(BEFORE, {"first": first.isoformat(), "trigger": now.trigger.isoformat()}))
    last = now.hard_due or now.due
    if last is not None and first > last:
        article = law_words.article(now.version.basis.cite(now.trigger))
        raise Refused(Message(PAST, {"due": last.isoformat(), "first": first.isoformat(), "article": article}))


def _answer_to(request: ExclusionRequest) -> CasePause | None:
    """The pause of the case that answers: of the same ground first, then the one that begins nearest."""
    taken = ExclusionRequest.objects.filter(pause__isnull=False).values("pause")
    rows = CasePause.objects.filter(case=request.case_id, voided_at=None).exclude(pk__in=taken)
    near = rows.filter(first__gte=request.first - NEAR, first__lte=request.first + NEAR)
    same = [pause for pause in near if pause.ground == request.ground or pause.first == request.first]
    return min(
        same, key=lambda p: (p.ground != request.ground, abs((p.first - request.first).days), p.pk), default=None
    )
