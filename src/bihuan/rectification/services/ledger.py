"""Where the generic ledger pages hand over to the domain's own services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger import Ledger, service
from bihuan.kernel.models import Person
from bihuan.kernel.wording import Message
from bihuan.kernel.work import running, unit_of_work

from .. import wordings as w
from ..models import (
    ChangeRequest,
    Closure,
    Criterion,
    Figure,
    InspectionRound,
    PartyGroupMeeting,
    Reading,
    Rebound,
)
from . import readings, rebounds

KINDS = ["reading_range"]


def merged_readings(*, actor: Person | None, rows: Iterable[Any], intake: Any) -> None:
    """After a sheet of readings came in: ask the closed items that stand on readings once more. Not within the import's transaction:
    very many items may have to be asked, and others want to write. Should it be broken off, the night's job asks again.

    The rows themselves were checked by the reading's own `clean` when the import was tried, as a form checks them.
    """
    rebounds.sweep(kinds=KINDS)


def change_reading(
    *, ledger: Ledger, actor: Person | None, obj: Reading, values: Mapping[str, Any], reason: str, version: str
) -> Reading:
    """Correct a reading on its page: checked, and the closed items asked again, like those of a sheet."""
    alone = not running()  # a sheet asks once, when all its rows are in
    with unit_of_work(actor):
        row: Reading = service.change(
            replace(ledger, services={}), actor=actor, obj=obj, values=values, reason=reason, version=version
        )
        readings.check(row)
        if alone:
            rebounds.sweep(kinds=KINDS)
    return row


def create_reading(*, ledger: Ledger, actor: Person | None, values: Mapping[str, Any], reason: str = "") -> Reading:
    """Add a reading on its page: checked, and the closed items asked again, like those of a sheet."""
    alone = not running()
    with unit_of_work(actor):
        row: Reading = service.create(replace(ledger, services={}), actor=actor, values=values, reason=reason)
        readings.check(row)
        if alone:
            rebounds.sweep(kinds=KINDS)
    return row


def meeting_stays(meeting: PartyGroupMeeting) -> dict[str, Message]:
    """What may not be changed of a meeting that something was decided at."""
    used = (
        Closure.objects.filter(meeting=meeting).exists()
        or InspectionRound.objects.filter(plan_meeting=meeting).exists()
        or ChangeRequest.objects.filter(meeting=meeting).exists()
        or Rebound.objects.filter(meeting=meeting).exists()
    )
    if not used:
        return {}
    return dict.fromkeys(("held_on", "minutes_no"), Message(w.MEETING_USED, {"minutes": meeting.minutes_no}))


def figure_stays(figure: Figure) -> dict[str, Message]:
    """What may not be changed of a figure that an agreed criterion stands on: criteria name it by its code."""
    rows = Criterion.objects.filter(
        kind="reading_range", params__figure=figure.code, frozen_at__isnull=False, voided_at__isnull=True
    )
    codes = list(rows.order_by("measure__code").values_list("measure__code", flat=True).distinct()[:10])
    if not codes:
        return {}
    told = Message(w.FIGURE_USED, {"figure": figure.name, "codes": codes})
    return dict.fromkeys(("code", "unit_of_measure"), told)


def void_unused(*, ledger: Ledger, actor: Person | None, obj: Any, reason: str, version: str) -> Any:
    """作废 of a row that nothing stands on; else Refused, saying what does."""
    with unit_of_work(actor):
        stands = list({why.code: why for why in ledger.frozen_now(obj).values() if why is not None}.values())
        if stands:
            raise Refused(stands)
        return service.void(replace(ledger, services={}), actor=actor, obj=obj, reason=reason, version=version)
