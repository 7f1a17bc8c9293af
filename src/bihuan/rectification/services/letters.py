"""Letters that press a department (督办函): issued, received, answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from bihuan.kernel import clock, inbox, org
from bihuan.kernel.errors import Refused
from bihuan.kernel.models import Unit
from bihuan.kernel.wording import Message
from bihuan.kernel.work import unit_of_work

from .. import actions as a
from .. import wordings as w
from ..models import Measure, SupervisionLetter
from . import common
from .common import Actor


def issue_letter(
    *,
    actor: Actor,
    no: str,
    to_unit: Unit,
    title: str,
    text: str,
    due: dt.date,
    measures: Iterable[Measure] = (),
) -> SupervisionLetter:
    """Issue a letter to a department about measures. Raises NotAllowed, Refused (empty, number taken, due in the past)."""
    common.require(actor, a.LETTER)
    model, day = SupervisionLetter, clock.today()
    no = common.text(model, "no", no)
    common.in_order(model, "issued_on", "due", day, due)
    about = list(measures)
    with common.unique_code(no), unit_of_work(actor) as uow:
        letter: SupervisionLetter = model.objects.create(
            no=no,
            to_unit=to_unit,
            title=common.text(model, "title", title),
            text=common.text(model, "text", text),
            issued_on=day,
            issued_by=common.author(actor),
            due=due,
        )
        letter.measures.set(about)
        params = {"no": no, "unit": str(to_unit), "measures": [m.code for m in about], "due": due}
        uow.record("rectification.letter.issued", letter, params=params)
        head = org.head_of(to_unit.pk, day)
        if head is not None:
            told = {"no": no, "title": letter.title, "due": due.isoformat()}
            inbox.send(head, Message(w.TOLD_LETTER, told))
    return letter


def receive_letter(*, actor: Actor, letter: SupervisionLetter) -> SupervisionLetter:
    """Sign for a letter. Raises NotAllowed, Refused (signed already), Stale."""
    common.require(actor, a.LETTER_RECEIPT, letter)
    if letter.receipt_at is not None:
        raise Refused(Message(w.RECEIPT_DONE, {"no": letter.no}))
    found: SupervisionLetter = common.write(
        actor=actor,
        obj=letter,
        values={"receipt_by": common.author(actor), "receipt_at": clock.now()},
        event="rectification.letter.received",
        params={"no": letter.no},
    )
    return found


def reply_letter(*, actor: Actor, letter: SupervisionLetter, reply: str) -> SupervisionLetter:
    """Answer a letter that was signed for. Raises NotAllowed, Refused, Stale."""
    common.require(actor, a.LETTER_RECEIPT, letter)
    if letter.receipt_at is None:
        raise Refused(Message(w.RECEIPT_FIRST, {"no": letter.no}))
    if letter.replied_on is not None:
        raise Refused(Message(w.RECEIPT_DONE, {"no": letter.no}))
    found: SupervisionLetter = common.write(
        actor=actor,
        obj=letter,
        values={"reply": common.text(SupervisionLetter, "reply", reply), "replied_on": clock.today()},
        event="rectification.letter.replied",
        params={"no": letter.no},
    )
    return found
