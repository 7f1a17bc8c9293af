"""Asking for a change of what was agreed, and deciding on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError

from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.kernel.wording import Message
from bihuan.kernel.work import unit_of_work

from .. import actions as a
from .. import changing
from .. import wordings as w
from ..flows import CHANGE_FLOW
from ..models import Attempt, ChangeKind, ChangeRequest, Measure, PartyGroupMeeting
from . import common
from .common import Actor


def request_change(
    *, actor: Actor, measure: Measure, changes: Mapping[str, Any], reason: str, kind: str = ChangeKind.CHANGE
) -> ChangeRequest:
    """Ask for a change of a frozen measure.

    `changes` maps text, completion_standard, starts, due, lead_unit to new values and "criteria" to {"add": [{"kind",
    "params"}], "void": [ids]}; kind "extension" takes a later `due` alone. Raises NotAllowed, Refused.
    """
    common.require(actor, a.CHANGE_REQUEST, measure)
    reason = common.text(ChangeRequest, "reason", reason)
    fresh = Measure.objects.get(pk=measure.pk)
    if not fresh.is_frozen:
        raise Refused(Message(w.NOT_FROZEN, {"measure": fresh.code}))
    if not Attempt.objects.filter(measure=fresh, state__in=("not_started", "in_progress")).exists():
        raise Refused(Message(w.CHANGE_IN_REVIEW, {"measure": fresh.code}))
    wanted = changing.cleaned(fresh, changes, extension=ChangeKind(kind) == ChangeKind.EXTENSION)
    try:
        with unit_of_work(actor, reason=reason) as uow:
            row: ChangeRequest = ChangeRequest.objects.create(
                measure=fresh,
                kind=ChangeKind(kind),
                changes=wanted,
                reason=reason,
                requested_by=common.author(actor),
                requested_on=clock.today(),
            )
            params = {"measure": fresh.code, "kind": kind, "changes": wanted}
            uow.record("rectification.change.requested", row, params=params)
    except IntegrityError as error:
        raise Refused(Message(w.CHANGE_ONE, {"measure": fresh.code})) from error
    return row


def _step(
    request: ChangeRequest, code: str, actor: Actor, note: str, data: Mapping[str, Any] | None = None
) -> ChangeRequest:
    found: ChangeRequest = CHANGE_FLOW.perform(request, code, actor=actor, note=note, data=data)
    return found


def agree(*, actor: Actor, request: ChangeRequest, agreed: bool, note: str = "") -> ChangeRequest:
    """The leader in charge agrees, or not with a reason."""
    return _step(request, "agree" if agreed else "disagree", actor, note)


def approve(
    *,
    actor: Actor,
    request: ChangeRequest,
    approved: bool,
    meeting: PartyGroupMeeting | None = None,
    note: str = "",
) -> ChangeRequest:
    """The president approves (the change takes effect at once), or refuses with a reason."""
    data = {"meeting": meeting.pk} if meeting is not None else None
    return _step(request, "approve" if approved else "refuse", actor, note, data)


def withdraw_change(*, actor: Actor, request: ChangeRequest, note: str) -> ChangeRequest:
    """Take one's own request back."""
    return _step(request, "withdraw", actor, note)
