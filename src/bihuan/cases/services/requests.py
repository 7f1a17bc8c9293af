"""Extensions asked for here and decided in the case system: checked beforehand, printed, compared with the decision that arrives.

Nothing is approved here. A request too late is taken with a warning and a reason and counted; one after the end of the limit, or
where the law knows none, is refused with the article.
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
from bihuan.law.limits.book import chosen, current_limits
from bihuan.law.limits.findings import Finding
from bihuan.law.limits.model import ExtensionRule
from bihuan.law.limits.reckon import Reckoning

from .. import actions as a
from ..clock.history import facts_of
from ..models import Case, CaseGrant, Decision, ExtensionRequest, RequestState
from . import asking

log.event("cases.extension.asked", _("申请延长审限：%(case)s"))
log.event("cases.extension.settled", _("延长审限申请与案件系统的审批结果核对：%(case)s"))

CLOSED = wording("cases.extension.closed", _("案件 %(case)s 已结案，不需要延长。"))
NONE_HERE = wording("cases.extension.none", _("“%(limit)s”不得延长（%(article)s）。"))
OVER = wording("cases.extension.over", _("期限已于 %(due)s 届满，届满以后不得再申请延长（%(article)s）。"))
NEEDS_LENGTH = wording("cases.extension.length", _("法律没有规定延长的长度，请写明延长至哪一日（%(article)s）。"))
NEEDS_WHY_LATE = wording("cases.extension.why_late", _("申请已经迟延，请写明迟延的原因；迟延照样计为违规。"))
OPEN_ALREADY = wording(
    "cases.extension.open", _("案件 %(case)s 已有一份申请等待案件系统审批，请先撤回或者等审批结果导入。")
)
SETTLED = wording("cases.extension.told", _("案件 %(case)s 的延长审限申请，案件系统的结果：%(state)s。"))
DECIDED_LATER = (f.GRANT_DECIDED_LATE, f.GRANT_DECIDED_AFTER, f.GRANT_PENDING, f.GRANT_DECIDED_REFUSED)
"""What depends on the day of the decision, which is still to come."""
OF_A_GRANT = "limit.grant."
EARLIER = dt.timedelta(days=7)
"""The case system may have been applied to some days before it was written down here."""


@dataclass(frozen=True)
class Option:
    """An extension the law knows for the case: its code, who grants it, and how it is told."""

    rule: ExtensionRule
    by: str
    text: Message

    @property
    def key(self) -> str:
        """As a form names it."""
        return f"{self.rule.code}|{self.by}"


OPTION = wording("cases.extension.option", _("%(by)s批准，延长%(term)s（%(article)s）"))
OPTION_UNTIL = wording("cases.extension.option_until", _("%(by)s批准，延长至批准之日（%(article)s）"))
OPTION_TOTAL = wording("cases.extension.option_total", _("%(by)s批准，总长不超过%(term)s（%(article)s）"))


@dataclass(frozen=True)
class Check:
    """What would be said of a request: the reckoning now and with it, what stands against it, whether it is late."""

    now: Reckoning
    then: Reckoning | None
    refusals: tuple[Message, ...]
    late: Finding | None
    findings: tuple[Finding, ...]

    @property
    def warnings(self) -> list[Message]:
        """What is taken but told."""
        return [law_findings.finding_message(found) for found in self.findings if found.effect in {"breach", "unproven"}]


def options(case: Case, on: dt.date) -> list[Option]:
    """The extensions the law knows for the case's limit on a day. Raises Refused where there is none or it is too late."""
    now = answer(case, on)
    limit = current_limits().get(now.limit.id)
    version = next((v for v in limit.versions if v.covers(case.under or on)), now.version)
    rules = [rule for rule in version.extensions if rule.start <= on <= rule.end]
    if not rules or now.due is None:
        article = law_words.article(version.basis.cite(on))
        raise Refused(Message(NONE_HERE, {"limit": law_words.limit_name(limit.id), "article": article}))
    _in_time(now, on)
    held = current_parameters()
    return [
        Option(rule, one.by, _told(rule, one.by, on)) for rule in rules for one in rule.by if chosen(one.reading, on, held)
    ]


def check(case: Case, on: dt.date, values: Mapping[str, Any]) -> Check:
    """A request checked: `by`, `term` or `until`, `facts`. Raises Refused where nothing could come of any request."""
    now = answer(case, on)
    _in_time(now, on)
    pauses, grants, turns = facts_of(case)
    asked = CaseGrant(
        case=case, by=values.get("by", ""), term=values.get("term") or "", until=values.get("until"), applied_on=on,
        decided_on=on, facts=list(values.get("facts") or ()),
    )  # fmt: skip
    then = asking.with_asked(case, on, (pauses, [*grants, asked], turns))
    new = asking.new_findings(now, then, OF_A_GRANT, DECIDED_LATER)
    refused = tuple(law_findings.finding_message(found) for found in new if found.effect == "refused")
    late = next((found for found in new if found.code == f.GRANT_LATE), None)
    return Check(now, None if refused else then, refused, late, tuple(new))


def ask(*, actor: Person | None, case: Case, values: Mapping[str, Any]) -> ExtensionRequest:
    """Record a request as of the business day. `values`: rule, by, term, until, facts, reason, late_reason.

    Raises NotAllowed; Refused with the article (after the end, none in law, not by this approver, too often ...), for a late one
    without a reason, and while another request is open.
    """
    access.require(actor, a.EXTENSION, case)
    day = clock.today()
    found = check(case, day, values)
    if found.refusals:
        raise Refused(found.refusals)
    if not values.get("term") and not values.get("until"):
        article = law_words.article(found.now.version.basis.cite(day))
        raise Refused(Message(NEEDS_LENGTH, {"article": article}))
    late_reason = str(values.get("late_reason") or "").strip()
    if found.late is not None and not late_reason:
        raise Refused([law_findings.finding_message(found.late), Message(NEEDS_WHY_LATE)])
    assert actor is not None
    with unit_of_work(actor) as uow:
        try:
            with transaction.atomic():
                row: ExtensionRequest = ExtensionRequest.objects.create(
                    case=case, asked_on=day, asked_by=actor, reason=str(values["reason"]).strip()[:500],
                    checked=[{"code": one.code, "params": dict(one.params)} for one in found.findings],
                    raw_due=found.now.raw, due_on=found.now.due, rule=str(values.get("rule") or "")[:20], by=values["by"],
                    term=values.get("term") or "", until=values.get("until"), facts=list(values.get("facts") or ()),
                    late=found.late is not None, late_reason=late_reason[:300] if found.late is not None else "",
                )  # fmt: skip
        except IntegrityError as error:
            raise Refused(Message(OPEN_ALREADY, {"case": case.number})) from error
        uow.record("cases.extension.asked", row, params={"case": case.number, "late": row.late}, unit_id=case.division_id)
    return row


def reconcile(cases: Iterable[int]) -> int:
    """Compare the open requests of these cases with what the case system decided; returns how many were settled."""
    ids = list(cases)
    open_ones = ExtensionRequest.objects.filter(case__in=ids, state=RequestState.OPEN, voided_at=None)
    settled = 0
    for request in open_ones.select_related("case", "asked_by"):
        grant = _answer_to(request)
        if grant is not None:
            _settle(request, grant)
            settled += 1
    return settled


def answer(case: Case, on: dt.date) -> Reckoning:
    """The days of an open case. Raises Refused."""
    return asking.answer(case, on, CLOSED)


def _in_time(now: Reckoning, on: dt.date) -> None:
    last = now.hard_due or now.due
    if last is not None and on > last:
        article = law_words.article(now.version.basis.cite(now.trigger))
        raise Refused(Message(OVER, {"due": last.isoformat(), "article": article}))


def _told(rule: ExtensionRule, by: str, on: dt.date) -> Message:
    params: dict[str, Any] = {"by": law_words.name("approver", by), "article": law_words.article(rule.basis.cite(on))}
    length = rule.term or rule.total
    if length is None:
        return Message(OPTION_UNTIL, params)
    code = OPTION if rule.term is not None else OPTION_TOTAL
    return Message(code, params | {"term": law_words.term(str(length))})


def _answer_to(request: ExtensionRequest) -> CaseGrant | None:
    taken = ExtensionRequest.objects.filter(grant__isnull=False).values("grant")
    rows = CaseGrant.objects.filter(case=request.case_id, voided_at=None, decided_on__isnull=False).exclude(pk__in=taken)
    found: CaseGrant | None = rows.filter(applied_on__gte=request.asked_on - EARLIER).order_by("applied_on", "pk").first()
    return found


def _settle(request: ExtensionRequest, grant: CaseGrant) -> None:
    differing = asking.differences(request, grant, ("by", "term", "until"))
    refused = grant.decision == Decision.REFUSED
    state = RequestState.REFUSED if refused else RequestState.DIFFERS if differing else RequestState.GRANTED
    told = Message(SETTLED, {"case": request.case.number, "state": str(state.label)})
    asking.settle(request, state, differing, told=told, event="cases.extension.settled", grant=grant)
