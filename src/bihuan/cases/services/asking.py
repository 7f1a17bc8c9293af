"""What requests of every kind share: the days of the case, what a check finds anew, taking back, and the decision that arrives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access, clock, inbox, log
from bihuan.kernel.errors import Refused
from bihuan.kernel.models import Person
from bihuan.kernel.wording import Message, wording
from bihuan.kernel.work import unit_of_work
from bihuan.law.errors import LawError
from bihuan.law.limits.findings import Finding
from bihuan.law.limits.reckon import Reckoning

from .. import actions as a
from ..clock.history import Facts, reckon_case
from ..models import Case, ExclusionRequest, ExtensionRequest, RequestState

log.event("cases.extension.withdrawn", _("撤回延长审限申请：%(case)s"))
log.event("cases.exclusion.withdrawn", _("撤回扣除审限申请：%(case)s"))

NO_ANSWER = wording("cases.extension.no_answer", _("案件 %(case)s 的期限算不出来，请先补正数据。"))
NO_DAYS = wording("cases.request.no_days", _("按所填的日期或者期限，算不出案件 %(case)s 的届满日，请核对是否写错。"))
NOT_OPEN = wording("cases.extension.settled_already", _("这份申请已经有了结果，不能撤回。"))
WITHDRAWN = {ExtensionRequest: "cases.extension.withdrawn", ExclusionRequest: "cases.exclusion.withdrawn"}
Asked = TypeVar("Asked", ExtensionRequest, ExclusionRequest)


def answer(case: Case, on: dt.date, closed: str) -> Reckoning:
    """The days of an open case; `closed` is the code of what is said of a closed one. Raises Refused."""
    if case.closed_on is not None:
        raise Refused(Message(closed, {"case": case.number}))
    try:
        return reckon_case(case, on=on)
    except LawError as error:
        raise Refused(Message(NO_ANSWER, {"case": case.number})) from error


def with_asked(case: Case, on: dt.date, facts: Facts) -> Reckoning:
    """The days of the case as they would be with what is asked for. Raises Refused where the days given lead out of the calendar."""
    try:
        return reckon_case(case, on=on, facts=facts)
    except LawError as error:
        raise Refused(Message(NO_DAYS, {"case": case.number})) from error


def differences(asked: Any, decided: Any, names: Sequence[str]) -> list[dict[str, str]]:
    """The fields in which the decision is not what was asked for; what either leaves open is no difference."""
    pairs = [(name, getattr(asked, name), getattr(decided, name)) for name in names]
    return [{"field": name, "asked": str(one), "decided": str(other)} for name, one, other in pairs if one and other and one != other]


def new_findings(now: Reckoning, then: Reckoning, prefix: str, without: Collection[str] = ()) -> list[Finding]:
    """What is found of the case with the request and not without it, of the findings whose code begins with `prefix`."""
    held = {_key(found) for found in now.findings}
    return [
        found
        for found in then.findings
        if found.code.startswith(prefix) and _key(found) not in held and found.code not in without
    ]


def withdraw(*, actor: Person | None, request: Asked, reason: str) -> Asked:
    """Take a request back while it is not decided. Raises NotAllowed, Refused."""
    access.require(actor, a.WITHDRAW, request)
    model = type(request)
    with unit_of_work(actor, reason=reason) as uow:
        rows = model.objects.filter(pk=request.pk, state=RequestState.OPEN, voided_at=None)
        if not rows.update(state=RequestState.WITHDRAWN, settled_on=clock.today(), revision=request.revision + 1):
            raise Refused(Message(NOT_OPEN))
        uow.record(WITHDRAWN[model], request, params={"case": request.case.number})
    request.refresh_from_db()
    return request


def settle(
    request: Asked,
    state: RequestState,
    difference: Sequence[dict[str, Any]],
    *,
    told: Message,
    event: str,
    **result: Any,
) -> None:
    """Record what the case system decided (`result`: the row that says so) and tell who asked."""
    with unit_of_work(None, job="cases.requests") as uow:
        type(request).objects.filter(pk=request.pk).update(
            state=state, settled_on=clock.today(), difference=list(difference), revision=request.revision + 1, **result
        )
        params = {"case": request.case.number, "state": state.value}
        uow.record(event, request, params=params, unit_id=request.case.division_id)
        inbox.send([request.asked_by], told)


def _key(found: Finding) -> tuple[str, str]:
    return found.code, str(sorted((name, str(value)) for name, value in found.params.items()))
