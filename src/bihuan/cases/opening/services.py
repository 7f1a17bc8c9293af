"""Giving a reason for opening another's case."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access, clock, log
from bihuan.kernel.access import action
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.models import Person
from bihuan.kernel.wording import Message, wording
from bihuan.kernel.work import unit_of_work

from ..meetings.terms import number
from ..models import AccessReason, Case
from .scopes import is_whole_to, may_give_reason

HOURS = "local.cases.access-hours"
LEAST = 4
"""Fewer characters say nothing."""
OPEN_WHOLE = action("cases.case.open-whole", _("说明理由后查看案件全部内容"), relation=may_give_reason)
log.event("cases.case.opened", _("查看案件 %(case)s 的全部内容，理由：%(reason)s（%(hours)s 小时内有效）"))

NO_REASON = wording("cases.access.no_reason", _("查看全部内容须说明理由，请写明为什么要看这件案件（不少于 %(least)s 个字）。"))
WANTED = wording("cases.access.wanted", _("案件 %(case)s 不由您办理，也不在您经确认的监督之下：查看节点信息以外的内容，请先在案件页说明理由。"))


def open_whole(*, actor: Person, case: Case, reason: str) -> AccessReason:
    """Record why the person opens the case; all of it is open to them for the hours the court has set.

    Raises NotAllowed where they need no reason or none helps, Refused without a reason.
    """
    access.require(actor, OPEN_WHOLE, case)
    told = " ".join(reason.split())[:300]
    if len(told) < LEAST:
        raise Refused(Message(NO_REASON, {"least": LEAST}))
    hours, now = number(HOURS, "hours", clock.today()), clock.now()
    with unit_of_work(actor) as uow:
        row: AccessReason = AccessReason.objects.create(
            case=case, person=actor, reason=told, at=now, until=now + dt.timedelta(hours=hours)
        )
        params = {"case": case.number, "reason": told, "hours": hours}
        uow.record("cases.case.opened", row, params=params, unit_id=case.division_id)
    return row


def require_whole(person: Person, case: Case) -> Case:
    """The case, all of which is open to the person now. Raises NotAllowed saying how to open it."""
    if not is_whole_to(access.viewer(person), case):
        raise NotAllowed(Message(WANTED, {"case": case.number}))
    return case
