"""The way to close-out: apply, review, verify, decide, review from outside; each step asks the facts again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bihuan.kernel.errors import Refused
from bihuan.kernel.wording import Message
from bihuan.kernel.work import unit_of_work

from .. import actions as a
from .. import effects
from .. import wordings as w
from ..choice_words import chosen
from ..flows import ATTEMPT_FLOW
from ..models import ENDED_STATES, Attempt, Measure, PartyGroupMeeting, Result
from . import common
from .common import Actor


def _step(attempt: Attempt, code: str, actor: Actor, note: str = "", data: Mapping[str, Any] | None = None) -> Attempt:
    found: Attempt = ATTEMPT_FLOW.perform(attempt, code, actor=actor, note=note, data=data)
    return found


def apply(*, actor: Actor, attempt: Attempt, note: str = "") -> Attempt:
    """Apply for close-out. Refused without evidence of a result, or while a criterion is not met."""
    return _step(attempt, "apply", actor, note)


def withdraw(*, actor: Actor, attempt: Attempt, note: str) -> Attempt:
    """Take one's own application back."""
    return _step(attempt, "withdraw", actor, note)


def head_review(*, actor: Actor, attempt: Attempt, passed: bool, note: str = "") -> Attempt:
    """The department head passes the application on, or returns it with a reason."""
    return _step(attempt, "head_pass" if passed else "head_return", actor, note)


def leader_review(*, actor: Actor, attempt: Attempt, passed: bool, note: str = "") -> Attempt:
    """The leader in charge passes the application on, or returns it with a reason."""
    return _step(attempt, "leader_pass" if passed else "leader_return", actor, note)


def verify(*, actor: Actor, attempt: Attempt, passed: bool, note: str = "") -> Attempt:
    """The verifier accepts what they checked on the spot, or returns it with a reason."""
    return _step(attempt, "verify_pass" if passed else "verify_return", actor, note)


@dataclass
class Decisions:
    """What one meeting decided: the attempts closed, and those refused with their reasons."""

    closed: list[Attempt] = field(default_factory=list)
    refused: list[tuple[Attempt, tuple[Message, ...]]] = field(default_factory=list)


def decide(
    *, actor: Actor, attempts: Iterable[Attempt], meeting: PartyGroupMeeting, result: str = Result.DONE, note: str = ""
) -> Decisions:
    """One meeting decides on many items. Each is its own transaction: one that is refused takes no other with it.

    `result`: done, staged or long_term. Returns what was closed and what was refused, with every reason.
    """
    done = Decisions()
    for attempt in attempts:
        try:
            data = {"meeting": meeting.pk, "result": str(result)}
            done.closed.append(_step(attempt, "decide", actor, note, data))
        except Refused as refusal:
            done.refused.append((attempt, refusal.reasons))
    return done


def decide_return(*, actor: Actor, attempt: Attempt, note: str) -> Attempt:
    """The party group returns an item with a reason."""
    return _step(attempt, "decide_return", actor, note)


def external_review(
    *,
    actor: Actor,
    attempt: Attempt,
    accepted: bool,
    by: str,
    on: dt.date,
    document_no: str,
    note: str = "",
) -> Attempt:
    """Record what the bodies outside recognised, with their document. A refusal opens a new attempt at once."""
    data = {"by": by, "on": on.isoformat(), "document_no": document_no}
    return _step(attempt, "external_accept" if accepted else "external_refuse", actor, note, data)


def resume(*, actor: Actor, measure: Measure, reason: str) -> Attempt:
    """Open the next stage of a measure that was closed with a staged or long-term result. Raises NotAllowed, Refused."""
    common.require(actor, a.RESUME, measure)
    reason = common.text(Measure, "text", reason)
    with unit_of_work(actor, reason=reason):
        last = Attempt.objects.filter(measure=measure).order_by("-number").first()
        if last is None or last.state not in ENDED_STATES:
            raise Refused(Message(w.STILL_OPEN, {"measure": measure.code}))
        if last.result not in {Result.STAGED, Result.LONG_TERM}:
            raise Refused(Message(w.NOT_STAGED, {"measure": measure.code}))
        told = {"result": chosen(Result(last.result)), "reason": reason}
        return effects.open_attempt(measure, Message(w.BECAUSE_STAGE, told))
