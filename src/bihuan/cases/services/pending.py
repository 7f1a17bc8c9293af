"""Why a case has passed a tier of long-pending cases, and what is done about it: recorded once a tier, corrected with a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access, clock, log
from bihuan.kernel.errors import Refused
from bihuan.kernel.models import Person
from bihuan.kernel.wording import Message, wording
from bihuan.kernel.work import unit_of_work
from bihuan.law.limits.clocks import PREFIX, tiers

from .. import actions as a
from ..meetings.terms import lines
from ..models import Case, PendingReason
from ..rules.pending import TIERS

log.event("cases.pending.recorded", _("登记长期未结原因：%(case)s"))

NOT_PENDING = wording("cases.pending.not_pending", _("案件 %(case)s 没有进入长期未结的档次，不需要登记。"))
NOT_PASSED = wording("cases.pending.not_passed", _("案件 %(case)s 没有进入所选的档次，请核对。"))
ONCE = wording("cases.pending.once", _("这一档的原因已经登记，请在原来的登记上更正。"))
PLAN_PAST = wording("cases.pending.plan_past", _("计划结案日期 %(day)s 已经过去，请另定日期。"))


def passed(case: Case, on: dt.date) -> list[str]:
    """The tiers an open case has passed, the highest first; a tier that raises an alert, not a threshold of a meeting."""
    if case.closed_on is not None or case.filed_on is None or case.line not in lines(on):
        return []
    known = {PREFIX + name for name in TIERS}
    return [tier.parameter for tier in reversed(tiers(case.filed_on, on)) if tier.passed and tier.parameter in known]


def record(*, actor: Person | None, case: Case, values: Mapping[str, Any]) -> PendingReason:
    """Record why the case is pending as of the business day. `values`: tier, cause, detail, solution, plan_on.

    Raises NotAllowed; Refused for a case that is not pending for so long, a day of closing that is past, and the second time.
    """
    access.require(actor, a.PENDING, case)
    day, told = clock.today(), {"case": case.number}
    reached = passed(case, day)
    if not reached:
        raise Refused(Message(NOT_PENDING, told))
    tier = values.get("tier") or reached[0]
    if tier not in reached:
        raise Refused(Message(NOT_PASSED, told))
    plan = values.get("plan_on")
    if plan is not None and plan < day:
        raise Refused(Message(PLAN_PAST, {"day": plan.isoformat()}))
    assert actor is not None
    with unit_of_work(actor) as uow:
        try:
            with transaction.atomic():
                row: PendingReason = PendingReason.objects.create(
                    case=case, tier=tier, cause=values["cause"], detail=str(values["detail"]).strip()[:500],
                    solution=str(values["solution"]).strip()[:500], plan_on=plan, recorded_on=day, recorded_by=actor,
                )  # fmt: skip
        except IntegrityError as error:
            raise Refused(Message(ONCE)) from error
        uow.record("cases.pending.recorded", row, params=told | {"cause": row.cause}, unit_id=case.division_id)
    return row
